"""The problem that the rows of a session pose to the engine, and the way back from its plan to rows."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby
from typing import Any

import numpy as np
from django.utils import timezone

from ratusz.apps.cities.models import CityInEdition
from ratusz.apps.core.text import fold
from ratusz.apps.dialogue.models import (
    Block,
    Host,
    MeetingWish,
    Registration,
    Round,
    SeatingPlan,
    SeatingRule,
    Session,
    Stakeholder,
    Table,
)
from ratusz.apps.ranking.queries import seat_requests
from ratusz.engines.seating import Person, Pin, Plan, Presence, Problem, Weights, Wish
from ratusz.engines.seating import Table as Seating

# (number of the round in the plan, person) → (table, pinned)
Seats = dict[tuple[int, int], tuple[int, bool]]
MUTUAL = 2.0


@dataclass(frozen=True)
class Slot:
    """A round of the plan: the rounds of all blocks that start at one moment."""

    number: int
    rounds: tuple[Round, ...]

    @property
    def starts_at(self) -> dt.datetime:
        return self.rounds[0].starts_at

    @property
    def ends_at(self) -> dt.datetime:
        return max(row.ends_at for row in self.rounds)

    @property
    def title(self) -> str:
        """The blocks of the round, with the number of the round where the block has several."""
        return " · ".join(dict.fromkeys(str(row.block.title) for row in self.rounds))


@dataclass(frozen=True)
class Input:
    """The engine's problem with what its numbers stand for: rounds, people and tables as rows.

    `wished` says of each wish of the problem who would like to meet whom; `shut_out` are hosts whom the wall of
    their own circle keeps out, and `twice` those who host two tables at a time.
    """

    problem: Problem
    slots: tuple[Slot, ...]
    people: Mapping[int, Registration]
    tables: Mapping[int, Table]
    wished: tuple[tuple[str, str], ...]
    hosts: Mapping[int, tuple[int, ...]]
    shut_out: tuple[Host, ...] = ()
    twice: tuple[Host, ...] = ()

    @cached_property
    def slot_of(self) -> dict[int, int]:
        """The number of the plan's round by the key of a round."""
        return {row.pk: slot.number for slot in self.slots for row in slot.rounds}

    @cached_property
    def person_number(self) -> dict[int, int]:
        return {int(person.id): i for i, person in enumerate(self.problem.people)}

    @cached_property
    def table_number(self) -> dict[int, int]:
        return {int(table.id): t for t, table in enumerate(self.problem.tables)}

    def round_at(self, slot: int, table: Table) -> Round | None:
        """The round of the table's block in a round of the plan."""
        return next((row for row in self.slots[slot].rounds if row.block_id == table.block_id), None)

    def tables_in(self, slot: int) -> list[Table]:
        """The tables that are used in a round of the plan, in the order of the day and of their numbers."""
        used = [one for one in self.problem.tables if one.rounds is None or slot in one.rounds]
        return [self.tables[int(one.id)] for one in used]

    def plan_of(self, seats: Seats) -> Plan:
        """The engine's plan of seats."""
        found = np.full((self.problem.rounds, len(self.problem.people)), -1, dtype=np.int32)
        for (slot, person), (table, _pinned) in seats.items():
            if person in self.person_number and table in self.table_number:
                found[slot, self.person_number[person]] = self.table_number[table]
        return Plan(found)

    def seats_of(self, plan: Plan, pins: Seats | None = None) -> Seats:
        """The seats of an engine's plan; those that were pinned stay so."""
        pinned = {key for key, (_table, fixed) in (pins or {}).items() if fixed}
        people = [int(person.id) for person in self.problem.people]
        tables = [int(table.id) for table in self.problem.tables]
        return {
            (slot, people[i]): (tables[t], (slot, people[i]) in pinned)
            for slot, row in enumerate(plan.seats.tolist())
            for i, t in enumerate(row)
            if t >= 0
        }

    def pinned(self, seats: Seats) -> "Input":
        """The same problem with the pins of these seats beside those of the note-takers."""
        known = {(pin.round, pin.person) for pin in self.problem.pins}
        duties = {(slot, host) for table, hosts in self.hosts.items() for slot in self._rounds_of(table)
                  for host in hosts}  # fmt: skip
        pins = tuple(
            Pin(slot, str(person), str(table))
            for (slot, person), (table, fixed) in sorted(seats.items())
            if fixed
            and person in self.person_number
            and table in self.table_number
            and (slot, str(person)) not in known
            and (slot, person) not in duties
        )
        return replace(self, problem=replace(self.problem, pins=self.problem.pins + pins))

    def _rounds_of(self, table: int) -> Iterable[int]:
        rounds = self.problem.tables[self.table_number[table]].rounds
        return range(self.problem.rounds) if rounds is None else rounds


def engine_input(session: Session, plan: SeatingPlan | None = None) -> Input | None:
    """The problem of a session under the settings of a plan, without the plan's pins; None: nothing to plan yet.

    Rounds of equal start are one round. A circle takes in local officials whose city is confirmed, of its
    professional groups. No rule is judged any more in rounds that have begun.
    """
    settings: Mapping[str, Any] = plan.settings if plan else {}
    slots = _slots(session)
    rows = _tables(session, settings)
    people = _people(session)
    if not (slots and rows and people):
        return None
    hosts = _Hosts(session, settings, people, rows, slots)
    number = {row.pk: slot.number for slot in slots for row in slot.rounds}
    away = {int(pk): {number[r] for r in rounds if r in number}
            for pk, rounds in settings.get("away", {}).items()}  # fmt: skip
    classes = dict(
        CityInEdition.objects.filter(edition=session.edition, size_class__isnull=False).values_list(
            "city", "size_class"
        )
    )
    every = frozenset(range(len(slots)))
    persons = tuple(
        _person(person, hosts.label(person), classes, every - away[pk] if away.get(pk) else None)
        for pk, person in people.items()
    )
    wishes, wished = _wishes(session, people)
    rules = _rules(session, people)
    problem = Problem(
        persons,
        tuple(hosts.seating(row) for row in rows.values()),
        len(slots),
        apart=rules[SeatingRule.Kind.APART],
        together=rules[SeatingRule.Kind.TOGETHER],
        presence=tuple(
            Presence(one["type"], one["at_least"]) for one in settings.get("presence", []) if one["at_least"]
        ),
        pins=hosts.pins(),
        wishes=wishes,
        weights=Weights(**settings.get("weights", {})),
        played=rounds_played(slots),
    )
    return Input(
        problem, slots, people, rows, wished, hosts.at, tuple(hosts.shut_out), tuple(hosts.twice)
    )  # fmt: skip


def read_seats(plan: SeatingPlan, found: Input) -> Seats:
    """The seats of a plan that still mean something: of people who are registered and tables that are there."""
    rows = plan.seats.order_by().values_list("round", "registration", "table", "pinned")
    return {
        (found.slot_of[turn], person): (table, pinned)
        for turn, person, table, pinned in rows
        if turn in found.slot_of and person in found.people and table in found.tables
    }


def rounds_played(slots: Iterable[Slot], now: dt.datetime | None = None) -> int:
    """The number of rounds that have begun: nobody is moved there any more."""
    now = now or timezone.now()
    return sum(slot.starts_at <= now for slot in slots)


def admits(block: Block, person: Registration, *, host: bool = False) -> bool:
    """True where the wall of the block lets the person in; a host of a circle may be of another profession."""
    if not block.is_circle:
        return True
    if person.stakeholder != Stakeholder.LOCAL_GOVERNMENT or person.verified_at is None:
        return False
    return host or not block.professions or person.profession in block.professions


def _slots(session: Session) -> tuple[Slot, ...]:
    rows = Round.objects.filter(block__session=session, block__kind__in=Block.SEATED).select_related("block")
    starts = groupby(rows.order_by("starts_at", "block", "number"), key=lambda row: row.starts_at)
    return tuple(Slot(number, tuple(found)) for number, (_start, found) in enumerate(starts))


def _tables(session: Session, settings: Mapping[str, Any]) -> dict[int, Table]:
    rows = Table.objects.filter(block__session=session, block__kind__in=Block.SEATED)
    found = {
        row.pk: row
        for row in rows.select_related("block", "room", "topic").order_by(
            "block__starts_at", "block", "number"
        )
        if row.max_seats
    }
    rooms = {int(pk): room for pk, room in settings.get("rooms", {}).items() if int(pk) in found}
    if rooms:
        known = {room.pk: room for room in session.rooms.all()}
        for pk, room in rooms.items():
            found[pk].room = known.get(room, found[pk].room)
    return found


def _people(session: Session) -> dict[int, Registration]:
    rows = session.registrations.filter(state=Registration.State.REGISTERED)
    rows = rows.select_related("city", "organisation", "needs").prefetch_related("topics")
    return {row.pk: row for row in rows.order_by("pk")}


def _person(
    row: Registration, profession: str, classes: Mapping[int, int], rounds: frozenset[int] | None
) -> Person:
    # A type counts for walls, mix and presence once it is confirmed.
    counts = row.verified_at is not None
    needs = getattr(row, "needs", None)
    home = str(row.organisation_id or "") or (fold(row.organisation_name) if not row.city_id else "")
    return Person(
        id=str(row.pk),
        name=row.name,
        type=str(row.stakeholder) if counts else "",
        organisation=home,
        city=f"city {row.city_id}" if row.city_id else "",
        profession=profession if counts else "",
        context=str(classes.get(row.city_id or 0, "")),
        topics=tuple(str(choice.topic_id) for choice in sorted(row.topics.all(), key=lambda one: one.place)),
        languages=frozenset(row.languages),
        step_free=bool(needs and needs.step_free),
        rounds=rounds,
    )


class _Hosts:
    """Who moderates and takes notes at each table, and whom each circle's wall lets in."""

    def __init__(self, session, settings, people, tables, slots) -> None:
        self.at: dict[int, tuple[int, ...]] = {}
        self.shut_out: list[Host] = []
        self.twice: list[Host] = []
        self._settings, self._people, self._tables = settings, people, tables
        used: dict[int, list[int]] = defaultdict(list)
        for slot in slots:
            for row in slot.rounds:
                used[row.block_id].append(slot.number)
        closed = {int(pk): set(rounds) for pk, rounds in settings.get("closed", {}).items()}
        number = {row.pk: slot.number for slot in slots for row in slot.rounds}
        shut = {pk: {number[r] for r in rounds if r in number} for pk, rounds in closed.items()}
        self._used = {
            pk: frozenset(used[table.block_id]) - shut.get(pk, set()) for pk, table in tables.items()
        }
        self._moderator: dict[int, int] = {}
        self._notes: dict[int, list[int]] = defaultdict(list)
        self._circles: dict[int, set[int]] = defaultdict(set)
        self._read(session)

    def _read(self, session: Session) -> None:
        single: dict[int, list[int]] = defaultdict(list)
        for pk, table in self._tables.items():
            single[table.block_id].append(pk)
        rows = Host.objects.filter(registration__session=session).select_related("block", "table__block")
        rows = [row for row in rows.order_by("pk") if row.registration_id in self._people]
        replaced = {int(table): person for table, person in self._settings.get("hosts", {}).items()}
        busy: set[tuple[int, int]] = set()
        for row in rows:
            person, block = row.registration_id, row.block or row.table.block
            table = row.table_id or (single[block.pk][0] if len(single[block.pk]) == 1 else None)
            if not admits(block, self._people[person], host=True):
                self.shut_out.append(row)
                continue
            if block.is_circle:
                self._circles[block.pk].add(person)
            if table not in self._tables or (table in replaced and row.duty == Host.Duty.MODERATOR):
                continue
            self._take(row, person, table, busy)
        for table, person in replaced.items():
            if person in self._people and table in self._tables:
                block = self._tables[table].block
                if block.is_circle:
                    self._circles[block.pk].add(person)
                self._moderator[table] = person
        self.at = {pk: (*([self._moderator[pk]] if pk in self._moderator else []), *self._notes[pk])
                   for pk in self._tables}  # fmt: skip

    def _take(self, row: Host, person: int, table: int, busy: set[tuple[int, int]]) -> None:
        times = {(slot, person) for slot in self._used[table]}
        if times & busy:
            self.twice.append(row)
            return
        if row.duty == Host.Duty.MODERATOR and table not in self._moderator:
            self._moderator[table] = person
        else:
            self._notes[table].append(person)
        busy |= times

    def label(self, person: Registration) -> str:
        """The person's professional group; of a host whom another group's circle lets in a label of their own."""
        hosting = any(person.pk in people for people in self._circles.values())
        return f"host {person.pk}" if hosting else str(person.profession)

    def seating(self, row: Table) -> Seating:
        """The table as the engine sees it."""
        circle = row.block.is_circle
        professions = None
        if circle and row.block.professions:
            inside = [
                person
                for person in self._people.values()
                if self.label(person).startswith("host ")
                and admits(row.block, person, host=person.pk in self._circles[row.block_id])
            ]
            professions = frozenset(row.block.professions) | {self.label(person) for person in inside}
        moderator = self._moderator.get(row.pk)
        return Seating(
            id=str(row.pk),
            capacity=row.max_seats,
            minimum=row.min_seats,
            topic=str(row.topic_id or ""),
            language=row.language,
            room=str(row.room_id),
            step_free=row.step_free and row.room.step_free,
            moderator=str(moderator or ""),
            rounds=self._used[row.pk],
            types=frozenset({str(Stakeholder.LOCAL_GOVERNMENT)}) if circle else None,
            professions=professions,
        )

    def pins(self) -> tuple[Pin, ...]:
        """Note-takers keep their seats, as moderators do."""
        return tuple(
            Pin(slot, str(person), str(table))
            for table, people in self._notes.items()
            for person in people
            for slot in sorted(self._used[table])
        )


def _rules(session: Session, people: Mapping[int, Registration]) -> dict[str, tuple[tuple[str, str], ...]]:
    found: dict[str, list[tuple[str, str]]] = {kind: [] for kind in SeatingRule.Kind.values}
    for kind, first, second in session.seating_rules.values_list("kind", "first", "second"):
        if first in people and second in people:
            found[kind].append((str(first), str(second)))
    return {kind: tuple(pairs) for kind, pairs in found.items()}


def _wishes(
    session: Session, people: Mapping[int, Registration]
) -> tuple[tuple[Wish, ...], tuple[tuple[str, str], ...]]:
    """Wishes of people and of cities; one that nobody registered could fulfil is left out."""
    of_city: dict[int, list[str]] = defaultdict(list)
    of_organisation: dict[int, list[str]] = defaultdict(list)
    for pk, person in people.items():
        if person.city_id:
            of_city[person.city_id].append(str(pk))
        if person.organisation_id:
            of_organisation[person.organisation_id].append(str(pk))
    wishes, wished = [], []
    rows = MeetingWish.objects.filter(registration__in=list(people)).select_related("city", "organisation")
    for row in rows.order_by("pk"):
        found = of_city[row.city_id] if row.city_id else of_organisation[row.organisation_id]
        others = tuple(pk for pk in found if pk != str(row.registration_id))
        if others:
            wishes.append(Wish((str(row.registration_id),), others))
            wished.append((people[row.registration_id].name, str(row.city or row.organisation)))
    seen: set[frozenset[int]] = set()
    for ask in seat_requests(session.edition):
        pair = frozenset({ask.city_id, ask.peer_id})
        if pair not in seen and of_city[ask.city_id] and of_city[ask.peer_id]:
            seen.add(pair)
            weight = MUTUAL if ask.mutual else 1.0
            wishes.append(Wish(tuple(of_city[ask.city_id]), tuple(of_city[ask.peer_id]), weight))
            wished.append((str(ask.city), str(ask.peer)))
    return tuple(wishes), tuple(wished)
