"""Compiled loops of the opinion map: axes of a weighted vote table, places on them, Lloyd's algorithm, label tables.

A vote table comes as three arrays, one value for each vote: row, column and value. `kept` (bool) leaves votes
out without a copy of the table.
"""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def deviations(rows, columns, values, kept, n_columns):
    """Return each vote minus the mean of its column (0 where it is left out), and the means."""
    total = np.zeros(n_columns)
    size = np.zeros(n_columns)
    for e in range(len(values)):
        if kept[e]:
            total[columns[e]] += values[e]
            size[columns[e]] += 1
    for j in range(n_columns):
        if size[j] > 0:
            total[j] /= size[j]
    gap = np.empty(len(values))
    for e in range(len(values)):
        gap[e] = values[e] - total[columns[e]] if kept[e] else 0.0
    return gap, total


@njit(cache=True, nogil=True)
def normal_product(rows, columns, gap, x):
    """Return A'(A x) for the table A of the deviations; x is (n_columns, k). Entries are sorted by row."""
    n, k = x.shape
    z = np.zeros((n, k))
    y = np.zeros(k)
    first = 0
    while first < len(gap):
        y[:] = 0.0
        end = first
        while end < len(gap) and rows[end] == rows[first]:
            for a in range(k):
                y[a] += gap[end] * x[columns[end], a]
            end += 1
        for e in range(first, end):
            for a in range(k):
                z[columns[e], a] += gap[e] * y[a]
        first = end
    return z


@njit(cache=True, nogil=True)
def normal_product_of_two(rows, columns, gap, x):
    """Return the same for two columns, in a quarter of the time."""
    z = np.zeros((len(x), 2))
    first = 0
    while first < len(gap):
        u = v = 0.0
        end = first
        while end < len(gap) and rows[end] == rows[first]:
            u += gap[end] * x[columns[end], 0]
            v += gap[end] * x[columns[end], 1]
            end += 1
        for e in range(first, end):
            z[columns[e], 0] += gap[e] * u
            z[columns[e], 1] += gap[e] * v
        first = end
    return z


@njit(cache=True, nogil=True)
def ridge_places(rows, columns, gap, kept, n_rows, loadings, ridge):
    """Return the ridge solution of each row's place on two axes (n_rows, 2); loadings is (n_columns, 2)."""
    sums = np.zeros((n_rows, 5))
    for e in range(len(gap)):
        if kept[e]:
            i, j = rows[e], columns[e]
            u, v = loadings[j, 0], loadings[j, 1]
            sums[i, 0] += u * u
            sums[i, 1] += u * v
            sums[i, 2] += v * v
            sums[i, 3] += gap[e] * u
            sums[i, 4] += gap[e] * v
    spots = np.empty((n_rows, 2))
    for i in range(n_rows):
        a, b, c = sums[i, 0] + ridge, sums[i, 1], sums[i, 2] + ridge
        det = a * c - b * b
        spots[i, 0] = (c * sums[i, 3] - b * sums[i, 4]) / det
        spots[i, 1] = (a * sums[i, 4] - b * sums[i, 3]) / det
    return spots


@njit(cache=True, nogil=True)
def lloyd(points, centres, iterations):
    """Run k-means from the given centres in place; return labels and the sum of squared distances."""
    n, dim = points.shape
    k = len(centres)
    labels = np.full(n, -1, np.int64)
    inertia = 0.0
    for _turn in range(iterations):
        changed = 0
        inertia = 0.0
        total = np.zeros((k, dim))
        size = np.zeros(k)
        for i in range(n):
            best, nearest = np.inf, 0
            for c in range(k):
                d = 0.0
                for a in range(dim):
                    gap = points[i, a] - centres[c, a]
                    d += gap * gap
                if d < best:
                    best, nearest = d, c
            inertia += best
            if labels[i] != nearest:
                labels[i] = nearest
                changed += 1
            size[nearest] += 1
            for a in range(dim):
                total[nearest, a] += points[i, a]
        for c in range(k):
            if size[c] > 0:
                for a in range(dim):
                    centres[c, a] = total[c, a] / size[c]
        if changed == 0:
            break
    return labels, inertia


@njit(cache=True, nogil=True)
def seeded_centres(points, k, uniform):
    """Return k centres chosen by k-means++ (Arthur, Vassilvitskii 2007) with the given uniform numbers."""
    n, dim = points.shape
    centres = np.empty((k, dim))
    centres[0] = points[min(n - 1, int(uniform[0] * n))]
    nearest = np.full(n, np.inf)
    for c in range(1, k):
        total = 0.0
        for i in range(n):
            d = 0.0
            for a in range(dim):
                gap = points[i, a] - centres[c - 1, a]
                d += gap * gap
            if d < nearest[i]:
                nearest[i] = d
            total += nearest[i]
        goal = uniform[c] * total
        chosen = n - 1
        running = 0.0
        for i in range(n):
            running += nearest[i]
            if running >= goal:
                chosen = i
                break
        centres[c] = points[chosen]
    return centres


@njit(cache=True, nogil=True)
def contingency(a, b, k, m):
    """Count people by two labels, where both are known (not -1) (k, m)."""
    table = np.zeros((k, m))
    for i in range(len(a)):
        if a[i] >= 0 and b[i] >= 0:
            table[a[i], b[i]] += 1
    return table
