"""Compiled search. One more meeting, one more seat, one more of a type: every change of cost is a difference.

Costs are whole numbers, so sums never drift. Table T stands for "not seated". For person i, round r and table t,
`margin[r, i, t]` holds what i's seat there costs: the unary cost and, for everybody else x at t, what a meeting of i
and x in r costs given their meetings in the other rounds. That cost is `fixed` for the first meeting of a pair and
`fixed + step` for each further one; `again[i, x]` is what one more meeting would cost now.

A swap of i (table a) and j (table b) then costs
    margin[i, b] + margin[j, a] − margin[i, a] − margin[j, b] − 2·again[i, j]
and the differences of the label counts: O(1). Carrying it out costs O(rounds · seats of a table).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from ratusz.engines.composite.kernels import compiled

# A call would copy every field of the named tuples: where it counts, the body is put in place of the call.
inlined = njit(inline="always", error_model="numpy", nogil=True)

FORBIDDEN = 1_000_000_000
_OUT = FORBIDDEN // 2
_STRIDE = 512


class Rules(NamedTuple):
    """What does not change. Rows by person are held as starts and entries: of i, start[i] to start[i + 1]."""

    labels: np.ndarray  # (D, n): number of a person's label in each of D families, 0 to L - 1
    label_cost: np.ndarray  # (R, T, L, c): what c people of a label at a table cost
    size_cost: np.ndarray  # (R, T + 1, s): what s people at a table cost
    step: (
        np.ndarray
    )  # (n, n): what each meeting of a pair but the first costs more; on the diagonal: of most pairs
    neighbour_start: np.ndarray  # people whose first meeting costs something, with that cost
    neighbour: np.ndarray
    neighbour_cost: np.ndarray
    wish_start: np.ndarray  # wishes of groups: entries sorted by wish
    wish: np.ndarray
    wish_partner: np.ndarray
    wish_cost: np.ndarray
    live: np.ndarray  # rounds in which somebody moves
    movable_count: np.ndarray  # (R,)
    movable: np.ndarray  # (R, n): who moves
    active: np.ndarray  # (R,): rounds that have not been played
    cluster_of: np.ndarray  # (n,): number of the group that must sit together, -1 for none
    cluster_start: np.ndarray
    cluster: np.ndarray
    unary: np.ndarray  # (R, n, T + 1): what a seat costs by itself, FORBIDDEN where the person may not sit


class State(NamedTuple):
    """What changes; all follow from the seats."""

    seat: np.ndarray  # (R, n): table, T for no seat, -1 for absent
    members: np.ndarray  # (R, T, w): who sits at a table
    position: np.ndarray  # (R, n): where in that row
    size: np.ndarray  # (R, T + 1)
    margin: np.ndarray  # (R, n, T + 1)
    meetings: np.ndarray  # (n, n)
    again: np.ndarray  # (n, n): what one more meeting would cost
    label_count: np.ndarray  # (R, T, L)
    wish_count: np.ndarray  # (W,): meetings that fulfil a wish of groups
    random: np.ndarray  # (1,): 64 bits


@inlined
def _draw(random):
    """Returns 64 random bits (xorshift64*)."""
    x = random[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    random[0] = x
    return x * np.uint64(2685821657736338717)


@inlined
def _below(random, k):
    """Returns a random whole number from 0 to k - 1."""
    return np.int64(((_draw(random) >> np.uint64(33)) * np.uint64(k)) >> np.uint64(31))


@inlined
def _limit(heat, bits):
    """Returns −T ln u, the most that the Metropolis rule lets a change cost; u from the upper 30 bits."""
    return -heat * np.log((np.float64(bits >> np.uint64(34)) + 1.0) * 2.0**-30)


@compiled
def _shift_margins(rules, state, r, i, a, b):
    """Moves, in everybody's margins of round r, what meeting i costs from table a to table b (T or more: none)."""
    seat, size, members, meetings, step = state.seat, state.size, state.members, state.meetings, rules.step
    margin, start, neighbour, cost = (
        state.margin,
        rules.neighbour_start,
        rules.neighbour,
        rules.neighbour_cost,
    )
    none = size.shape[1] - 1
    for e in range(start[i], start[i + 1]):
        x = neighbour[e]
        if a < none:
            margin[r, x, a] -= cost[e]
        if b < none:
            margin[r, x, b] += cost[e]
    for q in range(seat.shape[0]):
        u = seat[q, i]
        if q == r or u < 0 or u >= none:
            continue
        for k in range(size[q, u]):
            x = members[q, u, k]
            if x == i or step[i, x] == 0:
                continue
            if meetings[i, x] > 1:
                # Met more than once: count the pair at its first meeting outside r only.
                earlier = False
                for p in range(q):
                    if p != r and seat[p, x] == seat[p, i] and 0 <= seat[p, i] < none:
                        earlier = True
                        break
                if earlier:
                    continue
            if a < none:
                margin[r, x, a] -= step[i, x]
            if b < none:
                margin[r, x, b] += step[i, x]


@compiled
def relocate(rules, state, r, i, b):
    """Seats i at table b in round r and mends everything that depends on it."""
    seat, size, members, position = state.seat, state.size, state.members, state.position
    margin, meetings, again, steps, active = (
        state.margin,
        state.meetings,
        state.again,
        rules.step,
        rules.active,
    )
    labels, label_count = rules.labels, state.label_count
    a = seat[r, i]
    none = size.shape[1] - 1
    _shift_margins(rules, state, r, i, a, b)
    if a < none:
        last = members[r, a, size[r, a] - 1]
        members[r, a, position[r, i]] = last
        position[r, last] = position[r, i]
    size[r, a] -= 1
    for side in range(2):
        t, change = (a, -1) if side == 0 else (b, 1)
        if t >= none:
            continue
        for d in range(labels.shape[0]):
            label_count[r, t, labels[d, i]] += change
        for k in range(size[r, t]):
            x = members[r, t, k]
            times = meetings[i, x] + change
            meetings[i, x] = times
            meetings[x, i] = times
            step = change * steps[i, x]
            # A pair's meetings in other rounds change in price between none and one other, never beyond.
            busier = max(times, times - change)
            if step == 0 or busier > 2:
                continue
            if busier == 1:
                again[i, x] += step
                again[x, i] += step
                for q in range(seat.shape[0]):
                    if q != r and active[q]:
                        u, v = seat[q, i], seat[q, x]
                        if 0 <= u < none:
                            margin[q, x, u] += step
                        if 0 <= v < none:
                            margin[q, i, v] += step
            else:
                for q in range(seat.shape[0]):
                    u = seat[q, i]
                    if q != r and u == seat[q, x] and 0 <= u < none:
                        if active[q]:
                            margin[q, x, u] += step
                            margin[q, i, u] += step
                        break
    seat[r, i] = b
    if b < none:
        members[r, b, size[r, b]] = i
        position[r, i] = size[r, b]
    size[r, b] += 1
    for e in range(rules.wish_start[i], rules.wish_start[i + 1]):
        t = seat[r, rules.wish_partner[e]]
        if t == b and t < none:
            state.wish_count[rules.wish[e]] += 1
        elif t == a and t < none:
            state.wish_count[rules.wish[e]] -= 1


@compiled
def fill_state(rules, state):
    """Builds meetings, margins and counts from the seats; margin comes as the unary cost, the others as zeros."""
    seat, size, none = state.seat, state.size, state.size.shape[1] - 1
    rounds, people = seat.shape
    for r in range(rounds):
        for i in range(people):
            t = seat[r, i]
            if t < 0:
                continue
            if t < none:
                for k in range(size[r, t]):
                    x = state.members[r, t, k]
                    state.meetings[i, x] += 1
                    state.meetings[x, i] += 1
                state.members[r, t, size[r, t]] = i
                state.position[r, i] = size[r, t]
                for d in range(rules.labels.shape[0]):
                    state.label_count[r, t, rules.labels[d, i]] += 1
            size[r, t] += 1
    for i in range(people):
        for e in range(rules.neighbour_start[i], rules.neighbour_start[i + 1]):
            state.again[i, rules.neighbour[e]] = rules.neighbour_cost[e]
        for x in range(people):
            if state.meetings[i, x] > 0:
                state.again[i, x] += rules.step[i, x]
        for e in range(rules.wish_start[i], rules.wish_start[i + 1]):
            x = rules.wish_partner[e]
            if x > i:
                for r in range(rounds):
                    if 0 <= seat[r, i] < none and seat[r, i] == seat[r, x]:
                        state.wish_count[rules.wish[e]] += 1
    for r in range(rounds):
        if rules.active[r]:
            for i in range(people):
                if 0 <= seat[r, i] < none:
                    _shift_margins(rules, state, r, i, none, seat[r, i])


@compiled
def _wish_change(rules, state, r, i, a, b, j):
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
        cost += _wish_change(rules, state, r, i, a if a < none else -2, b if b < none else -2, -1)
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


@compiled
def _move_cluster(rules, state, r, i, b, limit, moved, came_from):
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
            if state.margin[r, x, b] >= _OUT:
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
    while cost < _OUT and back < wanted and tries < 8 * wanted:
        tries += 1
        x = state.members[r, b, _below(state.random, state.size[r, b])]
        if rules.cluster_of[x] == c or state.margin[r, x, a] >= _OUT:
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
def _wish_exchange(rules, state, i, j):
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
def _exchange_seats(seat, unary, labels, label_cost, label_count, i, j):
    """Returns what the seats and the counts of labels cost more if i and j change places in every round."""
    none = unary.shape[2] - 1
    cost = np.int64(0)
    for r in range(seat.shape[0]):
        a, b = seat[r, i], seat[r, j]
        if a == b:
            continue
        if a < 0 or b < 0 or unary[r, i, b] >= _OUT or unary[r, j, a] >= _OUT:
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
def _exchange_pairs(start, neighbour, fixed, meetings, step, i, j):
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
def _exchange(rules, state, i, j):
    """Lets i and j change places in every round."""
    for r in range(state.seat.shape[0]):
        a, b = np.int64(state.seat[r, i]), np.int64(state.seat[r, j])
        if a != b:
            relocate(rules, state, r, i, b)
            relocate(rules, state, r, j, a)


@compiled
def _turn_cost(unary, members, size, size_cost, label_cost, label_count, r, a, b):
    """Returns what it costs more if tables a and b of round r change all their people: nobody meets anybody else."""
    cost = np.int64(0)
    for side in range(2):
        t, u = (a, b) if side == 0 else (b, a)
        for k in range(size[r, t]):
            x = members[r, t, k]
            if unary[r, x, u] >= _OUT:
                return np.int64(FORBIDDEN)
            cost += np.int64(unary[r, x, u]) - unary[r, x, t]
        cost += size_cost[r, t, size[r, u]] - size_cost[r, t, size[r, t]]
        for k in range(label_cost.shape[2]):
            cost += label_cost[r, t, k, label_count[r, u, k]] - label_cost[r, t, k, label_count[r, t, k]]
    return cost


@compiled
def _turn(rules, state, r, a, b, moved):
    """Lets tables a and b of round r change all their people."""
    m, n = state.size[r, a], state.size[r, b]
    moved[:m] = state.members[r, a, :m]
    moved[m : m + n] = state.members[r, b, :n]
    for k in range(max(m, n)):
        if k < m:
            relocate(rules, state, r, moved[k], b)
        if k < n:
            relocate(rules, state, r, moved[m + k], a)


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
        if done % _STRIDE == 0 and flag[0]:
            break
        done += 1
        r = live[_below(random, live.shape[0])]
        i = movable[r, _below(random, movable_count[r])]
        a = seat[r, i]
        bits = _draw(random)
        kind = np.int64((bits >> np.uint64(1)) & np.uint64(1023))
        if cluster_of[i] >= 0 and bits & np.uint64(1):
            b = _below(random, none)
            if a in (b, none):
                continue
            if cost < best_cost and done - copied >= gap:
                best_seat[:] = seat
                best_cost = cost
                copied = done
            cost += _move_cluster(rules, state, r, i, b, _limit(heat, bits), moved, came_from)
            continue
        j = -1
        exchange = turn = False
        if kind < shares[0] or (a == none and bits & np.uint64(1)):
            b = _below(random, none + 1)
            if a == none:
                # Without a seat: free ones are few, so look for the cheapest.
                for t in range(none):
                    if size_cost[r, t, size[r, t] + 1] < _OUT and (
                        b == none
                        or size_cost[r, b, size[r, b] + 1] >= _OUT
                        or margin[r, i, t] < margin[r, i, b]
                    ):
                        b = t
            if b == a or margin[r, i, b] >= _OUT:
                continue
            change = relocation_cost(rules, state, r, i, b, True)
        elif kind < shares[1]:
            exchange = True
            j = movable[r, _below(random, movable_count[r])]
            b = seat[r, j]
            if i == j:
                continue
            change = _exchange_seats(seat, unary, labels, label_cost, label_count, i, j)
            if change < _OUT:
                change += _exchange_pairs(
                    neighbour_start, rules.neighbour, rules.neighbour_cost, state.meetings, rules.step, i, j
                )
                if wish_start[i] < wish_start[i + 1] or wish_start[j] < wish_start[j + 1]:
                    change += _wish_exchange(rules, state, i, j)
        elif kind < shares[2]:
            turn = True
            b = _below(random, none)
            if a in (b, none):
                continue
            change = _turn_cost(
                unary, state.members, state.size, rules.size_cost, label_cost, label_count, r, a, b
            )
        else:
            j = movable[r, _below(random, movable_count[r])]
            b = seat[r, j]
            if a == b:
                continue
            change = np.int64(margin[r, i, b]) + margin[r, j, a] - margin[r, i, a] - margin[r, j, b]
            if change >= _OUT:
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
                change += _wish_change(rules, state, r, i, a if a < none else -2, b if b < none else -2, j)
        if change == 0 and (exchange or turn):
            continue
        # 21: −ln u is never more.
        if change > 0:
            if change > 21.0 * heat or change > _limit(heat, bits):
                continue
            if cost < best_cost and done - copied >= gap:
                best_seat[:] = seat
                best_cost = cost
                copied = done
        if exchange:
            _exchange(rules, state, i, j)
        elif turn:
            _turn(rules, state, r, a, b, moved)
        else:
            relocate(rules, state, r, i, b)
            if j >= 0:
                relocate(rules, state, r, j, a)
        cost += change
    if cost < best_cost:
        best_seat[:] = state.seat
        best_cost = cost
    return cost, best_cost, done


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
