"""The scores of all units against many pseudo samples, for the bootstrap."""

from __future__ import annotations

import numpy as np
from numba import njit

from ratusz.engines.efficiency.kernels.programme import CRS, DRS, own_start, programme, scale_pool, score_of
from ratusz.engines.efficiency.kernels.simplex import OPTIMAL, reduced_costs, solve, workspace


@njit(cache=True, nogil=True)
def replicate(rows, outputs, factors, gain, returns, inputs_move):
    """Returns β (B, n) of every unit against each pseudo sample: row b has its inputs (or outputs) times factors[b].

    No frame is found first: each programme is solved against the pool found so far, and goes on with the unit that
    beats its prices most, which joins the pool, until none does.
    """
    p, n = rows.shape
    runs = factors.shape[0]
    k = p if returns == CRS else p + 1
    q = 4 + p
    beta = np.full((runs, n), np.nan)
    extra = np.zeros((q, k))
    cost = np.zeros(q)
    cost[0] = -1.0
    cost[1] = 1.0
    b = np.empty(k)
    value = np.empty(k)
    dual = np.empty(k)
    basis = np.empty(k, dtype=np.int64)
    shut = np.zeros(q, dtype=np.bool_)
    shut[3] = returns < DRS
    limits = np.zeros(2)
    space = workspace(k, n)
    pool = np.empty((k, n))
    times = np.empty(n)
    inverse_size = np.empty(n)
    pseudo = np.empty((k, n))
    pseudo[-1] = 1.0
    every = np.empty(n)
    inverse = np.empty(n)
    first, last = (outputs, p) if inputs_move else (0, outputs)
    for t in range(runs):
        appeal = np.empty(n)
        for j in range(n):
            most, up, down = 0.0, 0.0, 0.0
            for r in range(p):
                v = rows[r, j] * (factors[t, j] if first <= r < last else 1.0)
                pseudo[r, j] = v
                most = max(most, v)
                if r < outputs:
                    up += v
                else:
                    down += v
            inverse[j] = 1.0 / most
            appeal[j] = -up / down
        count = 0
        joined = np.zeros(n, dtype=np.bool_)
        for o in np.argsort(appeal):
            size = 0.0
            for r in range(p):
                size = max(size, rows[r, o])
            scale = programme(
                rows[:, o], pseudo[:, o], True, gain[o], outputs, size, returns, limits, extra, b
            )
            own_start(extra, b, p, 1.0 - factors[t, o] if inputs_move else factors[t, o] - 1.0, basis)
            scale_pool(inverse_size, count, size, returns, pool, times)
            scale_pool(inverse, n, size, returns, pseudo, every)
            while True:
                status = solve(pool, times, count, extra, cost, b, basis, value, dual, shut, 1e300, space)
                if status != OPTIMAL:
                    break
                reduced_costs(pseudo, every, n, dual, space[2])
                worst = -1
                least = -1e-10
                for j in range(n):
                    if space[2][j] < least and not joined[j]:
                        least = space[2][j]
                        worst = j
                if worst < 0:
                    beta[t, o] = score_of(basis, value) * scale
                    break
                joined[worst] = True
                for r in range(p):
                    pool[r, count] = pseudo[r, worst]
                inverse_size[count] = inverse[worst]
                count += 1
                scale_pool(inverse_size, count, size, returns, pool, times)
    return beta
