"""The registry of cities, the indicators, their figures and every correction for the public API and the files."""

from collections.abc import Callable, Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from ninja import Query, Router

from ratusz.apps.cities import queries
from ratusz.apps.cities.api.records import (
    CityFilters,
    CityInEditionFilters,
    CityInEditionPage,
    CityInEditionRecord,
    CityPage,
    CityRecord,
    Code,
    CorrectionPage,
    CorrectionRecord,
    FigureFilters,
    IndicatorPage,
    IndicatorRecord,
    ObservationPage,
    ObservationRecord,
    SizeClassPage,
    SizeClassRecord,
    SourcePage,
    SourceRecord,
    Teryt,
    city_in_edition_record,
    city_record,
    correction_record,
    figures_of,
    indicator_record,
    members,
    no_city,
    observation_record,
    source_record,
)
from ratusz.apps.cities.models import Correction, SizeClass
from ratusz.apps.core.public_data import Paging, Record, Table, page_of
from ratusz.apps.editions.api import Year, edition_of
from ratusz.apps.editions.models import Edition

router = Router(tags=["Cities"])
figures = Router(tags=["Indicators and figures"])


@router.get("/cities", response=CityPage, operation_id="list_cities", summary=_("The registry of cities"))
def list_cities(request: HttpRequest, asked: Query[CityFilters]) -> Any:
    """Every city and gmina of the registry with its newest population."""
    found = queries.search(queries.visible_to(None).filter(asked.chosen()), asked.q)
    return page_of(CityPage, request, queries.with_population(found), asked, city_record)


@router.get("/cities/{teryt}", response=CityRecord, operation_id="get_city", summary=_("One city"))
def get_city(request: HttpRequest, teryt: Teryt) -> Any:
    """A city of the registry by its TERYT code."""
    found = queries.with_population(queries.visible_to(None)).filter(teryt=teryt).first()
    if found is None:
        raise Http404(no_city(teryt))
    return city_record(found)


@router.get(
    "/editions/{year}/size-classes",
    response=SizeClassPage,
    operation_id="list_size_classes",
    summary=_("Size classes of an edition"),
)
def list_size_classes(request: HttpRequest, year: Year, asked: Query[Paging]) -> Any:
    """The classes by population in which cities are compared."""
    rows = queries.classes_visible_to(None, edition_of(year)).order_by("over", "pk")
    numbers = {pk: number for number, pk in enumerate(rows.values_list("pk", flat=True), start=1)}

    def record(row: SizeClass) -> SizeClassRecord:
        return SizeClassRecord(
            number=numbers[row.pk],
            name_pl=row.name_pl,
            name_en=row.name_en,
            over=row.over,
            up_to=row.up_to,
            cities=row.city_count,  # type: ignore[attr-defined]
        )

    return page_of(SizeClassPage, request, rows, asked, record)


@router.get(
    "/editions/{year}/cities",
    response=CityInEditionPage,
    operation_id="list_cities_of_edition",
    summary=_("Cities of an edition"),
)
def list_cities_of_edition(request: HttpRequest, year: Year, asked: Query[CityInEditionFilters]) -> Any:
    """The cities that take part in an edition, with the size class and the population that fixed it."""
    edition = edition_of(year)
    found = members(edition).filter(asked.chosen("city__"))
    if asked.q:
        found = found.filter(city__in=queries.search(queries.visible_to(None), asked.q).order_by())
    if asked.size_class is not None:
        found = found.filter(size_class_number=asked.size_class)
    return page_of(CityInEditionPage, request, found, asked, city_in_edition_record)


@figures.get(
    "/indicators", response=IndicatorPage, operation_id="list_indicators", summary=_("All indicators")
)
def list_indicators(request: HttpRequest, asked: Query[Paging]) -> Any:
    """What is measured, why, in what unit, from which source and under which licence."""
    return page_of(IndicatorPage, request, queries.indicators_visible_to(None), asked, indicator_record)


@figures.get(
    "/indicators/{code}",
    response=IndicatorRecord,
    operation_id="get_indicator",
    summary=_("One indicator"),
)
def get_indicator(request: HttpRequest, code: Code) -> Any:
    """An indicator by its code."""
    found = queries.indicators_visible_to(None).filter(code=code).first()
    if found is None:
        raise Http404(gettext("There is no indicator with the code %(code)s.") % {"code": code})
    return indicator_record(found)


@figures.get(
    "/sources", response=SourcePage, operation_id="list_sources", summary=_("Sources of the figures")
)
def list_sources(request: HttpRequest, asked: Query[Paging]) -> Any:
    """Where figures come from, under which licence, and the attribution that it asks for."""
    return page_of(SourcePage, request, queries.sources_visible_to(None), asked, source_record)


@figures.get(
    "/observations", response=ObservationPage, operation_id="list_observations", summary=_("Figures")
)
def list_observations(request: HttpRequest, asked: Query[FigureFilters]) -> Any:
    """Figures of cities as published, before any method touches them."""
    rows = queries.observations_visible_to(None).filter(asked.chosen())
    return page_of(ObservationPage, request, figures_of(rows), asked, observation_record)


@figures.get(
    "/corrections", response=CorrectionPage, operation_id="list_corrections", summary=_("Corrections")
)
def list_corrections(request: HttpRequest, asked: Query[FigureFilters]) -> Any:
    """Every figure that was changed after it had come in, with the old value, the new one and the reason."""
    rows = queries.corrections_visible_to(None).select_related("objection")
    rows = rows.filter(asked.chosen("observation__"))
    return page_of(CorrectionPage, request, rows, asked, correction_record)


def _one(record: Callable[[Any], Record]) -> Callable[[Any], Iterator[Record]]:
    def records(row: Any) -> Iterator[Record]:
        yield record(row)

    return records


def _figures_of_edition(edition: Edition) -> QuerySet[Any]:
    rows = queries.observations_visible_to(None)
    return figures_of(rows.filter(city__editions__edition=edition, year__lte=edition.year))


def _corrections_of_edition(edition: Edition) -> QuerySet[Correction]:
    return (
        queries.corrections_visible_to(None)
        .select_related("objection")
        .filter(observation__city__editions__edition=edition, observation__year__lte=edition.year)
    )


TABLES = [
    Table(
        code="cities",
        title=_("Cities"),
        about=_("The cities that take part in the edition, with their size class."),
        record=CityInEditionRecord,
        key=["teryt"],
        rows=members,
        records=_one(city_in_edition_record),
    ),
    Table(
        code="indicators",
        title=_("Indicators"),
        about=_("What is measured: definition, unit, direction, source and licence."),
        record=IndicatorRecord,
        key=["code"],
        rows=lambda edition: queries.indicators_visible_to(None),
        records=_one(indicator_record),
    ),
    Table(
        code="observations",
        title=_("Figures"),
        about=_("Every published figure of the edition's cities up to its year."),
        record=ObservationRecord,
        key=["teryt", "indicator", "year"],
        rows=_figures_of_edition,
        records=_one(observation_record),
    ),
    Table(
        code="corrections",
        title=_("Corrections"),
        about=_("Figures of the edition's cities that were corrected, and why."),
        record=CorrectionRecord,
        key=["at", "teryt", "indicator", "year"],
        rows=_corrections_of_edition,
        records=_one(correction_record),
    ),
    Table(
        code="sources",
        title=_("Sources"),
        about=_("Where the figures come from, and under which licence."),
        record=SourceRecord,
        key=["code"],
        rows=lambda edition: queries.sources_visible_to(None),
        records=_one(source_record),
    ),
]
