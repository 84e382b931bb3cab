"""From a table and a method to a ranking: the whole pipeline and its frozen result."""

from __future__ import annotations

import time
from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np

import ratusz
from ratusz.engines.composite import normalise, ranks, screen, treat, uncertainty, weights
from ratusz.engines.composite.aggregate import Tree, aggregate
from ratusz.engines.composite.figures import Figures
from ratusz.engines.composite.method import MOST_RUNS, Method
from ratusz.engines.composite.screen import Unclassified
from ratusz.engines.composite.table import Table
from ratusz.engines.composite.treat import TreatmentRecord
from ratusz.engines.contracts import EngineError, Progress, Provenance, no_progress, stable_hash


@dataclass(frozen=True)
class RankSpread:
    """Ranks over all runs, (n,) each: median, 5 % and 95 % quantile, shares of runs in first place and top k."""

    median: np.ndarray
    p05: np.ndarray
    p95: np.ndarray
    p_first: np.ndarray
    p_top: np.ndarray


@dataclass(frozen=True)
class Ranking:
    """A computed ranking. Arrays follow `units` (classified units in the table's order).

    levels (q,) codes from the deepest aggregates to the index; scores (n, q), NaN where a branch has no data;
    ranks (n,); classes (n,) texts or None; class_ranks (n,) or None; indicators (p,) codes; normalised (n, p)
    what each indicator contributes before weighting; effective_weights (p + q,) shares of the index in the
    order of `method.framework.nodes`; spread and class_spread, None without runs; pairwise (n, n) [a, b] =
    share of runs in which a is strictly ahead of b, None without runs or beyond 300 units; stability_first =
    share of runs in which the nominal leader leads again; class_stability_first by class; exact = every
    variant was tried.
    """

    method: Method
    units: tuple[str, ...]
    levels: tuple[str, ...]
    scores: np.ndarray
    ranks: np.ndarray
    classes: tuple[str, ...] | None
    class_ranks: np.ndarray | None
    indicators: tuple[str, ...]
    normalised: np.ndarray
    effective_weights: np.ndarray
    treatment: TreatmentRecord
    spread: RankSpread | None
    class_spread: RankSpread | None
    pairwise: np.ndarray | None
    stability_first: float | None
    class_stability_first: dict[str, float] | None
    exact: bool
    unclassified: tuple[Unclassified, ...]
    warnings: tuple[str, ...]
    provenance: Provenance

    @property
    def index(self) -> np.ndarray:
        """The index scores, (n,)."""
        return self.scores[:, -1]


@dataclass(frozen=True)
class Prepared:
    """Data ready to be treated: classified units and their (n, p) values, denominated and imputed.

    `figures` gives the same by other imputations and with errors of the data.
    """

    units: tuple[str, ...]
    values: np.ndarray
    classes: tuple[str, ...] | None
    unclassified: tuple[Unclassified, ...]
    warnings: tuple[str, ...]
    figures: Figures


def prepare(table: Table, method: Method) -> Prepared:
    """Return the classified units with denominated, imputed values; who is not classified; and warnings."""
    table = table.select(method)
    framework, screening = method.framework, method.screening
    figures = Figures.of(table, method)
    observed = figures.observed()
    warnings = screen.check_indicators(observed, framework, screening)
    counted = figures.filled(method.imputation) if screening.counted == "after imputation" else observed
    keep, out = screen.screen(counted, table.units, framework, screening)
    if keep.sum() < 2:
        raise EngineError(
            "Ranking",
            f"{int(keep.sum())} classified of {len(table.units)} units",
            "a ranking needs at least two",
            "add data, or lower coverage under [screening]",
        )
    classes = None
    if method.class_column:
        classes = tuple(c for c, k in zip(table.labels[method.class_column], keep, strict=True) if k)
        for unit, label, kept in zip(table.units, table.labels[method.class_column], keep, strict=True):
            if kept and not label:
                raise EngineError(
                    f"Column {method.class_column}, unit {unit}",
                    "no class",
                    "every ranked unit has one",
                    "add it",
                )
    figures = figures.ranked(keep)
    return Prepared(
        tuple(u for u, k in zip(table.units, keep, strict=True) if k),
        figures.filled(method.imputation),
        classes,
        out,
        warnings,
        figures,
    )


def rank(
    table: Table,
    method: Method,
    *,
    runs: int | None = None,
    seed: int | None = None,
    progress: Progress = no_progress,
    executor: Executor | None = None,
) -> Ranking:
    """Return the ranking of a table by a method.

    `runs` and `seed` replace the method's; `runs=0` skips uncertainty. An `executor` shares the runs out; the
    result is the same to the byte.
    Raises `EngineError` for anything the method cannot be computed from.

    >>> method = Method.from_toml('''
    ... [[aggregate]]
    ... code = "Index"
    ... [[indicator]]
    ... code = "Trees"
    ... parent = "Index"
    ... [[indicator]]
    ... code = "Debt"
    ... parent = "Index"
    ... direction = -1
    ... ''')
    >>> table = Table(("Ełk", "Łódź", "Sopot"), ("Trees", "Debt"), np.array([[1, 9], [4, 8], [3, 1.0]]))
    >>> result = rank(table, method, runs=100)
    >>> result.ranks, [round(float(s), 1) for s in result.index]
    (array([3, 2, 1]), [0.0, 56.2, 83.3])
    """
    started = time.perf_counter()
    runs = method.uncertainty.runs if runs is None else runs
    seed = method.uncertainty.seed if seed is None else seed
    if runs > MOST_RUNS:
        raise EngineError("Uncertainty", f"{runs} runs", f"there are at most {MOST_RUNS}", "ask for fewer")
    prepared = prepare(table, method)
    framework = method.framework
    treated, record = treat.treat(prepared.values, method.treatment)
    normalised = normalise.scale(treated, framework, method.normalisation, prepared.units, record)
    base = weights.resolve(framework, method.scheme)
    tree = Tree.build(framework, method.mean, method.power)
    scores = aggregate(normalised, tree, base, prepared.units)
    names = tuple(sorted(set(prepared.classes))) if prepared.classes else ("",)
    number = {name: k for k, name in enumerate(names)}
    group = np.array([number[c] for c in prepared.classes or ("",) * len(prepared.units)], dtype=np.int64)
    overall, within = ranks.rank(scores[:, -1], group)
    counts, exact = None, False
    if runs > 0:
        chosen = uncertainty.plan(method, runs, seed)
        exact = chosen.exact
        counts = uncertainty.count_ranks(
            prepared.figures, chosen, overall, group, within, progress=progress, executor=executor
        )  # fmt: skip
    return Ranking(
        method=method,
        units=prepared.units,
        levels=tuple(a.code for a in framework.levels),
        scores=scores,
        ranks=overall,
        classes=prepared.classes,
        class_ranks=within if prepared.classes else None,
        indicators=framework.codes,
        normalised=normalised,
        effective_weights=weights.effective(framework, base),
        treatment=record,
        spread=_spread(counts.counts, method) if counts else None,
        class_spread=_spread(counts.counts_in_class, method) if counts and prepared.classes else None,
        pairwise=counts.wins / counts.runs if counts and counts.wins is not None else None,
        stability_first=counts.kept / counts.runs if counts else None,
        class_stability_first=(
            {name: float(counts.kept_in_class[number[name]] / counts.runs) for name in names}
            if counts and prepared.classes
            else None
        ),
        exact=exact,
        unclassified=prepared.unclassified,
        warnings=prepared.warnings,
        provenance=Provenance(
            ratusz.__version__,
            input_hash(table, method),
            seed,
            counts.runs if counts else 0,
            time.perf_counter() - started,
        ),
    )  # fmt: skip


def input_hash(table: Table, method: Method) -> str:
    """Return the hash of everything that a result depends on but the seed: method and the columns it uses."""
    selected = table.select(method)
    return stable_hash(
        method.to_toml(), selected.units, selected.columns, selected.values,
        [[c, selected.labels[c]] for c in method.label_columns],
    )  # fmt: skip


def check_variants(table: Table, method: Method) -> None:
    """Raise the `EngineError` that a run of the method's variants would meet; change nothing.

    Tries every imputation, treatment, normalisation and mean once, with the method's own weights: a geometric mean
    of values that reach 0 is found before thousands of runs begin. Errors of the data are not drawn.
    """
    prepared = prepare(table, method)
    framework, u = method.framework, method.uncertainty
    base = weights.resolve(framework, method.scheme)
    for imputation in dict.fromkeys((method.imputation, *u.imputation)):
        values = prepared.figures.filled(imputation)
        uncertainty.check_known(values, prepared.units, 2 if u.leave_one_out else 1)
        for treatment in dict.fromkeys((method.treatment, *u.treatment)):
            treated, record = treat.treat(values, treatment)
            for scale in dict.fromkeys((method.normalisation, *u.normalisation)):
                normalised = normalise.scale(treated, framework, scale, prepared.units, record)
                for mean in u.aggregation or (method.mean,):
                    aggregate(normalised, Tree.build(framework, mean, method.power), base, prepared.units)


def _spread(counts: np.ndarray, method: Method) -> RankSpread:
    q = uncertainty.quantiles(counts, (0.5, 0.05, 0.95))
    total = counts[0].sum()
    return RankSpread(
        q[:, 0],
        q[:, 1],
        q[:, 2],
        counts[:, 0] / total,
        counts[:, : method.uncertainty.top].sum(axis=1) / total,
    )


def warm_up() -> None:
    """Compile (or load from the cache) every kernel: the first real ranking is then as fast as the next."""
    method = Method.from_toml(
        '[treatment]\nmethod = "winsorise"\n[uncertainty]\nnormalisation = ["min-max", "rank"]\n'
        'aggregation = ["arithmetic", "copeland"]\n'
        '[[aggregate]]\ncode = "I"\n[[indicator]]\ncode = "a"\nparent = "I"\n[[indicator]]\ncode = "b"\nparent = "I"\n'
    )
    rank(Table(("u", "v", "w"), ("a", "b"), np.array([[1.0, 2.0], [2.0, 5.0], [4.0, 1.0]])), method, runs=4)
