"""Drafts of the seating: made, copied, deleted; what they should reach; counted anew."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from ratusz.apps.accounts.models import User
from ratusz.apps.core import audit
from ratusz.apps.core.errors import DomainError
from ratusz.apps.dialogue.models import Seat, SeatingPlan, Session, Stakeholder
from ratusz.apps.dialogue.planner.input import Input, Seats, engine_input, read_seats
from ratusz.apps.dialogue.planner.report import store_conflicts
from ratusz.apps.dialogue.services.seating.store import PLAN, count_anew, draft_locked, input_for, refused
from ratusz.apps.editions.permissions import require
from ratusz.engines.seating import EngineError, Weights
from ratusz.engines.seating.explain import explain

SECONDS = range(1, 301)
EXPLAIN_SECONDS = 5.0
DEFAULTS: dict[str, Any] = {"weights": asdict(Weights()), "presence": [], "seconds": 10, "seed": 1}


@transaction.atomic
def make_plan(*, by: User, session: Session, name: str = "") -> SeatingPlan:
    """A new draft without seats."""
    require(by, PLAN, session.edition)
    plan = _new(session, by, name.strip(), dict(DEFAULTS))
    audit.record(by=by, action="dialogue.make_plan", subject=plan, edition=session.edition)
    return plan


@transaction.atomic
def copy_plan(*, by: User, plan: SeatingPlan, name: str = "") -> SeatingPlan:
    """A draft with the seats, pins and settings of another plan."""
    require(by, PLAN, plan.session.edition)
    copy = _new(plan.session, by, name.strip(), dict(plan.settings), parent=plan)
    Seat.objects.bulk_create(
        Seat(plan=copy, round_id=turn, table_id=table, registration_id=person, pinned=pinned)
        for turn, table, person, pinned in plan.seats.order_by().values_list(
            "round", "table", "registration", "pinned"
        )
    )
    found = engine_input(copy.session, copy)
    if found is not None:
        count_anew(copy, found, read_seats(copy, found))
    audit.record(
        by=by, action="dialogue.copy_plan", subject=copy, edition=plan.session.edition, of=plan.number
    )
    return copy


@transaction.atomic
def delete_draft(*, by: User, plan: SeatingPlan) -> None:
    """Deletes a draft; what was published stays."""
    plan = draft_locked(by, plan)
    audit.record(by=by, action="dialogue.delete_plan", subject=plan, edition=plan.session.edition)
    plan.delete()


@transaction.atomic
def set_settings(
    *,
    by: User,
    plan: SeatingPlan,
    name: str | None = None,
    weights: Mapping[str, float] | None = None,
    presence: Mapping[str, int] | None = None,
    seconds: int | None = None,
    seed: int | None = None,
) -> SeatingPlan:
    """What the plan should reach: how much each aim weighs, which types every mixed table needs, how long to search."""
    plan = draft_locked(by, plan)
    settings = dict(plan.settings)
    if weights is not None:
        settings["weights"] = {**settings.get("weights", {}), **_weights(weights)}
    if presence is not None:
        settings["presence"] = [
            {"type": kind, "at_least": least}
            for kind, least in presence.items()
            if kind in Stakeholder.values and least
        ]
    if seconds is not None:
        if seconds not in SECONDS:
            raise DomainError(
                _("A search takes from 1 to 300 seconds, not %(seconds)s.") % {"seconds": seconds},
                field="seconds", next_step=_("Choose a time in between."), code="seconds",
            )  # fmt: skip
        settings["seconds"] = seconds
    if seed is not None:
        settings["seed"] = seed
    if name is not None:
        plan.name = name.strip()
    plan.settings = settings
    plan.save(update_fields=["settings", "name"])
    found = engine_input(plan.session, plan)
    if found is not None:
        count_anew(plan, found, read_seats(plan, found))
    audit.record(
        by=by, action="dialogue.set_plan_settings", subject=plan, edition=plan.session.edition,
        settings={key: settings.get(key) for key in DEFAULTS},
    )  # fmt: skip
    return plan


@transaction.atomic
def recount(*, by: User, plan: SeatingPlan, reasons: bool = True) -> SeatingPlan:
    """Counts a draft anew with today's people, tables and rules, and looks for the reasons of what cannot hold."""
    plan = draft_locked(by, plan)
    found = input_for(plan)
    seats = read_seats(plan, found)
    count_anew(plan, found, seats)
    if reasons:
        find_conflicts(plan, found, seats)
    audit.record(by=by, action="dialogue.recount_plan", subject=plan, edition=plan.session.edition)
    return plan


def find_conflicts(
    plan: SeatingPlan, found: Input, seats: Seats, *, seconds: float = EXPLAIN_SECONDS
) -> None:
    """Stores why the hard rules cannot all hold, where the plan breaks one or leaves people without a seat."""
    quality = plan.report["quality"]
    plan.report["conflicts"] = []
    if quality["violations"] or quality["unseated"]:
        pinned = found.pinned(seats)
        try:
            conflicts = explain(pinned.problem, pinned.plan_of(seats), seconds=seconds)
        except EngineError as error:
            raise refused(error) from error
        plan.report["conflicts"] = store_conflicts(conflicts)
        plan.report["explained"] = plan.version
    plan.save(update_fields=["report"])


def _new(
    session: Session, by: User, name: str, settings: dict[str, Any], parent: SeatingPlan | None = None
) -> SeatingPlan:
    Session.objects.select_for_update().get(pk=session.pk)  # numbers are given one at a time
    number = (session.plans.aggregate(last=Max("number"))["last"] or 0) + 1
    return SeatingPlan.objects.create(
        session=session, number=number, name=name[:80], by=by, settings=settings, parent=parent
    )


def _weights(weights: Mapping[str, float]) -> dict[str, float]:
    known = asdict(Weights())
    for name, value in weights.items():
        if name not in known:
            raise TypeError(f"there is no weight {name}")
        if not -100 <= value <= 100 or (value < 0 and name != "context"):
            raise DomainError(
                _("A weight lies between 0 and 100, not %(value)s.") % {"value": value},
                field=name, next_step=_("Correct the weight; 0 leaves the aim out."), code="weight",
            )  # fmt: skip
    return {name: float(value) for name, value in weights.items()}
