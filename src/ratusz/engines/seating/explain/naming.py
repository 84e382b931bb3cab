"""What kind of conflict a set of rules is, and the numbers that show it."""

from __future__ import annotations

from collections.abc import Iterable

from ratusz.engines.seating.explain.feasible import cliques
from ratusz.engines.seating.explain.rules import PLACES, Round, Rule, admitted, is_mixed, understood

Facts = dict[str, int | str | tuple[str, ...]]


def name(part: Round, rules: tuple[Rule, ...]) -> tuple[str, Facts]:
    """Return the code that says what kind of conflict this is, and its numbers."""
    kinds = {rule.kind for rule in rules}
    for company, tell in (
        ({"capacity"}, _too_few_seats),
        ({"minimum"}, _too_few_people),
        ({"presence"}, _presence),
        ({"apart"}, _apart),
        ({"apart", "together"}, _torn),
        ({"together", "capacity"}, _group),
        ({"moderator", "pin"}, _sent_to_two),
        (set(PLACES), _no_place),
        ({"step_free", "capacity"}, _few_step_free),
        ({*PLACES, "capacity"}, _crowded),
        ({*PLACES, "minimum"}, _deserted),
    ):
        if kinds <= company and (told := tell(part, rules)):
            return told
    return "rules", {}


def of_kind(rules: Iterable[Rule], kind: str) -> list[Rule]:
    return [rule for rule in rules if rule.kind == kind]


def _too_few_seats(part: Round, rules: tuple[Rule, ...]) -> tuple[str, Facts]:
    seats = sum(t.capacity for t in part.tables)
    return "too_few_seats", {"people": len(part.people), "seats": seats, "short": len(part.people) - seats}


def _too_few_people(part: Round, rules: tuple[Rule, ...]) -> tuple[str, Facts]:
    asked = {rule.table for rule in rules}
    need = sum(t.minimum for t in part.tables if t.id in asked)
    return "too_few_people", {"people": len(part.people), "need": need, "short": need - len(part.people)}


def _presence(part: Round, rules: tuple[Rule, ...]) -> tuple[str, Facts] | None:
    if len(rules) != 1:
        return None
    rule = rules[0]
    have = sum(p.type == rule.type for p in part.people)
    mixed = sum(is_mixed(t) for t in part.tables)
    return "presence", {
        "type": rule.type,
        "least": rule.least,
        "have": have,
        "need": rule.least * mixed,
        "tables": mixed,
        "lacking": mixed - have // rule.least,
    }


def _apart(part: Round, rules: tuple[Rule, ...]) -> tuple[str, Facts]:
    people = tuple(sorted({one for rule in rules for one in rule.people}))
    place = {one: k for k, one in enumerate(people)}
    covered = cliques({tuple(sorted(place[one] for one in rule.people)) for rule in rules})
    code = "apart_clique" if len(covered) == 1 else "apart_web"
    return code, {"people": people, "count": len(people), "pairs": len(rules), "tables": len(part.tables)}


def _torn(part: Round, rules: tuple[Rule, ...]) -> tuple[str, Facts] | None:
    apart = of_kind(rules, "apart")
    if len(apart) != 1:
        return None
    linked = {one for rule in of_kind(rules, "together") for one in rule.people} - set(apart[0].people)
    return "apart_together", {"people": apart[0].people, "through": tuple(sorted(linked))}


def _few_step_free(part: Round, rules: tuple[Rule, ...]) -> tuple[str, Facts]:
    need = len(of_kind(rules, "step_free"))
    seats = sum(t.capacity for t in part.tables if t.step_free)
    return "step_free_seats", {"count": need, "seats": seats, "short": need - seats}


def _group(part: Round, rules: tuple[Rule, ...]) -> tuple[str, Facts] | None:
    people = tuple(sorted({one for rule in of_kind(rules, "together") for one in rule.people}))
    largest = max(t.capacity for t in part.tables)
    if len(people) <= largest:
        return None
    return "group_too_large", {"people": people, "count": len(people), "seats": largest}


def _sent_to_two(part: Round, rules: tuple[Rule, ...]) -> tuple[str, Facts] | None:
    person = rules[0].people[0]
    if len(rules) == 1:
        here = any(p.id == person for p in part.people)
        code = f"{rules[0].kind}_{'table_closed' if here else 'absent'}"
        return code, {"person": person, "table": rules[0].table}
    code = "moderator_twice" if len(of_kind(rules, "moderator")) == 2 else "sent_to_two"
    return code, {"person": person, "tables": tuple(rule.table for rule in rules)}


def _no_place(part: Round, rules: tuple[Rule, ...]) -> tuple[str, Facts] | None:
    """One person whom the rules leave no table."""
    names = {one for rule in rules for one in rule.people}
    lost = [p.id for p in part.people if not _open_to(part, rules, p.id) and names <= {p.id}]
    if not lost:
        return None
    closed = tuple(sorted({rule.kind for rule in rules}))
    return "no_place", {"people": tuple(lost), "person": lost[0], "count": len(lost), "because": closed}


def _open_to(part: Round, rules: tuple[Rule, ...], person: str) -> frozenset[str]:
    """Return the tables that the rules of place leave to a person."""
    who = next(p for p in part.people if p.id == person)
    left = {t.id: t for t in part.tables}
    for rule in rules:
        if rule.kind in ("moderator", "pin") and rule.people == (person,):
            left = {k: t for k, t in left.items() if k == rule.table}
        elif rule.kind == "step_free" and rule.people == (person,):
            left = {k: t for k, t in left.items() if t.step_free}
        elif rule.kind in ("walls", "language") and rule.table in left:
            fits = admitted if rule.kind == "walls" else understood
            if not fits(who, left[rule.table]):
                del left[rule.table]
    return frozenset(left)


def _crowded(part: Round, rules: tuple[Rule, ...]) -> tuple[str, Facts] | None:
    """People who can sit at some tables only, which have too few seats for them."""
    tables = {rule.table for rule in of_kind(rules, "capacity")}
    people = [p.id for p in part.people if _open_to(part, rules, p.id) <= tables]
    seats = sum(t.capacity for t in part.tables if t.id in tables)
    if len(people) <= seats:
        return None
    because = tuple(sorted({rule.kind for rule in rules} - {"capacity"}))
    facts: Facts = {
        "people": tuple(people),
        "count": len(people),
        "seats": seats,
        "tables": tuple(sorted(tables)),
    }
    return "too_few_seats_there", {**facts, "short": len(people) - seats, "because": because}


def _deserted(part: Round, rules: tuple[Rule, ...]) -> tuple[str, Facts] | None:
    """Tables that need more people than may sit there."""
    tables = {rule.table for rule in of_kind(rules, "minimum")}
    people = [p.id for p in part.people if not _open_to(part, rules, p.id).isdisjoint(tables)]
    need = sum(t.minimum for t in part.tables if t.id in tables)
    if len(people) >= need:
        return None
    because = tuple(sorted({rule.kind for rule in rules} - {"minimum"}))
    facts: Facts = {"count": len(people), "need": need, "tables": tuple(sorted(tables))}
    return "too_few_people_there", {**facts, "short": need - len(people), "because": because}
