"""What is not published shows to organisers alone: on no page, in no count, search, export, frame or site map."""

import pytest
from django.urls import reverse
from django.utils import translation

from ratusz.apps.editions.models import Role
from ratusz.apps.ranking import queries, services
from tests.ranking import factories

pytestmark = pytest.mark.django_db

READING = ["ranking", "compare", "method", "verify", "csv", "xlsx", "json", "bundle"]


@pytest.fixture
def edition():
    found = factories.edition()
    factories.figures(found, factories.random_values(12))
    return found


@pytest.fixture
def draft_result(edition):
    return factories.result(edition)


def address(name, *args, **query):
    from urllib.parse import urlencode

    with translation.override("en"):
        path = reverse(f"ranking:{name}", args=[2026, *args])
    return f"{path}?{urlencode(query)}" if query else path


def people(edition):
    return {
        "nobody": None,
        "stranger": factories.person("stranger@example.org"),
        "city": factories.person("city@example.org", edition, Role.CITY),
        "juror": factories.person("juror@example.org", edition, Role.JUROR),
        "secretary": factories.person("secretary@example.org", edition, Role.SECRETARY),
        "organiser of another edition": factories.person(
            "elsewhere@example.org", factories.edition(2025, current=False), Role.ORGANISER
        ),
    }


@pytest.mark.parametrize("name", [*READING, "embed", "city"])
def test_unpublished_result_is_not_there_for_others(client, edition, draft_result, name):
    args = [draft_result.rows.first().slug] if name == "city" else []
    for who, user in people(edition).items():
        if user:
            client.force_login(user)
        answer = client.get(address(name, *args, publication=draft_result.pk))
        assert answer.status_code == 404, who
        assert "Łódź" not in answer.content.decode(errors="ignore"), who
        client.logout()


def test_unpublished_result_shows_in_no_door(edition, draft_result):
    for user in people(edition).values():
        assert not queries.visible_to(user).exists()
        assert not queries.rows_visible_to(user, draft_result).exists()
        assert not queries.runs_visible_to(user).exists()
        assert not queries.published_years(user)
    assert list(queries.sitemap_items()) == []
    assert queries.published(edition) is None


def test_page_without_a_publication_says_so_and_names_no_city(client, edition, draft_result):
    answer = client.get(address("ranking"))
    assert answer.status_code == 200
    assert "No ranking is published yet" in answer.content.decode()
    assert "Łódź" not in answer.content.decode()
    assert client.get(address("ranking", q="lodz", sort="score")).status_code == 200
    for name in ("csv", "xlsx", "json", "bundle", "embed", "compare", "verify"):
        assert client.get(address(name)).status_code == 404


@pytest.mark.parametrize("name", READING)
def test_organiser_looks_at_the_result_in_the_public_templates(client, edition, draft_result, name):
    client.force_login(factories.organiser(edition))
    assert client.get(address(name, publication=draft_result.pk)).status_code == 200


def test_result_is_never_framed_before_it_is_published(client, edition, draft_result):
    client.force_login(factories.organiser(edition))
    assert client.get(address("embed", publication=draft_result.pk)).status_code == 404


def test_draft_of_a_method_is_for_organisers(client, edition):
    locked = factories.locked(edition)
    services.start_draft(edition=edition, by=factories.organiser(edition))
    assert client.get(address("method")).status_code == 200
    assert client.get(address("method", version=2)).status_code == 404
    assert client.get(address("method_toml", version=2)).status_code == 404
    assert client.get(address("method_toml")).content.decode() == locked.toml
    client.force_login(factories.organiser(edition))
    assert client.get(address("method", version=2)).status_code == 200


def test_published_ranking_is_for_everybody(client, edition, draft_result):
    services.publish_ranking(ranking=draft_result, by=factories.organiser(edition))
    for name in [*READING, "embed"]:
        assert client.get(address(name)).status_code == 200
    assert len(list(queries.sitemap_items())) == 5 + 12


def test_withdrawn_ranking_stays_readable_with_its_reason(client, edition, draft_result):
    by = factories.organiser(edition)
    published = services.publish_ranking(ranking=draft_result, by=by)
    services.withdraw_ranking(
        ranking=published, reason_pl="Błąd źródła.", reason_en="A faulty source.", by=by
    )
    page = client.get(address("ranking")).content.decode()
    assert "A faulty source." in page
    page = client.get(address("ranking", publication=published.pk)).content.decode()
    assert "A faulty source." in page
    assert "Łódź" in page


def test_only_the_frame_may_be_framed_anywhere(client, edition, draft_result):
    services.publish_ranking(ranking=draft_result, by=factories.organiser(edition))
    framed = client.get(address("embed"))
    assert "frame-ancestors *" in framed["Content-Security-Policy"]
    assert "X-Frame-Options" not in framed
    assert "Set-Cookie" not in framed
    page = client.get(address("ranking"))
    assert "frame-ancestors 'self'" in page["Content-Security-Policy"]
    assert page["X-Frame-Options"] == "SAMEORIGIN"


@pytest.mark.parametrize("asked", ["0", "x", "9" * 30, "-1", "1 or 1=1"])
def test_nonsense_for_a_publication_is_not_found(client, edition, draft_result, asked):
    assert client.get(address("ranking", publication=asked)).status_code == 404
