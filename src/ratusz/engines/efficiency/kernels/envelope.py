"""The scores of many units against given reference units."""

from __future__ import annotations

import numpy as np
from numba import njit

from ratusz.engines.efficiency.kernels.programme import CRS, DRS, own_start, programme, scale_pool, score_of
from ratusz.engines.efficiency.kernels.simplex import OPTIMAL, STALLED, reduced_costs, solve, workspace

_FREE = 1e-9


@njit(cache=True, nogil=True)
def _largest_slacks(pool, times, few, extra, cost, b, basis, value, dual, shut_extra, weights, space):
    """Second phase: among the optima of the first, the largest slacks. Only columns at no cost may enter."""
    k, f = pool.shape
    p = weights.shape[0]
    q = extra.shape[0]
    kept, kept_times, free = few
    reduced_costs(pool, times, f, dual, space[2])
    opened = 0
    for j in range(f):
        keep = space[2][j] <= _FREE
        for i in range(k):
            keep = keep or basis[i] == q + k + j
        if keep:
            free[opened] = j
            kept_times[opened] = times[j]
            for r in range(k):
                kept[r, opened] = pool[r, j]
            for i in range(k):
                if basis[i] == q + k + j:
                    basis[i] = -2 - opened
            opened += 1
    for i in range(k):
        if basis[i] < -1:
            basis[i] = q + k - 2 - basis[i]
    for j in range(q):
        c = cost[j]
        for r in range(k):
            c -= dual[r] * extra[j, r]
        shut_extra[j] = shut_extra[j] or c > _FREE
    shut_extra[0] = True
    shut_extra[1] = True
    cost[:] = 0.0
    for r in range(p):
        cost[4 + r] = -weights[r]
    status = solve(kept, kept_times, opened, extra, cost, b, basis, value, dual, shut_extra, np.inf, space)
    for i in range(k):
        if basis[i] >= q + k:
            basis[i] = q + k + free[basis[i] - q - k]
    return status


@njit(cache=True, nogil=True)
def score(
    rows, size, outputs, points, own, has_own, gain, shift, returns, goal, weights, tight, limits, skip, bases, stop
):  # fmt: skip
    """Returns (status, β, intensity, peer, slack, price) of points (n, p) against the reference units in rows (p, f).

    own (n, p) and has_own: the point's own unit, offered as a column although it is not in the pool; it is the point
    moved by `shift` (n,) along `gain` (n, p). goal 0: largest β, then (weights > 0) the largest weighted sum of slacks;
    goal 1: largest weighted sum of slacks at β = 0. `tight` (p,) rows have no slack (weak disposability). limits (2,):
    lower and upper share of each output in u'y, (0, 0) for none. skip (n,): a reference unit that may not be a peer,
    or −1. bases (n, k): starts, −1 for none; overwritten. peer (n, k): a reference unit, −2 the own unit, −1 none.
    stop: as in `solve`.
    Everything is measured in the scale of `rows`.
    """
    n, p = points.shape
    k = p if returns == CRS else p + 1
    f = rows.shape[1]
    q = 4 + p + (2 * outputs if limits[1] > 0.0 else 0)
    extra = np.zeros((q, k))
    b = np.empty(k)
    value = np.empty(k)
    dual = np.empty(k)
    kept = np.empty(k)
    shut_extra = np.zeros(q, dtype=np.bool_)
    cost = np.zeros(q)
    space = workspace(k, f)
    pool = np.empty((k, f))
    pool[:p] = rows
    times = np.empty(f)
    few = (np.empty((k, f)), np.empty(f), np.empty(f, dtype=np.int64))
    inverse_size = 1.0 / size
    status = np.zeros(n, dtype=np.int64)
    beta = np.full(n, np.nan)
    intensity = np.zeros((n, k))
    peer = np.full((n, k), -1, dtype=np.int64)
    slack = np.full((n, p), np.nan)
    price = np.full((n, p + 1), np.nan)
    for o in range(n):
        s = 0.0
        for r in range(p):
            s = max(s, points[o, r])
        if s == 0.0:
            s = 1.0
        scale = programme(points[o], own[o], has_own, gain[o], outputs, s, returns, limits, extra, b)
        scale_pool(inverse_size, f, s, returns, pool, times)
        if skip[o] >= 0:
            times[skip[o]] = 0.0
        shut_extra[:] = False
        for r in range(p):
            shut_extra[4 + r] = tight[r]
        shut_extra[2] = not has_own
        shut_extra[3] = returns < DRS
        most = 0.0
        for r in range(p):
            most = max(most, weights[o, r])
        cost[:] = 0.0
        if goal == 0:
            cost[0] = -1.0
            cost[1] = 1.0
        else:
            shut_extra[0] = True
            shut_extra[1] = True
            for r in range(p):
                cost[4 + r] = -weights[o, r] / most
        basis = bases[o]
        if has_own and basis[0] < 0 and not tight.any():
            own_start(extra, b, p, shift[o], basis)
        state = solve(pool, times, f, extra, cost, b, basis, value, dual, shut_extra, stop, space)
        status[o] = state
        if state != OPTIMAL:
            continue
        beta[o] = score_of(basis, value) * scale
        for r in range(k):
            kept[r] = dual[r]
        if goal == 0 and most > 0.0:
            state = _largest_slacks(
                pool, times, few, extra, cost, b, basis, value, dual, shut_extra, weights[o] / most, space
            )
            if state != OPTIMAL:
                status[o] = STALLED
                continue
        for r in range(p):
            slack[o, r] = 0.0
        for i in range(k):
            j = basis[i]
            v = max(value[i], 0.0)
            if j >= q + k:
                m = j - q - k
                peer[o, i] = m
                intensity[o, i] = v * s * times[m]
            elif j == 2:
                peer[o, i] = -2
                intensity[o, i] = v
            elif 4 <= j < 4 + p:
                slack[o, j - 4] = v * s
        c = scale if goal == 0 else most
        for r in range(p):
            price[o, r] = (kept[r] if r < outputs else -kept[r]) * c / s
        price[o, p] = kept[p] * c if k > p else 0.0
        if goal == 1:
            for r in range(p):
                price[o, r] *= s
            price[o, p] *= s
    return status, beta, intensity, peer, slack, price
