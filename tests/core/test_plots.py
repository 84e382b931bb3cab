"""Pictures of a whole ranking, and pictures as files of their own."""

import io
import re
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

import ratusz.apps.core.pictures as pictures
from ratusz.apps.core.pictures import (
    Bump,
    MapCity,
    Picture,
    Ranked,
    Share,
    as_file,
    as_png,
    bump_chart,
    interval_plot,
    map_of_poland,
    pair_matrix,
    rank_interval,
    share_bars,
)
from ratusz.apps.core.pictures.files import STYLE
from ratusz.apps.core.pictures.plots import _ticks
from tests.core.test_pictures import NASTY, parsed

EDITIONS = ["2024", "2025", "2026"]


def bumps(*tracks: tuple[str, list[int | None]]) -> Picture:
    return bump_chart(
        [
            Bump(name, ranks, ["–" if r is None else str(r) for r in ranks], own=name == "B")
            for name, ranks in tracks
        ],
        EDITIONS,
        breaks=[True, False],
        break_label="another method",
        title=NASTY,
        place_heading="City",
    )


def every() -> list[Picture]:
    return [
        bumps((NASTY, [1, None, 2]), ("B", [2, 1, 1])),
        interval_plot(
            [Ranked(NASTY, "1", 1, 1, 2, "1–2", 1), Ranked("B", "2", 2, 1, 2, "1–2", 2)],
            count=2,
            title=NASTY,
            headings=("City", "Place", "Interval"),
        ),
        pair_matrix(
            [NASTY, "B"],
            ["1", "2"],
            [["", "70"], ["30", ""]],
            [[0, 5], [3, 0]],
            [[False, True], [True, False]],
            title=NASTY,
            headings=("City", "1", "2"),
        ),
        share_bars(
            [Share(NASTY, 0.5, 0.8, "50%", "80%"), Share("B", 0.0, 0.0, "0%", "0%")],
            title=NASTY,
            headings=("Choice", "By itself", "With others"),
            percent="{:.0%}".format,
        ),
        map_of_poland(
            [MapCity(NASTY, 19, 52, 10, "1", own=True, label=True)], title=NASTY, headings=("City", "Place")
        ),
    ]


@pytest.mark.parametrize("picture", every())
def test_picture_is_well_formed_and_has_its_table(picture: Picture) -> None:
    parsed(picture.svg)
    assert picture.rows
    assert all(len(row) == len(picture.headings) for row in picture.rows)


def test_gap_in_the_editions_stays_a_gap() -> None:
    root = parsed(bumps(("A", [1, None, 2])).svg)
    assert [line for line in root.iter("line") if line.attrib.get("class") == "line"] == []
    assert len(list(root.iter("circle"))) == 2


def test_change_of_the_method_is_one_dashed_stroke() -> None:
    root = parsed(bumps(("A", [1, 1, 1])).svg)
    assert len([line for line in root.iter("line") if "stroke-dasharray" in line.attrib]) == 1
    assert "another method" in [node.text for node in root.iter("text")]


def test_city_without_a_place_now_has_no_name_at_the_end() -> None:
    root = parsed(bumps(("Gone", [1, 2, None]), ("Here", [2, 1, 1])).svg)
    words = [node.text for node in root.iter("text")]
    assert "Here" in words
    assert "Gone" not in words
    assert bumps(("Gone", [1, 2, None]), ("Here", [2, 1, 1])).rows[-1] == ("Gone", "1", "2", "–")


def test_names_of_tied_cities_do_not_cover_one_another() -> None:
    root = parsed(bumps(("A", [1, 1, 1]), ("C", [1, 1, 1]), ("D", [1, 1, 1])).svg)
    names = sorted(float(node.attrib["y"]) for node in root.iter("text") if node.attrib["x"] == "61%")
    assert len(names) == 3
    assert min(b - a for a, b in pairwise(names)) >= 12


@given(st.integers(1, 3000))
def test_ticks_are_few_and_hold_both_ends(count: int) -> None:
    ticks = _ticks(count)
    assert ticks[0] == 1
    assert ticks[-1] == count
    assert ticks == sorted(set(ticks))
    assert len(ticks) <= 11


def test_place_before_is_a_stroke() -> None:
    with_it = parsed(rank_interval(rank=2, low=1, high=3, count=5, before=4, title="x"))
    without = parsed(rank_interval(rank=2, low=1, high=3, count=5, title="x"))
    assert len(list(with_it.iter("line"))) == len(list(without.iter("line"))) + 1


@pytest.mark.parametrize("picture", every())
def test_file_is_a_document_of_its_own(picture: Picture) -> None:
    root = ET.fromstring(as_file(picture, source=["Ranking 2026, https://example.org", "GUS"]).encode())
    words = [node.text for node in root.iter("{http://www.w3.org/2000/svg}text")]
    assert words[0] == NASTY
    assert words[-2:] == ["Ranking 2026, https://example.org", "GUS"]
    image = Image.open(io.BytesIO(as_png(picture, source=["x"], scale=1.0))).convert("RGB")
    assert image.width == 960
    assert len(image.getcolors(1 << 20)) > 10


def test_file_has_a_colour_for_every_class_of_a_picture() -> None:
    known = set(re.findall(r"\.([a-z][\w-]*)", STYLE))
    folder = Path(pictures.__file__).parent
    used = {
        name
        for file in ("bumps.py", "plots.py", "maps.py", "ranks.py", "classes.py")
        for found in re.findall(r'class_="([^"]+)"', (folder / file).read_text(encoding="utf-8"))
        for name in found.split()
        if name != "pic" and not name.startswith("pic-")
    }
    assert used <= known
