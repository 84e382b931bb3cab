"""Maximally diverse grouping: people into groups of given sizes so that those who differ most sit together.

Simulated annealing [1]_ that steers by how many swaps are open, not by a temperature: from two per cent down is where
the quality is decided, whatever the distances are. Then the best grouping is warmed up again a little, several times,
where iterated maxima search [2]_ and three-phase search [3]_ go on by random swaps and tabu lists.

References
----------
.. [1] S. Kirkpatrick, C. D. Gelatt, M. P. Vecchi: Optimization by simulated annealing. Science 220, 1983.
   doi:10.1126/science.220.4598.671
.. [2] X. Lai, J.-K. Hao: Iterated maxima search for the maximally diverse grouping problem. European Journal of
   Operational Research 254(3), 2016. doi:10.1016/j.ejor.2016.05.018
.. [3] X. Yang, Z. Cai, T. Jin, Z. Tang, S. Gao: A three-phase search approach with dynamic population size for
   solving the maximally diverse grouping problem. European Journal of Operational Research 302(3), 2022.
   doi:10.1016/j.ejor.2022.02.003
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import ratusz
from ratusz.engines.contracts import EngineError, Progress, Provenance, no_progress, stable_hash
from ratusz.engines.seating import diversity_kernels as kernels

# Shares of the time, and how many of all swaps are open at the beginning of the share.
STAGES = ((0.5, 0.02), *((0.125, 0.003),) * 4)
COLD = 0.0003  # open at the end of each
STEER = 1.02
ROWS = 400  # between two looks at the clock


@dataclass(frozen=True, slots=True, eq=False)
class Grouping:
    """Groups (n,) from 0 on, the sum of the distances within them, and where the result comes from."""

    groups: np.ndarray
    value: float
    provenance: Provenance


def diversify(
    distances: np.ndarray,
    lower: Sequence[int],
    upper: Sequence[int],
    *,
    seconds: float = 5.0,
    seed: int = 0,
    moves: int | None = None,
    runs: int = 1,
    executor: Executor | None = None,
    progress: Progress = no_progress,
) -> Grouping:
    """Return groups within the limits whose sum of inner distances is as large as the search found.

    Parameters
    ----------
    distances : (n, n) array, symmetric; the diagonal is not looked at.
    lower, upper : fewest and most members of each group.
    seconds : time of each run by the clock; with `moves` it is not looked at.
    seed : the source of all chance.
    moves : how many swaps each run looks at, instead of seconds: equal moves, runs and seed give equal groups.
    runs : independent searches of which the best counts.
    executor : runs them side by side, without changing what is found.

    Raises
    ------
    EngineError
        If the distances are not a symmetric table of finite numbers or the limits do not fit the people.

    Examples
    --------
    >>> apart = np.array([[0, 9, 1, 1], [9, 0, 1, 1], [1, 1, 0, 9], [1, 1, 9, 0]])
    >>> diversify(apart, [2, 2], [2, 2], moves=2000).value
    18.0
    """
    table, least, most = _checked(distances, lower, upper)
    began = time.perf_counter()

    def run(rng: np.random.Generator) -> np.ndarray:
        return _run(table, least, most, seconds, moves, rng, progress)

    sources = np.random.default_rng(seed).spawn(runs)
    found = [*(executor.map(run, sources) if executor else map(run, sources))]
    best = max(found, key=lambda groups: within(table, groups))
    return Grouping(
        best,
        within(table, best),
        Provenance(
            ratusz.__version__, stable_hash(table, least, most), seed, runs, time.perf_counter() - began
        ),
    )


def _run(
    table: np.ndarray,
    lower: np.ndarray,
    upper: np.ndarray,
    seconds: float,
    moves: int | None,
    rng: np.random.Generator,
    progress: Progress,
) -> np.ndarray:
    """Return the best groups (n,) of one search."""
    people, began, done = len(table), time.perf_counter(), 0
    sizes = best_sizes(table, lower, upper)
    best = rng.permutation(np.repeat(np.arange(len(lower)), sizes))
    if people < 2:
        return best
    random = rng.integers(1, 2**63, 1, dtype=np.uint64)
    spread = max(table[np.triu_indices(people, 1)].std(), 1e-12)
    heat, warm = 2 * spread, None
    rows = ROWS if moves is None else max(1, min(ROWS, moves // people // 500))
    now = end = 0.0
    low, high = (
        sizes,
        sizes,
    )  # which groups are the large ones freezes by chance if it is left open from the start
    for share, hot in STAGES:
        group, size = best.copy(), np.bincount(best, minlength=len(lower))
        gains = kernels.gains_of(table, group, len(lower))
        own = gains[group, np.arange(people)]
        value = best_value = own.sum() / 2
        end += share
        while now < end:
            wanted = hot * (COLD / hot) ** (1 - (end - now) / share)
            if warm is None and wanted <= STAGES[-1][1]:
                warm = heat
            value, best_value, open_moves = kernels.anneal(
                table, low, high, gains, own, group, size, value, best, best_value, heat, rows, random
            )
            heat *= 1 / STEER if open_moves > wanted * rows * people else STEER
            heat = min(max(heat, 1e-9 * spread), 1e3 * spread)
            done += rows * people
            now = (time.perf_counter() - began) / seconds if moves is None else done / moves
            progress(min(int(1000 * now), 1000), 1000)
        low, high, heat = lower, upper, warm or heat
    return best


def best_sizes(distances: np.ndarray, lower: np.ndarray, upper: np.ndarray) -> np.ndarray:
    """Return the sizes of the groups within their limits that make the most pairs (or the fewest, if those cost).

    >>> best_sizes(np.ones((6, 6)), np.array([1, 1, 1]), np.array([3, 4, 3])).tolist()
    [1, 4, 1]
    """
    sign = 1 if distances.sum() >= 0 else -1
    # For each number of people seated so far: the best sum of squares, and the sizes that bring it about.
    ways: dict[int, tuple[int, tuple[int, ...]]] = {0: (0, ())}
    for least, most in zip(lower.tolist(), upper.tolist(), strict=True):
        further: dict[int, tuple[int, tuple[int, ...]]] = {}
        for seated, (squares, sizes) in ways.items():
            for size in range(least, min(most, len(distances) - seated) + 1):
                total = squares + sign * size * size
                if seated + size not in further or further[seated + size][0] < total:
                    further[seated + size] = total, (*sizes, size)
        ways = further
    return np.array(ways[len(distances)][1])


def verify_grouping(
    distances: np.ndarray, lower: Sequence[int], upper: Sequence[int], grouping: Grouping
) -> bool:
    """Return whether every group keeps its limits and the value is the sum of inner distances, pair by pair."""
    groups = grouping.groups.tolist()
    sizes = [groups.count(g) for g in range(len(lower))]
    total = sum(
        float(distances[i][j])
        for i in range(len(groups))
        for j in range(i + 1, len(groups))
        if groups[i] == groups[j]
    )
    fits = all(low <= size <= high for low, size, high in zip(lower, sizes, upper, strict=True))
    return fits and sum(sizes) == len(groups) and abs(total - grouping.value) <= 1e-6 * max(1.0, abs(total))


def read_mdgplib(path: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return distances, least and most members of each group from a file of the MDGPLIB collection."""
    words = path.read_text(encoding="ascii").split()
    people, groups = int(words[0]), int(words[1])
    limits = np.array(words[3 : 3 + 2 * groups], dtype=np.int64).reshape(groups, 2)
    rows = np.array(words[3 + 2 * groups :], dtype=float).reshape(-1, 3)
    table = np.zeros((people, people))
    i, j = rows[:, 0].astype(np.int64), rows[:, 1].astype(np.int64)
    table[i, j] = table[j, i] = rows[:, 2]
    return table, limits[:, 0], limits[:, 1]


def within(distances: np.ndarray, groups: np.ndarray) -> float:
    """Return the sum of the distances within groups."""
    same = np.triu(groups[:, None] == groups[None, :], 1)
    return float(distances[same].sum())


def _checked(
    distances: np.ndarray, lower: Sequence[int], upper: Sequence[int]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    table = np.array(distances, dtype=float)
    if table.ndim != 2 or table.shape[0] != table.shape[1] or not np.isfinite(table).all():
        raise EngineError(
            "Distances", table.shape, "they are a square table of finite numbers", "fill every pair"
        )
    if not np.allclose(table, table.T):
        raise EngineError(
            "Distances", "a table that is not symmetric", "i to j is j to i", "use one of the two"
        )
    np.fill_diagonal(table, 0.0)
    least, most = np.array(lower, dtype=np.int64), np.array(upper, dtype=np.int64)
    if least.shape != most.shape or not len(least) or (least > most).any() or (least < 0).any():
        raise EngineError(
            "Group sizes", f"{lower} to {upper}", "each group has a least and a most", "correct them"
        )
    if not least.sum() <= len(table) <= most.sum():
        raise EngineError(
            "Group sizes",
            f"{least.sum()} to {most.sum()}",
            f"they seat the {len(table)} people",
            "change a limit",
        )
    return table, least, most
