"""Schedules in which nobody meets twice: a recount of each, the published numbers of rounds, odd requests."""

import csv
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ratusz.engines.contracts import EngineError
from ratusz.engines.seating.designs import bound, construct, most_rounds, verify_design
from ratusz.engines.seating.designs.fields import field
from ratusz.engines.seating.designs.found import ROUNDS, find, found_rounds
from ratusz.engines.seating.designs.squares import latin_squares

SAMPLE = [
    "5x2",
    "4x3",
    "5x3",
    "9x3",
    "20x3",
    "6x4",
    "8x4",
    "10x4",
    "14x4",
    "5x5",
    "6x5",
    "12x5",
    "6x6",
    "10x6",
    "8x7",
]
# tables, size: rounds beyond the list
BEYOND = {(10, 5): 8, (15, 6): 10, (22, 5): 16, (10, 10): 4}


def rng(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


def repeats(schedule: np.ndarray) -> int:
    """Counts by a set of pairs, apart from `verify_design` and from every construction."""
    pairs = [
        (i, j)
        for row in schedule
        for t in set(row.tolist())
        for i, j in combinations(np.flatnonzero(row == t).tolist(), 2)
    ]
    return len(pairs) - len(set(pairs))


@pytest.fixture(scope="module")
def listed(shared_data: Path) -> dict[str, int]:
    """Rounds of a public list of verified schedules, by shape."""
    with (shared_data / "seating" / "sgp_best_known.csv").open(encoding="utf-8", newline="") as file:
        return {row["groups"]: int(row["rounds_zero_repeat"]) for row in csv.DictReader(file)}


@pytest.mark.parametrize("shape", SAMPLE)
def test_published_rounds_are_reached(listed, shape):
    tables, size = map(int, shape.split("x"))
    schedule = construct(tables * size, (size,) * tables, listed[shape], seconds=20, rng=rng())
    assert schedule is not None
    assert schedule.shape == (listed[shape], tables * size)
    assert verify_design(schedule, (size,) * tables)
    assert repeats(schedule) == 0


@pytest.mark.parametrize(("tables", "size"), BEYOND)
def test_rounds_beyond_the_list_are_reached(tables, size):
    schedule = construct(tables * size, (size,) * tables, BEYOND[tables, size], seconds=20, rng=rng())
    assert schedule is not None
    assert verify_design(schedule, (size,) * tables)


@pytest.mark.parametrize(("tables", "size"), ROUNDS)
def test_kept_base_rounds_meet_nobody_twice(tables, size):
    schedule = found_rounds(tables, size)
    assert len(schedule) == bound((size,) * tables)
    assert verify_design(schedule, (size,) * tables)


def test_kept_base_rounds_can_be_found_again():
    order, rows = find(6, 4, 7, seconds=20, rng=rng())
    assert order * len(rows) >= 7


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(1, 5), min_size=1, max_size=8), st.integers(1, 4), st.integers(0, 2**31))
def test_what_is_found_fills_the_tables_and_repeats_no_pair(sizes, rounds, seed):
    schedule = construct(sum(sizes), tuple(sizes), rounds, seconds=0.05, rng=rng(seed))
    if schedule is not None:
        assert schedule.shape == (rounds, sum(sizes))
        assert verify_design(schedule, tuple(sizes))
        assert repeats(schedule) == 0
    elif rounds == 1:
        pytest.fail("one round is always there")


def test_unequal_tables_in_any_order_are_filled_as_asked():
    sizes = (4, 5, 4, 5, 5, 4)
    schedule = construct(27, sizes, 4, seconds=20, rng=rng())
    assert [np.bincount(row).tolist() for row in schedule] == [list(sizes)] * 4


@pytest.mark.parametrize("people", [2, 3, 8, 11])
def test_pairs_meet_everybody(people):
    sizes = (2,) * (people // 2) + (1,) * (people % 2)
    rounds = people - 1 + people % 2
    schedule = construct(people, sizes, rounds, rng=rng())
    assert len(schedule) == rounds
    assert verify_design(schedule, sizes)


def test_more_rounds_than_pairs_are_refused_at_once():
    assert construct(32, (4,) * 8, 11, seconds=60, rng=rng()) is None
    assert construct(12, (6, 6), 2, seconds=60, rng=rng()) is None


def test_same_seed_gives_the_same_schedule():
    one, two = (construct(27, (4, 4, 4, 5, 5, 5), 3, seconds=20, rng=rng(7)) for _turn in range(2))
    assert one.tolist() == two.tolist()


def test_most_rounds_of_a_plane_are_all_of_them():
    assert most_rounds((5,) * 5, seconds=1, rng=rng()).shape == (6, 25)


def test_most_rounds_of_unequal_tables_grow_beyond_one():
    schedule = most_rounds((4, 4, 3, 3), seconds=1, rng=rng())
    assert 2 <= len(schedule) <= bound((4, 4, 3, 3))
    assert verify_design(schedule, (4, 4, 3, 3))


@pytest.mark.parametrize(
    ("people", "sizes", "rounds"), [(4, (2, 1), 1), (0, (), 1), (3, (3, 0), 1), (4, (2, 2), 0)]
)
def test_what_makes_no_sense_is_refused(people, sizes, rounds):
    with pytest.raises(EngineError):
        construct(people, sizes, rounds, rng=rng())


@pytest.mark.parametrize(
    "schedule",
    [
        [[0, 0, 1, 1], [1, 1, 0, 0]],  # the same pairs again
        [[0, 0, 0, 1]],  # a full table
        [[0, 0, 1, 2]],  # a table that is not there
        [[0, 0, 1, -1]],  # somebody without a seat
    ],
)
def test_recount_refuses_a_wrong_schedule(schedule):
    assert not verify_design(np.array(schedule), (2, 2))


@pytest.mark.parametrize("order", [3, 4, 5, 8, 9, 10, 12, 15, 16])
def test_latin_squares_are_orthogonal(order):
    squares = latin_squares(order)
    assert len(squares) >= 2
    for square in squares:
        assert all(len(set(line)) == order for line in [*square.tolist(), *square.T.tolist()])
    for one, other in combinations(squares, 2):
        assert len(set(zip(one.ravel().tolist(), other.ravel().tolist(), strict=True))) == order**2


@pytest.mark.parametrize("q", [2, 4, 8, 9, 25, 27])
def test_field_has_its_laws(q):
    add, times = field(q)
    a, b, c = rng(q).integers(0, q, (3, 200))
    assert (add[a, b] == add[b, a]).all()
    assert (times[a, b] == times[b, a]).all()
    assert (times[a, add[b, c]] == add[times[a, b], times[a, c]]).all()
    assert (times[a, times[b, c]] == times[times[a, b], c]).all()
    assert (np.sort(times[1:, 1:], axis=1) == np.arange(1, q)).all()
