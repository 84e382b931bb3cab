"""Outliers: winsorise a few points, else take a logarithm; or Box-Cox. A column that is not skewed is left alone.

The rule is the one of COINr (Becker et al. 2022, https://doi.org/10.21105/joss.04567): a column passes if
|skewness| < 2 or excess kurtosis < 3.5 (both bias-corrected).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ratusz.engines.composite import kernels

METHODS = ("winsorise", "none", "box-cox")
POWERS = np.arange(-200, 201) / 100


@dataclass(frozen=True, slots=True)
class Treatment:
    """How outliers are treated: at most `winmax` points winsorised per indicator, else a logarithm; or Box-Cox."""

    method: str = "none"
    winmax: int = 5
    skewness: float = 2.0
    kurtosis: float = 3.5


@dataclass(frozen=True, slots=True)
class TreatmentRecord:
    """What happened to each indicator, (p,) each: points winsorised, whether the logarithm was taken, Box-Cox power.

    The power is NaN where no Box-Cox transformation was made.
    """

    winsorised: np.ndarray
    logarithm: np.ndarray
    box_cox: np.ndarray


def treat(values: np.ndarray, treatment: Treatment) -> tuple[np.ndarray, TreatmentRecord]:
    """Return treated (n, p) values and the record. Missing cells stay missing.

    >>> x = np.array([[1.0], [2.0], [3.0], [4.0], [5.0], [6.0], [7.0], [99.0]])
    >>> treated, record = treat(x, Treatment("winsorise", winmax=1))
    >>> float(treated.max()), int(record.winsorised[0])
    (7.0, 1)
    """
    p = values.shape[1]
    columns = np.array(values.T, order="C")  # a copy also of a single column, which is contiguous as it is
    winsorised = np.zeros(p, dtype=np.int64)
    logarithm = np.zeros(p, dtype=np.bool_)
    if treatment.method == "winsorise":
        kernels.treat_columns(
            columns, treatment.winmax, treatment.skewness, treatment.kurtosis, winsorised, logarithm
        )
    powers = np.full(p, np.nan)
    if treatment.method == "box-cox":
        for j, column in enumerate(columns):
            skewness, kurtosis = kernels.moments(column)
            if abs(skewness) >= treatment.skewness and kurtosis >= treatment.kurtosis:
                columns[j], powers[j] = box_cox(column)
    return columns.T, TreatmentRecord(winsorised, logarithm, powers)


def box_cox(column: np.ndarray) -> tuple[np.ndarray, float]:
    """Return (x^λ - 1)/λ, ln x for λ = 0, of a column (n,) and the λ of greatest likelihood.

    λ is one of -2, -1.99, …, 2: two decimals that anyone can find again. Values that reach 0 are first shifted to
    x - min + 0.01 (max - min). Box, Cox 1964, https://doi.org/10.1111/j.2517-6161.1964.tb00553.x.

    >>> treated, power = box_cox(np.exp(np.array([-3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0])))
    >>> power, treated.round(9).tolist()
    (0.0, [-3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0])
    """
    known = ~np.isnan(column)
    low, high = column[known].min(), column[known].max()
    x = column if low > 0 else column - low + 0.01 * (high - low)
    logs = np.log(x[known])
    centred = logs - logs.mean()
    # Of x over its geometric mean, the likelihood is the variance of the result alone.
    spread = [np.var(centred if power == 0 else np.expm1(power * centred) / power) for power in POWERS]
    power = float(POWERS[int(np.argmin(spread))])
    return (np.log(x) if power == 0 else np.expm1(power * np.log(x)) / power), power


def moments(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return bias-corrected skewness G1 and excess kurtosis G2 of each column, (p,) each (NaN if undefined)."""
    columns = np.ascontiguousarray(values.T)
    found = np.array([kernels.moments(column) for column in columns])
    return found[:, 0], found[:, 1]
