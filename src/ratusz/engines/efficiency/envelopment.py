"""From a sample to solved programmes: scaling, the frame, the compiled solver in parts, and back."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, as_completed
from dataclasses import dataclass

import numpy as np

from ratusz.engines.contracts import EngineError, Progress, no_progress
from ratusz.engines.efficiency import kernels
from ratusz.engines.efficiency.sample import Sample

RETURNS = {"crs": kernels.CRS, "vrs": kernels.VRS, "drs": kernels.DRS, "irs": kernels.IRS}
PART = 1024
MANY, BLOCKS = 16_384, 8


def returns_code(returns: str) -> int:
    """Return the kernel's number of "crs", "vrs", "drs" or "irs"; refuse anything else."""
    if returns not in RETURNS:
        raise EngineError(
            "Returns to scale", f'"{returns}"', f"it is one of {', '.join(RETURNS)}", "choose one"
        )
    return RETURNS[returns]


@dataclass(frozen=True)
class Technology:
    """Reference units as the solver sees them: rows (p, f), outputs above inputs, each divided by its mean, scale (p,).

    `numbers` (f,) are the units' places in the sample; size (f,) is each column's largest entry.
    """

    rows: np.ndarray
    size: np.ndarray
    scale: np.ndarray
    outputs: int
    numbers: np.ndarray

    @classmethod
    def of(cls, y: np.ndarray, x: np.ndarray, scale: np.ndarray | None = None) -> Technology:
        """Return the technology of outputs y (n, s) and inputs x (n, m), all of 0 or more."""
        both = np.hstack([y, x])
        if scale is None:
            mean = both.mean(axis=0)
            scale = np.where(mean > 0, mean, 1.0)
        rows = np.ascontiguousarray((both / scale).T)
        size = rows.max(axis=0, initial=0.0)
        return cls(rows, np.where(size > 0, size, 1.0), scale, y.shape[1], np.arange(both.shape[0]))

    def take(self, numbers: np.ndarray) -> Technology:
        """Return the technology of some of its units."""
        rows = np.ascontiguousarray(self.rows[:, numbers])
        return Technology(rows, self.size[numbers], self.scale, self.outputs, self.numbers[numbers])

    def rescaled(self, point: np.ndarray) -> Technology:
        """Return this technology divided by the figures of a point (p,) where they are above 0."""
        scale = np.where(point > 0, point, self.scale)
        rows = self.rows * (self.scale / scale)[:, None]
        return Technology(rows, rows.max(axis=0, initial=1e-300), scale, self.outputs, self.numbers)

    def frame(
        self, gain: np.ndarray, returns: int, executor: Executor | None = None
    ) -> tuple[Technology, np.ndarray]:
        """Return the technology of its extreme units alone, and where each unit's programme then stood (n, k).

        Of `MANY` units or more, the extreme ones are sought in `BLOCKS` blocks, by the executor if there is one, then
        among those found: who is extreme among all is so in its block.
        """
        gain, n = np.ascontiguousarray(gain / self.scale), self.numbers.size
        if n < MANY:
            members, bases = _hull((self.outputs, returns), self.rows, self.size, gain)
            return self.take(members), bases
        blocks = [np.arange(first, n, BLOCKS) for first in range(BLOCKS)]
        parts = [(np.ascontiguousarray(self.rows[:, rows]), self.size[rows], gain[rows]) for rows in blocks]
        found = in_parts(
            _hull, (self.outputs, returns), parts, [rows.size for rows in blocks], no_progress, executor
        )
        some = np.sort(np.concatenate([rows[m] for rows, (m, _) in zip(blocks, found, strict=True)]))
        part = self.take(some)
        core, last = _hull((self.outputs, returns), part.rows, part.size, gain[some])
        # A base speaks of places in its own pool: now of places in the core, where all its columns are there.
        first = 4 + self.rows.shape[0] + last.shape[1]
        place = np.full(n, -1)
        place[some[core]] = np.arange(core.size)
        bases = np.empty((n, last.shape[1]), dtype=np.int64)
        for rows, names, base in [(r, r[m], b) for r, (m, b) in zip(blocks, found, strict=True)] + [
            (some, some[core], last)
        ]:
            pooled = base >= first
            moved = place[np.append(names, 0)[np.where(pooled, base - first, 0)]]
            known = (~pooled | (moved >= 0)).all(axis=1, keepdims=True)
            bases[rows] = np.where(known, np.where(pooled, moved + first, base), -1)
        return self.take(some[core]), bases


@dataclass(frozen=True)
class Solution:
    """Solved programmes of n points, in the data's units.

    status (n,) of `kernels`; beta (n,); peers (n, k) places in the sample (−1 none) with intensities (n, k);
    slacks (n, p) and prices (n, p), outputs before inputs; level (n,): the price of the returns row.
    """

    status: np.ndarray
    beta: np.ndarray
    peers: np.ndarray
    intensities: np.ndarray
    slacks: np.ndarray
    prices: np.ndarray
    level: np.ndarray

    def with_rows(self, rows: np.ndarray, other: Solution) -> Solution:
        """Return this solution with some rows taken from another."""
        arrays = {}
        for name in ("status", "beta", "peers", "intensities", "slacks", "prices", "level"):
            arrays[name] = getattr(self, name).copy()
            arrays[name][rows] = getattr(other, name)
        return Solution(**arrays)


def envelop(
    technology: Technology,
    points: np.ndarray,
    gain: np.ndarray,
    returns: int,
    *,
    own: np.ndarray | None = None,
    own_numbers: np.ndarray | None = None,
    shift: np.ndarray | None = None,
    weights: np.ndarray | None = None,
    additive: bool = False,
    tight: np.ndarray | None = None,
    limits: tuple[float, float] = (0.0, 0.0),
    skip: np.ndarray | None = None,
    bases: np.ndarray | None = None,
    progress: Progress = no_progress,
    executor: Executor | None = None,
) -> Solution:
    """Return the solved programmes of points (n, p) (outputs before inputs) in the directions gain (n, p).

    own (n, p): the points' own units, with their places own_numbers (n,), offered beside the technology. weights
    (n, p) per unit of slack: second phase after the score, or the goal itself if `additive`. Parts of `PART` points go
    to the executor; the result does not depend on how they are split.
    """
    n, p = points.shape
    k = p if returns == kernels.CRS else p + 1
    scale = technology.scale
    there = own is not None
    arrays = {
        "points": points / scale,
        "own": (own if there else points) / scale,
        "gain": gain / scale,
        "shift": np.zeros(n) if shift is None else shift,
        "weights": np.zeros((n, p)) if weights is None else weights * scale,
        "skip": np.full(n, -1, dtype=np.int64) if skip is None else skip,
        "bases": np.full((n, k), -1, dtype=np.int64) if bases is None else bases,
    }
    tight = np.zeros(p, dtype=np.bool_) if tight is None else tight
    shared = (
        technology.rows,
        technology.size,
        technology.outputs,
        returns,
        int(additive),
        tight,
        limits,
        there,
    )
    parts = [
        ({name: np.ascontiguousarray(a[i : i + PART]) for name, a in arrays.items()},)
        for i in range(0, n, PART)
    ]
    sizes = [min(PART, n - i) for i in range(0, n, PART)]
    solved = in_parts(solve_part, shared, parts, sizes, progress, executor)
    status, beta, intensity, peer, slack, price = (
        np.concatenate(block) for block in zip(*solved, strict=True)
    )
    peers = np.where(
        peer >= 0, technology.numbers[np.maximum(peer, 0)] if technology.numbers.size else -1, -1
    )
    if there:
        peers = np.where(peer == -2, np.asarray(own_numbers)[:, None], peers)
    peers, intensities = tidy(peers, intensity)
    solution = Solution(status, beta, peers, intensities, slack * scale, price[:, :p] / scale, price[:, p])
    for row in np.flatnonzero(np.isin(status, (kernels.UNBOUNDED, kernels.STALLED))):
        # Means are a poor scale for a unit whose figures lie many powers of ten apart; its own figures are better.
        fitted = technology.rescaled(points[row])
        if np.array_equal(fitted.scale, scale):
            continue
        alone = envelop(
            fitted, points[[row]], gain[[row]], returns,
            own=own[[row]] if there else None, own_numbers=np.asarray(own_numbers)[[row]] if there else None,
            shift=None if shift is None else shift[[row]], weights=None if weights is None else weights[[row]],
            additive=additive, tight=tight, limits=limits, skip=None if skip is None else skip[[row]],
        )  # fmt: skip
        solution = solution.with_rows(np.array([row]), alone)
    return solution


def in_parts(
    work: Callable,
    shared: tuple,
    parts: list[tuple],
    sizes: list[int],
    progress: Progress,
    executor: Executor | None,
) -> list:
    """Return work(shared, *part) of every part, in order; sizes say how much each adds to the progress."""
    done, total = 0, sum(sizes)
    if executor is None:
        results = []
        for part, size in zip(parts, sizes, strict=True):
            results.append(work(shared, *part))
            done += size
            progress(done, total)
        return results
    futures = {executor.submit(work, shared, *part): number for number, part in enumerate(parts)}
    try:
        for future in as_completed(futures):
            future.result()
            done += sizes[futures[future]]
            progress(done, total)
    finally:
        for future in futures:
            future.cancel()
    return [future.result() for future in futures]


def _hull(
    shared: tuple, rows: np.ndarray, size: np.ndarray, gain: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return what `kernels.frame` returns, the most promising units tried first."""
    outputs, returns = shared
    appeal = -rows[:outputs].sum(axis=0) / rows[outputs:].sum(axis=0)
    return kernels.frame(rows, size, outputs, gain, returns, np.argsort(appeal, kind="stable"))


def solve_part(shared: tuple, arrays: dict[str, np.ndarray]) -> tuple[np.ndarray, ...]:
    """Return what `kernels.score` returns; a function of its own so that other processes can be sent it."""
    rows, size, outputs, returns, goal, tight, limits, there = shared
    return kernels.score(
        rows, size, outputs, arrays["points"], arrays["own"], there, arrays["gain"], arrays["shift"], returns, goal,
        arrays["weights"], tight, np.array(limits), arrays["skip"], arrays["bases"].copy(), np.inf,
    )  # fmt: skip


def tidy(peers: np.ndarray, intensities: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the peers by place, one entry each, rounding noise dropped, as few columns as are used."""
    peers, intensities = np.where(intensities > 1e-12, peers, -1), intensities.copy()
    for a in range(peers.shape[1]):
        for b in range(a + 1, peers.shape[1]):
            same = (peers[:, b] >= 0) & (peers[:, a] == peers[:, b])
            intensities[same, a] += intensities[same, b]
            peers[same, b] = -1
    order = np.argsort(np.where(peers < 0, np.iinfo(np.int64).max, peers), axis=1, kind="stable")
    peers = np.take_along_axis(peers, order, axis=1)
    intensities = np.where(peers >= 0, np.take_along_axis(intensities, order, axis=1), 0.0)
    return peers, intensities


def both(sample: Sample) -> np.ndarray:
    """Return outputs before inputs, (n, s + m)."""
    return np.hstack([sample.y, sample.x])
