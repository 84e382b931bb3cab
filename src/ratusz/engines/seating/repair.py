"""On the day: people who do not come or come late, a table that closes. As few as can be change their seat."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from ratusz.engines.contracts import EngineError, Progress, no_progress
from ratusz.engines.seating.model import seat_all
from ratusz.engines.seating.plan import Plan, Solution
from ratusz.engines.seating.prepare import prepare
from ratusz.engines.seating.problem import Pin, Problem
from ratusz.engines.seating.quality import measure
from ratusz.engines.seating.search import Budget, Stage
from ratusz.engines.seating.solve import Keeper

# Seats have to be filled, so many proposals move one person. A repeat is dearer than a person who moves.
STAGES = (
    Stage(0.3, 0.05, 0.02, one=400, exchange=0, turn=0, repeats=4.0),
    Stage(0.7, 0.08, 0.01, one=400, exchange=0, turn=0, repeats=4.0),
)


@dataclass(frozen=True, slots=True)
class Move:
    """A person who is to sit elsewhere than before; "" is no seat."""

    round: int
    person: str
    before: str
    after: str


@dataclass(frozen=True)
class Repair:
    """A repaired plan, the problem that it solves, and who of those who stay has to move."""

    problem: Problem
    solution: Solution
    moved: tuple[Move, ...]
    seated: int

    @property
    def share(self) -> float:
        """The part of the seats of the rounds to come whose people had a seat and get another, 0 to 1."""
        return sum(bool(move.before) for move in self.moved) / self.seated if self.seated else 0.0


def repair(
    problem: Problem,
    plan: Plan,
    *,
    done_rounds: int,
    absent: Iterable[str] = (),
    late: Mapping[str, int] | None = None,
    pins: Iterable[Pin] = (),
    before: Problem | None = None,
    price: float | None = None,
    seconds: float = 1.0,
    moves: int | None = None,
    seed: int = 0,
    progress: Progress = no_progress,
    stop: Callable[[], bool] | None = None,
) -> Repair:
    """Return a plan that follows the changes and moves as few people as it can. Rounds played stay as they were.

    Parameters
    ----------
    problem : as it is now: with another moderator, a table closed, rooms swapped.
    plan : as it was. before : the problem that it was made for, if people or tables came, went or changed order.
    absent : people who are there no more. late : people by the first round in which they are there.
    pins : added to those of the problem.
    price : what one person who moves costs, beside the weights; None: three times the dearest.

    >>> from ratusz.engines.seating.problem import Person, Table
    >>> six = Problem(tuple(Person(c) for c in "abcdef"), (Table("1", 3), Table("2", 3)), 2)
    >>> found = repair(six, Plan([[0, 0, 0, 1, 1, 1], [0, 1, 0, 1, 0, 1]]), done_rounds=1, absent=["a"], moves=2000)
    >>> found.solution.plan.seats.tolist(), found.moved
    ([[0, 0, 0, 1, 1, 1], [-1, 1, 0, 1, 0, 1]], ())
    """
    changed = _changed(problem, done_rounds, set(absent), dict(late or {}), tuple(pins))
    budget = Budget(seconds, moves, stop)
    instance = prepare(changed)
    old = _carried(before or problem, changed, plan)
    played = np.arange(changed.rounds)[:, None] < done_rounds
    rng = np.random.default_rng(seed)
    seats = seat_all(instance, old, rng)
    weights = problem.weights
    if price is None:
        price = 3 * max(
            weights.repeats, weights.mix, weights.topics, weights.wishes, weights.organisation, 1.0
        )
    moved = np.full(instance.shape, price)
    there = np.argwhere(old >= 0)
    moved[there[:, 0], there[:, 1], old[old >= 0]] = 0.0
    moved[old < 0] = 0.0
    before_repeats = measure(instance, np.where(instance.seatable | played, old, -1)).repeats
    keeper = Keeper(instance, budget, progress, moved=moved, repeats=before_repeats)
    keeper.offer(seats)
    keeper.look_at_bounds()
    solution = keeper.search_all(seats, STAGES, seed, None)
    return Repair(
        changed,
        solution,
        tuple(_moves(changed, old, solution.plan.seats)),
        int((solution.plan.seats[done_rounds:] >= 0).sum()),
    )


def _changed(
    problem: Problem, done_rounds: int, absent: set[str], late: dict[str, int], pins: tuple[Pin, ...]
) -> Problem:
    known = {person.id for person in problem.people}
    for person in sorted(absent | set(late)):
        if person not in known:
            raise EngineError(
                f"Person {person}", "no such person", "they must be among the people", "correct the id"
            )
    if not 0 <= done_rounds <= problem.rounds:
        raise EngineError(
            "Rounds played", done_rounds, f"it lies between 0 and the {problem.rounds} rounds", "correct it"
        )
    for person, first in late.items():
        if not 0 <= first < problem.rounds:
            raise EngineError(
                f"Person {person}, late", f"round {first}", f"rounds are counted from 0 to {problem.rounds - 1}",
                "correct the round",
            )  # fmt: skip
    people = []
    for person in problem.people:
        rounds = set(range(problem.rounds)) if person.rounds is None else set(person.rounds)
        if person.id in late:
            rounds = (rounds if person.rounds is None else set(range(problem.rounds))) & set(
                range(late[person.id], problem.rounds)
            )
        if person.id in absent:
            rounds &= set(range(done_rounds))
        people.append(
            person if person.id not in absent | set(late) else replace(person, rounds=frozenset(rounds))
        )
    return replace(problem, people=tuple(people), pins=(*problem.pins, *pins), played=done_rounds)


def _carried(before: Problem, problem: Problem, plan: Plan) -> np.ndarray:
    """Return (R, n): the plan's seats for the people and tables of the problem as it is now."""
    seats = np.full((problem.rounds, len(problem.people)), -1)
    place = {table.id: t for t, table in enumerate(problem.tables)}
    table = np.array([place.get(t.id, -1) for t in before.tables] + [-1])
    column = {person.id: i for i, person in enumerate(before.people)}
    for i, person in enumerate(problem.people):
        if person.id in column:
            rounds = min(problem.rounds, before.rounds)
            seats[:rounds, i] = table[plan.seats[:rounds, column[person.id]]]
    return seats


def _moves(problem: Problem, old: np.ndarray, new: np.ndarray) -> list[Move]:
    tables = [table.id for table in problem.tables] + [""]
    found = []
    for r, i in np.argwhere(old != new):
        person = problem.people[i]
        here = person.rounds is None or r in person.rounds
        if r >= problem.played and here:
            found.append(Move(int(r), person.id, tables[old[r, i]], tables[new[r, i]]))
    return found
