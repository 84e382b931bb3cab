from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ratusz.apps.accounts.models import User
from ratusz.apps.core import audit
from ratusz.apps.core.errors import DomainError
from ratusz.apps.dialogue.models import Session
from ratusz.apps.editions.models import Edition
from ratusz.apps.editions.permissions import require

FIELDS = {
    "address", "accessibility_pl", "accessibility_en", "introduction_pl", "introduction_en",
    "registration_opens_at", "registration_closes_at",
}  # fmt: skip


@transaction.atomic
def open_session(*, by: User, edition: Edition) -> Session:
    """Writes the session of the edition; the one that is there already is returned as it is."""
    require(by, "dialogue.change_session", edition)
    session, made = Session.objects.get_or_create(edition=edition)
    if made:
        audit.record(by=by, action="dialogue.open_session", subject=session, edition=edition)
    return session


@transaction.atomic
def change_session(*, by: User, session: Session, **fields: Any) -> Session:
    """Writes place, access and the time of registration."""
    require(by, "dialogue.change_session", session.edition)
    unknown = set(fields) - FIELDS
    if unknown:
        raise TypeError(f"change_session takes no {', '.join(sorted(unknown))}")
    for name, value in fields.items():
        setattr(session, name, value)
    opens, closes = session.registration_opens_at, session.registration_closes_at
    if opens and closes and closes <= opens:
        raise DomainError(
            _("Registration would close before it opens."),
            field="registration_closes_at",
            next_step=_("Choose a later moment for the end."),
            code="closes_before_it_opens",
        )
    session.save()
    audit.record(by=by, action="dialogue.change_session", subject=session, edition=session.edition)
    return session
