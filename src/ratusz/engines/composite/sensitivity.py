"""Which choice moves the ranks: Sobol indices, exact where all variants can be tried, else with intervals.

First-order index: the share of the variance that a choice explains by itself. Total index: the share that
would be left if all other choices were settled. Sobol' 2001, https://doi.org/10.1016/S0378-4754(00)00270-6;
for composite indicators Saisana, Saltelli, Tarantola 2005, https://doi.org/10.1111/j.1467-985X.2005.00350.x.
"""

from __future__ import annotations

import time
from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np
from scipy.stats import qmc

import ratusz
from ratusz.engines.composite import uncertainty
from ratusz.engines.composite.method import Method
from ratusz.engines.composite.ranking import input_hash, prepare, rank
from ratusz.engines.composite.table import Table
from ratusz.engines.contracts import EngineError, Progress, Provenance, no_progress

RESAMPLES = 1000


@dataclass(frozen=True)
class Sensitivity:
    """Sobol indices of each assumption, (k,) arrays in the order of `assumptions`.

    output: "mean rank shift" (mean over units of |rank - nominal rank|) or the unit whose rank it is; mean
    and variance of the output over the variants; first and total indices, all 0 where nothing changes; the
    5 % and 95 % bootstrap quantiles, None where exact.
    """

    output: str
    assumptions: tuple[str, ...]
    mean: float
    variance: float
    first: np.ndarray
    total: np.ndarray
    first_p05: np.ndarray | None
    first_p95: np.ndarray | None
    total_p05: np.ndarray | None
    total_p95: np.ndarray | None
    provenance: Provenance

    @property
    def exact(self) -> bool:
        """Whether every variant was tried."""
        return self.first_p05 is None


def sensitivity(
    table: Table,
    method: Method,
    *,
    unit: str | None = None,
    runs: int = 24_576,
    seed: int | None = None,
    enumerate_grid: bool = True,
    progress: Progress = no_progress,
    executor: Executor | None = None,
) -> Sensitivity:
    """Return how much each of the method's open choices moves the ranks, or the rank of one `unit`.

    Exact by enumeration if no weight varies continuously and the variants are at most 4,096 or `runs` (and
    `enumerate_grid`). Else by Saltelli's design on a scrambled Sobol sequence with about `runs` variants in
    all: N for each of two base samples and N for each assumption, N a power of 2. All weights that vary are
    one assumption; so are the errors of the data.

    >>> from ratusz.engines.composite import Method, Table
    >>> method = Method.from_toml('''
    ... [uncertainty]
    ... normalisation = ["min-max", "rank"]
    ... weights = {sets = [{a = 1, b = 9}, {a = 9, b = 1}]}
    ... leave_one_out = false
    ... [[aggregate]]
    ... code = "Index"
    ... [[indicator]]
    ... code = "a"
    ... parent = "Index"
    ... [[indicator]]
    ... code = "b"
    ... parent = "Index"
    ... ''')
    >>> table = Table(("u", "v", "w"), ("a", "b"), np.array([[1, 9.0], [2, 5], [9, 1]]))
    >>> found = sensitivity(table, method, unit="u")
    >>> found.exact, dict(zip(found.assumptions, found.total.tolist()))
    (True, {'normalisation': 0.0, 'weights': 1.0})
    """
    started = time.perf_counter()
    seed = method.uncertainty.seed if seed is None else seed
    groups = _groups(method)
    if not groups:
        raise EngineError(
            "Sensitivity",
            "a method with nothing left open",
            "indices need at least one choice that varies",
            "give alternatives under [uncertainty]",
        )
    prepared = prepare(table, method)
    if unit is not None and unit not in prepared.units:
        raise EngineError("Sensitivity", f"the unit {unit}", "it must be a ranked unit", "correct the name")
    nominal = rank(table, method, runs=0).ranks
    one = np.zeros(nominal.size, dtype=np.int64)

    def outputs(plan: uncertainty.Plan) -> np.ndarray:
        ranks = uncertainty.count_ranks(
            prepared.figures, plan, nominal, one, nominal, progress=progress, every=True, executor=executor
        ).every
        if unit is not None:
            return ranks[:, prepared.units.index(unit)].astype(np.float64)
        return np.abs(ranks - nominal).mean(axis=1)

    plan = uncertainty.plan(method, max(runs, 1), seed)
    if plan.exact and enumerate_grid:
        sizes = [size for size in uncertainty.assumptions(method).values() if size > 1]
        grid = outputs(plan).reshape(sizes)
        first, total = grid_indices(grid)
        mean, variance, made = float(grid.mean()), float(grid.var()), grid.size
        intervals: tuple[np.ndarray | None, ...] = (None,) * 4
    else:
        design, size = _saltelli(method, groups, runs, seed)
        y = outputs(uncertainty.sampled(method, design)).reshape(len(groups) + 2, size)
        first, total = sample_indices(y[0], y[1], y[2:])
        mean, variance, made = float(y[:2].mean()), float(y[:2].var()), y.size
        intervals = _bootstrap(y, np.random.default_rng(seed))
    return Sensitivity(
        unit or "mean rank shift",
        tuple(groups),
        mean,
        variance,
        first,
        total,
        *intervals,
        Provenance(
            ratusz.__version__, input_hash(table, method), seed, made, time.perf_counter() - started
        ),
    )  # fmt: skip


def grid_indices(outputs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return exact first-order and total indices, (k,) each, of outputs on a full grid with k axes.

    >>> grid_indices(np.add.outer([0.0, 1.0], [0.0, 3.0]))
    (array([0.1, 0.9]), array([0.1, 0.9]))
    """
    axes = range(outputs.ndim)
    variance = outputs.var()
    if not variance > 1e-24 * np.abs(outputs).max(initial=0.0) ** 2:
        return np.zeros(outputs.ndim), np.zeros(outputs.ndim)
    first = [outputs.mean(axis=tuple(k for k in axes if k != axis)).var() for axis in axes]
    total = [outputs.var(axis=axis).mean() for axis in axes]
    return np.array(first) / variance, np.array(total) / variance


def sample_indices(a: np.ndarray, b: np.ndarray, mixed: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return estimated first-order and total indices, (…, k) each.

    a, b: outputs (…, N) of the two base samples; mixed (k, …, N): of a with the assumption's columns from b.
    Estimators: Saltelli et al. 2010, https://doi.org/10.1016/j.cpc.2009.09.018 (first; outputs centred) and
    Jansen 1999, https://doi.org/10.1016/S0010-4655(98)00154-4 (total).
    """
    both = np.concatenate([a, b], axis=-1)
    variance = both.var(axis=-1)
    varies = variance > 0
    scale = np.where(varies, variance, 1.0)
    first = ((b - both.mean(axis=-1, keepdims=True)) * (mixed - a)).mean(axis=-1) / scale
    total = ((a - mixed) ** 2).mean(axis=-1) / (2 * scale)
    return np.moveaxis(first * varies, 0, -1), np.moveaxis(total * varies, 0, -1)


def _groups(method: Method) -> dict[str, slice]:
    """Return the coordinates of a variant that belong to each open choice."""
    names = [name for name, size in uncertainty.assumptions(method).items() if size > 1]
    groups = {name: slice(k, k + 1) for k, name in enumerate(names)}
    width = uncertainty.dimensions(method)
    if width - method.data_errors > len(names):
        groups["weights"] = slice(len(names), width - method.data_errors)
    if method.data_errors:
        groups["data error"] = slice(width - 1, width)
    return groups


def _saltelli(method: Method, groups: dict[str, slice], runs: int, seed: int) -> tuple[np.ndarray, int]:
    blocks, width = len(groups) + 2, uncertainty.dimensions(method)
    power = max(int(np.log2(max(runs // blocks, 2))), 1)
    points = qmc.Sobol(2 * width, scramble=True, rng=np.random.default_rng(seed)).random_base2(power)
    a, b = points[:, :width], points[:, width:]
    design = [a, b]
    for columns in groups.values():
        mixed = a.copy()
        mixed[:, columns] = b[:, columns]
        design.append(mixed)
    return np.concatenate(design), len(points)


def _bootstrap(y: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    """Return 5 % and 95 % quantiles of first, then of total indices over resampled rows; y (k + 2, N)."""
    draws = [sample_indices(z[0], z[1], z[2:]) for z in (
        y[:, rng.integers(0, y.shape[1], y.shape[1])] for _ in range(RESAMPLES)
    )]  # fmt: skip
    bounds = [np.quantile([draw[k] for draw in draws], (0.05, 0.95), axis=0) for k in (0, 1)]
    return bounds[0][0], bounds[0][1], bounds[1][0], bounds[1][1]
