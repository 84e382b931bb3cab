"""Free disposal hull: every unit against single other units, by enumeration."""

from __future__ import annotations

import time

import numpy as np

from ratusz.engines.contracts import Progress, no_progress
from ratusz.engines.efficiency.envelopment import Solution
from ratusz.engines.efficiency.radial import radial_gains, weights_of
from ratusz.engines.efficiency.sample import Sample
from ratusz.engines.efficiency.scores import Scores, assemble


def free_disposal_hull(
    sample: Sample, *, orientation: str = "input", progress: Progress = no_progress
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
    x, y, n = sample.x, sample.y, len(sample.units)
    s, p = y.shape[1], gains.shape[1]
    beta, peers, slacks = np.empty(n), np.empty((n, 1), dtype=np.int64), np.empty((n, p))
    for o in range(n):
        with np.errstate(divide="ignore", invalid="ignore"):
            if orientation == "input":
                able = (y >= y[o]).all(axis=1)
                ratio = np.where(x > 0, x / x[o], 0.0)[able].max(axis=1)
                best = ratio.min()
            else:
                able = (x <= x[o]).all(axis=1)
                ratio = np.where(y[o] > 0, y / y[o], np.inf)[able].min(axis=1)
                best = ratio.max()
        able = np.flatnonzero(able)[np.abs(ratio - best) <= 1e-12 * best]
        beta[o] = 1 - best if orientation == "input" else best - 1
        y_left = y[able] - y[o] - beta[o] * gains[o, :s]
        x_left = x[o] - beta[o] * gains[o, s:] - x[able]
        left = np.maximum(np.hstack([y_left, x_left]), 0.0)
        first = int(left.sum(axis=1).argmax())
        peers[o], slacks[o] = able[first], left[first]
        if o % 1024 == 1023 or o == n - 1:
            progress(o + 1, n)
    nothing = np.full((n, p), np.nan)
    solution = Solution(
        np.zeros(n, dtype=np.int64), beta, peers, np.ones((n, 1)), slacks, nothing, np.full(n, np.nan)
    )
    return assemble(
        sample, solution, model="fdh", returns="fdh", orientation=orientation,
        score=1 - beta if orientation == "input" else 1 + beta, gains=gains, weights=weights_of(sample, "ones"),
        settings=(), started=started,
    )  # fmt: skip
