"""Signs of manipulation in a log: planted ones are found with their people, and honest camps raise none."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ratusz.apps.debate.signs import BURST, HASTE, SAME, Cast, Person, bursts, hasty, same_votes, signs

STATEMENTS = 20


def camps(people: int, *, seed: int = 1, alike: float = 0.93) -> list[Cast]:
    """Honest people in two camps that vote against each other, each with slips of their own, a minute apart."""
    dice = np.random.default_rng(seed)
    says = dice.integers(0, 2, STATEMENTS) * 2 - 1
    return [
        Cast(p, s, int(says[s] * (1 if p % 2 else -1) * (1 if dice.random() < alike else -1)), 60.0 * s + p)
        for p in range(people)
        for s in range(STATEMENTS)
        if dice.random() < 0.8
    ]


def copies(numbers: range, *, seed: int = 5) -> list[Cast]:
    """People who all vote the same."""
    says = np.random.default_rng(seed).integers(0, 2, STATEMENTS) * 2 - 1
    return [Cast(p, s, int(says[s]), 60.0 * s + p) for p in numbers for s in range(STATEMENTS)]


def test_newcomers_at_once_are_a_burst_of_all_their_windows():
    quiet = [Person(k, 4000.0 * k) for k in range(30)]
    crowd = [Person(100 + k, 50_100.0 + 8 * k) for k in range(60)]  # eight minutes, two windows
    (found,) = bursts(quiet + crowd)
    assert found.kind == BURST
    assert set(range(100, 160)) <= set(found.people)
    assert len(found.people) <= 62
    assert (found.facts["since"], found.facts["until"], found.facts["usual"]) == (50_100.0, 50_700.0, 1.0)


def test_steady_stream_and_a_single_hall_are_no_burst():
    assert bursts([Person(k, 15.0 * k) for k in range(500)]) == []  # twenty in each five minutes
    assert bursts([Person(k, k / 10) for k in range(200)]) == []  # there is nothing to compare with


def test_copies_are_found_among_honest_camps_and_camps_alone_are_not():
    assert same_votes(camps(120)) == []
    (found,) = same_votes(camps(120) + copies(range(500, 512)))
    assert (found.kind, found.people) == (SAME, tuple(range(500, 512)))
    assert found.facts == {"statements": 20.0, "nearly": 0.0}


def test_copies_of_a_camp_hide_in_it_no_more_than_chance_lets_them():
    # In a camp that slips in one vote of four, nobody is equal to anybody on twenty statements by chance.
    (found,) = same_votes(camps(120, alike=0.75) + copies(range(500, 512), seed=1))
    assert set(range(500, 512)) <= set(found.people)


def test_what_everybody_says_makes_nobody_a_copy():
    agreed = [Cast(p, s, 1, 60.0 * s) for p in range(40) for s in range(STATEMENTS)]
    assert same_votes(agreed) == []


def test_few_votes_in_common_are_not_enough():
    assert same_votes(camps(60) + [one for one in copies(range(500, 512)) if one.statement < 9]) == []


def test_haste_is_told_with_its_figures():
    quick = [Cast(3, s, 1, 0.5 * s) for s in range(14)] + [Cast(4, s, 1, 0.3 * s) for s in range(14)]
    slow = [Cast(5, s, 1, 4.0 * s) for s in range(14)] + [Cast(6, s, 1, 0.1 * s) for s in range(9)]
    (found,) = hasty(quick + slow)
    assert (found.kind, found.people, found.facts) == (HASTE, (3, 4), {"votes": 28.0, "median": 0.4})


def test_nothing_in_nothing_out():
    assert signs([], []) == []
    assert signs([Person(1, 0.0)], [Cast(1, 1, 1, 0.0)]) == []


@settings(max_examples=15, deadline=None)
@given(spikes=st.integers(5, 20), seed=st.integers(0, 1000), order=st.randoms(use_true_random=False))
def test_planted_copies_are_found_in_any_order_and_no_honest_person_is(spikes, seed, order):
    votes = camps(60, seed=seed, alike=0.85) + copies(range(200, 200 + spikes), seed=seed + 7)
    first = same_votes(votes)
    order.shuffle(votes)
    assert same_votes(votes) == first
    flagged = {number for one in first for number in one.people}
    assert set(range(200, 200 + spikes)) <= flagged
    assert len(flagged - set(range(200, 200 + spikes))) <= 1
