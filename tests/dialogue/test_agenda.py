"""The day plan: what it refuses, what a version freezes, and whom a change concerns."""

import datetime as dt

import pytest
from django.core import mail
from django.utils import timezone, translation

from ratusz.apps.core.errors import DomainError, NotAllowed
from ratusz.apps.dialogue import queries, services
from ratusz.apps.dialogue.agenda.changes import changes
from ratusz.apps.dialogue.agenda.clashes import clashes_in
from ratusz.apps.dialogue.models import Block, Host, Profession, Stakeholder, Table
from tests.dialogue.factories import at, make_circle, make_registration, make_round_tables, make_session
from tests.editions.factories import make_user
from tests.ranking.factories import organiser

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    """The sentences that are looked for are English."""
    with translation.override("en"):
        yield


@pytest.fixture
def session():
    return make_session(day=dt.date(2026, 6, 17))


@pytest.fixture
def boss(session):
    return organiser(session.edition)


@pytest.fixture
def day(session):
    return make_circle(session, Profession.TREASURER), make_round_tables(session)


def test_rounds_are_divided_evenly_and_move_with_their_block(session, boss, day):
    _circle, tables = day
    services.save_block(by=boss, session=session, block=tables, ends_at=at(session, 13))
    rounds = services.save_rounds(by=boss, block=tables, number=3, minutes=30, pause=10)
    assert [f"{timezone.localtime(one.starts_at):%H:%M}" for one in rounds] == ["11:00", "11:40", "12:20"]
    services.move_block(by=boss, block=tables, starts_at=at(session, 14), room=tables.room)
    assert [f"{timezone.localtime(one.starts_at):%H:%M}" for one in tables.rounds.all()] == [
        "14:00",
        "14:40",
        "15:20",
    ]


def test_rounds_that_do_not_fit_are_refused_in_words(session, boss, day):
    with pytest.raises(DomainError, match="would end at 13:06") as error:
        services.save_rounds(by=boss, block=day[1], number=4, minutes=30, pause=2)
    assert error.value.field == "number"


def test_rounds_are_refused_where_nobody_sits(session, boss):
    block = Block.objects.create(
        session=session, kind="break", title_pl="Przerwa", starts_at=at(session, 10), ends_at=at(session, 11)
    )
    with pytest.raises(DomainError, match="Only circles and round tables"):
        services.save_rounds(by=boss, block=block, number=1, minutes=30)


@pytest.mark.parametrize(
    ("stakeholder", "fields"),
    [
        (Stakeholder.BUSINESS, {}),
        (Stakeholder.NGO, {}),
        (Stakeholder.INSTITUTION, {}),
        (Stakeholder.EXPERT, {}),
        (Stakeholder.LOCAL_GOVERNMENT, {"verified_at": None}),
    ],
)
def test_circle_is_hosted_by_confirmed_local_officials_alone(session, boss, day, stakeholder, fields):
    person = make_registration(session, stakeholder, **fields)
    with pytest.raises(DomainError, match="for local officials alone"):
        services.set_hosts(by=boss, table=day[0].tables.get(), hosts={person: "moderator"})
    assert not Host.objects.exists()
    services.set_hosts(by=boss, table=day[1].tables.first(), hosts={person: "moderator"})
    assert Host.objects.count() == 1


def test_host_of_two_tables_at_once_is_refused(session, boss, day):
    person = make_registration(session)
    one, two, _three = day[1].tables.all()
    services.set_hosts(by=boss, table=one, hosts={person: "moderator"})
    with pytest.raises(DomainError, match="at the same time"):
        services.set_hosts(by=boss, table=two, hosts={person: "moderator"})
    services.set_hosts(by=boss, table=one, hosts={person: "note_taker"})
    services.set_hosts(by=boss, table=day[0].tables.get(), hosts={person: "moderator"})
    assert Host.objects.count() == 2


def test_clashes_are_found_in_words(session, day):
    circle, _tables = day
    Block.objects.create(
        session=session, kind="workshop", title_pl="Warsztat", title_en="Workshop", room=circle.room,
        starts_at=at(session, 9, 30), ends_at=at(session, 10, 30),
    )  # fmt: skip
    Block.objects.create(
        session=session, kind="gala", title_pl="Gala", title_en="Gala",
        starts_at=at(session, 20) + dt.timedelta(days=1), ends_at=at(session, 21) + dt.timedelta(days=1),
    )  # fmt: skip
    with translation.override("en"):
        found = [(clash.stops, clash.text) for clash in clashes_in(session)]
    assert [text for stops, text in found if stops] == [
        "“Gala” lies outside the day of the Session, 17 June 2026. Move it to that day.",
        "“Circle” and “Workshop” are in Small Hall at the same time. Move one of them.",
    ]


def test_circle_beside_open_tables_is_a_warning_and_two_circles_of_other_people_are_none(session):
    make_circle(session, Profession.TREASURER, hour=11)
    other = make_circle(session, Profession.STRATEGY, hour=11)
    other.room = session.rooms.first()
    other.save()
    assert clashes_in(session) == []
    make_round_tables(session, hour=11)
    with translation.override("en"):
        assert {clash.text for clash in clashes_in(session) if not clash.stops} == {
            "“Circle” and “Round tables” call the same people at the same time."
        }


def test_version_is_frozen_and_names_nobody(session, boss, day):
    person = make_registration(session, name="Zofia Kanarek")
    services.set_hosts(by=boss, table=day[1].tables.first(), hosts={person: "moderator"})
    version = services.publish_agenda(by=boss, session=session)
    frozen = version.content
    services.save_block(by=boss, session=session, block=day[1], title_pl="Coś innego")
    version.refresh_from_db()
    assert version.content == frozen
    assert "Zofia" not in str(frozen)
    assert queries.published_agenda(session) == version


def test_questions_of_a_circle_are_not_in_the_public_agenda(session, boss, day):
    services.save_table(by=boss, block=day[0], table=day[0].tables.get(), question_pl="Tajne pytanie?")
    version = services.publish_agenda(by=boss, session=session)
    assert "Tajne pytanie?" not in str(version.content)
    assert "Pytanie 1?" in str(version.content)


def test_publishing_needs_something_new_and_no_errors(session, boss, day):
    services.publish_agenda(by=boss, session=session)
    with pytest.raises(DomainError, match="Nothing has changed"):
        services.publish_agenda(by=boss, session=session)
    services.save_block(
        by=boss,
        session=session,
        block=day[1],
        starts_at=at(session, 9),
        ends_at=at(session, 10),
        room=day[0].room,
    )
    with pytest.raises(DomainError, match="at the same time"):
        services.publish_agenda(by=boss, session=session)


def test_a_moved_circle_is_told_to_its_own_people_only(session, boss, day):
    treasurer = make_registration(session)
    planner = make_registration(session, profession=Profession.PLANNING)
    firm = make_registration(session, Stakeholder.BUSINESS)
    services.publish_agenda(by=boss, session=session)
    assert mail.outbox == []
    services.move_block(by=boss, block=day[0], starts_at=at(session, 9, 30), room=day[0].room)
    services.publish_agenda(by=boss, session=session, note_pl="Krąg zaczyna później.")
    assert [message.to for message in mail.outbox] == [[treasurer.user.email]]
    assert "9:00" in mail.outbox[0].body
    services.move_block(by=boss, block=day[1], starts_at=at(session, 12), room=day[1].room)
    services.publish_agenda(by=boss, session=session)
    assert {message.to[0] for message in mail.outbox[1:]} == {
        person.user.email for person in (treasurer, planner, firm)
    }


def test_changes_are_said_in_both_languages(session, boss, day):
    one = services.publish_agenda(by=boss, session=session)
    services.move_block(by=boss, block=day[0], starts_at=at(session, 9, 30), room=session.rooms.first())
    services.save_table(by=boss, block=day[1], table=day[1].tables.first(), question_pl="Nowe pytanie?")
    two = services.publish_agenda(by=boss, session=session)
    with translation.override("en"):
        assert [change.text for change in changes(one.content, two.content)] == [
            "“Circle” moved from 09:00–10:00 to 09:30–10:30",
            "“Circle” is now in: Great Hall",
            "“Round tables”: tables, topics or questions changed",
        ]


def test_swapped_rooms_are_published_and_nothing_else_that_is_prepared(session, boss, day):
    one = services.publish_agenda(by=boss, session=session)
    cellar = services.save_room(by=boss, session=session, name_pl="Piwnica", name_en="Cellar", capacity=20)
    first, second = day[1].tables.all()[:2]
    Table.objects.filter(pk=second.pk).update(room=cellar)
    two = services.publish_agenda(by=boss, session=session)
    services.save_table(by=boss, block=day[1], table=first, question_pl="Jeszcze nie to?")
    mail.outbox.clear()
    services.swap_rooms(by=boss, first=first, second=Table.objects.get(pk=second.pk))
    three = queries.published_agenda(session)
    assert (one.number, two.number, three.number) == (1, 2, 3)
    assert [change.text for change in changes(two.content, three.content)] == [
        "“Round tables”: table 1 is now in: Cellar",
        "“Round tables”: table 2 is now in: Great Hall",
    ]
    assert "Jeszcze nie to" not in str(three.content)
    assert mail.outbox == []


@pytest.mark.parametrize(
    "role", ["secretary", "juror", "moderator", "steward", "city", "provider", "participant"]
)
def test_only_organisers_change_the_day(session, day, role):
    user = make_user(role, edition=session.edition)
    with pytest.raises(NotAllowed):
        services.move_block(by=user, block=day[0], starts_at=at(session, 12), room=None)
    with pytest.raises(NotAllowed):
        services.publish_agenda(by=user, session=session)
    assert not queries.blocks_visible_to(user, session).exists()


def test_what_is_used_is_not_deleted(session, boss, day):
    from ratusz.apps.dialogue.models import Seat, SeatingPlan

    plan = SeatingPlan.objects.create(session=session, number=1)
    table = day[1].tables.first()
    Seat.objects.create(
        plan=plan, round=day[1].rounds.first(), table=table, registration=make_registration(session)
    )
    for act in (
        lambda: services.delete_table(by=boss, table=table),
        lambda: services.delete_block(by=boss, block=day[1]),
    ):
        with pytest.raises(DomainError, match="seats in a plan"):
            act()
    services.delete_block(by=boss, block=day[0])
    assert session.blocks.count() == 1
