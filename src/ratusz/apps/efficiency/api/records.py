"""Public records of studies of efficiency and their rows, and what may be asked for."""

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
)
from ratusz.apps.core.public_data import Page, Paging, Record, Words, known
from ratusz.apps.efficiency.models import StudiedCity, Study

Number = Annotated[
    str,
    Path(
        pattern=r"^(latest|[1-9][0-9]{0,3})$",
        description=_("Number of the publication in its edition, or “latest” for the one that counts."),
        examples=["latest"],
    ),
]
LEFT_OUT = _("The city is left out: one of its figures is not published.")


class ColumnRecord(Record):
    """An input or an output of a study."""

    code: str = known(CODE_IS, example="firms")
    kind: Literal["input", "output"] = known(
        _("Whether less of it is wanted (input) or more (output)."), example="output"
    )
    form: Literal["plain", "turned", "shifted"] = known(
        _("Whether the figure is taken as published, turned round, or counted from the lowest."),
        example="plain",
    )
    reason_pl: str = known(_("Why it was chosen, in Polish; empty where there is none."), example="")
    reason_en: str = known(_("Why it was chosen, in English; empty where there is none."), example="")


class StudyRecord(Record):
    """One publication of a study of efficiency, with what is needed to compute it again."""

    year: int = known(_("Year of the edition."), example=2026)
    number: int = known(_("Number of the publication in its edition, from 1."), example=1)
    counts: bool = known(
        _("True for the newest publication of its edition that is not withdrawn."), example=True
    )
    name_pl: str = known(NAME_PL, example="Kto robi najwięcej z tego, co ma")
    name_en: str = known(NAME_EN, example="Who does most with what they have")
    explanation_pl: str = known(_("What the study asks, in Polish; empty where there is none."), example="")
    explanation_en: str = known(_("What the study asks, in English; empty where there is none."), example="")
    published_at: datetime = known(_("When it was published."), example="2026-09-08T06:00:00Z")
    note_pl: str = known(_("Note on the publication in Polish: what changed and why."), example="")
    note_en: str = known(_("Note on the publication in English; empty where there is none."), example="")
    withdrawn_at: datetime | None = known(_("When it was withdrawn."), missing=_("It is not withdrawn."))
    withdrawal_pl: str = known(_("Why it was withdrawn, in Polish; empty: it is not withdrawn."), example="")
    withdrawal_en: str = known(_("Why it was withdrawn, in English; empty where there is none."), example="")
    orientation: Literal["input", "output"] = known(
        _("What the score asks: the same with less (input), or more with the same (output)."),
        example="input",
    )
    returns_to_scale: Literal["vrs", "crs", "drs", "irs"] = known(
        _("Returns to scale: variable, constant, decreasing or increasing."), example="vrs"
    )
    columns: list[ColumnRecord] = known(_("The inputs and outputs that were chosen."))
    cities: int = known(_("How many cities were measured."), example=66)
    compared: int = known(_("How many cities have all figures and a score."), example=66)
    efficient: int = known(_("How many cities no mixture of others does better than."), example=12)
    computations: int = known(_("How often the study was computed before its publication."), example=1)
    seed: int = known(_("Seed of the bootstrap."), example=1)
    repetitions: int = known(_("Repetitions of the bootstrap."), example=2000)
    input_hash: str = known(_("SHA-256 of the table of figures that was studied."), example=64 * "0")
    bundle_sha256: str = known(_("SHA-256 of the bundle."), example=64 * "0")
    bundle: str = known(
        _("Address of the bundle: choices, figures, seed and results."),
        example="https://example.org/api/v1/efficiency/2026/1/bundle.zip",
    )
    results: str = known(
        _("Address of the rows."), example="https://example.org/api/v1/efficiency/2026/1/results"
    )


class StudiedCityRecord(Record):
    """One city's line of a study. A city that is left out has no score, never a zero."""

    teryt: str = known(TERYT_IS, example="2264011")
    city: str = known(_("Name of the city when the study was computed."), example="Sopot")
    slug: str = known(_("The city in the addresses of this site."), example="sopot")
    voivodeship: str = known(VOIVODESHIP, example="pomorskie")
    population: int | None = known(
        _("Population of the city in the edition."), unit=PEOPLE, missing=NOT_KNOWN, example=31444
    )
    size_class: int | None = known(CLASS_IS, missing=_("The edition has no classes."), example=1)
    compared: bool = known(_("False: a figure is missing, so no score."), example=True)
    score: float | None = known(
        _("Share of the best practice found; 1 is the most."),
        unit=_("share, 0–1"),
        missing=LEFT_OUT,
        example=0.87,
    )
    score_corrected: float | None = known(
        _("The score corrected by the bootstrap for having seen only these cities."),
        unit=_("share, 0–1"),
        missing=LEFT_OUT,
        example=0.83,
    )
    score_low: float | None = known(
        _("Lower end of the 95% interval of the corrected score."), unit=_("share, 0–1"), missing=LEFT_OUT,
        example=0.79,
    )  # fmt: skip
    score_high: float | None = known(
        _("Upper end of the 95% interval of the corrected score."), unit=_("share, 0–1"), missing=LEFT_OUT,
        example=0.86,
    )  # fmt: skip
    efficient: bool = known(_("True where no mixture of other cities does better."), example=False)
    example_for: int = known(_("How many other cities have this one as a peer."), example=3)
    change_since: int | None = known(
        _("Year of the edition with which productivity is compared."), missing=_("No change was computed."),
        example=2025,
    )  # fmt: skip
    change: float | None = known(
        _("Change of productivity since then; above 1 is better."), missing=_("No change was computed."),
        example=1.02,
    )  # fmt: skip


class PeerRecord(Record):
    """A city in the mixture with which a city is compared."""

    slug: str = known(_("The city in the addresses of this site."), example="gdynia")
    name: str = known(_("Name of the city when the study was computed."), example="Gdynia")
    share: float = known(_("Its share of the mixture."), unit=_("share, 0–1"), example=0.6)


class TargetRecord(Record):
    """What an efficient city of the same mixture has, in one input or output."""

    teryt: str = known(TERYT_IS, example="2264011")
    city: str = known(_("Name of the city when the study was computed."), example="Sopot")
    kind: Literal["input", "output"] = known(
        _("Whether less of it is wanted (input) or more (output)."), example="output"
    )
    code: str = known(CODE_IS, example="firms")
    now: float = known(_("The city's figure."), example=120.0)
    target: float = known(_("The figure of the mixture with which the city is compared."), example=138.5)
    slack: float = known(
        _("What remains after the step that all inputs, or all outputs, take together."), example=0.0
    )


class StudiedCityInFullRecord(StudiedCityRecord):
    """One city's line with its peers and targets."""

    missing: list[str] = known(_("Codes of the inputs and outputs for which nothing is published."))
    peers: list[PeerRecord] = known(_("The cities with which it is compared, the largest share first."))
    targets: list[TargetRecord] = known(_("What an efficient city of the same mixture has."))


class StudyPage(Page[StudyRecord]):
    """Studies, the newest edition and publication first."""


class StudiedCityPage(Page[StudiedCityRecord]):
    """Rows by score; cities left out come last, in Polish alphabetical order."""


class StudyFilters(Paging):
    """Which studies are asked for."""

    year: int | None = Field(None, ge=1900, le=2200, description=_("Year of the edition."), examples=[2026])


class StudiedCityFilters(Paging):
    """Which rows are asked for."""

    q: Words = Field("", description=SEARCH_IS, examples=["lodz"])
    voivodeship: Words = Field("", description=VOIVODESHIP, examples=["pomorskie"])
    size_class: int | None = Field(None, ge=1, le=99, description=CLASS_IS)


def study_record(study: Study, counts: set[int]) -> StudyRecord:
    """The public record of a published study."""
    summary = study.summary
    address = f"{settings.BASE_URL}/api/v1/efficiency/{study.edition.year}/{study.number}"
    said = {
        name: getattr(study, name)
        for name in (
            "number", "name_pl", "name_en", "explanation_pl", "explanation_en", "published_at", "note_pl",
            "note_en", "withdrawn_at", "withdrawal_pl", "withdrawal_en", "orientation", "bundle_sha256",
        )
    }  # fmt: skip
    return StudyRecord(
        **said,
        year=study.edition.year,
        counts=study.pk in counts,
        returns_to_scale=study.returns,
        columns=[
            ColumnRecord(**{key: card.get(key) or "" for key in ColumnRecord.model_fields})
            for card in summary["columns"]
        ],
        cities=summary["units"],
        compared=summary["compared"],
        efficient=summary["efficient"],
        computations=summary["computations"],
        seed=summary["provenance"]["seed"],
        repetitions=summary["provenance"]["repetitions"],
        input_hash=summary["provenance"]["input_hash"],
        bundle=f"{address}/bundle.zip",
        results=f"{address}/results",
    )


def row_fields(row: StudiedCity) -> dict[str, Any]:
    """The fields of a row's public record."""
    change = row.change or {}
    return {
        "teryt": row.teryt,
        "city": row.name,
        "slug": row.slug,
        "voivodeship": row.voivodeship,
        "population": row.population,
        "size_class": row.size_class or None,
        "compared": row.compared,
        "score": row.score,
        "score_corrected": row.corrected,
        "score_low": row.low,
        "score_high": row.high,
        "efficient": row.efficient,
        "example_for": row.example_for,
        "change_since": change.get("since"),
        "change": change.get("index"),
    }


def row_record(row: StudiedCity) -> StudiedCityRecord:
    """The public record of a row."""
    return StudiedCityRecord(**row_fields(row))


def target_records(row: StudiedCity) -> Iterator[TargetRecord]:
    """The targets of a row; none for a city that is left out."""
    for target in row.targets:
        kept = {key: target[key] for key in ("kind", "code", "now", "target", "slack")}
        yield TargetRecord(teryt=row.teryt, city=row.name, **kept)
