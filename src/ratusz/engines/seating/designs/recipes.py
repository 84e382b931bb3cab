"""Which symmetries are worth a search for a number of equal tables and rounds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from ratusz.engines.seating.designs.symmetric import Base, Symmetry, Tables, generate


def turning(order: int, orbits: int, still: int) -> np.ndarray:
    """Return the rotations of `orbits` circles of `order` people each, with `still` people who stay."""
    people = orbits * order + still
    circle, place = np.divmod(np.arange(orbits * order), order)
    rows = [circle * order + (place + g) % order for g in range(order)]
    return np.array([np.r_[row, np.arange(orbits * order, people)] for row in rows])


def symmetries(sizes: tuple[int, ...], rounds: int, places: int = 36) -> Iterator[Symmetry]:
    """Yield symmetries for tables of these sizes, the largest groups first.

    Where given tables may stand in several places, up to `places` ways are yielded.
    """
    people, tables, size = sum(sizes), len(sizes), max(sizes)
    equal = tables * size == people
    alone = np.arange(people)[None]
    for order in range(rounds, 1, -1):
        orbits, still = divmod(people, order)
        developed, kept = divmod(rounds, order)
        group = turning(order, orbits, still)
        if equal and still == 0 and orbits % size == 0:
            for more in range(developed + 1):
                bases = (Base(alone),) * (developed - more) + (Base(group),) * (kept + more * order)
                yield Symmetry(group, bases)
        elif kept == 0 and still <= tables:
            for cycle in sorted({size - 1, 2, 3}, reverse=True):
                if equal and orbits % cycle == 0:
                    yield from _closer(
                        group, Circles(order, orbits, still), cycle, tables, size, developed, places
                    )
            yield Symmetry(group, (Base(alone),) * developed)


class Circles(NamedTuple):
    """`orbits` circles of `order` people each, and `still` people who stay."""

    order: int
    orbits: int
    still: int

    def onward(self, cycle: int, factor: int, *, stay: bool) -> np.ndarray:
        """Return the permutation that leads `cycle` circles into each other while x becomes factor·x on each."""
        circle, place = np.divmod(np.arange(self.orbits * self.order), self.order)
        circle = circle // cycle * cycle + (circle + 1) % cycle
        guests = np.arange(self.still)
        if not stay:
            guests = guests // cycle * cycle + (guests + 1) % cycle
        return np.r_[circle * self.order + place * factor % self.order, self.orbits * self.order + guests]

    def given(self, places: Sequence[int], shift: int, cycle: int, factor: int) -> Tables:
        """Return a table for each who stays, with a person of each of `cycle` circles that lead into each other."""
        return tuple(
            (
                self.orbits * self.order + s,
                *(
                    (((shift + s) % self.still) * cycle + c) * self.order + x * factor**c % self.order
                    for c in range(cycle)
                ),
            )
            for s, x in enumerate(places)
        )


def _closer(
    group: np.ndarray, circles: Circles, cycle: int, tables: int, size: int, bases: int, places: int
) -> Iterator[Symmetry]:
    """Yield symmetries in which circles are also led into each other within a round."""
    order, orbits, still = circles
    for factor in range(1, order):
        if factor**cycle % order != 1:
            continue
        if still % cycle == 0 and tables % cycle == 0:
            yield _joined(group, generate(circles.onward(cycle, factor, stay=False)), [()] * bases)
        elif cycle == size - 1 and 0 < still * cycle <= orbits and (tables - still) % cycle == 0:
            keep = generate(circles.onward(cycle, factor, stay=True))
            free = order ** (still * bases - 1)
            for number in range(0, free, -(-free // places)):
                digits = [0, *(number // order**k % order for k in range(still * bases - 1))]
                fixed = [
                    circles.given(digits[b * still : (b + 1) * still], b, cycle, factor) for b in range(bases)
                ]
                yield _joined(group, keep, fixed)


def _joined(group: np.ndarray, keep: np.ndarray, fixed: list[Tables]) -> Symmetry:
    whole = np.array([move[turn] for move in group for turn in keep])
    return Symmetry(whole, tuple(Base(keep, tables) for tables in fixed))
