"""A compiled revised simplex for linear programmes with few rows and many columns, the shape of every DEA model.

    minimise    c'z   subject to   A z = b,  z ≥ 0          with b ≥ 0

A has k = inputs + outputs (+ 1) rows, so the inverse of the basis is a small dense matrix. Columns come in two parts:
`extra` (q, k), particular to one unit (the score, the slacks, the unit itself), and `pool` (k, f), the reference units,
each times its `times` (f,), whose cost is 0. Column numbers run over extras 0..q−1, artificial columns q..q+k−1, then pool columns from q+k on, so
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
        if count % _REFRESH == _REFRESH - 1:
            if not _refresh(pool, times, extra, basis, b, value, space):
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
        status = _pivots(
            pool, times, f, extra, extra_cost, b, basis, value, dual, shut_extra, 2, stop, space
        )
    return status


@njit(cache=True, nogil=True)
def workspace(k, f):
    """Returns the arrays that `solve` works in: inverse, copy of the basis, costs, column, step, held columns."""
    return (
        np.empty((k, k)), np.empty((k, k)), np.empty(f), np.empty(k), np.empty(k), np.empty(_HELD, dtype=np.int64)
    )  # fmt: skip


@njit(cache=True, nogil=True)
def _scale_pool(inverse_size, f, own_size, returns, pool, times):
    """Writes how a unit of `own_size` sees the pool: every column of magnitude 1, whatever the units' sizes."""
    least = np.inf if returns == CRS else 1.0 / own_size
    for j in range(f):
        times[j] = min(inverse_size[j], least)
    if returns != CRS:
        pool[-1, :f] = own_size


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
def _score_of(basis, value):
    total = 0.0
    for i in range(basis.shape[0]):
        if basis[i] == 0:
            total += value[i]
        elif basis[i] == 1:
            total -= value[i]
    return total


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
            _programme(rows[:, o], rows[:, o], True, gain[o], outputs, size[o], returns, limits, extra, b)
            _own_start(extra, b, p, 0.0, bases[o])
            continue
        _programme(rows[:, o], rows[:, o], True, gain[o], outputs, size[o], returns, limits, extra, b)
        _scale_pool(inverse_size, count, size[o], returns, pool, times)
        basis = bases[o]
        _own_start(extra, b, p, 0.0, basis)
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
            _scale_pool(inverse_size, count, size[o], returns, pool, times)
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
    few = np.empty((k, f))
    few_times = np.empty(f)
    free = np.empty(f, dtype=np.int64)
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
        scale = _programme(points[o], own[o], has_own, gain[o], outputs, s, returns, limits, extra, b)
        _scale_pool(inverse_size, f, s, returns, pool, times)
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
            _own_start(extra, b, p, shift[o], basis)
        state = solve(pool, times, f, extra, cost, b, basis, value, dual, shut_extra, stop, space)
        status[o] = state
        if state != OPTIMAL:
            continue
        beta[o] = _score_of(basis, value) * scale
        for r in range(k):
            kept[r] = dual[r]
        if goal == 0 and most > 0.0:
            # Second phase: among the optima of the first, the largest slacks. Only columns at no cost may enter.
            reduced_costs(pool, times, f, dual, space[2])
            opened = 0
            for j in range(f):
                keep = space[2][j] <= _FREE
                for i in range(k):
                    keep = keep or basis[i] == q + k + j
                if keep:
                    free[opened] = j
                    few_times[opened] = times[j]
                    for r in range(k):
                        few[r, opened] = pool[r, j]
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
                cost[4 + r] = -weights[o, r] / most
            state = solve(few, few_times, opened, extra, cost, b, basis, value, dual, shut_extra, np.inf, space)
            for i in range(k):
                if basis[i] >= q + k:
                    basis[i] = q + k + free[basis[i] - q - k]
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
            scale = _programme(
                rows[:, o], pseudo[:, o], True, gain[o], outputs, size, returns, limits, extra, b
            )
            _own_start(extra, b, p, 1.0 - factors[t, o] if inputs_move else factors[t, o] - 1.0, basis)
            _scale_pool(inverse_size, count, size, returns, pool, times)
            _scale_pool(inverse, n, size, returns, pseudo, every)
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
                    beta[t, o] = _score_of(basis, value) * scale
                    break
                joined[worst] = True
                for r in range(p):
                    pool[r, count] = pseudo[r, worst]
                inverse_size[count] = inverse[worst]
                count += 1
                _scale_pool(inverse_size, count, size, returns, pool, times)
    return beta
