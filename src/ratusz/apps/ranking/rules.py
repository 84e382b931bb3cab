"""What a method must satisfy before it is locked or run, and what it would leave out."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np
from django.utils.translation import gettext
from django.utils.translation import gettext as _

from ratusz.apps.cities import queries as cities
from ratusz.apps.cities.models import Indicator
from ratusz.apps.cities.rules import unit_names
from ratusz.apps.core.errors import DomainError
from ratusz.apps.editions.models import Edition
from ratusz.apps.ranking.engine_messages import explain
from ratusz.engines import composite

CLASS_COLUMN = "class"
VOIVODESHIP_COLUMN = "voivodeship"
POPULATION_COLUMN = "population"


@dataclass(frozen=True, slots=True)
class IndicatorCheck:
    """How far the figures of one indicator reach."""

    indicator: Indicator
    known: int
    total: int
    years: tuple[int, int] | None

    @property
    def share(self) -> float:
        return self.known / self.total if self.total else 0.0


@dataclass(frozen=True, slots=True)
class Left:
    """A city that would not be classified, with the indicators it lacks."""

    name: str
    slug: str
    coverage: float
    missing: tuple[str, ...]


@dataclass
class MethodCheck:
    """What stands in the way of a lock (problems), what a reader will ask about (warnings), and who is left out."""

    problems: list[DomainError] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    indicators: list[IndicatorCheck] = field(default_factory=list)
    unclassified: list[Left] = field(default_factory=list)
    total: int = 0

    @property
    def classified(self) -> int:
        return self.total - len(self.unclassified)


@dataclass(frozen=True)
class Figures:
    """The edition's figures as the engine takes them, beside the table they come from."""

    table: composite.Table
    source: cities.IndicatorTable


def read_method(toml: str, *, field: str = "toml") -> composite.Method:
    """The engine's method of a TOML text; a mistake is a DomainError at the field."""
    try:
        return composite.Method.from_toml(toml)
    except composite.EngineError as error:
        raise DomainError(explain(error), field=field, code="bad_method") from None


def figures_for(method: composite.Method, edition: Edition) -> Figures:
    """The table that the method needs from the edition's figures; one reference year for each indicator."""
    wanted = [code for code in method.number_columns if code != POPULATION_COLUMN]
    try:
        source = cities.indicator_table(edition=edition, indicator_codes=wanted, year_rule="same_year")
    except DomainError as error:
        if error.code != "unknown_indicator":
            raise
        raise DomainError(
            _("There is no indicator with the code “%(code)s” in the registry.")
            % {"code": error.data["codes"][0]},
            next_step=_("Add the indicator under Cities and data, or correct the code."),
            field="toml",
            code="unknown_indicator",
            data=error.data,
        ) from None
    values, columns = source.values, list(source.codes)
    if POPULATION_COLUMN in method.number_columns:
        people = np.where(source.populations > 0, source.populations, np.nan).astype(float)
        values, columns = np.column_stack([values, people]), [*columns, POPULATION_COLUMN]
    return Figures(
        composite.Table(
            unit_names(source.names, source.units), tuple(columns), values, _labels(method, edition, source)
        ),
        source,
    )


def _labels(
    method: composite.Method, edition: Edition, source: cities.IndicatorTable
) -> dict[str, tuple[str, ...]]:
    labels = {}
    for column in method.label_columns:
        if column == CLASS_COLUMN:
            names = {c.pk: c.name_pl for c in edition.size_classes.all()}
            without = [n for n, c in zip(source.names, source.classes, strict=True) if c not in names]
            if without:
                raise DomainError(
                    _("%(count)d cities have no size class, the first is %(city)s.")
                    % {"count": len(without), "city": without[0]},
                    next_step=_("Freeze the size classes under Cities and data, or rank without classes."),
                    field="by_class",
                    code="no_class",
                )
            labels[column] = tuple(names[c] for c in source.classes)
        elif column == VOIVODESHIP_COLUMN:
            rows = cities.cities_of(edition).values_list("city__teryt", "city__voivodeship")
            voivodeships = dict(rows)
            labels[column] = tuple(voivodeships[teryt] for teryt in source.units)
        else:
            raise DomainError(
                _("The method uses the column “%(column)s”, which the edition does not have.")
                % {"column": column},
                next_step=_("Group by “class” or “voivodeship”."),
                field="toml",
                code="unknown_column",
            )
    return labels


def check_method(toml: str, edition: Edition) -> MethodCheck:
    """What a lock would meet: problems, warnings, coverage by indicator, and the cities left out."""
    check = MethodCheck()
    try:
        method = read_method(toml)
        figures = figures_for(method, edition)
    except DomainError as error:
        check.problems.append(error)
        return check
    check.total = len(figures.source.units)
    registry = {i.code: i for i in cities.indicators_visible_to(None).filter(code__in=figures.source.codes)}
    measured = [registry[code] for code in method.framework.codes]
    check.indicators = list(coverage(measured, figures.source))
    check.problems.extend(coverage_problems(check.indicators, method.screening.indicator_coverage, edition))
    check.warnings.extend(direction_warnings(method, registry))
    if check.problems:
        return check
    try:
        prepared = composite.prepare(figures.table, method)
        composite.rank(figures.table, method, runs=0)
        composite.check_variants(figures.table, method)
    except composite.EngineError as error:
        check.problems.append(DomainError(explain(error), field="toml", code="bad_method"))
        return check
    check.unclassified = left_out(prepared, figures, registry, method)
    return check


def coverage(indicators: Iterable[Indicator], table: cities.IndicatorTable) -> Iterator[IndicatorCheck]:
    """How far the figures of each indicator reach."""
    place = {code: k for k, code in enumerate(table.codes)}
    for indicator in indicators:
        years = table.years[:, place[indicator.code]]
        known = years > 0
        span = (int(years[known].min()), int(years[known].max())) if known.any() else None
        yield IndicatorCheck(indicator, int(known.sum()), len(years), span)


def coverage_problems(
    indicators: Iterable[IndicatorCheck], least: float, edition: Edition
) -> Iterator[DomainError]:
    """What keeps an indicator from carrying a weight: no dated figure at all, or too few; `least` is a share."""
    for check in indicators:
        names = {"indicator": check.indicator.name, "year": edition.year}
        if check.years is None:
            yield DomainError(
                _("%(indicator)s has no figure with a reference year up to %(year)s.") % names,
                next_step=_("Import its figures with their year, or leave the indicator out."),
                field=check.indicator.code,
                code="no_reference_year",
            )
        elif check.share < least - 1e-9:
            facts = {"known": check.known, "total": check.total, "share": round(check.share * 100)}
            yield DomainError(
                _(
                    "%(indicator)s carries a weight, but only %(known)d of %(total)d cities "
                    "(%(share)d%%) have a figure."
                )
                % (names | facts),
                next_step=_(
                    "Import the missing figures or leave the indicator out: at least %(least)d%% are needed."
                )
                % {"least": round(least * 100)},
                field=check.indicator.code,
                code="low_coverage",
            )


def direction_warnings(method: composite.Method, registry: dict[str, Indicator]) -> Iterator[str]:
    """A sentence for each indicator whose direction in the method is not the one of its card."""
    for item in method.framework.indicators:
        if item.direction != registry[item.code].direction:
            yield gettext(
                "%(indicator)s: the method says “%(method)s”, the indicator card says “%(card)s”."
            ) % {
                "indicator": registry[item.code].name,
                "method": Indicator.Direction(item.direction).label,
                "card": registry[item.code].get_direction_display(),
            }


def left_out(
    prepared: composite.Prepared, figures: Figures, registry: dict[str, Indicator], method: composite.Method
) -> list[Left]:
    """The cities that would not be classified, with the indicators that they lack."""
    row = {unit: k for k, unit in enumerate(figures.table.units)}
    place = {code: k for k, code in enumerate(figures.source.codes)}
    left = []
    for item in prepared.unclassified:
        k = row[item.unit]
        missing = tuple(
            str(registry[code].name)
            for code in method.framework.codes
            if np.isnan(figures.source.values[k, place[code]])
        )
        left.append(Left(figures.source.names[k], figures.source.slugs[k], item.coverage, missing))
    return left
