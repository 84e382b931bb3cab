"""Public records of rankings and their rows, and what may be asked for."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any, Literal

from django.conf import settings
from django.utils.translation import gettext_noop as _
from ninja import Field, Path

from ratusz.apps.cities.api.records import (
    CLASS_IS,
    CODE_IS,
    NAME_EN,
    NAME_PL,
    NOT_KNOWN,
    PEOPLE,
    SEARCH_IS,
    TERYT_IS,
    VOIVODESHIP,
    YEAR_IS,
)
from ratusz.apps.core.public_data import Page, Paging, Record, Words, known
from ratusz.apps.ranking.models import RankedCity, Ranking

Number = Annotated[
    str,
    Path(
        pattern=r"^(latest|[1-9][0-9]{0,3})$",
        description=_("Number of the publication in its edition, or “latest” for the one that counts."),
        examples=["latest"],
    ),
]
NOT_CLASSIFIED = _("The city is not classified: it has too few figures.")
NOT_COUNTED = _("Not counted in this ranking.")
SHARE = _("share, 0–1")


class ClassRecord(Record):
    """A size class of a ranking."""

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
    first_place_kept: float | None = known(
        _("Share of the variants in which the first of the class stays first."),
        unit=SHARE,
        missing=NOT_COUNTED,
        example=0.999,
    )


class PillarRecord(Record):
    """A part of the index right under it."""

    code: str = known(_("Code of the pillar."), example="economy")
    name_pl: str = known(NAME_PL, example="Gospodarka")
    name_en: str = known(NAME_EN, example="Economy")
    share: float = known(_("Share of the index."), unit=SHARE, example=0.3)


class WeightRecord(Record):
    """An indicator in the ranking's method."""

    code: str = known(CODE_IS, example="turnout")
    pillar: str | None = known(
        _("Code of the pillar."), missing=_("It stands right under the index."), example="people"
    )
    share: float = known(_("Share of the index."), unit=SHARE, example=0.075)


class RankingRecord(Record):
    """One publication of a ranking, with what is needed to compute it again."""

    year: int = known(_("Year of the edition."), example=2026)
    number: int = known(_("Number of the publication in its edition, from 1."), example=1)
    counts: bool = known(
        _("True for the newest publication of its edition that is not withdrawn."), example=True
    )
    published_at: datetime = known(_("When it was published."), example="2026-09-08T06:00:00Z")
    note_pl: str = known(_("Note on the publication in Polish: what changed and why."), example="")
    note_en: str = known(_("Note on the publication in English; empty where there is none."), example="")
    withdrawn_at: datetime | None = known(_("When it was withdrawn."), missing=_("It is not withdrawn."))
    withdrawal_pl: str = known(_("Why it was withdrawn, in Polish; empty: it is not withdrawn."), example="")
    withdrawal_en: str = known(_("Why it was withdrawn, in English; empty where there is none."), example="")
    cities: int = known(_("How many cities were measured."), example=66)
    classified: int = known(_("How many cities have enough figures for a place."), example=66)
    coverage_needed: float = known(
        _("Share of the indicators that a city must have to be classified."), unit=SHARE, example=0.6
    )
    variants: int = known(_("How many variants of the method were computed."), example=1000)
    first_place_kept: float | None = known(
        _("Share of the variants in which the first of all cities stays first."),
        unit=SHARE,
        missing=NOT_COUNTED,
        example=0.639,
    )
    method_name_pl: str = known(_("Name of the method in Polish."), example="Miasta Przyszłości")
    method_name_en: str = known(
        _("Name of the method in English; empty where there is none."), example="Cities of the Future"
    )
    method_version: int = known(_("Version of the method in its edition."), example=1)
    method_hash: str = known(_("SHA-256 of the locked method."), example="9f3c41aa" + 56 * "0")
    seed: int = known(_("Seed of the random variants."), example=2026)
    input_hash: str = known(_("SHA-256 of the table of figures that was ranked."), example=64 * "0")
    bundle_sha256: str = known(_("SHA-256 of the bundle."), example=64 * "0")
    bundle: str = known(
        _("Address of the bundle: method, figures, seed and results, with a program that checks them."),
        example="https://example.org/api/v1/rankings/2026/1/bundle.zip",
    )
    results: str = known(
        _("Address of the rows."), example="https://example.org/api/v1/rankings/2026/1/results"
    )
    size_classes: list[ClassRecord] = known(_("The classes in which places are given as well."))
    pillars: list[PillarRecord] = known(_("The parts of the index, with their shares."))
    indicators: list[WeightRecord] = known(_("The indicators of the method, with their shares."))


class ResultRecord(Record):
    """One city's line of a ranking. A city that is not classified has no place and no score, never a zero."""

    teryt: str = known(TERYT_IS, example="2264011")
    city: str = known(_("Name of the city when the ranking was computed."), example="Sopot")
    slug: str = known(_("The city in the addresses of this site."), example="sopot")
    voivodeship: str = known(VOIVODESHIP, example="pomorskie")
    population: int | None = known(
        _("Population by which the size class was fixed."),
        unit=PEOPLE,
        missing=NOT_KNOWN,
        example=31444,
    )
    size_class: int | None = known(
        CLASS_IS,
        missing=_("The ranking has no classes."),
        example=1,
    )
    classified: bool = known(_("False: too few figures, so no place and no score."), example=True)
    not_classified_pl: str = known(
        _("Why the city is not classified, in Polish; empty: it is classified."), example=""
    )
    not_classified_en: str = known(
        _("Why the city is not classified, in English; empty: it is classified."), example=""
    )
    coverage: float = known(_("Share of the indicators with a figure."), unit=SHARE, example=1.0)
    place: int | None = known(
        _("Place among all cities: 1 is best, ties share the better place."),
        missing=NOT_CLASSIFIED,
        example=7,
    )
    place_shared: bool = known(_("True where cities share the place."), example=False)
    score: float | None = known(_("The index, before rounding."), missing=NOT_CLASSIFIED, example=66.6)
    place_median: float | None = known(
        _("Median place over the variants of the method."), missing=NOT_CLASSIFIED, example=7.0
    )
    place_p05: float | None = known(
        _("5th percentile of the place over the variants: the better end of the interval."),
        missing=NOT_CLASSIFIED,
        example=4.0,
    )
    place_p95: float | None = known(
        _("95th percentile of the place over the variants: the worse end of the interval."),
        missing=NOT_CLASSIFIED,
        example=10.0,
    )
    p_first: float | None = known(
        _("Share of the variants in which the city is first of all."),
        unit=SHARE,
        missing=NOT_CLASSIFIED,
        example=0.02,
    )
    class_place: int | None = known(_("Place in the size class."), missing=NOT_CLASSIFIED, example=1)
    class_place_shared: bool = known(_("True where cities share the place in the class."), example=False)
    class_place_median: float | None = known(
        _("Median place in the size class over the variants."), missing=NOT_CLASSIFIED, example=1.0
    )
    class_place_p05: float | None = known(
        _("5th percentile of the place in the size class."), missing=NOT_CLASSIFIED, example=1.0
    )
    class_place_p95: float | None = known(
        _("95th percentile of the place in the size class."), missing=NOT_CLASSIFIED, example=2.0
    )
    class_p_first: float | None = known(
        _("Share of the variants in which the city is first in its class."),
        unit=SHARE,
        missing=NOT_CLASSIFIED,
        example=0.9,
    )


class ScoreRecord(Record):
    """The score of a city in one pillar, or its figure in one indicator as the method took it."""

    teryt: str = known(TERYT_IS, example="2264011")
    city: str = known(_("Name of the city when the ranking was computed."), example="Sopot")
    level: Literal["pillar", "indicator"] = known(
        _("Whether the line is a pillar or an indicator."), example="indicator"
    )
    code: str = known(_("Code of the pillar or the indicator."), example="turnout")
    value: float | None = known(
        _("The figure that the method took, per capita where the indicator says so."),
        missing=_("A pillar, or no figure was published."),
        example=71.4,
    )
    year: int | None = known(YEAR_IS, missing=_("A pillar, or no figure was published."), example=2024)
    score: float | None = known(
        _("On the method's scale; more is better."),
        missing=_("No figure was published, or the city is not classified."),
        example=83.1,
    )
    percentile: float | None = known(
        _("Share of the city's size class that it is level with or ahead of."),
        unit=SHARE,
        missing=_("A pillar, or no figure was published."),
        example=0.93,
    )


class ResultInFullRecord(ResultRecord):
    """One city's line with everything that it was computed from."""

    not_told_apart: list[str] | None = known(
        _("Slugs of the cities that the variants cannot tell from this one."), missing=NOT_COUNTED
    )
    scores: list[ScoreRecord] = known(_("Scores in the pillars and figures in the indicators."))


class RankingPage(Page[RankingRecord]):
    """Publications, the newest edition and publication first."""


class ResultPage(Page[ResultRecord]):
    """Rows by place; cities that are not classified come last, in Polish alphabetical order."""


class RankingFilters(Paging):
    """Which rankings are asked for."""

    year: int | None = Field(None, ge=1900, le=2200, description=_("Year of the edition."), examples=[2026])
    counts: bool | None = Field(None, description=_("Only the publications that count, or only the others."))


class ResultFilters(Paging):
    """Which rows are asked for."""

    q: Words = Field("", description=SEARCH_IS, examples=["lodz"])  # fmt: skip
    voivodeship: Words = Field("", description=VOIVODESHIP, examples=["pomorskie"])
    size_class: int | None = Field(None, ge=1, le=99, description=CLASS_IS)  # fmt: skip
    classified: bool | None = Field(
        None, description=_("Only the cities with a place, or only those without.")
    )


def ranking_record(ranking: Ranking, counts: set[int]) -> RankingRecord:
    """The public record of a publication."""
    summary, method = ranking.summary, ranking.method
    address = f"{settings.BASE_URL}/api/v1/rankings/{ranking.edition.year}/{ranking.number}"
    said = {
        name: getattr(ranking, name)
        for name in (
            "number", "published_at", "note_pl", "note_en", "withdrawn_at", "withdrawal_pl", "withdrawal_en",
            "bundle_sha256",
        )
    }  # fmt: skip
    return RankingRecord(
        **said,
        year=ranking.edition.year,
        counts=ranking.pk in counts,
        cities=summary["units"],
        classified=summary["classified"],
        coverage_needed=summary["coverage_needed"],
        variants=summary["variants"],
        first_place_kept=summary["kept"],
        method_name_pl=method.name_pl,
        method_name_en=method.name_en,
        method_version=method.version,
        method_hash=method.hash,
        seed=summary["provenance"]["seed"],
        input_hash=summary["provenance"]["input_hash"],
        bundle=f"{address}/bundle.zip",
        results=f"{address}/results",
        size_classes=[ClassRecord(**card, first_place_kept=card["kept"]) for card in summary["classes"]],
        pillars=[PillarRecord(**card) for card in summary["pillars"]],
        indicators=[WeightRecord(**card) for card in summary["indicators"]],
    )


def result_fields(row: RankedCity) -> dict[str, Any]:
    return {
        "teryt": row.teryt,
        "city": row.name,
        "slug": row.slug,
        "voivodeship": row.voivodeship,
        "population": row.population,
        "size_class": row.size_class or None,
        "classified": row.classified,
        "not_classified_pl": row.reason_pl,
        "not_classified_en": row.reason_en,
        "coverage": row.coverage,
        "place": row.rank,
        "place_shared": row.tied,
        "score": row.score,
        "place_median": row.median,
        "place_p05": row.p05,
        "place_p95": row.p95,
        "p_first": row.p_first,
        "class_place": row.class_rank,
        "class_place_shared": row.class_tied,
        "class_place_median": row.class_median,
        "class_place_p05": row.class_p05,
        "class_place_p95": row.class_p95,
        "class_p_first": row.class_p_first,
    }


def result_record(row: RankedCity) -> ResultRecord:
    """The public record of a row."""
    return ResultRecord(**result_fields(row))


def score_records(row: RankedCity) -> Iterator[ScoreRecord]:
    """The scores of a row: first its pillars, then its indicators."""
    for code, score in sorted(row.pillars.items()):
        yield ScoreRecord(
            teryt=row.teryt, city=row.name, level="pillar", code=code, score=score,
            value=None, year=None, percentile=None,
        )  # fmt: skip
    for item in row.indicators:
        yield ScoreRecord(
            teryt=row.teryt, city=row.name, level="indicator", code=item["code"], score=item["normalised"],
            value=item["value"], year=item["year"] or None, percentile=item["percentile"],
        )  # fmt: skip
