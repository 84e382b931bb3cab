"""The day: who came, once; the hall's clock by versions; what the projector may tell; who may do what."""

import datetime as dt
import json
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from ratusz.apps.core.errors import DomainError, NotAllowed
from ratusz.apps.core.models import AuditEntry
from ratusz.apps.dialogue import queries, services
from ratusz.apps.dialogue.models import CheckIn, Registration, Room, Table
from ratusz.apps.dialogue.queries import day
from tests.dialogue.factories import (
    at,
    make_circle,
    make_people,
    make_registration,
    make_round_tables,
    make_session,
)
from tests.editions.factories import make_user
from tests.ranking.factories import organiser

pytestmark = pytest.mark.django_db


@pytest.fixture
def session():
    return make_session()


@pytest.fixture
def steward(session):
    return make_user("steward", edition=session.edition)


@pytest.fixture
def boss(session):
    return organiser(session.edition)


def come(by, session, person, **more):
    fields = {"registration": person.pk, "way": "name", "key": uuid.uuid4()} | more
    return services.check_in(by=by, session=session, **fields)


def test_same_act_sent_twice_notes_one_arrival(session, steward):
    person = make_registration(session)
    key = uuid.uuid4()
    arrivals = [come(steward, session, person, key=key, desk="desk 2") for _ in range(2)]
    assert [arrival.again for arrival in arrivals] == [False, False]
    assert AuditEntry.objects.filter(action="dialogue.check_in").count() == 1
    assert queries.present(session) == {person.pk}


def test_second_desk_is_told_when_and_where(session, steward, settings):
    person = make_registration(session)
    come(steward, session, person, desk="stanowisko 2", at=timezone.now() - dt.timedelta(minutes=5))
    entry = CheckIn.objects.get()
    other = come(
        steward, session, person, registration=None, code=person.code, way="code", desk="stanowisko 1"
    )
    assert other.again
    assert other.notice == f"Obecność odnotowano już o {timezone.localtime(entry.at):%H:%M} (stanowisko 2)."
    assert CheckIn.objects.get().desk == "stanowisko 2"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"registration": None, "code": "nie-ma-takiego-kodu-00"}, "unknown"),
        ({"registration": 0}, "unknown"),
    ],
)
def test_unknown_person_is_refused(session, steward, fields, code):
    with pytest.raises(DomainError) as raised:
        come(steward, session, make_registration(session), **fields)
    assert raised.value.code == code


def test_person_without_a_place_is_sent_to_the_organiser(session, steward):
    waiting = make_registration(session, state=Registration.State.WAITING)
    with pytest.raises(DomainError) as raised:
        come(steward, session, waiting)
    assert raised.value.code == "no_place"
    assert not CheckIn.objects.exists()


def test_moment_of_the_tap_is_kept_unless_it_cannot_be(session, steward):
    early, future = make_people(session, 2)
    tapped = timezone.now() - dt.timedelta(minutes=20)
    assert come(steward, session, early, at=tapped).check_in.at == tapped
    late = come(steward, session, future, at=timezone.now() + dt.timedelta(days=1)).check_in
    assert late.at <= timezone.now()


def test_undo_is_for_organisers_and_audited(session, steward, boss):
    person = make_registration(session)
    come(steward, session, person)
    with pytest.raises(NotAllowed):
        services.undo_check_in(by=steward, registration=person)
    services.undo_check_in(by=boss, registration=person)
    services.undo_check_in(by=boss, registration=person)
    assert queries.present(session) == set()
    assert AuditEntry.objects.filter(action="dialogue.undo_check_in").count() == 1


def test_desk_finds_people_without_diacritics(session, steward):
    make_registration(session, name="Łucja Źdźbło-Żółć")
    make_registration(session, name="Jan Kowalski")
    make_registration(session, name="Ewa Odwołana", state=Registration.State.CANCELLED)
    people = day.people_for_desk(steward, session)
    assert [one["name"] for one in people] == ["Jan Kowalski", "Łucja Źdźbło-Żółć"]
    assert [one["name"] for one in day.found(people, "zdzb LUC")] == ["Łucja Źdźbło-Żółć"]
    assert not {"code", "email"} & set(people[0])
    assert day.people_for_desk(make_user("participant", edition=session.edition), session) == []


def test_desk_page_asks_as_many_queries_for_many_people(
    session, steward, client, django_assert_max_num_queries
):
    make_people(session, 40)
    client.force_login(steward)
    address = reverse("dialogue:check_in", args=[session.edition.year])
    assert client.get(address, {"q": "osoba"}).status_code == 200  # caches of the frame
    with django_assert_max_num_queries(18):
        page = client.get(address, {"q": "osoba"}).content.decode()
    assert page.count("data-id=") == 20
    with django_assert_max_num_queries(12):
        told = client.get(reverse("dialogue:check_in_people", args=[session.edition.year])).json()
    assert (len(told["people"]), told["registered"], told["present"]) == (40, 40, 0)


def test_phone_and_plain_form_get_answers_of_their_kind(session, steward, client):
    person = make_registration(session, name="Łucja Źdźbło")
    client.force_login(steward)
    address = reverse("dialogue:check_in_note", args=[session.edition.year])
    sent = {"key": str(uuid.uuid4()), "code": person.code, "desk": "A", "at": "2020-01-01T00:00:00Z"}
    for _ in range(2):
        answer = client.post(address, json.dumps(sent), content_type="application/json")
        assert answer.status_code == 200
        told = answer.json()
        assert (told["name"], told["again"], told["present"]) == ("Łucja Źdźbło", False, 1)
    again = client.post(
        address, json.dumps(sent | {"key": str(uuid.uuid4())}), content_type="application/json"
    )
    assert again.json()["again"]
    for broken in ("[]", "{", '{"key": "x"}', json.dumps({"key": str(uuid.uuid4()), "registration": "x"})):
        answer = client.post(address, broken, content_type="application/json")
        assert (answer.status_code, answer.json()["code"]) == (422, "unreadable")

    other = make_registration(session, name="Jan Ćwik")
    form = {"key": str(uuid.uuid4()), "registration": other.pk, "q": "cwik"}
    page = client.post(address, form, follow=True).content.decode()
    assert "Jan Ćwik – obecność odnotowana." in page

    client.force_login(make_user("participant", edition=session.edition))
    answer = client.post(address, json.dumps(sent), content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")
    assert client.get(reverse("dialogue:check_in", args=[session.edition.year])).status_code == 403


# ——— the hall ———
def steps_of(session):
    make_circle(session, "treasurer", hour=9)
    make_circle(session, "secretary", hour=9)
    make_round_tables(session, rounds=2, tables=3, hour=11)
    return day.steps(session)


def test_what_begins_together_is_one_step(session):
    steps = steps_of(session)
    assert [(step.block.kind, step.round.number, len(step.also)) for step in steps] == [
        ("circle", 1, 1),
        ("round_tables", 1, 0),
        ("round_tables", 2, 0),
    ]
    assert steps[1].timed.starts_at == at(session, 11)


def test_clock_of_the_hall(session, boss):
    step = steps_of(session)[1]
    hall = services.open_hall(session)
    version = hall.version
    hall = services.show_in_hall(by=boss, session=session, version=version, block=step.block, turn=step.round)
    assert (hall.left, hall.ends_at) == (dt.timedelta(minutes=30), None)
    hall = services.start_clock(by=boss, session=session, version=hall.version)
    assert abs(hall.ends_at - timezone.now() - dt.timedelta(minutes=30)) < dt.timedelta(seconds=5)
    hall = services.add_minutes(by=boss, session=session, version=hall.version, minutes=1)
    hall = services.stop_clock(by=boss, session=session, version=hall.version)
    assert abs(hall.left - dt.timedelta(minutes=31)) < dt.timedelta(seconds=5)
    with pytest.raises(DomainError) as raised:
        services.stop_clock(by=boss, session=session, version=hall.version)
    assert raised.value.code == "no_clock"


def test_button_pressed_on_an_older_state_changes_nothing(session, boss):
    one, two = steps_of(session)[1:]
    version = services.open_hall(session).version
    services.show_in_hall(by=boss, session=session, version=version, block=one.block, turn=one.round)
    with pytest.raises(DomainError) as raised:
        services.show_in_hall(by=boss, session=session, version=version, block=two.block, turn=two.round)
    assert raised.value.code == "hall_changed"
    assert day.hall_of(session).round == one.round


def test_hall_tells_rooms_and_topics_and_of_a_circle_only_its_room(session, boss):
    steps = steps_of(session)
    make_registration(session, name="Jan Tajny")
    for step in steps[:2]:
        version = services.open_hall(session).version
        services.show_in_hall(by=boss, session=session, version=version, block=step.block, turn=step.round)
        now = day.hall_now(session)
        told = json.dumps(now, ensure_ascii=False)
        assert "Tajny" not in told
        assert "Pytanie" not in told
        if step.block.is_circle:
            assert now["round"] is None
            assert "Ciepło" not in told
            assert [place["room"]["pl"] for place in now["places"]] == ["Sala Mała", "Sala Mała"]
        else:
            assert now["round"] == {"number": 1, "of": 2}
            assert now["places"][0] == {
                "table": 1,
                "room": {"pl": "Sala Duża", "en": "Great Hall"},
                "topic": {"pl": "Ciepło", "en": "Heat"},
            }


def test_messages_hang_until_they_are_taken_down(session, boss):
    message = services.say_to_hall(by=boss, session=session, text_pl="Obiad o 13", text_en="Lunch at 13")
    assert day.hall_now(session)["messages"] == [{"pl": "Obiad o 13", "en": "Lunch at 13"}]
    services.take_down_message(by=boss, message=message)
    assert day.hall_now(session)["messages"] == []
    with pytest.raises(DomainError):
        services.say_to_hall(by=boss, session=session, text_pl=" ")


def test_two_tables_swap_rooms(session, boss):
    block = make_round_tables(session)
    other = Room.objects.create(session=session, name_pl="Piwnica", capacity=20, step_free=False)
    first, second, third = block.tables.all()
    Table.objects.filter(pk=second.pk).update(room=other, step_free=False)
    Table.objects.filter(pk=first.pk).update(step_free=False)
    services.swap_rooms(by=boss, first=first, second=Table.objects.get(pk=second.pk))
    assert [table.room.name_pl for table in block.tables.select_related("room")] == [
        "Piwnica",
        "Sala Duża",
        "Sala Duża",
    ]
    assert queries.published_agenda(session) is None
    with pytest.raises(DomainError) as raised:
        services.swap_rooms(by=boss, first=first, second=third)
    assert raised.value.code == "not_step_free"
    with pytest.raises(DomainError):
        services.swap_rooms(by=boss, first=third, second=make_circle(session).tables.get())


def test_display_opens_by_its_secret_address_alone(session, boss, client):
    year = session.edition.year
    code = services.open_hall(session).display_code
    page = client.get(reverse("dialogue:hall_display", args=[year, code]))
    assert (page.status_code, page["Referrer-Policy"], page["X-Robots-Tag"]) == (
        200,
        "no-referrer",
        "noindex",
    )
    for name, *more in (("hall_display", "x" * 22), ("hall_display_live", "x" * 22)):
        assert client.get(reverse(f"dialogue:{name}", args=[year, *more])).status_code == 404
    assert client.get(reverse("dialogue:hall", args=[year])).status_code == 302
    services.new_display_link(by=boss, session=session)
    assert client.get(reverse("dialogue:hall_display", args=[year, code])).status_code == 404
    client.force_login(make_user("participant", edition=session.edition))
    assert client.get(reverse("dialogue:hall", args=[year])).status_code == 403
    assert client.get(reverse("dialogue:hall_live", args=[year])).status_code == 403


def test_run_screen_moves_the_hall(session, boss, client):
    step = steps_of(session)[1]
    year = session.edition.year
    client.force_login(boss)
    page = client.get(reverse("dialogue_admin:run", args=[year])).content.decode()
    assert "Prowadzenie dnia" in page
    clock = reverse("dialogue_admin:run_clock", args=[year])
    client.post(clock, {"do": "show", "step": step.key, "version": day.hall_of(session).version})
    client.post(clock, {"do": "start", "version": day.hall_of(session).version})
    page = client.get(reverse("dialogue_admin:run", args=[year])).content.decode()
    assert "data-ends=" in page
    assert "Stoły tej rundy" in page
    stale = client.post(clock, {"do": "stop", "version": 1}, follow=True).content.decode()
    assert "ktoś inny zmienił" in stale
    version = day.hall_of(session).version
    client.post(clock, {"do": "dance", "version": version})
    assert day.hall_of(session).version == version
    client.force_login(make_user("steward", edition=session.edition))
    assert client.post(clock, {"do": "stop", "version": 1}).status_code == 403
