"""Missing cells: left missing, or filled from all units, from groups, from the nearest units or by EM."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ratusz.engines.contracts import EngineError

METHODS = ("none", "mean", "median", "group mean", "group median", "nearest", "em")
STEPS = 10_000


@dataclass(frozen=True, slots=True)
class Imputation:
    """How missing cells are filled.

    `group` names the text column that the group methods use, `neighbours` how many of the nearest units count.
    """

    method: str = "none"
    group: str | None = None
    neighbours: int = 5


def impute(values: np.ndarray, imputation: Imputation, groups: tuple[str, ...] | None = None) -> np.ndarray:
    """Return (n, p) values with missing cells filled. A cell whose whole group is missing stays missing."""
    if imputation.method == "none":
        return values
    if imputation.method == "nearest":
        return nearest(values, imputation.neighbours)
    if imputation.method == "em":
        return expectation(values)
    if not imputation.method.startswith("group"):
        return _fill(values, imputation.method)
    if groups is None or any(not g for g in groups):
        raise EngineError(
            f"Column {imputation.group}",
            "a unit without a group",
            f'imputation by "{imputation.method}" needs a group for every unit',
            "fill the column or choose another imputation",
        )
    filled = values.copy()
    labels = np.array(groups)
    for label in sorted(set(groups)):
        members = labels == label
        filled[members] = _fill(values[members], imputation.method.removeprefix("group "))
    return filled


def _fill(values: np.ndarray, method: str) -> np.ndarray:
    middle = np.full(values.shape[1], np.nan)
    for j, column in enumerate(values.T):
        known = column[~np.isnan(column)]
        if known.size:
            middle[j] = known.mean() if method == "mean" else np.median(known)
    return np.where(np.isnan(values), middle, values)


def nearest(values: np.ndarray, neighbours: int) -> np.ndarray:
    """Return (n, p) values with each missing cell the mean over the nearest units that have it.

    Distance: root mean square difference over the indicators that both have, each in its standard deviations.
    Units as far as the last neighbour count too, so their order never matters. Troyanskaya et al. 2001,
    https://doi.org/10.1093/bioinformatics/17.6.520.

    >>> nearest(np.array([[1.0, 10.0], [1.1, np.nan], [9.0, 50.0]]), 1)[1].tolist()
    [1.1, 10.0]
    """
    known = ~np.isnan(values)
    centre = np.array([c[k].mean() if k.any() else 0.0 for c, k in zip(values.T, known.T, strict=True)])
    spread = np.array([c[k].std() if k.any() else 0.0 for c, k in zip(values.T, known.T, strict=True)])
    tells = spread > 0
    scaled = np.where(known, values - centre, 0.0)[:, tells] / spread[tells]
    has = known[:, tells]
    filled = values.copy()
    for i in np.flatnonzero(~known.all(axis=1)):
        common = has & has[i]
        count = common.sum(axis=1)
        square = np.where(common, (scaled - scaled[i]) ** 2, 0.0).sum(axis=1)
        distance = np.sqrt(square / np.maximum(count, 1))
        for j in np.flatnonzero(~known[i]):
            donors = np.flatnonzero(known[:, j] & (count > 0))
            if donors.size:
                far = np.sort(distance[donors])[min(neighbours, donors.size) - 1]
                filled[i, j] = values[donors[distance[donors] <= far + 1e-9], j].mean()
    return filled


def expectation(values: np.ndarray) -> np.ndarray:
    """Return (n, p) values with each missing cell what a multivariate normal distribution expects given the rest.

    Its mean and covariance are those of greatest likelihood, found by expectation and maximisation (EM) on
    standardised columns from means 0 and no correlation until (after the first step) no cell moves by 1e-10. There
    must be more units than indicators.
    Dempster, Laird, Rubin 1977, https://doi.org/10.1111/j.2517-6161.1977.tb01600.x; Little, Rubin 2019,
    https://doi.org/10.1002/9781119482260, chapter 11.

    >>> x = np.array([[1.0, 2.0], [2.0, 4.0], [3.0, 6.0], [4.0, np.nan]])
    >>> expectation(x)[3].round(6).tolist()
    [4.0, 8.0]
    """
    known = ~np.isnan(values)
    n, p = values.shape
    if known.all():
        return values
    if n <= p:
        raise EngineError(
            "Imputation",
            f"{n} units for {p} indicators",
            '"em" estimates every correlation and needs more units than indicators',
            'use "nearest" or a group mean, or fewer indicators',
        )
    if not known.any(axis=0).all():
        raise EngineError(
            "Imputation",
            "an indicator without any value among the ranked units",
            '"em" has nothing to go by',
            "drop the indicator or lower coverage under [screening]",
        )
    centre = np.array([c[k].mean() for c, k in zip(values.T, known.T, strict=True)])
    spread = np.array([c[k].std() or 1.0 for c, k in zip(values.T, known.T, strict=True)])
    z = np.where(known, (values - centre) / spread, 0.0)
    patterns, which = np.unique(known, axis=0, return_inverse=True)
    groups = [
        (there, np.flatnonzero(which.ravel() == k)) for k, there in enumerate(patterns) if not there.all()
    ]
    mean, covariance = np.zeros(p), np.eye(p)
    for step in range(STEPS):
        rest, moved = np.zeros((p, p)), 0.0
        for there, rows in groups:
            gaps = np.flatnonzero(~there)
            have = np.flatnonzero(there)
            inverse = np.linalg.pinv(covariance[np.ix_(have, have)], rcond=1e-10, hermitian=True)
            slope = inverse @ covariance[np.ix_(have, gaps)]
            filled = mean[gaps] + (z[np.ix_(rows, have)] - mean[have]) @ slope
            moved = max(moved, float(np.abs(filled - z[np.ix_(rows, gaps)]).max()))
            z[np.ix_(rows, gaps)] = filled
            unexplained = covariance[np.ix_(gaps, gaps)] - covariance[np.ix_(gaps, have)] @ slope
            rest[np.ix_(gaps, gaps)] += rows.size * unexplained
        mean = z.mean(axis=0)
        away = z - mean
        covariance = (away.T @ away + rest) / n
        if step and moved < 1e-10:
            return np.where(known, values, centre + spread * z)
    raise EngineError(
        "Imputation",
        f"no end after {STEPS:,} steps",
        '"em" converges where enough units share each pair of indicators',
        'use "nearest" or a group mean, or drop indicators with few values',
    )
