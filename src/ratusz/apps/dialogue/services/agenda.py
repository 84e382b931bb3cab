"""The day plan: rooms, topics, blocks, rounds, tables, hosts and cities' questions; its publication."""

from collections.abc import Iterable, Mapping
from copy import deepcopy
from datetime import datetime, timedelta
from typing import Any

from django.db import models, transaction
from django.db.models import F, Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ratusz.apps.accounts.models import User
from ratusz.apps.cities.models import City
from ratusz.apps.cities.queries.dialogue import cities_acted_for
from ratusz.apps.core import audit
from ratusz.apps.core.errors import DomainError, NotAllowed
from ratusz.apps.dialogue.agenda.clashes import errors_in
from ratusz.apps.dialogue.agenda.content import content_of
from ratusz.apps.dialogue.models import (
    AgendaVersion,
    Block,
    CityQuestion,
    Host,
    Registration,
    Room,
    Round,
    Session,
    Stakeholder,
    Table,
    Topic,
)
from ratusz.apps.dialogue.notices import agenda as notices
from ratusz.apps.dialogue.queries.agenda import published_agenda
from ratusz.apps.editions.permissions import may, require

CHANGE = "dialogue.change_session"


@transaction.atomic
def save_room(*, by: User, session: Session, room: Room | None = None, **fields: Any) -> Room:
    """Writes a room of the session."""
    room = _write(by, session, room or Room(session=session), fields)
    audit.record(by=by, action="dialogue.save_room", subject=room, edition=session.edition)
    return room


@transaction.atomic
def save_topic(*, by: User, session: Session, topic: Topic | None = None, **fields: Any) -> Topic:
    """Writes a topic of the session."""
    topic = _write(by, session, topic or Topic(session=session), fields)
    audit.record(by=by, action="dialogue.save_topic", subject=topic, edition=session.edition)
    return topic


@transaction.atomic
def save_block(*, by: User, session: Session, block: Block | None = None, **fields: Any) -> Block:
    """Writes a block of the day; its rounds move with it."""
    block = block or Block(session=session)
    started = block.starts_at if block.pk else None
    if fields.get("kind", block.kind) != Block.Kind.CIRCLE:
        fields["professions"] = []
    begins, ends = fields.get("starts_at", block.starts_at), fields.get("ends_at", block.ends_at)
    if begins and ends and ends <= begins:
        raise DomainError(
            _("The block would end at %(ends)s, before it begins.") % {"ends": f"{timezone.localtime(ends):%H:%M}"},
            next_step=_("Choose a later end."), field="ends_at", code="ends_before_it_starts",
        )  # fmt: skip
    block = _write(by, session, block, fields)
    if started and block.starts_at != started:
        shift = block.starts_at - started
        block.rounds.update(starts_at=F("starts_at") + shift, ends_at=F("ends_at") + shift)
    audit.record(by=by, action="dialogue.save_block", subject=block, edition=session.edition)
    return block


def move_block(*, by: User, block: Block, starts_at: datetime, room: Room | None) -> Block:
    """Moves a block to another time and room; it keeps its length."""
    length = block.ends_at - block.starts_at
    return save_block(
        by=by, session=block.session, block=block, starts_at=starts_at, ends_at=starts_at + length, room=room
    )


@transaction.atomic
def delete_block(*, by: User, block: Block) -> None:
    """Deletes a block that nothing hangs on yet: no seats of a plan and no notes."""
    require(by, CHANGE, block.session.edition)
    _refuse_while_used(block)
    audit.record(by=by, action="dialogue.delete_block", subject=block, edition=block.session.edition)
    block.delete()


@transaction.atomic
def save_rounds(
    *, by: User, block: Block, number: int, minutes: int, pause: int = 0, first: datetime | None = None
) -> list[Round]:
    """Divides a block of circles or round tables into rounds of equal length with pauses between them."""
    require(by, CHANGE, block.session.edition)
    if not block.is_seated:
        raise DomainError(
            _("Only circles and round tables have rounds; this block is “%(kind)s”.")
            % {"kind": block.get_kind_display()},
            next_step=_("Change the type of the block first."), code="no_rounds_here",
        )  # fmt: skip
    starts = first or block.starts_at
    step = timedelta(minutes=minutes + pause)
    last = starts + number * step - timedelta(minutes=pause)
    if number < 1 or minutes < 1 or pause < 0 or last > block.ends_at:
        raise DomainError(
            _("%(number)s rounds of %(minutes)s minutes with %(pause)s minutes between them would end at %(last)s, "
              "and the block ends at %(ends)s.")
            % {
                "number": number, "minutes": minutes, "pause": pause,
                "last": f"{timezone.localtime(last):%H:%M}", "ends": f"{timezone.localtime(block.ends_at):%H:%M}",
            },
            next_step=_("Take fewer or shorter rounds, or let the block end later."),
            field="number", code="rounds_do_not_fit",
        )  # fmt: skip
    have = {one.number: one for one in block.rounds.all()}
    dropped = [one for k, one in have.items() if k > number]
    if any(one.seats.exists() or one.records.exists() for one in dropped):
        _refuse_while_used(block)
    for one in dropped:
        one.delete()
    rounds = []
    for k in range(1, number + 1):
        one = have.get(k) or Round(block=block, number=k)
        one.starts_at = starts + (k - 1) * step
        one.ends_at = one.starts_at + timedelta(minutes=minutes)
        one.save()
        rounds.append(one)
    audit.record(
        by=by, action="dialogue.save_rounds", subject=block, edition=block.session.edition, rounds=number
    )
    return rounds


@transaction.atomic
def save_table(*, by: User, block: Block, table: Table | None = None, **fields: Any) -> Table:
    """Writes a table of circles or round tables."""
    if not block.is_seated:
        raise DomainError(
            _("Only circles and round tables have tables; this block is “%(kind)s”.")
            % {"kind": block.get_kind_display()},
            next_step=_("Change the type of the block first."), code="no_tables_here",
        )  # fmt: skip
    table = table or Table(
        block=block, number=(block.tables.aggregate(Max("number"))["number__max"] or 0) + 1
    )
    least, most = fields.get("min_seats", table.min_seats), fields.get("max_seats", table.max_seats)
    if least > most:
        raise DomainError(
            _("At least %(least)s and at most %(most)s people: that fits nobody.") % {"least": least, "most": most},
            next_step=_("Raise the most or lower the fewest."), field="min_seats", code="seats_crossed",
        )  # fmt: skip
    table = _write(by, block.session, table, fields)
    audit.record(by=by, action="dialogue.save_table", subject=table, edition=block.session.edition)
    return table


@transaction.atomic
def delete_table(*, by: User, table: Table) -> None:
    """Deletes a table that nothing hangs on yet."""
    require(by, CHANGE, table.block.session.edition)
    if table.seats.exists() or table.records.exists():
        raise _in_use(table)
    audit.record(by=by, action="dialogue.delete_table", subject=table, edition=table.block.session.edition)
    table.delete()


@transaction.atomic
def set_hosts(
    *, by: User, table: Table | None = None, block: Block | None = None, hosts: Mapping[Registration, str]
) -> list[Host]:
    """Says who moderates a table (or a whole block) and who takes its notes; others lose the duty.

    The wall of a circle holds for hosts too: business and NGOs host round tables only.
    """
    place = table.block if table else block
    if place is None:
        raise TypeError("set_hosts needs a table or a block")
    require(by, CHANGE, place.session.edition)
    for person in hosts:
        _may_host(person, place, table)
    kept = Host.objects.filter(table=table, block=block)
    kept.exclude(registration__in=hosts).delete()
    found = [
        Host.objects.update_or_create(registration=person, table=table, block=block, defaults={"duty": duty})[
            0
        ]
        for person, duty in hosts.items()
    ]
    subject = table or place
    audit.record(
        by=by, action="dialogue.set_hosts", subject=subject, edition=place.session.edition,
        registrations=[person.pk for person in hosts],
    )  # fmt: skip
    return found


def _may_host(person: Registration, place: Block, table: Table | None) -> None:
    if person.session_id != place.session_id or person.state != Registration.State.REGISTERED:
        raise DomainError(
            _("%(name)s has no place at this Session.") % {"name": person.name},
            next_step=_("Choose a registered person."), code="host_without_a_place",
        )  # fmt: skip
    official = person.stakeholder == Stakeholder.LOCAL_GOVERNMENT and person.verified_at is not None
    if place.is_circle and not official:
        raise DomainError(
            _("%(name)s comes from %(place)s, and a circle is for local officials alone.")
            % {"name": person.name, "place": person.comes_from},
            next_step=_("Choose a local official whose city is confirmed."),
            code="host_behind_the_wall",
        )  # fmt: skip
    busy = (
        Host.objects.filter(registration=person)
        .exclude(table=table or None, block=None if table else place)
        .select_related("table__block", "block")
    )
    for duty in busy:
        other = duty.table.block if duty.table else duty.block
        if (
            other
            and other.starts_at < place.ends_at
            and place.starts_at < other.ends_at
            and (duty.table_id != (table.pk if table else None))
        ):
            raise DomainError(
                _("%(name)s hosts %(other)s at the same time.")
                % {"name": person.name, "other": duty.table or duty.block},
                next_step=_("Choose another person, or take that duty away first."), code="host_twice",
            )  # fmt: skip


@transaction.atomic
def save_city_question(
    *,
    by: User,
    session: Session,
    city: City,
    number: int,
    text_pl: str,
    text_en: str = "",
    topic: Topic | None = None,
    background_pl: str = "",
    background_en: str = "",
) -> CityQuestion:
    """Writes one of up to three questions that a city brings; its team or an organiser may."""
    edition = session.edition
    if not may(by, CHANGE, edition):
        require(by, "dialogue.bring_questions", edition)
        if not cities_acted_for(by, edition).filter(pk=city.pk).exists():
            raise NotAllowed(
                _("You do not act for %(city)s in this edition.") % {"city": city},
                next_step=_("Ask the organiser for the mandate of the city."), code="no_mandate",
            )  # fmt: skip
    if number not in range(1, CityQuestion.PER_CITY + 1):
        raise DomainError(
            _("A city brings up to %(most)s questions.") % {"most": CityQuestion.PER_CITY},
            next_step=_("Change one of those that are there."), field="number", code="too_many_questions",
        )  # fmt: skip
    fields = {
        "text_pl": " ".join(text_pl.split()), "text_en": " ".join(text_en.split()), "topic": topic,
        "background_pl": background_pl.strip(), "background_en": background_en.strip(),
    }  # fmt: skip
    if not fields["text_pl"]:
        raise DomainError(
            _("The question in Polish is missing."), next_step=_("Write it, or delete the question."),
            field="text_pl", code="required",
        )  # fmt: skip
    question, _made = CityQuestion.objects.update_or_create(
        session=session, city=city, number=number, defaults=fields
    )
    audit.record(by=by, action="dialogue.save_city_question", subject=question, edition=edition)
    return question


@transaction.atomic
def delete_city_question(*, by: User, question: CityQuestion) -> None:
    """Deletes a question that no table has taken up."""
    edition = question.session.edition
    if not may(by, CHANGE, edition):
        require(by, "dialogue.bring_questions", edition)
        if not cities_acted_for(by, edition).filter(pk=question.city_id).exists():
            raise NotAllowed(code="no_mandate")
    if tables := list(question.tables.all()):
        raise DomainError(
            _("The question lies on %(tables)s.") % {"tables": ", ".join(str(table) for table in tables)},
            next_step=_("Ask the organiser to give the table another question first."), code="question_in_use",
        )  # fmt: skip
    audit.record(by=by, action="dialogue.delete_city_question", subject=question, edition=edition)
    question.delete()


@transaction.atomic
def publish_agenda(*, by: User, session: Session, note_pl: str = "", note_en: str = "") -> AgendaVersion:
    """Freezes the day plan as the next version and tells those whose day it changes."""
    require(by, CHANGE, session.edition)
    session = Session.objects.select_for_update().select_related("edition").get(pk=session.pk)
    if problems := errors_in(session):
        raise DomainError(
            _("The agenda cannot be published: %(problems)s")
            % {"problems": " ".join(str(problem.text) for problem in problems)},
            next_step=_("Mend what is marked in the day plan."), code="agenda_with_errors",
        )  # fmt: skip
    last = published_agenda(session)
    content = content_of(session)
    if last and last.content == content:
        raise DomainError(
            _("Nothing has changed since version %(number)s.") % {"number": last.number},
            next_step=_("Change the day plan first."), code="nothing_new",
        )  # fmt: skip
    version = AgendaVersion.objects.create(
        session=session, number=last.number + 1 if last else 1, note_pl=note_pl.strip(), note_en=note_en.strip(),
        content=content, published_at=timezone.now(),
    )  # fmt: skip
    audit.record(
        by=by,
        action="dialogue.publish_agenda",
        subject=version,
        edition=session.edition,
        version=version.number,
    )
    if last:
        notices.agenda_changed(version, last)
    return version


def publish_rooms(*, by: User, session: Session, tables: Iterable[Table]) -> AgendaVersion | None:
    """Publishes the rooms of the tables as they are now; what else is being prepared stays a draft.

    Part of an act that moves tables and has asked the permission. None where no agenda shows these rooms.
    """
    last = session.versions.select_for_update().order_by("-number").first()
    if last is None:
        return None
    rooms = {(table.block_id, table.number): table.room_id for table in tables}
    content = deepcopy(last.content)
    for block in content["blocks"]:
        for table in block["tables"]:
            table["room"] = rooms.get((block["id"], table["number"]), table["room"])
    if content == last.content:
        return None
    version = AgendaVersion.objects.create(
        session=session, number=last.number + 1, content=content, published_at=timezone.now()
    )
    audit.record(
        by=by, action="dialogue.publish_agenda", subject=version, edition=session.edition,
        version=version.number,
    )  # fmt: skip
    return version


def _write(by: User, session: Session, row: models.Model, fields: dict[str, Any]) -> Any:
    require(by, CHANGE, session.edition)
    _belong(session, fields.values())
    for name, value in fields.items():
        row._meta.get_field(name)  # a name that is no field is a mistake of the caller
        setattr(row, name, value)
    row.save()
    return row


def _belong(session: Session, values: Iterable[Any]) -> None:
    """Rooms, topics and questions of another session stay where they are."""
    for value in values:
        if isinstance(value, (Room, Topic, CityQuestion)) and value.session_id != session.pk:
            raise DomainError(
                _("%(what)s belongs to another Session.") % {"what": value},
                next_step=_("Choose one of this Session."), code="of_another_session",
            )  # fmt: skip


def _refuse_while_used(block: Block) -> None:
    seats = any(one.seats.exists() or one.records.exists() for one in block.rounds.all())
    if seats or any(table.seats.exists() or table.records.exists() for table in block.tables.all()):
        raise _in_use(block)


def _in_use(what: models.Model) -> DomainError:
    return DomainError(
        _("%(what)s has seats in a plan or notes.") % {"what": what},
        next_step=_("Take the people out of the plan first; notes stay for good."), code="in_use",
    )  # fmt: skip
