"""Published rankings and their rows for the public API and the files.

A publication that was withdrawn stays, with its reason. What is not published does not exist here, for anybody.
"""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import http_date
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from ninja import Query, Router

from ratusz.apps.cities.api.records import Teryt
from ratusz.apps.core.public_data import ZIP, Table, page_of, zip_answer
from ratusz.apps.editions.api import Year, edition_of
from ratusz.apps.editions.models import Edition
from ratusz.apps.ranking import queries
from ratusz.apps.ranking.api.records import (
    Number,
    RankingFilters,
    RankingPage,
    RankingRecord,
    ResultFilters,
    ResultInFullRecord,
    ResultPage,
    ResultRecord,
    ScoreRecord,
    ranking_record,
    result_fields,
    result_record,
    score_records,
)
from ratusz.apps.ranking.models import RankedCity, Ranking

router = Router(tags=["Rankings"])


def published() -> QuerySet[Ranking]:
    """All publications, the newest first."""
    found = queries.visible_to(None).filter(published_at__isnull=False)
    return found.order_by("-edition__year", "-number", "pk")


def ranking_of(year: int, number: str) -> Ranking:
    """The publication of the address; the texts of a refusal are in the language of the request."""
    edition = edition_of(year)
    if number == "latest":
        found = queries.published(edition)
        if found is None:
            raise Http404(gettext("No ranking is published yet"))
        return found
    found = published().filter(edition=edition, number=int(number)).first()
    if found is None:
        raise Http404(gettext("There is no such publication."))
    return found


def counting() -> set[int]:
    """The keys of the publications that count, one for each edition that has any."""
    newest = (
        published().filter(withdrawn_at__isnull=True).order_by("edition_id", "-number").distinct("edition_id")
    )
    return set(newest.values_list("pk", flat=True))


def _rows(ranking: Ranking) -> QuerySet[RankedCity]:
    return queries.sorted_rows(queries.rows_visible_to(None, ranking), "place", descending=False)


def _dated(response: HttpResponse, ranking: Ranking) -> None:
    """Says when a frozen ranking last changed: when it was published, or withdrawn."""
    response["Last-Modified"] = http_date((ranking.withdrawn_at or ranking.published_at).timestamp())


@router.get("/rankings", response=RankingPage, operation_id="list_rankings", summary=_("Published rankings"))
def list_rankings(request: HttpRequest, asked: Query[RankingFilters]) -> Any:
    """Every publication, also the withdrawn ones with the reason of the withdrawal."""
    counts = counting()
    rows = published()
    if asked.year is not None:
        rows = rows.filter(edition__year=asked.year)
    if asked.counts is not None:
        rows = rows.filter(pk__in=counts) if asked.counts else rows.exclude(pk__in=counts)
    return page_of(RankingPage, request, rows, asked, lambda ranking: ranking_record(ranking, counts))


@router.get(
    "/rankings/{year}/{number}",
    response=RankingRecord,
    operation_id="get_ranking",
    summary=_("One published ranking"),
)
def get_ranking(request: HttpRequest, response: HttpResponse, year: Year, number: Number) -> Any:
    """A publication with its method, seed and hashes, its classes, pillars and weights."""
    ranking = ranking_of(year, number)
    return ranking_record(ranking, counting())


@router.get(
    "/rankings/{year}/{number}/results",
    response=ResultPage,
    operation_id="list_results",
    summary=_("Rows of a ranking"),
)
def list_results(
    request: HttpRequest, response: HttpResponse, year: Year, number: Number, asked: Query[ResultFilters]
) -> Any:
    """Place, score, interval and chance of the first place, among all cities and in the size class."""
    ranking = ranking_of(year, number)
    if number != "latest":
        _dated(response, ranking)
    rows = queries.search_rows(_rows(ranking), asked.q)
    if asked.voivodeship:
        rows = rows.filter(voivodeship=asked.voivodeship)
    if asked.size_class is not None:
        rows = rows.filter(size_class=asked.size_class)
    if asked.classified is not None:
        rows = rows.filter(rank__isnull=not asked.classified)
    return page_of(ResultPage, request, rows, asked, result_record)


@router.get(
    "/rankings/{year}/{number}/results/{teryt}",
    response=ResultInFullRecord,
    operation_id="get_result",
    summary=_("One city in a ranking"),
)
def get_result(request: HttpRequest, response: HttpResponse, year: Year, number: Number, teryt: Teryt) -> Any:
    """A city's row with its scores in the pillars and the figures that the method took."""
    ranking = ranking_of(year, number)
    if number != "latest":
        _dated(response, ranking)
    row = queries.rows_visible_to(None, ranking).defer(None).filter(teryt=teryt).first()
    if row is None:
        raise Http404(
            gettext("The city with the TERYT code %(teryt)s is not in this ranking.") % {"teryt": teryt}
        )
    apart = row.not_apart
    return ResultInFullRecord(
        **result_fields(row),
        not_told_apart=None if apart is None else [slug for slug, _name, _class in apart],
        scores=list(score_records(row)),
    )


@router.get(
    "/rankings/{year}/{number}/bundle.zip",
    operation_id="get_bundle",
    summary=_("The bundle of a ranking"),
    openapi_extra=ZIP,
)
def get_bundle(request: HttpRequest, year: Year, number: Number) -> Any:
    """Method, figures, seed and results as they were stored, with a program that computes them again."""
    ranking = ranking_of(year, number)
    content = queries.visible_to(None).defer(None).values_list("bundle", flat=True).get(pk=ranking.pk)
    name = f"ranking-{ranking.edition.year}-{ranking.number}.zip"
    return zip_answer(bytes(content), name=name, sha256=ranking.bundle_sha256)


def _rows_of_edition(edition: Edition) -> QuerySet[RankedCity] | None:
    ranking = queries.published(edition)
    return None if ranking is None else _rows(ranking)


def _rows_in_full(edition: Edition) -> QuerySet[RankedCity] | None:
    rows = _rows_of_edition(edition)
    return None if rows is None else rows.defer(None)


TABLES = [
    Table(
        code="results",
        title=_("Ranking"),
        about=_("The ranking that counts: place, score, interval and chance of each city."),
        record=ResultRecord,
        key=["teryt"],
        rows=_rows_of_edition,
        records=lambda row: [result_record(row)],
    ),
    Table(
        code="scores",
        title=_("Scores"),
        about=_("Scores of each city in pillars and indicators, with the figures that the method took."),
        record=ScoreRecord,
        key=["teryt", "level", "code"],
        rows=_rows_in_full,
        records=score_records,
    ),
]
