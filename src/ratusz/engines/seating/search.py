"""Annealing in short runs of the kernel: from seats to better seats, until time, moves or somebody's wish ends it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from ratusz.engines.seating.kernels import anneal, total_cost
from ratusz.engines.seating.model import UNIT, build
from ratusz.engines.seating.prepare import Instance

_RUNS = 100
_LONGEST = 0.04


@dataclass(frozen=True, slots=True)
class Stage:
    """A part of the budget in which the temperature falls from hot to cold, in units of the dearest aim.

    Of 1,024 proposals `one` move a person, `exchange` let two people change places in every round, `turn` let two
    tables change all their people; the rest swap two people. `mix` and `repeats` multiply these weights for the
    search: a dense session finds better plans if its mix is made dearer than it is. With `slow` above 1 the heat
    stays longer: dense sessions are decided while it is hot.
    """

    share: float
    hot: float
    cold: float
    one: int = 20
    exchange: int = 200
    turn: int = 60
    mix: float = 1.0
    repeats: float = 1.0
    slow: float = 1.0

    def temperature(self, part: float) -> float:
        """Return the temperature after a part (0 to 1) of the stage."""
        return UNIT * self.hot * (self.cold / self.hot) ** (min(max(part, 0.0), 1.0) ** self.slow)


@dataclass
class Budget:
    """Time or moves, whichever is given, and a way to end at once."""

    seconds: float
    moves: int | None = None
    stop: Callable[[], bool] | None = None

    def __post_init__(self) -> None:
        self.began = time.perf_counter()
        self.flag = np.zeros(1, dtype=np.int8)

    def elapsed(self) -> float:
        """Return the seconds since the start."""
        return time.perf_counter() - self.began

    def end(self) -> None:
        """End every search that uses this budget."""
        self.flag[0] = 1

    def part(self, done: int) -> float:
        """Return the part of the budget that is used after `done` moves, 0 to 1."""
        if self.stop is not None and self.stop():
            self.end()
        if self.flag[0]:
            return 1.0
        used = done / self.moves if self.moves is not None else self.elapsed() / self.seconds
        return min(used, 1.0)

    def run(self, rate: float, done: int) -> int:
        """Return how many moves to make before the next look at the clock, at `rate` moves a second."""
        if self.moves is not None:
            return max(self.moves // _RUNS, 1)
        # The first looks come soon: an easy problem is solved by then.
        return int(min(rate * min(_LONGEST, self.seconds / _RUNS), done + 10_000))


def search(
    instance: Instance,
    seats: np.ndarray,
    budget: Budget,
    stages: tuple[Stage, ...],
    *,
    seed: int,
    moved: np.ndarray | None = None,
    done: int = 0,
    whole: bool = True,
) -> Iterator[tuple[np.ndarray | None, int]]:
    """Yield the best seats (R, n) since the last time, or None if there are no better ones, and the moves so far.

    done : moves made before. whole : the stages share what is left of the budget; else each takes its share of all.
    """
    best = np.array(seats, dtype=np.int32)
    rate, begin = 2e6, budget.part(done)
    scale = (1.0 - begin) / sum(stage.share for stage in stages) if whole else 1.0
    for number, stage in enumerate(stages):
        if budget.part(done) >= 1.0:
            return
        model = build(instance, best, moved=moved, mix=stage.mix, repeats=stage.repeats)
        state = model.state(best, seed + 7919 * number)
        cost = best_cost = total_cost(model.rules, state)
        kinds = np.cumsum(
            [stage.one, stage.exchange if model.exchangeable else 0, stage.turn if model.turnable else 0]
        )
        share = stage.share * scale
        while (part := budget.part(done)) < begin + share:
            heat = stage.temperature((part - begin) / share)
            since, kept = time.perf_counter(), best_cost
            cost, best_cost, made = anneal(
                model.rules, state, cost, best_cost, best, budget.run(rate, done), heat, kinds, budget.flag
            )
            done += made
            rate = made / max(time.perf_counter() - since, 1e-6)
            yield (best.copy() if best_cost < kept else None), done
            if not made:
                return
        begin += share
