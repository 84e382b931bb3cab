"""Which places are certain: confidence sets for ranks, and groups of units that cannot be told apart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ratusz.engines.contracts import EngineError


@dataclass(frozen=True)
class RankSets:
    """Ranks that the data allow: lower and upper (n,), 1 = best, and [a, b] whether a is surely ahead of b.

    With probability `level`, all of `lower` ≤ true rank ≤ `upper` hold at once (simultaneous), or each alone.
    """

    lower: np.ndarray
    upper: np.ndarray
    ahead: np.ndarray
    level: float
    simultaneous: bool


def confidence_sets(
    estimates: np.ndarray,
    errors: np.ndarray,
    rng: np.random.Generator,
    *,
    level: float = 0.95,
    simultaneous: bool = True,
    stepwise: bool = True,
    draws: int = 10_000,
) -> RankSets:
    """Return confidence sets for the ranks of estimated scores.

    estimates (n,), more is better; errors: standard errors (n,) of independent estimates, or their
    covariance (n, n). A pair is told apart if its difference exceeds the critical value of the largest
    studentised difference, over all pairs or, not simultaneous, over those of each unit; drawn from the normal
    distribution. `stepwise`: pairs told apart leave the comparison, whose critical value falls, until no more
    are; the promise is the same and the sets are never larger. Mogstad, Romano, Shaikh, Wilhelm 2023,
    https://doi.org/10.1093/restud/rdad006; stepdown: Romano, Wolf 2005, https://doi.org/10.1198/016214504000000539.

    >>> found = confidence_sets(np.array([9.0, 5.0, 4.9]), np.full(3, 0.5), np.random.default_rng(1))
    >>> found.lower, found.upper
    (array([1, 2, 2]), array([1, 3, 3]))
    """
    n = estimates.size
    covariance = np.diag(np.square(errors)) if errors.ndim == 1 else errors
    if covariance.shape != (n, n) or not np.isfinite(covariance).all() or not np.isfinite(estimates).all():
        raise EngineError(
            "Rank sets",
            f"{n} estimates with errors of shape {errors.shape}",
            "every estimate needs a finite standard error, or all a covariance",
            "leave out units without one",
        )
    variance = np.diag(covariance)
    spread = np.sqrt(np.maximum(variance[:, None] + variance - 2 * covariance, 0.0))
    values, vectors = np.linalg.eigh(covariance)
    if values.min(initial=0.0) < -1e-9 * max(values.max(initial=0.0), 1e-300):
        raise EngineError(
            "Rank sets", "a covariance that is none", "it must have no negative eigenvalue", "correct it"
        )
    if not 0 < level < 1:
        raise EngineError("Rank sets", f"level {level:g}", "it is between 0 and 1", "use 0.95")
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    scale = np.where(spread > 0, spread, np.inf)
    noise = rng.standard_normal((draws, n)) @ root.T
    difference = (estimates[:, None] - estimates) / scale
    exact = np.where(spread > 0, 0.0, np.sign(estimates[:, None] - estimates))
    ahead, behind = exact > 0, exact < 0
    while True:
        largest = _largest(noise, scale, ~ahead, ~behind)
        critical = (
            np.quantile(largest.max(axis=1), level) if simultaneous else np.quantile(largest, level, axis=0)
        )
        limit = np.full(n, critical)[:, None]
        found = ahead | (difference > limit), behind | (-difference > limit)
        new = (found[0] != ahead).any() or (found[1] != behind).any()
        ahead, behind = found
        if not (stepwise and new):
            return RankSets(1 + behind.sum(axis=1), n - ahead.sum(axis=1), ahead, level, simultaneous)


def _largest(noise: np.ndarray, scale: np.ndarray, ahead: np.ndarray, behind: np.ndarray) -> np.ndarray:
    """Return, by draw and unit, the largest studentised difference over the pairs (n, n) still compared."""
    found = np.zeros(noise.shape)
    for first in range(0, len(noise), 256):
        z = noise[first : first + 256]
        gaps = (z[:, :, None] - z[:, None, :]) / scale
        up = np.where(ahead, gaps, 0.0).max(axis=2)
        found[first : first + 256] = np.maximum(up, np.where(behind, -gaps, 0.0).max(axis=2))
    return found


def groups(ranks: np.ndarray, ahead: np.ndarray) -> tuple[tuple[int, ...], ...]:
    """Return groups of neighbours in rank no two of which can be told apart, best first, as large as can be.

    ranks (n,); ahead (n, n) bool, such as `RankSets.ahead`, or `ranking.pairwise >= 0.95`. A unit may stand in
    several groups; each stands in one at least. Members are places in `ranks`.

    >>> ahead = np.array([[0, 0, 1], [0, 0, 0], [0, 0, 0]], dtype=bool)
    >>> groups(np.array([1, 2, 3]), ahead)
    ((0, 1), (1, 2))
    """
    order = np.argsort(ranks, kind="stable")
    apart = (ahead | ahead.T)[np.ix_(order, order)]
    found: list[tuple[int, ...]] = []
    end = 0
    for start in range(order.size):
        stop = max(end, start + 1)
        while stop < order.size and not apart[start : stop + 1, start : stop + 1].any():
            stop += 1
        if stop > end and not apart[start:stop, start:stop].any():
            found.append(tuple(int(k) for k in order[start:stop]))
            end = stop
    return tuple(found)
