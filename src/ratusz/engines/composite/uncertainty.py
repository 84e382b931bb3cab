"""How far ranks depend on the method's choices: all variants where they are few, else a Sobol sequence."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from concurrent.futures import Executor, as_completed
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import gammaincinv
from scipy.stats import qmc

from ratusz.engines.composite import kernels
from ratusz.engines.composite.aggregate import Tree, aggregate
from ratusz.engines.composite.figures import Figures
from ratusz.engines.composite.impute import Imputation
from ratusz.engines.composite.method import Method
from ratusz.engines.composite.normalise import Normalisation, scale
from ratusz.engines.composite.treat import Treatment, treat
from ratusz.engines.composite.weights import resolve
from ratusz.engines.contracts import EngineError, Progress, no_progress

ENUMERATE = 4096
PAIRWISE = 300
LARGEST = 10_000
_BATCH = 256
_PARTS = 16


@dataclass(frozen=True)
class Plan:
    """What each run uses: (r,) indices into the choices, and (r, p + q) weights, 0 to leave a node out.

    error (r,): the key of the run's errors of the data, 0 for none.
    """

    imputations: tuple[Imputation, ...]
    treatments: tuple[Treatment, ...]
    normalisations: tuple[Normalisation, ...]
    means: tuple[str, ...]
    imputation: np.ndarray
    treatment: np.ndarray
    normalisation: np.ndarray
    mean: np.ndarray
    error: np.ndarray
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
            imputation=self.imputation[rows],
            error=self.error[rows],
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

    Dimensions of the sequence, in this order and only where there is a choice: imputation, treatment,
    normalisation, aggregation, indicator left out (first: none), weight set; or one per weight that varies, in the
    order of `framework.nodes`; last the errors of the data. A choice of m takes item ⌊u·m⌋; the key of the errors is
    ⌊u·2³⁰⌋ + 1.
    """
    sizes = tuple(assumptions(method).values())
    finite = not _varied(method).size and not method.data_errors
    exact = finite and int(np.prod(sizes, dtype=np.float64)) <= max(ENUMERATE, runs)
    if exact:
        chosen = np.array(list(itertools.product(*(range(s) for s in sizes))), dtype=np.int64)
        return _planned(method, chosen, np.zeros((len(chosen), 0)), exact)
    return sampled(method, _sobol(dimensions(method), runs, seed))


def assumptions(method: Method) -> dict[str, int]:
    """Return how many alternatives each choice has, in the order of the plan's dimensions.

    Weights that vary continuously are not among them; then "weights" counts 1. Nor are errors of the data.
    """
    u = method.uncertainty
    return {
        "imputation": len(u.imputation) or 1,
        "treatment": len(u.treatment) or 1,
        "normalisation": len(u.normalisation) or 1,
        "aggregation": len(u.aggregation) or 1,
        "indicator left out": len(method.framework.indicators) + 1 if u.leave_one_out else 1,
        "weights": len(u.weights.sets) or 1,
    }


def dimensions(method: Method) -> int:
    """Return how many coordinates in [0, 1) tell a variant: one per choice, per weight that varies, for data errors."""
    return sum(size > 1 for size in assumptions(method).values()) + _varied(method).size + method.data_errors


def sampled(method: Method, points: np.ndarray) -> Plan:
    """Return the runs that points (r, `dimensions(method)`) in [0, 1) stand for."""
    sizes = list(assumptions(method).values())
    free = [k for k, size in enumerate(sizes) if size > 1]
    chosen = np.zeros((len(points), len(sizes)), dtype=np.int64)
    for column, k in enumerate(free):
        chosen[:, k] = np.minimum((points[:, column] * sizes[k]).astype(np.int64), sizes[k] - 1)
    return _planned(method, chosen, points[:, len(free) :], exact=False)


def _planned(method: Method, chosen: np.ndarray, points: np.ndarray, exact: bool) -> Plan:
    u, varied = method.uncertainty, _varied(method)
    weights = _weight_sets(method, resolve(method.framework, method.scheme))[chosen[:, 5]].copy()
    if varied.size:
        _vary(weights, varied, points, method)
    left_out = np.flatnonzero(chosen[:, 4] > 0)
    weights[left_out, chosen[left_out, 4] - 1] = 0.0
    error = np.zeros(len(chosen), dtype=np.int64)
    if method.data_errors:
        error = (points[:, varied.size] * 2**30).astype(np.int64) + 1
    return Plan(
        u.imputation or (method.imputation,),
        u.treatment or (method.treatment,),
        u.normalisation or (method.normalisation,),
        u.aggregation or (method.mean,),
        chosen[:, 0],
        chosen[:, 1],
        chosen[:, 2],
        chosen[:, 3],
        error,
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
        weights[:, varied] *= 1 + noise.spread * (2 * points[:, : varied.size] - 1)
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
    figures: Figures,
    plan: Plan,
    nominal: np.ndarray,
    classes: np.ndarray,
    nominal_in_class: np.ndarray,
    *,
    progress: Progress = no_progress,
    every: bool = False,
    executor: Executor | None = None,
) -> RankCounts:
    """Return how often each ranked unit of `figures` took each rank.

    Memory stays near n² + n·p numbers, whatever the number of runs (plus runs × n if `every` rank is asked
    for). With an `executor` (threads, processes, a cluster) parts of the runs are counted side by side: sums of
    whole numbers, so the result is the same to the byte. Errors of the data make every run impute, treat and normalise
    anew.
    """
    if executor is not None and plan.runs >= 2 * _BATCH:
        return _count_parts((figures, nominal, classes, nominal_in_class, every), plan, executor, progress)
    n = nominal.size
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
    tables = _Tables(figures, plan)
    done = 0
    for rows, normalised, tree in tables.cells():
        leaves = tree.leaves(normalised, tables.units) if tree.plain else None
        for first in range(0, rows.size, _BATCH):
            batch = rows[first : first + _BATCH]
            part = np.zeros((batch.size if every else 0, n), dtype=np.int32)
            if leaves is None:
                drawn = (aggregate(normalised, tree, plan.weights[r], tables.units) for r in batch)
                kernels.count_scores(
                    np.array([scores[:, -1] for scores in drawn]), classes, groups, nominal, nominal_in_class,
                    counts, counts_in, wins, kept, kept_in, part,
                )  # fmt: skip
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


class _Tables:
    """The normalised tables that a plan's runs use, each made once for all runs that share it."""

    def __init__(self, figures: Figures, plan: Plan) -> None:
        self.figures, self.plan = figures, plan
        self.units = tuple(unit for unit, kept in zip(figures.units, figures.kept, strict=True) if kept)
        self.least = 2 if (plan.weights[:, : figures.raw.shape[1]] == 0).any() else 1

    def cells(self) -> Iterator[tuple[np.ndarray, np.ndarray, Tree]]:
        """Yield runs that share all choices but their weights, with their normalised values and their tree."""
        plan, method = self.plan, self.figures.method
        trees = [Tree.build(method.framework, mean, method.power) for mean in plan.means]
        choices = np.stack(_choices(plan), axis=1)
        order = np.lexsort(choices.T[::-1])
        starts = np.flatnonzero((np.diff(choices[order], axis=0, prepend=-1) != 0).any(axis=1))
        before: tuple[int, ...] = (-1,) * 5
        for rows in np.split(order, starts[1:]):
            chosen = tuple(int(k) for k in choices[rows[0]])
            error, imputation, treatment, normalisation, mean = chosen
            if chosen[:2] != before[:2]:
                values = self.figures.filled(plan.imputations[imputation], error)
                check_known(values, self.units, self.least)
            if chosen[:3] != before[:3]:
                treated, record = treat(values, plan.treatments[treatment])
            if chosen[:4] != before[:4]:
                how = plan.normalisations[normalisation]
                normalised = scale(treated, method.framework, how, self.units, record)
            before = chosen
            yield rows, normalised, trees[mean]


def _choices(plan: Plan) -> tuple[np.ndarray, ...]:
    return plan.error, plan.imputation, plan.treatment, plan.normalisation, plan.mean


def _count_parts(shared: tuple, plan: Plan, executor: Executor, progress: Progress) -> RankCounts:
    # Runs that share a table stay together, so no part computes it twice.
    order = np.lexsort(_choices(plan)[::-1])
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
    figures, nominal, classes, nominal_in_class, every = shared
    return count_ranks(figures, plan, nominal, classes, nominal_in_class, every=every)


def check_known(values: np.ndarray, units: tuple[str, ...], least: int) -> None:
    """Refuse a unit with too few values for a variant: 1, or 2 where an indicator is left out. `values`: (n, p)."""
    known = (~np.isnan(values)).sum(axis=1)
    if known.min() < least:
        unit = f"Unit {units[int(known.argmin())]}"
        if known.min() == 0:
            raise EngineError(
                unit,
                "no value of its own",
                "an imputation among the variants leaves it empty",
                'count coverage "before imputation", or take that imputation out of the list',
            )
        raise EngineError(
            unit,
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
