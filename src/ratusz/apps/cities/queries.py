"""Reads of cities and figures. Public statistics are public: the doors differ for people only where a row is not."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from django.db import connection
from django.db.models import Count, F, Max, Min, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from ratusz.apps.cities.models import (
    BdlFetch,
    City,
    CityInEdition,
    Correction,
    Indicator,
    Observation,
    Population,
    SizeClass,
    Source,
)
from ratusz.apps.cities.rules import is_borderline
from ratusz.apps.core.errors import DomainError
from ratusz.apps.core.text import fold, polish_sort_key
from ratusz.apps.editions.models import Edition, Role
from ratusz.apps.editions.permissions import ADMINISTRATOR, roles_of

YearRule = Literal["newest", "same_year"] | int


def visible_to(user: Any) -> QuerySet[City]:
    """Cities of the registry whose code is valid, in Polish order; public."""
    return City.objects.filter(valid_to__isnull=True).order_by("sort_key", "teryt")


def indicators_visible_to(user: Any) -> QuerySet[Indicator]:
    """Indicators with their source; public."""
    return Indicator.objects.select_related("source").order_by("code")


def observations_visible_to(user: Any) -> QuerySet[Observation]:
    """Figures with city, indicator and source; public, as are the statistics they come from."""
    return Observation.objects.select_related("city", "indicator", "source")


def corrections_visible_to(user: Any) -> QuerySet[Correction]:
    """The public trail of corrections, newest first."""
    return Correction.objects.select_related(
        "observation__city", "observation__indicator", "source", "by"
    ).order_by("-at", "-id")


def sources_visible_to(user: Any) -> QuerySet[Source]:
    """Where figures come from; public."""
    return Source.objects.order_by("code")


def classes_visible_to(user: Any, edition: Edition) -> QuerySet[SizeClass]:
    """The edition's size classes from the smallest, with the number of cities in each; public."""
    return edition.size_classes.annotate(city_count=Count("cities")).order_by("over")


def cities_of(edition: Edition) -> QuerySet[CityInEdition]:
    """The cities that take part in the edition, with city, class and population, in Polish order."""
    return (
        CityInEdition.objects.filter(edition=edition)
        .select_related("city", "size_class", "population", "population__source")
        .order_by("city__sort_key", "city__teryt")
    )


def with_population(cities: QuerySet[City]) -> QuerySet[City]:
    """Adds `people` and `people_year`: the newest population of each city."""
    newest = Population.objects.filter(city=OuterRef("pk")).order_by("-year", "source")
    return cities.annotate(
        people=Subquery(newest.values("people")[:1]), people_year=Subquery(newest.values("year")[:1])
    )


def search(cities: QuerySet[City], text: str) -> QuerySet[City]:
    """Cities whose folded name begins with or holds the text, or whose code begins with it."""
    words = fold(text)
    if not words:
        return cities
    return cities.filter(Q(name_folded__contains=words) | Q(teryt__startswith=words))


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


@dataclass(frozen=True, slots=True)
class IndicatorTable:
    """Figures of an edition as an engine wants them: units in rows, indicators in columns.

    `values` has shape (units, codes) with NaN for nothing published; `years` has the same shape, 0 there.
    Figures with a per-capita base are already divided by the population of the nearest year.
    """

    units: list[str]  # seven-digit TERYT codes in Polish order of the names
    names: list[str]
    slugs: list[str]
    classes: list[int | None]  # primary keys of size classes
    populations: np.ndarray  # int64, 0 where unknown
    codes: list[str]
    values: np.ndarray
    years: np.ndarray
    directions: list[int]
    sources: list[str]  # codes of sources, one per indicator


def indicator_table(
    *, edition: Edition, indicator_codes: Sequence[str], year_rule: YearRule = "newest"
) -> IndicatorTable:
    """Returns the edition's figures in four queries, however many cities and indicators there are.

    `newest` takes each city's newest year up to the edition's; `same_year` takes, for each indicator, the
    newest year that has nine tenths of the figures of its fullest year: years never mix in a column, and one
    city that lacks a figure does not send the others back a year. A number takes that year.
    """
    members = list(
        cities_of(edition).values_list(
            "city_id", "city__teryt", "city__name", "city__slug", "size_class_id", "population__people"
        )
    )
    found = {i.code: i for i in Indicator.objects.select_related("source").filter(code__in=indicator_codes)}
    if unknown := [code for code in indicator_codes if code not in found]:
        raise DomainError(
            _("There is no indicator with the code %(code)s.") % {"code": unknown[0]},
            next_step=_("Choose a code from the list of indicators, or create the indicator first."),
            code="unknown_indicator",
            data={"codes": unknown},
        )
    indicators = [found[code] for code in indicator_codes]
    row = {member[0]: index for index, member in enumerate(members)}
    column = {indicator.pk: index for index, indicator in enumerate(indicators)}
    values = np.full((len(members), len(indicators)), np.nan)
    years = np.zeros((len(members), len(indicators)), dtype=np.int32)
    for city, indicator, year, value in _figures(edition, list(column), year_rule):
        values[row[city], column[indicator]] = value
        years[row[city], column[indicator]] = year
    populations = np.array([member[5] or 0 for member in members], dtype=np.int64)
    by_year = _populations(edition)
    _divide_by_population(indicators, values, years, [by_year.get(member[0], []) for member in members])
    for index, member in enumerate(members):
        if not populations[index] and (known := by_year.get(member[0])):
            populations[index] = known[-1][1]
    return IndicatorTable(
        units=[member[1] for member in members],
        names=[member[2] for member in members],
        slugs=[member[3] for member in members],
        classes=[member[4] for member in members],
        populations=populations,
        codes=list(indicator_codes),
        values=values,
        years=years,
        directions=[indicator.direction for indicator in indicators],
        sources=[indicator.source.code for indicator in indicators],
    )


_NEWEST = """
    SELECT DISTINCT ON (o.indicator_id, o.city_id) o.city_id, o.indicator_id, o.year, o.value
    FROM cities_observation o
    JOIN cities_cityinedition m ON m.city_id = o.city_id AND m.edition_id = %(edition)s
    JOIN cities_indicator i ON i.id = o.indicator_id
    WHERE o.indicator_id = ANY(%(indicators)s) AND o.year <= %(year)s
      AND NOT (i.zero_means_missing AND o.value = 0)
    ORDER BY o.indicator_id, o.city_id, o.year DESC
"""
_SAME_YEAR = """
    WITH figures AS (
        SELECT o.city_id, o.indicator_id, o.year, o.value
        FROM cities_observation o
        JOIN cities_cityinedition m ON m.city_id = o.city_id AND m.edition_id = %(edition)s
        JOIN cities_indicator i ON i.id = o.indicator_id
        WHERE o.indicator_id = ANY(%(indicators)s) AND o.year <= %(year)s
          AND NOT (i.zero_means_missing AND o.value = 0)
    ), best AS (
        SELECT DISTINCT ON (indicator_id) indicator_id, year FROM (
            SELECT indicator_id, year, count(*) AS known, max(count(*)) OVER (PARTITION BY indicator_id) AS most
            FROM figures GROUP BY indicator_id, year
        ) counted WHERE known >= 0.9 * most ORDER BY indicator_id, year DESC
    )
    SELECT f.city_id, f.indicator_id, f.year, f.value FROM figures f JOIN best USING (indicator_id, year)
"""
_ONE_YEAR = """
    SELECT o.city_id, o.indicator_id, o.year, o.value
    FROM cities_observation o
    JOIN cities_cityinedition m ON m.city_id = o.city_id AND m.edition_id = %(edition)s
    JOIN cities_indicator i ON i.id = o.indicator_id
    WHERE o.indicator_id = ANY(%(indicators)s) AND o.year = %(year)s
      AND NOT (i.zero_means_missing AND o.value = 0)
"""


def _figures(
    edition: Edition, indicators: list[int], year_rule: YearRule
) -> list[tuple[int, int, int, float]]:
    """City, indicator, year and value of each figure that the rule picks."""
    statement = {"newest": _NEWEST, "same_year": _SAME_YEAR}.get(year_rule, _ONE_YEAR)  # type: ignore[call-overload]
    year = year_rule if isinstance(year_rule, int) else edition.year
    with connection.cursor() as cursor:
        cursor.execute(statement, {"edition": edition.pk, "indicators": indicators, "year": year})
        return cursor.fetchall()


def _populations(edition: Edition) -> dict[int, list[tuple[int, int]]]:
    """City → (year, people) in order of years, for the cities of the edition."""
    found: dict[int, list[tuple[int, int]]] = {}
    rows = (
        Population.objects.filter(city__editions__edition=edition, people__gt=0)
        .order_by("city", "year", F("source_id").desc())
        .values_list("city_id", "year", "people")
    )
    for city, year, people in rows:
        found.setdefault(city, []).append((year, people))
    return found


def _divide_by_population(
    indicators: Sequence[Indicator],
    values: np.ndarray,
    years: np.ndarray,
    people: Sequence[list[tuple[int, int]]],
) -> None:
    """Changes the columns with a per-capita base in place; a city without population loses its figure."""
    for index, indicator in enumerate(indicators):
        if indicator.per_capita_base is None:
            continue
        for unit, known in enumerate(people):
            if not known:
                values[unit, index] = np.nan
                years[unit, index] = 0
            elif years[unit, index]:
                nearest = min(known, key=lambda pair: abs(pair[0] - int(years[unit, index])))
                values[unit, index] *= indicator.per_capita_base / nearest[1]


def may_open_panel(user: Any, edition: Edition | None) -> bool:
    """True for an administrator and for organisers of the edition, in any phase."""
    return bool(roles_of(user, edition) & {Role.ORGANISER, ADMINISTRATOR})


def registry() -> QuerySet[City]:
    """Every row of the registry, also those whose code is no longer valid."""
    return City.objects.order_by("sort_key", "teryt")


def voivodeships() -> list[tuple[str, str]]:
    """The voivodeships of the registry as choices."""
    names = City.objects.order_by().values_list("voivodeship", flat=True).distinct()
    return [(name, name) for name in sorted(names, key=polish_sort_key)]


def cities_by_codes(codes: Sequence[str]) -> list[City]:
    """The cities with these TERYT codes; raises when one is unknown."""
    found = list(visible_to(None).filter(teryt__in=codes))
    if unknown := sorted(set(codes) - {city.teryt for city in found}):
        raise DomainError(
            _("No city of the registry has the TERYT code %(teryt)s.") % {"teryt": unknown[0]},
            next_step=_("Import the registry of gminas first, or correct the code."),
            field="codes",
            code="unknown_teryt",
        )
    return found


def newest_population(edition: Edition) -> dict[str, int]:
    """The source and year of the newest population that most cities of the edition have."""
    best = (
        Population.objects.filter(city__editions__edition=edition)
        .values("source", "year")
        .annotate(count=Count("pk"))
        .order_by("-count", "-year")
        .first()
    )
    return {"source": best["source"], "year": best["year"]} if best else {}


@dataclass(frozen=True, slots=True)
class Borderline:
    """A city whose population is within 2 % of a bound."""

    name: str
    people: int
    year: int
    bound: int


def borderline(edition: Edition) -> list[Borderline]:
    """The cities of the edition near a bound of its classes, by frozen population or else the newest."""
    bounds = [bound for bound in edition.size_classes.values_list("up_to", flat=True) if bound is not None]
    members = cities_of(edition)
    newest = with_population(City.objects.filter(editions__edition=edition))
    known = {c.pk: (c.people, c.people_year) for c in newest}
    found = []
    for member in members:
        frozen = member.population
        people, year = (frozen.people, frozen.year) if frozen else known.get(member.city_id, (None, None))
        near = [bound for bound in bounds if people is not None and is_borderline(people, [bound])]
        found += [Borderline(member.city.name, people, year, bound) for bound in near]
    return found


def fetches_visible_to(user: Any, edition: Edition | None) -> QuerySet[BdlFetch]:
    """The fetches from the Local Data Bank of the edition, for its organisers."""
    if not may_open_panel(user, edition):
        return BdlFetch.objects.none()
    return BdlFetch.objects.filter(edition=edition).select_related("by", "edition").order_by("-id")


def ordered(column: str, *, descending: bool) -> list[Any]:
    """An order by a column with empty values last."""
    return [F(column).desc(nulls_last=True) if descending else F(column).asc(nulls_last=True)]


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
