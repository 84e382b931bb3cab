"""How good a plan is, from arrays: what the search reports. `verify` counts the same apart from this."""

from __future__ import annotations

import numpy as np

from ratusz.engines.seating.model import same_home
from ratusz.engines.seating.plan import Quality
from ratusz.engines.seating.prepare import Instance


def measure(instance: Instance, seats: np.ndarray) -> Quality:
    """Return the quality of seats (R, n), -1 for not seated."""
    weights = instance.problem.weights
    rounds, people, tables = instance.shape
    together = np.zeros((people, people), dtype=np.int16)
    differing = 0
    for r in range(rounds):
        there = np.flatnonzero(seats[r] >= 0)
        at = np.zeros((there.size, tables), dtype=np.float32)
        at[np.arange(there.size), seats[r, there]] = 1
        together[np.ix_(there, there)] += (at @ at.T > 0).astype(np.int16)
        differing += _differing(instance, seats[r], there)
    np.fill_diagonal(together, 0)
    again = np.maximum(together - 1, 0)
    i, j = instance.together.T
    repeats = int(again.sum()) // 2 - int(again[i, j].sum())
    missed = tuple(
        number for number, pairs in enumerate(instance.wishes) if not together[tuple(pairs.T)].any()
    )
    same = sum(int(together[tuple(pairs.T)].sum()) for pairs in same_home(instance))
    seated = seats >= 0
    topic = np.take_along_axis(
        np.broadcast_to(instance.topic, (rounds, *instance.topic.shape)), np.maximum(seats, 0)[..., None], 2
    )[..., 0][seated]
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


def _differing(instance: Instance, seat: np.ndarray, there: np.ndarray) -> int:
    known = there[instance.context[there] >= 0]
    contexts = int(instance.context.max(initial=0)) + 1
    flat = np.bincount(
        seat[known] * contexts + instance.context[known], minlength=instance.shape[2] * contexts
    )
    counts = flat.reshape(-1, contexts)
    return int((counts.sum(axis=1) ** 2 - (counts**2).sum(axis=1)).sum() // 2)
