"""Seats as rows: written as differences, each of them a step that can be undone."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from ratusz.apps.accounts.models import User
from ratusz.apps.core.errors import DomainError
from ratusz.apps.dialogue.models import PlanChange, Seat, SeatingPlan
from ratusz.apps.dialogue.planner import report
from ratusz.apps.dialogue.planner.input import Input, Seats, engine_input
from ratusz.apps.editions.permissions import require
from ratusz.engines.seating import EngineError

PLAN = "dialogue.plan_seats"
# A seat in a step: round, person, table (None: no seat), pinned.
Step = list[list[Any]]


def draft_locked(by: User, plan: SeatingPlan, version: int | None = None) -> SeatingPlan:
    """The draft, locked for this transaction; refused to others, once published, or for an older version."""
    require(by, PLAN, plan.session.edition)
    locked = (
        SeatingPlan.objects.select_for_update(of=["self"])
        .select_related("session__edition")
        .filter(pk=plan.pk)
        .first()
    )
    if locked is None:
        raise DomainError(
            _("This plan has been deleted."), next_step=_("Open another plan."), code="plan_deleted"
        )
    if locked.state != SeatingPlan.State.DRAFT:
        raise DomainError(
            _("A published plan is never changed."),
            next_step=_("Make a copy and work on the copy."),
            code="plan_published",
        )
    if locked.search != SeatingPlan.Search.IDLE:
        raise DomainError(
            _("A search is working on this plan."),
            next_step=_("Wait until it ends, or stop it: the best plan so far is kept."),
            code="plan_searching",
        )
    if version is not None and version != locked.version:
        raise DomainError(
            _("The plan has changed since you opened it (version %(seen)s, now %(now)s).")
            % {"seen": version, "now": locked.version},
            next_step=_("The board shows the newest version now: look again and repeat the change."),
            code="plan_changed",
        )
    return locked


def input_for(plan: SeatingPlan) -> Input:
    """The engine's problem for a plan; a plain refusal where there is nothing to seat yet."""
    found = engine_input(plan.session, plan)
    if found is None:
        raise DomainError(
            _("There is nothing to plan yet: a plan needs rounds, tables and registered people."),
            next_step=_("Prepare the blocks with their tables, and register people."),
            code="nothing_to_plan",
        )
    # The screen that answers a move reads the same rows: it takes them from here.
    plan.seating_input = found
    return found


def write_step(
    plan: SeatingPlan, found: Input, before: Seats, after: Seats, *, verb: str, by: User | None
) -> PlanChange | None:
    """Stores the difference of two seatings as one step and counts the plan anew; None where nothing differs."""
    keys = sorted(key for key in before.keys() | after.keys() if before.get(key) != after.get(key))
    if not keys:
        return None
    plan.changes.filter(undone=True).delete()
    number = (plan.changes.aggregate(last=Max("number"))["last"] or 0) + 1
    change = PlanChange.objects.create(
        plan=plan, number=number, verb=verb, by=by,
        before=_step(found, before, after, keys), after=_step(found, after, before, keys),
    )  # fmt: skip
    apply_step(plan, change.after)
    count_anew(plan, found, after)
    return change


def apply_step(plan: SeatingPlan, step: Step) -> None:
    """Writes the seats of a step; a person keeps one seat in rounds of equal start."""
    people = {person for _round, person, _table, _pinned in step}
    rounds = {turn for turn, _person, _table, _pinned in step}
    touched = {(turn, person) for turn, person, _table, _pinned in step}
    rows = plan.seats.filter(registration__in=people, round__in=rounds).values_list(
        "pk", "round", "registration"
    )
    plan.seats.filter(
        pk__in=[pk for pk, turn, person in rows.order_by() if (turn, person) in touched]
    ).delete()
    Seat.objects.bulk_create(
        Seat(plan=plan, round_id=turn, registration_id=person, table_id=table, pinned=pinned)
        for turn, person, table, pinned in step
        if table is not None
    )


def count_anew(plan: SeatingPlan, found: Input, seats: Seats) -> None:
    """Raises the version and stores what the engine counts for it."""
    try:
        plan.report = report.recounted(found, seats, plan.report)
    except EngineError as error:
        raise refused(error) from error
    plan.version += 1
    plan.report["version"] = plan.version
    plan.save(update_fields=["report", "version"])


def refused(error: EngineError) -> DomainError:
    """What the engine cannot work with; our own screens keep people from it, files and old rows may not."""
    return DomainError(
        _("The planner cannot work with these rows and says: %(sentence)s") % {"sentence": str(error)},
        next_step=_("Correct the tables, their hosts or the pins."),
        code="engine_refused",
    )


def _step(found: Input, these: Seats, others: Seats, keys: Iterable[tuple[int, int]]) -> Step:
    """The seats of these keys; where a seat leaves a block, its row there is named with no table."""
    step: Step = []
    for key in keys:
        slot, person = key
        mine, theirs = these.get(key), others.get(key)
        turn = found.round_at(slot, found.tables[mine[0]]) if mine else None
        gone = found.round_at(slot, found.tables[theirs[0]]) if theirs else None
        if gone is not None and gone != turn:
            step.append([gone.pk, person, None, False])
        if mine and turn is not None:
            step.append([turn.pk, person, mine[0], mine[1]])
    return step
