"""What a seat, and a whole plan, costs."""

from __future__ import annotations

import numpy as np

from ratusz.engines.composite.kernels import compiled


@compiled
def wish_change(rules, state, r, i, a, b, j):
    """Returns what wishes of groups cost more if i goes from a to b, and j (or -1: nobody) the other way."""
    seat = state.seat
    total = np.int64(0)
    e, end = rules.wish_start[i], rules.wish_start[i + 1]
    f = rules.wish_start[j] if j >= 0 else 0
    last = rules.wish_start[j + 1] if j >= 0 else 0
    while e < end or f < last:
        w = rules.wish[e] if e < end else rules.wish[f]
        if e < end and f < last:
            w = min(w, rules.wish[f])
        change = 0
        while e < end and rules.wish[e] == w:
            x = rules.wish_partner[e]
            if x != j:
                change += (seat[r, x] == b) - (seat[r, x] == a)
            e += 1
        while f < last and rules.wish[f] == w:
            x = rules.wish_partner[f]
            if x != i:
                change += (seat[r, x] == a) - (seat[r, x] == b)
            f += 1
        if change != 0:
            before = state.wish_count[w]
            if before == 0:
                total -= rules.wish_cost[w]
            elif before + change == 0:
                total += rules.wish_cost[w]
    return total


@compiled
def relocation_cost(rules, state, r, i, b, sizes):
    """Returns what it costs more to seat i at b; without the sizes of the tables unless `sizes`."""
    a, none = state.seat[r, i], state.size.shape[1] - 1
    cost = np.int64(state.margin[r, i, b]) - state.margin[r, i, a]
    for d in range(rules.labels.shape[0]):
        k = rules.labels[d, i]
        if a < none:
            c = state.label_count[r, a, k]
            cost += rules.label_cost[r, a, k, c - 1] - rules.label_cost[r, a, k, c]
        if b < none:
            c = state.label_count[r, b, k]
            cost += rules.label_cost[r, b, k, c + 1] - rules.label_cost[r, b, k, c]
    if rules.wish_start[i] < rules.wish_start[i + 1]:
        cost += wish_change(rules, state, r, i, a if a < none else -2, b if b < none else -2, -1)
    if sizes:
        if a < none:
            cost += rules.size_cost[r, a, state.size[r, a] - 1] - rules.size_cost[r, a, state.size[r, a]]
        if b < none:
            cost += rules.size_cost[r, b, state.size[r, b] + 1] - rules.size_cost[r, b, state.size[r, b]]
    return cost


@compiled
def total_cost(rules, state):
    """Returns the cost of the seats from the counts alone; the tests hold it against the sum of differences."""
    seat, none = state.seat, state.size.shape[1] - 1
    rounds, people = seat.shape
    cost = np.int64(0)
    for r in range(rounds):
        for i in range(people):
            if seat[r, i] >= 0:
                cost += rules.unary[r, i, seat[r, i]]
        for t in range(none):
            cost += rules.size_cost[r, t, state.size[r, t]]
            for k in range(rules.label_cost.shape[2]):
                cost += rules.label_cost[r, t, k, state.label_count[r, t, k]]
    for i in range(people):
        for e in range(rules.neighbour_start[i], rules.neighbour_start[i + 1]):
            if rules.neighbour[e] > i:
                cost += np.int64(rules.neighbour_cost[e]) * state.meetings[i, rules.neighbour[e]]
        for x in range(i):
            cost += np.int64(rules.step[i, x]) * max(0, state.meetings[i, x] - 1)
    for w in range(rules.wish_cost.shape[0]):
        if state.wish_count[w] == 0:
            cost += rules.wish_cost[w]
    return cost
