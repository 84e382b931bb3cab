from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from ratusz.apps.editions import queries as editions
from ratusz.apps.editions.models import Edition
from ratusz.apps.editions.permissions import ACTIONS
from ratusz.apps.ranking.models import Ranking


def editions_to_look_into(user: Any) -> QuerySet[Edition] | None:
    """The editions whose unpublished results the person may see; None: none, and the database need not be asked."""
    if user is None or not user.is_authenticated or not user.is_active:
        return None
    if user.is_superuser:
        return Edition.objects.all()
    roles = ACTIONS["ranking.view_unpublished"].roles
    return Edition.objects.filter(roles__user=user, roles__role__in=roles)


def visible_to(user: Any) -> QuerySet[Ranking]:
    """Published rankings of the visible editions, withdrawn ones too; for the organisers of an edition all of its."""
    rankings = Ranking.objects.defer("bundle", "pairs").select_related("edition", "method")
    public = rankings.filter(published_at__isnull=False, edition__in=editions.visible_to(user).values("pk"))
    if (mine := editions_to_look_into(user)) is None:
        return public
    return public | rankings.filter(edition__in=mine.values("pk"))


def published(edition: Edition) -> Ranking | None:
    """The ranking that counts: the edition's newest publication that is not withdrawn."""
    return (
        Ranking.objects.defer("bundle", "pairs")
        .select_related("edition", "method")
        .filter(edition=edition, published_at__isnull=False, withdrawn_at__isnull=True)
        .order_by("-number")
        .first()
    )


def published_years(user: Any = None) -> list[int]:
    """The years with a published ranking that the person may open, newest first."""
    return list(
        Ranking.objects.filter(
            published_at__isnull=False,
            withdrawn_at__isnull=True,
            edition__in=editions.visible_to(user).values("pk"),
        )
        .order_by("-edition__year")
        .values_list("edition__year", flat=True)
        .distinct()
    )


def published_until(user: Any, year: int) -> list[Ranking]:
    """The ranking that counts of each edition up to the year, oldest first."""
    return sorted(
        visible_to(user)
        .filter(published_at__isnull=False, withdrawn_at__isnull=True, edition__year__lte=year)
        .order_by("edition_id", "-number")
        .distinct("edition_id"),
        key=lambda ranking: ranking.edition.year,
    )


def result_to_look_at(user: Any, edition: Edition) -> QuerySet[Ranking]:
    """Results of the edition that are not published, newest first, for those who may see them."""
    return visible_to(user).filter(edition=edition, published_at__isnull=True).order_by("-id")


def sitemap_items() -> Iterator[tuple[str, Any]]:
    """Address and date of every public page of the ranking, without the language prefix's translation."""
    for year in published_years():
        ranking = (
            visible_to(None).filter(edition__year=year, withdrawn_at__isnull=True).order_by("-number").first()
        )
        if ranking is None:
            continue
        for name in ("ranking", "charts", "playground", "method", "verify"):
            yield reverse(f"ranking:{name}", args=[year]), ranking.published_at
        for slug in ranking.rows.values_list("slug", flat=True):
            yield reverse("ranking:city", args=[year, slug]), ranking.published_at
