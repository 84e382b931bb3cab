"""What comes out: who sits where in each round, what that breaks, how good it is and what is proved about it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ratusz.engines.contracts import EngineError, Provenance
from ratusz.engines.seating.problem import Problem

AIMS = ("repeats", "off_mix", "topic_cost", "wishes_missed", "same_organisation", "context", "unseated")


@dataclass(frozen=True, eq=False)
class Plan:
    """Who sits where. `seats` (rounds, people), int32, read only: the number of a table, or -1 for not seated.

    >>> Plan([[0, 1, -1]]) == Plan(np.array([[0, 1, -1]]))
    True
    """

    seats: np.ndarray

    def __post_init__(self) -> None:
        seats = np.array(self.seats)
        if seats.ndim != 2 or (seats.size and not np.issubdtype(seats.dtype, np.integer)):
            raise EngineError(
                "Plan",
                f"{seats.dtype} seats of shape {seats.shape}",
                "a plan is a whole number per round and person",
                "pass one row per round",
            )
        seats = seats.astype(np.int32)
        seats.setflags(write=False)
        object.__setattr__(self, "seats", seats)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Plan) and np.array_equal(self.seats, other.seats)

    def __hash__(self) -> int:
        return hash((self.seats.shape, self.seats.tobytes()))

    def at(self, problem: Problem, round: int) -> dict[str, tuple[str, ...]]:  # noqa: A002 the session's own word
        """Return who sits at each table that is used in the round, in the order of tables and of people."""
        found: dict[str, list[str]] = {
            table.id: [] for table in problem.tables if table.rounds is None or round in table.rounds
        }
        for person, table in zip(problem.people, self.seats[round], strict=True):
            if table >= 0:
                found.setdefault(problem.tables[table].id, []).append(person.id)
        return {table: tuple(people) for table, people in found.items()}

    def route(self, problem: Problem, person: str) -> tuple[str | None, ...]:
        """Return the person's table in each round, None where the person is not seated."""
        column = [p.id for p in problem.people].index(person)
        return tuple(problem.tables[t].id if t >= 0 else None for t in self.seats[:, column])

    @classmethod
    def from_routes(cls, problem: Problem, routes: dict[str, tuple[str | None, ...]]) -> Plan:
        """Return the plan in which each person follows a route; people who are not named are not seated."""
        tables = {table.id: t for t, table in enumerate(problem.tables)}
        seats = np.full((problem.rounds, len(problem.people)), -1, dtype=np.int32)
        for i, person in enumerate(problem.people):
            for r, table in enumerate(routes.get(person.id, ())):
                if table is not None and r < problem.rounds:
                    if table not in tables:
                        raise EngineError(
                            f"Person {person.id}, round {r + 1}",
                            f"table {table}",
                            "there is no such table",
                            "correct the plan or add the table",
                        )
                    seats[r, i] = tables[table]
        return cls(seats)


@dataclass(frozen=True, slots=True)
class Violation:
    """A hard rule that does not hold: where, by whom, and by how many `short` (seats, people or 1).

    Rules: "capacity", "minimum", "unused" (a table in a round in which it is not used), "available" (a person in a
    round in which they are absent), "apart", "together", "moderator", "walls", "step_free", "language", "pin",
    "presence" (`kind` is the type of people that lacks).
    """

    rule: str
    round: int
    table: str = ""
    people: tuple[str, ...] = ()
    short: int = 1
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Quality:
    """How good a plan is. Less is better everywhere.

    repeats : over pairs (but those who must sit together), the meetings beyond the first.
    off_mix : squared distance of the mixed tables' types from the round's own mix, above the least that whole
        people allow.
    topic_cost : mean over seats, 0 (the dearest topic, or none wished) to 1 (a topic that is not on the list).
    missed : the numbers of the wishes that no round fulfils.
    same_organisation, context : pairs at one table, over all rounds, of one organisation; of different context.
    unseated : (round, person) of people whom some table admits, but for whom no seat is left.
    violations : broken hard rules. cost : the soft aims times their weights.
    """

    repeats: int
    off_mix: float
    topic_cost: float
    missed: tuple[int, ...]
    same_organisation: int
    context: int
    unseated: tuple[tuple[int, str], ...]
    violations: int
    cost: float

    @property
    def wishes_missed(self) -> int:
        """The number of wishes that no round fulfils."""
        return len(self.missed)

    @property
    def order(self) -> tuple[int, int, float]:
        """What tells the better of two plans: broken rules first, then people without a seat, then the cost."""
        return self.violations, len(self.unseated), self.cost


@dataclass(frozen=True, slots=True)
class Bounds:
    """The least that any plan can reach in each aim, proved by counting, flows and linear programmes.

    None: nothing is known (a context that people should differ in). `cost` bounds the cost of all aims together.
    """

    repeats: int
    off_mix: float
    topic_cost: float
    wishes_missed: int
    same_organisation: int
    context: int | None
    unseated: int
    cost: float

    def proved(self, quality: Quality) -> frozenset[str]:
        """Return the names of the aims (`AIMS`) in which no plan can be better."""
        found = []
        for aim in AIMS:
            least, reached = getattr(self, aim), getattr(quality, aim)
            reached = len(reached) if aim == "unseated" else reached
            if least is not None and reached <= least + 1e-9:
                found.append(aim)
        return frozenset(found)


@dataclass(frozen=True)
class Solution:
    """A plan with what is known about it. `moves` counts the proposals that the search looked at."""

    plan: Plan
    quality: Quality
    bounds: Bounds
    violations: tuple[Violation, ...]
    provenance: Provenance
    moves: int

    @property
    def proved(self) -> frozenset[str]:
        """The names of the aims in which no plan can be better."""
        return self.bounds.proved(self.quality)
