"""The API among caches, browsers and mistakes: ETag, HEAD, CORS, gzip, limits, and errors that help."""

import gzip

import pytest

from tests.api.conftest import body_of

pytestmark = pytest.mark.django_db

ADDRESSES = [
    "/api/v1/", "/api/v1/openapi.json", "/api/v1/cities", "/api/v1/rankings/2026/2/results",
    "/api/v1/rankings/2026/2/bundle.zip", "/open-data/2026/results.csv", "/open-data/2026/observations.json",
    "/open-data/catalog.jsonld", "/open-data/dictionary.csv",
]  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES)
def test_unchanged_answer_is_not_sent_again(api, address):
    first = api.get(address)
    tag = first["ETag"]
    assert tag.startswith('"')
    assert "public" in first["Cache-Control"]
    assert api.get(address)["ETag"] == tag
    again = api.get(address, headers={"If-None-Match": tag})
    assert (again.status_code, body_of(again), again["ETag"]) == (304, b"", tag)
    assert api.get(address, headers={"If-None-Match": '"other"'}).status_code == 200


def test_tag_changes_with_the_figures(api):
    from ratusz.apps.cities.models import Observation

    addresses = ["/api/v1/observations", "/open-data/2026/observations.csv"]
    before = [api.get(address)["ETag"] for address in addresses]
    figure = Observation.objects.order_by("pk").first()
    figure.value += 0.001
    figure.save()
    after = [api.get(address)["ETag"] for address in addresses]
    assert all(a != b for a, b in zip(before, after, strict=True))


def test_frozen_rows_say_when_they_last_changed(api):
    answer = api.get("/api/v1/rankings/2026/2/results")
    dated = answer["Last-Modified"]
    assert api.get("/api/v1/rankings/2026/2/results", headers={"If-Modified-Since": dated}).status_code == 304
    assert not api.get("/api/v1/rankings/2026/latest/results").has_header("Last-Modified")


@pytest.mark.parametrize("address", ADDRESSES)
def test_head_is_get_without_the_body(api, address):
    got, head = api.get(address), api.head(address)
    assert (head.status_code, body_of(head), head["ETag"]) == (200, b"", got["ETag"])
    assert head["Content-Type"] == got["Content-Type"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_other_sites_may_read(api, address):
    answer = api.get(address, headers={"Origin": "https://example.org"})
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer
    asked = api.options(address, headers={"Origin": "https://example.org"})
    assert (asked.status_code, asked["Access-Control-Allow-Methods"]) == (204, "GET, HEAD, OPTIONS")


def test_pages_for_people_stay_closed_to_other_sites(client, db):
    assert "Access-Control-Allow-Origin" not in client.get("/pl/api/")


def test_packed_answer_is_the_same_answer(api):
    plain = api.get("/api/v1/rankings/2026/2/results")
    packed = api.get("/api/v1/rankings/2026/2/results", headers={"Accept-Encoding": "gzip"})
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert packed["ETag"] == f"W/{plain['ETag']}"
    assert "Accept-Encoding" in packed["Vary"]
    assert "Accept-Encoding" in plain["Vary"]
    file = api.get("/open-data/2026/results.csv", headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(body_of(file)).startswith(b"teryt,")


def test_answers_set_no_cookie_and_depend_on_none(api):
    for address in ADDRESSES:
        answer = api.get(address)
        assert not answer.cookies
        assert "Cookie" not in answer.get("Vary", "")


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_can_be_written(api, method):
    answer = getattr(api, method)("/api/v1/cities")
    assert answer.status_code == 405
    assert answer["Allow"] == "GET, HEAD, OPTIONS"
    assert_problem(answer)


@pytest.mark.parametrize(
    "address", ["/api/v1/nothing", "/api/v1/cities/", "/api/v1/cities/0000000", "/api/v1/rankings/2026/9",
                "/api/v1/editions/1999", "/open-data/nothing.csv", "/open-data/2026/nothing.csv",
                "/open-data/1999/cities.csv"]
)  # fmt: skip
def test_missing_address_is_a_problem_and_no_page(api, address):
    answer = api.get(address)
    assert answer.status_code == 404
    assert_problem(answer)


@pytest.mark.parametrize(
    ("address", "parameter"),
    [
        ("/api/v1/cities?voivodship=pomorskie", "voivodship"),
        ("/api/v1/cities?limit=1001", "limit"),
        ("/api/v1/cities?limit=0", "limit"),
        ("/api/v1/cities?offset=-1", "offset"),
        ("/api/v1/cities?limit=ten", "limit"),
        ("/api/v1/cities?county_rights=maybe", "county_rights"),
        ("/api/v1/cities?teryt=12", "teryt"),
        ("/api/v1/cities?lang=de", "lang"),
        ("/api/v1/cities?q=%00", "q"),
        ("/api/v1/observations?indicator=nothing", "indicator"),
        ("/api/v1/observations?teryt=9999999", "teryt"),
        ("/api/v1/rankings/2026/first", "number"),
        ("/open-data/2026/cities.csv?format=pl", "format"),
    ],
)
def test_wrong_parameter_is_named(api, address, parameter):
    answer = api.get(address)
    assert answer.status_code == 422
    problem = assert_problem(answer)
    assert [fault["parameter"] for fault in problem["errors"]] == [parameter]
    assert (
        parameter in problem["detail"] or problem["errors"][0]["next_step"] or problem["errors"][0]["message"]
    )


def assert_problem(answer):
    """The body of an error, after what RFC 9457 and caches ask of it."""
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["Cache-Control"] == "no-store"
    assert answer["Access-Control-Allow-Origin"] == "*"
    problem = answer.json()
    assert problem["status"] == answer.status_code
    assert problem["type"].startswith("urn:ratusz:problem:")
    assert problem["detail"]
    return problem


def test_error_speaks_the_language_of_the_reader(api):
    polish = api.get("/api/v1/cities?limit=0", headers={"Accept-Language": "pl"})
    english = api.get("/api/v1/cities?limit=0", headers={"Accept-Language": "en"})
    chosen = api.get("/api/v1/cities?limit=0&lang=en", headers={"Accept-Language": "pl"})
    assert polish.json()["title"] == "Błędny parametr"
    assert english.json() == chosen.json()
    assert english.json()["title"] == "A parameter is wrong"
    assert (polish["Content-Language"], english["Content-Language"]) == ("pl", "en")
    assert polish["Vary"] == "Accept-Language"


def test_limit_says_when_to_come_back(api, monkeypatch):
    from ratusz.apps.api import middleware

    monkeypatch.setitem(middleware.OFTEN, middleware.API, "2/m")
    assert [api.get("/api/v1/").status_code for _call in range(3)] == [200, 200, 429]
    refused = api.get("/api/v1/")
    assert 0 < int(refused["Retry-After"]) <= 60
    assert_problem(refused)
