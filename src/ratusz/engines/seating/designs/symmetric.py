"""Schedules with a symmetry: a few base rounds, moved by a group of permutations, give all rounds.

A group acts on the people and moves rounds to rounds, so whole classes of pairs meet or do not meet, and only the
base rounds have to be found (Colbourn, Dinitz 2007, Handbook of Combinatorial Designs, VI.16 and IV.5,
doi:10.1201/9781420010541). Without any symmetry, every round is a base round and every pair a class.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from ratusz.engines.seating.designs import kernels

HOT, COLD, CALM = 0.6, 0.15, 0.05
FIRST_STEPS, GROWTH = 100_000, 1.25

Tables = tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Base:
    """A round that `keep` (H, n) maps to itself; `fixed` tables are given, the others are moved by `keep`.

    `keep` must move every person outside the fixed tables. One row, the identity, if the round has no symmetry.
    """

    keep: np.ndarray
    fixed: Tables = ()


@dataclass(frozen=True, slots=True)
class Symmetry:
    """A group as all its permutations (G, n) of the people, and the base rounds it moves about."""

    group: np.ndarray
    bases: tuple[Base, ...]

    @property
    def rounds(self) -> int:
        """How many rounds the base rounds become."""
        return sum(len(self.group) // len(base.keep) for base in self.bases)


def generate(*permutations: np.ndarray) -> np.ndarray:
    """Return every product of the permutations as rows, the identity first.

    >>> generate(np.array([1, 2, 0])).tolist()
    [[0, 1, 2], [1, 2, 0], [2, 0, 1]]
    """
    known = {tuple(range(permutations[0].size)): None}
    queue = list(known)
    for one in queue:
        for permutation in permutations:
            new = tuple(permutation[list(one)].tolist())
            if new not in known:
                known[new] = None
                queue.append(new)
    return np.array(list(known))


def pair_classes(group: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the class (n, n) of each pair under the group, and which classes (C,) no base round may use.

    A pair that a member of the group other than the identity maps to itself would meet more than once.
    """
    people = group.shape[1]
    code = np.minimum(group[:, :, None], group[:, None, :]) * people
    code += np.maximum(group[:, :, None], group[:, None, :])
    names, classes = np.unique(code.min(axis=0), return_inverse=True)
    classes = classes.reshape(people, people)
    barred = np.zeros(names.size, dtype=bool)
    barred[classes[(code == code[0]).sum(axis=0) > 1]] = True
    return classes.astype(np.int32), barred


class Search:
    """The search for the base rounds of a symmetry; the sizes are those of the tables outside `fixed`."""

    def __init__(self, symmetry: Symmetry, sizes: tuple[int, ...]):
        self.symmetry = symmetry
        self.classes, self.barred = pair_classes(symmetry.group)
        self.possible = True  # as far as counting tells
        self.times = (self.barred | self._used_by(symmetry.bases)).astype(np.int32)
        self.steps = float(FIRST_STEPS)
        self.own: list[
            np.ndarray
        ] = []  # the people of each base round that are seated by search, one per orbit
        lengths: list[list[int]] = []
        for base in symmetry.bases:
            placed = {i for table in base.fixed for i in table}
            people = []
            for i in range(symmetry.group.shape[1]):
                if i not in placed:
                    orbit = set(base.keep[:, i].tolist())
                    self.possible &= len(orbit) == len(base.keep)
                    placed |= orbit
                    people.append(i)
            self.own.append(np.array(people, dtype=np.int64))
            lengths.append(list(sizes[len(base.fixed) :: len(base.keep)]))
            self.possible &= sum(lengths[-1]) == len(people)
        tables = [length for base in lengths for length in base]
        self.start = np.concatenate([[0], np.cumsum(tables)]).astype(np.int64)
        self.table = np.repeat(np.arange(len(tables)), tables)
        self.edge = np.concatenate([[0], np.cumsum([len(own) for own in self.own])]).astype(np.int64)
        self.base = np.repeat(np.arange(len(self.own)), [len(own) for own in self.own])
        self.turns = np.concatenate([base.keep for base in symmetry.bases])
        self.turn = np.concatenate([[0], np.cumsum([len(base.keep) for base in symmetry.bases])]).astype(
            np.int64
        )
        self.lengths = lengths
        pairs = sum(length * (length - 1) // 2 for length in tables)
        self.possible &= pairs <= np.count_nonzero(self.times == 0)

    def _used_by(self, bases: tuple[Base, ...]) -> np.ndarray:
        """Return which classes (C,) meet at given tables; images of one table count once."""
        used = np.zeros(self.barred.size, dtype=bool)
        for base in bases:
            known: set[frozenset[int]] = set()
            for table in base.fixed:
                if frozenset(table) in known:
                    continue
                known |= {frozenset(turn[list(table)].tolist()) for turn in base.keep}
                met = [*{int(self.classes[i, j]) for i in table for j in table if i != j}]
                self.possible &= not used[met].any()
                used[met] = True
        return used

    def run(self, seconds: float, rng: np.random.Generator) -> np.ndarray | None:
        """Return the rounds (R, n) as tables of people, or None if the time is over first; a further run tries on."""
        if not self.possible:
            return None
        end = time.perf_counter() + seconds
        random = rng.integers(1, 2**63, 1, dtype=np.uint64)
        while True:
            seats = np.concatenate(
                [
                    self._shuffled(own, base.keep, rng)
                    for own, base in zip(self.own, self.symmetry.bases, strict=True)
                ]
            )
            times = self.times.copy()
            excess = kernels.tally(seats, self.start, self.classes, times)
            excess = kernels.anneal(
                seats, self.start, self.table, self.base, self.edge, self.turns, self.turn, self.classes, times,
                excess, int(self.steps), HOT, COLD, CALM, random,
            )  # fmt: skip
            if excess == 0:
                return self.develop(seats)
            if time.perf_counter() > end:
                return None
            self.steps *= GROWTH

    @staticmethod
    def _shuffled(own: np.ndarray, keep: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        return keep[rng.integers(len(keep), size=own.size), rng.permutation(own)]

    def develop(self, seats: np.ndarray) -> np.ndarray:
        """Return all rounds (R, n): the table of each person, in the order of the tables of the base rounds."""
        rounds: dict[tuple[int, ...], None] = {}
        for b, base in enumerate(self.symmetry.bases):
            own = seats[self.edge[b] : self.edge[b + 1]]
            cuts = np.cumsum(self.lengths[b])[:-1]
            tables = [*map(np.array, base.fixed)]
            tables += [turn[part] for part in np.split(own, cuts) if part.size for turn in base.keep]
            for move in self.symmetry.group:
                row = np.empty(self.symmetry.group.shape[1], dtype=np.int64)
                for t, table in enumerate(tables):
                    row[move[table]] = t
                # A round that the group maps to itself comes several times, with its tables in another order.
                first = np.unique(row, return_index=True)[1]
                rank = np.empty(first.size, dtype=np.int64)
                rank[np.argsort(first)] = np.arange(first.size)
                rounds.setdefault(tuple(rank[row].tolist()))
        return np.array([*rounds])
