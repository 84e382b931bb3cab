"""The least that a plan can reach in each aim if it keeps the hard rules and leaves nobody out whom it can seat.

Proved by counting, by flows and by small linear programmes.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array, vstack

from ratusz.engines.seating.kernels import seat_evenly
from ratusz.engines.seating.plan import Bounds
from ratusz.engines.seating.prepare import Instance


def bounds(instance: Instance, seats: np.ndarray | None = None) -> Bounds:
    """Return what no plan can do better in any single aim; a plan may have to give up one aim for another.

    seats (R, n) tell what happened in the rounds that have been played.
    """
    weights = instance.problem.weights
    played = instance.problem.played
    coming = _coming(instance)
    sizes = even_sizes(coming)
    meet = can_meet(coming)
    repeats = _repeats(coming, sizes, meet)
    topics = sum(_topics(coming, sizes.sum(axis=1)))
    before = 0
    if played:
        for seat in seats[:played]:
            there = np.flatnonzero(seat >= 0)
            before += there.size
            topics += float(instance.topic[there, seat[there]].sum())
            meet[np.ix_(there, there)] |= seat[there][:, None] == seat[there]
    missed = _wishes_missed(coming, meet)
    all_seated = sizes.sum() == coming.seatable.sum()
    same = _same_home(coming) if all_seated else 0
    context = 0 if weights.context >= 0 else None
    most = sum(math.comb(int(size), 2) for size in instance.capacity.ravel())
    cost = (
        weights.repeats * repeats
        + weights.topics * topics
        + weights.wishes * float(np.sort(instance.wish_weight)[:missed].sum())
        + weights.organisation * same
        + min(weights.context, 0.0) * most
    )
    total = before + int(sizes.sum())
    unseated = int(coming.seatable.sum() - sizes.sum())
    return Bounds(repeats, 0.0, topics / total if total else 0.0, missed, same, context, unseated, cost)


def _coming(instance: Instance) -> Instance:
    """Return the instance without the rounds that have been played."""
    played = instance.problem.played
    return replace(
        instance,
        allowed=instance.allowed[played:],
        seatable=instance.seatable[played:],
        capacity=instance.capacity[played:],
        minimum=instance.minimum[played:],
    )


def even_sizes(instance: Instance) -> np.ndarray:
    """Return (R, T): sizes that seat as many as can be with the least sum of squares, minima apart."""
    sizes = np.zeros(instance.capacity.shape, dtype=np.int64)
    known: dict[bytes, np.ndarray] = {}
    for r, allowed in enumerate(instance.allowed):
        key = allowed.tobytes() + instance.capacity[r].tobytes()
        if key not in known:
            seat = np.where(instance.seatable[r], -1, -2)
            order = np.argsort(allowed.sum(axis=1), kind="stable")
            seat_evenly(allowed, instance.capacity[r], np.zeros_like(instance.minimum[r]), seat, order)
            known[key] = np.bincount(seat[seat >= 0], minlength=sizes.shape[1] + 1)[:-1]
        sizes[r] = known[key]
    return sizes


def can_meet(instance: Instance) -> np.ndarray:
    """Return (n, n): pairs whom some table takes in some round, and who need not sit apart."""
    people = instance.shape[1]
    meet = np.zeros((people, people), dtype=bool)
    seen = set()
    for allowed in instance.allowed:
        # People whom the same tables take are alike; there are few kinds.
        rows = [row.tobytes() for row in allowed]
        kinds = {row: k for k, row in enumerate(dict.fromkeys(rows))}
        kind = np.array([kinds[row] for row in rows])
        if kind.tobytes() + b"".join(kinds) not in seen:
            seen.add(kind.tobytes() + b"".join(kinds))
            takes = np.array([np.frombuffer(row, dtype=bool) for row in kinds])
            common = (takes[:, None, :] & takes).any(axis=2) if len(kinds) < 200 else takes @ takes.T
            meet |= common[np.ix_(kind, kind)]
    i, j = instance.apart.T
    meet[i, j] = meet[j, i] = False
    np.fill_diagonal(meet, False)
    return meet


def _repeats(instance: Instance, sizes: np.ndarray, meet: np.ndarray) -> int:
    """Return the most of three counts: all meetings, each person's meetings, pairs that no table keeps apart."""
    i, j = instance.together.T
    bound = np.zeros_like(meet)
    bound[i, j] = bound[j, i] = True
    partners = (meet & ~bound).sum(axis=1)
    always = instance.shape[0] * len(i)
    everybody = int((sizes * (sizes - 1) // 2).sum()) - always - int(partners.sum()) // 2
    # A table is no smaller than its minimum, nor than what the others cannot take.
    total = sizes.sum(axis=1, keepdims=True)
    least = np.maximum(total - (instance.capacity.sum(axis=1, keepdims=True) - instance.capacity), 1)
    met = np.zeros(instance.shape[1])
    everybody_sits = total.sum() == instance.seatable.sum()
    if everybody_sits:
        for r, allowed in enumerate(instance.allowed):
            smallest = np.where(allowed, least[r], np.iinfo(np.int64).max).min(axis=1)
            met += np.where(instance.seatable[r], smallest - 1, 0)
    short = met - partners - instance.shape[0] * bound.sum(axis=1)
    by_person = math.ceil(np.maximum(short, 0).sum() / 2)
    return max(everybody, by_person, _stuck(instance, bound) if everybody_sits else 0, 0)


def _stuck(instance: Instance, bound: np.ndarray) -> int:
    """Return the repeats of pairs who have one and the same table only, round after round."""
    only = instance.allowed.sum(axis=2) == 1
    held = only.any(axis=0)
    times = np.zeros((held.sum(), held.sum()), dtype=np.int64)
    for r, allowed in enumerate(instance.allowed):
        there = (allowed[held] & only[r, held, None]).astype(np.float32)
        times += (there @ there.T).astype(np.int64)
    again = np.maximum(times - 1, 0)
    again[bound[np.ix_(held, held)]] = 0
    return int(np.triu(again, 1).sum())


def _wishes_missed(instance: Instance, meet: np.ndarray) -> int:
    """Return how many wishes cannot hold: no pair of theirs can meet, or the seats beside a person are too few."""
    possible = [pairs[meet[tuple(pairs.T)]] for pairs in instance.wishes]
    count = sum(len(pairs) > 0 for pairs in possible)
    if not count:
        return len(possible)
    seats = (
        np.where(instance.allowed, instance.capacity[:, None, :] - 1, 0).max(axis=2, initial=0).sum(axis=0)
    )
    distinct, place = np.unique(np.concatenate(possible), axis=0, return_inverse=True)
    played = instance.problem.played > 0
    if not played and (np.bincount(distinct.ravel(), minlength=seats.size) > seats).any():
        count = _most_wishes(possible, distinct, place.ravel(), seats)
    return len(possible) - count


def _most_wishes(
    possible: list[np.ndarray], distinct: np.ndarray, place: np.ndarray, seats: np.ndarray
) -> int:
    """Return the bound of a linear programme: pairs meet within their people's seats, a wish needs one pair."""
    wishes, pairs = len(possible), len(distinct)
    of = np.repeat(np.arange(wishes), [len(p) for p in possible])
    need = csr_array(
        (
            np.concatenate([np.ones(wishes), -np.ones(place.size)]),
            (np.concatenate([np.arange(wishes), of]), np.concatenate([np.arange(wishes), wishes + place])),
        ),
        shape=(wishes, wishes + pairs),
    )
    people = csr_array(
        (np.ones(2 * pairs), (distinct.T.ravel(), wishes + np.tile(np.arange(pairs), 2))),
        shape=(seats.size, wishes + pairs),
    )
    found = linprog(
        np.concatenate([-np.ones(wishes), np.zeros(pairs)]),
        A_ub=vstack([need, people], format="csr"),
        b_ub=np.concatenate([np.zeros(wishes), seats]),
        bounds=(0, 1),
        method="highs",
    )
    return math.floor(-found.fun + 1e-6) if found.success else wishes


def _topics(instance: Instance, seated: np.ndarray) -> list[float]:
    """Return per round the least sum of topic costs: people of one kind flow to tables of one kind."""
    if not instance.topic.any():
        return []
    found, known = [], {}
    for r, allowed in enumerate(instance.allowed):
        key = allowed.tobytes() + instance.capacity[r].tobytes()
        if key not in known:
            known[key] = _least_topics(instance, allowed, instance.capacity[r], int(seated[r]))
        found.append(known[key])
    return found


def _least_topics(instance: Instance, allowed: np.ndarray, capacity: np.ndarray, seated: int) -> float:
    cost = np.where(allowed, instance.topic, np.inf)
    _, first, tables = np.unique(cost, axis=1, return_index=True, return_inverse=True)
    cost, places = cost[:, first], np.bincount(tables.ravel(), capacity)
    cost, people = np.unique(cost, axis=0, return_counts=True)
    if (cost.min(axis=1) == np.inf).any():
        keep = cost.min(axis=1) < np.inf
        cost, people = cost[keep], people[keep]
    row, column = np.nonzero(np.isfinite(cost))
    arcs = np.arange(row.size)
    rows = csr_array((np.ones(arcs.size), (row, arcs)), shape=(len(people), arcs.size))
    columns = csr_array((np.ones(arcs.size), (column, arcs)), shape=(len(places), arcs.size))
    if not arcs.size:
        return 0.0
    result = linprog(
        cost[row, column],
        A_ub=vstack([rows, columns], format="csr"),
        b_ub=np.concatenate([people, places]),
        A_eq=csr_array(np.ones((1, arcs.size))),
        b_eq=[seated],
        method="highs",
    )
    return max(float(result.fun) - 1e-6, 0.0) if result.success else 0.0


def _same_home(instance: Instance) -> int:
    """Return the pairs of one organisation that must share tables: more people than tables that take them."""
    found = 0
    for home in range(instance.home.max(initial=-1) + 1):
        people = instance.home == home
        if people.sum() < 2:
            continue
        for r, allowed in enumerate(instance.allowed):
            there = people & instance.seatable[r]
            tables = allowed[there].any(axis=0).sum()
            if tables:
                whole, rest = divmod(int(there.sum()), int(tables))
                found += int(tables - rest) * math.comb(whole, 2) + rest * math.comb(whole + 1, 2)
    return found
