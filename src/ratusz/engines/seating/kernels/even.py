"""The first seats of all: as even as the rules of single people allow."""

from __future__ import annotations

import numpy as np

from ratusz.engines.composite.kernels import compiled


@compiled
def seat_evenly(allowed, capacity, minimum, seat, order):
    """Seats the people of `order` whose seat is -1 in one round, as many as can be, as evenly as can be.

    allowed (n, T); seat (n,) holds the table of those who sit already, who may be moved on to make room; T stands
    for "no seat left". Each person takes a shortest way of least cost in the flow network of people and tables,
    whose costs are convex (first the minima, then equal sizes): the numbers are optimal if all seats are filled so.
    """
    people, tables = allowed.shape
    size = np.zeros(tables, dtype=np.int64)
    members = np.full((tables, people), -1, dtype=np.int64)
    for i in range(people):
        if 0 <= seat[i] < tables:
            members[seat[i], size[seat[i]]] = i
            size[seat[i]] += 1
    came = np.empty(tables, dtype=np.int64)
    mover = np.empty(tables, dtype=np.int64)
    queue = np.empty(tables, dtype=np.int64)
    for i in order:
        if seat[i] != -1:
            continue
        least = people * 4
        for t in range(tables):
            if size[t] < capacity[t]:
                least = min(least, size[t] - (2 * people if size[t] < minimum[t] else 0))
        came[:] = -2
        head = tail = 0
        found, value = -1, people * 4
        for t in range(tables):
            if allowed[i, t]:
                came[t] = -1
                queue[tail] = t
                tail += 1
        while head < tail:
            t = queue[head]
            head += 1
            if size[t] < capacity[t]:
                here = size[t] - (2 * people if size[t] < minimum[t] else 0)
                if here < value:
                    found, value = t, here
            if value == least:
                break
            if tail < tables:
                for k in range(size[t]):
                    x = members[t, k]
                    for u in range(tables):
                        if came[u] == -2 and allowed[x, u]:
                            came[u] = t
                            mover[u] = x
                            queue[tail] = u
                            tail += 1
        if found < 0:
            seat[i] = tables
            continue
        t = found
        while came[t] != -1:
            x, u = mover[t], came[t]
            for k in range(size[u]):
                if members[u, k] == x:
                    members[u, k] = members[u, size[u] - 1]
                    break
            size[u] -= 1
            members[t, size[t]] = x
            size[t] += 1
            seat[x] = t
            t = u
        members[t, size[t]] = i
        size[t] += 1
        seat[i] = t
