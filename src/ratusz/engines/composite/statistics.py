"""What a table says about itself before any ranking: shape, correlations, consistency, principal components.

Arrays are units by columns with NaN for missing; every figure uses the units that it can (pairwise).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr

from ratusz.engines.composite import kernels
from ratusz.engines.composite.framework import Framework
from ratusz.engines.composite.treat import moments
from ratusz.engines.contracts import EngineError

KINDS = ("pearson", "spearman")


@dataclass(frozen=True)
class Description:
    """Figures of each column, (p,) each, over its known values.

    minimum, maximum, mean, median, sd (n - 1), skewness and kurtosis (bias-corrected, excess); available,
    nonzero, unique, same (how often the commonest value occurs); flags = texts per column, empty if sound:
    "availability" (below 65 % known), "zeros" (nonzero below 50 %), "repeats" (unique values below 50 %),
    "outliers" (|skewness| > 2 and kurtosis > 3.5).
    """

    codes: tuple[str, ...]
    minimum: np.ndarray
    maximum: np.ndarray
    mean: np.ndarray
    median: np.ndarray
    sd: np.ndarray
    skewness: np.ndarray
    kurtosis: np.ndarray
    available: np.ndarray
    nonzero: np.ndarray
    unique: np.ndarray
    same: np.ndarray
    flags: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Correlations:
    """Pairwise correlations r (p, p) and their two-sided p-values (p, p); NaN where they are not defined."""

    codes: tuple[str, ...]
    r: np.ndarray
    p: np.ndarray


@dataclass(frozen=True, slots=True)
class CorrelationFlag:
    """Two siblings whose correlation deserves a look: "negative", "weak" or "collinear"."""

    parent: str
    one: str
    other: str
    r: float
    flag: str


@dataclass(frozen=True)
class Components:
    """Principal components, strongest first: eigenvalues (k,), their shares (k,), vectors (p, k).

    Each vector has length 1 and a sum of 0 or more, so that a sign never depends on the machine.
    """

    codes: tuple[str, ...]
    eigenvalues: np.ndarray
    shares: np.ndarray
    vectors: np.ndarray

    @property
    def loadings(self) -> np.ndarray:
        """Correlations of columns with components, (p, k)."""
        return self.vectors * np.sqrt(self.eigenvalues)


def describe(values: np.ndarray, codes: tuple[str, ...]) -> Description:
    """Return the figures and flags of each column of (n, p) values, by the rules of COINr.

    Becker et al. 2022, https://doi.org/10.21105/joss.04567.

    >>> found = describe(np.array([[1.0], [2.0], [2.0], [np.nan]]), ("Trees",))
    >>> float(found.median[0]), int(found.available[0]), int(found.same[0]), found.flags
    (2.0, 3, 2, ((),))
    """
    n, p = values.shape
    figures, numbers = np.full((5, p), np.nan), np.zeros((4, p), dtype=np.int64)
    for j, column in enumerate(values.T):
        known = column[~np.isnan(column)]
        if not known.size:
            continue
        sd = known.std(ddof=1) if known.size > 1 else np.nan
        figures[:, j] = known.min(), known.max(), known.mean(), np.median(known), sd
        repeated = np.unique(known, return_counts=True)[1]
        numbers[:, j] = known.size, np.count_nonzero(known), repeated.size, repeated.max()
    skewness, kurtosis = moments(values) if p else (np.zeros(0), np.zeros(0))
    flags = []
    for j in range(p):
        available, nonzero, unique, _ = numbers[:, j]
        failed = {
            "availability": available < 0.65 * n,
            "zeros": nonzero < 0.5 * available,
            "repeats": unique < 0.5 * available,
            "outliers": abs(skewness[j]) > 2 and kurtosis[j] > 3.5,
        }
        flags.append(tuple(name for name, fails in failed.items() if fails))
    return Description(codes, *figures, skewness, kurtosis, *numbers, tuple(flags))


def correlate(values: np.ndarray, codes: tuple[str, ...], kind: str = "pearson") -> Correlations:
    """Return correlations of the columns of (n, p) values over the units known in both, with p-values.

    `kind`: "pearson", or "spearman" (of mid-ranks among those units). p-values by Student's t with n - 2
    degrees of freedom; NaN with fewer than three common units or a constant column.

    >>> correlate(np.array([[1.0, 2.0], [2.0, 4.0], [3.0, 6.0]]), ("a", "b")).r[0, 1].round(12)
    np.float64(1.0)
    """
    if kind not in KINDS:
        raise EngineError("Correlation", repr(kind), "it must be one of " + ", ".join(KINDS), "correct it")
    p = values.shape[1]
    r, chance = np.full((p, p), np.nan), np.full((p, p), np.nan)
    known = ~np.isnan(values)
    for a in range(p):
        for b in range(a, p):
            both = known[:, a] & known[:, b]
            x, y = values[both, a], values[both, b]
            if kind == "spearman":
                x, y = _mid_ranks(x), _mid_ranks(y)
            r[a, b] = r[b, a] = found = _pearson(x, y)
            freedom = x.size - 2
            if freedom > 0 and not np.isnan(found):
                rest = 1 - found * found
                t = abs(found) * np.sqrt(freedom / rest) if rest > 0 else np.inf
                chance[a, b] = chance[b, a] = 2 * stdtr(freedom, -t)
    return Correlations(codes, r, chance)


def flag_correlations(
    values: np.ndarray,
    framework: Framework,
    *,
    negative: float = -0.4,
    weak: float = 0.3,
    collinear: float = 0.9,
) -> tuple[CorrelationFlag, ...]:
    """Return the pairs of siblings that correlate too little, too much or the wrong way.

    `values`: (n, p + q), normalised indicators and scores in the order of `framework.nodes`. "negative": at
    most `negative` (they cancel out in a mean); "weak": below `weak` in size; "collinear": at least
    `collinear` (the same thing counted twice).
    """
    found = []
    for parent, children in zip(framework.levels, framework.siblings, strict=True):
        codes = tuple(framework.nodes[k].code for k in children)
        r = correlate(values[:, children], codes).r
        for a in range(len(codes)):
            for b in range(a + 1, len(codes)):
                value = float(r[a, b])
                if np.isnan(value):
                    continue
                name = (
                    "negative" if value <= negative
                    else "collinear" if value >= collinear
                    else "weak" if abs(value) < weak
                    else ""
                )  # fmt: skip
                if name:
                    found.append(CorrelationFlag(parent.code, codes[a], codes[b], value, name))
    return tuple(found)


def cronbach_alpha(values: np.ndarray) -> float:
    """Return Cronbach's alpha of (n, k) values from pairwise covariances; NaN with fewer than two columns.

    k/(k - 1) · (1 - Σ variances / Σ covariances). Cronbach 1951, https://doi.org/10.1007/BF02310555. Give
    columns that point the same way: normalised ones, or raw ones of one unit of measurement.

    >>> cronbach_alpha(np.array([[1.0, 2.0], [2.0, 3.0], [4.0, 5.0]]))
    1.0
    """
    k = values.shape[1]
    if k < 2:
        return float("nan")
    covariance = np.zeros((k, k))
    known = ~np.isnan(values)
    for a in range(k):
        for b in range(a, k):
            both = known[:, a] & known[:, b]
            if both.sum() < 2:
                return float("nan")
            x, y = values[both, a], values[both, b]
            covariance[a, b] = covariance[b, a] = ((x - x.mean()) @ (y - y.mean())) / (both.sum() - 1)
    total = covariance.sum()
    return float(k / (k - 1) * (1 - np.trace(covariance) / total)) if total != 0 else float("nan")


def principal_components(values: np.ndarray, codes: tuple[str, ...]) -> Components:
    """Return the principal components of the correlation matrix of (n, p) values over complete units.

    A constant column, or fewer than three complete units, is an error that names it. Jolliffe, Cadima 2016,
    https://doi.org/10.1098/rsta.2015.0202.

    >>> found = principal_components(np.array([[1.0, 5.0], [2.0, 4.0], [3.0, 1.0], [4.0, 2.0]]), ("a", "b"))
    >>> found.eigenvalues.round(6), found.vectors[:, 0].round(6)
    (array([1.848528, 0.151472]), array([ 0.707107, -0.707107]))
    """
    complete = values[~np.isnan(values).any(axis=1)]
    if len(complete) < 3:
        raise EngineError(
            "Principal components",
            f"{len(complete)} units with all of " + ", ".join(codes),
            "at least three are needed",
            "impute the missing values or drop an indicator",
        )
    spread = complete.std(axis=0, ddof=1)
    size = np.abs(complete).max(axis=0)
    for j in np.flatnonzero(~(spread > 1e-12 * size)):
        raise EngineError(
            f"Indicator {codes[j]}",
            f"the same value {complete[0, j]:g} for every complete unit",
            "an indicator must tell units apart",
            "drop the indicator or correct the column",
        )
    scaled = (complete - complete.mean(axis=0)) / spread
    eigenvalues, vectors = np.linalg.eigh(scaled.T @ scaled / (len(complete) - 1))
    eigenvalues, vectors = np.maximum(eigenvalues[::-1], 0.0), vectors[:, ::-1]
    for k in range(vectors.shape[1]):
        column = vectors[:, k]
        leading = column.sum() if abs(column.sum()) > 1e-9 else column[np.abs(column) > 1e-9][0]
        if leading < 0:
            vectors[:, k] = -column
    return Components(codes, eigenvalues, eigenvalues / eigenvalues.sum(), vectors)


def _pearson(x: np.ndarray, y: np.ndarray) -> float:
    if x.size < 3:
        return float("nan")
    x, y = x - x.mean(), y - y.mean()
    size = np.sqrt((x @ x) * (y @ y))
    return float(np.clip((x @ y) / size, -1.0, 1.0)) if size > 0 else float("nan")


def _mid_ranks(x: np.ndarray) -> np.ndarray:
    low = kernels.rank_columns(np.ascontiguousarray(x[None]))[0]
    high = x.size + 1 - kernels.rank_columns(np.ascontiguousarray(-x[None]))[0]
    return (low + high) / 2
