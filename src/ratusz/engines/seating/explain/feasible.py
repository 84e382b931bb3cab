"""Whether a set of hard rules can hold in a round, exactly: an integer programme in which like people are one.

People whom no pair rule names and who may sit at the same tables are interchangeable; they are counted, not
told apart, which keeps the programme small and free of symmetry. Pairs that sit apart are covered by cliques:
at most one of a clique at a table says the same as its pairs and is far tighter.
"""

from __future__ import annotations

import math
import time
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from ratusz.engines.seating.explain.rules import Round, Rule, admitted, is_mixed, understood


class OutOfTime(Exception):
    """Raised when a question cannot be decided in the time that is left."""


class Clock:
    """The time that is left for a chain of questions."""

    def __init__(self, seconds: float):
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """Return the seconds left; raise `OutOfTime` when there are none."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise OutOfTime
        return left


def can_hold(part: Round, rules: Iterable[Rule], clock: Clock) -> bool:
    """Tell whether everybody of the round can be seated so that all of the rules hold."""
    return least_breach(part, rules, (), clock) is not None


def least_breach(part: Round, hard: Iterable[Rule], soft: Iterable[Rule], clock: Clock) -> int | None:
    """Return by how much the soft rules must be broken in all if the hard ones hold; None: even that cannot be.

    A unit of breach is a seat too many, a person too few, a pair or one person who sits against a rule.
    """
    if part.people and not part.tables:
        return None
    hard, soft = set(hard), set(soft)
    if lost := [
        rule for rule in hard | soft if rule.kind in ("moderator", "pin") and not _is_here(part, rule)
    ]:
        if not hard.isdisjoint(lost):
            return None
        found = least_breach(part, hard, soft - set(lost), clock)
        return None if found is None else found + len(lost)
    return _Programme(part, hard, soft).solve(clock)


def _is_here(part: Round, rule: Rule) -> bool:
    return any(t.id == rule.table for t in part.tables) and any(p.id == rule.people[0] for p in part.people)


@dataclass
class _Unit:
    """People who sit together, or interchangeable people: `count` times the same `size`."""

    size: int
    types: tuple[int, ...]
    allowed: np.ndarray
    price: np.ndarray
    count: int = 1


@dataclass
class _Programme:
    part: Round
    hard: set[Rule]
    soft: set[Rule]
    units: list[_Unit] = field(default_factory=list)
    rows: list[tuple[dict[int, float], float, float]] = field(default_factory=list)
    prices: list[float] = field(default_factory=list)
    most: list[float] = field(default_factory=list)
    types: list[str] = field(default_factory=list)

    def solve(self, clock: Clock) -> int | None:
        unit_of = self._seat_units()
        if not all(unit.allowed.any() for unit in self.units):
            return None
        tables = self.part.tables
        for unit in self.units:
            first = len(self.prices)
            for t in range(len(tables)):
                self._column(unit.price[t], unit.count if unit.allowed[t] else 0)
            self._row({first + t: 1.0 for t in range(len(tables))}, unit.count, unit.count)
        for rule in sorted(self.hard | self.soft):
            if rule.kind in ("capacity", "minimum", "presence"):
                self._count(rule)
        self._part_pairs(unit_of)
        return self._answer(clock)

    def _column(self, price: float, most: float) -> int:
        self.prices.append(price)
        self.most.append(most)
        return len(self.prices) - 1

    def _row(self, terms: dict[int, float], low: float, high: float) -> None:
        self.rows.append((terms, low, high))

    def _places(self) -> tuple[np.ndarray, np.ndarray]:
        """Return where each person may sit and what a seat there would break: both (people, tables)."""
        people, tables = self.part.people, self.part.tables
        person = {p.id: i for i, p in enumerate(people)}
        table = {t.id: k for k, t in enumerate(tables)}
        allowed = np.ones((len(people), len(tables)), bool)
        price = np.zeros((len(people), len(tables)))
        for rule in sorted(self.hard | self.soft):
            wrong = np.zeros_like(allowed)
            if rule.kind in ("moderator", "pin"):
                i = person[rule.people[0]]
                wrong[i] = True
                wrong[i, table[rule.table]] = False
            elif rule.kind == "step_free":
                wrong[person[rule.people[0]]] = [not t.step_free for t in tables]
            elif rule.kind in ("walls", "language"):
                fits = admitted if rule.kind == "walls" else understood
                k = table[rule.table]
                wrong[:, k] = [not fits(p, tables[k]) for p in people]
            if rule in self.hard:
                allowed &= ~wrong
            else:
                price += wrong
        return allowed, price

    def _seat_units(self) -> dict[str, int]:
        """Make the units; return the unit of each person whom a rule about pairs names."""
        people = self.part.people
        allowed, price = self._places()
        group = {p.id: p.id for p in people}

        def root(one: str) -> str:
            while group[one] != one:
                group[one] = group[group[one]]
                one = group[one]
            return one

        for rule in sorted(self.hard):
            if rule.kind == "together":
                group[root(rule.people[0])] = root(rule.people[1])
        types = sorted({rule.type for rule in self.hard | self.soft if rule.kind == "presence"})
        named = {
            root(one)
            for rule in self.hard | self.soft
            if rule.kind == "apart" or (rule.kind == "together" and rule in self.soft)
            for one in rule.people
        }
        members: dict[str, list[int]] = {}
        for i, p in enumerate(people):
            members.setdefault(root(p.id), []).append(i)
        self.types = types
        unit_of: dict[str, int] = {}
        alike: dict[tuple, int] = {}
        for key, rows in members.items():
            of = tuple(sum(people[i].type == name for i in rows) for name in types)
            unit = _Unit(len(rows), of, allowed[rows].all(axis=0), price[rows].sum(axis=0))
            if key in named:
                unit_of |= {people[i].id: len(self.units) for i in rows}
                self.units.append(unit)
                continue
            like = (unit.size, of, unit.allowed.tobytes(), unit.price.tobytes())
            if like in alike:
                self.units[alike[like]].count += 1
            else:
                alike[like] = len(self.units)
                self.units.append(unit)
        return unit_of

    def _seat(self, unit: int, table: int) -> int:
        return unit * len(self.part.tables) + table

    def _count(self, rule: Rule) -> None:
        """Add the rows of a capacity, of a minimum, of a type's presence at every mixed table."""
        kind = self.types.index(rule.type) if rule.kind == "presence" else 0
        for k, table in enumerate(self.part.tables):
            if table.id != rule.table if rule.kind != "presence" else not is_mixed(table):
                continue
            terms = {
                self._seat(u, k): float(unit.types[kind] if rule.kind == "presence" else unit.size)
                for u, unit in enumerate(self.units)
            }
            low, high = {
                "capacity": (0, table.capacity),
                "minimum": (table.minimum, np.inf),
                "presence": (rule.least, np.inf),
            }[rule.kind]
            if rule in self.soft:
                terms[self._column(1.0, max(len(self.part.people), low))] = (
                    -1.0 if rule.kind == "capacity" else 1.0
                )
            self._row(terms, low, high)

    def _part_pairs(self, unit_of: dict[str, int]) -> None:
        edges: set[tuple[int, int]] = set()
        width = len(self.part.tables)
        for rule in sorted(self.hard | self.soft):
            if rule.kind not in ("apart", "together") or (rule.kind == "together" and rule in self.hard):
                continue
            a, b = sorted(unit_of[one] for one in rule.people)
            if rule in self.hard:
                edges.add((a, b))
                continue
            broken = self._column(1.0, 1)
            for k in range(width):
                if rule.kind == "apart" and a == b:
                    self._row({broken: 1.0}, 1, 1)
                elif rule.kind == "apart":
                    self._row({self._seat(a, k): 1.0, self._seat(b, k): 1.0, broken: -1.0}, -1, 1)
                elif a != b:
                    self._row({self._seat(a, k): 1.0, self._seat(b, k): -1.0, broken: -1.0}, -2, 0)
        for clique in cliques(edges):
            for k in range(width):
                once = {self._seat(u, k): 1.0 for u in clique}
                self._row(once, 0, 1 if len(clique) > 1 else 0)

    def _answer(self, clock: Clock) -> int | None:
        if any(low > 0 for terms, low, _ in self.rows if not terms):
            return None
        if not any(terms for terms, _, _ in self.rows):
            return 0
        at = [(r, c, v) for r, (terms, _, _) in enumerate(self.rows) for c, v in terms.items()]
        row, column, value = (np.array(part) for part in zip(*at, strict=True))
        matrix = csr_array((value, (row, column)), shape=(len(self.rows), len(self.prices)))
        limits = LinearConstraint(
            matrix, [low for _, low, _ in self.rows], [high for _, _, high in self.rows]
        )
        for presolve in (True, False):
            found = milp(
                self.prices,
                integrality=np.ones(len(self.prices)),
                bounds=Bounds(0, self.most),
                constraints=limits,
                options={"time_limit": clock.left(), "presolve": presolve, "mip_rel_gap": 0.0},
            )
            if found.status == 0:
                return math.floor(found.fun + 0.5)
            if found.status == 2:
                return None
            if found.status == 1:
                break
        raise OutOfTime


def cliques(edges: Collection[tuple[int, int]]) -> list[tuple[int, ...]]:
    """Return cliques that cover every edge, each grown greedily; an edge from a point to itself stays alone.

    >>> cliques({(0, 1), (0, 2), (1, 2), (2, 3)})
    [(0, 1, 2), (2, 3)]
    """
    near: dict[int, set[int]] = {}
    for a, b in edges:
        near.setdefault(a, set()).add(b)
        near.setdefault(b, set()).add(a)
    found, left = [(a,) for a, b in sorted(edges) if a == b], {edge for edge in edges if edge[0] != edge[1]}
    for edge in sorted(left):
        if edge not in left:
            continue
        grown = list(edge)
        rest = (near[edge[0]] & near[edge[1]]) - set(edge)
        while rest:
            new = min(rest, key=lambda one: (-len(near[one] & rest), one))
            grown.append(new)
            rest &= near[new]
            rest.discard(new)
        found.append(tuple(sorted(grown)))
        left -= {(a, b) for a in grown for b in grown if a < b}
    return found
