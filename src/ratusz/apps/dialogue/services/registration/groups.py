"""An office or a firm registers its people; each of them answers alone, by the own link."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from ratusz.apps.accounts.models import Organisation, User
from ratusz.apps.cities.models import City
from ratusz.apps.core import audit
from ratusz.apps.core.errors import DomainError, NotAllowed
from ratusz.apps.dialogue.models import Registration, RegistrationGroup, Session, Stakeholder
from ratusz.apps.dialogue.models.people import new_code
from ratusz.apps.dialogue.notices import registration as notices
from ratusz.apps.dialogue.services.registration.people import (
    _of_an_organisation,
    clean_details,
    keep_name,
    may_manage,
)
from ratusz.apps.dialogue.services.registration.places import hold_places, state_for_newcomer
from ratusz.apps.dialogue.services.registration.rules import (
    MANAGE,
    REGISTER,
    State,
    clean_email,
    clean_name,
    lock,
    require_before_the_end,
    require_window,
)
from ratusz.apps.editions.permissions import require

MOST = 20
DAYS_TO_ANSWER = 14


@dataclass(frozen=True)
class Invited:
    """A person as the office names them: no more than it takes to send the link."""

    name: str
    email: str


@transaction.atomic
def register_group(
    *,
    by: User,
    session: Session,
    people: Sequence[Invited],
    stakeholder: str,
    city: City | None = None,
    organisation_name: str = "",
    nip: str = "",
) -> RegistrationGroup:
    """Invites the people by mail; none of them is registered, and has agreed to anything, before the own answer."""
    require(by, REGISTER, session.edition)
    if not may_manage(by, session):
        require_window(session)
    require_before_the_end(session)
    if not 1 <= len(people) <= MOST:
        raise DomainError(
            ngettext_lazy(
                "A group has from 1 to %(most)d people, and there is %(number)d.",
                "A group has from 1 to %(most)d people, and there are %(number)d.",
                len(people),
            )
            % {"most": MOST, "number": len(people)},
            field="people", next_step=_("Send another group for the rest."), code="group_size",
        )  # fmt: skip
    place = _place(by, stakeholder, city, organisation_name, nip)
    hold_places(session, stakeholder)
    rows = _clean_people(session, people)
    group = RegistrationGroup.objects.create(session=session, by=by)
    for name, email in rows:
        registration = Registration.objects.create(
            session=session, group=group, name=name, email=email, state=State.INVITED,
            stakeholder=stakeholder, answer_by=_until(session), **place,
        )  # fmt: skip
        notices.invited(registration, by)
    audit.record(
        by=by, action="dialogue.register_group", subject=group, edition=session.edition, people=len(rows)
    )
    return group


@transaction.atomic
def answer_invitation(
    *, invitation: Registration, accept: bool, by: User | None = None, **details: Any
) -> Registration:
    """Registers the invited person or declines for them. The link, which only they were sent, proves the address.

    The account is made only here, when the person accepts; `details` are those of `register_person`.
    A substitute takes over the place, the seats and the duties of the person whom they stand in for.
    """
    from ratusz.apps.dialogue.services.registration.substitutes import take_over

    registration = lock(invitation)
    session = registration.session
    require_answerable(registration)
    if by is not None and by.email != registration.email:
        raise NotAllowed(
            _("This invitation was sent to another address than the one with which you are signed in."),
            next_step=_("Sign out, or sign in with the address to which the invitation came."),
            code="invitation_of_another",
        )
    if not accept:
        registration.state, registration.cancelled_at = State.CANCELLED, timezone.now()
        registration.answer_by = None
        registration.save()
        audit.record(
            by=by, action="dialogue.decline_invitation", subject=registration, edition=session.edition
        )
        notices.declined(registration)
        return registration
    person = by or _account(registration)
    require(person, REGISTER, session.edition)
    if session.registrations.filter(user=person).exclude(state=State.CANCELLED).exists():
        raise DomainError(
            _("You are registered for this Session already."),
            next_step=_("Open “My session”: there you can change everything."), code="registered_already",
        )  # fmt: skip
    known = {
        "stakeholder": registration.stakeholder, "name": registration.name, "city": registration.city,
        "organisation_name": registration.organisation_name, "profession": registration.profession,
        "nip": (registration.organisation.nip or "") if registration.organisation else "", "position": "",
        "represents": registration.represents, "languages": ("pl",), "phone": "",
    }  # fmt: skip
    for field, value in clean_details(by=person, **(known | details)).items():
        setattr(registration, field, value)
    registration.user, registration.answer_by = person, None
    # The link has done its work: the badge has a code of its own.
    registration.code = new_code()
    if registration.replaces is not None:
        take_over(registration)
    else:
        registration.state = state_for_newcomer(session, registration.stakeholder)
        registration.created_at = timezone.now()
        registration.save()
    keep_name(person, registration.name)
    audit.record(
        by=person, action="dialogue.accept_invitation", subject=registration, edition=session.edition,
        state=registration.state,
    )  # fmt: skip
    notices.registered(registration)
    return registration


@transaction.atomic
def send_invitation_again(*, by: User, registration: Registration) -> Registration:
    """Sends a new link, which holds from today; the earlier one leads nowhere from now on."""
    if registration.group is None or registration.group.by_id != by.pk:
        require(by, MANAGE, registration.session.edition)
    require_before_the_end(registration.session)
    registration = lock(registration)
    if registration.state != State.INVITED:
        raise DomainError(
            _("%(person)s has answered already.") % {"person": registration.name},
            next_step=_("Nothing needs to be sent."), code="answered_already",
        )  # fmt: skip
    registration.code, registration.answer_by = new_code(), _until(registration.session)
    registration.save(update_fields=["code", "answer_by", "changed_at"])
    audit.record(
        by=by, action="dialogue.send_invitation_again", subject=registration, edition=registration.session.edition
    )  # fmt: skip
    notices.invited(registration, by)
    return registration


def require_answerable(registration: Registration) -> None:
    """Raises DomainError for a link that was answered, withdrawn, or is past its last day."""
    if registration.state != State.INVITED:
        raise DomainError(
            _("This invitation was answered or withdrawn."),
            next_step=_("Register on the page of the Session, or write to whoever invited you."),
            code="invitation_gone",
        )
    if registration.answer_by is not None and timezone.now() > registration.answer_by:
        raise DomainError(
            _("This invitation has expired."),
            next_step=_("Ask whoever invited you to send the link again."), code="invitation_expired",
        )  # fmt: skip
    require_before_the_end(registration.session)


def _until(session: Session) -> dt.datetime:
    """Two weeks from now, and never past the day of the session."""
    last = timezone.now() + dt.timedelta(days=DAYS_TO_ANSWER)
    if day := session.edition.session_date:
        last = min(last, timezone.make_aware(dt.datetime.combine(day + dt.timedelta(days=1), dt.time())))
    return last


def _place(by: User, stakeholder: str, city: City | None, organisation_name: str, nip: str) -> dict[str, Any]:
    """What the group has in common. Their side is confirmed person by person, on their own answer."""
    if stakeholder not in Stakeholder.values:
        raise DomainError(
            _("There is no type “%(value)s”.") % {"value": stakeholder}, field="stakeholder",
            next_step=_("Choose a type from the list."), code="no_such_type",
        )  # fmt: skip
    if stakeholder == Stakeholder.LOCAL_GOVERNMENT:
        if city is None:
            raise DomainError(
                _("The city is missing."), field="city",
                next_step=_("Choose the city for which these people work."), code="no_city",
            )  # fmt: skip
        return {"city": city}
    found = _of_an_organisation(by, stakeholder, organisation_name, nip)
    organisation: Organisation | None = found["organisation"]
    return {"organisation": organisation, "organisation_name": found["organisation_name"]}


def _clean_people(session: Session, people: Sequence[Invited]) -> list[tuple[str, str]]:
    """Names and addresses, all of them right and none of them twice; the error says in which line."""
    rows: list[tuple[str, str]] = []
    taken = set(session.registrations.exclude(state=State.CANCELLED).values_list("email", flat=True))
    for number, person in enumerate(people, start=1):
        try:
            name, email = clean_name(person.name), clean_email(person.email)
        except DomainError as error:
            raise DomainError(
                _("Person %(number)s: %(problem)s") % {"number": number, "problem": error.message},
                field="people", next_step=error.next_step, code=error.code, data={"row": number},
            ) from error  # fmt: skip
        if email in taken:
            raise DomainError(
                _("Person %(number)s: there is a registration with the address %(email)s already.")
                % {"number": number, "email": email},
                field="people", next_step=_("Remove this line; each person needs an address of their own."),
                code="email_twice", data={"row": number},
            )  # fmt: skip
        taken.add(email)
        rows.append((name, email))
    return rows


def _account(registration: Registration) -> User:
    """The account of the address to which the link was sent; made now where there is none."""
    person = User.objects.filter(email=registration.email).first()
    if person is None:
        person = User.objects.create_user(registration.email, full_name=registration.name)
        audit.record(by=person, action="accounts.create_person", subject=person)
    if not person.is_active:
        raise NotAllowed(
            _("The account with this address is closed."),
            next_step=_("Write to the organiser."), code="account_closed",
        )  # fmt: skip
    return person
