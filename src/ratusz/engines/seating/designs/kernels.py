"""Compiled search for base rounds in which no class of pairs comes twice."""

from __future__ import annotations

import numpy as np

from ratusz.engines.composite.kernels import compiled
from ratusz.engines.seating.randomness import below, chance, inlined


@inlined
def _leave(seats, left, right, x, classes, times):
    """Takes the pairs of the person in seat x from `times`; returns how many of them were too many."""
    i, fewer = seats[x], 0
    for k in range(left, right):
        if k != x:
            c = classes[i, seats[k]]
            times[c] -= 1
            fewer += times[c] > 0
    return fewer


@inlined
def _join(seats, left, right, x, i, classes, times):
    """Adds the pairs that person i has in seat x to `times`; returns how many of them are too many."""
    more = 0
    for k in range(left, right):
        if k != x:
            c = classes[i, seats[k]]
            more += times[c] > 0
            times[c] += 1
    return more


@compiled
def tally(seats, start, classes, times):
    """Adds the pairs of every table to `times`; returns how many of them are too many."""
    excess = 0
    for t in range(start.size - 1):
        for x in range(start[t], start[t + 1]):
            for y in range(start[t], x):
                c = classes[seats[x], seats[y]]
                excess += times[c] > 0
                times[c] += 1
    return excess


@compiled
def anneal(
    seats, start, table, base, edge, turns, turn, classes, times, excess, steps, hot, cold, calm, random
):
    """Moves people within their base rounds until no class comes twice; returns the excess that is left.

    seats (N,): who sits in which seat, changed in place. Table t has the seats start[t] to start[t + 1] - 1, base
    round b those of edge[b] to edge[b + 1] - 1; table (N,) and base (N,) say so by seat. A person who moves within
    base round b may become their image by any row of turns[turn[b] : turn[b + 1]] (.., n). classes (n, n) is the
    class of a pair; times (C,) how often it comes, excess the sum above one. Who sits with nobody twice is moved
    with chance `calm` only. The temperature falls from hot to cold.
    """
    heat = hot
    fall = (cold / hot) ** (1024.0 / max(steps, 1024))
    for step in range(steps):
        if excess == 0:
            return 0
        if step & 1023 == 1023:
            heat *= fall
        x = below(random, seats.size)
        i, a, b = seats[x], table[x], base[x]
        left, right = start[a], start[a + 1]
        clash = False
        for k in range(left, right):
            if k != x and times[classes[i, seats[k]]] > 1:
                clash = True
                break
        if not clash and chance(random) > calm:
            continue
        images = turn[b + 1] - turn[b]
        others = edge[b + 1] - edge[b] - right + left
        if others == 0 or (images > 1 and below(random, 4) == 0):
            if images == 1:
                continue
            new = turns[turn[b] + below(random, images), i]
            change = -_leave(seats, left, right, x, classes, times)
            change += _join(seats, left, right, x, new, classes, times)
            if change <= 0 or chance(random) < np.exp(-change / heat):
                seats[x] = new
                excess += change
            else:
                for k in range(left, right):
                    if k != x:
                        times[classes[new, seats[k]]] -= 1
                        times[classes[i, seats[k]]] += 1
            continue
        y = edge[b] + below(random, others)
        if y >= left:
            y += right - left
        j, c = seats[y], table[y]
        first, last = start[c], start[c + 1]
        new_i, new_j = i, j
        if images > 1:
            new_i = turns[turn[b] + below(random, images), i]
            new_j = turns[turn[b] + below(random, images), j]
        change = -_leave(seats, left, right, x, classes, times) - _leave(
            seats, first, last, y, classes, times
        )
        change += _join(seats, left, right, x, new_j, classes, times)
        change += _join(seats, first, last, y, new_i, classes, times)
        if change <= 0 or chance(random) < np.exp(-change / heat):
            seats[x], seats[y] = new_j, new_i
            excess += change
            continue
        for k in range(left, right):
            if k != x:
                times[classes[new_j, seats[k]]] -= 1
                times[classes[i, seats[k]]] += 1
        for k in range(first, last):
            if k != y:
                times[classes[new_i, seats[k]]] -= 1
                times[classes[j, seats[k]]] += 1
    return excess
