"""Exchanges over all rounds at once: two people, or two tables of a round, keep who meets whom."""

from __future__ import annotations

import numpy as np

from ratusz.engines.composite.kernels import compiled
from ratusz.engines.seating.kernels.state import FORBIDDEN, OUT, relocate


@compiled
def wish_exchange(rules, state, i, j):
    """Returns what wishes of groups cost more if i and j change places in every round."""
    total = np.int64(0)
    e, end = rules.wish_start[i], rules.wish_start[i + 1]
    f, last = rules.wish_start[j], rules.wish_start[j + 1]
    while e < end or f < last:
        w = rules.wish[e] if e < end else rules.wish[f]
        if e < end and f < last:
            w = min(w, rules.wish[f])
        change = 0
        while e < end and rules.wish[e] == w:
            x = rules.wish_partner[e]
            if x != j:
                change += state.meetings[j, x] - state.meetings[i, x]
            e += 1
        while f < last and rules.wish[f] == w:
            x = rules.wish_partner[f]
            if x != i:
                change += state.meetings[i, x] - state.meetings[j, x]
            f += 1
        before = state.wish_count[w]
        if before == 0 and change > 0:
            total -= rules.wish_cost[w]
        elif before > 0 and before + change == 0:
            total += rules.wish_cost[w]
    return total


@compiled
def exchange_seats(seat, unary, labels, label_cost, label_count, i, j):
    """Returns what the seats and the counts of labels cost more if i and j change places in every round."""
    none = unary.shape[2] - 1
    cost = np.int64(0)
    for r in range(seat.shape[0]):
        a, b = seat[r, i], seat[r, j]
        if a == b:
            continue
        if a < 0 or b < 0 or unary[r, i, b] >= OUT or unary[r, j, a] >= OUT:
            return np.int64(FORBIDDEN)
        cost += np.int64(unary[r, i, b]) + unary[r, j, a] - unary[r, i, a] - unary[r, j, b]
        for d in range(labels.shape[0]):
            k, m = labels[d, i], labels[d, j]
            if k == m:
                continue
            if a < none:
                c, e = label_count[r, a, k], label_count[r, a, m]
                cost += label_cost[r, a, k, c - 1] - label_cost[r, a, k, c]
                cost += label_cost[r, a, m, e + 1] - label_cost[r, a, m, e]
            if b < none:
                c, e = label_count[r, b, k], label_count[r, b, m]
                cost += label_cost[r, b, k, c + 1] - label_cost[r, b, k, c]
                cost += label_cost[r, b, m, e - 1] - label_cost[r, b, m, e]
    return cost


@compiled
def exchange_pairs(start, neighbour, fixed, meetings, step, i, j):
    """Returns what meetings cost more if i and j change places in every round.

    Only pairs of a price of their own count: for the others it is the same who of the two has met whom.
    """
    cost = np.int64(0)
    for side in range(2):
        p, q = (i, j) if side == 0 else (j, i)
        for e in range(start[p], start[p + 1]):
            x = neighbour[e]
            m, n = np.int64(meetings[p, x]), np.int64(meetings[q, x])
            if x == q or m == n:
                continue
            # The price of a repeat that all pairs share cancels between p and q.
            cost += np.int64(fixed[e]) * (n - m)
            cost += (np.int64(step[p, x]) - step[p, p]) * (max(0, n - 1) - max(0, m - 1))
    return cost


@compiled
def exchange_people(rules, state, i, j):
    """Lets i and j change places in every round."""
    for r in range(state.seat.shape[0]):
        a, b = np.int64(state.seat[r, i]), np.int64(state.seat[r, j])
        if a != b:
            relocate(rules, state, r, i, b)
            relocate(rules, state, r, j, a)


@compiled
def turn_cost(unary, members, size, size_cost, label_cost, label_count, r, a, b):
    """Returns what it costs more if tables a and b of round r change all their people: nobody meets anybody else."""
    cost = np.int64(0)
    for side in range(2):
        t, u = (a, b) if side == 0 else (b, a)
        for k in range(size[r, t]):
            x = members[r, t, k]
            if unary[r, x, u] >= OUT:
                return np.int64(FORBIDDEN)
            cost += np.int64(unary[r, x, u]) - unary[r, x, t]
        cost += size_cost[r, t, size[r, u]] - size_cost[r, t, size[r, t]]
        for k in range(label_cost.shape[2]):
            cost += label_cost[r, t, k, label_count[r, u, k]] - label_cost[r, t, k, label_count[r, t, k]]
    return cost


@compiled
def turn_tables(rules, state, r, a, b, moved):
    """Lets tables a and b of round r change all their people."""
    m, n = state.size[r, a], state.size[r, b]
    moved[:m] = state.members[r, a, :m]
    moved[m : m + n] = state.members[r, b, :n]
    for k in range(max(m, n)):
        if k < m:
            relocate(rules, state, r, moved[k], b)
        if k < n:
            relocate(rules, state, r, moved[m + k], a)
