"""Reads of the seating: what is published, one's own way through the day, who sits with whom."""

from typing import Any

from django.db.models import QuerySet

from ratusz.apps.dialogue.models import Registration, Round, Seat, SeatingPlan, Session, Table
from ratusz.apps.dialogue.planner.input import Input, engine_input, read_seats
from ratusz.apps.dialogue.queries.access import admits, blocks_open_to, own_registration
from ratusz.apps.editions.permissions import may

__all__ = [
    "Input", "engine_input", "mates_of", "people_at", "plans_visible_to", "published_plan", "read_seats",
    "route_of", "seats_visible_to",
]  # fmt: skip


def published_plan(session: Session) -> SeatingPlan | None:
    """The plan that holds now."""
    return session.plans.filter(state=SeatingPlan.State.PUBLISHED).first()


def plans_visible_to(user: Any, session: Session) -> QuerySet[SeatingPlan]:
    """Plans are the organisers' own: participants meet seats, never a plan."""
    if not may(user, "dialogue.view_unpublished", session.edition):
        return SeatingPlan.objects.none()
    return session.plans.select_related("session__edition", "by", "parent")


def route_of(registration: Registration) -> list[Seat]:
    """The person's seats of the published plan, in the order of the day.

    A seat in a circle that does not let the person in (any more) is not shown: with it goes the table's question.
    """
    if registration.state != Registration.State.REGISTERED:
        return []
    seats = _published(registration.session_id).filter(registration=registration)
    seats = seats.select_related(
        "round__block", "table__room", "table__topic", "table__city_question", "table__block"
    )
    return [
        seat for seat in seats.order_by("round__starts_at", "pk") if admits(seat.round.block, registration)
    ]


def people_at(table: Table, turn: Round) -> list[Registration]:
    """Who sits at the table in the round, by the published plan, in the order of names."""
    people = Registration.objects.filter(
        seats__in=_published(table.block.session_id).filter(table=table, round=turn),
        state=Registration.State.REGISTERED,
    )
    people = people.select_related("city", "organisation")
    return sorted(people, key=lambda one: one.name.rpartition(" ")[::-1])


def seats_visible_to(user: Any, session: Session) -> QuerySet[Seat]:
    """Seats of the published plan: all for organisers; a participant's own and those at the same tables.

    A circle's seats are shown only to those whom the circle lets in.
    """
    seats = _published(session.pk).filter(registration__state=Registration.State.REGISTERED)
    if may(user, "dialogue.view_unpublished", session.edition):
        return seats
    own = own_registration(user, session)
    if own is None or own.state != Registration.State.REGISTERED:
        return seats.none()
    seats = seats.filter(round__block__in=blocks_open_to(user, session))
    places = set(seats.filter(registration=own).values_list("round", "table"))
    rounds = dict(places)
    visible = seats.filter(round__in=rounds, table__in=rounds.values())
    wanted = [
        pk
        for pk, turn, table in visible.order_by().values_list("pk", "round", "table")
        if rounds[turn] == table
    ]
    return seats.filter(pk__in=wanted)


def mates_of(user: Any, session: Session, own: Registration) -> dict[tuple[int, int], list[Registration]]:
    """Who else sits at each of one's own tables, by round and table."""
    found: dict[tuple[int, int], list[Registration]] = {}
    seats = seats_visible_to(user, session).exclude(registration=own)
    if may(user, "dialogue.view_unpublished", session.edition):
        seats = seats.filter(round__in=[seat.round_id for seat in route_of(own)])
    for seat in seats.select_related("registration__city", "registration__organisation").order_by("pk"):
        found.setdefault((seat.round_id, seat.table_id), []).append(seat.registration)
    for people in found.values():
        people.sort(key=lambda one: one.name.rpartition(" ")[::-1])
    return found


def _published(session: int) -> QuerySet[Seat]:
    return Seat.objects.filter(plan__session=session, plan__state=SeatingPlan.State.PUBLISHED)
