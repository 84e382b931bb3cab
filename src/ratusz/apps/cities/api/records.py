"""Public records of the registry, the indicators, their figures and corrections, and what may be asked for."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from ninja import Field, Path

from ratusz.apps.cities import queries
from ratusz.apps.cities.models import (
    City,
    CityInEdition,
    Correction,
    Indicator,
    Observation,
    SizeClass,
    Source,
)
from ratusz.apps.core.errors import DomainError
from ratusz.apps.core.public_data import Page, Paging, Record, Words, known
from ratusz.apps.editions.models import Edition

TERYT = r"^[0-9]{7}$"
CODE = r"^[-a-zA-Z0-9_]{1,60}$"
KINDS = {"1": "urban", "2": "rural", "3": "urban_rural"}
# Said of fields of several records.
TERYT_IS = _("TERYT code of the gmina: text of seven digits.")
NAME_PL = _("Name in Polish.")
NAME_EN = _("Name in English; empty where there is none.")
CODE_IS = _("Code of the indicator.")
SOURCE_IS = _("Code of the source.")
YEAR_IS = _("Year that the figure describes.")
CLASS_IS = _("Number of the size class in the edition, from the smallest.")
VOIVODESHIP = _("Voivodeship, in Polish and in lower case.")
PEOPLE = _("people")
NOT_KNOWN = _("Not known.")
SEARCH_IS = _("A part of the name, without Polish letters if you like, or the beginning of the TERYT code.")

Teryt = Annotated[
    str,
    Path(pattern=TERYT, description=TERYT_IS, examples=["2264011"]),
]
Code = Annotated[str, Path(pattern=CODE, description=CODE_IS, examples=["turnout"])]


class CityRecord(Record):
    """A gmina or a city with county rights, as in the registry."""

    teryt: str = known(TERYT_IS, example="2264011")
    name: str = known(_("Name; names repeat, the TERYT code does not."), example="Sopot")
    slug: str = known(_("The city in the addresses of this site."), example="sopot")
    kind: Literal["urban", "rural", "urban_rural"] = known(_("Kind of the gmina."), example="urban")
    county_rights: bool = known(_("True for a city with county rights."), example=True)
    voivodeship: str = known(VOIVODESHIP, example="pomorskie")
    area_km2: float | None = known(_("Area."), unit="km²", missing=NOT_KNOWN, example=17.3)
    latitude: float | None = known(
        _("Latitude of a point in the city (WGS 84)."), unit="°", missing=NOT_KNOWN, example=54.4418
    )
    longitude: float | None = known(
        _("Longitude of a point in the city (WGS 84)."), unit="°", missing=NOT_KNOWN, example=18.5601
    )
    population: int | None = known(
        _("Population on 31 December; in an edition, the one by which the size class was fixed."),
        unit=PEOPLE,
        missing=NOT_KNOWN,
        example=31444,
    )
    population_year: int | None = known(
        _("Year of the population."), missing=_("No population is known."), example=2024
    )


class CityInEditionRecord(CityRecord):
    """A city that takes part in an edition, with its size class."""

    size_class: int | None = known(
        CLASS_IS,
        missing=_("The class is not fixed yet."),
        example=1,
    )


class SizeClassRecord(Record):
    """A class of cities by population."""

    number: int = known(CLASS_IS, example=1)
    name_pl: str = known(NAME_PL, example="do 60 tys. mieszkańców")
    name_en: str = known(NAME_EN, example="up to 60,000 people")
    over: int = known(_("A city of the class has more people than this."), unit=PEOPLE, example=0)
    up_to: int | None = known(
        _("A city of the class has at most so many people."),
        unit=PEOPLE,
        missing=_("There is no upper bound."),
        example=60000,
    )
    cities: int = known(_("How many cities of the edition are in the class."), example=14)


class SourceRecord(Record):
    """Where figures come from and how they may be used again."""

    code: str = known(SOURCE_IS, example="gus-bdl")
    name_pl: str = known(NAME_PL, example="Bank Danych Lokalnych GUS")
    name_en: str = known(NAME_EN, example="Local Data Bank of Statistics Poland")
    publisher: str = known(_("Who publishes the source."), example="Główny Urząd Statystyczny")
    url: str = known(_("Address; empty where there is none."), example="https://bdl.stat.gov.pl/")
    licence: str = known(_("Licence or legal ground of the re-use."), example="CC BY 4.0")
    attribution: str = known(
        _("What must stand beside a figure of this source; empty: name the publisher and the source."),
        example="Źródło danych: GUS, Bank Danych Lokalnych",
    )


class IndicatorRecord(Record):
    """What is measured, why, in what unit, from which source."""

    code: str = known(CODE_IS, example="turnout")
    name_pl: str = known(NAME_PL, example="Frekwencja wyborcza")
    name_en: str = known(NAME_EN, example="Turnout")
    definition_pl: str = known(_("Definition in Polish."), example="Udział głosujących wśród uprawnionych.")
    definition_en: str = known(
        _("Definition in English; empty where there is none."), example="Share of the entitled who voted."
    )
    reason_pl: str = known(_("Why it is measured, in Polish."), example="Mówi o zaufaniu do wspólnych spraw.")
    reason_en: str = known(
        _("Why it is measured, in English; empty where there is none."), example="Tells of trust."
    )
    unit_pl: str = known(_("Unit of the figures in Polish."), example="%")
    unit_en: str = known(_("Unit of the figures in English; empty where it is not translated."), example="%")
    direction: Literal["more_is_better", "less_is_better"] = known(
        _("Whether a higher figure is better or worse for the city."), example="more_is_better"
    )
    per_capita_base: int | None = known(
        _("The ranking divides the figure by the population and shows it per so many people."),
        unit=PEOPLE,
        missing=_("The figure is compared as it is."),
        example=1000,
    )
    zero_means_missing: bool = known(
        _("True where a zero of the source means that nothing was published."), example=False
    )
    source: str = known(SOURCE_IS, example="pkw")
    licence: str = known(_("Licence or legal ground of the re-use."), example="CC BY 4.0")


class ObservationRecord(Record):
    """One figure: city, indicator, year. Where nothing was published there is no record, never a zero."""

    teryt: str = known(TERYT_IS, example="2264011")
    city: str = known(_("Name of the city."), example="Sopot")
    indicator: str = known(CODE_IS, example="turnout")
    year: int = known(YEAR_IS, example=2024)
    value: float = known(_("The figure as published, in the indicator's unit."), example=71.4)
    flag: str = known(
        _("What the source or the import says of the figure, such as “preliminary”; empty: nothing."),
        example="",
    )
    source: str = known(SOURCE_IS, example="pkw")
    updated_at: datetime = known(
        _("When the figure came in or was last changed."), example="2026-03-02T09:00:00Z"
    )


class CorrectionRecord(Record):
    """A figure that was changed after it had come in, and why."""

    at: datetime = known(_("When the figure was corrected."), example="2026-04-20T12:00:00Z")
    teryt: str = known(TERYT_IS, example="2264011")
    city: str = known(_("Name of the city."), example="Sopot")
    indicator: str = known(CODE_IS, example="turnout")
    year: int = known(YEAR_IS, example=2024)
    old_value: float | None = known(
        _("The figure before the correction."), missing=_("There was no figure before."), example=70.1
    )
    new_value: float | None = known(
        _("The figure after the correction."), missing=_("The figure was removed."), example=71.4
    )
    reason_pl: str = known(_("Why it was corrected, in Polish."), example="Błąd w pliku źródłowym.")
    reason_en: str = known(
        _("Why it was corrected, in English; empty where there is none."), example="An error in the source."
    )
    source: str = known(_("Code of the source of the new figure."), example="pkw")
    source_name: str = known(
        _("The source of the new figure in words; a figure that a city gave names the city's document."),
        example="Państwowa Komisja Wyborcza",
    )
    source_url: str = known(_("Address; empty where there is none."), example="https://wybory.gov.pl/")


class CityPage(Page[CityRecord]):
    """Cities in Polish alphabetical order."""


class CityInEditionPage(Page[CityInEditionRecord]):
    """Cities of an edition in Polish alphabetical order."""


class SizeClassPage(Page[SizeClassRecord]):
    """Size classes from the smallest."""


class SourcePage(Page[SourceRecord]):
    """Sources by code."""


class IndicatorPage(Page[IndicatorRecord]):
    """Indicators by code."""


class ObservationPage(Page[ObservationRecord]):
    """Figures by indicator, city and year."""


class CorrectionPage(Page[CorrectionRecord]):
    """Corrections, the newest first."""


class CityFilters(Paging):
    """Which cities are asked for."""

    q: Words = Field("", description=SEARCH_IS, examples=["lodz"])  # fmt: skip
    teryt: str | None = Field(None, pattern=TERYT, description=TERYT_IS, examples=["2264011"])  # fmt: skip
    voivodeship: Words = Field("", description=VOIVODESHIP, examples=["pomorskie"])
    county_rights: bool | None = Field(
        None, description=_("Only cities with county rights, or only the others.")
    )

    def chosen(self, prefix: str = "") -> Q:
        """The filters as a condition on cities; `q` is asked by `search`."""
        asked = {
            "teryt": self.teryt,
            "voivodeship": self.voivodeship or None,
            "county_rights": self.county_rights,
        }
        return Q(**{prefix + name: value for name, value in asked.items() if value is not None})


class CityInEditionFilters(CityFilters):
    """Which cities of an edition are asked for."""

    size_class: int | None = Field(None, ge=1, le=99, description=CLASS_IS)  # fmt: skip


class FigureFilters(Paging):
    """Which figures are asked for."""

    indicator: str | None = Field(None, pattern=CODE, description=CODE_IS, examples=["turnout"])  # fmt: skip
    teryt: str | None = Field(None, pattern=TERYT, description=TERYT_IS, examples=["2264011"])  # fmt: skip
    year: int | None = Field(None, ge=1900, le=2200, description=YEAR_IS, examples=[2024])  # fmt: skip

    def chosen(self, prefix: str = "") -> Q:
        """The filters as a condition on observations; an unknown code is refused, not answered with nothing."""
        if self.indicator and not queries.indicators_visible_to(None).filter(code=self.indicator).exists():
            raise DomainError(
                gettext("There is no indicator with the code %(code)s.") % {"code": self.indicator},
                next_step=gettext("Take a code from %(address)s.") % {"address": "/api/v1/indicators"},
                field="indicator",
                code="unknown_indicator",
            )
        if self.teryt and not queries.visible_to(None).filter(teryt=self.teryt).exists():
            raise DomainError(
                no_city(self.teryt),
                next_step=gettext("Take a code from %(address)s.") % {"address": "/api/v1/cities"},
                field="teryt",
                code="unknown_teryt",
            )
        asked = {"indicator__code": self.indicator, "city__teryt": self.teryt, "year": self.year}
        return Q(**{prefix + name: value for name, value in asked.items() if value is not None})


def no_city(teryt: str) -> str:
    return gettext("No city of the registry has the TERYT code %(teryt)s.") % {"teryt": teryt}


def _city(city: City, people: int | None, year: int | None) -> dict[str, Any]:
    return {
        "teryt": city.teryt,
        "name": city.name,
        "slug": city.slug,
        "kind": KINDS[city.kind],
        "county_rights": city.county_rights,
        "voivodeship": city.voivodeship,
        "area_km2": city.area_km2,
        "latitude": city.lat,
        "longitude": city.lon,
        "population": people,
        "population_year": year,
    }


def city_record(city: City) -> CityRecord:
    """The public record of a city that carries its newest population."""
    return CityRecord(**_city(city, city.people, city.people_year))  # type: ignore[attr-defined]


def city_in_edition_record(member: CityInEdition) -> CityInEditionRecord:
    """The public record of a city of an edition, from `members`."""
    frozen = member.population
    people, year = (frozen.people, frozen.year) if frozen else (None, None)
    return CityInEditionRecord(**_city(member.city, people, year), size_class=member.size_class_number)  # type: ignore[attr-defined]


def members(edition: Edition) -> QuerySet[CityInEdition]:
    """The cities of the edition with the number of their size class."""
    smaller = (
        SizeClass.objects.filter(edition=OuterRef("edition"), over__lte=OuterRef("size_class__over"))
        .order_by()
        .values("edition")
        .annotate(count=Count("pk"))
        .values("count")
    )
    return queries.cities_of(edition).annotate(
        size_class_number=Subquery(smaller, output_field=IntegerField())
    )


def source_record(source: Source) -> SourceRecord:
    """The public record of a source."""
    return SourceRecord(**{name: getattr(source, name) for name in SourceRecord.model_fields})


def indicator_record(indicator: Indicator) -> IndicatorRecord:
    """The public record of an indicator with its source at hand."""
    said = ("code", "name", "definition", "reason", "unit")
    texts = {
        name: getattr(indicator, name)
        for name in IndicatorRecord.model_fields
        if name.removesuffix("_pl").removesuffix("_en") in said
    }
    return IndicatorRecord(
        **texts,
        direction="more_is_better" if indicator.direction > 0 else "less_is_better",
        per_capita_base=indicator.per_capita_base,
        zero_means_missing=indicator.zero_means_missing,
        source=indicator.source.code,
        licence=indicator.source.licence,
    )


# Plain tuples: a table of all gminas has hundreds of thousands of figures.
OBSERVATION = (
    "city__teryt",
    "city__name",
    "indicator__code",
    "year",
    "value",
    "flag",
    "source__code",
    "updated_at",
)


def figures_of(rows: QuerySet[Observation]) -> QuerySet[Any]:
    """The figures as tuples, in an order that an index gives and that names each row's place."""
    return rows.order_by("indicator_id", "city_id", "year").values_list(*OBSERVATION)


def observation_record(row: tuple[Any, ...]) -> ObservationRecord:
    """The public record of a tuple of `figures_of`."""
    teryt, city, indicator, year, value, flag, source, updated_at = row
    return ObservationRecord(
        teryt=teryt, city=city, indicator=indicator, year=year,
        value=value, flag=flag, source=source, updated_at=updated_at,
    )  # fmt: skip


def correction_record(row: Correction) -> CorrectionRecord:
    """The public record of a correction: what was changed and why, never by whom."""
    figure = row.observation
    return CorrectionRecord(
        at=row.at,
        teryt=figure.city.teryt,
        city=figure.city.name,
        indicator=figure.indicator.code,
        year=figure.year,
        old_value=row.old_value,
        new_value=row.new_value,
        reason_pl=row.reason_pl,
        reason_en=row.reason_en,
        source=row.source.code,
        source_name=row.source_named,
        source_url=row.source_address,
    )
