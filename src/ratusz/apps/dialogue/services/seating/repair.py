"""Repair on the day: a draft that follows what happened, moves as few people as it can, and waits for a yes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ratusz.apps.accounts.models import User
from ratusz.apps.core import audit
from ratusz.apps.core.errors import DomainError
from ratusz.apps.dialogue.models import CheckIn, Registration, SeatingPlan, Session, Table
from ratusz.apps.dialogue.planner.compare import Moved, moves
from ratusz.apps.dialogue.planner.input import Input, Seats, admits, read_seats
from ratusz.apps.dialogue.services.seating.plans import copy_plan, find_conflicts
from ratusz.apps.dialogue.services.seating.store import PLAN, input_for, refused, write_step
from ratusz.apps.editions.permissions import require
from ratusz.engines.seating import EngineError
from ratusz.engines.seating.repair import repair

# On the day people wait: a repair with its reasons takes less than two seconds.
SECONDS = 0.6
EXPLAIN_SECONDS = 0.6


@dataclass(frozen=True)
class Repaired:
    """A proposed draft, who moves in it, and what part of the seats to come that is."""

    plan: SeatingPlan
    moved: Sequence[Moved]
    share: float


def no_shows(session: Session) -> list[Registration]:
    """Those who are registered and were not checked in."""
    came = CheckIn.objects.filter(registration__session=session).values("registration")
    return list(
        session.registrations.filter(state=Registration.State.REGISTERED).exclude(pk__in=came).order_by("pk")
    )


@transaction.atomic
def repair_plan(
    *,
    by: User,
    session: Session,
    absent: Iterable[Registration] = (),
    late: Mapping[Registration, int] | None = None,
    replaced: Mapping[Table, Registration] | None = None,
    closed: Iterable[Table] = (),
    swapped: tuple[Table, Table] | None = None,
    seconds: float = SECONDS,
) -> Repaired:
    """A draft made from the published plan: rounds that have begun stay, the rest follows what happened.

    `absent` do not come; `late` are there from a round of the plan (counted from 0) on; `replaced` names another
    moderator; `closed` tables are used no more; `swapped` change their rooms. Nothing holds until it is published.
    """
    require(by, PLAN, session.edition)
    published = session.plans.filter(state=SeatingPlan.State.PUBLISHED).first()
    if published is None:
        raise DomainError(
            _("There is no published plan to repair."),
            next_step=_("Publish a plan first."),
            code="nothing_published",
        )
    before = input_for(published)
    played = before.problem.played
    if played == len(before.slots):
        raise DomainError(_("All rounds have begun already."), code="all_played")
    draft = copy_plan(by=by, plan=published, name=_repair_name())
    _tell_settings(draft, before, played, absent, late or {}, replaced or {}, closed, swapped)
    found = input_for(draft)
    seats = read_seats(draft, found)
    held = _held(found, seats)
    pinned = found.pinned(held)
    try:
        done = repair(
            pinned.problem, before.plan_of(seats), done_rounds=played, before=before.problem, seconds=seconds
        )
    except EngineError as error:
        raise refused(error) from error
    after = _after(pinned, done.solution.plan, held, seats, played)
    write_step(draft, found, seats, after, verb="repair", by=by)
    find_conflicts(draft, found, after, seconds=EXPLAIN_SECONDS)
    audit.record(
        by=by, action="dialogue.repair_plan", subject=draft, edition=session.edition,
        of=published.number, moved=len(done.moved),
    )  # fmt: skip
    moved = [
        move for move in moves(found, seats, after, since=played)
        if _there(found, move.slot.number, move.person.pk)
    ]  # fmt: skip
    return Repaired(draft, moved, done.share)


def _repair_name() -> str:
    return str(_("Repair %(time)s") % {"time": timezone.localtime().strftime("%H:%M")})


def _tell_settings(
    draft: SeatingPlan,
    found: Input,
    played: int,
    absent: Iterable[Registration],
    late: Mapping[Registration, int],
    replaced: Mapping[Table, Registration],
    closed: Iterable[Table],
    swapped: tuple[Table, Table] | None,
) -> None:
    """Writes what happened into the draft: who is away when, which tables are closed, rooms and moderators."""
    settings = dict(draft.settings)
    away = dict(settings.get("away", {}))

    def rounds(of: Iterable[int]) -> list[int]:
        return [row.pk for number in of for row in found.slots[number].rounds]

    for person, since in late.items():
        away[str(person.pk)] = rounds(range(played, max(since, played)))
    for person in absent:
        away[str(person.pk)] = sorted(
            {*away.get(str(person.pk), []), *rounds(range(played, len(found.slots)))}
        )
    settings["away"] = away
    shut = rounds(range(played, len(found.slots)))
    settings["closed"] = settings.get("closed", {}) | {str(table.pk): shut for table in closed}
    for table, person in replaced.items():
        if not admits(table.block, person, host=True):
            raise DomainError(
                _("The wall of the circle “%(circle)s” keeps %(name)s out.")
                % {"circle": table.block.title, "name": person.name},
                field="replaced", next_step=_("Name another person."), code="walls",
            )  # fmt: skip
    settings["hosts"] = settings.get("hosts", {}) | {str(t.pk): p.pk for t, p in replaced.items()}
    if swapped is not None:
        one, other = swapped
        rooms = dict(settings.get("rooms", {}))
        first, second = rooms.get(str(one.pk), one.room_id), rooms.get(str(other.pk), other.room_id)
        settings["rooms"] = rooms | {str(one.pk): second, str(other.pk): first}
    draft.settings = settings
    draft.save(update_fields=["settings"])


def _held(found: Input, seats: Seats) -> Seats:
    """The seats with the pins that still can hold: of people who are there, at tables that are open."""
    return {
        (slot, person): (table, fixed and _there(found, slot, person) and _open(found, slot, table))
        for (slot, person), (table, fixed) in seats.items()
    }


def _after(found: Input, plan, held: Seats, before: Seats, played: int) -> Seats:
    """The seats of the repaired plan; rounds that have begun are taken over as they were."""
    new = {key: seat for key, seat in found.seats_of(plan, held).items() if key[0] >= played}
    return new | {key: seat for key, seat in before.items() if key[0] < played}


def _there(found: Input, slot: int, person: int) -> bool:
    rounds = found.problem.people[found.person_number[person]].rounds
    return rounds is None or slot in rounds


def _open(found: Input, slot: int, table: int) -> bool:
    rounds = found.problem.tables[found.table_number[table]].rounds
    return rounds is None or slot in rounds
