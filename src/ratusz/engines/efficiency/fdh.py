"""Free disposal hull: every unit against single other units, by enumeration."""

from __future__ import annotations

import time
from concurrent.futures import Executor

import numpy as np

from ratusz.engines.contracts import Progress, no_progress
from ratusz.engines.efficiency.envelopment import PART, Solution, in_parts
from ratusz.engines.efficiency.radial import radial_gains, weights_of
from ratusz.engines.efficiency.sample import Sample
from ratusz.engines.efficiency.scores import Scores, assemble


def free_disposal_hull(
    sample: Sample,
    *,
    orientation: str = "input",
    progress: Progress = no_progress,
    executor: Executor | None = None,
) -> Scores:
    """Return Farrell scores against existing units only, never against mixtures; one peer per unit.

    Among equally good peers the one with the largest sum of slacks is taken, then the first.

    Deprins, Simar, Tulkens 1984; Tulkens 1993, doi:10.1007/BF01073473.

    >>> towns = Sample(("A", "B", "C"), ("staff",), ("books",), [[1], [4], [4]], [[1], [3], [2]])
    >>> free_disposal_hull(towns, orientation="output").score
    array([1. , 1. , 1.5])
    """
    started = time.perf_counter()
    sample.refuse_negative("the free disposal hull")
    gains = radial_gains(sample, orientation)
    n, p = gains.shape
    sizes = [min(PART, n - first) for first in range(0, n, PART)]
    parts = [(first, first + size) for first, size in zip(range(0, n, PART), sizes, strict=True)]
    found = in_parts(_enumerate, (sample.x, sample.y, gains, orientation), parts, sizes, progress, executor)
    beta, peers, slacks = (np.concatenate(block) for block in zip(*found, strict=True))
    nothing = np.full((n, p), np.nan)
    solution = Solution(
        np.zeros(n, dtype=np.int64), beta, peers, np.ones((n, 1)), slacks, nothing, np.full(n, np.nan)
    )
    return assemble(
        sample, solution, model="fdh", returns="fdh", orientation=orientation,
        score=1 - beta if orientation == "input" else 1 + beta, gains=gains, weights=weights_of(sample, "ones"),
        settings=(), started=started,
    )  # fmt: skip


def _enumerate(shared: tuple, start: int, stop: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return β (r,), peers (r, 1) and slacks (r, s + m) of the units from start to stop."""
    x, y, gains, orientation = shared
    n, s = stop - start, y.shape[1]
    beta, peers, slacks = np.empty(n), np.empty((n, 1), dtype=np.int64), np.empty((n, gains.shape[1]))
    for place, o in enumerate(range(start, stop)):
        with np.errstate(divide="ignore", invalid="ignore"):
            if orientation == "input":
                able = np.flatnonzero((y >= y[o]).all(axis=1))
                ratio = np.where(x[able] > 0, x[able] / x[o], 0.0).max(axis=1)
                best = ratio.min()
            else:
                able = np.flatnonzero((x <= x[o]).all(axis=1))
                ratio = np.where(y[o] > 0, y[able] / y[o], np.inf).min(axis=1)
                best = ratio.max()
        able = able[np.abs(ratio - best) <= 1e-12 * best]
        beta[place] = 1 - best if orientation == "input" else best - 1
        y_left = y[able] - y[o] - beta[place] * gains[o, :s]
        x_left = x[o] - beta[place] * gains[o, s:] - x[able]
        left = np.maximum(np.hstack([y_left, x_left]), 0.0)
        first = int(left.sum(axis=1).argmax())
        peers[place], slacks[place] = able[first], left[first]
    return beta, peers, slacks
