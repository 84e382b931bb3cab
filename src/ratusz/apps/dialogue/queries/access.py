"""Whom the walls let in: the one place that says whose talk a person may read."""

from typing import Any

from django.db.models import QuerySet

from ratusz.apps.dialogue.models import Block, Host, Registration, Session, Stakeholder, Table
from ratusz.apps.editions.permissions import may


def own_registration(user: Any, session: Session) -> Registration | None:
    """The person's standing registration."""
    if user is None or not user.is_authenticated or not user.is_active:
        return None
    return (
        session.registrations.exclude(state=Registration.State.CANCELLED)
        .select_related("city", "organisation")
        .filter(user=user)
        .first()
    )


def tables_hosted_by(user: Any, session: Session) -> QuerySet[Table]:
    """The tables that the person moderates or takes the notes of, by table or by block."""
    own = own_registration(user, session)
    if own is None or own.state != Registration.State.REGISTERED:
        return Table.objects.none()
    duties = Host.objects.filter(registration=own)
    tables = Table.objects.filter(pk__in=duties.filter(table__isnull=False).values("table"))
    blocks = Table.objects.filter(block__in=duties.filter(block__isnull=False).values("block"))
    return (tables | blocks).filter(block__session=session).distinct()


def blocks_open_to(user: Any, session: Session) -> QuerySet[Block]:
    """The seated blocks whose talk (notes, records, seats, live events) the person may read.

    Round tables: whoever is registered. A circle: local officials of its professional groups whose city is
    confirmed, and its hosts. Organisers read all. Nobody else reads anything, and an account of a business or
    an NGO never reads a circle, be it an organiser's.
    """
    seated = Block.objects.filter(session=session, kind__in=Block.SEATED)
    own = own_registration(user, session)
    if may(user, "dialogue.view_unpublished", session.edition):
        outside = own is not None and own.stakeholder in (Stakeholder.BUSINESS, Stakeholder.NGO)
        return seated.exclude(kind=Block.Kind.CIRCLE) if outside else seated
    if own is None or own.state != Registration.State.REGISTERED:
        return seated.none()
    return seated.filter(pk__in=[block.pk for block in seated if admits(block, own)])


def admits(block: Block, own: Registration) -> bool:
    """True when the wall of a seated block lets the registered person in."""
    if not block.is_circle:
        return True
    if own.stakeholder != Stakeholder.LOCAL_GOVERNMENT or own.verified_at is None:
        return False
    hosts = own.duties.filter(block=block).exists() or own.duties.filter(table__block=block).exists()
    return hosts or not block.professions or own.profession in block.professions
