"""Which symmetries are worth a search for a number of equal tables and rounds."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np

from ratusz.engines.seating.designs.symmetric import Base, Symmetry, Tables, generate


def turning(order: int, orbits: int, still: int) -> np.ndarray:
    """Return the rotations of `orbits` circles of `order` people each, with `still` people who stay."""
    people = orbits * order + still
    circle, place = np.divmod(np.arange(orbits * order), order)
    rows = [circle * order + (place + g) % order for g in range(order)]
    return np.array([np.r_[row, np.arange(orbits * order, people)] for row in rows])


def swapping(order: int, orbits: int, still: int, cycle: int, factor: int, *, stay: bool) -> np.ndarray:
    """Return the permutation that leads `cycle` circles into each other while x becomes factor·x on each."""
    circle, place = np.divmod(np.arange(orbits * order), order)
    onward = circle // cycle * cycle + (circle + 1) % cycle
    guests = np.arange(still)
    if not stay:
        guests = guests // cycle * cycle + (guests + 1) % cycle
    return np.r_[onward * order + place * factor % order, orbits * order + guests]


def symmetries(tables: int, size: int, rounds: int) -> Iterator[Symmetry]:
    """Yield symmetries for `tables` tables of `size`, those with the fewest unknowns first."""
    people = tables * size
    alone = np.arange(people)[None]
    for order in range(rounds, 1, -1):
        orbits, still = divmod(people, order)
        developed, kept = divmod(rounds, order)
        group = turning(order, orbits, still)
        if still == 0 and orbits % size == 0:
            for more in range(developed + 1):
                bases = (Base(alone),) * (developed - more) + (Base(group),) * (kept + more * order)
                yield Symmetry(group, bases)
        elif kept == 0 and still <= tables:
            yield from _closer(order, orbits, still, tables, size, developed)
            yield Symmetry(group, (Base(alone),) * developed)


def _closer(order: int, orbits: int, still: int, tables: int, size: int, bases: int) -> Iterator[Symmetry]:
    """Yield symmetries in which circles may also be led into each other within a round."""
    group = turning(order, orbits, still)
    for cycle in {size - 1, 2, 3}:
        if orbits % cycle:
            continue
        for factor in range(1, order):
            if factor**cycle % order != 1 % order:
                continue
            if still % cycle == 0:
                keep = generate(swapping(order, orbits, still, cycle, factor, stay=False))
                if tables % cycle == 0 and len(keep) == cycle:
                    yield _joined(group, keep, [()] * bases)
            elif cycle == size - 1 and still * cycle <= orbits and (tables - still) % cycle == 0:
                keep = generate(swapping(order, orbits, still, cycle, factor, stay=True))
                places = range(order) if bases > 1 else range(1)
                for place in list(product(places, repeat=bases - 1))[: 4 * order]:
                    fixed = []
                    for b, x in enumerate((0, *place)):
                        heads = [(b + s) % still * cycle for s in range(still)]
                        fixed.append(
                            tuple(
                                (
                                    orbits * order + s,
                                    *((head + c) * order + x * factor**c % order for c in range(cycle)),
                                )
                                for s, head in enumerate(heads)
                            )
                        )
                    yield _joined(group, keep, fixed)


def _joined(group: np.ndarray, keep: np.ndarray, fixed: list[Tables]) -> Symmetry:
    whole = np.array([move[turn] for move in group for turn in keep])
    return Symmetry(whole, tuple(Base(keep, tables) for tables in fixed))
