"""A problem checked and turned into arrays: who may sit where, which pairs matter, what each seat costs."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import pairwise

import numpy as np

from ratusz.engines.contracts import EngineError, stable_hash
from ratusz.engines.seating.problem import Person, Problem, Table

MOST_ROUNDS = 100


@dataclass(frozen=True, eq=False)
class Instance:
    """A problem as arrays: R rounds, n people, T tables, K types.

    allowed (R, n, T): who may sit where; a pin or a moderator's duty leaves one table, and people who must sit
    together share theirs. seatable (R, n): some table takes the person.
    objections (R, n, T), int8: how many rules a seat would break by itself.
    duty: per round the (moderator, table). pins (p, 3): round, person, table.
    places (T,): seats; capacity, minimum (R, T): 0 where the table is not used. mixed (T,): tables without walls.
    type, context, home (n,): number of the label, -1 for none. need (K,): people of a type at each mixed table.
    topic (n, T): cost of a seat, 0 to 1. apart, together (p, 2), i < j: numbers of people.
    wishes: per wish its pairs (p, 2), i < j; wish_weight (W,).
    """

    problem: Problem
    allowed: np.ndarray
    seatable: np.ndarray
    objections: np.ndarray
    duty: tuple[np.ndarray, ...]
    pins: np.ndarray
    places: np.ndarray
    capacity: np.ndarray
    minimum: np.ndarray
    mixed: np.ndarray
    type: np.ndarray
    context: np.ndarray
    home: np.ndarray
    need: np.ndarray
    topic: np.ndarray
    apart: np.ndarray
    together: np.ndarray
    wishes: tuple[np.ndarray, ...]
    wish_weight: np.ndarray

    @property
    def shape(self) -> tuple[int, int, int]:
        """Rounds, people, tables."""
        return self.allowed.shape


def prepare(problem: Problem) -> Instance:
    """Return the problem as arrays; raise `EngineError` for what cannot be meant.

    Rules that conflict with each other are no error: the plan still comes, with its violations.
    """
    people, tables = problem.people, problem.tables
    _check_rounds(problem)
    place = _numbered("Person", people)
    table_place = _numbered("Table", tables)
    for table in tables:
        _check_table(table, place)
    _check_moderators(problem)
    _check_weights(problem)
    objections = _objections(problem)
    used = np.array([[t.rounds is None or r in t.rounds for t in tables] for r in range(problem.rounds)])
    duty = tuple(
        np.array(
            [(place[t.moderator], k) for k, t in enumerate(tables) if used[r, k] and t.moderator],
            dtype=np.int64,
        ).reshape(-1, 2)
        for r in range(problem.rounds)
    )
    pins = _pins(problem, place, table_place)
    allowed = _domains(problem, objections, duty, pins)
    together = _pairs("together", problem.together, place)
    _keep_common(allowed, together)
    # A type that only a rule names counts too: nobody of it comes, which breaks the rule.
    types, kind = _labels([*(p.type for p in people), *(rule.type for rule in problem.presence)])
    need = np.zeros(len(types), dtype=np.int64)
    for presence in problem.presence:
        if presence.at_least < 0:
            raise EngineError(
                f"Presence of {presence.type}", presence.at_least, "it is 0 or more", "correct the number"
            )
        k = types.index(presence.type)
        need[k] = max(need[k], presence.at_least)
    weights = [_wish_weight(number, wish.weight) for number, wish in enumerate(problem.wishes, 1)]
    return Instance(
        problem,
        allowed,
        allowed.any(axis=2),
        objections,
        duty,
        pins,
        np.array([t.capacity for t in tables]),
        used * np.array([t.capacity for t in tables]),
        used * np.array([t.minimum for t in tables]),
        np.array([t.types is None and t.professions is None for t in tables]),
        kind[: len(people)],
        _labels((p.context for p in people), empty=False)[1],
        _labels((p.organisation or p.city for p in people), empty=False)[1],
        need,
        _topics(people, tables),
        _pairs("apart", problem.apart, place),
        together,
        tuple(
            _wish_pairs(number, wish.people, wish.others, place)
            for number, wish in enumerate(problem.wishes, 1)
        ),
        np.array(weights, dtype=np.float64),
    )


def fingerprint(problem: Problem) -> str:
    """Return the SHA-256 of everything in the problem."""
    parts = [_fields(item) for item in (*problem.people, *problem.tables, *problem.presence, *problem.pins)]
    parts += [_fields(wish) for wish in problem.wishes]
    rest = problem.apart, problem.together, _fields(problem.weights), problem.rounds, problem.played
    return stable_hash(repr((parts, rest)))


def _fields(item: object) -> tuple:
    """Return the name of the class and its values, sets in order."""
    values = (getattr(item, name) for name in item.__dataclass_fields__)
    return type(item).__name__, *(sorted(v) if isinstance(v, frozenset) else v for v in values)


def _check_rounds(problem: Problem) -> None:
    if not 1 <= problem.rounds <= MOST_ROUNDS:
        raise EngineError("Rounds", problem.rounds, f"a session has 1 to {MOST_ROUNDS}", "correct the number")
    if not 0 <= problem.played <= problem.rounds:
        raise EngineError(
            "Rounds played",
            problem.played,
            f"it lies between 0 and the {problem.rounds} rounds",
            "correct it",
        )
    for what, items in (("Person", problem.people), ("Table", problem.tables)):
        if not items:
            raise EngineError("Problem", f"no {what.lower()}", "it needs at least one", "add one")
        for item in items:
            for r in sorted(item.rounds or ()):
                _check_round(f"{what} {item.id}", r, problem.rounds)
    for pin in problem.pins:
        _check_round(f"Pin of {pin.person}", pin.round, problem.rounds)


def _check_round(where: str, r: int, rounds: int) -> None:
    if not 0 <= r < rounds:
        raise EngineError(
            where, f"round {r}", f"rounds are counted from 0 to {rounds - 1}", "correct the round"
        )


def _numbered(what: str, items: Sequence[Person] | Sequence[Table]) -> dict[str, int]:
    for name, times in Counter(item.id for item in items).items():
        if not name:
            raise EngineError(what, "an empty id", "each has an id of its own", "give it one")
        if times > 1:
            raise EngineError(f"{what} {name}", f"it {times} times", "each id occurs once", "rename one")
    return {item.id: number for number, item in enumerate(items)}


def _known(where: str, what: str, name: str, place: dict[str, int]) -> int:
    if name not in place:
        near = get_close_matches(name, place, n=1, cutoff=0.6)
        raise EngineError(
            where,
            f"{what} {name or 'without an id'}",
            f"there is no such {what}" + (f"; the nearest is {near[0]}" if near else ""),
            "correct the id",
        )
    return place[name]


def _check_table(table: Table, place: dict[str, int]) -> None:
    if table.capacity < 1:
        raise EngineError(
            f"Table {table.id}", f"{table.capacity} seats", "it has at least one", "correct it or remove it"
        )
    if not 0 <= table.minimum <= table.capacity:
        raise EngineError(
            f"Table {table.id}",
            f"a minimum of {table.minimum}",
            f"it lies between 0 and the {table.capacity} seats",
            "correct one of the two",
        )
    if table.moderator:
        _known(f"Table {table.id}, moderator", "person", table.moderator, place)


def _check_moderators(problem: Problem) -> None:
    busy: dict[tuple[str, int], str] = {}
    for table in problem.tables:
        for r in table.rounds if table.rounds is not None else range(problem.rounds):
            other = busy.setdefault((table.moderator, r), table.id)
            if table.moderator and other != table.id:
                raise EngineError(
                    f"Moderator {table.moderator}, round {r + 1}",
                    f"tables {other} and {table.id}",
                    "a person moderates one table at a time",
                    "name another moderator",
                )


def _check_weights(problem: Problem) -> None:
    for name in problem.weights.__dataclass_fields__:
        value = getattr(problem.weights, name)
        if not math.isfinite(value) or (value < 0 and name != "context"):
            raise EngineError(f"Weight {name}", value, "it is a number of 0 or more", "correct it")


def _objections(problem: Problem) -> np.ndarray:
    """Return (R, n, T): how many of a table's and a person's own rules a seat would break."""
    people, tables = problem.people, problem.tables
    fixed = np.zeros((len(people), len(tables)), dtype=np.int8)
    for t, table in enumerate(tables):
        walled = np.zeros(len(people), dtype=bool)
        if table.types is not None:
            walled |= [p.type not in table.types for p in people]
        if table.professions is not None:
            walled |= [p.profession not in table.professions for p in people]
        fixed[:, t] += walled
        if not table.step_free:
            fixed[:, t] += [p.step_free for p in people]
        if table.language:
            fixed[:, t] += [bool(p.languages) and table.language not in p.languages for p in people]
    found = np.repeat(fixed[None], problem.rounds, axis=0)
    for r in range(problem.rounds):
        found[r] += np.array([p.rounds is not None and r not in p.rounds for p in people])[:, None]
        found[r] += np.array([t.rounds is not None and r not in t.rounds for t in tables])
    return found


def _pins(problem: Problem, place: dict[str, int], table_place: dict[str, int]) -> np.ndarray:
    """Return (p, 3): round, person and table of each pin."""
    pinned: dict[tuple[int, str], str] = {}
    for pin in problem.pins:
        where = f"Pin of {pin.person}, round {pin.round + 1}"
        _known(where, "person", pin.person, place)
        _known(where, "table", pin.table, table_place)
        other = pinned.setdefault((pin.round, pin.person), pin.table)
        if other != pin.table:
            raise EngineError(
                where, f"tables {other} and {pin.table}", "a person sits at one table", "take one pin away"
            )
    rows = [(r, place[person], table_place[table]) for (r, person), table in pinned.items()]
    return np.array(rows, dtype=np.int64).reshape(-1, 3)


def _domains(
    problem: Problem, objections: np.ndarray, duty: tuple[np.ndarray, ...], pins: np.ndarray
) -> np.ndarray:
    """Return (R, n, T): whom each table takes. Pins come before moderators, moderators before walls."""
    allowed = objections == 0
    tables = np.arange(allowed.shape[2])
    for r, pairs in enumerate(duty):
        for i, t in pairs:
            allowed[r, i] = tables == t
    for r, i, t in pins:
        allowed[r, i] = tables == t
    present = np.array(
        [[p.rounds is None or r in p.rounds for p in problem.people] for r in range(problem.rounds)]
    )
    return allowed & present[:, :, None]


def _labels(names: Iterable[str], *, empty: bool = True) -> tuple[list[str], np.ndarray]:
    """Return the different labels and each item's number among them; an empty label is -1 unless it counts."""
    names = list(names)
    known = sorted({name for name in names if name or empty})
    number = {name: k for k, name in enumerate(known)}
    return known, np.array([number.get(name, -1) for name in names], dtype=np.int64)


def _topics(people: Sequence[Person], tables: Sequence[Table]) -> np.ndarray:
    topics = sorted({table.topic for table in tables if table.topic})
    column = np.array([topics.index(t.topic) if t.topic else len(topics) for t in tables])
    cost = np.zeros((len(people), len(topics) + 1))
    for i, person in enumerate(people):
        if person.topics:
            rank = {topic: k / len(person.topics) for k, topic in reversed(list(enumerate(person.topics)))}
            cost[i, :-1] = [rank.get(topic, 1.0) for topic in topics]
    return cost[:, column]


def _pairs(name: str, pairs: Iterable[tuple[str, str]], place: dict[str, int]) -> np.ndarray:
    found = set()
    for one, other in pairs:
        i, j = _known(f"Pair {name}", "person", one, place), _known(f"Pair {name}", "person", other, place)
        if i == j:
            raise EngineError(f"Pair {name}", f"{one} twice", "a pair is two people", "correct the pair")
        found.add((min(i, j), max(i, j)))
    return np.array(sorted(found), dtype=np.int64).reshape(-1, 2)


def _wish_pairs(
    number: int, people: Sequence[str], others: Sequence[str], place: dict[str, int]
) -> np.ndarray:
    where = f"Wish {number}"
    ours, theirs = ([_known(where, "person", p, place) for p in side] for side in (people, others))
    pairs = {(min(i, j), max(i, j)) for i in ours for j in theirs if i != j}
    if not pairs:
        raise EngineError(
            where, "nobody to meet", "somebody of one side meets somebody of the other", "name people on both sides"
        )  # fmt: skip
    return np.array(sorted(pairs), dtype=np.int64)


def _wish_weight(number: int, weight: float) -> float:
    if not math.isfinite(weight) or weight < 0:
        raise EngineError(f"Wish {number}", f"a weight of {weight}", "it is 0 or more", "correct it")
    return weight


def clusters(together: np.ndarray, people: int) -> list[np.ndarray]:
    """Return the groups of people who must sit together, each of two or more, from their pairs (p, 2)."""
    parent = np.arange(people)

    def root(i: int) -> int:
        while parent[i] != i:
            i = parent[i]
        return i

    for i, j in together:
        parent[root(i)] = root(j)
    roots = np.array([root(i) for i in range(people)])
    order = np.argsort(roots, kind="stable")
    edges = [0, *np.flatnonzero(np.diff(roots[order])) + 1, order.size]
    return [order[a:b] for a, b in pairwise(edges) if b - a > 1]


def _keep_common(allowed: np.ndarray, together: np.ndarray) -> None:
    """Leave people who must sit together the tables that take them all, where there are any."""
    for group in clusters(together, allowed.shape[1]):
        for tables in allowed:
            there = group[tables[group].any(axis=1)]
            common = tables[there].all(axis=0)
            if common.any():
                tables[there] = common
