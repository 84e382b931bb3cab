"""Composite indicators: from an indicator table to an index, its ranks, and how sure the ranks are.

    from ratusz.engines import composite

    method = composite.Method.from_toml(text)              # EngineError names the key that is wrong
    table = composite.Table.from_csv(content, method)      # or Table(units, columns, values, labels)
    ranking = composite.rank(table, method, runs=1000, seed=1, progress=callback)

`Table(units, columns, values, labels)`: unit names, column codes (indicators and denominators), float64
values (n, m) with NaN for missing, and text columns ({"class": ("small", …)}) for classes and imputation
groups.

`Method`: `to_toml()` is the canonical text, `hash()` its SHA-256; `framework.indicators`, `framework.levels`
and `framework.nodes` are the tree; `number_columns` and `label_columns` are what a table must bring.

`Ranking` (frozen): units, levels, scores (n, q; `index` is the last column), ranks, classes, class_ranks,
indicators, normalised (n, p; what each indicator contributes, on the method's scale), effective_weights
(indicators, then levels), spread.median / p05 / p95 / p_first / p_top, class_spread, pairwise (n, n; P(a
strictly ahead of b); None beyond 300 units), stability_first, class_stability_first {class: share},
unclassified (unit, reason, coverage), warnings, and provenance (version, input_hash, seed, runs, seconds).
`runs=0` leaves spread, pairwise and stability None.

`prepare(table, method)` tells who would be unclassified, without computing an index; `check_variants(table, method)`
raises what a run of the method's variants would meet, before a method is locked. `write_files(table,
ranking)` returns {"scores.csv", "ranks.csv", "report.html", "bundle.zip"} as bytes, `write_bundle(table,
ranking)` the last alone. A bundle carries its own verifier, verify.py, out of `recompute`; `verify_bundle(content)`
runs our copy of it, draws the variants anew from the seed, and returns what differs
(nothing: reproduced), `verify(table, ranking)` does so for a result in memory. `warm_up()` loads the compiled
kernels.

Modules for a closer look, each with its own functions:

    statistics    figures and flags of columns, correlations, Cronbach's alpha, principal components
    weighting     weights proposed by data, by experts or for balance; `adopt` writes them into a method
    outranking    Copeland scores, the Condorcet winner, Kemeny's order
    sensitivity   which choice moves the ranks: Sobol indices, exact or sampled
    influence     each indicator left out, a unit's profile
    reach         what it would take to rise: the smallest change of one's own figures that gains places
    rank_sets     confidence sets for ranks, groups that cannot be told apart
    panel         several editions on one scale
"""

from ratusz.engines.composite.bundle import write_bundle, write_files
from ratusz.engines.composite.framework import Aggregate, Framework, Indicator
from ratusz.engines.composite.impute import Imputation
from ratusz.engines.composite.method import DataError, Method, Noise, Uncertainty
from ratusz.engines.composite.normalise import Normalisation
from ratusz.engines.composite.ranking import (
    Prepared,
    Ranking,
    RankSpread,
    check_variants,
    prepare,
    rank,
    warm_up,
)
from ratusz.engines.composite.screen import Screening, Unclassified
from ratusz.engines.composite.table import Table
from ratusz.engines.composite.treat import Treatment
from ratusz.engines.composite.verify import Verdict, verify, verify_bundle
from ratusz.engines.contracts import EngineError

__all__ = [
    "Aggregate",
    "DataError",
    "EngineError",
    "Framework",
    "Imputation",
    "Indicator",
    "Method",
    "Noise",
    "Normalisation",
    "Prepared",
    "RankSpread",
    "Ranking",
    "Screening",
    "Table",
    "Treatment",
    "Uncertainty",
    "Unclassified",
    "Verdict",
    "check_variants",
    "prepare",
    "rank",
    "verify",
    "verify_bundle",
    "warm_up",
    "write_bundle",
    "write_files",
]
