"""The Dialogue Session of the demo in step with today: what lies ahead is taken back, what is due is done.

The demo alone can turn back a clock: no service dates what people did.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import models
from django.utils import timezone

from ratusz.apps.dialogue.models import AgendaVersion, Registration, SeatingPlan, Session
from ratusz.apps.editions.models import Edition
from ratusz.demo import dates
from ratusz.demo.services import convene

STAGES: tuple[Callable[[Session, date], Any], ...] = (
    convene.register, convene.seat, convene.gather, convene.hold,
)  # fmt: skip


def keep_in_step(edition: Edition, day: date) -> None:
    """Brings the session to where it stands by today; moves its dates with the day."""
    session = Session.objects.select_related("edition").filter(edition=edition).first()
    wanted = _due(day)
    if session is not None and _stage(session) > wanted:
        forget(session)
        session = None
    if wanted < 0:
        return
    if session is None:
        session = convene.prepare(edition, day)
    else:
        shift(session, day)
    session = Session.objects.select_related("edition__programme").get(pk=session.pk)
    for act in STAGES[_stage(session) : wanted]:
        act(session, day)


def _due(day: date) -> int:
    """How many stages are due today; -1 before the session is opened."""
    facts, now = convene.plan(), timezone.now()
    if now < dates.moment(day, facts["opened"]):
        return -1
    due = (
        now >= dates.moment(day, facts["registered"]),
        now >= dates.moment(day, facts["plan_published"], 10),
        timezone.localdate() >= day,
        timezone.localdate() > day,
    )
    return sum(due)


def _stage(session: Session) -> int:
    """How many stages the session has lived through."""
    steps = (
        session.registrations.exists(),
        session.plans.filter(state=SeatingPlan.State.PUBLISHED).exists(),
        session.registrations.filter(check_in__isnull=False).exists(),
        Registration.objects.filter(session=session, feedback_given__isnull=False).exists(),
    )
    return next((k for k, done in enumerate(steps) if not done), len(steps))


def forget(session: Session) -> None:
    """Deletes the session with all its rows, the dependent ones first."""
    _delete(session)


def _delete(row: models.Model) -> None:
    for relation in row._meta.related_objects:
        if relation.many_to_many:
            continue
        for one in relation.related_model._base_manager.filter(**{relation.field.name: row.pk}):
            if relation.on_delete is models.SET_NULL:
                relation.related_model._base_manager.filter(pk=one.pk).update(**{relation.field.name: None})
            else:
                _delete(one)
    row.delete()


def shift(session: Session, day: date) -> None:
    """Moves every date of the session's rows by as many days as the day of the session has moved."""
    first = session.blocks.order_by("starts_at").first()
    if first is None:
        return
    days = (day - timezone.localtime(first.starts_at).date()).days
    if days:
        _shift(session, timedelta(days=days), set())
        for version in AgendaVersion.objects.filter(session=session):
            version.content = _moved(version.content, timedelta(days=days))
            version.save(update_fields=["content"])


def _shift(row: models.Model, step: timedelta, seen: set[tuple[type, Any]]) -> None:
    if (type(row), row.pk) in seen:
        return
    seen.add((type(row), row.pk))
    fields = [field for field in row._meta.concrete_fields if isinstance(field, models.DateTimeField)]
    moved = {field.attname: getattr(row, field.attname) for field in fields}
    values = {name: later(value, step) for name, value in moved.items() if value is not None}
    if values:
        type(row)._base_manager.filter(pk=row.pk).update(**values)
    for relation in row._meta.related_objects:
        if not relation.many_to_many:
            for one in relation.related_model._base_manager.filter(**{relation.field.name: row.pk}):
                _shift(one, step, seen)


def later(moment: datetime, step: timedelta) -> datetime:
    """The same hour on the clock of Warsaw, so many days later."""
    local = timezone.localtime(moment)
    return timezone.make_aware(local.replace(tzinfo=None) + step)


def _moved(value: Any, step: timedelta) -> Any:
    """The content of a version with its day and moments moved."""
    if isinstance(value, dict):
        return {key: _moved_text(key, one, step) for key, one in value.items()}
    return [_moved(one, step) for one in value] if isinstance(value, list) else value


def _moved_text(key: str, value: Any, step: timedelta) -> Any:
    if key == "day" and value:
        return (date.fromisoformat(value) + step).isoformat()
    if key in ("starts_at", "ends_at"):
        return timezone.localtime(later(datetime.fromisoformat(value), step)).isoformat(timespec="minutes")
    return _moved(value, step)
