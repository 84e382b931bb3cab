"""The search: moves and exchanges at falling temperature."""

from __future__ import annotations

import numpy as np

from ratusz.engines.composite.kernels import compiled
from ratusz.engines.seating.kernels.cost import relocation_cost, wish_change
from ratusz.engines.seating.kernels.exchange import (
    exchange_pairs,
    exchange_people,
    exchange_seats,
    turn_cost,
    turn_tables,
    wish_exchange,
)
from ratusz.engines.seating.kernels.state import FORBIDDEN, OUT, relocate
from ratusz.engines.seating.randomness import below, draw, inlined

STRIDE = 512


@inlined
def limit(heat, bits):
    """Returns −T ln u, the most that the Metropolis rule lets a change cost; u from the upper 30 bits."""
    return -heat * np.log((np.float64(bits >> np.uint64(34)) + 1.0) * 2.0**-30)


@compiled
def move_cluster(rules, state, r, i, b, limit, moved, came_from):
    """Moves i's group from its table to b and as many people back; undone if it costs more than `limit`.

    Returns what it costs more, 0 if nothing changed.
    """
    a = state.seat[r, i]
    none = state.size.shape[1] - 1
    c = rules.cluster_of[i]
    count = 0
    cost = np.int64(0)
    for e in range(rules.cluster_start[c], rules.cluster_start[c + 1]):
        x = rules.cluster[e]
        if state.seat[r, x] == a:
            if state.margin[r, x, b] >= OUT:
                cost = FORBIDDEN
                break
            cost += relocation_cost(rules, state, r, x, b, False)
            relocate(rules, state, r, x, b)
            moved[count] = x
            came_from[count] = a
            count += 1
    wanted = min(count, state.size[r, b] - count)
    back = 0
    tries = 0
    while cost < OUT and back < wanted and tries < 8 * wanted:
        tries += 1
        x = state.members[r, b, below(state.random, state.size[r, b])]
        if rules.cluster_of[x] == c or state.margin[r, x, a] >= OUT:
            continue
        cost += relocation_cost(rules, state, r, x, a, False)
        relocate(rules, state, r, x, a)
        moved[count] = x
        came_from[count] = b
        count += 1
        back += 1
    if back < wanted or 2 * wanted != count or cost > limit or a == none:
        for k in range(count - 1, -1, -1):
            relocate(rules, state, r, moved[k], came_from[k])
        return np.int64(0)
    return cost


@compiled
def anneal(rules, state, cost, best_cost, best_seat, moves, heat, shares, flag):
    """Proposes `moves` changes at the temperature `heat`; returns the cost, the best cost and the moves made.

    best_seat (R, n) keeps the best seats seen, where these cost less than best_cost. shares (3,): of 1,024 proposals
    up to so many move one person, exchange two people in every round, turn two tables; the others swap two people.
    Ends early when flag[0] is set.
    """
    # Local names: reading a field of a named tuple counts references, which would cost more than the search.
    random, seat, margin, again, label_count = (
        state.random,
        state.seat,
        state.margin,
        state.again,
        state.label_count,
    )
    live, movable, movable_count, cluster_of = (
        rules.live,
        rules.movable,
        rules.movable_count,
        rules.cluster_of,
    )
    labels, label_cost, wish_start = rules.labels, rules.label_cost, rules.wish_start
    unary, neighbour_start = rules.unary, rules.neighbour_start
    size, size_cost = state.size, rules.size_cost
    families = labels.shape[0]
    none = state.size.shape[1] - 1
    moved = np.empty(state.members.shape[2] * 2, dtype=np.int64)
    came_from = np.empty(moved.shape[0], dtype=np.int64)
    # A copy of all seats must not cost more than the search between two copies.
    gap = max(16, seat.size // 8)
    copied = -gap
    done = 0
    if live.shape[0] == 0:
        return cost, best_cost, done
    while done < moves:
        if done % STRIDE == 0 and flag[0]:
            break
        done += 1
        r = live[below(random, live.shape[0])]
        i = movable[r, below(random, movable_count[r])]
        a = seat[r, i]
        bits = draw(random)
        kind = np.int64((bits >> np.uint64(1)) & np.uint64(1023))
        if cluster_of[i] >= 0 and bits & np.uint64(1):
            b = below(random, none)
            if a in (b, none):
                continue
            if cost < best_cost and done - copied >= gap:
                best_seat[:] = seat
                best_cost = cost
                copied = done
            cost += move_cluster(rules, state, r, i, b, limit(heat, bits), moved, came_from)
            continue
        j = -1
        exchange = turn = False
        if kind < shares[0] or (a == none and bits & np.uint64(1)):
            b = below(random, none + 1)
            if a == none:
                # Without a seat: free ones are few, so look for the cheapest.
                for t in range(none):
                    if size_cost[r, t, size[r, t] + 1] < OUT and (
                        b == none
                        or size_cost[r, b, size[r, b] + 1] >= OUT
                        or margin[r, i, t] < margin[r, i, b]
                    ):
                        b = t
            if b == a or margin[r, i, b] >= OUT:
                continue
            change = relocation_cost(rules, state, r, i, b, True)
        elif kind < shares[1]:
            exchange = True
            j = movable[r, below(random, movable_count[r])]
            b = seat[r, j]
            if i == j:
                continue
            change = exchange_seats(seat, unary, labels, label_cost, label_count, i, j)
            if change < OUT:
                change += exchange_pairs(
                    neighbour_start, rules.neighbour, rules.neighbour_cost, state.meetings, rules.step, i, j
                )
                if wish_start[i] < wish_start[i + 1] or wish_start[j] < wish_start[j + 1]:
                    change += wish_exchange(rules, state, i, j)
        elif kind < shares[2]:
            turn = True
            b = below(random, none)
            if a in (b, none):
                continue
            change = turn_cost(
                unary, state.members, state.size, rules.size_cost, label_cost, label_count, r, a, b
            )
        else:
            j = movable[r, below(random, movable_count[r])]
            b = seat[r, j]
            if a == b:
                continue
            change = np.int64(margin[r, i, b]) + margin[r, j, a] - margin[r, i, a] - margin[r, j, b]
            if change >= OUT:
                continue
            # Each margin counts the other as if they stayed.
            if a < none:
                change -= again[i, j]
            if b < none:
                change -= again[i, j]
            for d in range(families):
                k, m = labels[d, i], labels[d, j]
                if k == m:
                    continue
                if a < none:
                    c, e = label_count[r, a, k], label_count[r, a, m]
                    change += label_cost[r, a, k, c - 1] - label_cost[r, a, k, c]
                    change += label_cost[r, a, m, e + 1] - label_cost[r, a, m, e]
                if b < none:
                    c, e = label_count[r, b, k], label_count[r, b, m]
                    change += label_cost[r, b, k, c + 1] - label_cost[r, b, k, c]
                    change += label_cost[r, b, m, e - 1] - label_cost[r, b, m, e]
            if wish_start[i] < wish_start[i + 1] or wish_start[j] < wish_start[j + 1]:
                change += wish_change(rules, state, r, i, a if a < none else -2, b if b < none else -2, j)
        if change == 0 and (exchange or turn):
            continue
        # 21: −ln u is never more.
        if change > 0:
            if change > 21.0 * heat or change > limit(heat, bits):
                continue
            if cost < best_cost and done - copied >= gap:
                best_seat[:] = seat
                best_cost = cost
                copied = done
        if exchange:
            exchange_people(rules, state, i, j)
        elif turn:
            turn_tables(rules, state, r, a, b, moved)
        else:
            relocate(rules, state, r, i, b)
            if j >= 0:
                relocate(rules, state, r, j, a)
        cost += change
    if cost < best_cost:
        best_seat[:] = state.seat
        best_cost = cost
    return cost, best_cost, done
