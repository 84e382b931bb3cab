"""Everybody gets the same answers, and what is not published is in none of them: no row, count, file or search."""

import pytest
from django.test import Client

from ratusz.apps.editions.models import Role
from tests.api.conftest import body_of
from tests.ranking import factories

pytestmark = pytest.mark.django_db

ADDRESSES = [
    "/api/v1/", "/api/v1/editions", "/api/v1/editions/2026", "/api/v1/editions/2026/cities", "/api/v1/cities",
    "/api/v1/indicators", "/api/v1/sources", "/api/v1/observations", "/api/v1/corrections", "/api/v1/rankings",
    "/api/v1/rankings/2026/latest", "/api/v1/rankings/2026/2/results", "/api/v1/rankings/2026/2/bundle.zip",
    "/api/v1/efficiency", "/api/v1/efficiency/2026/latest", "/open-data/2026/efficiency.csv",
    "/open-data/2026/cities.csv", "/open-data/2026/results.csv", "/open-data/2026/scores.json",
    "/open-data/2026/datapackage.json", "/open-data/catalog.jsonld",
]  # fmt: skip
HIDDEN = [
    "/api/v1/editions/2027",
    "/api/v1/editions/2027/cities",
    "/api/v1/editions/2027/size-classes",
    "/api/v1/rankings/2027/latest",
    "/api/v1/rankings/2026/3",
    "/api/v1/rankings/2026/3/results",
    "/api/v1/rankings/2026/3/bundle.zip",
    "/api/v1/efficiency/2026/2",
    "/api/v1/efficiency/2026/2/results",
    "/api/v1/efficiency/2026/2/bundle.zip",
    "/open-data/2027/cities.csv",
    "/open-data/2027/datapackage.json",
]


def callers(world):
    """A client for nobody and for each role, those of the edition in preparation among them."""
    yield "nobody", Client()
    for edition in (world.edition, world.ahead):
        for role in Role.values:
            user = factories.person(f"{role}.{edition.year}@example.org", edition, role)
            yield f"{role} {edition.year}", signed_in(user)
    yield "administrator", signed_in(factories.person("root@example.org", superuser=True))


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def test_every_role_gets_the_same_answers(world):
    def answers(client):
        return [(one.status_code, one["ETag"], body_of(one)) for one in map(client.get, ADDRESSES)]

    callers_of = list(callers(world))
    expected = answers(callers_of[0][1])
    assert {status for status, _tag, _body in expected} == {200}
    for who, client in callers_of[1:]:
        assert answers(client) == expected, who


@pytest.mark.parametrize("address", HIDDEN)
def test_what_is_not_public_does_not_exist(world, address):
    for who, client in callers(world):
        assert client.get(address).status_code == 404, who


def test_unpublished_ranking_is_in_no_count(api, world):
    assert api.get("/api/v1/rankings").json()["total"] == 2
    assert api.get("/api/v1/rankings?year=2027").json()["total"] == 0
    assert api.get("/api/v1/efficiency").json()["total"] == 1
    assert world.hidden.bundle_sha256 not in api.get("/api/v1/rankings").content.decode()
    years = [one["year"] for one in api.get("/api/v1/editions").json()["items"]]
    assert years == [2026]


@pytest.mark.parametrize(
    "address",
    ["/pl/open-data/", "/open-data/catalog.jsonld", "/open-data/catalog.ttl", "/open-data/catalog.rdf"],
)
def test_edition_in_preparation_is_in_no_list_of_files(world, address):
    for who, client in [("nobody", Client()), ("organiser", signed_in(factories.organiser(world.ahead)))]:
        answer = client.get(address)
        if answer.status_code == 302:
            continue  # an organiser without a second factor is led to its set-up
        assert "2026" in body_of(answer).decode(), who
        assert "2027" not in body_of(answer).decode(), who


def test_edition_without_a_published_ranking_offers_no_results(api, world):
    from ratusz.apps.ranking import services

    services.withdraw_ranking(
        ranking=world.ranking, reason_pl="Próba.", reason_en="A trial.", by=factories.organiser(world.edition)
    )
    assert api.get("/api/v1/rankings/2026/latest").status_code == 404
    assert api.get("/open-data/2026/results.csv").status_code == 404
    assert "results.csv" not in api.get("/pl/open-data/").content.decode()
    assert api.get("/api/v1/rankings/2026/2").json()["withdrawal_en"] == "A trial."
