"""Compiled search for maximally diverse grouping: every move is a difference, carried out in O(n)."""

from __future__ import annotations

import numpy as np

from ratusz.engines.composite.kernels import compiled
from ratusz.engines.seating.designs.kernels import below, chance


@compiled
def gains_of(distances, group, groups):
    """Returns the sum of the distances (groups, n) from each group's members to each element."""
    gains = np.zeros((groups, group.size))
    for i in range(group.size):
        gains[group[i]] += distances[i]
    return gains


@compiled
def move(distances, gains, group, size, i, b):
    """Moves element i to group b and mends gains and sizes."""
    a = group[i]
    row = distances[i]
    from_a, to_b = gains[a], gains[b]
    for x in range(row.size):
        from_a[x] -= row[x]
        to_b[x] += row[x]
    size[a] -= 1
    size[b] += 1
    group[i] = b


@compiled
def anneal(distances, lower, upper, gains, group, size, value, best, best_value, heat, steps, random):
    """Moves and swaps elements at one temperature; returns value, best value and how many moves were made.

    Groups whose limits are equal keep their size. best (n,) is the grouping of best_value.
    """
    n, groups = group.size, size.size
    fixed = np.all(lower == upper)
    for _ in range(steps):
        i = below(random, n)
        a = group[i]
        if not fixed and below(random, 8) == 0:
            b = below(random, groups)
            if b == a or size[a] == lower[a] or size[b] == upper[b]:
                continue
            change = gains[b, i] - gains[a, i]
            if change >= 0 or change > heat * np.log(chance(random)):
                if change < 0 and value > best_value + 1e-9:
                    best_value = value
                    best[:] = group
                move(distances, gains, group, size, i, b)
                value += change
                made += 1
            continue
        j = below(random, n)
        b = group[j]
        if a == b:
            continue
        change = gains[b, i] + gains[a, j] - gains[a, i] - gains[b, j] - 2.0 * distances[i, j]
        if change >= 0 or change > heat * np.log(chance(random)):
            if change < 0 and value > best_value + 1e-9:
                best_value = value
                best[:] = group
            move(distances, gains, group, size, i, b)
            move(distances, gains, group, size, j, a)
            value += change
            made += 1
    if value > best_value + 1e-9:
        best_value = value
        best[:] = group
    return value, best_value, made


@compiled
def climb(distances, lower, upper, gains, group, size, value):
    """Moves and swaps elements while that helps; returns the value of the local maximum."""
    n, groups = group.size, size.size
    quiet = 0
    i = 0
    while quiet < n:
        a = group[i]
        better = False
        if size[a] > lower[a]:
            for b in range(groups):
                if b != a and size[b] < upper[b]:
                    change = gains[b, i] - gains[a, i]
                    if change > 1e-9:
                        move(distances, gains, group, size, i, b)
                        value += change
                        better = True
                        a = b
        for j in range(n):
            b = group[j]
            if b != a:
                change = gains[b, i] + gains[a, j] - gains[a, i] - gains[b, j] - 2.0 * distances[i, j]
                if change > 1e-9:
                    move(distances, gains, group, size, i, b)
                    move(distances, gains, group, size, j, a)
                    value += change
                    better = True
                    a = b
        quiet = 0 if better else quiet + 1
        i = (i + 1) % n
    return value


@compiled
def iterate(
    distances, lower, upper, gains, group, size, value, best, best_value, kicks, threshold, rounds, random
):
    """Kicks the grouping with a few random swaps, climbs, and goes on from there unless it lost too much.

    `threshold` is how much of the value may be lost in a round; returns value and best value.
    """
    n = group.size
    saved, saved_size = group.copy(), size.copy()
    for _round in range(rounds):
        before = value
        saved[:] = group
        saved_size[:] = size
        for _kick in range(kicks):
            i, j = below(random, n), below(random, n)
            a, b = group[i], group[j]
            if a != b:
                value += gains[b, i] + gains[a, j] - gains[a, i] - gains[b, j] - 2.0 * distances[i, j]
                move(distances, gains, group, size, i, b)
                move(distances, gains, group, size, j, a)
        value = climb(distances, lower, upper, gains, group, size, value)
        if value > best_value + 1e-9:
            best_value = value
            best[:] = group
        if value < before - threshold * chance(random):
            for x in range(n):
                if group[x] != saved[x]:
                    move(distances, gains, group, size, x, saved[x])
            value = before
    return value, best_value
