"""Indicators, figures and the public trail of their corrections."""

from typing import Any

from django.db.models import Count, Max, Min, OuterRef, Prefetch, Q, QuerySet, Subquery

from ratusz.apps.cities.models import City, Correction, Indicator, Observation
from ratusz.apps.core.text import fold


def indicators_visible_to(user: Any) -> QuerySet[Indicator]:
    """Indicators with their source; public."""
    return Indicator.objects.select_related("source").order_by("code")


def observations_visible_to(user: Any) -> QuerySet[Observation]:
    """Figures with city, indicator and source; public, as are the statistics they come from."""
    return Observation.objects.select_related("city", "indicator", "source")


def corrections_visible_to(user: Any) -> QuerySet[Correction]:
    """The public trail of corrections, newest first."""
    return Correction.objects.select_related(
        "observation__city", "observation__indicator", "source", "by", "edition__programme", "objection"
    ).order_by("-at", "-id")


def newest_observations(indicator: Indicator, *, up_to: int | None = None) -> QuerySet[Observation]:
    """One figure for each city that has one: its newest year; cities in Polish order."""
    newest = Observation.objects.filter(indicator=indicator, city=OuterRef("city"))
    if up_to is not None:
        newest = newest.filter(year__lte=up_to)
    return (
        Observation.objects.filter(pk=Subquery(newest.order_by("-year").values("pk")[:1]))
        .select_related("city", "source")
        .prefetch_related(Prefetch("corrections", queryset=Correction.objects.order_by("-at", "-id")))
        .order_by("city__sort_key", "city__teryt")
    )


def with_coverage(indicators: QuerySet[Indicator]) -> QuerySet[Indicator]:
    """Adds `city_count` (cities with a figure) and `newest_year` to each indicator."""
    return indicators.annotate(
        city_count=Count("observations__city", distinct=True), newest_year=Max("observations__year")
    )


def newest_of_city(city: City) -> QuerySet[Observation]:
    """The newest figure of each indicator that the city has."""
    newest = (
        Observation.objects.filter(city=city, indicator=OuterRef("indicator"))
        .order_by("-year")
        .values("pk")[:1]
    )
    return (
        Observation.objects.filter(city=city, pk=Subquery(newest))
        .select_related("indicator", "source")
        .prefetch_related(Prefetch("corrections", queryset=Correction.objects.order_by("-at", "-id")))
        .order_by("indicator__code")
    )


def search_figures(figures: QuerySet[Observation], text: str) -> QuerySet[Observation]:
    """Figures of the cities that the text finds."""
    words = fold(text)
    return figures.filter(Q(city__name_folded__contains=words) | Q(city__teryt__startswith=words))


def years_of(indicator: Indicator) -> dict[str, int]:
    """The first and the last year with a figure, and how many cities have one."""
    return indicator.observations.aggregate(
        first=Min("year"), last=Max("year"), cities=Count("city", distinct=True)
    )
