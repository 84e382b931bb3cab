"""The organiser's screens of the day plan, from the first room to the publication."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from ratusz.apps.dialogue import queries, services
from ratusz.apps.dialogue.models import Block, CityQuestion, Host, Profession, Room, Stakeholder, Table, Topic
from tests.dialogue.factories import (
    a_city,
    at,
    make_circle,
    make_registration,
    make_round_tables,
    make_session,
)
from tests.editions.factories import make_user
from tests.ranking.factories import organiser

pytestmark = pytest.mark.django_db


@pytest.fixture
def session():
    return make_session(day=dt.date(2026, 6, 17))


@pytest.fixture
def panel(session, client):
    """The organiser's browser."""
    client.force_login(organiser(session.edition))
    return client


def at_panel(name, session, *args) -> str:
    return reverse(f"dialogue_admin:{name}", args=[session.edition.year, *args])


def errors(answer) -> str:
    return str(answer.context["form"].errors) if answer.context else ""


def test_day_is_prepared_with_forms_alone(session, panel):
    answer = panel.post(
        at_panel("rooms", session), {"name_pl": "Aula", "capacity": "40", "step_free": "on", "order": "3"}
    )
    assert answer.status_code == 302, errors(answer)
    room = Room.objects.get(name_pl="Aula")
    answer = panel.post(at_panel("topics", session), {"name_pl": "Zieleń miejska", "order": "9"})
    assert answer.status_code == 302, errors(answer)
    assert Topic.objects.get(name_pl="Zieleń miejska").code == "zielen-miejska"
    block = {
        "kind": "round_tables", "title_pl": "Stoły", "starts_at": "2026-06-17T11:00",
        "ends_at": "2026-06-17T13:00", "room": room.pk, "professions": ["treasurer"],
    }  # fmt: skip
    answer = panel.post(at_panel("new_block", session), block)
    assert answer.status_code == 302, errors(answer)
    made = Block.objects.get(title_pl="Stoły")
    assert (made.starts_at, made.professions) == (at(session, 11), [])
    panel.post(at_panel("rounds", session, made.pk), {"number": 3, "minutes": 30, "pause": 10})
    assert [timezone.localtime(one.starts_at).strftime("%H:%M") for one in made.rounds.all()] == [
        "11:00", "11:40", "12:20",
    ]  # fmt: skip
    table = {"number": 1, "room": room.pk, "min_seats": 4, "max_seats": 8, "language": "pl"}
    person = make_registration(session)
    answer = panel.post(at_panel("new_table", session, made.pk), table | {"moderators": [person.pk]})
    assert answer.status_code == 302, errors(answer)
    assert Host.objects.get().table == made.tables.get()
    answer = panel.post(at_panel("new_table", session, made.pk), table)
    assert "number already" in str(answer.context["form"].errors) or "numerze" in errors(answer)
    assert panel.get(at_panel("block", session, made.pk)).status_code == 200
    assert panel.get(at_panel("table", session, made.pk, made.tables.get().pk)).status_code == 200


@pytest.mark.parametrize(
    ("name", "sent", "field"),
    [
        ("rooms", {"name_pl": "Sala Duża", "capacity": "40", "order": "3"}, "__all__"),
        ("topics", {"name_pl": "Heat", "order": "3"}, "__all__"),
        ("new_block", {"kind": "break", "title_pl": "X", "starts_at": "2026-06-17T13:00",
                       "ends_at": "2026-06-17T11:00"}, "ends_at"),
    ],
)  # fmt: skip
def test_wrong_input_is_said_at_its_field_and_kept(session, panel, name, sent, field):
    answer = panel.post(at_panel(name, session), sent)
    assert answer.status_code in (200, 422)
    assert field in answer.context["form"].errors
    assert (sent.get("title_pl") or sent["name_pl"]) in answer.content.decode()


def test_circle_offers_no_business_as_host(session, panel):
    circle = make_circle(session, Profession.TREASURER)
    firm = make_registration(session, Stakeholder.BUSINESS, name="Zofia Kanarek")
    table = circle.tables.get()
    address = at_panel("table", session, circle.pk, table.pk)
    assert "Zofia Kanarek" not in panel.get(address).content.decode()
    fields = {"number": 1, "room": table.room_id, "min_seats": 1, "max_seats": 8, "language": "pl"}
    panel.post(address, fields | {"moderators": [firm.pk]})
    assert not Host.objects.exists()


def test_moved_block_is_told_with_its_clashes(session, panel):
    circle, tables = make_circle(session, Profession.TREASURER), make_round_tables(session)
    answer = panel.post(
        at_panel("move_block", session, circle.pk),
        {"starts_at": at(session, 11, 30).isoformat(), "room": tables.room_id},
    )
    circle.refresh_from_db()
    assert (circle.starts_at, circle.room) == (at(session, 11, 30), tables.room)
    assert circle.rounds.get().starts_at == at(session, 11, 30)
    assert len(answer.context["clashes"]) == 2
    assert "11:30–12:30" in answer.context["said"]


@pytest.mark.parametrize(
    "sent", [{"starts_at": "half past"}, {}, {"starts_at": "2026-06-17T11:00", "room": "x"}]
)
def test_move_to_nowhere_is_refused_in_words(session, panel, sent):
    circle = make_circle(session, Profession.TREASURER)
    answer = panel.post(at_panel("move_block", session, circle.pk), sent)
    assert answer.status_code == 200
    circle.refresh_from_db()
    assert circle.starts_at == at(session, 9)


@pytest.mark.parametrize("name", ["agenda", "overview"])
def test_screens_ask_no_more_of_the_database_for_a_longer_day(
    session, panel, name, django_assert_max_num_queries
):
    make_circle(session, Profession.TREASURER, tables=2)
    panel.get(at_panel(name, session))
    with CaptureQueriesContext(connection) as asked:
        panel.get(at_panel(name, session))
    for hour in range(10, 15):
        make_circle(session, Profession.TREASURER, hour=hour, tables=2)
    with django_assert_max_num_queries(len(asked) + 1):
        panel.get(at_panel(name, session))


def test_overview_says_the_next_step_of_each_part(session, panel):
    def steps() -> list[str]:
        return [part.next_step for part in panel.get(at_panel("overview", session)).context["parts"]]

    first = steps()
    make_round_tables(session)
    second = steps()
    services.publish_agenda(by=organiser(session.edition), session=session)
    assert len(first) == 7
    assert first[0] != second[0] != ""
    assert steps()[0] == ""


def test_site_leads_to_the_session_once_its_agenda_is_public(session, client):
    make_round_tables(session)
    address = f'href="/pl/session/{session.edition.year}/"'
    assert address not in client.get("/pl/pages/", follow=True).content.decode()
    assert "/session/" not in client.get("/sitemap.xml").content.decode()
    services.publish_agenda(by=organiser(session.edition), session=session)
    map_ = client.get("/sitemap.xml").content.decode()
    assert f"/pl/session/{session.edition.year}/</loc>" in map_
    assert f"/en/session/{session.edition.year}/</loc>" in map_
    assert address in client.get(f"/pl/session/{session.edition.year}/").content.decode()


def test_question_lies_on_one_table_and_stays_traceable(session, panel):
    tables = make_round_tables(session)
    question = CityQuestion.objects.create(
        session=session, city=a_city(1), number=1, text_pl="Jak ogrzać szkoły?", topic=session.topics.first()
    )
    one, two, _three = tables.tables.all()
    Table.objects.filter(block=tables).update(question_pl="", question_en="")
    for table in (one, two):
        panel.post(at_panel("questions", session), {"question": question.pk, "table": table.pk})
    assert list(question.tables.all()) == [two]
    two.refresh_from_db()
    assert two.question == "Jak ogrzać szkoły?"
    assert "Jak ogrzać szkoły?" in panel.get(at_panel("questions", session)).content.decode()
    panel.post(at_panel("questions", session), {"question": question.pk, "table": ""})
    assert not question.tables.exists()


def test_agenda_is_published_with_its_diff(session, panel):
    circle = make_circle(session, Profession.TREASURER)
    address = at_panel("publish_agenda", session)
    assert panel.get(address).context["changes"] is None
    panel.post(address, {"note_pl": "Pierwsza wersja"})
    assert queries.published_agenda(session).note_pl == "Pierwsza wersja"
    services.move_block(
        by=organiser(session.edition), block=circle, starts_at=at(session, 10), room=circle.room
    )
    assert "10:00" in panel.get(address).context["changes"][0].text
    panel.post(address, {"note_pl": ""})
    assert queries.published_agenda(session).number == 2
    answer = panel.post(address, {"note_pl": ""})
    assert answer.status_code == 200
    assert answer.context["form"].errors


@pytest.mark.parametrize("name", ["agenda", "rooms", "topics", "new_block", "publish_agenda", "questions"])
def test_nobody_but_organisers_enters(session, client, name):
    client.force_login(make_user("city", edition=session.edition))
    assert client.get(at_panel(name, session)).status_code in (302, 403)
