"""A compiled revised simplex for linear programmes with few rows and many columns, the shape of every DEA model.

    minimise    c'z   subject to   A z = b,  z ≥ 0

A has k = inputs + outputs (+ 1) rows, so the inverse of the basis is a small dense matrix. Columns come in two parts:
`units` (f, k), shared by all programmes of a run, and `extra` (q, k), which are particular to one unit (the score
and the slacks). Column numbers run over both: 0..f−1 are units, f..f+q−1 extras, above them artificial columns.
"""

from __future__ import annotations

import numpy as np
from numba import njit

OPTIMAL, INFEASIBLE, UNBOUNDED, STALLED = 0, 1, 2, 3
TOLERANCE = 1e-11
_PIVOT = 1e-9
_REFRESH = 24
_MOST_PIVOTS = 5000


@njit(cache=True, nogil=True)
def _column(units, extra, j, k, out):
    f = units.shape[0]
    q = extra.shape[0]
    if j < f:
        for i in range(k):
            out[i] = units[j, i]
    elif j < f + q:
        for i in range(k):
            out[i] = extra[j - f, i]
    else:
        for i in range(k):
            out[i] = 0.0
        out[j - f - q] = 1.0


@njit(cache=True, nogil=True)
def _invert(matrix, k, inverse, work):
    """Gauss–Jordan with partial pivoting; False when the basis is singular."""
    for i in range(k):
        for j in range(k):
            work[i, j] = matrix[i, j]
            inverse[i, j] = 1.0 if i == j else 0.0
    for c in range(k):
        p = c
        for i in range(c + 1, k):
            if abs(work[i, c]) > abs(work[p, c]):
                p = i
        if abs(work[p, c]) < 1e-14:
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
            if i != c:
                g = work[i, c]
                if g != 0.0:
                    for j in range(k):
                        work[i, j] -= g * work[c, j]
                        inverse[i, j] -= g * inverse[c, j]
    return True


@njit(cache=True, nogil=True)
def _refresh(units, extra, basis, b, k, inverse, value, matrix, work, column):
    for i in range(k):
        _column(units, extra, basis[i], k, column)
        for r in range(k):
            matrix[r, i] = column[r]
    ok = _invert(matrix, k, inverse, work)
    for i in range(k):
        total = 0.0
        for r in range(k):
            total += inverse[i, r] * b[r]
        value[i] = total
    return ok


@njit(cache=True, nogil=True)
def _pivots(units, unit_cost, extra, extra_cost, b, basis, inverse, value, dual, skip, phase, bound):
    """Pivots to the optimum of one phase. Phase 1 minimises the artificial columns; stops early below `bound`."""
    f, k = units.shape
    q = extra.shape[0]
    matrix = np.empty((k, k))
    work = np.empty((k, k))
    column = np.empty(k)
    step = np.empty(k)
    degenerate = 0
    for count in range(_MOST_PIVOTS):
        if count % _REFRESH == _REFRESH - 1:
            if not _refresh(units, extra, basis, b, k, inverse, value, matrix, work, column):
                return STALLED
        for r in range(k):
            dual[r] = 0.0
        for i in range(k):
            j = basis[i]
            if phase == 1:
                c = 1.0 if j >= f + q else 0.0
            elif j < f:
                c = unit_cost[j]
            elif j < f + q:
                c = extra_cost[j - f]
            else:
                c = 0.0
            if c != 0.0:
                for r in range(k):
                    dual[r] += c * inverse[i, r]
        bland = degenerate > 6 * k
        entering = -1
        best = -TOLERANCE
        for j in range(q):
            c = 0.0 if phase == 1 else extra_cost[j]
            for r in range(k):
                c -= dual[r] * extra[j, r]
            if c < best:
                best = c
                entering = f + j
                if bland:
                    break
        if not (bland and entering >= 0):
            for j in range(f):
                c = 0.0 if phase == 1 else unit_cost[j]
                for r in range(k):
                    c -= dual[r] * units[j, r]
                if c < best and j != skip:
                    best = c
                    entering = j
                    if bland:
                        break
        if entering < 0:
            return OPTIMAL
        _column(units, extra, entering, k, column)
        for i in range(k):
            total = 0.0
            for r in range(k):
                total += inverse[i, r] * column[r]
            step[i] = total
        leaving = -1
        ratio = np.inf
        for i in range(k):
            artificial = basis[i] >= f + q
            if phase == 2 and artificial and abs(step[i]) > _PIVOT:
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
            if i != leaving:
                g = step[i]
                if g != 0.0:
                    for r in range(k):
                        inverse[i, r] -= g * inverse[leaving, r]
                    value[i] -= g * ratio
        basis[leaving] = entering
    return STALLED


@njit(cache=True, nogil=True)
def solve(units, unit_cost, extra, extra_cost, b, basis, skip):
    """Return (status, objective, values of the basic columns, dual); `basis` (k,) is read as a start and overwritten.

    A start with a negative entry means none: two phases from artificial columns. A start that is singular or not
    feasible for this unit is dropped in the same way. `skip` is a unit column that may not enter (−1: none).
    """
    f, k = units.shape
    q = extra.shape[0]
    inverse = np.empty((k, k))
    matrix = np.empty((k, k))
    work = np.empty((k, k))
    column = np.empty(k)
    value = np.empty(k)
    dual = np.empty(k)
    warm = True
    for i in range(k):
        if basis[i] < 0 or basis[i] == skip:
            warm = False
    if warm:
        warm = _refresh(units, extra, basis, b, k, inverse, value, matrix, work, column)
        for i in range(k):
            if value[i] < -1e-12:
                warm = False
    if not warm:
        # Rows with a negative right-hand side need an artificial column of −1: flip the sign in the inverse alone
        # by choosing, for the start, a right-hand side that the callers keep non-negative.
        for i in range(k):
            basis[i] = f + q + i
            value[i] = b[i]
            for r in range(k):
                inverse[i, r] = 1.0 if i == r else 0.0
        status = _pivots(units, unit_cost, extra, extra_cost, b, basis, inverse, value, dual, skip, 1, 0.0)
        total = 0.0
        for i in range(k):
            if basis[i] >= f + q:
                total += value[i]
        if status != OPTIMAL:
            return status, np.nan, value, dual
        if total > 1e-9:
            return INFEASIBLE, np.nan, value, dual
    status = _pivots(units, unit_cost, extra, extra_cost, b, basis, inverse, value, dual, skip, 2, 0.0)
    if status == OPTIMAL:
        # The last word is exact to rounding: a fresh inverse, and a second look at the reduced costs.
        if _refresh(units, extra, basis, b, k, inverse, value, matrix, work, column):
            status = _pivots(
                units, unit_cost, extra, extra_cost, b, basis, inverse, value, dual, skip, 2, 0.0
            )
    objective = 0.0
    for i in range(k):
        j = basis[i]
        if j < f:
            objective += unit_cost[j] * value[i]
        elif j < f + q:
            objective += extra_cost[j - f] * value[i]
    return status, objective, value, dual
