from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ratusz.apps.core.pictures import Picture
from ratusz.apps.core.templatetags.formats import number
from ratusz.apps.editions.queries import current_edition
from ratusz.apps.efficiency import queries, wording
from ratusz.apps.efficiency.models import StudiedCity, Study
from ratusz.apps.efficiency.pictures import Point, scatter, score_interval
from ratusz.apps.efficiency.views.reading import Reading, not_yet, reading

PER_PAGE = 100
DRAWN_AT_MOST = 400  # cities in the picture; more would hide each other


@require_safe
def current(request: HttpRequest) -> HttpResponse:
    """Leads to the study of the running edition, or to the newest one that is published."""
    edition = current_edition(request)
    years = queries.published_years(request.user)
    if edition is not None and (edition.year in years or not years):
        return redirect("efficiency:study", edition.year)
    if years:
        return redirect("efficiency:study", years[0])
    return render(request, "efficiency/not_yet.html", {"edition": None})


@require_safe
def study(request: HttpRequest, year: int) -> HttpResponse:
    """The study: what it asks, what it found, the table, downloads. A request of htmx gets the table alone."""
    found = reading(request, year)
    if found.study is None:
        return not_yet(request, found)
    part = request.htmx and not request.htmx.boosted
    context = _table(request, found, found.study)
    if not part:
        every = list(queries.rows_visible_to(request.user, found.study).filter(score__isnull=False))
        context |= {
            "pictures": drawn(found.study, every),
            "left_out": queries.rows_visible_to(request.user, found.study)
            .filter(score__isnull=True)
            .order_by("sort_key"),
            "examples": sorted((r for r in every if r.example_for), key=lambda r: -r.example_for)[:5],
            "sources": wording.sources(found.study),
            "same_names": same_years(found.study),
        }
    response = render(request, f"efficiency/{'parts/table' if part else 'study'}.html", context)
    response["Vary"] = "HX-Request, Accept-Language, Cookie"
    return response


@dataclass(frozen=True, slots=True)
class Line:
    """One city's line, every number already written."""

    row: StudiedCity
    score: str
    interval: str
    picture: SafeString
    verdict: str
    peers: str
    missing: str


def lines(rows: list[StudiedCity], shown: Study, least: float) -> list[Line]:
    """The lines of a page of the table; their pictures share the axis from `least` to 100 %."""
    names = {card["code"]: wording.said(card, "name") for card in shown.summary["columns"]}
    return [
        Line(
            row=row,
            score=wording.score(row.score),
            interval=wording.interval(row),
            picture=interval_picture(row, least),
            verdict=wording.verdict(row, shown) if row.compared else "",
            peers=wording.likenesses(row, shown),
            missing=", ".join(names[code] for code in row.missing),
        )
        for row in rows
    ]


def interval_picture(row: StudiedCity, least: float) -> SafeString:
    """The score and its interval."""
    if not row.compared:
        return mark_safe("")
    words = {"city": row.name, "score": wording.score(row.score), "interval": wording.interval(row)}
    return mark_safe(  # noqa: S308 - drawn by core.pictures, which escapes names
        score_interval(
            score=row.score, low=row.low, high=row.high, least=least,
            title=_("%(city)s: score %(score)s, 95%% interval %(interval)s") % words,
        )
    )  # fmt: skip


def same_years(shown: Study) -> list[str]:
    """The names of the figures that are of the same year in this edition and the one before."""
    same = shown.summary["change"].get("same_years", [])
    return [wording.said(card, "name") for card in shown.summary["columns"] if card["code"] in same]


def least_of(shown: Study) -> float:
    """Where the axis of the scores begins: a tenth below which no interval lies."""
    lowest = shown.rows.filter(low__isnull=False).order_by("low").values_list("low", flat=True).first()
    return int(max(lowest or 0, 0) * 10) / 10


def drawn(shown: Study, rows: list[StudiedCity], own: str = "") -> list[Picture]:
    """One picture for each output, where there is one input; with more inputs a flat picture would mislead."""
    if len(shown.inputs) != 1 or not rows or len(rows) > DRAWN_AT_MOST:
        return []
    given = shown.inputs[0]
    found = []
    for gained in shown.outputs:
        points = [_point(row, given, gained, row.slug == own) for row in rows]
        words = {"input": wording.said(given, "name"), "output": wording.said(gained, "name")}
        found.append(
            scatter(
                points,
                title=_("%(output)s and %(input)s of each city") % words,
                headings=(_("City"), _with_unit(given), _with_unit(gained)),
            )
        )
    return found


def _point(row: StudiedCity, given: dict[str, Any], gained: dict[str, Any], own: bool) -> Point:
    now = {item["code"]: item["now"] for item in row.targets}
    x, y = now[given["code"]], now[gained["code"]]
    written = number(x, given["decimals"]), number(y, gained["decimals"])
    return Point(row.name, x, y, *written, row.efficient, own)


def _with_unit(card: dict[str, Any]) -> str:
    return f"{wording.said(card, 'name')}, {wording.unit(card)}"


def _table(request: HttpRequest, found: Reading, shown: Study) -> dict[str, Any]:
    summary = shown.summary
    asked = request.GET.get("class", "")
    size_class = {str(c["number"]): c["number"] for c in summary["classes"]}.get(asked, 0)
    sort, descending = _sort(request)
    text = request.GET.get("q", "").strip()[:80]
    only = request.GET.get("only") == "efficient"
    rows = queries.rows_visible_to(request.user, shown)
    if size_class:
        rows = rows.filter(size_class=size_class)
    if only:
        rows = rows.filter(efficient=True)
    rows = queries.sorted_rows(queries.search_rows(rows, text), sort, descending=descending)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    kept = {
        "class": size_class or "", "only": "efficient" if only else "", "q": text,
        "publication": found.context["publication"] or "",
    }  # fmt: skip
    return found.context | {
        "lines": lines(list(page.object_list), shown, least_of(shown)),
        "page": page,
        "pages": list(page.paginator.get_elided_page_range(page.number)) if page.has_other_pages() else [],
        "q": text,
        "only": only,
        "size_class": size_class,
        "class_name": wording.class_name(summary["classes"], size_class),
        "headings": headings(sort, descending, _query(kept)),
        "sort": request.GET.get("sort", ""),
        "query": _query(kept | {"sort": request.GET.get("sort", "")}),
        "changed": bool(summary["change"].get("cities")),
    }


def _sort(request: HttpRequest) -> tuple[str, bool]:
    asked = request.GET.get("sort", "")
    column = asked.removeprefix("-")
    return (column, asked.startswith("-")) if column in queries.SORTS else ("score", True)


def _query(pairs: dict[str, Any]) -> str:
    return urlencode({key: value for key, value in pairs.items() if value})


@dataclass(frozen=True, slots=True)
class Heading:
    """A column's head: its words, where a click leads, and how the table is sorted by it now."""

    label: str
    query: str
    sorted: str
    style: str = ""
    help: str = ""


def headings(sort: str, descending: bool, query: str) -> list[Heading]:
    """The heads of the columns that sort; a second click turns the order round."""
    columns = [
        ("name", _("City"), "", ""),
        ("score", _("Score"), "num", _("100% is the best practice found among the cities")),
        ("corrected", _("95% interval"), "", _("Where the score probably lies, from the bootstrap")),
        ("example", _("Example for"), "num", _("How many other cities have it as a peer")),
    ]
    found = []
    for key, label, style, words in columns:
        now = key == sort
        down = not descending if now else key in queries.FROM_THE_LARGEST
        address = f"{query}{'&' if query else ''}sort={'-' if down else ''}{key}"
        state = ("descending" if descending else "ascending") if now else ""
        found.append(Heading(label, address, state, style, words))
    return found
