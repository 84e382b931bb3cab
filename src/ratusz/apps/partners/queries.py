"""Reads: who may see which partnership, and the public blocks of an edition."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from ratusz.apps.editions import queries as editions
from ratusz.apps.editions.models import Edition
from ratusz.apps.partners.models import Partner, Partnership

KINDS = (Partnership.Kind.SUBSTANTIVE, Partnership.Kind.PARTNER, Partnership.Kind.PATRON)


@dataclass(frozen=True)
class Group:
    """The partnerships of one kind, in their order."""

    kind: Partnership.Kind
    partnerships: list[Partnership]


def visible_to(user: Any) -> QuerySet[Partnership]:
    """The partnerships of the editions that the person may see."""
    return Partnership.objects.filter(edition__in=editions.visible_to(user)).select_related(
        "partner", "edition"
    )


def partners_visible_to(user: Any) -> QuerySet[Partner]:
    """The organisations: all for people of the organiser's panel, else those with a visible partnership."""
    if user is not None and user.is_authenticated and user.is_active and user.is_staff:
        return Partner.objects.all()
    return Partner.objects.filter(partnerships__in=visible_to(user)).distinct()


def public_groups(edition: Edition) -> list[Group]:
    """The partners of an edition by kind, kinds without any left out; one query."""
    found = list(
        Partnership.objects.filter(edition=edition)
        .select_related("partner")
        .order_by("order", "partner__name_pl")
    )
    groups = (Group(kind, [row for row in found if row.kind == kind]) for kind in KINDS)
    return [group for group in groups if group.partnerships]
