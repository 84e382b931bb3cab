"""Ranking by pairs: who beats whom on more weight. Copeland scores, the Condorcet winner, Kemeny's order.

Nothing here depends on the order of units, also with missing data: a pair is judged on what both have.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ratusz.engines.composite import kernels
from ratusz.engines.contracts import EngineError

LARGEST = 16


@dataclass(frozen=True)
class KemenyOrder:
    """All orders with the greatest agreement: places (n,), 1 = best; mean position (n,); their number; the agreement.

    The mean position is over all best orders, so a draw shows as equal positions; ties share the best place.
    Agreement = the share of pairwise weight that a best order agrees with.
    """

    places: np.ndarray
    positions: np.ndarray
    orders: int
    agreement: float


def outranking(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return (n, n) shares of weight on which a beats b, ties counting half; NaN where nothing is common.

    values (n, k), NaN for missing, more is better; weights (k,). Values closer than 1e-11 of the column's
    largest are tied. Munda, Nardo 2009, https://doi.org/10.1080/00036840601019364.

    >>> outranking(np.array([[3.0, 1.0], [2.0, 2.0]]), np.array([3.0, 1.0]))
    array([[0.5 , 0.75],
           [0.25, 0.5 ]])
    """
    return kernels.outrank(np.ascontiguousarray(values.T), np.asarray(weights, dtype=np.float64))


def copeland(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return Copeland scores (n,): +1 for each unit beaten on more weight than not, -1 for each that beats it.

    NaN where a unit has no value. Copeland 1951; Saari, Merlin 1996, https://doi.org/10.1007/BF01212012.

    >>> copeland(np.array([[3.0, np.nan], [2.0, 5.0], [np.nan, 7.0]]), np.array([1.0, 1.0]))
    array([ 1., -2.,  1.])
    """
    columns = np.ascontiguousarray(values.T)
    found = kernels.copeland(columns, np.asarray(weights, dtype=np.float64))
    found[np.isnan(values).all(axis=1)] = np.nan
    return found


def condorcet(values: np.ndarray, weights: np.ndarray) -> int | None:
    """Return the place in `values` of the unit that beats every other on more weight, or None.

    >>> condorcet(np.array([[3.0, 1.0], [2.0, 2.0]]), np.array([3.0, 1.0]))
    0
    """
    share = outranking(values, weights)
    # A unit's share against itself is ½, or NaN without any value: then it cannot win.
    beats = (share > 0.5 + 1e-12) | (np.eye(len(share), dtype=bool) & (share == 0.5))
    winners = np.flatnonzero(beats.all(axis=1))
    return int(winners[0]) if winners.size else None


def kemeny(values: np.ndarray, weights: np.ndarray) -> KemenyOrder:
    """Return the exact median order by dynamic programming over sets; at most 16 units.

    Kemeny 1959; Young, Levenglick 1978, https://doi.org/10.1137/0135023. A pair without anything in common
    adds nothing to any order.

    >>> found = kemeny(np.array([[3.0, 1.0], [2.0, 2.0], [1.0, 3.0]]), np.array([2.0, 1.0]))
    >>> found.places, found.orders
    (array([1, 2, 3]), 1)
    """
    n = values.shape[0]
    if not 1 <= n <= LARGEST:
        raise EngineError(
            "Kemeny order", f"{n} units", f"it is computed for 1 to {LARGEST}", "rank fewer, or use Copeland"
        )
    share = np.nan_to_num(outranking(values, weights), nan=0.0)
    np.fill_diagonal(share, 0.0)
    best, orders, positions = kernels.kemeny(share)
    tolerance = 1e-9
    places = np.array([1 + int((positions < own - tolerance).sum()) for own in positions])
    total = share.sum()
    return KemenyOrder(places, positions, int(orders), float(best / total) if total else 1.0)
