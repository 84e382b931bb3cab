from datetime import timedelta

import pytest
from django.utils import timezone

from ratusz.apps.accounts.models import Mandate, Organisation
from ratusz.apps.editions import tasks_board
from ratusz.apps.editions.models import Role
from ratusz.apps.editions.tasks_board import Outcome, Task
from tests.editions.conftest import signed_in
from tests.editions.factories import make_edition, make_user

pytestmark = pytest.mark.django_db


def page_of(user, settings, address="/pl/my/"):
    settings.DEMO = True
    return signed_in(user).get(address)


def test_page_asks_strangers_to_sign_in(client):
    assert client.get("/pl/my/").url == "/pl/account/login/?next=/pl/my/"


def test_page_without_any_edition_says_so(settings):
    page = page_of(make_user(), settings)
    assert page.status_code == 200
    assert "Nie ma jeszcze otwartej edycji" in page.content.decode()


def test_organiser_is_asked_for_the_calendar_and_the_open_phases(settings):
    edition = make_edition(open_phases=("rank", "verify"))
    page = page_of(make_user(Role.ORGANISER, edition=edition), settings)
    titles = [str(task.title) for task in page.context["tasks"]]
    assert titles[0].endswith("Dialog o danych") or titles[0].endswith("Ranking")
    assert "Uzupełnij kalendarz edycji" in titles
    assert "/admin/" in page.content.decode()


def test_city_team_without_a_mandate_is_told_whom_to_ask(settings):
    edition = make_edition()
    user = make_user(Role.CITY, edition=edition)
    page = page_of(user, settings)
    assert [task.url for task in page.context["tasks"]] == ["mailto:biuro@example.org"]
    city = Organisation.objects.create(kind="local_government", name="Łódź", teryt="1061011")
    Mandate.objects.create(user=user, organisation=city, valid_from=timezone.localdate())
    page = page_of(user, settings)
    assert page.context["tasks"] == []
    assert "Łódź" in page.content.decode()
    assert "/admin/" not in page.content.decode()


def test_stages_add_tasks_and_outcomes_which_are_sorted(settings, monkeypatch):
    edition, now = make_edition(), timezone.now()

    def provider(user, asked_edition):
        assert asked_edition == edition
        yield Task("later", "/a/", due=now + timedelta(days=2))
        yield Task("no deadline", "/b/")
        yield Task("soon", "/c/", due=now + timedelta(days=1))
        yield Outcome("older", at=now - timedelta(days=2))
        yield Outcome("newer", at=now)

    monkeypatch.setattr(tasks_board, "_providers", [])
    tasks_board.register(provider)
    tasks_board.register(provider)
    page = page_of(make_user(), settings)
    assert [task.title for task in page.context["tasks"]] == ["soon", "later", "no deadline"]
    assert [outcome.title for outcome in page.context["outcomes"]] == ["newer", "older"]


def test_another_edition_can_be_chosen_only_with_a_role_in_it(settings):
    make_edition()
    ahead = make_edition(2027, current=False)
    helper = make_user(Role.CITY, edition=ahead)
    assert page_of(helper, settings, "/pl/my/?year=2027").context["edition"] == ahead
    assert page_of(make_user(), settings, "/pl/my/?year=2027").context["edition"].year == 2026


def test_river_shows_each_phase_with_hour_and_zone(settings):
    make_edition(open_phases=("judge",))
    page = page_of(make_user(), settings).content.decode()
    assert ('aria-current="step"' in page and "(CET)" in page) or "(CEST)" in page


def test_page_asks_few_questions(settings, django_assert_max_num_queries):
    edition = make_edition(open_phases=("judge", "rank"))
    settings.DEMO = True
    client = signed_in(make_user(Role.ORGANISER, edition=edition))
    client.get("/pl/my/")
    with django_assert_max_num_queries(30):
        client.get("/pl/my/")
