"""Places by type: who is registered, who waits, and who moves up."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ratusz.apps.accounts.models import User
from ratusz.apps.core import audit
from ratusz.apps.core.errors import DomainError
from ratusz.apps.dialogue.models import Quota, Registration, Session, Stakeholder
from ratusz.apps.dialogue.notices import registration as notices
from ratusz.apps.dialogue.services.registration.rules import (
    MANAGE,
    State,
    lock,
    require_before_the_end,
    require_standing,
)
from ratusz.apps.editions.permissions import require


@transaction.atomic
def set_quota(*, by: User, session: Session, stakeholder: str, places: int | None) -> Quota | None:
    """Writes the places of a type (None: no limit) and lets in those who now have one.

    Nobody loses a place: a quota below the number of registered people only closes the type.
    """
    require(by, MANAGE, session.edition)
    if stakeholder not in Stakeholder.values:
        raise DomainError(
            _("There is no type “%(value)s”.") % {"value": stakeholder}, field="stakeholder",
            next_step=_("Choose a type from the list."), code="no_such_type",
        )  # fmt: skip
    if places is not None and not 0 <= places <= 5000:
        raise DomainError(
            _("%(value)s places are not a quota.") % {"value": places}, field="places",
            next_step=_("Write a number from 0 to 5000, or nothing for no limit."), code="bad_quota",
        )  # fmt: skip
    hold_places(session, stakeholder)
    quota = None
    if places is None:
        Quota.objects.filter(session=session, stakeholder=stakeholder).delete()
    else:
        quota, _made = Quota.objects.update_or_create(
            session=session, stakeholder=stakeholder, defaults={"places": places}
        )
    audit.record(
        by=by, action="dialogue.set_quota", subject=session, edition=session.edition,
        stakeholder=stakeholder, places=places,
    )  # fmt: skip
    let_in_next(session, stakeholder)
    return quota


@transaction.atomic
def let_in(*, by: User, registration: Registration) -> Registration:
    """Gives a waiting person a place, over the quota and out of turn if the organiser decides so."""
    require(by, MANAGE, registration.session.edition)
    require_before_the_end(registration.session)
    registration = lock(registration)
    require_standing(registration)
    if registration.state == State.REGISTERED:
        return registration
    if registration.state != State.WAITING:
        raise DomainError(
            _("%(person)s has not answered the invitation yet.") % {"person": registration.name},
            next_step=_("Wait for the answer, or send the link again."), code="not_waiting",
        )  # fmt: skip
    registration.state = State.REGISTERED
    registration.save(update_fields=["state", "changed_at"])
    audit.record(by=by, action="dialogue.let_in", subject=registration, edition=registration.session.edition)
    notices.moved_up(registration)
    return registration


def hold_places(session: Session, stakeholder: str) -> Quota | None:
    """The quota of the type, held until the end of the transaction: places are given one after the other."""
    # The session stands for a type without a quota, so that a quota that is set meanwhile waits too.
    Session.objects.select_for_update(no_key=True).get(pk=session.pk)
    return Quota.objects.filter(session=session, stakeholder=stakeholder).first()


def state_for_newcomer(session: Session, stakeholder: str) -> str:
    """REGISTERED while the type has a free place, else WAITING; the caller's transaction holds the places."""
    quota = hold_places(session, stakeholder)
    if quota is None or _free(session, quota) > 0:
        return State.REGISTERED
    return State.WAITING


def let_in_next(session: Session, stakeholder: str) -> list[Registration]:
    """Those who moved up from the waiting list, in the order in which they came; each is told by mail."""
    quota = hold_places(session, stakeholder)
    day = session.edition.session_date
    waiting = session.registrations.filter(stakeholder=stakeholder, state=State.WAITING).order_by(
        "created_at", "pk"
    )
    if quota is not None:
        waiting = waiting[: max(0, _free(session, quota))]
    moved = list(waiting.select_related("user", "session__edition"))
    if day is not None and _is_over(session):
        return []
    for registration in moved:
        registration.state = State.REGISTERED
        registration.save(update_fields=["state", "changed_at"])
        audit.record(by=None, action="dialogue.let_in", subject=registration, edition=session.edition)
        notices.moved_up(registration)
    return moved


def _free(session: Session, quota: Quota) -> int:
    taken = session.registrations.filter(stakeholder=quota.stakeholder, state=State.REGISTERED).count()
    return quota.places - taken


def _is_over(session: Session) -> bool:
    try:
        require_before_the_end(session)
    except DomainError:
        return True
    return False
