"""From a problem to a plan: seats at once, then ever better ones until time, moves or a bound end the search."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, wait

import numpy as np

import ratusz
from ratusz.engines.contracts import EngineError, Progress, Provenance, no_progress
from ratusz.engines.seating.bounds import bounds as bounds_of
from ratusz.engines.seating.bounds import even_sizes
from ratusz.engines.seating.designs import construct
from ratusz.engines.seating.model import seat_all
from ratusz.engines.seating.plan import Bounds, Plan, Quality, Solution
from ratusz.engines.seating.prepare import Instance, fingerprint, prepare
from ratusz.engines.seating.problem import Person, Problem, Table
from ratusz.engines.seating.quality import measure
from ratusz.engines.seating.search import Budget, Stage, search
from ratusz.engines.seating.verify import verify

OnBest = Callable[[Plan, Quality, float], None]

# A cold search makes the plan usable, and is all that an easy problem needs.
FIRST = (Stage(0.02, 0.06, 0.03, exchange=0, turn=0),)
# Cold is best while there are few moves for each seat. Given many, hot finds what cold cannot, where people can hardly
# avoid each other.
COLD = Stage(1.0, 0.06, 0.015)
WARM = Stage(3.0, 0.12, 0.015, mix=2.5)
HOT = Stage(5.0, 0.20, 0.015, exchange=100, turn=30, mix=2.5, slow=2.5)
THREADS = 2
_MEASURING = 6
_DESIGN = 2.0
_RATE = 5e6


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

    Rules that conflict do not keep the plan from coming: it breaks as few as it can, and lists them.

    Parameters
    ----------
    seconds : how long to search; less if the bound of the cost is reached.
    moves : a number of proposals instead of a time: the same seed and number give the same plan.
    start : a plan to begin with; needed if rounds have been played, which stay as they are.
    on_best : called with each better plan, its quality and the seconds so far.
    stop : asked now and then; the search ends when it returns True.
    executor : threads; two searches then run at the same time from seeds of their own. None searches here.

    >>> from ratusz.engines.seating.problem import Person, Table
    >>> twelve = Problem(tuple(Person(f"p{i}") for i in range(12)), tuple(Table(f"t{i}", 3) for i in range(4)), 4)
    >>> solution = solve(twelve, moves=200_000)
    >>> solution.quality.repeats, "repeats" in solution.proved
    (0, True)
    """
    if moves is None and not seconds > 0:
        raise EngineError("Seconds", seconds, "a search takes some time", "give more than 0")
    budget = Budget(seconds, moves, stop)
    instance = prepare(problem)
    rng = np.random.default_rng(seed)
    keeper = Keeper(instance, budget, progress, on_best)
    keeper.offer(seat_all(instance, seats_of(instance, start), rng))
    keeper.look_at_bounds()
    done = keeper.follow(search(instance, keeper.seats, budget, FIRST, seed=seed, whole=False))
    seats = keeper.seats
    if start is None and keeper.quality.repeats and not keeper.bounds.repeats:
        design = _design(instance, min(_DESIGN, seconds / 4) if moves is None else 0.0, rng)
        if design is not None:
            keeper.offer(design)
            seats = design
    return keeper.search_all(seats, _stages(instance, budget), seed, executor, done)


def _stages(instance: Instance, budget: Budget) -> tuple[Stage, ...]:
    """Return the stages that suit the moves that there are for each seat."""
    moves = budget.moves if budget.moves is not None else budget.seconds * _RATE
    each = moves / instance.seatable.size
    return (COLD, WARM, HOT)[: 1 + (each > 6_000) + (each > 40_000)]


def _design(instance: Instance, seconds: float, rng: np.random.Generator) -> np.ndarray | None:
    """Return (R, n) seats in which nobody meets twice, if there is time to find some and anybody may sit anywhere."""
    people = instance.shape[1]
    if not instance.allowed.all() or not instance.problem.weights.repeats or len(instance.together):
        return None
    sizes = even_sizes(instance)
    if (sizes != sizes[0]).any() or (sizes < instance.minimum).any() or sizes[0].sum() != people:
        return None
    order = np.argsort(-sizes[0], kind="stable")
    found = construct(people, tuple(sizes[0, order].tolist()), len(sizes), seconds=seconds, rng=rng)
    return None if found is None else order[found]


def seats_of(instance: Instance, start: Plan | None) -> np.ndarray:
    """Return (R, n) seats to begin with, all -1 without a plan."""
    rounds, people, tables = instance.shape
    if start is None:
        if instance.problem.played:
            raise EngineError(
                "Rounds played",
                instance.problem.played,
                "who sat where is not known",
                "give the plan as start",
            )
        return np.full((rounds, people), -1)
    if start.seats.shape != (rounds, people) or start.seats.max(initial=-1) >= tables:
        raise EngineError(
            "Plan",
            f"{start.seats.shape[0]} rounds × {start.seats.shape[1]} people",
            f"the problem has {rounds} × {people}, and {tables} tables",
            "use the plan with the problem that it was made for",
        )
    return start.seats


class Keeper:
    """Keeps the best plan of all searches, tells about it, and ends them when nothing better is possible."""

    def __init__(
        self,
        instance: Instance,
        budget: Budget,
        progress: Progress = no_progress,
        on_best: OnBest | None = None,
        moved: np.ndarray | None = None,
        repeats: int = 0,
    ):
        self.instance = instance
        self.moved = moved
        self.repeats = repeats
        self.moves = 0
        self.budget = budget
        self.progress = progress
        self.on_best = on_best
        self.bounds: Bounds | None = None
        self.plan: Plan | None = None
        self.quality: Quality | None = None
        self.worth: tuple[int, int, int, int, float] | None = None

    def offer(self, seats: np.ndarray) -> None:
        """Keep the seats (R, n; T for no seat) if they are better than all before."""
        seats = np.where(seats == self.instance.shape[2], -1, seats)
        quality = measure(self.instance, seats)
        worth = self._worth(seats, quality)
        if self.worth is not None and worth >= self.worth:
            return
        self.plan, self.quality, self.worth = Plan(seats), quality, worth
        if self.on_best is not None:
            self.on_best(self.plan, quality, self.budget.elapsed())
        self.end_if_proved()

    def _worth(self, seats: np.ndarray, quality: Quality) -> tuple[int, int, int, int, float]:
        """Return what tells the better of two plans: rules, people without a seat, even tables, aims and moves.

        In a repair, repeats that were not there before come before the aims.
        """
        broken, unseated, cost = quality.order
        r, i = np.nonzero(seats >= 0)
        tables = self.instance.shape[2]
        uneven = int((np.bincount(r * tables + seats[r, i]) ** 2).sum())
        more = 0
        if self.moved is not None:
            cost += float(self.moved[r, i, seats[r, i]].sum())
            more = max(quality.repeats - self.repeats, 0)
        return broken, unseated, uneven, more, cost

    def end_if_proved(self) -> None:
        """End the search if no plan can be better."""
        if self.bounds is None or self.quality is None:
            return
        broken, unseated, cost = self.quality.order
        if not broken and unseated <= self.bounds.unseated and cost <= self.bounds.cost + 1e-9:
            self.budget.end()

    @property
    def seats(self) -> np.ndarray:
        """The best seats (R, n), with T for people for whom no seat is left."""
        left = (self.plan.seats < 0) & self.instance.seatable
        left[: self.instance.problem.played] = False
        return np.where(left, self.instance.shape[2], self.plan.seats)

    def look_at_bounds(self) -> None:
        """Compute the bounds; end the search if no plan can be better."""
        self.bounds = bounds_of(self.instance, self.plan.seats)
        self.end_if_proved()

    def search_all(
        self,
        seats: np.ndarray,
        stages: tuple[Stage, ...],
        seed: int,
        executor: Executor | None,
        done: int = 0,
    ) -> Solution:
        """Return the best plan of the searches from the seats, after `done` moves."""
        threads = 1 if executor is None else THREADS
        seeds = [seed + 104_729 * number for number in range(threads)]
        searches = [
            search(self.instance, seats, self.budget, stages, seed=s, moved=self.moved, done=done)
            for s in seeds
        ]
        done = self.follow(searches[0]) if executor is None else self._spread(searches, executor)
        self.progress(1000, 1000)
        problem = self.instance.problem
        provenance = Provenance(
            ratusz.__version__, fingerprint(problem), seed, threads, self.budget.elapsed()
        )
        violations = verify(problem, self.plan).violations if self.quality.violations else ()
        return Solution(self.plan, self.quality, self.bounds, violations, provenance, done)

    def follow(self, found: Iterator[tuple[np.ndarray | None, int]]) -> int:
        """Follow one search; measure its plans as they come if moves are counted, else not too often."""
        done, waiting, next_look = self.moves, None, 0.0
        for seats, done in found:
            waiting = waiting if seats is None else seats
            began = self.budget.elapsed()
            if waiting is not None and (self.budget.moves is not None or began >= next_look):
                self.offer(waiting)
                waiting = None
                next_look = began + _MEASURING * (self.budget.elapsed() - began)
            self.progress(int(1000 * self.budget.part(done)), 1000)
        if waiting is not None:
            self.offer(waiting)
        self.moves = done
        return done

    def _spread(self, searches: list[Iterator[tuple[np.ndarray | None, int]]], executor: Executor) -> int:
        """Follow searches in threads. If moves are counted, none ends another: the plan depends on the seed alone."""
        made = [self.moves] * len(searches)
        latest: list[np.ndarray | None] = [None] * len(searches)

        def work(number: int) -> None:
            for seats, done in searches[number]:
                made[number] = done
                if seats is not None:
                    latest[number] = seats

        waiting = {executor.submit(work, number) for number in range(len(searches))}
        try:
            while waiting:
                finished, waiting = wait(waiting, timeout=0.02)
                for future in finished:
                    future.result()
                if self.budget.moves is None:
                    self._offer_all(latest)
                self.progress(int(1000 * self.budget.part(min(made))), 1000)
        finally:
            self.budget.end()
        self._offer_all(latest)
        return sum(made) - self.moves * (len(made) - 1)

    def _offer_all(self, latest: list[np.ndarray | None]) -> None:
        for number, seats in enumerate(latest):
            if seats is not None:
                latest[number] = None
                self.offer(seats)


def warm_up() -> None:
    """Compile or load the kernels: the first call takes seconds otherwise."""
    instance = prepare(Problem(tuple(Person(c) for c in "abcd"), (Table("1", 2), Table("2", 2)), 4))
    seats = seat_all(instance, seats_of(instance, None), np.random.default_rng(0))
    bounds_of(instance)
    for _ in search(instance, seats, Budget(1.0, moves=1000), (COLD, HOT), seed=0):
        pass
