"""Published studies of efficiency and their rows for the public API and the files."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from ninja import Query, Router

from ratusz.apps.cities.api.records import Teryt
from ratusz.apps.core.public_data import ZIP, Table, page_of, zip_answer
from ratusz.apps.editions.api import Year, edition_of
from ratusz.apps.editions.models import Edition
from ratusz.apps.efficiency import queries
from ratusz.apps.efficiency.api.records import (
    Number,
    PeerRecord,
    StudiedCityFilters,
    StudiedCityInFullRecord,
    StudiedCityPage,
    StudiedCityRecord,
    StudyFilters,
    StudyPage,
    StudyRecord,
    TargetRecord,
    row_fields,
    row_record,
    study_record,
    target_records,
)
from ratusz.apps.efficiency.models import StudiedCity, Study

router = Router(tags=["Efficiency"])


def published() -> QuerySet[Study]:
    """All publications, the newest first."""
    found = queries.visible_to(None).filter(published_at__isnull=False)
    return found.order_by("-edition__year", "-number", "pk")


def counting() -> set[int]:
    """The keys of the publications that count, one for each edition that has any."""
    newest = published().filter(withdrawn_at__isnull=True).order_by("edition_id", "-number")
    return set(newest.distinct("edition_id").values_list("pk", flat=True))


def study_of(year: int, number: str) -> Study:
    """The publication of the address."""
    edition = edition_of(year)
    if number == "latest":
        found = queries.published(edition)
    else:
        found = published().filter(edition=edition, number=int(number)).first()
    if found is None:
        raise Http404(gettext("There is no such publication."))
    return found


def _rows(study: Study) -> QuerySet[StudiedCity]:
    return queries.sorted_rows(queries.rows_visible_to(None, study), "score", descending=True)


@router.get(
    "/efficiency",
    response=StudyPage,
    operation_id="list_studies",
    summary=_("Published studies of efficiency"),
)
def list_studies(request: HttpRequest, asked: Query[StudyFilters]) -> Any:
    """Who does most with what they have: every publication, also the withdrawn ones with the reason."""
    counts, rows = counting(), published()
    if asked.year is not None:
        rows = rows.filter(edition__year=asked.year)
    return page_of(StudyPage, request, rows, asked, lambda study: study_record(study, counts))


@router.get(
    "/efficiency/{year}/{number}",
    response=StudyRecord,
    operation_id="get_study",
    summary=_("One study of efficiency"),
)
def get_study(request: HttpRequest, year: Year, number: Number) -> Any:
    """A publication with its inputs and outputs, seed and hashes."""
    return study_record(study_of(year, number), counting())


@router.get(
    "/efficiency/{year}/{number}/results",
    response=StudiedCityPage,
    operation_id="list_study_results",
    summary=_("Rows of a study of efficiency"),
)
def list_study_results(
    request: HttpRequest, year: Year, number: Number, asked: Query[StudiedCityFilters]
) -> Any:
    """Score, corrected score and its interval for each city."""
    rows = queries.search_rows(_rows(study_of(year, number)), asked.q)
    if asked.voivodeship:
        rows = rows.filter(voivodeship=asked.voivodeship)
    if asked.size_class is not None:
        rows = rows.filter(size_class=asked.size_class)
    return page_of(StudiedCityPage, request, rows, asked, row_record)


@router.get(
    "/efficiency/{year}/{number}/results/{teryt}",
    response=StudiedCityInFullRecord,
    operation_id="get_study_result",
    summary=_("One city in a study of efficiency"),
)
def get_study_result(request: HttpRequest, year: Year, number: Number, teryt: Teryt) -> Any:
    """A city's row with its peers and targets."""
    study = study_of(year, number)
    row = queries.rows_visible_to(None, study).filter(teryt=teryt).first()
    if row is None:
        raise Http404(
            gettext("The city with the TERYT code %(teryt)s is not in this study.") % {"teryt": teryt}
        )
    return StudiedCityInFullRecord(
        **row_fields(row),
        missing=row.missing,
        peers=[PeerRecord(**{key: peer[key] for key in PeerRecord.model_fields}) for peer in row.peers],
        targets=list(target_records(row)),
    )


@router.get(
    "/efficiency/{year}/{number}/bundle.zip",
    operation_id="get_study_bundle",
    summary=_("The bundle of a study of efficiency"),
    openapi_extra=ZIP,
)
def get_study_bundle(request: HttpRequest, year: Year, number: Number) -> Any:
    """Choices, figures, seed and results as they were stored."""
    study = study_of(year, number)
    name = f"efficiency-{study.edition.year}-{study.number}.zip"
    return zip_answer(queries.bundle_of(None, study), name=name, sha256=study.bundle_sha256)


def _rows_of_edition(edition: Edition) -> QuerySet[StudiedCity] | None:
    study = queries.published(edition)
    return None if study is None else _rows(study)


TABLES = [
    Table(
        code="efficiency",
        title=_("Efficiency"),
        about=_("The study of efficiency that counts: score and interval of each city."),
        record=StudiedCityRecord,
        key=["teryt"],
        rows=_rows_of_edition,
        records=lambda row: [row_record(row)],
    ),
    Table(
        code="efficiency-targets",
        title=_("Targets of efficiency"),
        about=_("What an efficient city of the same mixture has, for each city, input and output."),
        record=TargetRecord,
        key=["teryt", "code"],
        rows=_rows_of_edition,
        records=target_records,
    ),
]
