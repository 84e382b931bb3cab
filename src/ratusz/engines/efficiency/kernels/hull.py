"""The frame: the units whose hull is the whole technology."""

from __future__ import annotations

import numpy as np
from numba import njit

from ratusz.engines.efficiency.kernels.programme import CRS, own_start, programme, scale_pool
from ratusz.engines.efficiency.kernels.simplex import OPTIMAL, STOPPED, solve, workspace


@njit(cache=True, nogil=True)
def frame(rows, size, outputs, gain, returns, order):
    """Returns (members, count, bases): units whose hull is the whole technology, in the order they were found.

    rows (p, n) outputs above inputs; gain (n, p) the direction of each unit's score. Every unit is tried against the
    pool found so far. One that lies inside needs no more; for any other, the prices of its programme are a hyperplane
    through it, and the unit furthest beyond joins the pool (itself if there is none). After Dulá (2011). `bases`
    (n, k) is where each unit's programme stood, a start for its score.
    """
    p, n = rows.shape
    k = p if returns == CRS else p + 1
    q = 4 + p
    extra = np.zeros((q, k))
    extra_cost = np.zeros(q)
    extra_cost[0] = -1.0
    extra_cost[1] = 1.0
    b = np.empty(k)
    value = np.empty(k)
    dual = np.empty(k)
    shut_extra = np.zeros(q, dtype=np.bool_)
    limits = np.zeros(2)
    space = workspace(k, n)
    scan = np.empty(n)
    pool = np.empty((k, n))
    times = np.empty(n)
    inverse_size = np.empty(n)
    members = np.empty(n, dtype=np.int64)
    inside = np.zeros(n, dtype=np.bool_)
    bases = np.full((n, k), -1, dtype=np.int64)
    count = 0
    for o in order:
        if inside[o]:
            # Already in the pool; its score starts from itself.
            programme(rows[:, o], rows[:, o], True, gain[o], outputs, size[o], returns, limits, extra, b)
            own_start(extra, b, p, 0.0, bases[o])
            continue
        programme(rows[:, o], rows[:, o], True, gain[o], outputs, size[o], returns, limits, extra, b)
        scale_pool(inverse_size, count, size[o], returns, pool, times)
        basis = bases[o]
        own_start(extra, b, p, 0.0, basis)
        while True:
            status = solve(
                pool, times, count, extra, extra_cost, b, basis, value, dual, shut_extra, 1e-8, space
            )
            if status == STOPPED:
                break
            own = False
            for i in range(k):
                if basis[i] == 2 and value[i] > 1e-9:
                    own = True
            if status == OPTIMAL and not own:
                break
            worst = -1
            if status == OPTIMAL:
                least = -1e-10
                for j in range(n):
                    scan[j] = 0.0
                for r in range(p):
                    d = dual[r]
                    if d != 0.0:
                        for j in range(n):
                            scan[j] -= d * rows[r, j]
                w = dual[p] * size[o] if k > p else 0.0
                for j in range(n):
                    s = size[j] if returns == CRS else max(size[j], size[o])
                    c = (scan[j] - w) / s
                    if c < least and j != o and not inside[j]:
                        least = c
                        worst = j
            if worst < 0:
                worst = o
            members[count] = worst
            inside[worst] = True
            for r in range(p):
                pool[r, count] = rows[r, worst]
            inverse_size[count] = 1.0 / size[worst]
            count += 1
            scale_pool(inverse_size, count, size[o], returns, pool, times)
            if worst == o:
                break
    return members[:count].copy(), bases
