"""The questions that cities bring: who writes them, how many, and what may not be deleted."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import translation

from ratusz.apps.core.errors import DomainError, NotAllowed
from ratusz.apps.dialogue import queries, services
from ratusz.apps.dialogue.board import day_and_questions
from ratusz.apps.dialogue.models import CityQuestion
from tests.dialogue.factories import a_city, make_registration, make_round_tables, make_session
from tests.editions.factories import make_user
from tests.ranking.factories import organiser

pytestmark = pytest.mark.django_db


@pytest.fixture
def session():
    return make_session(day=dt.date(2026, 6, 17))


@pytest.fixture
def boss(session):
    return organiser(session.edition)


def ask(session, by, city, number=1, text="Jak ogrzać szkoły do 2028 r.?") -> CityQuestion:
    return services.save_city_question(by=by, session=session, city=city, number=number, text_pl=text)


def test_question_is_rewritten_in_its_place(session, boss):
    one = ask(session, boss, a_city(1))
    two = ask(session, boss, a_city(1), text="  Od czego   zacząć remonty?  ")
    assert one.pk == two.pk
    assert two.text_pl == "Od czego zacząć remonty?"


@pytest.mark.parametrize(("number", "text", "code"), [
    (4, "Jak?", "too_many_questions"), (0, "Jak?", "too_many_questions"), (1, "   ", "required"),
])  # fmt: skip
def test_wrong_question_is_refused_with_a_next_step(session, boss, number, text, code):
    with pytest.raises(DomainError) as refused:
        ask(session, boss, a_city(1), number, text)
    assert (refused.value.code, bool(refused.value.next_step)) == (code, True)
    assert not session.city_questions.exists()


def test_without_a_mandate_nobody_asks_for_a_city(session):
    for role in ("city", "participant", "moderator"):
        user = make_user(role, edition=session.edition)
        with pytest.raises(NotAllowed):
            ask(session, user, a_city(1))
        assert not queries.city_questions_visible_to(user, session).exists()


def test_question_on_a_table_stays(session, boss):
    question = ask(session, boss, a_city(1))
    table = make_round_tables(session).tables.first()
    services.save_table(by=boss, block=table.block, table=table, city_question=question)
    with pytest.raises(DomainError, match="1"):
        services.delete_city_question(by=boss, question=question)
    services.save_table(by=boss, block=table.block, table=table, city_question=None)
    services.delete_city_question(by=boss, question=question)
    assert not session.city_questions.exists()


def test_pages_of_questions_are_for_teams_of_cities(session, client):
    with translation.override("pl"):
        address = reverse("dialogue:city_questions", args=[session.edition.year])
    assert client.get(address).status_code == 302
    client.force_login(make_user("participant", edition=session.edition))
    assert client.get(address).status_code == 404


def test_published_agenda_names_the_city_of_a_question(session, boss, client):
    question = ask(session, boss, a_city(1))
    table = make_round_tables(session).tables.first()
    services.save_table(
        by=boss, block=table.block, table=table, city_question=question, question_pl="", question_en=""
    )
    services.publish_agenda(by=boss, session=session)
    with translation.override("pl"):
        address = reverse("dialogue:agenda", args=[session.edition.year])
    text = client.get(address, {"view": "topics"}).content.decode()
    assert "Jak ogrzać szkoły do 2028 r.?" in text
    assert a_city(1).name in text


def test_own_day_stands_on_my_edition_once_it_is_public(session, boss, client):
    make_round_tables(session)
    person = make_registration(session)
    titles = [str(entry.title) for entry in day_and_questions(person.user, session.edition)]
    assert titles == []
    services.publish_agenda(by=boss, session=session)
    assert len(list(day_and_questions(person.user, session.edition))) == 1
