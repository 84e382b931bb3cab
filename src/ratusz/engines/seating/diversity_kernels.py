"""Compiled annealing for maximally diverse grouping: one person against all others at a time.

gains (groups, n) is the sum of distances from each group's members to each person, own (n,) that of the person's own
group. All swaps of person i cost one pass over the people that the compiler turns into vector instructions: ten times
as many as picking pairs at random. Carrying a move out costs O(n).
"""

from __future__ import annotations

import numpy as np

from ratusz.engines.composite.kernels import compiled
from ratusz.engines.seating.randomness import below, chance

NEVER = -1e300


@compiled
def gains_of(distances, group, groups):
    """Returns the sum of the distances (groups, n) from each group's members to each person."""
    gains = np.zeros((groups, group.size))
    for i in range(group.size):
        gains[group[i]] += distances[i]
    return gains


@compiled
def _swaps(distances, gains, own, group, toll, i, change, limit):
    """Writes what each swap of i gains into `change`; returns how many gain more than the limit."""
    here, apart = gains[group[i]], distances[i]
    found = 0
    for j in range(own.size):
        gain = toll[group[j]] + here[j] - own[j] - 2.0 * apart[j]
        change[j] = gain
        found += gain > limit
    return found


@compiled
def _move(distances, gains, group, size, i, b):
    """Moves person i to group b."""
    a, row = group[i], distances[i]
    before, after = gains[a], gains[b]
    for x in range(row.size):
        before[x] -= row[x]
        after[x] += row[x]
    size[a] -= 1
    size[b] += 1
    group[i] = b


@compiled
def anneal(distances, lower, upper, gains, own, group, size, value, best, best_value, heat, rows, random):
    """Moves random people at one temperature; returns value, best value and how many moves were open.

    One draw −T ln u serves all moves of a person, and one of those that gain more is carried out. Where few are open
    that is Metropolis' rule for each. Groups whose limits are equal keep their size. best (n,) is the grouping of
    best_value.
    """
    n, groups = group.size, size.size
    fixed = np.all(lower == upper)
    change, toll = np.empty(n), np.empty(groups)
    open_moves = 0
    for _ in range(rows):
        i = below(random, n)
        a = group[i]
        limit = heat * np.log(chance(random))
        free = 0
        for b in range(groups):
            toll[b] = gains[b, i] - gains[a, i]
            if not fixed and b != a and size[a] > lower[a] and size[b] < upper[b] and toll[b] > limit:
                free += 1
        toll[a] = NEVER
        found = _swaps(distances, gains, own, group, toll, i, change, limit)
        if found + free == 0:
            continue
        open_moves += found + free
        k = below(random, found + free)
        j = b = 0
        if k < found:
            while change[j] <= limit or k > 0:
                k -= change[j] > limit
                j += 1
            b, gain = group[j], change[j]
        else:
            k -= found
            while b == a or size[b] == upper[b] or toll[b] <= limit or k > 0:
                k -= b != a and size[b] < upper[b] and toll[b] > limit
                b += 1
            j, gain = -1, toll[b]
        if gain < 0 and value > best_value + 1e-9:
            best_value = value
            best[:] = group
        _move(distances, gains, group, size, i, b)
        if j >= 0:
            _move(distances, gains, group, size, j, a)
        before, after = gains[a], gains[b]
        for x in range(n):
            g = group[x]
            own[x] = before[x] if g == a else (after[x] if g == b else own[x])
        value += gain
    if value > best_value + 1e-9:
        best_value = value
        best[:] = group
    return value, best_value, open_moves
