"""The instance as the search sees it: whole-number costs, ordered so that rules come before seats before aims."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ratusz.engines.seating.kernels import FORBIDDEN, Rules, State, fill_state, seat_evenly
from ratusz.engines.seating.prepare import Instance, clusters

UNIT = 2_000
EVEN = 25 * UNIT
NO_SEAT = 2_500 * UNIT
HARD = 10_000 * UNIT


@dataclass(frozen=True, eq=False)
class Model:
    """Costs for the kernel. `scale` turns the weights of the problem into whole numbers; `held` is what rules kept
    take off the cost.
    """

    instance: Instance
    rules: Rules
    scale: float
    held: int

    @property
    def exchangeable(self) -> bool:
        """True if two people can change places in every round: none has been played."""
        return bool(self.rules.active.all())

    @property
    def turnable(self) -> bool:
        """True if it matters at which table the same people sit together."""
        seat = self.rules.unary[:, :, :-1]
        return bool(((seat > seat.min(axis=2, keepdims=True)) & (seat < FORBIDDEN)).any())

    def state(self, seats: np.ndarray, seed: int) -> State:
        """Return the state of the search for seats (R, n): -1 for people whom no table takes, T for no seat."""
        rounds, people, tables = self.instance.shape
        width = self.rules.size_cost.shape[2]
        state = State(
            np.ascontiguousarray(seats, dtype=np.int32),
            np.zeros((rounds, tables, width), dtype=np.int32),
            np.zeros((rounds, people), dtype=np.int32),
            np.zeros((rounds, tables + 1), dtype=np.int32),
            self.rules.unary.copy(),
            np.zeros((people, people), dtype=np.int8),
            np.zeros((people, people), dtype=np.int32),
            np.zeros(self.rules.label_cost.shape[:3], dtype=np.int32),
            np.zeros(self.rules.wish_cost.shape, dtype=np.int32),
            np.array([np.random.SeedSequence(seed).generate_state(1, np.uint64)[0] | 1], dtype=np.uint64),
        )
        fill_state(self.rules, state)
        return state


def build(
    instance: Instance,
    seats: np.ndarray,
    *,
    moved: np.ndarray | None = None,
    mix: float = 1.0,
    repeats: float = 1.0,
) -> Model:
    """Return the model near the seats (R, n), whose numbers of people and types set each table's ideal mix.

    Rounds that have been played do not move. `mix` and `repeats` multiply what the search pays for them.
    moved (R, n, T): what a seat costs for being another than before.
    """
    rounds, people, tables = instance.shape
    weights, played = instance.problem.weights, instance.problem.played
    largest = max(
        weights.repeats, weights.mix, weights.topics, weights.organisation, abs(weights.context),
        weights.wishes * instance.wish_weight.max(initial=0), 0 if moved is None else moved.max(initial=0),
    )  # fmt: skip
    scale = UNIT / largest if largest else 1.0
    groups = clusters(instance.together, people)
    fullest = max(np.bincount(row[(row >= 0) & (row < tables)], minlength=1).max() for row in seats)
    width = int(max(instance.capacity.max(), fullest)) + max((len(g) for g in groups), default=0) + 2
    unary = np.zeros((rounds, people, tables + 1), dtype=np.int32)
    unary[:, :, :tables] = np.rint(scale * weights.topics * instance.topic)
    if moved is not None:
        unary[:, :, :tables] += np.rint(scale * moved).astype(np.int32)
    unary[:, :, :tables][~instance.allowed] = FORBIDDEN
    unary[:, :, tables] = NO_SEAT
    neighbours, step = _pairs(instance, scale, repeats)
    active = np.arange(rounds) >= played
    free = (unary[:, :, :tables] < FORBIDDEN).sum(axis=2) + (seats == tables)
    moves = (seats >= 0) & (free > 1) & active[:, None]
    movable = np.zeros((rounds, people), dtype=np.int32)
    for r in range(rounds):
        movable[r, : moves[r].sum()] = np.flatnonzero(moves[r])
    labels, label_cost = _labels(instance, seats, scale, width, mix)
    rules = Rules(
        labels,
        label_cost,
        _sizes(instance, width),
        step,
        *neighbours,
        *_group_wishes(instance, scale),
        np.flatnonzero(moves.any(axis=1)),
        moves.sum(axis=1),
        movable,
        active,
        *_grouped(groups, people),
        unary,
    )
    return Model(instance, rules, scale, HARD * _applicable(instance))


def seat_all(instance: Instance, seats: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return (R, n) seats in which everybody with a seat of -1 has one, evenly and at random, T if none is left."""
    seats = np.array(seats, dtype=np.int64)
    for r in range(instance.problem.played, instance.shape[0]):
        _give_up(instance, seats[r], r, rng)
        tables = rng.permutation(instance.shape[2])
        back = np.append(np.argsort(tables), -1)
        seat = np.where(instance.seatable[r], back[seats[r]], -2)
        # The narrowest first: they take the shortest ways.
        order = rng.permutation(instance.shape[1])
        order = order[np.argsort(instance.allowed[r].sum(axis=1)[order], kind="stable")]
        seat_evenly(
            np.ascontiguousarray(instance.allowed[r][:, tables]),
            instance.capacity[r][tables],
            instance.minimum[r][tables],
            seat,
            order,
        )
        forward = np.append(tables, instance.shape[2])
        seats[r] = np.where(seat >= 0, forward[seat], -1)
    return seats


def _give_up(instance: Instance, seat: np.ndarray, r: int, rng: np.random.Generator) -> None:
    """Set seats of round r to -1 that the rules do not allow; at a table too full, those of some people at random."""
    there = np.flatnonzero(seat >= 0)
    seat[there[~instance.allowed[r, there, seat[there]]]] = -1
    size = np.bincount(seat[seat >= 0], minlength=instance.shape[2])
    for t in np.flatnonzero(size > instance.capacity[r]):
        people = rng.permutation(np.flatnonzero(seat == t))
        free = instance.allowed[r, people].sum(axis=1) > 1
        people = people[np.argsort(~free, kind="stable")]
        seat[people[: size[t] - instance.capacity[r, t]]] = -1


def _applicable(instance: Instance) -> int:
    """Return the number of (pair, round) in which people who must sit together can meet at all."""
    i, j = instance.together.T
    return int((instance.seatable[:, i] & instance.seatable[:, j]).sum())


def _pairs(
    instance: Instance, scale: float, repeats: float
) -> tuple[tuple[np.ndarray, np.ndarray, np.ndarray], np.ndarray]:
    """Return the pairs that cost something at their first meeting (by person), and `step` (n, n) for the next."""
    people = instance.shape[1]
    weights = instance.problem.weights
    step = np.full((people, people), round(scale * repeats * weights.repeats), dtype=np.int32)
    for i, j in instance.together:
        step[i, j] = step[j, i] = 0
    found = [(instance.apart, HARD), (instance.together, -HARD)]
    if weights.organisation:
        found += [(pairs, round(scale * weights.organisation)) for pairs in same_home(instance)]
    for pairs, weight in zip(instance.wishes, instance.wish_weight, strict=True):
        if len(pairs) == 1:
            cost = round(scale * weights.wishes * weight)
            found.append((pairs, -cost))
            (i, j), *_ = pairs
            step[i, j] += cost
            step[j, i] += cost
    return _by_person(found, people), step


def _by_person(found: list[tuple[np.ndarray, int]], people: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    pairs = np.concatenate([p for p, _ in found])
    cost = np.concatenate([np.full(len(p), c) for p, c in found])
    keys = np.concatenate([pairs[:, 0] * people + pairs[:, 1], pairs[:, 1] * people + pairs[:, 0]])
    keys, place = np.unique(keys, return_inverse=True)
    total = np.bincount(place, np.tile(cost, 2), len(keys)).astype(np.int64)
    return np.searchsorted(keys, np.arange(people + 1) * people), keys % people, total


def same_home(instance: Instance) -> Iterator[np.ndarray]:
    """Yield, per organisation, the pairs (p, 2) of its people."""
    for home in range(instance.home.max(initial=-1) + 1):
        there = np.flatnonzero(instance.home == home)
        if there.size > 1:
            yield there[np.array(np.triu_indices(there.size, 1)).T]


def _group_wishes(instance: Instance, scale: float) -> tuple[np.ndarray, ...]:
    """Return the wishes of more than one pair, by person and wish: starts, wish, partner; and what each costs."""
    rows, costs = [np.empty((0, 3), dtype=np.int64)], []
    for pairs, weight in zip(instance.wishes, instance.wish_weight, strict=True):
        if len(pairs) > 1:
            number = np.full((len(pairs), 1), len(costs))
            rows += [
                np.hstack([pairs[:, :1], number, pairs[:, 1:]]),
                np.hstack([pairs[:, 1:], number, pairs[:, :1]]),
            ]
            costs.append(round(scale * instance.problem.weights.wishes * weight))
    table = np.concatenate(rows)
    table = table[np.lexsort(table.T[::-1])]
    starts = np.searchsorted(table[:, 0], np.arange(instance.shape[1] + 1))
    return starts, table[:, 1].copy(), table[:, 2].copy(), np.array(costs, dtype=np.int64)


def _labels(
    instance: Instance, seats: np.ndarray, scale: float, width: int, mix: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return the labels (D, n) and what each count of a label costs (R, T, L, width)."""
    rounds, people, tables = instance.shape
    weights, problem = instance.problem.weights, instance.problem
    count = np.arange(width)
    families: list[np.ndarray] = []
    costs: list[np.ndarray] = []
    if weights.mix or problem.presence:
        families.append(instance.type)
        ideal = ideals(instance, seats)
        squares = np.rint(scale * mix * weights.mix * (count - ideal[..., None]) ** 2)
        lack = np.maximum(instance.need[:, None] - count, 0)
        used = (instance.mixed & (instance.capacity > 0))[..., None, None]
        costs.append(np.where(used, squares + HARD * lack, 0))
    if weights.context:
        contexts = instance.context.max(initial=-1) + 1
        one = scale * weights.context * count**2 / 2
        families += [instance.context, np.where(instance.context >= 0, 0, -1)]
        costs.append(np.broadcast_to(-one, (rounds, tables, contexts, width)))
        costs.append(np.broadcast_to(one, (rounds, tables, 1, width)))
    # Each family ends with a label of its own for people who have none: it costs nothing.
    none = np.zeros((rounds, tables, 1, width))
    start, labels = 0, np.empty((len(families), people), dtype=np.int64)
    for d, (family, cost) in enumerate(zip(families, costs, strict=True)):
        labels[d] = start + np.where(family >= 0, family, cost.shape[2])
        start += cost.shape[2] + 1
    blocks = [block for cost in costs for block in (cost, none)] or [none]
    # In C order always: another order would be another type to compile for.
    return labels, np.rint(np.concatenate(blocks, axis=2)).astype(np.int64, order="C")


def ideals(instance: Instance, seats: np.ndarray) -> np.ndarray:
    """Return (R, T, K): how many of each type would sit at each mixed table if the round's mix held everywhere."""
    rounds, _, tables = instance.shape
    kinds = len(instance.need)
    found = np.zeros((rounds, tables, kinds))
    for r in range(rounds):
        counts = np.zeros((tables + 1, kinds))
        there = seats[r] >= 0
        np.add.at(counts, (seats[r, there], instance.type[there]), 1)
        size = counts[:tables].sum(axis=1)
        mixed = instance.mixed & ((instance.capacity[r] > 0) | (size > 0))
        if not size[mixed].any():
            continue
        even = np.ptp(size[mixed]) <= 1
        share = np.where(mixed, 1 / mixed.sum() if even else size / size[mixed].sum(), 0)
        found[r] = share[:, None] * counts[:tables][mixed].sum(axis=0)
    return found


def _sizes(instance: Instance, width: int) -> np.ndarray:
    """Return (R, T + 1, width): what a table of each size costs; forbidden beyond its seats."""
    size = np.arange(width)
    cost = EVEN * size**2 + HARD * np.maximum(instance.minimum[..., None] - size, 0)
    cost = np.where(size > instance.capacity[..., None], FORBIDDEN, cost)
    cost[: instance.problem.played] = 0
    return np.concatenate([cost, np.zeros((len(cost), 1, width), dtype=cost.dtype)], axis=1).astype(
        np.int64, order="C"
    )


def _grouped(groups: list[np.ndarray], people: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    of = np.full(people, -1, dtype=np.int64)
    for number, group in enumerate(groups):
        of[group] = number
    starts = np.cumsum([0] + [len(group) for group in groups])
    assert all(b > a for a, b in pairwise(starts))
    return of, starts, np.concatenate([np.empty(0, dtype=np.int64), *groups])
