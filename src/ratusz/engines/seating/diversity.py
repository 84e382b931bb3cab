"""Maximally diverse grouping: people into groups of given sizes so that those who differ most sit together.

Annealing finds the region, iterated local search its best point: a few random swaps, a climb to the local maximum,
and back where that lost [1]_ [2]_.

References
----------
.. [1] X. Lai, J.-K. Hao: Iterated maxima search for the maximally diverse grouping problem. European Journal of
   Operational Research 254(3), 2016. doi:10.1016/j.ejor.2016.05.018
.. [2] X. Yang, Z. Cai, T. Jin, Z. Tang, S. Gao: A three-phase search approach with dynamic population size for
   solving the maximally diverse grouping problem. European Journal of Operational Research 302(3), 2022.
   doi:10.1016/j.ejor.2022.02.003
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import ratusz
from ratusz.engines.contracts import EngineError, Progress, Provenance, no_progress, stable_hash
from ratusz.engines.seating import diversity_kernels as kernels

ANNEALED = 0.4  # share of the time
HOT, COLD = 0.3, 0.03  # of the spread of a group's value
KICKS = 5
CHUNK = 1 << 16
ROUNDS = 20


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
    progress: Progress = no_progress,
) -> Grouping:
    """Return groups within the limits whose sum of inner distances is as large as the search found.

    Parameters
    ----------
    distances : (n, n) array, symmetric; the diagonal is not looked at.
    lower, upper : fewest and most members of each group.
    seconds : time by the clock; with `moves` it is not looked at.
    seed : the source of all chance.
    moves : steps of the search instead of seconds: the same moves and seed give the same groups.

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
    rng = np.random.default_rng(seed)
    random = rng.integers(1, 2**63, 1, dtype=np.uint64)
    began = time.perf_counter()
    group, size = _start(len(table), least, most, rng)
    gains = kernels.gains_of(table, group, len(least))
    value = gains[group, np.arange(len(table))].sum() / 2
    best, best_value = group.copy(), value
    spread = table[np.triu_indices(len(table), 1)].std() if len(table) > 1 else 0.0
    scale = max(spread, 1e-12) * np.sqrt(4 * len(table) / len(least))
    done = 0

    def share() -> float:
        return done / moves if moves is not None else (time.perf_counter() - began) / seconds

    while len(table) and (now := share()) < ANNEALED:
        heat = scale * HOT * (COLD / HOT) ** (now / ANNEALED)
        steps = CHUNK if moves is None else min(CHUNK, max(1, int(ANNEALED * moves) - done))
        value, best_value, _moved = kernels.anneal(
            table, least, most, gains, group, size, value, best, best_value, heat, steps, random
        )
        done += steps
        progress(int(1000 * now), 1000)
    cost = max(1, len(table)) ** 2  # a climb looks at every pair about once
    while len(table) and (now := share()) < 1:
        value, best_value = kernels.iterate(
            table, least, most, gains, group, size, value, best, best_value, KICKS, 0.0, ROUNDS, random
        )
        done += ROUNDS * cost
        progress(int(1000 * min(now, 1.0)), 1000)
    return Grouping(
        best,
        within(table, best),
        Provenance(ratusz.__version__, stable_hash(table, least, most), seed, 1, time.perf_counter() - began),
    )


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


def _start(
    people: int, lower: np.ndarray, upper: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    size = lower.copy()
    for _one in range(people - int(lower.sum())):
        size[rng.choice(np.flatnonzero(size < upper))] += 1
    return rng.permutation(np.repeat(np.arange(len(lower)), size)), size
