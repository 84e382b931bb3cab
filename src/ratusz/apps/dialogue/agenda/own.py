"""One person's day: what the published agenda and the published plan hold for them."""

from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from ratusz.apps.dialogue.agenda.day import Day, PublicBlock, day_of
from ratusz.apps.dialogue.agenda.feeds import Entry, entry_of
from ratusz.apps.dialogue.models import AgendaVersion, Registration, Seat, Stakeholder


@dataclass(frozen=True)
class Own:
    """A block of the person's day, with their seats in it and the duty they have there."""

    block: PublicBlock
    seats: list[Seat] = field(default_factory=list)
    hosts: bool = False


def own_day(version: AgendaVersion, own: Registration, route: list[Seat]) -> tuple[Day, list[Own]]:
    """The blocks that call the person: all but the circles of others."""
    day = day_of(version.content)
    seats: dict[int, list[Seat]] = {}
    for seat in route:
        seats.setdefault(seat.round.block_id, []).append(seat)
    duties = {duty.block_id or duty.table.block_id for duty in own.duties.select_related("table")}
    return day, [
        Own(block, seats.get(block.id, []), block.id in duties)
        for block in day.blocks
        if not block.is_circle or block.id in seats or block.id in duties or _calls(block, own)
    ]


def _calls(block: PublicBlock, own: Registration) -> bool:
    if own.stakeholder != Stakeholder.LOCAL_GOVERNMENT or own.verified_at is None:
        return False
    return not block.professions or own.profession in block.professions


def entries(version: AgendaVersion, own: Registration, route: list[Seat]) -> list[Entry]:
    """The person's day as events: each round with its table, every other block whole."""
    day, blocks = own_day(version, own, route)
    edition = version.session.edition
    found = []
    for one in blocks:
        if not one.seats:
            found.append(entry_of(one.block, day, edition))
        found += [_of_seat(seat, one.block, day) for seat in one.seats]
    return found


def _of_seat(seat: Seat, block: PublicBlock, day: Day) -> Entry:
    starts: datetime = seat.round.starts_at
    title = _("%(block)s, round %(number)s: table %(table)s") % {
        "block": block.title, "number": seat.round.number, "table": seat.table.number,
    }  # fmt: skip
    return Entry(
        key=f"round-{seat.round_id}-{seat.registration_id}", starts_at=starts, ends_at=seat.round.ends_at,
        title=title, place=", ".join(part for part in (str(seat.table.room), day.venue, day.address) if part),
        text="\n".join(part for part in (str(seat.table.topic or ""), seat.table.question) if part),
    )  # fmt: skip
