"""A Dialogue Session with rooms, circles, round tables and registered people, as large as a test wants."""

import datetime as dt
from itertools import count

from django.utils import timezone

from ratusz.apps.accounts.models import Organisation, User
from ratusz.apps.cities.models import City
from ratusz.apps.dialogue.models import (
    Block,
    Profession,
    Registration,
    Room,
    Round,
    Session,
    Stakeholder,
    Table,
    Topic,
)
from ratusz.apps.editions.models import Edition
from tests.editions.factories import make_edition, make_user
from tests.ranking.factories import cities

_numbers = count(1)
NINE = dt.time(9)
TOPICS = {
    "heat": ("Ciepło", "Heat"),
    "housing": ("Mieszkania", "Housing"),
    "transport": ("Transport", "Transport"),
}


def make_session(*, edition: Edition | None = None, day: dt.date | None = None, **fields) -> Session:
    """The session of an edition in its convene phase, today unless `day` says otherwise, with two rooms and topics."""
    edition = edition or make_edition(
        open_phases=("convene",),
        session_date=day or timezone.localdate(),
        venue_pl="Ratusz",
        venue_en="Town hall",
    )
    session = Session.objects.create(edition=edition, **fields)
    for order, (name_pl, name_en) in enumerate((("Sala Duża", "Great Hall"), ("Sala Mała", "Small Hall"))):
        Room.objects.create(session=session, name_pl=name_pl, name_en=name_en, capacity=120, order=order)
    for order, (code, (name_pl, name_en)) in enumerate(TOPICS.items()):
        Topic.objects.create(session=session, code=code, name_pl=name_pl, name_en=name_en, order=order)
    return session


def at(session: Session, hour: int, minute: int = 0) -> dt.datetime:
    """The hour of the session's day on the clock of Warsaw."""
    return timezone.make_aware(dt.datetime.combine(session.edition.session_date, dt.time(hour, minute)))


def make_circle(session: Session, *professions: str, tables: int = 1, seats: int = 8, hour: int = 9) -> Block:
    """A circle of the professional groups with one round."""
    block = Block.objects.create(
        session=session, kind=Block.Kind.CIRCLE, title_pl="Krąg", title_en="Circle",
        room=session.rooms.last(), starts_at=at(session, hour), ends_at=at(session, hour + 1),
        professions=list(professions),
    )  # fmt: skip
    Round.objects.create(block=block, number=1, starts_at=block.starts_at, ends_at=block.ends_at)
    make_tables(block, tables, seats)
    return block


def make_round_tables(
    session: Session, *, rounds: int = 2, tables: int = 3, seats: int = 8, hour: int = 11
) -> Block:
    """Round tables with rounds of half an hour, one after the other."""
    starts = at(session, hour)
    half = dt.timedelta(minutes=30)
    block = Block.objects.create(
        session=session, kind=Block.Kind.ROUND_TABLES, title_pl="Okrągły stół", title_en="Round tables",
        room=session.rooms.first(), starts_at=starts, ends_at=starts + rounds * half,
    )  # fmt: skip
    for k in range(rounds):
        Round.objects.create(
            block=block, number=k + 1, starts_at=starts + k * half, ends_at=starts + (k + 1) * half
        )
    make_tables(block, tables, seats)
    return block


def make_tables(block: Block, number: int, seats: int) -> list[Table]:
    """Tables of the block, with the topics in turn."""
    topics = list(block.session.topics.all())
    return [
        Table.objects.create(
            block=block, number=k + 1, room=block.room, min_seats=1, max_seats=seats,
            topic=topics[k % len(topics)], question_pl=f"Pytanie {k + 1}?", question_en=f"Question {k + 1}?",
        )
        for k in range(number)
    ]  # fmt: skip


def make_registration(
    session: Session, stakeholder: str = Stakeholder.LOCAL_GOVERNMENT, *, user: User | None = None, **fields
) -> Registration:
    """A registered person of the type, with a confirmed organisation or city."""
    number = next(_numbers)
    user = user or make_user()
    if stakeholder == Stakeholder.LOCAL_GOVERNMENT:
        fields = {"city": a_city(number), "profession": Profession.TREASURER} | fields
    else:
        fields = {"organisation": an_organisation(stakeholder, number)} | fields
    fields = {
        "name": user.full_name, "email": user.email, "state": Registration.State.REGISTERED,
        "verified_at": timezone.now(), "languages": ["pl"], "position": "dyrektor",
    } | fields  # fmt: skip
    return Registration.objects.create(session=session, user=user, stakeholder=stakeholder, **fields)


def a_city(number: int) -> City:
    """One of ten cities."""
    return cities(10)[number % 10]


def an_organisation(stakeholder: str, number: int) -> Organisation:
    """An organisation of the type; an expert has none of a number."""
    kinds = {
        Stakeholder.BUSINESS: Organisation.Kind.BUSINESS,
        Stakeholder.NGO: Organisation.Kind.NGO,
        Stakeholder.INSTITUTION: Organisation.Kind.PUBLIC_INSTITUTION,
        Stakeholder.EXPERT: Organisation.Kind.EXPERT,
    }
    return Organisation.objects.create(
        kind=kinds[Stakeholder(stakeholder)], name=f"Organizacja {number}", nip=f"{number:010d}"
    )


def make_people(session: Session, people: int) -> list[Registration]:
    """People of all types in turn."""
    return [make_registration(session, Stakeholder.values[k % len(Stakeholder)]) for k in range(people)]
