"""Outliers: winsorise a few points, else take a logarithm; a column that is not skewed is left alone.

The rule is the one of COINr (Becker et al. 2022, https://doi.org/10.21105/joss.04567): a column passes if
|skewness| < 2 or excess kurtosis < 3.5 (both bias-corrected).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ratusz.engines.composite import kernels

METHODS = ("winsorise", "none")


@dataclass(frozen=True, slots=True)
class Treatment:
    """How outliers are treated: at most `winmax` points winsorised per indicator, else a logarithm."""

    method: str = "none"
    winmax: int = 5
    skewness: float = 2.0
    kurtosis: float = 3.5


@dataclass(frozen=True, slots=True)
class TreatmentRecord:
    """What happened to each indicator, (p,) each: points winsorised, and whether the logarithm was taken."""

    winsorised: np.ndarray
    logarithm: np.ndarray


def treat(values: np.ndarray, treatment: Treatment) -> tuple[np.ndarray, TreatmentRecord]:
    """Return treated (n, p) values and the record. Missing cells stay missing.

    >>> x = np.array([[1.0], [2.0], [3.0], [4.0], [5.0], [6.0], [7.0], [99.0]])
    >>> treated, record = treat(x, Treatment("winsorise", winmax=1))
    >>> float(treated.max()), int(record.winsorised[0])
    (7.0, 1)
    """
    p = values.shape[1]
    columns = np.ascontiguousarray(values.T)
    winsorised = np.zeros(p, dtype=np.int64)
    logarithm = np.zeros(p, dtype=np.bool_)
    if treatment.method == "winsorise":
        kernels.treat_columns(
            columns, treatment.winmax, treatment.skewness, treatment.kurtosis, winsorised, logarithm
        )
    return columns.T, TreatmentRecord(winsorised, logarithm)


def moments(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return bias-corrected skewness G1 and excess kurtosis G2 of each column, (p,) each (NaN if undefined)."""
    columns = np.ascontiguousarray(values.T)
    found = np.array([kernels.moments(column) for column in columns])
    return found[:, 0], found[:, 1]
