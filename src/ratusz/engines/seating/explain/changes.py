"""Why somebody sits where they sit, what a table is made of, and what a change would cost."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from ratusz.engines.contracts import EngineError
from ratusz.engines.seating.explain.naming import Facts
from ratusz.engines.seating.explain.rules import is_mixed
from ratusz.engines.seating.plan import AIMS, Plan, Quality, Violation
from ratusz.engines.seating.problem import Problem
from ratusz.engines.seating.verify import verify


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that speaks for or against a seat; `good` tells which, None neither."""

    code: str
    facts: Facts
    good: bool | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A person who goes to another table in one round, or changes places with another person there.

    `table` "" takes the seat away; with `swap` the table is where that person sits.
    """

    round: int
    person: str
    table: str = ""
    swap: str = ""


@dataclass(frozen=True)
class Cost:
    """What a change does: the aims that it moves (more is worse), rules that it breaks, the plan that results."""

    changes: dict[str, float]
    broken: tuple[Violation, ...]
    mended: tuple[Violation, ...]
    cost: float
    plan: Plan = field(repr=False)


def cost_of(problem: Problem, plan: Plan, *changes: Change) -> Cost:
    """Return what the changes, made one after the other, would do to the plan; nothing is saved.

    `cost` is the weighted sum of the soft aims after it, less that before it.

    >>> from ratusz.engines.seating.problem import Person, Table
    >>> pair = Problem((Person("Ada"), Person("Jan")), (Table("1", 2), Table("2", 2)), 2)
    >>> cost_of(pair, Plan([[0, 0], [0, 1]]), Change(1, "Jan", "1")).changes
    {'repeats': 1}
    """
    new = Plan(_changed(problem, plan, changes))
    old, found = verify(problem, plan), verify(problem, new)
    before, after = Counter(old.violations), Counter(found.violations)
    moved: dict[str, float] = {}
    for aim in ("violations", "unseated", *(aim for aim in AIMS if aim != "unseated")):
        more = _reached(found.quality, aim) - _reached(old.quality, aim)
        if abs(more) > 1e-9:
            moved[aim] = more
    return Cost(
        moved,
        tuple((after - before).elements()),
        tuple((before - after).elements()),
        found.quality.cost - old.quality.cost,
        new,
    )


def cheapest_way(problem: Problem, plan: Plan, change: Change) -> Change:
    """Return the change itself if its table has a free seat, else the cheapest exchange with somebody there.

    Hard rules come first, then seats that somebody lacks, then the soft aims.

    >>> from ratusz.engines.seating.problem import Person, Pin, Table
    >>> four = Problem(tuple(Person(c) for c in "abcd"), (Table("1", 2), Table("2", 2)), 1, pins=(Pin(0, "c", "2"),))
    >>> cheapest_way(four, Plan([[0, 0, 1, 1]]), Change(0, "a", "2"))
    Change(round=0, person='a', table='', swap='d')
    """
    there = [one for one in plan.at(problem, change.round).get(change.table, ()) if one != change.person]
    seats = {table.id: table.capacity for table in problem.tables}
    if len(there) < seats.get(change.table, 0):
        return change
    ways = [Change(change.round, change.person, swap=other) for other in there]
    return min(ways, key=lambda way: _order(cost_of(problem, plan, way)), default=change)


def _order(cost: Cost) -> tuple[float, float, float]:
    return cost.changes.get("violations", 0), cost.changes.get("unseated", 0), cost.cost


def _reached(quality: Quality, aim: str) -> float:
    value = getattr(quality, aim)
    return len(value) if isinstance(value, tuple) else value


def _changed(problem: Problem, plan: Plan, changes: tuple[Change, ...]):
    people = {person.id: i for i, person in enumerate(problem.people)}
    tables = {table.id: t for t, table in enumerate(problem.tables)} | {"": -1}
    seats = plan.seats.copy()
    for change in changes:
        for what, one, known in (
            ("person", change.person, people),
            ("person", change.swap or change.person, people),
            ("table", change.table, tables),
        ):
            if one not in known:
                raise EngineError("Change", f"the {what} {one}", "there is none of this name", "correct it")
        if not 0 <= change.round < problem.rounds:
            raise EngineError(
                "Change", f"round {change.round + 1}", f"there are {problem.rounds}", "correct the round"
            )
        i = people[change.person]
        if change.swap:
            j = people[change.swap]
            seats[change.round, [i, j]] = seats[change.round, [j, i]]
        else:
            seats[change.round, i] = tables[change.table]
    return seats


def why_here(problem: Problem, plan: Plan, person: str, round: int) -> tuple[Reason, ...]:  # noqa: A002
    """Return what speaks for and against the person's seat in the round, what binds them first."""
    place = {p.id: i for i, p in enumerate(problem.people)}
    i = place[person]
    who, t = problem.people[i], int(plan.seats[round, i])
    if t < 0:
        there = who.rounds is None or round in who.rounds
        return (Reason("no_seat" if there else "absent", {}, None if not there else False),)
    table = problem.tables[t]
    others = [j for j in range(len(problem.people)) if j != i and plan.seats[round, j] == t]
    found = []
    if table.moderator == person:
        found.append(Reason("moderator", {}))
    if any(pin.round == round and pin.person == person for pin in problem.pins):
        found.append(Reason("pin", {}))
    bound = {other for pair in problem.together if person in pair for other in pair} - {person}
    if kept := tuple(problem.people[j].id for j in others if problem.people[j].id in bound):
        found.append(Reason("together", {"people": kept}, True))
    found += _meetings(problem, plan, i, round, [j for j in others if problem.people[j].id not in bound])
    if fulfilled := _partners(problem, person, {problem.people[j].id for j in others}):
        found.append(Reason("wish", {"count": len(fulfilled), "people": fulfilled}, True))
    if who.topics and table.topic:
        if table.topic in who.topics:
            rank = who.topics.index(table.topic) + 1
            found.append(Reason("topic", {"count": rank, "topic": table.topic}, rank == 1 or None))
        else:
            found.append(Reason("topic_off_list", {"topic": table.topic}, False))
    home = who.organisation or who.city
    if same := tuple(
        p.id for p in (problem.people[j] for j in others) if home and (p.organisation or p.city) == home
    ):
        found.append(Reason("same_organisation", {"count": len(same), "people": same}, False))
    if is_mixed(table) and who.type:
        found.append(_mix(problem, plan, round, t, who.type))
    return tuple(found)


def _meetings(problem: Problem, plan: Plan, i: int, r: int, others: list[int]) -> list[Reason]:
    seats = plan.seats
    again = tuple(
        problem.people[j].id
        for j in others
        if any(q != r and seats[q, i] == seats[q, j] >= 0 for q in range(problem.rounds))
    )
    found = []
    if len(others) > len(again):
        found.append(Reason("first_meetings", {"count": len(others) - len(again)}, True))
    if again:
        found.append(Reason("repeats", {"count": len(again), "people": again}, False))
    return found


def _partners(problem: Problem, person: str, others: set[str]) -> tuple[str, ...]:
    """Return with whom at the table a wish of the person, or about them, holds; one name per wish."""
    found = []
    for wish in problem.wishes:
        for one, other in ((wish.people, wish.others), (wish.others, wish.people)):
            if person in one and (met := [p for p in other if p in others]):
                found.append(met[0])
                break
    return tuple(found)


def _mix(problem: Problem, plan: Plan, r: int, t: int, kind: str) -> Reason:
    here = sum(p.type == kind for p, s in zip(problem.people, plan.seats[r], strict=True) if s == t)
    size = int((plan.seats[r] == t).sum())
    mixed = [k for k, table in enumerate(problem.tables) if is_mixed(table)]
    seated = [(p, s) for p, s in zip(problem.people, plan.seats[r].tolist(), strict=True) if s in mixed]
    share = size * sum(p.type == kind for p, _ in seated) / max(len(seated), 1)
    if here == 1:
        return Reason("only_of_type", {"type": kind}, True)
    return Reason("of_type", {"count": here, "type": kind, "share": f"{share:.1f}"}, abs(here - share) < 1)


def why_table(problem: Problem, plan: Plan, table: str, round: int) -> tuple[Reason, ...]:  # noqa: A002
    """Return what the table is made of in the round, and which aims and rules of presence it serves or misses."""
    t = [one.id for one in problem.tables].index(table)
    at = problem.tables[t]
    people = [i for i in range(len(problem.people)) if plan.seats[round, i] == t]
    kinds = Counter(problem.people[i].type for i in people)
    found = [
        Reason("seats", {"count": len(people), "seats": at.capacity}, len(people) <= at.capacity or False)
    ]
    if people:
        listed = sorted(kinds.items(), key=lambda item: (-item[1], item[0]))
        facts: Facts = {
            "types": tuple(k or "–" for k, _ in listed),
            "counts": tuple(str(n) for _, n in listed),
        }
        found.append(Reason("types", facts))
    if is_mixed(at):
        found += [
            Reason("missing_type", {"count": rule.at_least - kinds[rule.type], "type": rule.type}, False)
            for rule in problem.presence
            if kinds[rule.type] < rule.at_least
        ]
    pairs = [(i, j) for k, i in enumerate(people) for j in people[k + 1 :]]
    names = [person.id for person in problem.people]
    bound = {frozenset(pair) for pair in problem.together}
    seats = plan.seats
    again = sum(
        frozenset((names[i], names[j])) not in bound
        and any(q != round and seats[q, i] == seats[q, j] >= 0 for q in range(problem.rounds))
        for i, j in pairs
    )
    homes = [person.organisation or person.city for person in problem.people]
    same = sum(bool(homes[i]) and homes[i] == homes[j] for i, j in pairs)
    here = {names[i] for i in people}
    held = sum(
        any(a in here and b in here and a != b for a in w.people for b in w.others) for w in problem.wishes
    )
    for code, count, good in (
        ("pairs_again", again, False),
        ("wishes_here", held, True),
        ("same_pairs", same, False),
    ):
        if count:
            found.append(Reason(code, {"count": count}, good))
    return tuple(found)
