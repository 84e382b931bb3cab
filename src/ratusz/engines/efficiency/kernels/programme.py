"""A unit's programme in the scale of its own size: its columns, its right-hand side, its first basis."""

from __future__ import annotations

import numpy as np
from numba import njit

CRS, VRS, DRS, IRS = 0, 1, 2, 3


@njit(cache=True, nogil=True)
def scale_pool(inverse_size, f, own_size, returns, pool, times):
    """Writes how a unit of `own_size` sees the pool: every column of magnitude 1, whatever the units' sizes."""
    least = np.inf if returns == CRS else 1.0 / own_size
    for j in range(f):
        times[j] = min(inverse_size[j], least)
    if returns != CRS:
        pool[-1, :f] = own_size


@njit(cache=True, nogil=True)
def programme(point, own, has_own, gain, outputs, size, returns, limits, extra, b):
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
def own_start(extra, b, p, shift, basis):
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
            able = (shift == 0.0 or extra[0, r] == 0.0) and extra[2, r] > 0.0
            if able and (second < 0 or extra[2, r] > extra[2, second]):
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
def score_of(basis, value):
    total = 0.0
    for i in range(basis.shape[0]):
        if basis[i] == 0:
            total += value[i]
        elif basis[i] == 1:
            total -= value[i]
    return total
