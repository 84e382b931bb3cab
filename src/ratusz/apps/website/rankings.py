"""What the website shows of the published rankings."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import HttpRequest

from ratusz.apps.ranking.models import RankedCity, Ranking

FIRST = 8


@dataclass(frozen=True)
class Teaser:
    """The top of a ranking, and every ranked city for the map."""

    ranking: Ranking
    top: list[RankedCity]
    rows: list[RankedCity]

    @property
    def year(self) -> int:
        return self.ranking.edition.year


def published_rankings() -> QuerySet[Ranking]:
    """The ranking in force of each edition that has one, the newest edition first, without the heavy columns."""
    return (
        Ranking.objects.filter(published_at__isnull=False, withdrawn_at__isnull=True)
        .select_related("edition", "method")
        .defer("bundle", "summary", "method__toml")
        .order_by("-edition__year", "edition", "-number")
        .distinct("edition__year", "edition")
    )


def ranked_years(request: HttpRequest) -> list[int]:
    """The years that have a published ranking, the newest first; asked once per request."""
    if not hasattr(request, "_ranked_years"):
        request._ranked_years = list(published_rankings().values_list("edition__year", flat=True))
    return request._ranked_years


def teaser() -> Teaser | None:
    """The newest published ranking for the front page; None while there is none."""
    ranking = published_rankings().first()
    if ranking is None:
        return None
    rows = list(
        ranking.rows.select_related("city").defer("pillars", "indicators").order_by("rank", "sort_key")
    )
    classified = [row for row in rows if row.classified]
    return Teaser(ranking, classified[:FIRST], rows) if classified else None
