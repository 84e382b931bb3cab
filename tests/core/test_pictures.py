"""The pictures: well-formed, without style, with words, and with labels that never cover one another."""

import io
import math
from itertools import combinations, pairwise
from xml.etree import ElementTree as ET

import pytest
from django.utils.html import conditional_escape
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from ratusz.apps.core.pictures import (
    MapCity,
    Track,
    class_range,
    distribution,
    map_of_poland,
    og_card,
    rank_history,
    rank_interval,
    shade,
)
from ratusz.apps.core.pictures.cards import fit
from ratusz.apps.core.pictures.maps import FRAME, HEIGHT, WIDTH, place_labels, poland, project

TRICITY = [
    MapCity("Gdańsk", 18.6453, 54.3612, 488_651, label=True),
    MapCity("Gdynia", 18.5102, 54.5039, 240_554, label=True),
    MapCity("Sopot", 18.5525, 54.4401, 31_444, own=True, label=True),
]
NASTY = "A<b>&\"'z"


def parsed(svg: str) -> ET.Element:
    root = ET.fromstring(svg)
    for node in root.iter():
        assert "style" not in node.attrib
        assert not any(name.startswith("on") for name in node.attrib)
    assert root.attrib["role"] == "img"
    assert root.find("title").text
    return root


def test_rank_interval_puts_the_bar_and_the_dot_on_one_axis() -> None:
    assert rank_interval(rank=1, low=1, high=3, count=3, title="1, 1–3") == (
        '<svg role="img" class="pic pic-rank"><title>1, 1–3</title>'
        '<line class="axis" x1="3%" x2="97%" y1="50%" y2="50%"/>'
        '<rect class="bar" x="2.4%" width="95.2%" y="30%" height="40%" rx="4"/>'
        '<circle class="dot" cx="3%" cy="50%" r="4.5"/></svg>'
    )


@given(st.data())
def test_rank_interval_stays_in_the_picture(data: st.DataObject) -> None:
    count = data.draw(st.integers(1, 2477))
    low, rank, high = sorted(data.draw(st.lists(st.integers(1, count), min_size=3, max_size=3)))
    root = parsed(rank_interval(rank=rank, low=low, high=high, count=count, title=NASTY))
    left, width = (float(root.find("rect").attrib[name].rstrip("%")) for name in ("x", "width"))
    dot = float(root.find("circle").attrib["cx"].rstrip("%"))
    assert 0 <= left <= dot <= left + width <= 100


@pytest.mark.parametrize(("low", "high"), [(0, 2), (3, 2), (1, 6)])
def test_rank_interval_refuses_places_that_do_not_exist(low: int, high: int) -> None:
    with pytest.raises(ValueError, match="rank interval"):
        rank_interval(rank=2, low=low, high=high, count=5, title="x")


@given(st.lists(st.floats(-1e9, 1e9), min_size=5, max_size=5), st.floats(-1e9, 1e9), st.sampled_from([1, -1]))
def test_class_range_keeps_better_to_the_right(five: list[float], value: float, direction: int) -> None:
    minimum, q1, median, q3, maximum = sorted(five)
    root = parsed(
        class_range(
            value=value,
            minimum=minimum,
            q1=q1,
            median=median,
            q3=q3,
            maximum=maximum,
            direction=direction,
            title=NASTY,
        )
    )
    dot = float(root.find("circle").attrib["cx"].rstrip("%"))
    middle = float(root.findall("line")[1].attrib["x1"].rstrip("%"))
    assert 3 <= dot <= 97
    if maximum > minimum and value != median:
        assert (dot - middle) * (value - median) * direction >= -1e-6 * abs(value - median)


def test_class_range_without_a_value_has_no_dot() -> None:
    svg = class_range(value=None, minimum=0, q1=1, median=2, q3=3, maximum=4, title="b.d.")
    assert parsed(svg).find("circle") is None


def test_distribution_names_the_own_city_and_lists_all() -> None:
    values = [("Sopot", 3.0, "3"), (NASTY, 9.0, "9"), ("Gdynia", math.nan, "–"), ("Gdańsk", 5.0, "5")]
    picture = distribution(values, own="Sopot", title="Bezrobocie", headings=("Miasto", "%"), direction=-1)
    root = parsed(picture.svg)
    assert picture.rows == (("Sopot", "3"), ("Gdańsk", "5"), (NASTY, "9"))
    assert [node.text for node in root.iter("text")] == ["9", "3", "Sopot 3"]
    assert conditional_escape(str(picture)) == picture.svg


def test_distribution_of_nothing_draws_nothing() -> None:
    assert distribution([], own="Sopot", title="x", headings=("a", "b")).svg == ""


def test_rank_history_leaves_a_gap_where_a_city_was_not_classified() -> None:
    tracks = [Track("Sopot", [7, None, 4, 5], own=True), Track("Gdynia", [3, 3, 4, 6])]
    picture = rank_history(
        tracks, ["2023", "2024", "2025", "2026"], count=66, title="Miejsca", place_heading="Miasto"
    )
    root = parsed(picture.svg)
    assert len(root.findall("circle")) == 7
    assert len([line for line in root.findall("line") if line.attrib["class"] == "line-own"]) == 1
    assert picture.rows[0] == ("Sopot", "7", "–", "4", "5")
    assert picture.headings == ("Miasto", "2023", "2024", "2025", "2026")


@given(st.lists(st.lists(st.none() | st.integers(1, 66), min_size=3, max_size=3), min_size=1, max_size=8))
def test_rank_history_labels_keep_apart(ranks: list[list[int | None]]) -> None:
    tracks = [Track(f"m{index}", row) for index, row in enumerate(ranks)]
    root = parsed(rank_history(tracks, ["1", "2", "3"], count=66, title="t", place_heading="m").svg)
    lines = sorted(float(t.attrib["y"]) for t in root.iter("text") if t.text.startswith("m"))
    assert all(b - a >= 14.9 for a, b in pairwise(lines))


@pytest.mark.parametrize(
    ("score", "cell"),
    [(0, "shade-1"), (14.2, "shade-1"), (14.3, "shade-2"), (100, "shade-7"), (None, ""), (math.nan, "")],
)
def test_shade_by_score(score: float | None, cell: str) -> None:
    assert shade(score) == cell


def test_map_labels_of_the_tricity_do_not_collide() -> None:
    spots = {city: (*project(city.lon, city.lat), 6.0) for city in TRICITY}
    labels = place_labels(spots)
    assert {label.city.name for label in labels} == {"Gdańsk", "Gdynia", "Sopot"}
    assert not any(a.box.meets(b.box) for a, b in combinations(labels, 2))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.floats(14.2, 24.1),
            st.floats(49.1, 54.7),
            st.floats(1, 2e6),
            st.text("ałWi ż", min_size=1, max_size=14),
        ),
        min_size=1,
        max_size=25,
    )
)
def test_map_labels_never_cover_one_another(places: list[tuple[float, float, float, str]]) -> None:
    cities = [
        MapCity(f"{name}{index}", lon, lat, size, label=True)
        for index, (lon, lat, size, name) in enumerate(places)
    ]
    spots = {city: (*project(city.lon, city.lat), 3 + 12 * math.sqrt(city.size / 2e6)) for city in cities}
    labels = place_labels(spots)
    assert all(label.box.inside(FRAME) for label in labels)
    assert not any(a.box.meets(b.box) for a, b in combinations(labels, 2))


def test_map_has_a_table_and_a_name_for_each_circle() -> None:
    picture = map_of_poland(TRICITY, title="Mapa", headings=("Miasto", "Miejsce"))
    root = parsed(picture.svg)
    assert [row[0] for row in picture.rows] == ["Gdańsk", "Gdynia", "Sopot"]
    assert [node.find("title").text for node in root.findall("circle")][-1] == "Sopot"


def test_poland_is_small_and_says_where_it_comes_from() -> None:
    assert poland()["attribution"] == "granice: PRG GUGiK"
    assert len(poland()["land"]) + len(poland()["borders"]) < 40_000


@pytest.mark.parametrize(("lon", "lat"), [(14.12, 52.84), (24.15, 50.87), (18.3, 54.84), (22.86, 49.0)])
def test_project_keeps_the_corners_of_poland_in_the_picture(lon: float, lat: float) -> None:
    x, y = project(lon, lat)
    assert 0 <= x <= WIDTH
    assert 0 <= y <= HEIGHT


def test_og_card_is_a_png_of_the_agreed_size() -> None:
    card = og_card(
        site="Miasta Przyszłości",
        kicker="RANKING 2026",
        title=NASTY,
        note="7. miejsce",
        interval=(7, 4, 10, 66),
        interval_note="4–10",
    )
    with Image.open(io.BytesIO(card)) as image:
        assert (image.format, image.size) == ("PNG", (1200, 630))


@given(st.text("abWż -", max_size=300))
def test_og_title_fits_in_three_lines(title: str) -> None:
    size, lines = fit(title, 1032)
    assert 46 <= size <= 92
    assert len(lines) <= 3
