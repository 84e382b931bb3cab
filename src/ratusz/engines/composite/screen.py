"""Who has enough data to be ranked: coverage overall, per branch, and of each indicator."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ratusz.engines.composite.framework import Framework
from ratusz.engines.contracts import EngineError

_SLACK = 1e-9


@dataclass(frozen=True, slots=True)
class Screening:
    """The least shares of data: of a unit overall, of a unit in every branch, of an indicator over all units.

    `counted` says whether imputed cells count as data: "before imputation" (default, they do not) or
    "after imputation".
    """

    coverage: float = 0.8
    branch_coverage: float = 0.0
    indicator_coverage: float = 0.5
    counted: str = "before imputation"


@dataclass(frozen=True, slots=True)
class Unclassified:
    """A unit left out of the ranking: which, why in one sentence, and its coverage (0 to 1)."""

    unit: str
    reason: str
    coverage: float


def check_indicators(values: np.ndarray, framework: Framework, screening: Screening) -> tuple[str, ...]:
    """Return a warning for each indicator below 80 % coverage; refuse one below the method's limit.

    `values`: (n, p) with NaN for missing, as observed (before imputation).
    """
    share = np.mean(~np.isnan(values), axis=0)
    warnings = []
    for indicator, covered in zip(framework.indicators, share, strict=True):
        if covered == 0 or covered < screening.indicator_coverage - _SLACK:
            raise EngineError(
                f"Indicator {indicator.code}",
                f"values for {covered:.0%} of the units",
                f"at least {screening.indicator_coverage:.0%} are needed",
                "find the missing values, drop the indicator, or lower indicator_coverage under [screening]",
            )
        if covered < 0.8:
            warnings.append(f"Indicator {indicator.code} has values for only {covered:.0%} of the units.")
    return tuple(warnings)


def screen(
    values: np.ndarray, units: tuple[str, ...], framework: Framework, screening: Screening
) -> tuple[np.ndarray, tuple[Unclassified, ...]]:
    """Return who stays, (n,) bool, and who is not classified and why. `values`: (n, p), NaN for missing."""
    present = ~np.isnan(values)
    overall = present.mean(axis=1)
    keep = (overall >= screening.coverage - _SLACK) & (overall > 0)
    why = {}
    for i in np.flatnonzero(~keep):
        have, p = int(present[i].sum()), values.shape[1]
        why[i] = f"{have} of {p} indicators ({overall[i]:.1%}); at least {screening.coverage:.0%} are needed"
    if screening.branch_coverage > 0:
        for branch, leaves in zip(framework.levels, framework.leaves, strict=True):
            share = present[:, leaves].mean(axis=1)
            for i in np.flatnonzero(keep & (share < screening.branch_coverage - _SLACK)):
                keep[i] = False
                why[i] = (
                    f"{share[i]:.1%} of the indicators of {branch.name or branch.code}; "
                    f"at least {screening.branch_coverage:.0%} are needed in every branch"
                )
    out = tuple(Unclassified(units[i], why[i], float(overall[i])) for i in sorted(why))
    return keep, out
