"""The words that stand on paper: a person with their way through the day, tables with their people."""

import datetime as dt
from collections import defaultdict
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ratusz.apps.core.text import polish_sort_key
from ratusz.apps.dialogue.models import Block, Registration, Round, Seat, SeatingPlan, Session, Table
from ratusz.apps.dialogue.pictures import qr_for_paper

Facts = dict[str, Any]


def clock(moment: dt.datetime) -> str:
    return date_format(timezone.localtime(moment), "H:i")


def seats_of(session: Session) -> list[Seat]:
    """The seats of the published plan with all that paper says of them; one query."""
    seats = Seat.objects.filter(
        plan__session=session,
        plan__state=SeatingPlan.State.PUBLISHED,
        registration__state=Registration.State.REGISTERED,
    ).select_related(
        "round__block", "table__room", "table__topic", "registration__city", "registration__organisation"
    )
    return list(seats.order_by("round__starts_at", "round__block", "table__number"))


def people_of(session: Session) -> list[Registration]:
    """Those who have a place, in the Polish order of surnames."""
    people = session.registrations.filter(state=Registration.State.REGISTERED)
    return sorted(people.select_related("city", "organisation"), key=by_surname)


def by_surname(person: Registration) -> str:
    first, _space, surname = person.name.rpartition(" ")
    return polish_sort_key(f"{surname} {first}")


def person_facts(person: Registration, seats: list[Seat], no_photo: bool) -> Facts:
    """What a badge, a tent or a card says of a person."""
    return {
        "id": person.pk,
        "name": person.name,
        "from": person.comes_from,
        "position": person.position,
        "represents": _("stands in for %(name)s") % {"name": person.represents} if person.represents else "",
        "type": person.get_stakeholder_display(),
        "shape": person.stakeholder,
        "no_photo": no_photo,
        "qr": qr_for_paper(person.code),
        "route": [stop(seat) for seat in seats],
    }


def stop(seat: Seat) -> Facts:
    """A seat on a person's way."""
    return {
        "time": clock(seat.round.starts_at),
        "until": clock(seat.round.ends_at),
        "table": seat.table.number,
        "room": seat.table.room.name,
        "block": turn_title(seat.round.block, seat.round),
        "topic": str(seat.table.topic.name) if seat.table.topic else "",
    }


def turn_title(block: Block, turn: Round) -> str:
    if block.kind == Block.Kind.ROUND_TABLES:
        return _("%(block)s, round %(number)s") % {"block": block.title, "number": turn.number}
    return str(block.title)


def by_person(seats: list[Seat]) -> dict[int, list[Seat]]:
    found: dict[int, list[Seat]] = defaultdict(list)
    for seat in seats:
        found[seat.registration_id].append(seat)
    return found


def rounds_facts(seats: list[Seat], no_photo: set[int]) -> list[Facts]:
    """Each round with its tables and who sits there."""
    tables: dict[Round, dict[Table, list[Registration]]] = defaultdict(lambda: defaultdict(list))
    for seat in seats:
        tables[seat.round][seat.table].append(seat.registration)
    return [
        {
            "title": turn_title(turn.block, turn),
            "time": f"{clock(turn.starts_at)}–{clock(turn.ends_at)}",
            "tables": [
                {
                    "title": " · ".join(
                        str(part)
                        for part in (table, table.room.name, table.topic and table.topic.name)
                        if part
                    ),
                    "people": [list_line(one, no_photo) for one in sorted(people, key=by_surname)],
                }
                for table, people in found.items()
            ],
        }
        for turn, found in tables.items()
    ]


def list_line(person: Registration, no_photo: set[int]) -> Facts:
    return {
        "name": person.name,
        "from": person.comes_from,
        "type": person.get_stakeholder_display(),
        "shape": person.stakeholder,
        "no_photo": person.pk in no_photo,
    }
