"""Reads of the spine: which edition is now, and which editions a person may see."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest

from ratusz.apps.editions.models import Edition


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


def visible_to(user: Any) -> QuerySet[Edition]:
    """The current and the past editions for everyone; one still in preparation for those with a role in it."""
    editions = Edition.objects.select_related("programme").prefetch_related("phases")
    known = user is not None and user.is_authenticated and user.is_active
    if known and user.is_superuser:
        return editions
    opened = Edition.objects.filter(programme=OuterRef("programme"), is_current=True, year__gte=OuterRef("year"))
    rule = Q(Exists(opened))
    if known:
        rule |= Q(pk__in=user.edition_roles.values("edition"))
    return editions.filter(rule)
