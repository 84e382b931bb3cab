"""How far ranks depend on the method's choices: all variants where they are few, else a Sobol sequence."""

from __future__ import annotations

import itertools
from concurrent.futures import Executor, as_completed
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import gammaincinv
from scipy.stats import qmc

from ratusz.engines.composite import kernels
from ratusz.engines.composite.aggregate import Tree, aggregate
from ratusz.engines.composite.method import Method
from ratusz.engines.composite.normalise import Normalisation, scale
from ratusz.engines.composite.treat import Treatment, TreatmentRecord, treat
from ratusz.engines.composite.weights import resolve
from ratusz.engines.contracts import EngineError, Progress, no_progress

ENUMERATE = 4096
PAIRWISE = 300
LARGEST = 10_000
_BATCH = 256
_PARTS = 16


@dataclass(frozen=True)
class Plan:
    """What each run uses: (r,) indices into the choices, and (r, p + q) weights, 0 to leave a node out."""

    treatments: tuple[Treatment, ...]
    normalisations: tuple[Normalisation, ...]
    means: tuple[str, ...]
    treatment: np.ndarray
    normalisation: np.ndarray
    mean: np.ndarray
    weights: np.ndarray
    exact: bool

    @property
    def runs(self) -> int:
        """The number of runs."""
        return self.weights.shape[0]

    def take(self, rows: np.ndarray) -> Plan:
        """Return the plan of these runs alone."""
        return replace(
            self,
            treatment=self.treatment[rows],
            normalisation=self.normalisation[rows],
            mean=self.mean[rows],
            weights=self.weights[rows],
        )


@dataclass(frozen=True)
class RankCounts:
    """Ranks over all runs: counts (n, n) and counts_in_class [unit, rank - 1], wins (n, n), leaders kept."""

    runs: int
    counts: np.ndarray
    counts_in_class: np.ndarray
    wins: np.ndarray | None
    kept: int
    kept_in_class: np.ndarray
    every: np.ndarray | None


def plan(method: Method, runs: int, seed: int) -> Plan:
    """Return the runs to make: every combination if all choices are finite and few, else `runs` Sobol points.

    Dimensions of the sequence, in this order and only where there is a choice: treatment, normalisation,
    aggregation, indicator left out (first: none), weight set; or one per weight that varies, in the order of
    `framework.nodes`. A choice of m takes item ⌊u·m⌋.
    """
    sizes = tuple(assumptions(method).values())
    exact = not _varied(method).size and int(np.prod(sizes, dtype=np.float64)) <= max(ENUMERATE, runs)
    if exact:
        chosen = np.array(list(itertools.product(*(range(s) for s in sizes))), dtype=np.int64)
        return _planned(method, chosen, np.zeros((len(chosen), 0)), exact)
    return sampled(method, _sobol(dimensions(method), runs, seed))


def assumptions(method: Method) -> dict[str, int]:
    """Return how many alternatives each choice has, in the order of the plan's dimensions.

    Weights that vary continuously are not among them; then "weights" counts 1.
    """
    u = method.uncertainty
    return {
        "treatment": len(u.treatment) or 1,
        "normalisation": len(u.normalisation) or 1,
        "aggregation": len(u.aggregation) or 1,
        "indicator left out": len(method.framework.indicators) + 1 if u.leave_one_out else 1,
        "weights": len(u.weights.sets) or 1,
    }


def dimensions(method: Method) -> int:
    """Return how many coordinates in [0, 1) tell a variant: one per choice, one per weight that varies."""
    return sum(size > 1 for size in assumptions(method).values()) + _varied(method).size


def sampled(method: Method, points: np.ndarray) -> Plan:
    """Return the runs that points (r, `dimensions(method)`) in [0, 1) stand for."""
    sizes = list(assumptions(method).values())
    free = [k for k, size in enumerate(sizes) if size > 1]
    chosen = np.zeros((len(points), 5), dtype=np.int64)
    for column, k in enumerate(free):
        chosen[:, k] = np.minimum((points[:, column] * sizes[k]).astype(np.int64), sizes[k] - 1)
    return _planned(method, chosen, points[:, len(free) :], exact=False)


def _planned(method: Method, chosen: np.ndarray, points: np.ndarray, exact: bool) -> Plan:
    u = method.uncertainty
    weights = _weight_sets(method, resolve(method.framework, method.scheme))[chosen[:, 4]].copy()
    if points.shape[1]:
        _vary(weights, _varied(method), points, method)
    left_out = np.flatnonzero(chosen[:, 3] > 0)
    weights[left_out, chosen[left_out, 3] - 1] = 0.0
    return Plan(
        u.treatment or (method.treatment,),
        u.normalisation or (method.normalisation,),
        u.aggregation or (method.mean,),
        chosen[:, 0],
        chosen[:, 1],
        chosen[:, 2],
        weights,
        exact,
    )


def _weight_sets(method: Method, base: np.ndarray) -> np.ndarray:
    rows = []
    for one in method.uncertainty.weights.sets or ((),):
        row = base.copy()
        for code, weight in one:
            row[method.framework.position[code]] = weight
        rows.append(row)
    return np.array(rows)


def _varied(method: Method) -> np.ndarray:
    """Return the nodes whose weight varies: those with siblings, as far as `on` reaches."""
    noise, framework = method.uncertainty.weights, method.framework
    if not (noise.spread or noise.concentration):
        return np.zeros(0, dtype=np.int64)
    p = len(framework.indicators)
    nodes = np.concatenate([s for s in framework.siblings if s.size > 1] or [np.zeros(0, dtype=np.int64)])
    if noise.on != "all":
        nodes = nodes[nodes < p] if noise.on == "indicators" else nodes[nodes >= p]
    return np.sort(nodes)


def _sobol(dimensions: int, runs: int, seed: int) -> np.ndarray:
    if dimensions == 0:
        return np.zeros((runs, 0))
    sequence = qmc.Sobol(dimensions, scramble=True, rng=np.random.default_rng(seed))
    return sequence.random_base2(max(runs - 1, 1).bit_length())[:runs]


def _vary(weights: np.ndarray, varied: np.ndarray, points: np.ndarray, method: Method) -> None:
    noise = method.uncertainty.weights
    if noise.spread:
        weights[:, varied] *= 1 + noise.spread * (2 * points - 1)
    elif noise.concentration:
        column = {int(node): k for k, node in enumerate(varied)}
        for siblings in method.framework.siblings:
            nodes = np.array([s for s in siblings if int(s) in column], dtype=np.int64)
            if not nodes.size:
                continue
            total = weights[:, nodes].sum(axis=1, keepdims=True)
            shape = noise.concentration * weights[:, nodes] / total
            u = np.clip(points[:, [column[int(s)] for s in nodes]], 1e-12, 1 - 1e-12)
            draws = np.maximum(gammaincinv(shape, u), 1e-12)
            weights[:, nodes] = total * draws / draws.sum(axis=1, keepdims=True)


def count_ranks(
    values: np.ndarray,
    method: Method,
    plan: Plan,
    nominal: np.ndarray,
    classes: np.ndarray,
    nominal_in_class: np.ndarray,
    units: tuple[str, ...],
    *,
    progress: Progress = no_progress,
    every: bool = False,
    executor: Executor | None = None,
) -> RankCounts:
    """Return how often each unit took each rank. `values`: (n, p) screened and imputed, NaN for missing.

    Memory stays near n² + n·p numbers, whatever the number of runs (plus runs × n if `every` rank is asked
    for). With an `executor` (threads, processes, a cluster) parts of the runs are counted side by side: sums of
    whole numbers, so the result is the same to the byte.
    """
    if executor is not None and plan.runs >= 2 * _BATCH:
        return _count_parts(
            (values, method, nominal, classes, nominal_in_class, units, every), plan, executor, progress
        )
    n = values.shape[0]
    if n > LARGEST:
        raise EngineError(
            "Uncertainty",
            f"{n:,} units",
            f"ranks are counted for {LARGEST:,} at most",
            "rank them with runs = 0",
        )
    groups = int(classes.max(initial=0)) + 1
    counts = np.zeros((n, n), dtype=np.int32)
    counts_in = np.zeros((n, int(np.bincount(classes).max())), dtype=np.int32)
    wins = np.zeros((n, n) if n <= PAIRWISE else (0, 0), dtype=np.int32)
    kept, kept_in = np.zeros(1, dtype=np.int64), np.zeros(groups, dtype=np.int64)
    ranks = np.zeros((plan.runs if every else 0, n), dtype=np.int32)
    if (plan.weights[:, : values.shape[1]] == 0).any():
        check_leave_one_out(values, units)
    done = 0
    cell = (plan.treatment * len(plan.normalisations) + plan.normalisation) * len(plan.means) + plan.mean
    trees = [Tree.build(method.framework, mean, method.power) for mean in plan.means]
    treated: tuple[int, np.ndarray, TreatmentRecord] | None = None
    normal: tuple[tuple[int, int], np.ndarray] | None = None
    for key in np.unique(cell):
        rows = np.flatnonzero(cell == key)
        t, m, a = plan.treatment[rows[0]], plan.normalisation[rows[0]], plan.mean[rows[0]]
        if treated is None or treated[0] != t:
            treated = t, *treat(values, plan.treatments[t])
        if normal is None or normal[0] != (t, m):
            normal = (t, m), scale(treated[1], method.framework, plan.normalisations[m], units, treated[2])
        tree = trees[a]
        leaves = tree.leaves(normal[1], units) if tree.plain else None
        for first in range(0, rows.size, _BATCH):
            batch = rows[first : first + _BATCH]
            part = np.zeros((batch.size if every else 0, n), dtype=np.int32)
            if leaves is None:
                scores = np.array([aggregate(normal[1], tree, plan.weights[r], units)[:, -1] for r in batch])
                kernels.count_scores(
                    scores,
                    classes,
                    groups,
                    nominal,
                    nominal_in_class,
                    counts,
                    counts_in,
                    wins,
                    kept,
                    kept_in,
                    part,
                )
            else:
                failed = kernels.count_runs(
                    leaves.transformed, leaves.present, leaves.complete, tree.start, tree.child, plan.weights[batch],
                    tree.mean, tree.above, classes, groups, nominal, nominal_in_class,
                    counts, counts_in, wins, kept, kept_in, part,
                )  # fmt: skip
                if failed >= 0:
                    raise tree.failed(failed)
            if every:
                ranks[batch] = part
            done += batch.size
            progress(done, plan.runs)
    return RankCounts(
        plan.runs,
        counts,
        counts_in,
        wins if n <= PAIRWISE else None,
        int(kept[0]),
        kept_in,
        ranks if every else None,
    )


def _count_parts(shared: tuple, plan: Plan, executor: Executor, progress: Progress) -> RankCounts:
    # Runs that share a treatment and a scale stay together, so no part computes them twice.
    order = np.lexsort((plan.mean, plan.normalisation, plan.treatment))
    parts = np.array_split(order, min(_PARTS, plan.runs // _BATCH))
    futures = [executor.submit(_count_part, shared, plan.take(rows)) for rows in parts]
    try:
        done = 0
        for future in as_completed(futures):
            if future.exception() is not None:
                break
            done += parts[futures.index(future)].size
            progress(done, plan.runs)
        found = [future.result() for future in futures]
    finally:
        for future in futures:
            future.cancel()
    ranks = None
    if found[0].every is not None:
        ranks = np.zeros((plan.runs, found[0].every.shape[1]), dtype=np.int32)
        for rows, part in zip(parts, found, strict=True):
            ranks[rows] = part.every
    return RankCounts(
        plan.runs,
        sum(part.counts for part in found[1:]) + found[0].counts,
        sum(part.counts_in_class for part in found[1:]) + found[0].counts_in_class,
        None if found[0].wins is None else sum(part.wins for part in found[1:]) + found[0].wins,
        sum(part.kept for part in found),
        sum(part.kept_in_class for part in found[1:]) + found[0].kept_in_class,
        ranks,
    )


def _count_part(shared: tuple, plan: Plan) -> RankCounts:
    values, method, nominal, classes, nominal_in_class, units, every = shared
    return count_ranks(values, method, plan, nominal, classes, nominal_in_class, units, every=every)


def check_leave_one_out(values: np.ndarray, units: tuple[str, ...]) -> None:
    """Refuse a unit whose only indicator some variant would leave out. `values`: (n, p), NaN for missing."""
    known = (~np.isnan(values)).sum(axis=1)
    if known.min() < 2:
        raise EngineError(
            f"Unit {units[int(known.argmin())]}",
            "one indicator",
            "leaving one indicator out needs two or more",
            "set leave_one_out = false under [uncertainty] or raise coverage under [screening]",
        )


def quantiles(counts: np.ndarray, levels: tuple[float, ...]) -> np.ndarray:
    """Return quantiles of ranks, (n, len(levels)), from counts (n, ranks), linear between ranks (type 7).

    >>> quantiles(np.array([[2, 0, 2]]), (0.5,))
    array([[2.]])
    """
    total = int(counts[0].sum())
    upto = np.cumsum(counts, axis=1)
    out = np.zeros((counts.shape[0], len(levels)))
    for k, level in enumerate(levels):
        h = (total - 1) * level
        low = int(np.floor(h + 1e-9))
        below = (upto <= low).sum(axis=1) + 1
        over = (upto <= min(low + 1, total - 1)).sum(axis=1) + 1
        out[:, k] = below + max(h - low, 0.0) * (over - below)
    return out
