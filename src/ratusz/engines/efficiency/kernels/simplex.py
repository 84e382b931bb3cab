"""A compiled revised simplex for linear programmes with few rows and many columns, the shape of every DEA model.

    minimise    c'z   subject to   A z = b,  z ≥ 0          with b ≥ 0

A has k = inputs + outputs (+ 1) rows, so the inverse of the basis is a small dense matrix. Columns come in two parts:
`extra` (q, k), particular to one unit (the score, the slacks, the unit itself), and `pool` (k, f), the reference units,
each times its `times` (f,), whose cost is 0. Column numbers run over extras 0..q−1, artificial columns q..q+k−1, then
pool columns from q+k on, so that a basis stays valid while the pool grows.
"""

from __future__ import annotations

import numpy as np
from numba import njit

OPTIMAL, INFEASIBLE, UNBOUNDED, STALLED, STOPPED = 0, 1, 2, 3, 4
TOLERANCE = 1e-11
_PIVOT = 1e-9
_REFRESH = 24
_MOST_PIVOTS = 5000
_HELD = 12
_MANY = 400


@njit(cache=True, nogil=True)
def _column(pool, times, extra, j, k, out):
    q = extra.shape[0]
    if j >= q + k:
        for i in range(k):
            out[i] = pool[i, j - q - k] * times[j - q - k]
    elif j < q:
        for i in range(k):
            out[i] = extra[j, i]
    else:
        for i in range(k):
            out[i] = 0.0
        out[j - q] = 1.0


@njit(cache=True, nogil=True)
def _refresh(pool, times, extra, basis, b, value, space):
    """Inverts the basis anew (Gauss–Jordan, partial pivoting) and recomputes the values; False if singular."""
    k = b.shape[0]
    inverse, work, _, column, _, _ = space
    for j in range(k):
        _column(pool, times, extra, basis[j], k, column)
        for i in range(k):
            work[i, j] = column[i]
            inverse[i, j] = 1.0 if i == j else 0.0
    for c in range(k):
        p = c
        for i in range(c + 1, k):
            if abs(work[i, c]) > abs(work[p, c]):
                p = i
        if abs(work[p, c]) < 1e-13:
            return False
        if p != c:
            for j in range(k):
                work[p, j], work[c, j] = work[c, j], work[p, j]
                inverse[p, j], inverse[c, j] = inverse[c, j], inverse[p, j]
        d = 1.0 / work[c, c]
        for j in range(k):
            work[c, j] *= d
            inverse[c, j] *= d
        for i in range(k):
            g = work[i, c]
            if i != c and g != 0.0:
                for j in range(k):
                    work[i, j] -= g * work[c, j]
                    inverse[i, j] -= g * inverse[c, j]
    for i in range(k):
        total = 0.0
        for r in range(k):
            total += inverse[i, r] * b[r]
        value[i] = total
    return True


@njit(cache=True, nogil=True)
def _prices(extra_cost, basis, inverse, phase, dual):
    k = basis.shape[0]
    q = extra_cost.shape[0]
    for r in range(k):
        dual[r] = 0.0
    for i in range(k):
        j = basis[i]
        c = 0.0
        if phase == 1:
            if q <= j < q + k:
                c = 1.0
        elif j < q:
            c = extra_cost[j]
        if c != 0.0:
            for r in range(k):
                dual[r] += c * inverse[i, r]


@njit(cache=True, nogil=True)
def reduced_costs(pool, times, f, dual, out):
    """Writes −dual · column for the first `f` pool columns."""
    k = dual.shape[0]
    for j in range(f):
        out[j] = 0.0
    for r in range(0, k - k % 2, 2):
        # Two rows at a time: fewer passes over the costs.
        d, e = dual[r], dual[r + 1]
        if d != 0.0 or e != 0.0:
            row, other = pool[r], pool[r + 1]
            for j in range(f):
                out[j] -= d * row[j] + e * other[j]
    if k % 2:
        d, row = dual[k - 1], pool[k - 1]
        for j in range(f):
            out[j] -= d * row[j]
    for j in range(f):
        out[j] *= times[j]


@njit(cache=True, nogil=True)
def _hold(cost, f, held):
    """Writes the columns of the least costs below −TOLERANCE, least first; returns how many."""
    count = 0
    worst = -TOLERANCE
    for j in range(f):
        c = cost[j]
        if c < worst:
            i = count if count < _HELD else _HELD - 1
            while i > 0 and cost[held[i - 1]] > c:
                held[i] = held[i - 1]
                i -= 1
            held[i] = j
            if count < _HELD:
                count += 1
            if count == _HELD:
                worst = cost[held[_HELD - 1]]
    return count


@njit(cache=True, nogil=True)
def _pivots(pool, times, f, extra, extra_cost, b, basis, value, dual, shut_extra, phase, stop, space):
    """Pivots to the optimum of one phase. Phase 2 stops early when extra 0 > stop.

    Whenever a large pool has been priced, the best are held, and the next pivots choose among them alone. A column
    whose `times` is 0 never enters.
    """
    k = b.shape[0]
    q = extra.shape[0]
    inverse, _, cost, column, step, held = space
    holding = 0
    degenerate = 0
    for count in range(_MOST_PIVOTS):
        anew = count % _REFRESH == _REFRESH - 1
        if anew and not _refresh(pool, times, extra, basis, b, value, space):
            return STALLED
        _prices(extra_cost, basis, inverse, phase, dual)
        bland = degenerate > 6 * k
        entering = -1
        best = -TOLERANCE
        for j in range(q):
            c = 0.0 if phase == 1 else extra_cost[j]
            for r in range(k):
                c -= dual[r] * extra[j, r]
            if c < best and not shut_extra[j]:
                best = c
                entering = j
                if bland:
                    break
        if bland:
            if entering < 0:
                reduced_costs(pool, times, f, dual, cost)
                for j in range(f):
                    if cost[j] < best:
                        entering = q + k + j
                        break
        else:
            for i in range(holding):
                j = held[i]
                c = 0.0
                for r in range(k):
                    c -= dual[r] * pool[r, j]
                c *= times[j]
                if c < best:
                    best = c
                    entering = q + k + j
            if holding == 0 or entering < 0:
                reduced_costs(pool, times, f, dual, cost)
                if f >= _MANY:
                    holding = _hold(cost, f, held)
                    if holding and cost[held[0]] < best:
                        entering = q + k + held[0]
                else:
                    for j in range(f):
                        if cost[j] < best:
                            best = cost[j]
                            entering = q + k + j
        if entering < 0:
            return OPTIMAL
        _column(pool, times, extra, entering, k, column)
        for i in range(k):
            total = 0.0
            for r in range(k):
                total += inverse[i, r] * column[r]
            step[i] = total
        leaving = -1
        ratio = np.inf
        for i in range(k):
            if phase == 2 and q <= basis[i] < q + k and abs(step[i]) > _PIVOT:
                # An artificial column that stayed in the basis at zero must not grow again.
                leaving = i
                ratio = 0.0
                break
            if step[i] > _PIVOT:
                here = max(value[i], 0.0) / step[i]
                if here < ratio - 1e-13 or (
                    here < ratio + 1e-13 and (basis[i] < basis[leaving] if bland else step[i] > step[leaving])
                ):
                    ratio = min(here, ratio)
                    leaving = i
        if leaving < 0:
            return UNBOUNDED
        degenerate = degenerate + 1 if ratio < 1e-12 else 0
        pivot = 1.0 / step[leaving]
        for r in range(k):
            inverse[leaving, r] *= pivot
        value[leaving] = ratio
        for i in range(k):
            g = step[i]
            if i != leaving and g != 0.0:
                for r in range(k):
                    inverse[i, r] -= g * inverse[leaving, r]
                value[i] -= g * ratio
        basis[leaving] = entering
        if phase == 2 and stop < np.inf:
            for i in range(k):
                if basis[i] == 0 and value[i] > stop:
                    return STOPPED
    return STALLED


@njit(cache=True, nogil=True)
def _opposite(extra):
    same = True
    for r in range(extra.shape[1]):
        same = same and extra[0, r] == -extra[1, r]
    return same


@njit(cache=True, nogil=True)
def solve(pool, times, f, extra, extra_cost, b, basis, value, dual, shut_extra, stop, space):
    """Returns the status; writes basis (read as a start: a negative entry means none), value and dual, each (k,).

    A start that is singular or not feasible is dropped for two phases from artificial columns. `stop` ends the search
    when the score passes it; ∞ asks for the optimum to the last bit, anything else for some 12 digits. `space` is
    `workspace(k, f)`, kept by the caller between programmes.
    """
    k = b.shape[0]
    q = extra.shape[0]
    inverse = space[0]
    warm = True
    for i in range(k):
        if basis[i] < 0:
            warm = False
    if warm:
        warm = _refresh(pool, times, extra, basis, b, value, space)
        for i in range(k):
            if value[i] < 0.0 and basis[i] < 2 and _opposite(extra):
                # A free score that starts on the wrong side of 0: its other half takes its place.
                basis[i] = 1 - basis[i]
                value[i] = -value[i]
                for r in range(k):
                    inverse[i, r] = -inverse[i, r]
            if value[i] < -1e-11:
                warm = False
    if not warm:
        for i in range(k):
            basis[i] = q + i
            value[i] = b[i]
            for r in range(k):
                inverse[i, r] = 1.0 if i == r else 0.0
        status = _pivots(
            pool, times, f, extra, extra_cost, b, basis, value, dual, shut_extra, 1, np.inf, space
        )
        if status != OPTIMAL:
            return status
        total = 0.0
        for i in range(k):
            if q <= basis[i] < q + k:
                total += value[i]
        if total > 1e-9:
            return INFEASIBLE
    status = _pivots(pool, times, f, extra, extra_cost, b, basis, value, dual, shut_extra, 2, stop, space)
    if status == OPTIMAL and stop == np.inf and _refresh(pool, times, extra, basis, b, value, space):
        # The last word is exact to rounding: a fresh inverse, and a second look at the reduced costs.
        status = _pivots(pool, times, f, extra, extra_cost, b, basis, value, dual, shut_extra, 2, stop, space)
    return status


@njit(cache=True, nogil=True)
def workspace(k, f):
    """Returns the arrays that `solve` works in: inverse, copy of the basis, costs, column, step, held columns."""
    return (
        np.empty((k, k)), np.empty((k, k)), np.empty(f), np.empty(k), np.empty(k), np.empty(_HELD, dtype=np.int64)
    )  # fmt: skip
