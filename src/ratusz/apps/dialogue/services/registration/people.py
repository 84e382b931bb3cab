"""A person registers, changes the registration, and gives the place back."""

from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ratusz.apps.accounts.models import Organisation, User
from ratusz.apps.accounts.rules import clean_nip
from ratusz.apps.cities.models import City
from ratusz.apps.core import audit
from ratusz.apps.core.errors import DomainError
from ratusz.apps.core.text import fold
from ratusz.apps.dialogue.models import Needs, Profession, Registration, Session, Stakeholder
from ratusz.apps.dialogue.notices import registration as notices
from ratusz.apps.dialogue.queries.registration import mandated_organisation
from ratusz.apps.dialogue.services.registration.places import let_in_next, state_for_newcomer
from ratusz.apps.dialogue.services.registration.rules import (
    MANAGE,
    REGISTER,
    State,
    clean_name,
    clean_phone,
    clean_short,
    lock,
    require_before_the_end,
    require_own_or_manager,
    require_standing,
    require_window,
)
from ratusz.apps.editions.permissions import may, require

LANGUAGES = ("pl", "en")


@transaction.atomic
def register_person(
    *,
    by: User,
    session: Session,
    stakeholder: str,
    name: str = "",
    city: City | None = None,
    profession: str = "",
    organisation_name: str = "",
    nip: str = "",
    position: str = "",
    represents: str = "",
    languages: Sequence[str] = ("pl",),
    phone: str = "",
) -> Registration:
    """Registers the person who acts: with a place while the type has one, else on the waiting list."""
    require(by, REGISTER, session.edition)
    require_window(session)
    details = clean_details(
        by=by, stakeholder=stakeholder, name=name or by.full_name, city=city, profession=profession,
        organisation_name=organisation_name, nip=nip, position=position, represents=represents,
        languages=languages, phone=phone,
    )  # fmt: skip
    state = state_for_newcomer(session, stakeholder)
    invited = session.registrations.select_for_update(of=["self"]).filter(
        email=by.email, state=State.INVITED, user=None
    )
    # The person came before opening the own link: what others typed about them gives way.
    registration = invited.first() or Registration(session=session, email=by.email)
    for field, value in details.items():
        setattr(registration, field, value)
    registration.user, registration.state = by, state
    registration.created_at, registration.answer_by = timezone.now(), None
    _save_once(registration)
    keep_name(by, registration.name)
    audit.record(
        by=by, action="dialogue.register_person", subject=registration, edition=session.edition, state=state
    )
    notices.registered(registration)
    return registration


@transaction.atomic
def change_registration(*, by: User, registration: Registration, **details: Any) -> Registration:
    """Changes what the person said about themselves; another type or organisation must be confirmed anew."""
    require_own_or_manager(by, registration)
    require_before_the_end(registration.session)
    registration = lock(registration)
    require_standing(registration)
    session, before = registration.session, registration.stakeholder
    kept = {
        name: getattr(registration, name)
        for name in ("name", "stakeholder", "city", "profession", "organisation_name", "position", "represents",
                     "languages", "phone")
    } | {"nip": (registration.organisation.nip or "") if registration.organisation else ""}  # fmt: skip
    cleaned = clean_details(by=registration.user or by, **(kept | details))
    same = _same_place(registration, cleaned)
    if same:
        cleaned |= {"verified_at": registration.verified_at, "organisation": registration.organisation}
    changed = sorted(field for field, value in cleaned.items() if getattr(registration, field) != value)
    for field, value in cleaned.items():
        setattr(registration, field, value)
    if registration.stakeholder != before and registration.state in (State.REGISTERED, State.WAITING):
        registration.state = state_for_newcomer(session, registration.stakeholder)
    registration.save()
    if changed:
        audit.record(
            by=by, action="dialogue.change_registration", subject=registration, edition=session.edition, changed=changed
        )  # fmt: skip
    if registration.stakeholder != before:
        let_in_next(session, before)
    return registration


@transaction.atomic
def cancel_registration(*, by: User, registration: Registration, reason: str = "") -> Registration:
    """Gives the place back; the next person on the waiting list of the type moves up."""
    edition = registration.session.edition
    own = registration.user_id is not None and registration.user_id == by.pk and by.is_active
    invited_by = registration.group is not None and registration.group.by_id == by.pk
    if not own and not (invited_by and registration.state == State.INVITED):
        # No phase closes a person's own will.
        require(by, MANAGE, edition)
    require_before_the_end(registration.session)
    registration = lock(registration)
    if registration.state == State.CANCELLED:
        return registration
    had_place = registration.state == State.REGISTERED
    registration.state, registration.cancelled_at = State.CANCELLED, timezone.now()
    registration.answer_by = None
    registration.save(update_fields=["state", "cancelled_at", "answer_by", "changed_at"])
    registration.substitutes.filter(state=State.INVITED).update(
        state=State.CANCELLED, cancelled_at=timezone.now(), answer_by=None
    )
    Needs.objects.filter(registration=registration).delete()
    reason = clean_short(reason, "reason", 200)
    audit.record(by=by, action="dialogue.cancel_registration", subject=registration, edition=edition, own=own)
    if registration.user is not None:
        notices.cancelled(registration, reason="" if own else reason)
    if had_place:
        let_in_next(registration.session, registration.stakeholder)
    return registration


@transaction.atomic
def confirm_organisation(
    *,
    by: User,
    registration: Registration,
    stakeholder: str | None = None,
    organisation: Organisation | None = None,
    city: City | None = None,
) -> Registration:
    """Confirms that the person sits on that side, for that body; an organiser may correct both."""
    edition = registration.session.edition
    require(by, MANAGE, edition)
    registration = lock(registration)
    require_standing(registration)
    before = registration.stakeholder
    stakeholder = stakeholder or before
    if stakeholder not in Stakeholder.values:
        raise _no_such_type(stakeholder)
    registration.stakeholder = stakeholder
    registration.organisation = organisation or registration.organisation
    if stakeholder == Stakeholder.LOCAL_GOVERNMENT:
        registration.city = city or registration.city
        registration.profession = registration.profession or Profession.OTHER
        if registration.city is None:
            raise DomainError(
                _("A local official comes from a city, and none is named."), field="city",
                next_step=_("Choose the city."), code="no_city",
            )  # fmt: skip
    else:
        registration.city, registration.profession = None, ""
        if registration.organisation and not fits(registration.organisation, stakeholder):
            raise DomainError(
                _("%(organisation)s is in the register as: %(kind)s.")
                % {"organisation": registration.organisation, "kind": registration.organisation.get_kind_display()},
                field="stakeholder", next_step=_("Choose that type, or another organisation."), code="other_type",
            )  # fmt: skip
    moved = stakeholder != before
    if moved and registration.state in (State.REGISTERED, State.WAITING):
        registration.state = state_for_newcomer(registration.session, stakeholder)
    registration.verified_at = registration.verified_at or timezone.now()
    registration.save()
    audit.record(
        by=by, action="dialogue.confirm_organisation", subject=registration, edition=edition,
        stakeholder=stakeholder, before=before,
    )  # fmt: skip
    if moved:
        notices.type_changed(registration)
        let_in_next(registration.session, before)
    return registration


@transaction.atomic
def refuse_organisation(*, by: User, registration: Registration, reason: str) -> Registration:
    """Cancels a registration whose side cannot be confirmed; the person reads the reason in a mail."""
    require(by, MANAGE, registration.session.edition)
    if not reason.strip():
        raise DomainError(
            _("A refusal needs its reason."), field="reason",
            next_step=_("Write what the person will read, for example which document is missing."), code="no_reason",
        )  # fmt: skip
    return cancel_registration(by=by, registration=registration, reason=reason)


KINDS = {
    Organisation.Kind.LOCAL_GOVERNMENT: Stakeholder.LOCAL_GOVERNMENT,
    Organisation.Kind.BUSINESS: Stakeholder.BUSINESS,
    Organisation.Kind.NGO: Stakeholder.NGO,
    Organisation.Kind.PUBLIC_INSTITUTION: Stakeholder.INSTITUTION,
    Organisation.Kind.PRIVATE_INSTITUTION: Stakeholder.INSTITUTION,
    Organisation.Kind.EXPERT: Stakeholder.EXPERT,
}


def fits(organisation: Organisation, stakeholder: str) -> bool:
    """True when an organisation of the register sits on that side."""
    return KINDS[Organisation.Kind(organisation.kind)] == stakeholder


def clean_details(
    *,
    by: User,
    stakeholder: str,
    name: str,
    city: City | None,
    profession: str,
    organisation_name: str,
    nip: str,
    position: str,
    represents: str,
    languages: Sequence[str],
    phone: str,
) -> dict[str, Any]:
    """The fields of a registration, checked; the type is confirmed at once by a mandate in force."""
    if stakeholder not in Stakeholder.values:
        raise _no_such_type(stakeholder)
    if not set(languages) or set(languages) - set(LANGUAGES):
        raise DomainError(
            _("No language is chosen in which you can talk."), field="languages",
            next_step=_("Choose Polish, English or both."), code="no_language",
        )  # fmt: skip
    details: dict[str, Any] = {
        "name": clean_name(name), "stakeholder": stakeholder, "phone": clean_phone(phone),
        "position": clean_short(position, "position", 120), "represents": clean_short(represents, "represents", 150),
        "languages": [code for code in LANGUAGES if code in languages], "verified_at": None,
        "city": None, "organisation": None, "organisation_name": "", "profession": "",
    }  # fmt: skip
    if stakeholder == Stakeholder.LOCAL_GOVERNMENT:
        details |= _of_a_city(by, city, profession)
    else:
        details |= _of_an_organisation(by, stakeholder, organisation_name, nip)
    return details


def keep_name(user: User, name: str) -> None:
    """Writes the name into an account that has none."""
    if not user.full_name:
        user.full_name = name
        user.save(update_fields=["full_name"])


def _of_a_city(by: User, city: City | None, profession: str) -> dict[str, Any]:
    if city is None:
        raise DomainError(
            _("The city is missing."), field="city", next_step=_("Choose the city for which you work."), code="no_city"
        )  # fmt: skip
    if profession not in Profession.values:
        raise DomainError(
            _("The professional group is missing: it opens your circle."), field="profession",
            next_step=_("Choose the nearest one, or “Another field”."), code="no_profession",
        )  # fmt: skip
    mandate = mandated_organisation(by, Stakeholder.LOCAL_GOVERNMENT, teryt=city.teryt)
    return {
        "city": city, "profession": profession, "organisation": mandate,
        "verified_at": timezone.now() if mandate else None,
    }  # fmt: skip


def _of_an_organisation(by: User, stakeholder: str, name: str, nip: str) -> dict[str, Any]:
    name = clean_short(name, "organisation_name", 240)
    if not name and stakeholder != Stakeholder.EXPERT:
        raise DomainError(
            _("The organisation is missing."), field="organisation_name",
            next_step=_("Write its full name, as it stands on its papers."), code="no_organisation",
        )  # fmt: skip
    number = clean_nip(nip) if nip.strip() else ""
    mandate = mandated_organisation(by, stakeholder, name=name, nip=number)
    known = mandate or (Organisation.objects.filter(nip=number).first() if number else None)
    if known is not None and not fits(known, stakeholder):
        raise DomainError(
            _("The organisation with the NIP %(nip)s is in our register as: %(kind)s.")
            % {"nip": number, "kind": known.get_kind_display()},
            field="stakeholder", next_step=_("Choose that type, or write to the organiser."), code="other_type",
        )  # fmt: skip
    return {
        "organisation": known, "organisation_name": name, "verified_at": timezone.now() if mandate else None,
    }  # fmt: skip


def _same_place(registration: Registration, cleaned: dict[str, Any]) -> bool:
    return all(
        (
            registration.stakeholder == cleaned["stakeholder"],
            registration.city == cleaned["city"],
            fold(registration.organisation_name) == fold(cleaned["organisation_name"]),
            cleaned["organisation"] in (None, registration.organisation),
        )
    )


def _save_once(registration: Registration) -> None:
    try:
        with transaction.atomic():
            registration.save()
    except IntegrityError as error:
        if "registered_once" not in str(error):
            raise
        raise DomainError(
            _("You are registered for this Session already."),
            next_step=_("Open “My session”: there you can change everything."), code="registered_already",
        ) from None  # fmt: skip


def _no_such_type(value: str) -> DomainError:
    return DomainError(
        _("There is no type “%(value)s”.") % {"value": value}, field="stakeholder",
        next_step=_("Choose a type from the list."), code="no_such_type",
    )  # fmt: skip


def may_manage(by: User, session: Session) -> bool:
    """True for those who look after the registrations of the session now."""
    return may(by, MANAGE, session.edition)
