"""The plan to take away: a table of seats as a file, and sheets to print by table and by person."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ratusz.apps.core.open_data import Field, Record, table_download
from ratusz.apps.dialogue.models import Session
from ratusz.apps.dialogue.planner.board import Board
from ratusz.apps.dialogue.planner.input import read_seats
from ratusz.apps.dialogue.services.seating.store import input_for
from ratusz.apps.dialogue.views.organiser.seating import plan_of
from ratusz.apps.dialogue.views.organiser.stage import for_organisers, stage
from ratusz.apps.editions.models import Edition


@require_safe
@for_organisers
def seats_file(
    request: HttpRequest, edition: Edition, session: Session, pk: int, ending: str
) -> HttpResponse:
    """Every seat of the plan, one row each, in the order of rounds, tables and names."""
    if ending not in ("csv", "xlsx"):
        raise Http404
    plan = plan_of(request, session, pk)
    found = input_for(plan)
    seats = read_seats(plan, found)
    records: list[Record] = [
        {
            "round": slot.number + 1,
            "starts": slot.starts_at.astimezone().strftime("%H:%M"),
            "block": str(card.table.block.title),
            "table": card.table.number,
            "room": str(card.table.room.name),
            "topic": str(card.table.topic.name) if card.table.topic else "",
            "person": chip.person.name,
            "position": chip.person.position,
            "from": chip.person.comes_from,
            "type": chip.label,
            "host": chip.host,
            "pinned": chip.pinned,
        }
        for slot in found.slots
        for card in Board(plan, found, seats, slot.number).cards
        for chip in card.chips
    ]
    fields = [
        Field("round", _("Number of the round.")),
        Field("starts", _("When the round begins.")),
        Field("block", _("Circle or round tables.")),
        Field("table", _("Number of the table.")),
        Field("room", _("Room.")),
        Field("topic", _("Topic of the table.")),
        Field("person", _("Who sits there.")),
        Field("position", _("Position of the person.")),
        Field("from", _("City or organisation.")),
        Field("type", _("Type of the person.")),
        Field("host", _("Moderates the table or takes its notes.")),
        Field("pinned", _("The seat is pinned.")),
    ]
    return table_download(
        request, ending, name=f"seating-{edition.year}-{plan.number}", title=_("Seats"),
        fields=fields, records=records, about={"edition": str(edition.name), "plan": str(plan), "state": plan.state},
    )  # fmt: skip


@require_safe
@for_organisers
def by_table(request: HttpRequest, edition: Edition, session: Session, pk: int) -> HttpResponse:
    """Lists to print: each table of each round with its people."""
    plan = plan_of(request, session, pk)
    found = input_for(plan)
    seats = read_seats(plan, found)
    boards = [Board(plan, found, seats, slot.number) for slot in found.slots]
    return stage.show(request, edition, "seating_tables", _("Lists by table"), plan=plan, boards=boards)


@require_safe
@for_organisers
def by_person(request: HttpRequest, edition: Edition, session: Session, pk: int) -> HttpResponse:
    """Lists to print: each person with their tables."""
    plan = plan_of(request, session, pk)
    found = input_for(plan)
    seats = read_seats(plan, found)
    people = sorted(found.people.values(), key=lambda one: one.name.rpartition(" ")[::-1])
    rows = [
        (
            person,
            [
                found.tables[seats[slot.number, person.pk][0]] if (slot.number, person.pk) in seats else None
                for slot in found.slots
            ],
        )
        for person in people
    ]
    return stage.show(
        request, edition, "seating_people", _("Lists by person"), plan=plan, rows=rows, slots=found.slots
    )
