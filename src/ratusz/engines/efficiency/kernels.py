"""A compiled revised simplex for linear programmes with few rows and many columns, the shape of every DEA model.

    minimise    c'z   subject to   A z = b,  z ≥ 0          with b ≥ 0

A has k = inputs + outputs (+ 1) rows, so the inverse of the basis is a small dense matrix. Columns come in two parts:
`extra` (q, k), particular to one unit (the score, the slacks, the unit itself), and `pool` (k, f), the reference units,
whose cost is 0. Column numbers run over extras 0..q−1, artificial columns q..q+k−1, then pool columns from q+k on, so
that a basis stays valid while the pool grows.
"""

from __future__ import annotations

import numpy as np
from numba import njit

OPTIMAL, INFEASIBLE, UNBOUNDED, STALLED, STOPPED = 0, 1, 2, 3, 4
CRS, VRS, DRS, IRS = 0, 1, 2, 3
TOLERANCE = 1e-11
_PIVOT = 1e-9
_FREE = 1e-9
_REFRESH = 24
_MOST_PIVOTS = 5000


@njit(cache=True, nogil=True)
def _column(pool, extra, j, k, out):
    q = extra.shape[0]
    if j >= q + k:
        for i in range(k):
            out[i] = pool[i, j - q - k]
    elif j < q:
        for i in range(k):
            out[i] = extra[j, i]
    else:
        for i in range(k):
            out[i] = 0.0
        out[j - q] = 1.0


@njit(cache=True, nogil=True)
def _refresh(pool, extra, basis, b, inverse, value, work):
    """Inverts the basis anew (Gauss–Jordan, partial pivoting) and recomputes the values; False if singular."""
    k = b.shape[0]
    column = np.empty(k)
    for j in range(k):
        _column(pool, extra, basis[j], k, column)
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
def reduced_costs(pool, f, dual, out):
    """Writes −dual · column for the first `f` pool columns."""
    k = dual.shape[0]
    d = dual[0]
    row = pool[0]
    for j in range(f):
        out[j] = -d * row[j]
    for r in range(1, k):
        d = dual[r]
        if d != 0.0:
            row = pool[r]
            for j in range(f):
                out[j] -= d * row[j]


@njit(cache=True, nogil=True)
def _pivots(
    pool, f, extra, extra_cost, b, basis, inverse, value, dual, shut, shut_extra, phase, stop, cost, work
):
    """Pivots to the optimum of one phase. `shut` columns may not enter. Phase 2 stops early when extra 0 > stop."""
    k = b.shape[0]
    q = extra.shape[0]
    column = np.empty(k)
    step = np.empty(k)
    degenerate = 0
    for count in range(_MOST_PIVOTS):
        if count % _REFRESH == _REFRESH - 1:
            if not _refresh(pool, extra, basis, b, inverse, value, work):
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
        if not (bland and entering >= 0):
            reduced_costs(pool, f, dual, cost)
            for j in range(f):
                if cost[j] < best and not shut[j]:
                    best = cost[j]
                    entering = q + k + j
                    if bland:
                        break
        if entering < 0:
            return OPTIMAL
        _column(pool, extra, entering, k, column)
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
def solve(pool, f, extra, extra_cost, b, basis, value, dual, shut, shut_extra, stop, space):
    """Returns the status; writes basis (read as a start: a negative entry means none), value and dual, each (k,).

    A start that is singular or not feasible is dropped for two phases from artificial columns. `stop` ends the search
    when the score passes it; ∞ asks for the optimum to the last bit, anything else for some 12 digits. `space` is
    `workspace(k, f)`, kept by the caller between programmes.
    """
    k = b.shape[0]
    q = extra.shape[0]
    inverse, work, cost = space
    warm = True
    for i in range(k):
        if basis[i] < 0:
            warm = False
    if warm:
        warm = _refresh(pool, extra, basis, b, inverse, value, work)
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
            pool,
            f,
            extra,
            extra_cost,
            b,
            basis,
            inverse,
            value,
            dual,
            shut,
            shut_extra,
            1,
            np.inf,
            cost,
            work,
        )
        if status != OPTIMAL:
            return status
        total = 0.0
        for i in range(k):
            if q <= basis[i] < q + k:
                total += value[i]
        if total > 1e-9:
            return INFEASIBLE
    status = _pivots(
        pool, f, extra, extra_cost, b, basis, inverse, value, dual, shut, shut_extra, 2, stop, cost, work
    )
    if status == OPTIMAL and stop == np.inf and _refresh(pool, extra, basis, b, inverse, value, work):
        # The last word is exact to rounding: a fresh inverse, and a second look at the reduced costs.
        status = _pivots(
            pool, f, extra, extra_cost, b, basis, inverse, value, dual, shut, shut_extra, 2, stop, cost, work
        )
    return status


@njit(cache=True, nogil=True)
def workspace(k, f):
    """Returns the arrays that `solve` works in."""
    return np.empty((k, k)), np.empty((k, k)), np.empty(f)


@njit(cache=True, nogil=True)
def _scale_pool(rows, size, f, own_size, returns, pool, members):
    """Writes the pool as a unit of `own_size` sees it: every column of magnitude 1, whatever the units' sizes."""
    p = rows.shape[0]
    for j in range(f):
        m = members[j]
        t = 1.0 / size[m] if returns == CRS else 1.0 / max(size[m], own_size)
        for r in range(p):
            pool[r, j] = rows[r, m] * t
        if returns != CRS:
            pool[p, j] = own_size * t


@njit(cache=True, nogil=True)
def _programme(point, own, has_own, gain, outputs, size, returns, limits, extra, b):
    """Writes the unit's own columns and right-hand side; returns the scale of the score's column.

    Extras: 0 and 1 the score (plus, minus), 2 the unit itself, 3 the slack of the returns row, 4.. one slack per row,
    then the share limits, lower and upper, per output.
    """
    p = point.shape[0]
    k = b.shape[0]
    inverse = 1.0 / size
    extra[:, :] = 0.0
    most = 0.0
    for r in range(p):
        b[r] = point[r] * inverse
        if has_own:
            extra[2, r] = own[r] * inverse
        most = max(most, gain[r] * inverse)
    scale = 1.0 / most if most > 0.0 else 1.0
    for r in range(p):
        sign = -1.0 if r < outputs else 1.0
        extra[0, r] = sign * gain[r] * inverse * scale
        extra[1, r] = -extra[0, r]
        extra[4 + r, r] = sign
    if k > p:
        b[p] = 1.0
        if has_own:
            extra[2, p] = 1.0
        if returns == DRS:
            extra[3, p] = 1.0
        elif returns == IRS:
            extra[3, p] = -1.0
    if limits[1] > 0.0:
        # A share of at least l, u_r y_r − l Σ u y ≥ 0, is a column of the envelopment form; of at most h likewise.
        for r in range(outputs):
            for i in range(outputs):
                extra[4 + p + r, i] = limits[0] * b[i]
                extra[4 + p + outputs + r, i] = -limits[1] * b[i]
            extra[4 + p + r, r] -= b[r]
            extra[4 + p + outputs + r, r] += b[r]
    return scale


@njit(cache=True, nogil=True)
def _own_start(extra, b, p, shift, basis):
    """Writes the basis in which the unit is its own peer: with the slacks, or (shift ≠ 0) with the score as well."""
    k = b.shape[0]
    dropped = -1
    second = -1
    if shift != 0.0:
        for r in range(p):
            if extra[0, r] != 0.0 and (dropped < 0 or abs(extra[0, r]) > abs(extra[0, dropped])):
                dropped = r
    if k == p:
        for r in range(p):
            if (shift == 0.0 or extra[0, r] == 0.0) and extra[2, r] > 0.0:
                if second < 0 or extra[2, r] > extra[2, second]:
                    second = r
        if second < 0:
            basis[0] = -1
            return
    basis[0] = 2
    i = 1
    if dropped >= 0:
        basis[1] = 0 if shift > 0.0 else 1
        i = 2
    for r in range(p):
        if r != dropped and r != second and i < k:
            basis[i] = 4 + r
            i += 1


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
    shut = np.zeros(n, dtype=np.bool_)
    shut_extra = np.zeros(q, dtype=np.bool_)
    limits = np.zeros(2)
    space = workspace(k, n)
    scan = np.empty(n)
    pool = np.empty((k, n))
    members = np.empty(n, dtype=np.int64)
    inside = np.zeros(n, dtype=np.bool_)
    bases = np.full((n, k), -1, dtype=np.int64)
    count = 0
    for o in order:
        if inside[o]:
            # Already in the pool; its score starts from itself.
            _programme(rows[:, o], rows[:, o], True, gain[o], outputs, size[o], returns, limits, extra, b)
            _own_start(extra, b, p, 0.0, bases[o])
            continue
        _programme(rows[:, o], rows[:, o], True, gain[o], outputs, size[o], returns, limits, extra, b)
        if returns != CRS:
            _scale_pool(rows, size, count, size[o], returns, pool, members)
        basis = bases[o]
        _own_start(extra, b, p, 0.0, basis)
        while True:
            status = solve(
                pool, count, extra, extra_cost, b, basis, value, dual, shut, shut_extra, 1e-8, space
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
            s = size[worst] if returns == CRS else max(size[worst], size[o])
            for r in range(p):
                pool[r, count] = rows[r, worst] / s
            if k > p:
                pool[p, count] = size[o] / s
            count += 1
            if worst == o:
                break
    return members[:count].copy(), bases


@njit(cache=True, nogil=True)
def score(
    rows,
    size,
    outputs,
    points,
    own,
    has_own,
    gain,
    shift,
    returns,
    goal,
    weights,
    tight,
    limits,
    skip,
    bases,
    stop,
):
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
    members = np.arange(f)
    q = 4 + p + (2 * outputs if limits[1] > 0.0 else 0)
    extra = np.zeros((q, k))
    b = np.empty(k)
    value = np.empty(k)
    dual = np.empty(k)
    kept = np.empty(k)
    shut = np.zeros(f, dtype=np.bool_)
    shut_extra = np.zeros(q, dtype=np.bool_)
    cost = np.zeros(q)
    space = workspace(k, f)
    pool = np.empty((k, f))
    status = np.zeros(n, dtype=np.int64)
    beta = np.full(n, np.nan)
    intensity = np.zeros((n, k))
    peer = np.full((n, k), -1, dtype=np.int64)
    slack = np.full((n, p), np.nan)
    price = np.full((n, p + 1), np.nan)
    if returns == CRS and f:
        _scale_pool(rows, size, f, 1.0, returns, pool, members)
    for o in range(n):
        s = 0.0
        for r in range(p):
            s = max(s, points[o, r])
        if s == 0.0:
            s = 1.0
        scale = _programme(points[o], own[o], has_own, gain[o], outputs, s, returns, limits, extra, b)
        if returns != CRS:
            _scale_pool(rows, size, f, s, returns, pool, members)
        for j in range(f):
            shut[j] = j == skip[o]
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
            _own_start(extra, b, p, shift[o], basis)
        state = solve(pool, f, extra, cost, b, basis, value, dual, shut, shut_extra, stop, space)
        status[o] = state
        if state != OPTIMAL:
            continue
        total = 0.0
        for i in range(k):
            if basis[i] == 0:
                total += value[i]
            elif basis[i] == 1:
                total -= value[i]
        beta[o] = total * scale
        for r in range(k):
            kept[r] = dual[r]
        if goal == 0 and most > 0.0:
            # Second phase: among the optima of the first, the largest slacks. Only columns at no cost may enter.
            reduced_costs(pool, f, dual, space[2])
            for j in range(f):
                shut[j] = shut[j] or space[2][j] > _FREE
            for j in range(q):
                c = cost[j]
                for r in range(k):
                    c -= dual[r] * extra[j, r]
                shut_extra[j] = shut_extra[j] or c > _FREE
            shut_extra[0] = True
            shut_extra[1] = True
            cost[:] = 0.0
            for r in range(p):
                cost[4 + r] = -weights[o, r] / most
            state = solve(pool, f, extra, cost, b, basis, value, dual, shut, shut_extra, np.inf, space)
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
                t = size[m] if returns == CRS else max(size[m], s)
                peer[o, i] = m
                intensity[o, i] = v * s / t
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


@njit(cache=True, nogil=True)
def replicate(rows, outputs, factors, gain, returns, inputs_move):
    """Returns β (B, n) of every unit against each pseudo sample: row b has its inputs (or outputs) times factors[b]."""
    p, n = rows.shape
    times = factors.shape[0]
    k = p if returns == CRS else p + 1
    points = rows.T.copy()
    beta = np.empty((times, n))
    weights = np.zeros((n, p))
    tight = np.zeros(p, dtype=np.bool_)
    limits = np.zeros(2)
    skip = np.full(n, -1, dtype=np.int64)
    pseudo = np.empty((p, n))
    size = np.empty(n)
    shift = np.empty(n)
    for t in range(times):
        first, last = (outputs, p) if inputs_move else (0, outputs)
        for r in range(p):
            for j in range(n):
                pseudo[r, j] = rows[r, j] * (factors[t, j] if first <= r < last else 1.0)
        appeal = np.empty(n)
        for j in range(n):
            most = 0.0
            up = 0.0
            down = 0.0
            for r in range(p):
                most = max(most, pseudo[r, j])
                if r < outputs:
                    up += pseudo[r, j]
                else:
                    down += pseudo[r, j]
            size[j] = most
            appeal[j] = -up / down
            shift[j] = 1.0 - factors[t, j] if inputs_move else factors[t, j] - 1.0
        members, bases = frame(pseudo, size, outputs, gain, returns, np.argsort(appeal))
        f = members.shape[0]
        core = np.empty((p, f))
        core_size = np.empty(f)
        for j in range(f):
            core_size[j] = size[members[j]]
            for r in range(p):
                core[r, j] = pseudo[r, members[j]]
        for o in range(n):
            free = False
            for i in range(k):
                if bases[o, i] == 0 or bases[o, i] == 1:
                    free = True
            if not free:
                bases[o, 0] = -1
        beta[t] = score(
            core,
            core_size,
            outputs,
            points,
            pseudo.T.copy(),
            True,
            gain,
            shift,
            returns,
            0,
            weights,
            tight,
            limits,
            skip,
            bases,
            1e300,
        )[1]
    return beta
