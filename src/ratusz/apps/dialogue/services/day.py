"""Verbs of the day: who came, what the hall sees, what was printed."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from ratusz.apps.accounts.models import User
from ratusz.apps.core import audit, live
from ratusz.apps.core.errors import DomainError
from ratusz.apps.dialogue.models import (
    Block,
    CheckIn,
    Hall,
    HallMessage,
    Printing,
    Registration,
    Round,
    Session,
    Table,
)
from ratusz.apps.dialogue.queries import day
from ratusz.apps.dialogue.services.agenda import publish_rooms
from ratusz.apps.editions.permissions import require

# A phone that was off the network sends the moment of the tap, which may be this long ago.
LATEST = dt.timedelta(hours=12)


@dataclass(frozen=True)
class Arrival:
    """A check-in, and whether the person had been checked in before by another act."""

    check_in: CheckIn
    again: bool

    @property
    def notice(self) -> str:
        """When and where the person came in, for the desk that asks a second time."""
        time = date_format(timezone.localtime(self.check_in.at), "H:i")
        if self.check_in.desk:
            return _("Already in at %(time)s at %(desk)s.") % {"time": time, "desk": self.check_in.desk}
        return _("Already in at %(time)s.") % {"time": time}


@transaction.atomic
def check_in(
    *,
    by: User,
    session: Session,
    key: uuid.UUID,
    way: str,
    code: str = "",
    registration: int | None = None,
    desk: str = "",
    at: dt.datetime | None = None,
) -> Arrival:
    """Notes that a person came. The same key is the same act; a person who is in stays in as first noted."""
    require(by, "dialogue.check_in", session.edition)
    person = _person(session, code, registration)
    standing = CheckIn.objects.filter(registration=person).first()
    if standing is not None:
        return Arrival(standing, again=standing.key != key)
    if CheckIn.objects.filter(key=key).exists():
        raise DomainError(
            _("This act was already used for another person."),
            next_step=_("Look the person up again."),
            code="key_used",
        )
    now = timezone.now()
    moment = at if at is not None and now - LATEST <= at <= now else now
    entry = CheckIn.objects.create(
        registration=person, at=moment, way=way, desk=desk.strip()[:40], by=by, key=key
    )
    audit.record(
        by=by, action="dialogue.check_in", subject=person, edition=session.edition, desk=entry.desk, way=way
    )
    _tell_desks(session, person.pk, entry)
    return Arrival(entry, again=False)


def _person(session: Session, code: str, registration: int | None) -> Registration:
    """The registration, locked: two phones at once note one arrival."""
    known = Registration.objects.select_for_update(of=("self",)).filter(session=session)
    person = known.filter(code=code.strip()).first() if code else known.filter(pk=registration).first()
    if person is None:
        raise DomainError(
            _("No badge of this Session has this code.") if code else _("This person is not registered."),
            next_step=_("Look the person up by name."),
            code="unknown",
        )
    if person.state != Registration.State.REGISTERED:
        raise DomainError(
            _("%(name)s has no place: %(state)s.")
            % {"name": person.name, "state": person.get_state_display().lower()},
            next_step=_("Send them to the organiser’s desk, which can give a place."),
            code="no_place",
        )
    return person


def _tell_desks(session: Session, person: int, entry: CheckIn | None) -> None:
    def told() -> dict[str, Any]:
        arrival = {"id": person, "at": entry and entry.at, "desk": entry.desk if entry else ""}
        return {**arrival, **day.arrivals(session)}

    live.publish(f"session:{session.pk}:desk", "arrival", told)


@transaction.atomic
def undo_check_in(*, by: User, registration: Registration) -> None:
    """Takes a check-in back, for somebody who was noted by mistake; nothing where there is none."""
    session = registration.session
    require(by, "dialogue.run_day", session.edition)
    gone, _rows = CheckIn.objects.filter(registration=registration).delete()
    if gone:
        audit.record(by=by, action="dialogue.undo_check_in", subject=registration, edition=session.edition)
        _tell_desks(session, registration.pk, None)


def open_hall(session: Session) -> Hall:
    """The hall of the session, with nothing on it at first."""
    return Hall.objects.get_or_create(session=session)[0]


@transaction.atomic
def show_in_hall(
    *, by: User, session: Session, version: int, block: Block | None, turn: Round | None = None
) -> Hall:
    """Shows a block, or a round of it, with its clock ready and stopped."""
    if block is not None and block.session_id != session.pk:
        raise DomainError(_("This block belongs to another Session."), code="another_session")
    if turn is not None and (block is None or turn.block_id != block.pk):
        raise DomainError(_("This round belongs to another block."), code="another_block")
    timed = turn or block
    left = timed.ends_at - timed.starts_at if timed else None
    fields = {"block": block, "round": turn, "ends_at": None, "left": left}
    return _changed(by, session, version, "dialogue.show_in_hall", **fields)


@transaction.atomic
def start_clock(*, by: User, session: Session, version: int) -> Hall:
    """Lets the clock run from what is left of it."""
    hall = _seen(by, session, version)
    if hall.left is None:
        raise DomainError(
            _("The clock is running, or there is nothing to time."),
            next_step=_("Choose a round first."),
            code="no_clock",
        )
    return _changed(
        by, session, version, "dialogue.start_clock", ends_at=timezone.now() + hall.left, left=None
    )


@transaction.atomic
def stop_clock(*, by: User, session: Session, version: int) -> Hall:
    """Stops the clock; what is left of it is kept."""
    hall = _seen(by, session, version)
    if hall.ends_at is None:
        raise DomainError(_("The clock is stopped already."), code="no_clock")
    left = max(hall.ends_at - timezone.now(), dt.timedelta())
    return _changed(by, session, version, "dialogue.stop_clock", ends_at=None, left=left)


@transaction.atomic
def add_minutes(*, by: User, session: Session, version: int, minutes: int) -> Hall:
    """Gives the round more time, or less; a clock that has run out starts again from now."""
    hall = _seen(by, session, version)
    more = dt.timedelta(minutes=minutes)
    if hall.ends_at is not None:
        ends = max(hall.ends_at, timezone.now()) if minutes > 0 else hall.ends_at
        fields: dict[str, Any] = {"ends_at": ends + more}
    elif hall.left is not None:
        fields = {"left": max(hall.left + more, dt.timedelta())}
    else:
        raise DomainError(
            _("There is nothing to time."), next_step=_("Choose a round first."), code="no_clock"
        )
    return _changed(by, session, version, "dialogue.add_minutes", **fields)


def _seen(by: User, session: Session, version: int) -> Hall:
    """The hall, locked, as the person saw it when they pressed the button."""
    require(by, "dialogue.run_day", session.edition)
    open_hall(session)
    hall = Hall.objects.select_for_update().get(session=session)
    if hall.version != version:
        raise DomainError(
            _("Somebody else has changed the hall in this moment."),
            next_step=_("Look at it again and press once more if it is still needed."),
            code="hall_changed",
        )
    return hall


def _changed(by: User, session: Session, version: int, verb: str, **fields: Any) -> Hall:
    hall = _seen(by, session, version)
    for name, value in fields.items():
        setattr(hall, name, value)
    hall.version += 1
    hall.save()
    audit.record(by=by, action=verb, subject=hall, edition=session.edition, round=hall.round_id)
    _tell_hall(session)
    return hall


def _tell_hall(session: Session) -> None:
    live.publish(f"session:{session.pk}:hall", "hall", lambda: day.hall_now(session))


def _touch_hall(session: Session) -> None:
    """Gives what the hall shows a new number, so that no screen takes an older state for it."""
    open_hall(session)
    Hall.objects.filter(session=session).update(version=F("version") + 1)
    _tell_hall(session)


@transaction.atomic
def say_to_hall(*, by: User, session: Session, text_pl: str, text_en: str = "") -> HallMessage:
    """Puts a message on the hall display."""
    require(by, "dialogue.run_day", session.edition)
    text_pl, text_en = text_pl.strip(), text_en.strip()
    if not text_pl:
        raise DomainError(
            _("The message has no Polish text."),
            field="text_pl",
            next_step=_("Write at least the Polish text."),
            code="empty",
        )
    message = HallMessage.objects.create(session=session, text_pl=text_pl[:200], text_en=text_en[:200])
    audit.record(by=by, action="dialogue.say_to_hall", subject=message, edition=session.edition)
    _touch_hall(session)
    return message


@transaction.atomic
def take_down_message(*, by: User, message: HallMessage) -> None:
    """Takes a message off the hall display."""
    session = message.session
    require(by, "dialogue.run_day", session.edition)
    now = timezone.now()
    if HallMessage.objects.filter(pk=message.pk, taken_down_at=None).update(taken_down_at=now):
        audit.record(by=by, action="dialogue.take_down_message", subject=message, edition=session.edition)
        _touch_hall(session)


@transaction.atomic
def swap_rooms(*, by: User, first: Table, second: Table) -> None:
    """Two tables of a block change rooms, with everybody who sits at them."""
    session = first.block.session
    require(by, "dialogue.run_day", session.edition)
    if first.block_id != second.block_id or first.pk == second.pk:
        raise DomainError(
            _("Only two tables of one block can change rooms."),
            field="second",
            next_step=_("Choose another table of the same block."),
            code="not_of_one_block",
        )
    tables = Table.objects.select_for_update(of=("self",)).select_related("room").order_by("pk")
    first, second = sorted(tables.filter(pk__in=[first.pk, second.pk]), key=lambda table: table.number)
    for table, room in ((first, second.room), (second, first.room)):
        if table.step_free and not room.step_free:
            raise DomainError(
                _("%(table)s is step-free, and %(room)s is not.") % {"table": table, "room": room},
                field="second",
                next_step=_("Choose a table in a step-free room."),
                code="not_step_free",
            )
    first.room, second.room = second.room, first.room
    Table.objects.bulk_update([first, second], ["room"])
    publish_rooms(by=by, session=session, tables=[first, second])
    audit.record(by=by, action="dialogue.swap_rooms", subject=first, edition=session.edition, other=second.pk)
    _touch_hall(session)


@transaction.atomic
def new_display_link(*, by: User, session: Session) -> Hall:
    """Replaces the secret address of the display; screens with the old one end at their next heartbeat."""
    require(by, "dialogue.run_day", session.edition)
    hall = open_hall(session)
    hall.display_code = Hall._meta.get_field("display_code").get_default()
    hall.save(update_fields=["display_code"])
    audit.record(by=by, action="dialogue.new_display_link", subject=hall, edition=session.edition)
    return hall


@transaction.atomic
def note_printing(
    *, by: User, session: Session, document: str, language: str, digests: dict[str, str]
) -> Printing:
    """Remembers what a set said of each person; what an earlier set said of others stays."""
    require(by, "dialogue.print", session.edition)
    printing, _made = Printing.objects.select_for_update().get_or_create(
        session=session, document=document, language=language
    )
    printing.digests |= digests
    printing.at, printing.by = timezone.now(), by
    printing.save()
    audit.record(
        by=by, action="dialogue.print", subject=printing, edition=session.edition, people=len(digests)
    )
    return printing
