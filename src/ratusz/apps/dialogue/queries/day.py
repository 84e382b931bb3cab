"""Reads of the day: who came, what the hall shows now, what comes next."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from ratusz.apps.core.text import fold, polish_sort_key
from ratusz.apps.dialogue.models import (
    Block,
    CheckIn,
    Hall,
    HallMessage,
    Note,
    Registration,
    Round,
    Seat,
    SeatingPlan,
    Session,
    Table,
)
from ratusz.apps.editions.permissions import may

KNOWN_TO_THE_DESK = (
    Registration.State.REGISTERED,
    Registration.State.WAITING,
    Registration.State.INVITED,
)


def present(session: Session) -> set[int]:
    """The keys of the registrations that are checked in."""
    return set(
        CheckIn.objects.filter(registration__session=session).values_list("registration_id", flat=True)
    )


def arrivals(session: Session) -> dict[str, int]:
    """How many have a place, and how many of them came; one query."""
    return Registration.objects.filter(session=session, state=Registration.State.REGISTERED).aggregate(
        registered=Count("pk"), present=Count("check_in")
    )


def desk_visible_to(user: Any, session: Session) -> QuerySet[Registration]:
    """The registrations that a check-in desk may look up: by those who note who came, and nobody else."""
    if not may(user, "dialogue.check_in", session.edition):
        return Registration.objects.none()
    return Registration.objects.filter(session=session, state__in=KNOWN_TO_THE_DESK)


def people_for_desk(user: Any, session: Session) -> list[dict[str, Any]]:
    """Everybody whom the desk may meet, in Polish order, with the folded words by which they are found."""
    people = desk_visible_to(user, session).select_related("organisation", "city", "check_in")
    return [
        {
            "id": person.pk,
            "name": person.name,
            "from": person.comes_from,
            "words": fold(f"{person.name} {person.comes_from}"),
            "type": person.get_stakeholder_display(),
            "place": person.state == Registration.State.REGISTERED,
            "state": person.get_state_display(),
            "represents": person.represents,
            "at": person.check_in.at if hasattr(person, "check_in") else None,
            "desk": person.check_in.desk if hasattr(person, "check_in") else "",
        }
        for person in sorted(people, key=lambda person: polish_sort_key(person.name))
    ]


def found(people: list[dict[str, Any]], words: str) -> list[dict[str, Any]]:
    """Those in whose name or organisation each of the words begins a word."""
    asked = fold(words).split()
    return [one for one in people if asked and all(f" {word}" in f" {one['words']}" for word in asked)]


@dataclass(frozen=True)
class Step:
    """A moment of the day that the hall can show: a block, or a round, and what runs beside it."""

    block: Block
    round: Round | None
    also: tuple[Block, ...]

    @property
    def timed(self) -> Block | Round:
        return self.round or self.block

    @property
    def key(self) -> str:
        return f"{self.block.pk}-{self.round.pk if self.round else 0}"


def steps(session: Session) -> list[Step]:
    """The day in its order: what begins at one moment is one step."""
    blocks = Block.objects.filter(session=session).select_related("room").prefetch_related("rounds")
    by_start: dict[dt.datetime, list[tuple[Block, Round | None]]] = defaultdict(list)
    for block in blocks:
        for turn in list(block.rounds.all()) or [None]:
            by_start[(turn or block).starts_at].append((block, turn))
    made = []
    for _start, together in sorted(by_start.items()):
        # Open round tables before circles: the hall is for everybody.
        together.sort(key=lambda one: (one[0].is_circle, one[0].pk))
        (block, turn), *others = together
        made.append(Step(block, turn, tuple(other for other, _turn in others)))
    return made


def hall_of(session: Session) -> Hall | None:
    return Hall.objects.select_related("block", "round").filter(session=session).first()


def hall_now(session: Session) -> dict[str, Any]:
    """What the hall shows, in both languages. It names no person, and of a circle only title and room."""
    hall = hall_of(session)
    day_ = steps(session)
    now = next(
        (s for s in day_ if hall and hall.block and (s.block, s.round) == (hall.block, hall.round)), None
    )
    after = (
        day_[day_.index(now) + 1] if now and now is not day_[-1] else (day_[0] if day_ and not now else None)
    )
    return {
        "version": hall.version if hall else 0,
        "block": _title(now.block) if now else None,
        "round": _turn(now.round) if now and now.round and not now.block.is_circle else None,
        "ends_at": _milliseconds(hall.ends_at) if hall and hall.ends_at else None,
        "left": int(hall.left.total_seconds() * 1000) if hall and hall.left is not None else None,
        "places": _places(now) if now else [],
        "messages": [
            {"pl": message.text_pl, "en": message.text_en} for message in messages_shown(session)[:3]
        ],
        "next": {**_title(after.block), "starts_at": _milliseconds(after.timed.starts_at)} if after else None,
    }


def _title(block: Block) -> dict[str, Any]:
    return {"pl": block.title_pl, "en": block.title_en or block.title_pl, "circle": block.is_circle}


def _turn(turn: Round) -> dict[str, int]:
    return {"number": turn.number, "of": turn.block.rounds.count()}


def _milliseconds(moment: dt.datetime) -> int:
    return int(moment.timestamp() * 1000)


def _places(step: Step) -> list[dict[str, Any]]:
    """Where to go: the tables of round tables, the rooms of everything else."""
    if step.block.kind == Block.Kind.ROUND_TABLES:
        tables = Table.objects.filter(block=step.block).select_related("room", "topic")
        found = [
            {
                "table": table.number,
                "room": _pair(table.room),
                "topic": _pair(table.topic) if table.topic else None,
            }
            for table in tables
        ]
    else:
        found = [_room(step.block)]
    return found + [_room(block) for block in step.also]


def _room(block: Block) -> dict[str, Any]:
    return {"title": _title(block), "room": _pair(block.room) if block.room else None}


def _pair(named: Any) -> dict[str, str]:
    return {"pl": named.name_pl, "en": named.name_en or named.name_pl}


def messages_shown(session: Session) -> QuerySet[HallMessage]:
    """The messages that hang in the hall, the newest first."""
    return HallMessage.objects.filter(session=session, taken_down_at=None)


def notes_by_table(session: Session, turn: Round) -> list[tuple[Table, int, int]]:
    """Each table of the round with the notes that arrived and the people who should sit there."""
    seats = Count(
        "seats", filter=Q(seats__round=turn, seats__plan__state=SeatingPlan.State.PUBLISHED), distinct=True
    )
    tables = Table.objects.filter(block=turn.block).select_related("room").annotate(people=seats)
    arrived = dict(
        Note.objects.filter(record__round=turn, withdrawn_at=None)
        .values_list("record__table")
        .annotate(notes=Count("pk"))
        .order_by()
    )
    return [(table, arrived.get(table.pk, 0), table.people) for table in tables]


def awaited(session: Session) -> QuerySet[Registration]:
    """Those who have a seat in the published plan and are not checked in."""
    seated = Seat.objects.filter(plan__session=session, plan__state=SeatingPlan.State.PUBLISHED)
    return Registration.objects.filter(
        session=session,
        state=Registration.State.REGISTERED,
        check_in__isnull=True,
        pk__in=seated.values("registration"),
    ).select_related("organisation", "city")
