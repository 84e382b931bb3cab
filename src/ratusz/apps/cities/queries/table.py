"""The figures of an edition as arrays, for an engine."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from django.db import connection
from django.db.models import F
from django.utils.translation import gettext as _

from ratusz.apps.cities.models import Indicator, Population
from ratusz.apps.cities.queries.registry import cities_of
from ratusz.apps.core.errors import DomainError
from ratusz.apps.editions.models import Edition

YearRule = Literal["newest", "same_year"] | int


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
