"""What stands in the way of a day plan, or deserves a second look, in words with a next step."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ratusz.apps.dialogue.models import Block, Host, Session


@dataclass(frozen=True)
class Clash:
    """One finding: the blocks that it touches, what it is, and whether it stops the publication."""

    blocks: tuple[int, ...]
    text: str
    stops: bool = False


def clashes_in(session: Session) -> list[Clash]:
    """Everything that was found, what stops the publication first."""
    blocks = list(
        session.blocks.select_related("room")
        .prefetch_related("rounds", "tables__room")
        .order_by("starts_at", "pk")
    )
    found = [
        *_outside_the_day(session, blocks),
        *_one_room_twice(blocks),
        *_rounds_outside(blocks),
        *_without_seats(blocks),
        *_too_small(blocks),
        *_same_people(blocks),
        *_hosts_twice(session),
    ]
    if not blocks:
        found.append(Clash((), _("The day has no blocks yet."), stops=True))
    return sorted(found, key=lambda clash: not clash.stops)


def errors_in(session: Session) -> list[Clash]:
    """What stops the publication."""
    return [clash for clash in clashes_in(session) if clash.stops]


def _outside_the_day(session: Session, blocks: list[Block]) -> Iterator[Clash]:
    day = session.edition.session_date
    if day is None:
        yield Clash((), _("The edition has no day of the Session. Set it in the edition."), stops=True)
        return
    for block in blocks:
        if {timezone.localtime(block.starts_at).date(), timezone.localtime(block.ends_at).date()} != {day}:
            yield Clash(
                (block.pk,),
                _("“%(block)s” lies outside the day of the Session, %(day)s. Move it to that day.")
                % {"block": block, "day": date_format(day, "j E Y")},
                stops=True,
            )


def _one_room_twice(blocks: list[Block]) -> Iterator[Clash]:
    for one, other in combinations(blocks, 2):
        if one.room_id and one.room_id == other.room_id and _overlap(one, other):
            yield Clash(
                (one.pk, other.pk),
                _("“%(one)s” and “%(other)s” are in %(room)s at the same time. Move one of them.")
                % {"one": one, "other": other, "room": one.room},
                stops=True,
            )


def _rounds_outside(blocks: list[Block]) -> Iterator[Clash]:
    for block in blocks:
        if any(one.starts_at < block.starts_at or one.ends_at > block.ends_at for one in block.rounds.all()):
            yield Clash(
                (block.pk,),
                _("“%(block)s” has rounds outside its time. Divide it into rounds again.") % {"block": block},
                stops=True,
            )


def _without_seats(blocks: list[Block]) -> Iterator[Clash]:
    for block in blocks:
        if block.is_seated and not (block.rounds.all() and block.tables.all()):
            yield Clash(
                (block.pk,),
                _("“%(block)s” has no rounds or no tables yet; nobody can be seated there.")
                % {"block": block},
            )


def _too_small(blocks: list[Block]) -> Iterator[Clash]:
    for block in blocks:
        seats: dict = defaultdict(int)
        for table in block.tables.all():
            seats[table.room] += table.max_seats
        for room, needed in seats.items():
            if needed > room.capacity:
                yield Clash(
                    (block.pk,),
                    ngettext(
                        "“%(block)s”: its tables in %(room)s take %(needed)s people, and the room has %(has)s seat.",
                        "“%(block)s”: its tables in %(room)s take %(needed)s people, and the room has %(has)s seats.",
                        room.capacity,
                    )
                    % {"block": block, "room": room, "needed": needed, "has": room.capacity},
                )


def _same_people(blocks: list[Block]) -> Iterator[Clash]:
    for one, other in combinations([block for block in blocks if block.is_seated], 2):
        if not _overlap(one, other):
            continue
        shared = not one.is_circle or not other.is_circle
        if one.is_circle and other.is_circle:
            shared = (
                not one.professions
                or not other.professions
                or bool(set(one.professions) & set(other.professions))
            )
        if shared:
            yield Clash(
                (one.pk, other.pk),
                _("“%(one)s” and “%(other)s” call the same people at the same time.")
                % {"one": one, "other": other},
            )


def _hosts_twice(session: Session) -> Iterator[Clash]:
    busy: dict = defaultdict(list)
    for duty in Host.objects.filter(registration__session=session).select_related(
        "registration", "table__block", "block"
    ):
        busy[duty.registration].append(duty.table.block if duty.table else duty.block)
    for person, places in busy.items():
        for one, other in combinations(places, 2):
            if one.pk != other.pk and _overlap(one, other):
                yield Clash(
                    (one.pk, other.pk),
                    _("%(name)s hosts in “%(one)s” and in “%(other)s” at the same time. Choose another host.")
                    % {"name": person.name, "one": one, "other": other},
                )


def _overlap(one: Block, other: Block) -> bool:
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at
