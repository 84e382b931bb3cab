"""Somebody else comes in a person's place: the seat and the duties pass on with the substitute's own answer."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ratusz.apps.accounts.models import User
from ratusz.apps.core import audit
from ratusz.apps.core.errors import DomainError
from ratusz.apps.dialogue.models import Host, Needs, Registration, Seat
from ratusz.apps.dialogue.notices import registration as notices
from ratusz.apps.dialogue.services.registration.groups import _until
from ratusz.apps.dialogue.services.registration.places import hold_places
from ratusz.apps.dialogue.services.registration.rules import (
    State,
    clean_email,
    clean_name,
    lock,
    require_before_the_end,
    require_own_or_manager,
    require_standing,
)


@transaction.atomic
def name_substitute(*, by: User, registration: Registration, name: str, email: str) -> Registration:
    """Invites a substitute by an own link; until the answer nothing changes for the person."""
    require_own_or_manager(by, registration)
    require_before_the_end(registration.session)
    registration = lock(registration)
    require_standing(registration)
    if registration.state == State.INVITED:
        raise DomainError(
            _("Only a person who is registered or waits can name a substitute."),
            next_step=_("Answer the invitation first."), code="not_registered",
        )  # fmt: skip
    name, email, session = clean_name(name), clean_email(email), registration.session
    registration.substitutes.filter(state=State.INVITED).update(
        state=State.CANCELLED, cancelled_at=timezone.now(), answer_by=None
    )
    if session.registrations.filter(email=email).exclude(state=State.CANCELLED).exists():
        raise DomainError(
            _("There is a registration with the address %(email)s already.") % {"email": email},
            field="email", next_step=_("Name a person who is not registered yet."), code="email_twice",
        )  # fmt: skip
    substitute = Registration.objects.create(
        session=session, replaces=registration, represents=registration.name, name=name, email=email,
        state=State.INVITED, stakeholder=registration.stakeholder, organisation=registration.organisation,
        organisation_name=registration.organisation_name, city=registration.city,
        profession=registration.profession, answer_by=_until(session),
    )  # fmt: skip
    audit.record(by=by, action="dialogue.name_substitute", subject=substitute, edition=session.edition)
    notices.invited(substitute, registration.user or by)
    return substitute


@transaction.atomic
def withdraw_substitute(*, by: User, registration: Registration) -> int:
    """Makes the links of substitutes who have not answered lead nowhere; returns how many there were."""
    require_own_or_manager(by, registration)
    registration = lock(registration)
    number = registration.substitutes.filter(state=State.INVITED).update(
        state=State.CANCELLED, cancelled_at=timezone.now(), answer_by=None
    )
    audit.record(
        by=by,
        action="dialogue.withdraw_substitute",
        subject=registration,
        edition=registration.session.edition,
    )
    return number


def take_over(substitute: Registration) -> None:
    """Moves place, seats and duties to the substitute who has just accepted; the other registration ends."""
    hold_places(substitute.session, substitute.stakeholder)
    original = lock(substitute.replaces)
    if original.state not in (State.REGISTERED, State.WAITING):
        raise DomainError(
            _("%(person)s has no place any more that you could take over.") % {"person": original.name},
            next_step=_("Register on the page of the Session."), code="nothing_to_take_over",
        )  # fmt: skip
    if substitute.stakeholder != original.stakeholder:
        raise DomainError(
            _("A substitute sits on the same side as the person whom they stand in for."),
            field="stakeholder", next_step=_("Register on the page of the Session."), code="other_type",
        )  # fmt: skip
    substitute.state, substitute.created_at = original.state, original.created_at
    # The office was confirmed; who comes for it is the office's own matter.
    # Two cities can share a name, so the city itself is compared.
    same_city = substitute.city_id == original.city_id
    if original.verified_at and same_city and substitute.comes_from == original.comes_from:
        substitute.verified_at = original.verified_at
    original.state, original.cancelled_at = State.CANCELLED, timezone.now()
    original.save(update_fields=["state", "cancelled_at", "changed_at"])
    substitute.save()
    Needs.objects.filter(registration=original).delete()
    Seat.objects.filter(registration=original).update(registration=substitute)
    Host.objects.filter(registration=original).update(registration=substitute)
    audit.record(
        by=substitute.user, action="dialogue.take_over", subject=substitute, edition=substitute.session.edition,
        original=original.pk,
    )  # fmt: skip
    notices.replaced(original, substitute)
