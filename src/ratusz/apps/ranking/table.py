"""The rows of the public table as the template prints them."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ratusz.apps.core.pictures import MapCity, Picture, map_of_poland, rank_interval, shade
from ratusz.apps.core.templatetags.formats import number
from ratusz.apps.ranking import wording
from ratusz.apps.ranking.models import RankedCity, Ranking
from ratusz.apps.ranking.queries.rows import FROM_THE_LARGEST

LABELS_ON_MAP = 8


@dataclass(frozen=True, slots=True)
class Line:
    """One city's line, every number already written."""

    row: RankedCity
    place: str
    people: str
    score: str
    picture: SafeString
    interval: str
    not_apart: str
    pillars: tuple[tuple[str, str, str], ...]
    first: str


def lines(rows: list[RankedCity], ranking: Ranking, *, size_class: int = 0) -> list[Line]:
    """The lines of a page of the table; places are those within the class if one is chosen."""
    summary = ranking.summary
    count = places(summary, size_class)
    pillars = [(p["code"], _name(p), p["low"], p["high"]) for p in summary["pillars"]]
    return [_line(row, summary["decimals"], pillars, count, size_class) for row in rows]


def _line(row: RankedCity, decimals: int, pillars: list[Any], count: int, size_class: int) -> Line:
    prefix = "class_" if size_class else ""
    rank, tied = getattr(row, prefix + "rank"), getattr(row, prefix + "tied")
    low, high = getattr(row, prefix + "p05"), getattr(row, prefix + "p95")
    written = wording.interval(low, high)
    picture = ""
    if rank is not None:
        first, last = wording.bounds(low, high)
        picture = rank_interval(
            rank=rank, low=first, high=last, count=max(count, last),
            title=_("%(city)s: place %(place)s, in 90%% of the variants %(interval)s")
            % {"city": row.name, "place": rank, "interval": written},
        )  # fmt: skip
    return Line(
        row=row,
        place=wording.place(rank, tied),
        people=wording.people(row.population),
        score=number(row.score, decimals),
        picture=mark_safe(picture),  # noqa: S308 - drawn by core.pictures, which escapes names
        interval=written,
        not_apart=wording.names(wording.not_apart(row, size_class) or []),
        pillars=tuple(_cell(row.pillars.get(code), name, worst, best) for code, name, worst, best in pillars),
        first=wording.chance(getattr(row, prefix + "p_first")),
    )  # fmt: skip


def _cell(score: float | None, name: str, worst: float | None, best: float | None) -> tuple[str, str, str]:
    """A pillar's name, its score as written, and the shade of the cell between the worst and the best city."""
    if worst is None or best is None:
        return name, number(score), ""
    return name, number(score, 0 if best - worst >= 10 else 2), shade(score, worst, best)


def places(summary: dict[str, Any], size_class: int) -> int:
    """How many places the axis has: those of the class or of the whole ranking."""
    for item in summary["classes"]:
        if item["number"] == size_class:
            return item["cities"]
    return summary["classified"]


def _name(card: dict[str, Any]) -> str:
    english = (get_language() or "pl").startswith("en")
    return (english and card.get("name_en")) or card["name_pl"]


@dataclass(frozen=True, slots=True)
class Heading:
    """A column's head: its words, where a click leads, and how the table is sorted by it now."""

    label: str
    query: str
    sorted: str
    style: str = ""
    help: str = ""


def headings(summary: dict[str, Any], *, sort: str, descending: bool, query: str) -> list[Heading]:
    """The heads of all columns; a second click turns the order round."""
    columns = [
        ("place", _("Place"), "num", ""),
        ("name", _("City"), "", ""),
        ("score", _("Score"), "num", _("The index: a weighted mean of the pillars")),
        ("interval", _("Place and 90% interval"), "", _("The places of nine in ten variants of the method")),
        *((f"pillar-{p['code']}", _name(p), "num", "") for p in summary["pillars"]),
        ("first", _("P(1st)"), "num", _("Share of variants in which the city is first")),
    ]
    found = []
    for key, label, style, words in columns:
        now = key == sort
        down = not descending if now else key in FROM_THE_LARGEST or key.startswith("pillar-")
        address = f"{query}{'&' if query else ''}sort={'-' if down else ''}{key}"
        state = ("descending" if descending else "ascending") if now else ""
        found.append(Heading(label, address, state, style, words))
    return found


def poland(rows: list[RankedCity], ranking: Ranking, *, size_class: int = 0, own: str = "") -> Picture | None:
    """A map of the rows' cities: the circle is the population, the best eight carry their names."""
    placed = [r for r in rows if r.lat is not None and r.lon is not None]
    if not placed:
        return None
    rank = "class_rank" if size_class else "rank"
    best = sorted((r for r in placed if r.rank is not None), key=lambda r: (getattr(r, rank), r.sort_key))
    labelled = {r.pk for r in best[:LABELS_ON_MAP]}
    cities = tuple(
        MapCity(
            name=r.name, lon=r.lon, lat=r.lat, size=float(r.population or 1),
            note=_note(r, getattr(r, rank)), own=r.slug == own or (not own and r.pk in labelled),
            label=r.slug == own or r.pk in labelled,
        )
        for r in placed
    )  # fmt: skip
    return _drawn(cities, str(ranking.edition.year), get_language() or "pl")


def _note(row: RankedCity, rank: int | None) -> str:
    return _("not classified") if rank is None else _("place %(place)s") % {"place": rank}


# Placing the labels takes longer than the rest of the page.
@lru_cache(maxsize=32)
def _drawn(cities: tuple[MapCity, ...], year: str, _language: str) -> Picture:
    return map_of_poland(
        cities,
        title=_("Cities of the ranking %(year)s on the map of Poland") % {"year": year},
        headings=(_("City"), _("Place")),
        description=_("The size of a circle is the population; the best cities carry their names."),
    )
