"""A city's own figures beside its class: what the team of the city is asked to check."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from django.db.models import Exists, OuterRef

from ratusz.apps.cities.models import City, Indicator, Observation
from ratusz.apps.cities.plausibility import Context
from ratusz.apps.cities.queries.table import IndicatorTable, indicator_table
from ratusz.apps.core.text import polish_sort_key
from ratusz.apps.editions.models import Edition


@dataclass(frozen=True, slots=True)
class Standing:
    """A value within its class: place (1 is best) among the cities with a figure, and the five numbers."""

    place: int | None
    count: int
    five: tuple[float, float, float, float, float] | None  # least, quarter, median, three quarters, most

    @property
    def median(self) -> float | None:
        return self.five[2] if self.five else None


@dataclass(frozen=True, slots=True)
class OwnFigure:
    """One indicator of one city: the figure as it was published (None: missing), and as it is compared."""

    indicator: Indicator
    observation: Observation | None
    compared: float | None  # divided by the population where the indicator has a base
    per_capita: float | None  # what turns a figure of this city into a compared one
    standing: Standing
    usual_year: int | None  # of most cities of the edition
    others: tuple[float, ...]  # the compared figures of the other cities of the class

    @property
    def is_older(self) -> bool:
        """True when the figure is from an earlier year than those of most cities."""
        return bool(self.observation and self.usual_year and self.observation.year < self.usual_year)

    def standing_of(self, value: float | None) -> Standing:
        """Where the city would stand with another value as published."""
        known = value is not None and self.per_capita is not None
        return _standing(value * self.per_capita if known else None, self.others, self.indicator.direction)

    def context(self, before: float | None) -> Context:
        """What a proposed value is held against."""
        five = self.standing.five
        return Context(
            unit=str(self.indicator.unit), decimals=self.indicator.decimals,
            zero_means_missing=self.indicator.zero_means_missing, before=before, per_capita=self.per_capita,
            least=min(self.others) if self.others else None, median=five[2] if five else None,
        )  # fmt: skip


def indicators_of(edition: Edition) -> list[Indicator]:
    """The indicators for which a city of the edition has a figure up to its year, by name."""
    figures = Observation.objects.filter(
        indicator=OuterRef("pk"), year__lte=edition.year, city__editions__edition=edition
    )
    found = Indicator.objects.filter(Exists(figures)).select_related("source")
    return sorted(found, key=lambda indicator: polish_sort_key(str(indicator.name)))


def own_figures(
    edition: Edition, city: City, indicators: Sequence[Indicator] | None = None
) -> list[OwnFigure]:
    """Every indicator of the edition for the city, missing ones too; a constant number of queries."""
    indicators = indicators_of(edition) if indicators is None else list(indicators)
    table = indicator_table(edition=edition, indicator_codes=[indicator.code for indicator in indicators])
    newest = (
        Observation.objects.filter(
            city=city, indicator__in=[i.pk for i in indicators], year__lte=edition.year
        )
        .select_related("source")
        .prefetch_related("corrections")
        .order_by("indicator_id", "-year")
        .distinct("indicator_id")
    )
    found = {observation.indicator_id: observation for observation in newest}
    people = _people(edition, city)
    return [
        _own(table, column, indicator, city, found.get(indicator.pk), people)
        for column, indicator in enumerate(indicators)
    ]


def _people(edition: Edition, city: City) -> list[tuple[int, int]]:
    return list(
        city.populations.filter(people__gt=0).order_by("year", "-source_id").values_list("year", "people")
    )


def _own(
    table: IndicatorTable, column: int, indicator: Indicator, city: City, observation: Observation | None,
    people: list[tuple[int, int]],
) -> OwnFigure:  # fmt: skip
    values, years = table.values[:, column], table.years[:, column]
    row = table.units.index(city.teryt) if city.teryt in table.units else None
    own = None if row is None or np.isnan(values[row]) else float(values[row])
    peers = [
        float(values[i])
        for i, size_class in enumerate(table.classes)
        if i != row and (row is None or size_class == table.classes[row]) and not np.isnan(values[i])
    ]
    usual = Counter(int(year) for year in years if year).most_common(1)
    missing = observation is not None and indicator.zero_means_missing and observation.value == 0
    return OwnFigure(
        indicator=indicator,
        observation=None if missing else observation,
        compared=own,
        per_capita=_per_capita(indicator, people, observation.year if observation else _newest(years)),
        standing=_standing(own, tuple(peers), indicator.direction),
        usual_year=usual[0][0] if usual else None,
        others=tuple(peers),
    )


def _newest(years: np.ndarray) -> int:
    """The newest year of a column of figures."""
    return int(years.max()) if years.size else 0


def _per_capita(indicator: Indicator, people: list[tuple[int, int]], year: int) -> float | None:
    if indicator.per_capita_base is None:
        return 1.0
    if not people:
        return None
    nearest = min(people, key=lambda pair: abs(pair[0] - year))
    return indicator.per_capita_base / nearest[1]


def _standing(own: float | None, others: tuple[float, ...], direction: int) -> Standing:
    every = list(others) + ([own] if own is not None else [])
    if not every:
        return Standing(None, 0, None)
    five = tuple(float(q) for q in np.quantile(every, [0, 0.25, 0.5, 0.75, 1]))
    place = None if own is None else 1 + sum((other - own) * direction > 0 for other in others)
    return Standing(place, len(every), five)  # type: ignore[arg-type]


def fingerprint(figures: Sequence[OwnFigure]) -> str:
    """A hash of the figures: it changes when one of them does."""
    lines = sorted(
        f"{f.indicator.code} {f.observation.year if f.observation else '-'} "
        f"{f.observation.value if f.observation else '-'!r}"
        for f in figures
    )
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
