"""Missing cells: left missing, or filled from all units or from the unit's own group."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ratusz.engines.contracts import EngineError

METHODS = ("none", "mean", "median", "group mean", "group median")


@dataclass(frozen=True, slots=True)
class Imputation:
    """How missing cells are filled; `group` names the text column that the group methods use."""

    method: str = "none"
    group: str | None = None


def impute(values: np.ndarray, imputation: Imputation, groups: tuple[str, ...] | None = None) -> np.ndarray:
    """Return (n, p) values with missing cells filled. A cell whose whole group is missing stays missing."""
    if imputation.method == "none":
        return values
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
