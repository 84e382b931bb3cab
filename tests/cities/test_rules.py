from itertools import pairwise

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from ratusz.apps.cities.rules import Bounds, is_borderline, parse_bounds, require_partition
from ratusz.apps.core.errors import DomainError


@pytest.mark.parametrize(
    ("words", "bounds"),
    [
        ("≤60 000", Bounds(0, 60000)),
        ("do 60 tys.", Bounds(0, 60000)),
        ("<60 000", Bounds(0, 59999)),
        ("60 001–120 000", Bounds(60001, 120000)),
        ("od 60 001 do 120 000", Bounds(60001, 120000)),
        ("powyżej 60 tys. do 120 tys.", Bounds(60001, 120000)),
        (">120\u00a0000", Bounds(120001, None)),
        ("over 120,000", Bounds(120001, None)),
        ("at least 5000", Bounds(5000, None)),
    ],
)
def test_parse_bounds_in_an_organisers_words(words, bounds):
    assert parse_bounds(words) == bounds


@pytest.mark.parametrize("words", ["duże miasta", "60 000 do", "≤", "120 000–60 000", "≤60 000 ludzi"])
def test_parse_bounds_that_say_no_size_is_refused(words):
    with pytest.raises(DomainError):
        parse_bounds(words)


@pytest.mark.parametrize(
    ("words", "polish", "english"),
    [
        (
            ["≤60 000", "60 000–120 000", ">120 000"],
            "Klasy: 60\u00a0000 należy do dwóch klas. Ustaw: ≤60\u00a0000 oraz >60\u00a0000.",
            "Classes: 60,000 belongs to two classes. Set: ≤60,000 and >60,000.",
        ),
        (
            ["<60 000", ">60 000"],
            "Klasy: 60\u00a0000 nie należy do żadnej klasy.",
            "Classes: 60,000 belongs to no class.",
        ),
        (
            ["≤60 000"],
            "Klasy: 60\u00a0001 nie należy do żadnej klasy.",
            "Classes: 60,001 belongs to no class.",
        ),
    ],
)
def test_overlap_and_gap_are_named_in_both_languages(words, polish, english):
    for language, text in (("pl", polish), ("en", english)):
        with override(language), pytest.raises(DomainError) as refused:
            require_partition([parse_bounds(item) for item in words])
        with override(language):
            assert str(refused.value).startswith(text)


@given(
    st.lists(st.integers(min_value=1, max_value=2_000_000), min_size=1, max_size=6, unique=True),
    st.integers(0, 3_000_000),
)
def test_every_number_of_people_falls_in_exactly_one_class(bounds, people):
    bounds = sorted(bounds)
    words = [
        f"≤{bounds[0]}",
        *(f">{a} ≤{b}" for a, b in pairwise(bounds)),
        f">{bounds[-1]}",
    ]
    classes = require_partition([parse_bounds(item) for item in words])
    assert sum(item.holds(people) for item in classes) == 1


def test_borderline_is_two_percent():
    assert [people for people in (58_799, 58_800, 61_200, 61_201) if is_borderline(people, [60_000])] == [
        58_800,
        61_200,
    ]
