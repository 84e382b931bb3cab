"""Latin squares from a group that is no field: Z2 × Z6 gives five of order 12.

An orthomorphism is a permutation θ of a group with θ(x) − x a permutation too. r of them whose differences are
permutations give r + 1 mutually orthogonal Latin squares: the sums x + y and θ(x) + y. Their existence for order 12
is from D. M. Johnson, A. L. Dulmage, N. S. Mendelsohn (1961), Orthomorphisms of groups and orthogonal latin squares I,
doi:10.4153/CJM-1961-031-7; the search here goes through all 16,512 orthomorphisms that leave 0 in place.
"""

from __future__ import annotations

from itertools import product

import numpy as np

from ratusz.engines.composite.kernels import compiled

ALL_OF_ORDER_12 = 16_512


def group_squares(orders: tuple[int, ...], limit: int = ALL_OF_ORDER_12) -> np.ndarray:
    """Return mutually orthogonal Latin squares (m, n, n) of the sum of cyclic groups of these orders, m at most 5.

    `limit` is how many orthomorphisms are looked at, in the order of their values.

    >>> group_squares((2, 6)).shape
    (5, 12, 12)
    """
    names = list(product(*map(range, orders)))
    code = {name: k for k, name in enumerate(names)}
    add = np.array(
        [
            [code[tuple((a + b) % o for a, b, o in zip(x, y, orders, strict=True))] for y in names]
            for x in names
        ]
    )
    less = np.argsort(add, axis=1).T.copy()  # less[x, y] = x − y
    found = _orthomorphisms(less, limit)
    chosen = found[_four_apart(found, less)]
    return np.array([add, *(add[theta] for theta in chosen)])


@compiled
def _orthomorphisms(less, limit):
    """Returns the permutations (found, n) with theta[0] = 0 whose differences from the identity differ too."""
    n = less.shape[0]
    found = np.zeros((limit, n), np.int64)
    number = 0
    theta = np.zeros(n, np.int64)
    used = np.zeros(n, np.bool_)
    apart = np.zeros(n, np.bool_)
    used[0] = apart[0] = True
    k = 1
    theta[1] = -1
    while k > 0 and number < limit:
        if theta[k] >= 0:
            used[theta[k]] = apart[less[theta[k], k]] = False
        v = theta[k] + 1
        while v < n and (used[v] or apart[less[v, k]]):
            v += 1
        if v == n:
            k -= 1
            continue
        theta[k] = v
        used[v] = apart[less[v, k]] = True
        if k == n - 1:
            found[number] = theta
            number += 1
        else:
            k += 1
            theta[k] = -1
    return found[:number]


@compiled
def _differ(one, other, less):
    """Returns whether the differences of two permutations are a permutation."""
    seen = 0
    for x in range(one.size):
        bit = 1 << less[one[x], other[x]]
        if seen & bit:
            return False
        seen |= bit
    return True


@compiled
def _four_apart(found, less):
    """Returns the numbers of the first four permutations each two of which differ by a permutation, or fewer."""
    n = len(found)
    for i in range(n):
        second = [j for j in range(i + 1, n) if _differ(found[i], found[j], less)]
        for a in range(len(second)):
            third = [j for j in second[a + 1 :] if _differ(found[second[a]], found[j], less)]
            for b in range(len(third)):
                for j in third[b + 1 :]:
                    if _differ(found[third[b]], found[j], less):
                        return np.array([i, second[a], third[b], j])
    return np.arange(min(n, 1))
