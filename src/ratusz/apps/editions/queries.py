"""Reads of the spine: which edition is now, and which editions a person may see."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest

from ratusz.apps.core.models import AuditEntry
from ratusz.apps.editions.models import Edition, Programme
from ratusz.apps.editions.permissions import may


def current_edition(request: HttpRequest | None = None) -> Edition | None:
    """The edition that runs now, with its phases; asked once per request when the request is given."""
    if request is not None and hasattr(request, "_current_edition"):
        return request._current_edition
    edition = (
        Edition.objects.filter(is_current=True).select_related("programme").prefetch_related("phases").first()
    )
    if request is not None:
        request._current_edition = edition
    return edition


def programme() -> Programme | None:
    """The programme that this site runs."""
    return Programme.objects.order_by("pk").first()


def visible_to(user: Any) -> QuerySet[Edition]:
    """The current and the past editions for everyone; one still in preparation for those with a role in it."""
    editions = Edition.objects.select_related("programme").prefetch_related("phases")
    known = user is not None and user.is_authenticated and user.is_active
    if known and user.is_superuser:
        return editions
    opened = Edition.objects.filter(
        programme=OuterRef("programme"), is_current=True, year__gte=OuterRef("year")
    )
    rule = Q(Exists(opened))
    if known:
        rule |= Q(pk__in=user.edition_roles.values("edition"))
    return editions.filter(rule)


def editions_at_work(user: Any) -> QuerySet[Edition]:
    """The editions that run or are prepared and in which the person has a role; all of them for an administrator."""
    if user is None or not user.is_authenticated or not user.is_active:
        return Edition.objects.none()
    editions = visible_to(user)
    if not user.is_superuser:
        editions = editions.filter(pk__in=user.edition_roles.values("edition"))
    past = Edition.objects.filter(programme=OuterRef("programme"), is_current=True, year__gt=OuterRef("year"))
    return editions.filter(~Exists(past))


def audit_visible_to(user: Any) -> QuerySet[AuditEntry]:
    """The log of the editions in which the person may read it; an administrator reads all of it.

    What belongs to no edition (pages, people, sign-ins) is read by those who manage people now.
    """
    entries = AuditEntry.objects.select_related("actor")
    if user is None or not user.is_authenticated or not user.is_active:
        return entries.none()
    if user.is_superuser:
        return entries
    mine = [
        one.pk
        for one in Edition.objects.filter(roles__user=user).distinct()
        if may(user, "core.view_audit", one)
    ]
    rule = Q(edition_id__in=mine)
    if user.has_perm("accounts.manage_people"):
        rule |= Q(edition_id=None)
    return entries.filter(rule)
