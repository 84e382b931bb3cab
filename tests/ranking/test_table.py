"""Every column of the public table against figures computed by hand."""

import numpy as np
import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from ratusz.apps.ranking import services
from tests.ranking import factories

pytestmark = pytest.mark.django_db

NAN = np.nan

# Two variants, both tried: from the lowest to the highest value, and places.
METHOD = """\
[data]
class = "class"
[uncertainty]
runs = 100
normalisation = ["min-max", "rank"]
weights = { spread = 0.0 }
leave_one_out = false
[[aggregate]]
code = "index"
[[aggregate]]
code = "economy"
parent = "index"
name = "Gospodarka / Economy"
weight = 60
[[aggregate]]
code = "people"
parent = "index"
name = "Mieszkańcy / People"
weight = 40
[[indicator]]
code = "wage"
parent = "economy"
[[indicator]]
code = "turnout"
parent = "people"
"""

# Łódź, Kraków, Gdynia, Żory; Sopot has one figure of two.
LEFT_OUT = (
    "Not classified. Figures for 1 of 2 indicators (50%); at least 80% are needed, "
    "also within the pillars if the method says so."
)
VALUES = np.array(
    [
        [100, NAN, 0, NAN],
        [50, NAN, 100, NAN],
        [0, NAN, 50, NAN],
        [75, NAN, 25, NAN],
        [9999, NAN, NAN, NAN],
    ]
)
PEOPLE = [60_000, 800_000, 240_000, 61_000, 31_000]


@pytest.fixture
def ranking():
    edition = factories.edition()
    factories.figures(edition, VALUES, people=PEOPLE)
    factories.locked(edition, METHOD)
    result = factories.result(edition)
    return services.publish_ranking(ranking=result, by=factories.organiser(edition))


def cells(client, language="en", **query):
    with translation.override(language):
        response = client.get(reverse("ranking:ranking", args=[2026]), query)
    page = BeautifulSoup(response.content, "html.parser")
    rows = []
    for row in page.select("table.ranking-table tbody tr"):
        interval = row.select_one(".ranking-interval")
        if interval is not None:
            interval.select_one("svg").extract()
        rows.append([" ".join(cell.get_text(" ").split()) for cell in row.find_all(["td", "th"])][:-1])
    return rows


def test_every_column_is_what_the_hand_computes(client, ranking):
    # min-max: Kraków .6·50+.4·100 = 70, Łódź 60, Żory .6·75+.4·25 = 55, Gdynia 20.
    # places: Łódź .6·4+.4·1 = 2.8 = Kraków .6·2+.4·4 (both first), Żory 2.6, Gdynia 1.8.
    assert cells(client) == [
        ["1", "Kraków śląskie · 800,000 people", "70.0", "1 not told apart from: Łódź", "50", "100", "100%"],
        ["2", "Łódź łódzkie · 60,000 people", "60.0", "1–2 not told apart from: Kraków", "100", "0", "50%"],
        ["3", "Żory mazowieckie · 61,000 people", "55.0", "3", "75", "25", "–"],
        ["4", "Gdynia pomorskie · 240,000 people", "20.0", "4", "0", "50", "–"],
        [
            "–",
            "Sopot łódzkie · 31,000 people",
            LEFT_OUT,
        ],
    ]


def test_places_in_a_class_are_those_of_the_class(client, ranking):
    assert [row[:4] for row in cells(client, **{"class": "1"})] == [
        ["1", "Łódź łódzkie · 60,000 people", "60.0", "1"],
        ["2", "Żory mazowieckie · 61,000 people", "55.0", "2"],
        ["–", "Sopot łódzkie · 31,000 people", LEFT_OUT],
    ]


def test_numbers_are_polish_on_a_polish_page(client, ranking):
    row = cells(client, "pl")[0]
    assert row[1:4] == ["Kraków śląskie · 800 000 os.", "70,0", "1 nieodróżnialne od: Łódź"]
    assert row[6] == "100 %"


def test_first_place_kept_counts_the_variants_in_which_every_leader_leads(client, ranking):
    assert ranking.summary["kept"] == 1.0
    assert ranking.summary["variants"] == 2
    assert [c["kept"] for c in ranking.summary["classes"]] == [1.0, 1.0]


def test_groups_hold_the_cities_that_are_not_told_apart(ranking):
    assert ranking.summary["groups"] == {
        "0": [["Kraków", "Łódź"], ["Żory"], ["Gdynia"]],
        "1": [["Łódź"], ["Żory"]],
        "2": [["Kraków"], ["Gdynia"]],
    }


def test_stored_row_carries_every_figure(ranking):
    row = ranking.rows.get(name="Łódź")
    assert (row.rank, row.tied, row.class_rank, row.score) == (2, False, 1, 60.0)
    assert (row.median, row.p05, row.p95, row.p_first) == (1.5, 1.05, 1.95, 0.5)
    assert row.pillars == {"economy": 100.0, "people": 0.0}
    assert row.indicators == [
        {"code": "wage", "value": 100.0, "year": 2024, "normalised": 100.0, "percentile": 0.5},
        {"code": "turnout", "value": 0.0, "year": 2024, "normalised": 0.0, "percentile": 0.0},
    ]


def test_unclassified_city_has_no_place_and_no_zero(ranking):
    row = ranking.rows.get(name="Sopot")
    assert (row.rank, row.score, row.class_rank, row.p_first, row.pillars) == (None, None, None, None, {})
    assert row.coverage == 0.5


@pytest.mark.parametrize(
    ("sort", "names"),
    [
        ("place", ["Kraków", "Łódź", "Żory", "Gdynia", "Sopot"]),
        ("-place", ["Gdynia", "Żory", "Łódź", "Kraków", "Sopot"]),
        ("name", ["Gdynia", "Kraków", "Łódź", "Sopot", "Żory"]),
        ("-score", ["Kraków", "Łódź", "Żory", "Gdynia", "Sopot"]),
        ("-pillar-economy", ["Łódź", "Żory", "Kraków", "Gdynia", "Sopot"]),
        ("-first", ["Kraków", "Łódź", "Żory", "Gdynia", "Sopot"]),
        ("interval", ["Kraków", "Łódź", "Żory", "Gdynia", "Sopot"]),
        ("nonsense'; drop", ["Kraków", "Łódź", "Żory", "Gdynia", "Sopot"]),
    ],
)
def test_table_is_sorted_by_any_column(client, ranking, sort, names):
    assert [row[1].split()[0] for row in cells(client, sort=sort)] == names


@pytest.mark.parametrize("text", ["lodz", "ŁÓDŹ", " Lodz ", "odz"])
def test_search_folds_diacritics_and_capitals(client, ranking, text):
    assert [row[1].split()[0] for row in cells(client, q=text)] == ["Łódź"]


def test_search_without_a_hit_says_so(client, ranking):
    with translation.override("en"):
        answer = client.get(reverse("ranking:ranking", args=[2026]), {"q": "Atlantyda"})
    assert "No city found" in answer.content.decode()
    assert "Atlantyda" in answer.content.decode()


def test_cities_that_share_a_place_say_so(client):
    edition = factories.edition()
    values = np.array([[5, 1, 60, 9], [5, 1, 60, 9], [1, 9, 10, 1]], dtype=float)
    factories.figures(edition, values, people=[50_000] * 3)
    factories.locked(edition)
    services.publish_ranking(ranking=factories.result(edition), by=factories.organiser(edition))
    assert [row[0] for row in cells(client)] == ["1=", "1=", "3"]


def test_htmx_gets_the_table_alone(client, ranking):
    with translation.override("en"):
        answer = client.get(reverse("ranking:ranking", args=[2026]), {"q": "lodz"}, HTTP_HX_REQUEST="true")
    assert "<html" not in answer.content.decode()
    assert "Łódź" in answer.content.decode()


@pytest.mark.parametrize("name", ["ranking", "city", "compare"])
def test_queries_do_not_grow_with_the_cities(client, name):
    factories.published_ranking(66, year=2025, current=False)
    factories.published_ranking(500, year=2026)
    counts = []
    for year in (2025, 2026):
        with translation.override("en"):
            address = {
                "ranking": reverse("ranking:ranking", args=[year]),
                "city": reverse("ranking:city", args=[year, "lodz-0"]),
                "compare": reverse("ranking:compare", args=[year]) + "?city=lodz-0&city=krakow-1",
            }[name]
        client.get(address)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(address).status_code == 200
        counts.append(len(seen))
    # The city's page of the later edition draws one more thing, its history, from the rows already asked for.
    assert counts[0] == counts[1]
    assert counts[0] <= 20
