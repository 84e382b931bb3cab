"""Missing cells: left missing, or filled from all units, from the unit's own group or from its nearest units."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ratusz.engines.contracts import EngineError

METHODS = ("none", "mean", "median", "group mean", "group median", "nearest")


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
