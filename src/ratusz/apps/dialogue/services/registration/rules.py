"""What every verb of registration asks first: who acts, whether it is the time, whether the words are a person's."""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from ratusz.apps.accounts.models import User
from ratusz.apps.core.errors import DomainError, NotAllowed
from ratusz.apps.dialogue.models import Registration, Session
from ratusz.apps.editions.permissions import may, require

REGISTER = "dialogue.register"
MANAGE = "dialogue.manage_registrations"
State = Registration.State
PLUS_ONE = re.compile(
    r"\+\s*\d|\bplus one\b|\bplus jeden\b|\bos(?:oba|obą|\.)\s*tow|\band guest\b|\bi gość\b", re.IGNORECASE
)


def require_own_or_manager(by: User, registration: Registration) -> None:
    """Lets through the person, in the phases of registration, and the organisers. Raises NotAllowed."""
    edition = registration.session.edition
    if may(by, MANAGE, edition):
        return
    require(by, REGISTER, edition)
    if registration.user_id is None or registration.user_id != by.pk:
        raise NotAllowed(
            _("A registration is changed by the person whose it is, or by an organiser."),
            next_step=_("Sign in with the account with which you registered."),
            code="registration_of_another",
        )


def require_before_the_end(session: Session) -> None:
    """Raises DomainError once the day of the session is over."""
    day = session.edition.session_date
    if day is not None and timezone.localdate() > day:
        raise DomainError(
            _("The Session took place on %(day)s.") % {"day": date_format(day, "DATE_FORMAT")},
            next_step=_("Write to the organiser if something must be corrected."),
            code="session_over",
        )


def require_window(session: Session) -> None:
    """Raises DomainError before registration opens and after it closes."""
    now = timezone.now()
    opens, closes = session.registration_opens_at, session.registration_closes_at
    if opens and now < opens:
        raise DomainError(
            _("Registration opens on %(moment)s.") % {"moment": _moment(opens)},
            next_step=_("Come back then: places are given in the order of registration."),
            code="not_open_yet",
        )
    if closes and now >= closes:
        raise DomainError(
            _("Registration closed on %(moment)s.") % {"moment": _moment(closes)},
            next_step=_("Write to the organiser, who can still invite you."),
            code="closed",
        )
    require_before_the_end(session)


def lock(registration: Registration) -> Registration:
    """The registration as it is now, held until the end of the transaction."""
    return (
        Registration.objects.select_for_update(of=["self"])
        .select_related("session__edition", "city", "organisation", "user")
        .get(pk=registration.pk)
    )


def require_standing(registration: Registration) -> None:
    """Raises DomainError for a registration that was cancelled."""
    if registration.state == State.CANCELLED:
        raise DomainError(
            _("This registration was cancelled."), next_step=_("Register again."), code="cancelled"
        )


def clean_name(value: str) -> str:
    """The name of one person, without spare spaces."""
    name = " ".join(value.split())
    if not name:
        raise DomainError(
            _("The name is missing."), field="name",
            next_step=_("Write the first name and the surname."), code="no_name",
        )  # fmt: skip
    if PLUS_ONE.search(name):
        raise DomainError(
            _("“%(value)s” seems to be more than one person.") % {"value": name},
            field="name", next_step=_("Each person has a registration of their own: write one name here."),
            code="plus_one",
        )  # fmt: skip
    return name[:150]


def clean_email(value: str) -> str:
    """The address in lower case."""
    address = value.strip().lower()
    try:
        validate_email(address)
    except ValidationError:
        raise DomainError(
            _("“%(value)s” is not an e-mail address.") % {"value": value},
            field="email", next_step=_("Write it like anna.nowak@example.org."), code="bad_email",
        ) from None  # fmt: skip
    return address


def clean_phone(value: str) -> str:
    """The digits of a phone number with its country code where it was written; "" for none."""
    digits = re.sub(r"[\s().-]", "", value)
    if not digits:
        return ""
    digits = re.sub(r"^00", "+", digits)
    if not re.fullmatch(r"\+?\d{7,15}", digits):
        raise DomainError(
            _("“%(value)s” is not a phone number.") % {"value": value},
            field="phone", next_step=_("Write the digits, for example 600 100 200, or leave the field empty."),
            code="bad_phone",
        )  # fmt: skip
    return digits


def clean_short(value: str, field: str, longest: int) -> str:
    """The text of a short field. Raises DomainError past its length: nothing is cut off without a word."""
    text = " ".join(value.split())
    if len(text) > longest:
        raise DomainError(
            _("The text has %(length)s characters, and there is room for %(longest)s.")
            % {"length": len(text), "longest": longest},
            field=field, next_step=_("Write only what the organiser must prepare."), code="too_long",
        )  # fmt: skip
    return text


def _moment(value: Any) -> str:
    return date_format(timezone.localtime(value), "DATETIME_FORMAT")
