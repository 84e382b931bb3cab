"""Why the hard rules cannot all hold: irreducible sets of rules, how badly they fail, and ways out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from ratusz.engines.seating.explain.counting import COUNTED, by_counting, clique_of
from ratusz.engines.seating.explain.feasible import Clock, OutOfTime, can_hold, least_breach
from ratusz.engines.seating.explain.naming import Facts, name, of_kind
from ratusz.engines.seating.explain.rules import PLACES, Round, Rule, round_of
from ratusz.engines.seating.plan import Plan
from ratusz.engines.seating.problem import Problem
from ratusz.engines.seating.verify import verify

MOST = 8  # more conflicts than anybody reads at once

# Rules are tried in these company, the plainest first, so that the plainest set is found first.
_STAGES = (
    ("moderator", "pin"),
    PLACES,
    ("capacity",),
    ("minimum",),
    ("presence",),
    ("apart",),
    ("apart", "together"),
    ("together", "capacity"),
    ("together", *PLACES),
    ("capacity", "minimum"),
    ("capacity", *PLACES),
    ("minimum", *PLACES),
    ("presence", *PLACES),
    ("apart", *PLACES),
    ("presence", "together"),
    ("presence", "apart"),
    ("presence", "capacity", "minimum"),
    ("presence", "capacity", "minimum", *PLACES),
    ("apart", "together", "capacity", "minimum"),
    ("apart", "together", "capacity", "minimum", "presence", *PLACES),
)
# What is set aside to look for the next conflict: what somebody asked for rather than what a table is.
_ASKED = ("pin", "apart", "together", "step_free", "presence")


@dataclass(frozen=True, slots=True)
class Option:
    """A way out of a conflict: what to do and how much of it; `rules` are those that it touches."""

    code: str
    count: int
    rules: tuple[Rule, ...] = ()
    facts: Facts | None = None


@dataclass(frozen=True, slots=True)
class Conflict:
    """Rules that cannot hold together in `rounds` (from 0), while they can without any one of them.

    `code` and `facts` say it in numbers; `breach` is by how much the rules must be broken in each of the
    rounds at least; `minimal` is False where the time was too short to leave out every rule that may be.
    """

    code: str
    rules: tuple[Rule, ...]
    rounds: tuple[int, ...]
    facts: Facts
    breach: int
    options: tuple[Option, ...]
    minimal: bool = True


def explain(problem: Problem, plan: Plan | None = None, *, seconds: float = 10.0) -> tuple[Conflict, ...]:
    """Return why the hard rules cannot all hold, the plainest reasons first; nothing if they can.

    That everybody is seated whom a table's walls let in is one of them. With a `plan`, rounds are passed over
    in which it breaks nothing: it proves that the rules can hold.

    Rounds do not depend on each other as far as hard rules go. In each, sets of rules are tried against an
    exact programme, the plainest company of rules first, and reduced until every rule left is needed.
    Only what is proved is returned: where the seconds do not suffice, fewer conflicts are.

    >>> from ratusz.engines.seating.problem import Person, Presence, Problem, Table
    >>> people = tuple(Person(str(i), type="NGO" if i < 3 else "city") for i in range(16))
    >>> tables = tuple(Table(f"T{i}", 4) for i in range(4))
    >>> conflict, = explain(Problem(people, tables, 2, presence=(Presence("NGO"),)))
    >>> conflict.code, conflict.rounds, conflict.facts["have"], conflict.facts["need"], conflict.breach
    ('presence', (0, 1), 3, 4, 1)
    """
    clock = Clock(seconds)
    parts: dict[Round, list[int]] = {}
    proved = _kept_rounds(problem, plan) if plan else frozenset()
    for number in sorted(set(range(problem.played, problem.rounds)) - proved):
        parts.setdefault(round_of(problem, number), []).append(number)
    found: list[Conflict] = []
    try:
        for part, numbers in parts.items():
            for conflict in _conflicts(part, clock):
                _add(found, replace(conflict, rounds=tuple(numbers)))
    except OutOfTime:
        pass
    return tuple(found)


def _kept_rounds(problem: Problem, plan: Plan) -> frozenset[int]:
    broken = {violation.round for violation in verify(problem, plan).violations}
    place = {person.id: i for i, person in enumerate(problem.people)}
    for r in range(problem.played, problem.rounds):
        if any(plan.seats[r, place[person.id]] < 0 for person in round_of(problem, r).people):
            broken.add(r)
    return frozenset(range(problem.rounds)) - broken


def _add(found: list[Conflict], new: Conflict) -> None:
    """Add a conflict, or its rounds to the equal one of another round."""
    for k, old in enumerate(found):
        if replace(new, rounds=old.rounds) == old:
            found[k] = replace(old, rounds=tuple(sorted({*old.rounds, *new.rounds})))
            return
    found.append(new)


def _conflicts(part: Round, clock: Clock) -> Iterable[Conflict]:
    if part.people and not part.tables:
        yield Conflict("no_table", (), (), {"people": len(part.people)}, len(part.people), ())
        return
    for rules, minimal in islice(_sets(part, clock), MOST):
        yield _told(part, rules, minimal, clock)


def _sets(part: Round, clock: Clock) -> Iterator[tuple[tuple[Rule, ...], bool]]:
    """Yield irreducible sets, each without what earlier ones have asked for, until the rest can hold."""
    active = list(part.rules)
    for kind in COUNTED:
        while rules := by_counting(part, of_kind(active, kind)):
            yield rules, True
            active = _without(active, rules)
    open_question = True
    tried: set[frozenset[Rule]] = set()
    for kinds in _STAGES:
        if open_question and _holds(part, active, clock):
            return
        open_question = False
        while company := [rule for kind in kinds for rule in active if rule.kind == kind]:
            if frozenset(company) in tried:
                break
            tried.add(frozenset(company))
            rules, minimal = irreducible(part, company, clock)
            if not rules:
                break
            yield rules, minimal
            open_question = True
            active = _without(active, rules)


def _without(active: list[Rule], rules: tuple[Rule, ...]) -> list[Rule]:
    """Set aside what was asked for in a conflict; where nothing was, all of it."""
    asked = {rule for rule in rules if rule.kind in _ASKED} or set(rules)
    return [rule for rule in active if rule not in asked]


def _holds(part: Round, rules: Sequence[Rule], clock: Clock) -> bool:
    """Tell whether the rules can hold; where half of the time left is not enough to know, they may not."""
    try:
        return can_hold(part, rules, Clock(clock.left() / 2))
    except OutOfTime:
        return False


def irreducible(part: Round, rules: Sequence[Rule], clock: Clock) -> tuple[tuple[Rule, ...], bool]:
    """Return rules out of these that cannot hold while any fewer can, and whether that is sure; () if all can.

    QuickXplain (Junker 2004, https://dl.acm.org/doi/10.5555/1597148.1597177): halves of the set are left out
    at a time, the later rules of the sequence first. A question that cannot be decided counts as "can hold",
    which keeps the rule: the set stays a proof, but may be larger than needed.
    """
    sure = True
    rules = _core(part, rules)

    def holds(chosen: Sequence[Rule]) -> bool:
        nonlocal sure
        try:
            return can_hold(part, chosen, Clock(min(clock.left(), 3.0)))
        except OutOfTime:
            clock.left()
            sure = False
            return True

    def needed(base: list[Rule], changed: bool, left: list[Rule]) -> list[Rule]:
        if changed and not holds(base):
            return []
        if len(left) == 1:
            return left
        half = len(left) // 2
        later = needed(base + left[:half], True, left[half:])
        return needed(base + later, bool(later), left[:half]) + later

    if counted := by_counting(part, rules):
        return counted, True
    if not rules or holds(rules):
        return (), sure
    return tuple(sorted(needed([], False, list(rules)))), sure


def _core(part: Round, rules: Sequence[Rule]) -> list[Rule]:
    """Leave out what a glance shows to be harmless: of rules apart alone, those of people with few of them.

    Whoever must sit apart from fewer people than there are tables finds a place after all others have one.
    """
    left = list(rules)
    while left and all(rule.kind == "apart" for rule in left):
        degree: dict[str, int] = {}
        for rule in left:
            for one in rule.people:
                degree[one] = degree.get(one, 0) + 1
        kept = [rule for rule in left if min(degree[one] for one in rule.people) >= len(part.tables)]
        if len(kept) == len(left):
            break
        left = kept
    return left


def _told(part: Round, rules: tuple[Rule, ...], minimal: bool, clock: Clock) -> Conflict:
    whole = _whole(part, rules)
    code, facts = name(part, whole)
    breach = 0
    if code == "apart_clique":
        # As many at each table as can be alike: the programme would search long for what is counted at once.
        each, more = divmod(int(facts["count"]), int(facts["tables"]))
        breach = int(facts["tables"]) * each * (each - 1) // 2 + more * each
        options = [Option("let_meet", breach, whole)]
    elif code == "presence":
        breach = int(facts["need"]) - int(facts["have"])
        options = [Option("accept_lack", int(facts["lacking"]), whole, {"type": facts["type"]})]
    else:
        breach, options = _ways(part, whole, clock)
    options += _means(part, code, facts)
    return Conflict(code, rules, (), facts, breach, tuple(options), minimal)


def _whole(part: Round, rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
    """Add the rules of the same kind that make the conflict worse: 13 of 15 people who all sit apart are a proof
    that 12 tables are too few, but 15 people are what the organiser has to solve.
    """
    kinds = {rule.kind for rule in rules}
    for kind in ("step_free", "minimum"):
        if kind in kinds <= {kind, "capacity"}:
            return tuple(sorted({*rules, *of_kind(part.rules, kind)}))
    if kinds == {"apart"} and name(part, rules)[0] == "apart_clique":
        grown = clique_of(of_kind(part.rules, "apart"), {one for rule in rules for one in rule.people})
        return tuple(sorted(rule for rule in of_kind(part.rules, "apart") if grown.issuperset(rule.people)))
    return rules


# What breaking the rules of one kind amounts to when the others of the conflict are kept.
_WAYS = {
    "capacity": "add_seats",
    "minimum": "lower_minimum",
    "presence": "accept_lack",
    "apart": "let_meet",
    "together": "let_part",
    "pin": "unpin",
    "moderator": "other_moderator",
    "walls": "let_in",
    "language": "interpret",
    "step_free": "make_step_free",
}


def _ways(part: Round, rules: tuple[Rule, ...], clock: Clock) -> tuple[int, list[Option]]:
    """Return by how much the rules fail at least, and what breaking those of one kind alone would take."""
    options = []
    for kind, way in _WAYS.items():
        touched = tuple(of_kind(rules, kind))
        if touched and (least := _least(part, set(rules) - set(touched), touched, clock)):
            options.append(Option(way, least, touched))
    least = _least(part, (), rules, clock) or min((option.count for option in options), default=1)
    return least, options


def _least(part: Round, hard: Iterable[Rule], soft: Iterable[Rule], clock: Clock) -> int | None:
    """Return the least breach; None where there is none or where it takes too long to find."""
    try:
        return least_breach(part, hard, soft, Clock(min(clock.left(), 2.0)))
    except OutOfTime:
        return None


def _means(part: Round, code: str, facts: Facts) -> Iterable[Option]:
    """Yield ways out that change what the round has: tables, seats, people."""
    if code == "too_few_seats":
        largest = max(t.capacity for t in part.tables)
        yield Option("add_tables", -(-int(facts["short"]) // max(largest, 1)), facts={"seats": largest})
        yield Option("invite_fewer", int(facts["short"]))
    elif code in ("too_few_people", "too_few_people_there"):
        yield Option("invite_more", int(facts["short"]))
        smallest = sorted((t.minimum for t in part.tables if t.minimum), reverse=True)
        saved = closed = 0
        while code == "too_few_people" and saved < int(facts["short"]):
            saved += smallest[closed]
            closed += 1
        if closed:
            yield Option("close_tables", closed)
    elif code == "presence":
        yield Option("invite_type", int(facts["need"]) - int(facts["have"]), facts={"type": facts["type"]})
    elif code == "apart_clique":
        yield Option("add_tables", int(facts["count"]) - int(facts["tables"]))
    elif code == "group_too_large":
        yield Option("add_seats_at_one", int(facts["count"]) - int(facts["seats"]))
