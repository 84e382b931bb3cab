"""What the website shows of the published rankings."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import gettext as _

from ratusz.apps.core.pictures import MapCity, Picture, map_of_poland, rank_interval
from ratusz.apps.editions.models import Edition
from ratusz.apps.ranking import queries as ranking
from ratusz.apps.ranking.models import RankedCity, Ranking
from ratusz.apps.ranking.wording import bounds, interval, names, not_apart

FIRST = 8


@dataclass(frozen=True)
class Place:
    """A city of the teaser with the picture of its interval."""

    row: RankedCity
    interval: str
    picture: str


@dataclass(frozen=True)
class Teaser:
    """The top of the newest ranking, and every ranked city on the map."""

    ranking: Ranking
    year: int
    places: list[Place]
    cities: int
    map: Picture

    @property
    def leader(self) -> RankedCity:
        """The city in the first place."""
        return self.places[0].row

    @property
    def not_apart(self) -> str:
        """The cities that the variants cannot tell from the first, by name."""
        return names(not_apart(self.leader) or [], 5)


def ranked_years(request: HttpRequest) -> list[int]:
    """The years that have a published ranking, the newest first; asked once per request."""
    if not hasattr(request, "_ranked_years"):
        request._ranked_years = ranking.published_years()
    return request._ranked_years


def teaser(request: HttpRequest, current: Edition | None) -> Teaser | None:
    """The newest published ranking for the front page; None while there is none."""
    years = ranked_years(request)
    if not years:
        return None
    edition = current if current is not None and current.year == years[0] else edition_of(years[0])
    found = edition and ranking.published(edition)
    if not found:
        return None
    rows = ranking.rows_visible_to(None, found).filter(rank__isnull=False)
    rows = list(rows.select_related("city").order_by("rank", "sort_key"))
    if not rows:
        return None
    return Teaser(
        found, edition.year, [place(row, len(rows)) for row in rows[:FIRST]], len(rows), picture(rows)
    )


def edition_of(year: int) -> Edition | None:
    """The edition whose ranking is public under the year."""
    return next((found.edition for found in ranking.visible_to(None).filter(edition__year=year)[:1]), None)


def place(row: RankedCity, count: int) -> Place:
    """The row with its interval in words and as a picture."""
    words = interval(row.p05, row.p95)
    low, high = bounds(row.p05, row.p95) or (row.rank, row.rank)
    title = _("%(city)s: place %(place)s, in 90%% of variants %(interval)s") % {
        "city": row.name,
        "place": row.rank,
        "interval": words,
    }
    return Place(row, words, rank_interval(rank=row.rank, low=low, high=high, count=count, title=title))


def picture(rows: list[RankedCity]) -> Picture:
    """The map of the ranked cities; the first are marked and named."""
    cities = [
        MapCity(
            name=row.name,
            lon=row.city.lon,
            lat=row.city.lat,
            size=row.population or 0,
            note=_("place %(place)s") % {"place": row.rank},
            own=index < FIRST,
            label=index < FIRST,
        )
        for index, row in enumerate(rows)
        if row.city.lat is not None and row.city.lon is not None
    ]
    return map_of_poland(
        cities,
        title=_("Map of the ranked cities"),
        headings=(_("City"), _("Place in the ranking")),
        description=_("Circles grow with population; the first cities of the ranking are marked."),
    )
