"""The score card: what it would take, its page, and its accessible document."""

import datetime as dt

import numpy as np
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from ratusz.apps.core import documents
from ratusz.apps.ranking.models import RankedCity, Ranking
from ratusz.apps.ranking.scorecard import document, rising, words
from ratusz.engines.composite import rank
from tests.ranking import factories

pytestmark = pytest.mark.django_db

HOSTILE = (
    '#import "/etc/passwd": *',
    "$x^2$ \\ #panic() *a* _b_ `c` @d <e> [f] //g",
    "\"quoted\" 'and' ‚other’ {{ braces }} %s %(name)s",
    "מדינה \u202eabc\u202c مدينة",
    "北京 😀 \u0000\u0007",
    "Ż" * 80,
    "",
)


@pytest.fixture
def ranking() -> Ranking:
    values = factories.random_values(24)
    values[5, 2] = np.nan
    values[9] = np.nan  # not classified
    return factories.published_ranking(values=values, variants=60, count=24)


def middle(ranking: Ranking) -> RankedCity:
    """A city with places above it and below."""
    return ranking.rows.filter(rank__isnull=False, class_rank__gt=4).order_by("class_rank").first()


@pytest.mark.parametrize("in_class", [True, False])
def test_what_it_would_take_is_what_the_engine_finds_again(ranking, in_class):
    from ratusz.apps.ranking.queries.inputs import inputs_of

    inputs, row = inputs_of(ranking), middle(ranking)
    found = rising.rising(row, ranking, gain=3, in_class=in_class)
    assert found.start == (row.class_rank if in_class else row.rank)
    assert found.places == (1, 3)
    assert found.rows
    unit = inputs.unit_of[row.slug]
    for way in found.rows:
        for gain in way.gains:
            if not gain.reached:
                continue
            values = inputs.table.values.copy()
            values[inputs.table.units.index(unit), inputs.table.columns.index(way.card["code"])] = (
                gain.figure.needed
            )
            result = rank(type(inputs.table)(inputs.table.units, inputs.table.columns, values, inputs.table.labels),
                          inputs.method, runs=0)  # fmt: skip
            places = result.class_ranks if in_class else result.ranks
            assert places[result.units.index(unit)] == gain.rank <= found.start - gain.places
    shares = [way.gains[0].reached for way in found.rows]
    assert shares == sorted(shares, reverse=True)


def test_what_it_would_take_marks_what_lies_beyond_the_class(ranking):
    found = [rising.rising(row, ranking) for row in ranking.rows.filter(rank__isnull=False)]
    marked = [
        figure for r in found for way in r.rows for g in way.gains for figure in g.figures if figure.beyond
    ]
    assert marked
    for figure in marked:
        assert figure.amount > 0
    for figure in (f for r in found for g in r.together for f in g.figures):
        assert figure.change * figure.card["direction"] > 0


def test_leader_and_unclassified_have_no_way_up(ranking):
    leader = ranking.rows.filter(class_rank=1).first()
    assert rising.rising(leader, ranking).leads
    assert rising.rising(ranking.rows.filter(rank=None).first(), ranking) is None
    second = ranking.rows.filter(class_rank=2).first()
    assert rising.rising(second, ranking, gain=7).places == (1,)


def test_words_of_a_gain_are_those_of_a_reader(ranking):
    found = next(
        r for r in (rising.rising(row, ranking) for row in ranking.rows.filter(class_rank__gt=2)) if r.nearest
    )
    way = found.nearest[0]
    assert "dałoby" in words.worth(way.gains[0], found.start)
    with translation.override("en"):
        assert (
            "would be worth 1 place" in words.worth(way.gains[0], found.start)
            or way.gains[0].rank < found.start - 1
        )


@pytest.mark.parametrize(
    ("low", "high", "words_pl"),
    [(4, 4, "pewne:"), (3, 5, "dość pewne"), (3, 10, "w\u00a0przybliżeniu"), (1, 20, "bardzo niepewne")],
)
def test_sureness_follows_the_width_of_the_interval(low, high, words_pl):
    assert words_pl in words.how_sure(low, high, 28)


@pytest.mark.parametrize("language", ["pl", "en"])
def test_document_of_every_kind_of_city_passes_the_check_of_typst(ranking, language):
    kinds = [
        ranking.rows.filter(class_rank=1).first(),
        middle(ranking),
        ranking.rows.filter(rank=None).first(),
        ranking.rows.order_by("-class_rank").filter(rank__isnull=False).first(),
    ]
    with translation.override(language):
        for row in kinds:
            content = document.score_card(None, row, ranking)
            assert content.startswith(b"%PDF-1.7")
            assert f"/Lang({language})".encode() in content
            assert b"pdfuaid:part" in content
            assert b"pdfaid:part" in content
            assert content == document.score_card(None, row, ranking)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_only_words(ranking, name):
    row = middle(ranking)
    row.name = name[:80]
    row.similar = [one | {"name": name[:80]} for one in row.similar]
    row.not_apart = [["x", name[:80], row.size_class]]
    facts = document.facts_of(None, row, ranking)
    facts["city"] = facts["title"] = name or "?"
    content = documents.make_pdf(document.TEMPLATE, facts, created=ranking.published_at)
    assert content.startswith(b"%PDF")


def test_documents_keep_no_characters_that_nobody_sees():
    assert documents.clean({"a": ["x\u202ey\u0000", 1, None, True]}) == {"a": ["xy", 1, None, True]}
    assert documents.clean("北京 Łódź – 5 %", shapes=True) == "□□ Łódź – 5 %"


def test_document_has_the_date_of_the_publication_and_never_of_the_clock(ranking):
    row = middle(ranking)
    one = documents.make_pdf(
        document.TEMPLATE, document.facts_of(None, row, ranking), created=ranking.published_at
    )
    day = ranking.published_at.astimezone(dt.UTC).strftime("D:%Y%m%d%H%M%S")
    assert day.encode() in one


@pytest.mark.parametrize("language", ["pl", "en"])
def test_address_gives_the_document_in_its_language(ranking, language):
    row = middle(ranking)
    address = f"/{language}/ranking/2026/city/{row.slug}/score-card.pdf"
    client = Client()
    answer = client.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert f"score-card-2026-{row.slug}-{language}.pdf" in answer["Content-Disposition"]
    assert f"/Lang({language})".encode() in answer.content
    again = client.get(address, headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get(f"/{language}/ranking/2026/city/nie-ma/score-card.pdf").status_code == 404
    assert client.get(f"/{language}/ranking/1999/city/{row.slug}/score-card.pdf").status_code == 404


def test_document_of_an_unpublished_result_is_for_its_organisers(ranking):
    where = ranking.edition
    unpublished = factories.result(where)
    row = unpublished.rows.filter(rank__isnull=False).first()
    address = f"/pl/ranking/2026/city/{row.slug}/score-card.pdf?publication={unpublished.pk}"
    assert Client().get(address).status_code == 404
    organiser = Client()
    organiser.force_login(factories.organiser(where))
    assert organiser.get(address).status_code == 200


@pytest.mark.parametrize("language", ["pl", "en"])
def test_page_says_what_it_would_take(ranking, language):
    row = middle(ranking)
    client = Client()
    page = client.get(f"/{language}/ranking/2026/city/{row.slug}/")
    assert page.status_code == 200
    assert 'id="rising"' in page.content.decode()
    assert f"/{language}/ranking/2026/city/{row.slug}/score-card.pdf" in page.content.decode()
    assert page.context["rising"]["gain"] == 3
    for query, gain in (
        ("gain=2", 2),
        ("gain=99999", 3),
        ("gain=0", 1),
        ("gain=x", 3),
        ("gain=²", 3),
        ("gain=9999", row.class_rank - 1),
    ):
        assert (
            client.get(f"/{language}/ranking/2026/city/{row.slug}/?{query}").context["rising"]["gain"] == gain
        )
    among = client.get(f"/{language}/ranking/2026/city/{row.slug}/?among=all")
    assert among.context["rising"]["ways"].start == row.rank


def test_page_of_an_unclassified_city_has_no_ways(ranking):
    row = ranking.rows.filter(rank=None).first()
    page = Client().get(f"/pl/ranking/2026/city/{row.slug}/")
    assert page.status_code == 200
    assert page.context["rising"] is None
    assert 'id="rising"' not in page.content.decode()


def test_page_asks_the_database_little(ranking):
    row, client = middle(ranking), Client()
    client.get(f"/pl/ranking/2026/city/{row.slug}/")
    with CaptureQueriesContext(connection) as queries:
        client.get(f"/pl/ranking/2026/city/{row.slug}/")
    assert len(queries) <= 20
