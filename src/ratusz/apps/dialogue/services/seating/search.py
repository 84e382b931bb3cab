"""The search of a draft: queued for the worker, watched live, stopped at any time with the best plan so far."""

import time
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_noop

from ratusz.apps.accounts.models import User
from ratusz.apps.core import audit
from ratusz.apps.core.lifeline import is_alive, lifeline
from ratusz.apps.dialogue import tasks
from ratusz.apps.dialogue.models import SeatingPlan
from ratusz.apps.dialogue.planner.input import Input, Seats, read_seats
from ratusz.apps.dialogue.services.seating.plans import find_conflicts
from ratusz.apps.dialogue.services.seating.store import PLAN, draft_locked, input_for, refused, write_step
from ratusz.apps.editions.permissions import require
from ratusz.engines.seating import EngineError, Plan, Quality, solve

# The first half of the key of PostgreSQL's advisory locks: "seat" in ASCII.
LOCK_SPACE = 0x73656174
WRITE_EVERY = 0.7  # seconds between two writes of the best plan so far
LOOK_EVERY = 0.3  # seconds between two looks whether somebody stopped the search
IDLE, QUEUED, RUNNING = SeatingPlan.Search.IDLE, SeatingPlan.Search.QUEUED, SeatingPlan.Search.RUNNING

LOST = gettext_noop("The worker stopped during the search. The plan is as it was before: search again.")
BROKEN = gettext_noop(
    "The search failed unexpectedly. The plan is as it was before; the server’s log tells why."
)


@transaction.atomic
def search_plan(*, by: User, plan: SeatingPlan, version: int | None = None) -> SeatingPlan:
    """Queues a search for a better plan; pinned seats and rounds that have begun stay."""
    plan = draft_locked(by, plan, version)
    input_for(plan)
    plan.search = QUEUED
    plan.progress = {"share": 0.0, "by": by.pk}
    plan.save(update_fields=["search", "progress"])
    audit.record(by=by, action="dialogue.search_plan", subject=plan, edition=plan.session.edition)
    tasks.search_plan.defer(plan_id=plan.pk)
    return plan


@transaction.atomic
def stop_search(*, by: User, plan: SeatingPlan) -> SeatingPlan:
    """Ends a search; the worker keeps the best plan found so far."""
    require(by, PLAN, plan.session.edition)
    plan = (
        SeatingPlan.objects.select_for_update(of=["self"]).select_related("session__edition").get(pk=plan.pk)
    )
    if plan.search == QUEUED:
        plan.search, plan.progress = IDLE, {}
    elif plan.search == RUNNING:
        plan.progress = {**plan.progress, "stop": True}
    else:
        return plan
    plan.save(update_fields=["search", "progress"])
    audit.record(by=by, action="dialogue.stop_search", subject=plan, edition=plan.session.edition)
    return plan


def execute_search(*, plan_id: int) -> SeatingPlan | None:
    """Searches for a queued plan and stores the best as one step; one that is not queued, or gone, is left alone."""
    with lifeline(LOCK_SPACE, plan_id):
        claimed = SeatingPlan.objects.filter(pk=plan_id, search=QUEUED)
        if claimed.update(search=RUNNING):
            plan = SeatingPlan.objects.select_related("session__edition").get(pk=plan_id)
            try:
                _search(plan)
            except EngineError as error:
                _end(plan_id, error=str(refused(error)))
            except Exception:
                _end(plan_id, error=BROKEN)
                raise
    return SeatingPlan.objects.filter(pk=plan_id).first()


def end_lost_searches() -> int:
    """Ends the searches whose worker is gone; the number of them."""
    gone = 0
    for pk in SeatingPlan.objects.filter(search=RUNNING).values_list("pk", flat=True):
        if not is_alive(LOCK_SPACE, pk):
            _end(pk, error=LOST)
            gone += 1
    return gone


def _search(plan: SeatingPlan) -> None:
    found = input_for(plan)
    before = read_seats(plan, found)
    writer = _Writer(plan.pk, found, before)
    solution = solve(
        found.pinned(before).problem,
        seconds=float(plan.settings.get("seconds", 10)),
        seed=int(plan.settings.get("seed", 1)),
        start=found.plan_of(before),
        progress=writer.progress,
        on_best=writer.best,
        stop=writer.stopped,
    )
    with transaction.atomic():
        locked = (
            SeatingPlan.objects.select_for_update(of=["self"])
            .select_related("session__edition")
            .get(pk=plan.pk)
        )
        if locked.search != RUNNING:
            return
        by = User.objects.filter(pk=locked.progress.get("by")).first()
        after = found.seats_of(solution.plan, before)
        write_step(locked, found, before, after, verb="search", by=by)
        locked.progress = {
            "moves": solution.moves,
            "seconds": round(solution.provenance.seconds, 2),
            "input_hash": solution.provenance.input_hash,
        }
        locked.search = IDLE
        locked.save(update_fields=["search", "progress"])
        if "quality" in locked.report:
            find_conflicts(locked, found, after)
        audit.record(
            by=by, action="dialogue.search_done", subject=locked, edition=locked.session.edition,
            **locked.progress,
        )  # fmt: skip


class _Writer:
    """Writes the share done and the best plan so far into the row, and reads there whether to stop."""

    def __init__(self, pk: int, found: Input, pins: Seats) -> None:
        self._running = SeatingPlan.objects.filter(pk=pk, search=RUNNING)
        self._found, self._pins = found, pins
        self._state: dict[str, Any] = dict(self._running.values_list("progress", flat=True).first() or {})
        self._written = self._looked = 0.0
        self._stop = False

    def progress(self, done: int, total: int) -> None:
        self._state["share"] = round(done / max(total, 1), 3)
        self._write()

    def best(self, plan: Plan, quality: Quality, seconds: float) -> None:
        self._state["best"] = {
            "seats": plan.seats.tolist(),
            "people": [int(person.id) for person in self._found.problem.people],
            "tables": [int(table.id) for table in self._found.problem.tables],
            "repeats": quality.repeats,
            "wishes_missed": quality.wishes_missed,
            "violations": quality.violations,
            "unseated": len(quality.unseated),
            "seconds": round(seconds, 2),
        }
        self._write()

    def stopped(self) -> bool:
        now = time.monotonic()
        if not self._stop and now - self._looked >= LOOK_EVERY:
            self._looked = now
            stored = self._running.values_list("progress", flat=True).first()
            self._stop = stored is None or bool(stored.get("stop"))
        return self._stop

    def _write(self) -> None:
        now = time.monotonic()
        if now - self._written < WRITE_EVERY or self.stopped():
            return
        self._written = now
        # Somebody may have asked to stop since the last look: that wish is never written over.
        self._running.exclude(progress__has_key="stop").update(progress=self._state)


def _end(pk: int, *, error: str) -> None:
    SeatingPlan.objects.filter(pk=pk, search=RUNNING).update(search=IDLE, progress={"error": error})
