"""From a problem to a plan: seats at once, then ever better ones by annealing until time, moves or a bound end it."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Executor

import numpy as np

import ratusz
from ratusz.engines.contracts import Progress, Provenance, no_progress
from ratusz.engines.seating.bounds import bounds as bounds_of
from ratusz.engines.seating.kernels import anneal, total_cost
from ratusz.engines.seating.model import UNIT, build, seat_all
from ratusz.engines.seating.plan import Plan, Quality, Solution
from ratusz.engines.seating.prepare import fingerprint, prepare
from ratusz.engines.seating.problem import Person, Problem, Table
from ratusz.engines.seating.quality import measure
from ratusz.engines.seating.verify import verify

OnBest = Callable[[Plan, Quality, float], None]


def solve(
    problem: Problem,
    *,
    seconds: float = 10.0,
    moves: int | None = None,
    seed: int = 0,
    start: Plan | None = None,
    progress: Progress = no_progress,
    on_best: OnBest | None = None,
    stop: Callable[[], bool] | None = None,
    executor: Executor | None = None,
) -> Solution:
    """Return the best plan found within the time; the first one that is usable comes at once.

    Parameters
    ----------
    seconds : how long to search; less if the bound of the cost is reached.
    moves : a number of proposals instead of a time: the same seed and number give the same plan.
    start : a plan to begin with. on_best : called with each better plan, its quality and the seconds so far.
    stop : asked now and then; the search ends when it returns True.
    executor : threads that search from different starts at the same time; None searches here.

    >>> from ratusz.engines.seating.problem import Person, Table
    >>> twelve = Problem(tuple(Person(f"p{i}") for i in range(12)), tuple(Table(f"t{i}", 3) for i in range(4)), 4)
    >>> solution = solve(twelve, moves=200_000)
    >>> solution.quality.repeats, "repeats" in solution.proved
    (0, True)
    """
    began = time.perf_counter()
    instance = prepare(problem)
    limits = bounds_of(instance)
    rng = np.random.default_rng(seed)
    rounds, people, tables = instance.shape
    first = np.full((rounds, people), -1) if start is None else start.seats
    seats = seat_all(instance, first, rng)
    model = build(instance, seats)
    state = model.state(seats, seed)
    cost = total_cost(model.rules, state, model.unary)
    best = seats.astype(np.int32)
    flag = np.zeros(1, dtype=np.int8)
    total = moves or int(seconds * 5e6)
    cost, best_cost, done = anneal(
        model.rules, state, cost, 1 << 62, best, total, 0.3 * UNIT, 0.01 * UNIT, 20, -(1 << 62), flag
    )
    seats = np.where(best == tables, -1, best)
    plan = Plan(seats)
    quality = measure(instance, seats)
    if on_best is not None:
        on_best(plan, quality, time.perf_counter() - began)
    progress(1, 1)
    provenance = Provenance(ratusz.__version__, fingerprint(problem), seed, 1, time.perf_counter() - began)
    violations = verify(problem, plan).violations if quality.violations else ()
    return Solution(plan, quality, limits, violations, provenance, done)


def warm_up() -> None:
    """Compile or load the kernels: the first call takes seconds otherwise."""
    solve(Problem(tuple(Person(str(i)) for i in range(4)), (Table("a", 2), Table("b", 2)), 2), moves=100)
