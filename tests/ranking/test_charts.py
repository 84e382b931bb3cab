"""The charts: what they draw is what was published, each as a picture, a table and three files."""

import csv
import io
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import translation
from PIL import Image

from ratusz.apps.editions.models import Edition
from ratusz.apps.ranking import queries, services
from ratusz.apps.ranking.charts import CHARTS, Scope, changes, editions, influence, pairs, places
from ratusz.engines.composite import sensitivity
from tests.ranking import factories

pytestmark = pytest.mark.django_db
SMALL = np.array([[9000.0, 2, 50, 20], [5000, 10, 70, 40], [7000, 6, 60, 30]])


@pytest.fixture(autouse=True)
def fresh_cache():
    cache.clear()


@pytest.fixture
def ranking():
    return factories.published_ranking(20)


def two_editions(toml_now: str = factories.METHOD):
    """Three cities in 2024 and 2026, Łódź and Gdynia with each other's figures, and nothing in between."""
    factories.published_ranking(3, year=2024, values=SMALL, current=False)
    where = factories.edition(2026)
    factories.figures(where, SMALL[::-1], year=2026)
    factories.locked(where, toml_now)
    return services.publish_ranking(
        ranking=factories.result(where, variants=64), by=factories.organiser(where)
    )


def get(client, name="charts", *args, language="en", **query):
    with translation.override(language):
        return client.get(reverse(f"ranking:{name}", args=[2026, *args]), query)


# ---------- over the editions ----------


def test_one_edition_has_nothing_to_compare(client, ranking):
    assert editions(Scope(None, ranking)) is None
    assert "This is the first published ranking" in get(client).content.decode()


def test_year_without_a_ranking_is_a_gap():
    chart = editions(Scope(None, two_editions()))
    assert chart.picture.headings == ("Miasto", "2024", "2025", "2026")
    assert {row[0]: row[1:] for row in chart.picture.rows} == {
        "Łódź": ("1", "–", "2"),
        "Kraków": ("3", "–", "3"),
        "Gdynia": ("2", "–", "1"),
    }
    assert chart.facts["absent"] == ["2025"]
    # No line leads over the year without a ranking.
    assert '<line class="line' not in chart.picture.svg


def test_same_method_is_no_change():
    now = two_editions()
    before = queries.published(Edition.objects.get(year=2024))
    assert not changes(before, now)


def test_change_of_the_method_is_told():
    kept, _nurseries = factories.METHOD.rsplit("[[indicator]]", 1)
    other = kept.replace("weight = 70", "weight = 100") + '[treatment]\nmethod = "winsorise"\n'
    now = two_editions(other)
    with translation.override("en"):
        assert changes(queries.published(Edition.objects.get(year=2024)), now).words == [
            "indicators dropped: Nurseries",
            "other weights",
            "done in another way: Outliers",
        ]


def test_class_with_other_limits_is_not_compared():
    now = two_editions()
    old = Edition.objects.get(year=2024)
    scope = Scope(None, now, size_class=1)
    assert editions(scope).facts["absent"] == ["2025"]
    summary = queries.published(old).summary
    assert [c["up_to"] for c in summary["classes"]] == [c["up_to"] for c in now.summary["classes"]]
    now.summary["classes"][0]["up_to"] = 50_000
    chart = editions(Scope(None, now, size_class=1))
    assert {row[1] for row in chart.picture.rows} == {"–"}


# ---------- places and pairs ----------


def test_places_are_the_published_ones(ranking):
    chart = places(Scope(None, ranking))
    rows = list(ranking.rows.filter(rank__isnull=False).order_by("rank", "sort_key"))
    assert [record[1:5] for record in chart.records] == [(r.name, r.rank, r.p05, r.p95) for r in rows]
    groups = [len(group) for group in ranking.summary["groups"]["0"]]
    assert [record[5] for record in chart.records] == [
        n for n, size in enumerate(groups, 1) for _ in range(size)
    ]


def test_pairs_are_the_frozen_shares(ranking):
    chart = pairs(Scope(None, ranking))
    ids = [row.city_id for row in ranking.rows.filter(rank__isnull=False).order_by("rank", "sort_key")]
    shares = queries.pair_shares(ranking, ids)
    assert len(chart.records) == 20 * 19
    assert {(a, b): s for a, _n, b, _m, s in chart.records} == {
        (ranking.rows.get(city=a).slug, ranking.rows.get(city=b).slug): s for (a, b), s in shares.items()
    }
    table = chart.facts["table"]
    assert len(table) == 12
    for k, row in enumerate(table):
        for j, cell in enumerate(row["cells"]):
            if j != k:
                share = shares[ids[k], ids[j]]
                assert cell["apart"] == (max(share, shares[ids[j], ids[k]]) >= ranking.summary["told_apart"])
                assert (cell["text"] == "100") == (share == 1)
                assert (cell["text"] == "0") == (share == 0)


def test_pairs_of_the_chosen_cities(ranking):
    slugs = tuple(ranking.rows.order_by("-rank").values_list("slug", flat=True)[:2])
    table = pairs(Scope(None, ranking, chosen=slugs)).facts["table"]
    assert {row["slug"] for row in table} == set(slugs)


def test_class_holds_its_own_cities_and_places(ranking):
    chart = places(Scope(None, ranking, size_class=2))
    rows = ranking.rows.filter(size_class=2).order_by("class_rank", "sort_key")
    assert [(r[0], r[2]) for r in chart.records] == list(rows.values_list("slug", "class_rank"))


# ---------- what moves the places ----------


def test_influence_is_the_engines(ranking):
    inputs = queries.inputs_of(ranking)
    found = sensitivity.sensitivity(inputs.table, inputs.method, runs=24_576)
    chart = influence(Scope(None, ranking))
    assert {record[0]: record[1:3] for record in chart.records} == {
        name: (first, total)
        for name, first, total in zip(found.assumptions, found.first, found.total, strict=True)
    }
    assert [record[2] for record in chart.records] == sorted((r[2] for r in chart.records), reverse=True)


def test_influence_is_exact_where_the_variants_are_few_and_counted_once(monkeypatch):
    where = factories.edition()
    factories.figures(where, factories.random_values(8))
    factories.locked(where, factories.METHOD.replace("seed = 7", "seed = 7\nweights = { spread = 0 }"))
    shown = services.publish_ranking(ranking=factories.result(where), by=factories.organiser(where))
    chart = influence(Scope(None, shown))
    assert chart.facts["exact"]
    assert chart.facts["runs"] == 2 * 5  # scales × (none or one of four indicators left out)
    monkeypatch.setattr(sensitivity, "sensitivity", None)
    assert influence(Scope(None, shown)).records == chart.records


def test_method_that_leaves_nothing_open_says_so(client):
    where = factories.edition()
    factories.figures(where, factories.random_values(8))
    closed = factories.METHOD.replace(
        'normalisation = ["min-max", "rank"]', "weights = { spread = 0 }\nleave_one_out = false"
    )
    factories.locked(where, closed)
    services.publish_ranking(ranking=factories.result(where), by=factories.organiser(where))
    answer = get(client)
    assert answer.status_code == 200
    assert "This method leaves nothing open" in answer.content.decode()


# ---------- the page and the files ----------


@pytest.mark.parametrize("language", ["pl", "en"])
def test_page_shows_every_chart_with_its_files(client, language):
    two_editions()
    answer = get(client, language=language).content.decode()
    for name in CHARTS:
        for kind in ("svg", "png", "csv"):
            assert f"/{language}/ranking/2026/charts/{name}.{kind}" in answer


@pytest.mark.parametrize("name", CHARTS)
def test_files_are_whole(client, name):
    two_editions()
    picture = get(client, "chart", name, "svg")
    root = ET.fromstring(picture.content)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert f'filename="ranking-2026-{name}.svg"' in picture["Content-Disposition"]
    words = " ".join(node.text for node in root.iter("{http://www.w3.org/2000/svg}text") if node.text)
    assert "/en/ranking/2026/" in words
    assert "GUS" in words
    image = Image.open(io.BytesIO(get(client, "chart", name, "png").content))
    assert image.width == 2 * int(root.attrib["width"])
    lines = list(csv.reader(io.StringIO(get(client, "chart", name, "csv").content.decode("utf-8-sig"))))
    assert len(lines) > 1
    assert {len(line) for line in lines} == {len(lines[0])}


def test_polish_csv_has_semicolons_and_decimal_commas(client, ranking):
    text = get(client, "chart", "influence", "csv", language="pl").content.decode("utf-8-sig")
    assert text.startswith("choice;first_order;total;")
    assert "," in text.splitlines()[1]
    assert (
        get(client, "chart", "influence", "csv", language="pl", format="plain")
        .content.decode("utf-8-sig")
        .startswith("choice,first_order")
    )


@pytest.mark.parametrize("path", [("nothing", "svg"), ("places", "exe")])
def test_file_that_is_not_there(client, ranking, path):
    assert get(client, "chart", *path).status_code == 404


def test_city_is_added_by_a_part_of_its_name(client, ranking):
    answer = get(client, add="lodz", top="5")
    slug = ranking.rows.get(name="Łódź").slug
    assert answer.status_code == 302
    assert answer.url == f"/en/ranking/2026/charts/?top=5&city={slug}"
    assert "Remove Łódź" in client.get(answer.url).content.decode()
    assert "Which one?" in get(client, add="miasto").content.decode()
    assert "has “xyz” in its name" in get(client, add="xyz").content.decode()


@pytest.mark.parametrize("query", [{"class": "99"}, {"top": "x"}, {"city": "none"}, {"publication": "x"}])
def test_bad_address_shows_the_whole_or_404(client, ranking, query):
    assert get(client, **query).status_code == (404 if "publication" in query else 200)


def test_unpublished_ranking_is_not_there(client):
    where = factories.edition()
    factories.figures(where, factories.random_values(6))
    unpublished = factories.result(where)
    for query in ({}, {"publication": unpublished.pk}):
        assert get(client, **query).status_code == 404
        for name in CHARTS:
            assert get(client, "chart", name, "csv", **query).status_code == 404
    client.force_login(factories.organiser(where))
    assert get(client, publication=unpublished.pk).status_code == 200


def test_unpublished_edition_is_not_drawn(client):
    """An edition that is computed but not published shows in no picture of a later one."""
    where = factories.edition(2025, current=False)
    factories.figures(where, SMALL, year=2025)
    factories.result(where)
    now = factories.published_ranking(3, values=SMALL)
    assert editions(Scope(None, now)) is None


def test_many_cities_stay_readable(client):
    factories.published_ranking(301, variants=20)
    answer = get(client).content.decode()
    assert "The first 100 of 301 cities are drawn" in answer
    assert "the pairs are not counted one by one" in answer


def test_tabs_lead_to_every_page(client, ranking):
    answer = get(client, "ranking").content.decode()
    for name in ("charts", "playground", "compare", "method", "verify"):
        assert f'href="/en/ranking/2026/{name}/"' in answer
    assert 'aria-current="page">Charts' in get(client).content.decode()


def test_sitemap_names_the_pages(ranking):
    with translation.override("en"):
        found = [address for address, _date in queries.sitemap_items()]
    assert {"/en/ranking/2026/charts/", "/en/ranking/2026/playground/"} <= set(found)
