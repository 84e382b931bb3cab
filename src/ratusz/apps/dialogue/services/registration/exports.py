"""What leaves the system about participants is written down: who took it, when, and for whom."""

from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from ratusz.apps.accounts.models import User
from ratusz.apps.core import audit
from ratusz.apps.dialogue.models import Registration, Session
from ratusz.apps.dialogue.models.people import Needs
from ratusz.apps.dialogue.queries.registration import contacts_for, needs_visible_to, registrations_visible_to
from ratusz.apps.dialogue.services.registration.rules import MANAGE
from ratusz.apps.editions.permissions import require


@transaction.atomic
def export_registrations(*, by: User, session: Session) -> QuerySet[Registration]:
    """The registrations of the session for a table without needs."""
    require(by, "dialogue.view_unpublished", session.edition)
    found = registrations_visible_to(by).filter(session=session)
    audit.record(
        by=by, action="dialogue.export_registrations", subject=session, edition=session.edition, people=found.count()
    )  # fmt: skip
    return found


@transaction.atomic
def export_needs(*, by: User, session: Session) -> QuerySet[Needs]:
    """What people need on the day, for those who cook, build and guide."""
    require(by, "dialogue.view_needs", session.edition)
    found = needs_visible_to(by, session)
    audit.record(
        by=by, action="dialogue.export_needs", subject=session, edition=session.edition, people=found.count()
    )
    return found.select_related("registration__city", "registration__organisation").order_by(
        "registration__name"
    )


@transaction.atomic
def export_contacts(*, by: User, session: Session, partner: Any) -> QuerySet[Registration]:
    """The contacts that may be given to the partner today: the entry is the log of what was disclosed."""
    require(by, MANAGE, session.edition)
    found = contacts_for(session, partner.pk)
    audit.record(
        by=by, action="dialogue.export_contacts", subject=session, edition=session.edition,
        partner=str(partner.name_pl), people=found.count(),
    )  # fmt: skip
    return found
