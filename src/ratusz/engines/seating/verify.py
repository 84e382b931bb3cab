"""The recount of a plan, written apart from the search: plain loops over people and tables, no shared code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from ratusz.engines.contracts import EngineError
from ratusz.engines.seating.plan import Plan, Quality, Solution, Violation
from ratusz.engines.seating.problem import Pair, Person, Problem, Table

TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True)
class Report:
    """What a recount found: each hard rule that does not hold, and the quality."""

    violations: tuple[Violation, ...]
    quality: Quality

    @property
    def clean(self) -> bool:
        """True if every hard rule holds."""
        return not self.violations


def verify(problem: Problem, plan: Plan) -> Report:
    """Return the broken rules and the quality of a plan, recounted from the people and tables themselves.

    >>> from ratusz.engines.seating.problem import Person, Table
    >>> pair = Problem((Person("Ada"), Person("Jan")), (Table("1", 2), Table("2", 2)), 2, apart=(("Ada", "Jan"),))
    >>> verify(pair, Plan([[0, 1], [1, 1]])).violations[0]
    Violation(rule='apart', round=1, table='2', people=('Ada', 'Jan'), short=1, kind='')
    """
    if plan.seats.shape != (problem.rounds, len(problem.people)):
        raise EngineError(
            "Plan",
            f"{plan.seats.shape[0]} rounds × {plan.seats.shape[1]} people",
            f"the problem has {problem.rounds} × {len(problem.people)}",
            "use the plan with the problem that it was made for",
        )
    if plan.seats.size and not -1 <= plan.seats.min() <= plan.seats.max() < len(problem.tables):
        raise EngineError(
            "Plan",
            f"tables {plan.seats.min()} to {plan.seats.max()}",
            f"tables are numbered 0 to {len(problem.tables) - 1}, -1 is not seated",
            "use the plan with the problem that it was made for",
        )
    rounds = [_tables_of(problem, plan, r) for r in range(problem.rounds)]
    violations = tuple(
        broken
        for r in range(problem.played, problem.rounds)
        for broken in _broken_in_round(problem, plan, r, rounds[r])
    )
    return Report(violations, _quality(problem, plan, rounds, len(violations)))


def check(problem: Problem, solution: Solution) -> Report:
    """Return the recount; raise `EngineError` if a hard rule is broken or the solution claims another quality."""
    report = verify(problem, solution.plan)
    for one in report.violations:
        people = f", {', '.join(one.people)}" if one.people else ""
        raise EngineError(
            f"Round {one.round + 1}, table {one.table or 'none'}{people}",
            f"the rule {one.rule} broken",
            "a plan keeps every hard rule",
            "solve again, or relax the rule",
        )
    for name in ("repeats", "missed", "same_organisation", "context", "unseated", "violations"):
        _same(name, getattr(solution.quality, name), getattr(report.quality, name))
    for name in ("off_mix", "topic_cost", "cost"):
        claimed, found = getattr(solution.quality, name), getattr(report.quality, name)
        if abs(claimed - found) > TOLERANCE * max(1.0, abs(found)):
            _same(name, claimed, found)
    return report


def _same(name: str, claimed: object, found: object) -> None:
    if claimed != found:
        raise EngineError(
            f"Quality, {name}", claimed, f"a recount finds {found}", "do not trust this plan; solve it again"
        )


def admits(table: Table, person: Person, round: int) -> bool:  # noqa: A002 the session's own word
    """Return whether the table's own rules let the person sit here in the round, pins and moderators apart."""
    return not any(_objections(table, person, round))


def _objections(table: Table, person: Person, r: int) -> Iterator[str]:
    if table.rounds is not None and r not in table.rounds:
        yield "unused"
    if person.rounds is not None and r not in person.rounds:
        yield "available"
    if (table.types is not None and person.type not in table.types) or (
        table.professions is not None and person.profession not in table.professions
    ):
        yield "walls"
    if person.step_free and not table.step_free:
        yield "step_free"
    if table.language and person.languages and table.language not in person.languages:
        yield "language"


def _distinct(pairs: tuple[Pair, ...]) -> list[Pair]:
    """Return each pair once, whichever way round it is written."""
    return list({frozenset(pair): pair for pair in pairs}.values())


def _tables_of(problem: Problem, plan: Plan, r: int) -> list[list[int]]:
    tables: list[list[int]] = [[] for _ in problem.tables]
    for i, t in enumerate(plan.seats[r].tolist()):
        if t >= 0:
            tables[t].append(i)
    return tables


def _broken_in_round(problem: Problem, plan: Plan, r: int, tables: list[list[int]]) -> Iterator[Violation]:
    for table, seated in zip(problem.tables, tables, strict=True):
        yield from _broken_at_table(problem, table, [problem.people[i] for i in seated], r)
    seats = dict(zip((person.id for person in problem.people), plan.seats[r].tolist(), strict=True))
    place = {person.id: i for i, person in enumerate(problem.people)}
    for one, other in _distinct(problem.apart):
        if seats[one] == seats[other] >= 0:
            yield Violation("apart", r, problem.tables[seats[one]].id, (one, other))
    for one, other in _distinct(problem.together):
        if seats[one] != seats[other] and all(_seatable(problem, place[p], r) for p in (one, other)):
            yield Violation("together", r, "", (one, other))
    for pin in dict.fromkeys(problem.pins):
        t = seats[pin.person]
        if pin.round == r and (t < 0 or problem.tables[t].id != pin.table):
            yield Violation("pin", r, pin.table, (pin.person,))


def _broken_at_table(problem: Problem, table: Table, seated: list[Person], r: int) -> Iterator[Violation]:
    used = table.rounds is None or r in table.rounds
    if len(seated) > table.capacity:
        yield Violation("capacity", r, table.id, short=len(seated) - table.capacity)
    if used and len(seated) < table.minimum:
        yield Violation("minimum", r, table.id, short=table.minimum - len(seated))
    for person in seated:
        for rule in _objections(table, person, r):
            yield Violation(rule, r, table.id, (person.id,))
    if used and table.moderator and table.moderator not in {person.id for person in seated}:
        yield Violation("moderator", r, table.id, (table.moderator,))
    if used and table.types is None and table.professions is None:
        for kind, at_least in _presence(problem).items():
            lack = at_least - sum(person.type == kind for person in seated)
            if lack > 0:
                yield Violation("presence", r, table.id, short=lack, kind=kind)


def _presence(problem: Problem) -> dict[str, int]:
    """Return how many people of each type every mixed table needs."""
    need: dict[str, int] = {}
    for presence in problem.presence:
        need[presence.type] = max(presence.at_least, need.get(presence.type, 0))
    return need


def _seatable(problem: Problem, i: int, r: int) -> bool:
    """Return whether the person is there in the round and some table takes them in."""
    person = problem.people[i]
    if person.rounds is not None and r not in person.rounds:
        return False
    return any(
        admits(table, person, r)
        or (table.moderator == person.id and (table.rounds is None or r in table.rounds))
        for table in problem.tables
    ) or any(pin.round == r and pin.person == person.id for pin in problem.pins)


def _quality(problem: Problem, plan: Plan, rounds: list[list[list[int]]], violations: int) -> Quality:
    people, weights = problem.people, problem.weights
    meetings: Counter[tuple[int, int]] = Counter()
    same = differing = seats = 0
    topics = 0.0
    for tables in rounds:
        for table, seated in zip(problem.tables, tables, strict=True):
            seats += len(seated)
            topics += sum(_topic(people[i].topics, table.topic) for i in seated)
            for i, j in combinations(seated, 2):
                meetings[i, j] += 1
                home = people[i].organisation or people[i].city
                same += bool(home) and home == (people[j].organisation or people[j].city)
                kinds = people[i].context, people[j].context
                differing += all(kinds) and kinds[0] != kinds[1]
    place = {person.id: i for i, person in enumerate(people)}
    bound = {tuple(sorted((place[a], place[b]))) for a, b in problem.together}
    repeats = sum(times - 1 for pair, times in meetings.items() if pair not in bound)
    missed = tuple(
        number
        for number, wish in enumerate(problem.wishes)
        if not any(
            meetings[min(place[a], place[b]), max(place[a], place[b])]
            for a in wish.people
            for b in wish.others
            if a != b
        )
    )
    unseated = tuple(
        (r, person.id)
        for r in range(problem.played, problem.rounds)
        for i, person in enumerate(people)
        if plan.seats[r, i] < 0 and _seatable(problem, i, r)
    )
    off_mix = sum(_off_mix(problem, tables, r) for r, tables in enumerate(rounds))
    cost = (
        weights.repeats * repeats
        + weights.mix * off_mix
        + weights.topics * topics
        + weights.wishes * sum(problem.wishes[w].weight for w in missed)
        + weights.organisation * same
        + weights.context * differing
    )
    return Quality(
        repeats, off_mix, topics / seats if seats else 0.0, missed, same, differing, unseated, violations, cost
    )  # fmt: skip


def _topic(wished: tuple[str, ...], topic: str) -> float:
    """Return what a seat at this topic costs: 0 for the dearest, 1 for one that is not on the list."""
    if not wished or not topic:
        return 0.0
    return wished.index(topic) / len(wished) if topic in wished else 1.0


def _off_mix(problem: Problem, tables: list[list[int]], r: int) -> float:
    """Return the squared distance from the round's own mix, above the least that whole people allow."""
    mixed = [
        seated
        for table, seated in zip(problem.tables, tables, strict=True)
        if table.types is None
        and table.professions is None
        and (table.rounds is None or r in table.rounds or seated)
    ]
    sizes = [len(seated) for seated in mixed]
    if not sum(sizes):
        return 0.0
    # Tables of one size, as far as whole people allow, share each type alike; others by their size.
    even = max(sizes) - min(sizes) <= 1
    share = [1 / len(sizes) if even else size / sum(sizes) for size in sizes]
    kinds = Counter(problem.people[i].type for seated in mixed for i in seated)
    above = 0.0
    for kind, number in kinds.items():
        counts = [sum(problem.people[i].type == kind for i in seated) for seated in mixed]
        ideal = [number * part for part in share]
        least = [0] * len(sizes)
        for _ in range(number):
            t = min(range(len(sizes)), key=lambda t: 2 * (least[t] - ideal[t]))
            least[t] += 1
        above += sum((c - x) ** 2 for c, x in zip(counts, ideal, strict=True))
        above -= sum((c - x) ** 2 for c, x in zip(least, ideal, strict=True))
    return round(above, 9) + 0.0
