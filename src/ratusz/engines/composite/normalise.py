"""One scale for all indicators, direction first, so that more is always better."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ratusz.engines.composite import kernels
from ratusz.engines.contracts import EngineError

METHODS = ("min-max", "z-score", "rank", "borda", "prank")


@dataclass(frozen=True, slots=True)
class Normalisation:
    """The scale: `lower` and `upper` for min-max, `mean` and `sd` for z-score, nothing for the rank methods."""

    method: str = "min-max"
    lower: float = 0.0
    upper: float = 100.0
    mean: float = 0.0
    sd: float = 1.0


def normalise(
    values: np.ndarray, directions: np.ndarray, normalisation: Normalisation, codes: tuple[str, ...]
) -> np.ndarray:
    """Return (n, p) normalised values, NaN where missing; a constant column is an error that names it.

    min-max: lower + (upper - lower)(x - min)/(max - min). z-score: mean + sd (x - x̄)/s, s with n - 1. rank:
    1 = worst, ties take the lowest. borda = rank - 1. prank = (rank - 1)/(n - 1), n counts known values.

    >>> normalise(np.array([[1.0], [3.0], [2.0]]), np.array([-1.0]), Normalisation(), ("Debt",)).ravel()
    array([100.,   0.,  50.])
    """
    x = values * directions
    known = ~np.isnan(x)
    low = np.min(x, axis=0, where=known, initial=np.inf)
    high = np.max(x, axis=0, where=known, initial=-np.inf)
    for j in np.flatnonzero(~(high > low)):
        raise EngineError(
            f"Indicator {codes[j]}",
            f"the same value {abs(values[known[:, j], j][0]):g} for every unit"
            if known[:, j].any()
            else "no value",
            "an indicator must tell units apart",
            "drop the indicator or correct the column",
        )
    if normalisation.method == "min-max":
        return normalisation.lower + (normalisation.upper - normalisation.lower) * ((x - low) / (high - low))
    if normalisation.method == "z-score":
        count = known.sum(axis=0)
        centre = np.sum(x, axis=0, where=known) / count
        spread = np.sqrt(np.sum((x - centre) ** 2, axis=0, where=known) / (count - 1))
        return normalisation.mean + normalisation.sd * ((x - centre) / spread)
    rank = kernels.rank_columns(np.ascontiguousarray(x.T)).T
    if normalisation.method == "rank":
        return rank
    if normalisation.method == "borda":
        return rank - 1
    return (rank - 1) / (known.sum(axis=0) - 1)
