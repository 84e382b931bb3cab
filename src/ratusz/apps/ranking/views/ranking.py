from typing import Any
from urllib.parse import urlencode

from csp.decorators import csp_replace
from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from ratusz.apps.editions.queries import current_edition
from ratusz.apps.ranking import exports, queries, table, wording
from ratusz.apps.ranking.models import Ranking
from ratusz.apps.ranking.views.reading import Reading, not_yet, reading

PER_PAGE = 100
IN_EMBED = 10
EMBED_AT_MOST = 100


@require_safe
def current(request: HttpRequest) -> HttpResponse:
    """Leads to the ranking of the running edition, or to the newest one that is published."""
    edition = current_edition(request)
    years = queries.published_years(request.user)
    if edition is not None and (edition.year in years or not years):
        return redirect("ranking:ranking", edition.year)
    if years:
        return redirect("ranking:ranking", years[0])
    return render(request, "ranking/not_yet.html", {"edition": None})


@require_safe
def ranking(request: HttpRequest, year: int) -> HttpResponse:
    """The ranking: table, map, downloads. A request of htmx gets the table alone."""
    found = reading(request, year)
    if found.ranking is None:
        return not_yet(request, found)
    context = _context(request, found, found.ranking)
    template = (
        "ranking/parts/table.html" if request.htmx and not request.htmx.boosted else "ranking/ranking.html"
    )
    response = render(request, template, context)
    response["Vary"] = "HX-Request, Accept-Language, Cookie"
    return response


def _context(request: HttpRequest, found: Reading, shown: Ranking) -> dict[str, Any]:
    summary = shown.summary
    size_class = _class(request, summary)
    sort, descending = _sort(request, summary)
    text = request.GET.get("q", "").strip()[:80]
    rows = queries.rows_visible_to(request.user, shown)
    if size_class:
        rows = rows.filter(size_class=size_class)
    rows = queries.search_rows(rows, text)
    rows = queries.sorted_rows(
        rows,
        sort,
        descending=descending,
        size_class=size_class,
        pillars=[p["code"] for p in summary["pillars"]],
    )
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    on_page = list(page.object_list)
    return found.context | {
        "lines": table.lines(on_page, shown, size_class=size_class),
        "map": None if request.htmx else table.poland(on_page, shown, size_class=size_class),
        "page": page,
        "pages": list(page.paginator.get_elided_page_range(page.number)) if page.has_other_pages() else [],
        "q": text,
        "size_class": size_class,
        "class_name": wording.class_name(summary["classes"], size_class),
        "kept": _kept(summary, size_class),
        "groups": _groups(summary, size_class),
        "leaders": _leaders(request, shown, size_class),
        "cities": next(
            (c["cities"] for c in summary["classes"] if c["number"] == size_class), summary["units"]
        ),
        "embed_url": settings.BASE_URL + reverse("ranking:embed", args=[found.edition.year]),
        "sources": exports.sources(shown),
        "headings": table.headings(
            summary, sort=sort, descending=descending, query=_query(found, size_class, text)
        ),
        "sort": request.GET.get("sort", ""),
        "query": _query(found, size_class, text, request.GET.get("sort", "")),
    }


def _class(request: HttpRequest, summary: dict[str, Any]) -> int:
    asked = request.GET.get("class", "")
    numbers = {str(item["number"]): item["number"] for item in summary["classes"]}
    return numbers.get(asked, 0)


def _sort(request: HttpRequest, summary: dict[str, Any]) -> tuple[str, bool]:
    asked = request.GET.get("sort", "")
    known = {*queries.SORTS, *(f"pillar-{p['code']}" for p in summary["pillars"])}
    column = asked.removeprefix("-")
    return (column, asked.startswith("-")) if column in known else ("place", False)


def _query(found: Reading, size_class: int, text: str, sort: str = "") -> str:
    """What a link of the page keeps of the address."""
    pairs = {
        "class": size_class or "",
        "q": text,
        "sort": sort,
        "publication": found.context["publication"] or "",
    }
    return urlencode({key: value for key, value in pairs.items() if value})


def _kept(summary: dict[str, Any], size_class: int) -> float | None:
    for item in summary["classes"]:
        if item["number"] == size_class:
            return item["kept"]
    return summary["kept"]


def _groups(summary: dict[str, Any], size_class: int) -> list[dict[str, Any]]:
    """Groups of two and more cities that the variants cannot tell apart, with the places they take."""
    found, place = [], 1
    for group in summary["groups"].get(str(size_class)) or []:
        if len(group) > 1:
            found.append({"from": place, "to": place + len(group) - 1, "names": group})
        place += len(group)
    return found


def _leaders(request: HttpRequest, shown: Ranking, size_class: int) -> list[str]:
    """The leader, then those who cannot be told from it; empty where the pairs were not counted."""
    rows = queries.rows_visible_to(request.user, shown).filter(rank__isnull=False)
    if size_class:
        rows = rows.filter(size_class=size_class)
    first = rows.order_by("class_rank" if size_class else "rank", "sort_key").first()
    apart = first and wording.not_apart(first, size_class)
    return [] if apart is None else [first.name, *apart]


@require_safe
@xframe_options_exempt
@csp_replace({"frame-ancestors": ["*"]})
def embed(request: HttpRequest, year: int) -> HttpResponse:
    """The top of the published ranking for a frame on anybody's page: no navigation, no cookie, no unpublished row."""
    found = reading(request, year)
    if found.ranking is None or not found.ranking.is_published:
        return not_yet(request, found, status=404)
    shown = found.ranking
    size_class = _class(request, shown.summary)
    rows = queries.rows_visible_to(None, shown).filter(rank__isnull=False)
    if size_class:
        rows = rows.filter(size_class=size_class)
    asked = request.GET.get("top", "")
    top = min(int(asked), EMBED_AT_MOST) if asked.isdigit() and len(asked) < 6 and int(asked) else IN_EMBED
    rows = queries.sorted_rows(rows, "place", descending=False, size_class=size_class)[:top]
    context = found.context | {
        "lines": table.lines(list(rows), shown, size_class=size_class),
        "size_class": size_class,
        "class_name": wording.class_name(shown.summary["classes"], size_class),
        "kept": _kept(shown.summary, size_class),
        "leaders": _leaders(request, shown, size_class),
    }
    return render(request, "ranking/embed.html", context)
