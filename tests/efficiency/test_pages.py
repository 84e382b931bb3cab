"""The public pages: what they say, in both languages, with any question a reader may put into the address."""

import json

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from ratusz.apps.efficiency import wording
from tests.efficiency import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def study():
    edition = factories.edition()
    values = factories.random_values(30)
    values[3, 1] = np.nan
    factories.figures(edition, values)
    return factories.published(edition)


def at(name, *args, language="en"):
    with translation.override(language):
        return reverse(f"efficiency:{name}", args=[2026, *args])


def page(client, *args, language="en", **query):
    answer = client.get(at(*args, language=language), query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_page_of_the_study_names_scores_examples_and_who_is_left_out(client, study):
    body = page(client, "study")
    best = study.rows.filter(efficient=True).first()
    assert best.name in body
    assert f"Of 29 cities {study.summary['efficient']} are efficient" in body
    assert "1 city is left out" in body
    assert "Nothing is published on: Nurseries." in body
    assert "It is no second ranking" in body


@pytest.mark.parametrize("language", ["pl", "en"])
@pytest.mark.parametrize("name", ["study", "method"])
def test_pages_are_whole_in_both_languages(client, study, language, name):
    body = page(client, name, language=language)
    assert study.name_pl in body if language == "pl" else study.name_en in body


def test_page_of_a_city_says_peers_and_targets_in_words(client, study):
    row = study.rows.filter(efficient=False, score__lt=0.98).first()
    body = page(client, "city", row.slug)
    assert wording.verdict(row, study) in body
    for peer in row.peers:
        assert at("city", peer["slug"]) in body
    assert "like" in wording.likenesses(row, study)
    assert "Whom to learn from" in body
    polish = page(client, "city", row.slug, language="pl")
    assert "Od kogo się uczyć" in polish


def test_page_of_an_efficient_city_names_whom_it_is_an_example_for(client, study):
    row = study.rows.order_by("-example_for").first()
    body = page(client, "city", row.slug)
    assert "is efficient, so no mixture of other cities does more" in body
    assert f"{row.example_for} cities can learn from {row.name}" in body


def test_page_of_a_city_left_out_says_why(client, study):
    row = study.rows.get(score__isnull=True)
    body = page(client, "city", row.slug)
    assert "Nothing is published on: Nurseries." in body
    assert "Whom to learn from" not in body


def test_method_gives_the_reasons_and_the_command(client, study):
    body = page(client, "method")
    assert "For money." in body
    assert "ratusz efficiency data.csv --inputs money --outputs nurseries,paths" in body
    assert "computed once before" in body
    assert "Bo money." in page(client, "method", language="pl")


def test_search_sort_class_and_filter(client, study):
    body = page(client, "study", q="lodz")
    table = body[body.index('id="table"') :]
    assert "Łódź" in table
    assert "Kraków" not in table
    assert "No city found" in page(client, "study", q="xyz")
    first = study.rows.order_by("sort_key").first()
    body = page(client, "study", sort="name")
    table = body[body.index("<tbody>", body.index('id="table"')) :]
    assert table.index(first.name) < 400
    body = page(client, "study", only="efficient")
    assert f"All cities: {study.summary['efficient']} cities" in " ".join(body.split())
    small = study.rows.filter(size_class=1).count()
    assert f"smaller: {small} cities" in " ".join(page(client, "study", **{"class": "1"}).split())


@pytest.mark.parametrize(
    "query",
    [
        {"sort": "secret"}, {"sort": "--score"}, {"class": "99"}, {"class": "x"}, {"page": "9999"}, {"page": "-1"},
        {"q": "%' OR 1=1"}, {"q": "a" * 5000}, {"only": "none"},
    ],
)  # fmt: skip
def test_odd_questions_are_answered(client, study, query):
    page(client, "study", **query)


@pytest.mark.parametrize("publication", ["x", "-1", "999999", "1" * 40, "²"])
def test_unknown_publication_is_not_found(client, study, publication):
    assert client.get(at("study"), {"publication": publication}).status_code == 404


def test_unknown_city_and_year_are_not_found(client, study):
    assert client.get(at("city", "atlantyda")).status_code == 404
    assert client.get(at("study").replace("2026", "1999")).status_code == 404


def test_htmx_gets_the_table_alone(client, study):
    body = client.get(at("study"), {"q": "opo"}, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in body
    assert "Opole" in body


def test_current_leads_to_the_year(client, study):
    with translation.override("en"):
        answer = client.get(reverse("efficiency:current"))
    assert answer.url == at("study")


def test_no_study_at_all(client):
    with translation.override("en"):
        answer = client.get(reverse("efficiency:current"))
    assert answer.status_code == 200
    assert "No study is published yet" in answer.content.decode()


def test_pages_ask_the_database_as_often_for_many_cities_as_for_few(client, study):
    def asked(path):
        client.get(path)  # what Django keeps from the first request on is not counted
        with CaptureQueriesContext(connection) as captured:
            client.get(path)
        return len(captured)

    few = {name: asked(path) for name, path in paths(study).items()}
    edition = study.edition
    edition.size_classes.all()
    more = factories.edition(2025, current=False)
    factories.figures(more, factories.random_values(90, seed=3), year=2023)
    other = factories.published(more)
    many = {name: asked(path.replace("2026", "2025")) for name, path in paths(other).items()}
    for name, count in few.items():
        assert many[name] <= count <= 15, name


def paths(study):
    row = study.rows.filter(score__isnull=False).first()
    return {"study": at("study"), "method": at("method"), "city": at("city", row.slug), "json": at("json")}


# Open data


def test_exports_hold_the_same_rows_with_a_dictionary(client, study):
    document = json.loads(client.get(at("json")).content)
    assert len(document["cities"]) == 30
    names = {field["name"] for field in document["fields"]}
    row = study.rows.filter(score__isnull=False).first()
    record = next(c for c in document["cities"] if c["teryt"] == row.teryt)
    assert record["score"] == row.score
    assert record["money_target"] == row.targets[0]["target"]
    assert set(record) <= names
    left = next(c for c in document["cities"] if not c["compared"])
    assert (left["score"], left["efficient"], left["missing"]) == (None, None, ["nurseries"])
    lines = client.get(at("csv")).content.decode("utf-8-sig").splitlines()
    assert len(lines) == 31
    assert lines[0].split(",")[:3] == ["teryt", "city", "voivodeship"]
    polish = client.get(at("csv", language="pl")).content.decode("utf-8-sig").splitlines()
    assert ";" in polish[0]
    assert client.get(at("xlsx")).content[:2] == b"PK"


def test_export_is_safe_in_a_spreadsheet(client):
    edition = factories.edition()
    members = factories.figures(edition, factories.random_values(12))
    members[0].name = "=cmd()"
    members[0].save()
    factories.published(edition)
    assert ",'=cmd()," in client.get(at("csv")).content.decode()


def test_bundle_carries_its_checksum(client, study):
    answer = client.get(at("bundle"))
    assert answer["X-Checksum-Sha256"] == study.bundle_sha256
    assert "efficiency-2026-1.zip" in answer["Content-Disposition"]


@pytest.mark.parametrize("returns", ["crs", "drs", "irs"])
def test_peers_are_multiples_where_shares_need_not_sum_to_one(client, returns):
    edition = factories.edition()
    factories.figures(edition, factories.random_values(12))
    study = factories.published(edition, returns=returns, orientation="output")
    row = study.rows.filter(efficient=False).first()
    assert "×" in wording.likenesses(row, study)
    page(client, "city", row.slug)
    page(client, "method")
