"""The portfolio: which construction is tried for which tables, and for how long."""

from __future__ import annotations

import time
from collections.abc import Iterator
from math import comb

import numpy as np

from ratusz.engines.contracts import EngineError
from ratusz.engines.seating.designs.found import found_rounds
from ratusz.engines.seating.designs.pairs import circle_rounds
from ratusz.engines.seating.designs.recipes import symmetries
from ratusz.engines.seating.designs.squares import affine_rounds, net_rounds, transversal_rounds
from ratusz.engines.seating.designs.symmetric import Base, Search, Symmetry
from ratusz.engines.seating.designs.verify import verify_design

FIRST_SLICE = 0.05


def bound(sizes: tuple[int, ...]) -> int:
    """Return how many rounds counting allows without a pair that meets twice; 0 if nobody shares a table: no limit.

    >>> bound((4,) * 8), bound((6, 6)), bound((5, 4, 4, 4))
    (10, 1, 1)
    """
    people, largest = sum(sizes), max(sizes, default=0)
    if largest < 2:
        return 0
    if largest > len(sizes):
        return 1  # the people of the largest table would have to go to different ones
    most = comb(people, 2) // sum(comb(size, 2) for size in sizes)
    if min(sizes) == largest:
        most = min(most, (people - 1) // (largest - 1))
    return most


def construct(
    people: int, sizes: tuple[int, ...], rounds: int, *, seconds: float = 5.0, rng: np.random.Generator
) -> np.ndarray | None:
    """Return rounds (rounds, people) of table numbers in which nobody meets twice, or None if none is found.

    Parameters
    ----------
    people : the number of people, the sum of the sizes.
    sizes : how many sit at each table, at least one; every round fills them exactly.
    rounds : how many rounds are wanted, one or more.
    seconds : how long the search may take by the clock; algebra takes milliseconds and comes first.
    rng : the source of all chance; equal seeds lead along equal paths.

    Raises
    ------
    EngineError
        If the sizes do not seat the people or a number makes no sense.

    References
    ----------
    C. J. Colbourn, J. H. Dinitz (2007), Handbook of Combinatorial Designs, 2nd ed., doi:10.1201/9781420010541.
    I. Dotú, P. Van Hentenryck (2007), Scheduling social tournaments locally, AI Communications 20, 151–162.

    Examples
    --------
    >>> schedule = construct(16, (4, 4, 4, 4), 5, rng=np.random.default_rng(1))
    >>> schedule.shape, verify_design(schedule, (4, 4, 4, 4))
    ((5, 16), True)
    >>> construct(16, (4, 4, 4, 4), 6, rng=np.random.default_rng(1)) is None  # more pairs than there are
    True
    """
    _check(people, sizes, rounds)
    if rounds > 1 and 0 < bound(sizes) < rounds:
        return None
    for found in _algebra(sizes, rounds):
        if len(found) >= rounds:
            return _in_order(found[:rounds], sizes)
    end = time.perf_counter() + seconds
    ordered = tuple(sorted(sizes, reverse=True))
    searches = _searches(ordered, rounds)
    tried: list[Search] = []
    part = FIRST_SLICE
    while True:
        for search in _queue(tried, searches):
            left = end - time.perf_counter()
            found = search.run(min(part, left), rng)
            if found is not None and found.shape[1] > people:
                found = _without(found, found.shape[1] - people, rounds)
            if found is not None and verify_design(found, _lengths(found)):
                return _in_order(found, sizes)
            if time.perf_counter() > end:
                return None
        part *= 2


def most_rounds(sizes: tuple[int, ...], *, seconds: float = 20.0, rng: np.random.Generator) -> np.ndarray:
    """Return the longest schedule (rounds, people) without a pair that meets twice found in the time.

    >>> most_rounds((3, 3, 3), seconds=1, rng=np.random.default_rng(1)).shape
    (4, 9)
    """
    _check(sum(sizes), sizes, 1)
    end = time.perf_counter() + seconds
    best = max((_in_order(found, sizes) for found in _algebra(sizes, 1)), key=len)
    low, high = len(best), max(bound(sizes), 1)
    best, trial = best[:high], high
    while low < high and time.perf_counter() < end:
        # The bound first, for symmetry helps there most; then halve the gap; then one more round, to the end.
        left = end - time.perf_counter()
        found = construct(
            sum(sizes), sizes, trial, seconds=left if trial == low + 1 == high else left / 4, rng=rng
        )
        if found is not None:
            best, low = found, trial
        elif trial > low + 1:
            high = trial - 1
        trial = (low + high + 1) // 2
    return best


def _check(people: int, sizes: tuple[int, ...], rounds: int) -> None:
    if not sizes or min(sizes) < 1:
        raise EngineError("Sizes", sizes, "every table seats at least one", "leave empty tables out")
    if sum(sizes) != people:
        raise EngineError("Sizes", sum(sizes), f"they must seat the {people} people", "change a size")
    if rounds < 1:
        raise EngineError("Rounds", rounds, "there is at least one", "ask for one or more")


def _algebra(sizes: tuple[int, ...], rounds: int) -> Iterator[np.ndarray]:
    """Yield the schedules that need no search, with as many rounds as they have."""
    people, tables, size = sum(sizes), len(sizes), max(sizes)
    yield np.repeat(np.arange(tables), sizes)[None]
    if size == 1:
        yield np.repeat(np.arange(tables)[None], rounds, axis=0)
    elif size == 2 and sum(one == 1 for one in sizes) <= 1:
        yield circle_rounds(people)
    elif len(set(sizes)) == 1:
        if size == tables:
            yield net_rounds(size)
        if (affine := affine_rounds(people, size)) is not None:
            yield affine
        if (transversal := transversal_rounds(tables, size)) is not None:
            yield _filled(transversal, tables, size)
        if (found := found_rounds(tables, size)) is not None:
            yield found
    elif min(sizes) == size - 1:
        for full in _algebra((size,) * tables, rounds):
            if (found := _without(full, tables * size - people, rounds)) is not None:
                yield found


def _without(full: np.ndarray, spare: int, rounds: int) -> np.ndarray | None:
    """Return rounds of the schedule without `spare` people who never meet in them: no table loses more than one.

    The people of a table of a round that is left out are such strangers, as are those of a column of Latin squares.
    """
    if len(full) < rounds:
        return None
    for turn in range(len(full) if len(full) > rounds else 1):
        chosen = np.roll(full, turn, axis=0)[:rounds]
        strangers = ~(chosen[:, :, None] == chosen[:, None, :]).any(axis=0)
        for first in range(full.shape[1]):
            free, gone = strangers[first].copy(), [first]
            while free.any() and len(gone) < spare:
                gone.append(int(free.argmax()))
                free &= strangers[gone[-1]]
            if len(gone) == spare:
                return np.delete(chosen, gone, axis=1)
    return None


def _filled(transversal: np.ndarray, tables: int, size: int) -> np.ndarray:
    """Return the rounds with further ones within the columns, whose people have not met yet."""
    if tables % size:
        return transversal
    inner = max(_algebra((size,) * (tables // size), 1), key=len)
    further = [np.concatenate([row + c * (tables // size) for c in range(size)]) for row in inner]
    return np.concatenate([transversal, np.array(further)])


def _searches(sizes: tuple[int, ...], rounds: int) -> Iterator[Search]:
    alone = np.arange(sum(sizes))[None]
    yield Search(Symmetry(alone, (Base(alone),) * rounds), sizes)
    shapes = [(sizes, rounds)]
    if min(sizes) == max(sizes) - 1:
        full = (max(sizes),) * len(sizes)
        shapes += [(full, more) for more in (rounds, rounds + 1) if more <= bound(full)]
    for shape, number in shapes:
        for symmetry in symmetries(shape, number):
            search = Search(symmetry, shape)
            if search.possible:
                yield search


def _queue(tried: list[Search], fresh: Iterator[Search]) -> Iterator[Search]:
    """Yield the searches that ran before, then those that are made now."""
    yield from list(tried)
    for search in fresh:
        tried.append(search)
        yield search


def _lengths(schedule: np.ndarray) -> tuple[int, ...]:
    return tuple(np.bincount(schedule[0]).tolist())


def _in_order(schedule: np.ndarray, sizes: tuple[int, ...]) -> np.ndarray:
    """Return the schedule with its tables numbered so that they have these sizes, in this order."""
    place = np.empty(len(sizes), dtype=np.int64)
    wanted = np.argsort(-np.array(sizes), kind="stable")
    rows = []
    for row in schedule:
        order = np.argsort(-np.bincount(row, minlength=len(sizes)), kind="stable")
        place[order] = wanted
        rows.append(place[row])
    return np.array(rows)
