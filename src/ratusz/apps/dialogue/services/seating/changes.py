"""Changes by hand: move, swap, pin, undo. A change that was begun on an older plan is refused with words."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ratusz.apps.accounts.models import User
from ratusz.apps.core import audit
from ratusz.apps.core.errors import DomainError
from ratusz.apps.dialogue.models import PlanChange, Registration, Seat, SeatingPlan, Table
from ratusz.apps.dialogue.planner.input import Input, Seats, admits, read_seats
from ratusz.apps.dialogue.services.seating.store import (
    apply_step,
    count_anew,
    draft_locked,
    input_for,
    write_step,
)
from ratusz.engines.seating.explain import Change, Cost, cost_of


@transaction.atomic
def move_person(
    *,
    by: User,
    plan: SeatingPlan,
    slot: int,
    person: Registration | int,
    table: Table | int | None,
    version: int | None = None,
) -> SeatingPlan:
    """Seats a person at a table in a round of the plan (None: takes the seat away); `slot` counts from 0."""
    plan = draft_locked(by, plan, version)
    found = input_for(plan)
    before = read_seats(plan, found)
    after = _moved(found, before, slot, _key(person), None if table is None else _key(table))
    write_step(plan, found, before, after, verb="move", by=by)
    _record(by, plan, "dialogue.move_person", round=slot + 1, person=_key(person))
    return plan


@transaction.atomic
def swap_people(
    *,
    by: User,
    plan: SeatingPlan,
    slot: int,
    person: Registration | int,
    other: Registration | int,
    version: int | None = None,
) -> SeatingPlan:
    """Two people change places in a round of the plan."""
    plan = draft_locked(by, plan, version)
    found = input_for(plan)
    before = read_seats(plan, found)
    after = _swapped(found, before, slot, _key(person), _key(other))
    write_step(plan, found, before, after, verb="swap", by=by)
    _record(by, plan, "dialogue.swap_people", round=slot + 1, person=_key(person), other=_key(other))
    return plan


def pin(
    *, by: User, plan: SeatingPlan, slot: int, person: Registration | int, version: int | None = None
) -> SeatingPlan:
    """Keeps the person's seat of a round, whatever else is changed."""
    return _pinned(by, plan, slot, _key(person), version, fixed=True)


def unpin(
    *, by: User, plan: SeatingPlan, slot: int, person: Registration | int, version: int | None = None
) -> SeatingPlan:
    """Lets the person's seat of a round be changed again."""
    return _pinned(by, plan, slot, _key(person), version, fixed=False)


@transaction.atomic
def undo(*, by: User, plan: SeatingPlan, version: int | None = None) -> SeatingPlan:
    """Takes back the last step."""
    plan = draft_locked(by, plan, version)
    change = plan.changes.filter(undone=False).last()
    return _travel(by, plan, change, undone=True)


@transaction.atomic
def redo(*, by: User, plan: SeatingPlan, version: int | None = None) -> SeatingPlan:
    """Does again what was taken back last."""
    plan = draft_locked(by, plan, version)
    change = plan.changes.filter(undone=True).first()
    return _travel(by, plan, change, undone=False)


def what_if(
    *, found: Input, seats: Seats, slot: int, person: int, table: int | None = None, other: int | None = None
) -> Cost:
    """What a move or a swap would cost; nothing is saved."""
    if other is not None:
        _swapped(found, seats, slot, person, other)
    else:
        _moved(found, seats, slot, person, table)
    change = Change(
        slot,
        str(person),
        table="" if table is None else str(table),
        swap="" if other is None else str(other),
    )
    pinned = found.pinned({key: seat for key, seat in seats.items() if key != (slot, person)})
    return cost_of(pinned.problem, pinned.plan_of(seats), change)


@transaction.atomic
def _pinned(
    by: User, plan: SeatingPlan, slot: int, person: int, version: int | None, *, fixed: bool
) -> SeatingPlan:
    plan = draft_locked(by, plan, version)
    found = input_for(plan)
    before = read_seats(plan, found)
    seat = before.get((slot, person))
    if seat is None:
        raise DomainError(
            _("Only a person who has a seat in this round can be pinned."),
            next_step=_("Seat the person at a table first."),
            code="no_seat",
        )
    after = before | {(slot, person): (seat[0], fixed)}
    write_step(plan, found, before, after, verb="pin" if fixed else "unpin", by=by)
    _record(
        by, plan, "dialogue.pin_person" if fixed else "dialogue.unpin_person", round=slot + 1, person=person
    )
    return plan


def _moved(found: Input, before: Seats, slot: int, person: int, table: int | None) -> Seats:
    _known(found, slot, person)
    if table is None:
        return {key: seat for key, seat in before.items() if key != (slot, person)}
    if table not in found.tables or found.round_at(slot, found.tables[table]) is None:
        raise DomainError(
            _("This table is not used in this round."),
            next_step=_("Choose a table of this round."),
            code="no_table",
        )
    _walls(found, person, table)
    fixed = before.get((slot, person), (table, False))[1]
    return before | {(slot, person): (table, fixed)}


def _swapped(found: Input, before: Seats, slot: int, person: int, other: int) -> Seats:
    _known(found, slot, person)
    _known(found, slot, other)
    mine, theirs = before.get((slot, person)), before.get((slot, other))
    if person == other or (mine is None and theirs is None):
        raise DomainError(
            _("Two people change places, and at least one of them has a seat."),
            next_step=_("Choose another person."),
            code="no_swap",
        )
    after = {key: seat for key, seat in before.items() if key not in {(slot, person), (slot, other)}}
    if theirs is not None:
        _walls(found, person, theirs[0])
        after[slot, person] = (theirs[0], mine[1] if mine else False)
    if mine is not None:
        _walls(found, other, mine[0])
        after[slot, other] = (mine[0], theirs[1] if theirs else False)
    return after


def _known(found: Input, slot: int, person: int) -> None:
    if not 0 <= slot < len(found.slots) or person not in found.people:
        raise DomainError(
            _("This person or round is no longer there."),
            next_step=_("Look at the board again: it is up to date now."),
            code="gone",
        )


def _walls(found: Input, person: int, table: int) -> None:
    """The wall of a circle is no rule that an organiser may bend."""
    block, who = found.tables[table].block, found.people[person]
    hosting = person in found.hosts.get(table, ())
    if not admits(block, who, host=hosting):
        raise DomainError(
            _("The wall of the circle “%(circle)s” keeps %(name)s out.")
            % {"circle": block.title, "name": who.name},
            next_step=_(
                "A circle is for local officials of its professional groups whose city is confirmed."
            ),
            code="walls",
        )


def _travel(by: User, plan: SeatingPlan, change: PlanChange | None, *, undone: bool) -> SeatingPlan:
    if change is None:
        raise DomainError(
            _("There is nothing to undo.") if undone else _("There is nothing to do again."), code="no_step"
        )
    found = input_for(plan)
    apply_step(plan, _standing(found, plan, change.before if undone else change.after))
    change.undone = undone
    change.save(update_fields=["undone"])
    count_anew(plan, found, read_seats(plan, found))
    _record(by, plan, "dialogue.undo_step" if undone else "dialogue.redo_step", step=change.verb)
    return plan


def _standing(found: Input, plan: SeatingPlan, step: list) -> list:
    """The step without people, rounds and tables that went away since; the people's other seats of the round go."""
    step = [
        one for one in step
        if one[0] in found.slot_of and one[1] in found.people and (one[2] is None or one[2] in found.tables)
    ]  # fmt: skip
    slots = {(found.slot_of[turn], person) for turn, person, _table, _fixed in step}
    named = {(turn, person) for turn, person, _table, _fixed in step}
    others = Seat.objects.filter(plan=plan, registration__in={person for _slot, person in slots})
    return step + [
        [turn, person, None, False]
        for turn, person in others.order_by().values_list("round", "registration")
        if (found.slot_of.get(turn), person) in slots and (turn, person) not in named
    ]


def _record(by: User, plan: SeatingPlan, verb: str, **data) -> None:
    audit.record(by=by, action=verb, subject=plan, edition=plan.session.edition, **data)


def _key(row: Registration | Table | int) -> int:
    return row if isinstance(row, int) else row.pk
