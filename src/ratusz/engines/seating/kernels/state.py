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

from ratusz.engines.composite.kernels import compiled

FORBIDDEN = 1_000_000_000
OUT = FORBIDDEN // 2  # a cost from here on holds a forbidden seat


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
