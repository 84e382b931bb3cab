"""How good a plan is, from arrays: what the search reports. `verify` counts the same apart from this."""

from __future__ import annotations

import numpy as np

from ratusz.engines.seating.plan import Quality
from ratusz.engines.seating.prepare import Instance


def measure(instance: Instance, seats: np.ndarray) -> Quality:
    """Return the quality of seats (R, n), -1 for not seated."""
    weights = instance.problem.weights
    rounds, people, _ = instance.shape
    one, other = meetings(seats)
    code, times = np.unique(one * people + other, return_counts=True)
    i, j = instance.together.T
    repeats = int((times - 1).sum() - (times[np.isin(code, i * people + j)] - 1).sum())
    wanted = np.concatenate([np.empty((0, 2), dtype=np.int64), *instance.wishes])
    owner = np.repeat(np.arange(len(instance.wishes)), [len(pairs) for pairs in instance.wishes])
    held = np.bincount(
        owner[np.isin(wanted[:, 0] * people + wanted[:, 1], code)], minlength=len(instance.wishes)
    )
    missed = tuple(np.flatnonzero(held == 0).tolist())
    same = int(((instance.home[one] == instance.home[other]) & (instance.home[one] >= 0)).sum())
    known = (instance.context[one] >= 0) & (instance.context[other] >= 0)
    differing = int((known & (instance.context[one] != instance.context[other])).sum())
    seated = seats >= 0
    topic = instance.topic[np.nonzero(seated)[1], seats[seated]]
    open_rounds = np.arange(rounds)[:, None] >= instance.problem.played
    empty = np.argwhere(~seated & instance.seatable & open_rounds)
    off_mix = float(sum(off_mix_of(instance, seats[r], r) for r in range(rounds)))
    cost = (
        weights.repeats * repeats
        + weights.mix * off_mix
        + weights.topics * float(topic.sum())
        + weights.wishes * float(instance.wish_weight[list(missed)].sum())
        + weights.organisation * same
        + weights.context * differing
    )
    return Quality(
        repeats,
        off_mix,
        float(topic.mean()) if topic.size else 0.0,
        missed,
        same,
        differing,
        tuple((int(r), instance.problem.people[i].id) for r, i in empty),
        broken(instance, seats),
        cost,
    )


def meetings(seats: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return who sits with whom, a pair (i < j) for each round in which they do: two arrays of people."""
    found = []
    for seat in seats:
        order = np.argsort(seat, kind="stable")[np.count_nonzero(seat < 0) :]
        if not order.size:
            continue
        _, start, size = np.unique(seat[order], return_index=True, return_counts=True)
        a, b = np.triu_indices(size.max(), 1)
        table, pair = np.nonzero(b < size[:, None])
        found.append(np.stack([order[start[table] + a[pair]], order[start[table] + b[pair]]]))
    one, other = np.concatenate(found, axis=1) if found else np.empty((2, 0), dtype=np.int64)
    return one, other


def broken(instance: Instance, seats: np.ndarray) -> int:
    """Return how many hard rules are broken in rounds to come, each table, person or pair of each round on its own."""
    return sum(_broken(instance, seats[r], r) for r in range(instance.problem.played, len(seats)))


def _broken(instance: Instance, seat: np.ndarray, r: int) -> int:
    tables = instance.shape[2]
    there = np.flatnonzero(seat >= 0)
    size = np.bincount(seat[there], minlength=tables)
    used = instance.capacity[r] > 0
    found = int((size > instance.places).sum())
    found += int((used & (size < instance.minimum[r])).sum())
    found += int(instance.objections[r, there, seat[there]].sum())
    duty = instance.duty[r]
    found += int((seat[duty[:, 0]] != duty[:, 1]).sum())
    pins = instance.pins[instance.pins[:, 0] == r]
    found += int((seat[pins[:, 1]] != pins[:, 2]).sum())
    if instance.need.any():
        counts = _counts(instance, seat)
        found += int((counts[instance.mixed & used] < instance.need).sum())
    i, j = instance.apart.T
    found += int(((seat[i] == seat[j]) & (seat[i] >= 0)).sum())
    i, j = instance.together.T
    return found + int(((seat[i] != seat[j]) & instance.seatable[r, i] & instance.seatable[r, j]).sum())


def _counts(instance: Instance, seat: np.ndarray) -> np.ndarray:
    """Return (T, K): how many people of each type sit at each table."""
    there = seat >= 0
    kinds, tables = len(instance.need), instance.shape[2]
    flat = np.bincount(seat[there] * kinds + instance.type[there], minlength=tables * kinds)
    return flat.reshape(tables, kinds)


def off_mix_of(instance: Instance, seat: np.ndarray, r: int) -> float:
    """Return the squared distance from the round's own mix, above the least that whole people allow."""
    counts = _counts(instance, seat)
    size = counts.sum(axis=1)
    mixed = instance.mixed & ((instance.capacity[r] > 0) | (size > 0))
    counts, size = counts[mixed], size[mixed]
    if not size.any():
        return 0.0
    share = np.full(size.size, 1 / size.size) if np.ptp(size) <= 1 else size / size.sum()
    ideal = share[:, None] * counts.sum(axis=0)
    least = np.floor(ideal)
    # The marginal cost of one more grows by two per person: the last ones go where the rest is largest.
    order = np.argsort(least - ideal, axis=0, kind="stable")
    rank = np.empty_like(order)
    np.put_along_axis(rank, order, np.arange(size.size)[:, None], 0)
    least += rank < np.rint((ideal - least).sum(axis=0))
    return round(float(((counts - ideal) ** 2).sum() - ((least - ideal) ** 2).sum()), 9) + 0.0
