"""What is not published shows to organisers alone: on no page, in no count, search, export, bundle or site map."""

from urllib.parse import urlencode

import pytest
from django.urls import reverse
from django.utils import translation

from ratusz.apps.editions.models import Role
from ratusz.apps.efficiency import queries, services
from tests.efficiency import factories

pytestmark = pytest.mark.django_db

READING = ["study", "method", "csv", "xlsx", "json", "bundle"]


@pytest.fixture
def edition():
    found = factories.edition()
    factories.figures(found, factories.random_values(12))
    return found


@pytest.fixture
def computed(edition):
    return factories.computed(edition)


def address(name, *args, **query):
    with translation.override("en"):
        path = reverse(f"efficiency:{name}", args=[2026, *args])
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


@pytest.mark.parametrize("name", [*READING, "city"])
def test_unpublished_study_is_not_there_for_others(client, edition, computed, name):
    args = [computed.rows.first().slug] if name == "city" else []
    for who, user in people(edition).items():
        if user:
            client.force_login(user)
        answer = client.get(address(name, *args, publication=computed.pk))
        assert answer.status_code == 404, who
        assert "Łódź" not in answer.content.decode(errors="ignore"), who
        client.logout()


def test_unpublished_study_shows_in_no_door(edition, computed):
    for user in people(edition).values():
        assert not queries.visible_to(user).exists()
        assert not queries.rows_visible_to(user, computed).exists()
        assert not queries.published_years(user)
        assert queries.in_work(user, edition) is None
    assert list(queries.sitemap_items()) == []
    assert queries.published(edition) is None


def test_page_without_a_publication_says_so_and_names_no_city(client, edition, computed):
    answer = client.get(address("study"))
    assert answer.status_code == 200
    assert "No study is published yet" in answer.content.decode()
    assert "Łódź" not in answer.content.decode()
    for name in ("csv", "xlsx", "json", "bundle", "method"):
        assert client.get(address(name)).status_code == 404
    assert client.get(address("city", computed.rows.first().slug)).status_code == 404


@pytest.mark.parametrize("name", READING)
def test_organiser_looks_at_the_result_in_the_public_templates(client, edition, computed, name):
    client.force_login(factories.organiser(edition))
    assert client.get(address(name, publication=computed.pk)).status_code == 200


def test_draft_has_nothing_to_look_at(client, edition):
    study = factories.draft(edition)
    client.force_login(factories.organiser(edition))
    assert client.get(address("study", publication=study.pk)).status_code == 404


def test_published_study_is_for_everybody(client, edition, computed):
    services.publish_study(study=computed, by=factories.organiser(edition))
    for name in READING:
        assert client.get(address(name)).status_code == 200
    assert len(list(queries.sitemap_items())) == 2 + 12


def test_withdrawn_study_stays_readable_with_its_reason(client, edition, computed):
    by = factories.organiser(edition)
    study = services.publish_study(study=computed, by=by)
    services.withdraw_study(study=study, reason_pl="Błąd źródła.", reason_en="A faulty source.", by=by)
    page = client.get(address("study")).content.decode()
    assert "A faulty source." in page
    assert "No study is published yet" in page
    page = client.get(address("study", publication=study.pk)).content.decode()
    assert "A faulty source." in page
    assert "Łódź" in page
    assert list(queries.sitemap_items()) == []


def test_study_of_an_edition_in_preparation_is_not_there(client):
    factories.edition(2026)
    later = factories.edition(2027, current=False)
    factories.figures(later, factories.random_values(12))
    study = factories.published(later)
    with translation.override("en"):
        path = reverse("efficiency:study", args=[2027])
    assert client.get(path).status_code == 404
    assert client.get(f"{path}?publication={study.pk}").status_code == 404


SCREENS = ["overview", "edit", "state", "publish"]
ACTS = ["start", "check", "discard", "run", "stop", "publish"]


@pytest.mark.parametrize("method", ["get", "post"])
def test_screens_of_the_panel_are_closed_to_others(client, edition, computed, method):
    for who, user in people(edition).items():
        if user:
            client.force_login(user)
        for name in SCREENS if method == "get" else ACTS:
            answer = getattr(client, method)(reverse(f"efficiency_admin:{name}", args=[2026]))
            assert answer.status_code in (302, 403, 404), (who, name)
            assert "Łódź" not in answer.content.decode(), (who, name)
        client.logout()
    computed.refresh_from_db()
    assert computed.state == "computed"
