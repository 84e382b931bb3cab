"""One scale for all indicators, direction first, so that more is always better."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ratusz.engines.composite import kernels
from ratusz.engines.composite.framework import Framework
from ratusz.engines.composite.treat import TreatmentRecord
from ratusz.engines.contracts import EngineError

METHODS = (
    "min-max", "z-score", "rank", "borda", "prank", "scaled", "distance to maximum", "fraction of maximum",
    "distance to reference", "distance to target", "goalposts",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Normalisation:
    """The scale: `lower` and `upper` for min-max and goalposts, `mean` and `sd` for z-score.

    `subtract` and `divide` for scaled; `reference`, the unit for the distance to one; `cap` cuts distances to
    a reference or target at 1; `beyond` lets the goalposts scale go on past its ends. The others need nothing.
    """

    method: str = "min-max"
    lower: float = 0.0
    upper: float = 100.0
    mean: float = 0.0
    sd: float = 1.0
    subtract: float = 0.0
    divide: float = 1.0
    reference: str | None = None
    cap: bool = False
    beyond: bool = False


def scale(
    values: np.ndarray,
    framework: Framework,
    normalisation: Normalisation,
    units: tuple[str, ...],
    record: TreatmentRecord | None = None,
) -> np.ndarray:
    """Return (n, p) normalised values of a framework, with its targets, goalposts and the reference unit.

    `record` tells which columns a treatment has bent: a target of the raw scale means nothing there.
    """
    indicators, reference, posts = framework.indicators, None, None
    if normalisation.method == "distance to reference":
        if normalisation.reference not in units:
            raise EngineError(
                "normalisation",
                f"the reference {normalisation.reference}",
                "it must be one of the ranked units",
                "correct the name, or see why the unit is not classified",
            )
        reference = units.index(normalisation.reference)
    elif normalisation.method in ("distance to target", "goalposts"):
        low, high = np.full(len(indicators), np.nan), np.full(len(indicators), np.nan)
        for j, indicator in enumerate(indicators):
            if record is not None and (record.logarithm[j] or not np.isnan(record.box_cox[j])):
                raise EngineError(
                    f"Indicator {indicator.code}",
                    "a column that the treatment of outliers has transformed",
                    f'"{normalisation.method}" compares it with figures on the raw scale',
                    'set method = "none" under [treatment] or choose another normalisation',
                )
            if normalisation.method == "goalposts":
                found = indicator.goalposts
                if found is None:
                    raise EngineError(
                        f"Indicator {indicator.code}",
                        "no goalposts",
                        "every indicator needs its two",
                        "add goalposts = [low, high]",
                    )
                first, last = indicator.bent(found[0]), indicator.bent(found[1])
                low[j], high[j] = (first, last) if indicator.direction > 0 else (-last, -first)
            elif indicator.target is None:
                raise EngineError(
                    f"Indicator {indicator.code}", "no target", "every indicator needs one", "add target = …"
                )
            else:
                high[j] = indicator.direction * indicator.bent(indicator.target)
        posts = low, high
    return normalise(
        values, framework.directions, normalisation, framework.codes, reference=reference, posts=posts
    )


def normalise(
    values: np.ndarray,
    directions: np.ndarray,
    normalisation: Normalisation,
    codes: tuple[str, ...],
    *,
    reference: int | None = None,
    posts: tuple[np.ndarray, np.ndarray] | None = None,
) -> np.ndarray:
    """Return (n, p) normalised values, NaN where missing; a constant column is an error that names it.

    min-max: lower + (upper - lower)(x - min)/(max - min). z-score: mean + sd (x - x̄)/s, s with n - 1. rank:
    1 = worst, ties take the lowest. borda = rank - 1. prank = (rank - 1)/(n - 1), n counts known values.
    scaled: (x - subtract)/divide. distance to maximum: 1 - (max - x)/(max - min). fraction of maximum: x/max.
    distance to reference: (x - min)/(r - min), r that of the row `reference`; to target: `posts[1]` for r.
    goalposts: as min-max between posts[0] and posts[1], cut off at both. `posts` follow direction and transform.

    >>> normalise(np.array([[1.0], [3.0], [2.0]]), np.array([-1.0]), Normalisation(), ("Debt",)).ravel()
    array([100.,   0.,  50.])
    """
    x = values * directions
    known = ~np.isnan(x)
    low = np.min(x, axis=0, where=known, initial=np.inf)
    high = np.max(x, axis=0, where=known, initial=-np.inf)
    # Values that rounding alone tells apart, such as 0.3 and 0.1 + 0.2, are the same.
    for j in np.flatnonzero(~(high - low > 1e-14 * np.maximum(np.abs(high), np.abs(low)))):
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
    if normalisation.method == "scaled":
        return (x - normalisation.subtract) / normalisation.divide
    if normalisation.method == "distance to maximum":
        return 1 - (high - x) / (high - low)
    if normalisation.method == "fraction of maximum":
        return x / _above(high, 0.0, codes, "the largest value", "a fraction of the maximum (more is better)")
    if normalisation.method == "goalposts":
        share = (x - posts[0]) / (posts[1] - posts[0])
        share = share if normalisation.beyond else np.clip(share, 0.0, 1.0)
        return normalisation.lower + (normalisation.upper - normalisation.lower) * share
    if normalisation.method.startswith("distance to"):
        name = normalisation.method.removeprefix("distance to ")
        aim = x[reference] if name == "reference" else posts[1]
        distance = (x - low) / (_above(aim, low, codes, f"the {name}", f"the distance to a {name}") - low)
        return np.minimum(distance, 1.0) if normalisation.cap else distance
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


def _above(
    found: np.ndarray, least: np.ndarray | float, codes: tuple[str, ...], what: str, why: str
) -> np.ndarray:
    for j in np.flatnonzero(~(found > least)):
        limit = float(np.broadcast_to(least, found.shape)[j])
        raise EngineError(
            f"Indicator {codes[j]}",
            f"{what} {'missing' if np.isnan(found[j]) else format(float(found[j]) + 0.0, 'g')} (direction applied)",
            f"{why} needs it above {limit:g}",
            "choose another normalisation, reference or target",
        )
    return found
