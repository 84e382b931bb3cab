"""Pairs of registrations: who sits apart or together, and who may be one person with two addresses."""

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ratusz.apps.accounts.models import User
from ratusz.apps.core import audit
from ratusz.apps.core.errors import DomainError
from ratusz.apps.dialogue.models import (
    DifferentPeople,
    Host,
    MeetingWish,
    Needs,
    Registration,
    Seat,
    SeatingRule,
    TopicChoice,
)
from ratusz.apps.dialogue.services.registration.places import hold_places, let_in_next
from ratusz.apps.dialogue.services.registration.rules import (
    MANAGE,
    State,
    clean_short,
    lock,
    require_before_the_end,
    require_standing,
)
from ratusz.apps.editions.permissions import require


@transaction.atomic
def set_seating_rule(
    *, by: User, kind: str, first: Registration, second: Registration, reason: str
) -> SeatingRule:
    """Keeps two people apart or together at the tables; a pair has one rule, and only organisers see it."""
    session = first.session
    require(by, MANAGE, session.edition)
    first, second = _in_order(first, second)
    if kind not in SeatingRule.Kind.values:
        raise DomainError(
            _("There is no rule “%(value)s”.") % {"value": kind}, field="kind",
            next_step=_("Choose “never at one table” or “always at one table”."), code="no_such_rule",
        )  # fmt: skip
    rule, _made = SeatingRule.objects.update_or_create(
        first=first, second=second,
        defaults={"session": session, "kind": kind, "reason": _needed(reason)},
    )  # fmt: skip
    audit.record(by=by, action="dialogue.set_seating_rule", subject=rule, edition=session.edition, kind=kind)
    return rule


@transaction.atomic
def delete_seating_rule(*, by: User, rule: SeatingRule) -> None:
    """Lets two people sit as it comes."""
    require(by, MANAGE, rule.session.edition)
    audit.record(by=by, action="dialogue.delete_seating_rule", subject=rule, edition=rule.session.edition)
    rule.delete()


@transaction.atomic
def dismiss_duplicate(*, by: User, first: Registration, second: Registration, reason: str) -> DifferentPeople:
    """Notes that the two are different people, so that the hint does not come back."""
    require(by, MANAGE, first.session.edition)
    first, second = _in_order(first, second)
    pair, _made = DifferentPeople.objects.update_or_create(
        first=first, second=second, defaults={"reason": _needed(reason)}
    )
    audit.record(by=by, action="dialogue.dismiss_duplicate", subject=pair, edition=first.session.edition)
    return pair


@transaction.atomic
def merge_duplicates(*, by: User, keep: Registration, drop: Registration) -> Registration:
    """Joins two registrations of one person: the better place, the wishes, seats and duties stay; the other ends."""
    session = keep.session
    require(by, MANAGE, session.edition)
    require_before_the_end(session)
    _in_order(keep, drop)
    hold_places(session, drop.stakeholder)
    keep, drop = (lock(one) for one in (keep, drop))
    for one in (keep, drop):
        require_standing(one)
    if keep.user is None:
        raise DomainError(
            _("%(person)s has not answered the invitation, so this registration cannot be the one that stays.")
            % {"person": keep.name},
            next_step=_("Keep the other one."), code="not_answered",
        )  # fmt: skip
    had_place = drop.state == State.REGISTERED
    if drop.stakeholder == keep.stakeholder and drop.state != State.INVITED:
        if drop.state == State.REGISTERED and keep.state == State.WAITING:
            keep.state, had_place = State.REGISTERED, False
        keep.created_at = min(keep.created_at, drop.created_at)
    drop.state, drop.cancelled_at, drop.answer_by = State.CANCELLED, timezone.now(), None
    drop.save(update_fields=["state", "cancelled_at", "answer_by", "changed_at"])
    for field in ("phone", "position", "represents"):
        setattr(keep, field, getattr(keep, field) or getattr(drop, field))
    keep.save()
    _move(drop, keep)
    audit.record(
        by=by, action="dialogue.merge_duplicates", subject=keep, edition=session.edition, dropped=drop.pk
    )
    if had_place:
        let_in_next(session, drop.stakeholder)
    return keep


def _move(drop: Registration, keep: Registration) -> None:
    for model in (TopicChoice, MeetingWish, Needs):
        rows = model.objects.filter(registration=drop)
        if not model.objects.filter(registration=keep).exists():
            rows.update(registration=keep)
        else:
            rows.delete()
    # One seat a round: where both have one, the seat of the registration that stays is the right one.
    taken = Seat.objects.filter(registration=keep).values_list("plan", "round")
    for seat in Seat.objects.filter(registration=drop):
        if (seat.plan_id, seat.round_id) in set(taken):
            seat.delete()
        else:
            seat.registration = keep
            seat.save(update_fields=["registration"])
    held = {(duty.table_id, duty.block_id) for duty in keep.duties.all()}
    for duty in Host.objects.filter(registration=drop):
        if (duty.table_id, duty.block_id) not in held:
            duty.registration = keep
            duty.save(update_fields=["registration"])
        else:
            duty.delete()
    for rule in SeatingRule.objects.filter(Q(first=drop) | Q(second=drop)):
        other = rule.second if rule.first_id == drop.pk else rule.first
        rule.delete()
        if other.pk == keep.pk:
            continue
        first, second = sorted((keep, other), key=lambda one: one.pk)
        SeatingRule.objects.get_or_create(
            first=first, second=second,
            defaults={"session": keep.session, "kind": rule.kind, "reason": rule.reason},
        )  # fmt: skip


def _in_order(first: Registration, second: Registration) -> tuple[Registration, Registration]:
    if first.pk == second.pk or first.session_id != second.session_id:
        raise DomainError(
            _("A pair takes two people of one Session."), field="second",
            next_step=_("Choose another person."), code="no_pair",
        )  # fmt: skip
    return (first, second) if first.pk < second.pk else (second, first)


def _needed(reason: str) -> str:
    reason = clean_short(reason, "reason", 200)
    if not reason:
        raise DomainError(
            _("The reason is missing."), field="reason",
            next_step=_("Write it in a few words; only organisers read it."), code="no_reason",
        )  # fmt: skip
    return reason
