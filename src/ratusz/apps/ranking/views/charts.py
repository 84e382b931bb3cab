"""The pictures of a ranking on one page, and each as a file."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ratusz.apps.core.open_data import as_download, write_table
from ratusz.apps.core.pictures import as_file, as_png
from ratusz.apps.core.ratelimit import rate_limit
from ratusz.apps.ranking import exports, queries
from ratusz.apps.ranking.charts import CHARTS, Chart, Scope
from ratusz.apps.ranking.charts.chart import MOST_CHOSEN
from ratusz.apps.ranking.models import Ranking
from ratusz.apps.ranking.views.reading import Reading, not_yet, reading

TOPS = (5, 10, 20)
CHOICES = 12
KINDS = {
    "svg": "image/svg+xml",
    "png": "image/png",
    "csv": "text/csv; charset=utf-8",
}


@require_safe
@rate_limit("ranking.charts", "60/m")
def charts(request: HttpRequest, year: int) -> HttpResponse:
    """All pictures, each with its table and files; a class, a top and cities can be chosen."""
    found = reading(request, year)
    if found.ranking is None:
        return not_yet(request, found, status=404)
    scope = _scope(request, found.ranking)
    text = request.GET.get("add", "").strip()[:80]
    choices = _choices(request, found.ranking, text)
    exact = [c for c in choices if c.name.casefold() == text.casefold()]
    if len(choices) == 1 or len(exact) == 1:
        return redirect(_address(found, scope, add=(exact or choices)[0].slug))
    drawn = {name: build(scope) for name, build in CHARTS.items()}
    names = {row.slug: row.name for row in queries.standings_of(found.ranking)}
    context = found.context | {
        "charts": {name: _shown(found, scope, chart) for name, chart in drawn.items() if chart is not None},
        "size_class": scope.size_class,
        "class_name": scope.class_name,
        "classes": [
            (item, _address(found, scope, size_class=item["number"]))
            for item in found.ranking.summary["classes"]
        ],
        "all_classes": _address(found, scope, size_class=0),
        "top": scope.top,
        "tops": TOPS,
        "chosen": [(names[slug], _address(found, scope, without=slug)) for slug in scope.chosen],
        "slugs": scope.chosen,
        "full": len(scope.chosen) >= MOST_CHOSEN,
        "text": text,
        "choices": [(c, _address(found, scope, add=c.slug)) for c in choices],
        "sources": exports.sources(found.ranking),
    }
    return render(request, "ranking/charts.html", context)


@require_safe
@rate_limit("ranking.chart", "60/m")
def chart_file(request: HttpRequest, year: int, name: str, kind: str) -> HttpResponse:
    """A picture as SVG or PNG with its title and source, or its data as CSV."""
    found = reading(request, year)
    if found.ranking is None or name not in CHARTS or kind not in KINDS:
        raise Http404(_("There is no such picture."))
    scope = _scope(request, found.ranking)
    chart = CHARTS[name](scope)
    if chart is None:
        raise Http404(_("There is no such picture."))
    if kind == "csv":
        polish = get_language() == "pl" and request.GET.get("format") != "plain"
        content = write_table(chart.fields, chart.records, polish=polish)
    elif kind == "png":
        content = as_png(chart.picture, source=_source(found))
    else:
        content = as_file(chart.picture, source=_source(found)).encode()
    part = f"-{scope.size_class}" if scope.size_class else ""
    return as_download(content, KINDS[kind], f"ranking-{year}-{name}{part}.{kind}")


def _source(found: Reading) -> list[str]:
    address = settings.BASE_URL + reverse("ranking:ranking", args=[found.edition.year])
    return [f"{found.edition.name}, {address}", " · ".join(exports.sources(found.ranking))]


def _scope(request: HttpRequest, ranking: Ranking) -> Scope:
    numbers = {str(item["number"]): item["number"] for item in ranking.summary["classes"]}
    known = {row.slug for row in queries.standings_of(ranking)}
    chosen = tuple(s for s in dict.fromkeys(request.GET.getlist("city")) if s in known)[:MOST_CHOSEN]
    tops = {str(top): top for top in TOPS}
    return Scope(
        request.user,
        ranking,
        size_class=numbers.get(request.GET.get("class", ""), 0),
        chosen=chosen,
        top=tops.get(request.GET.get("top", ""), 10),
    )


def _query(
    found: Reading, scope: Scope, *, size_class: int | None = None, add: str = "", without: str = ""
) -> str:
    number = scope.size_class if size_class is None else size_class
    slugs = dict.fromkeys(s for s in (*scope.chosen, add) if s and s != without)
    pairs = [("class", str(number))] if number else []
    pairs += [("top", str(scope.top))] if scope.top != 10 else []
    pairs += [("city", slug) for slug in slugs]
    pairs += [("publication", found.context["publication"])] if found.context["publication"] else []
    return urlencode(pairs)


def _address(found: Reading, scope: Scope, **changed: Any) -> str:
    query = _query(found, scope, **changed)
    return reverse("ranking:charts", args=[found.edition.year]) + (f"?{query}" if query else "")


def _shown(found: Reading, scope: Scope, chart: Chart) -> dict[str, Any]:
    """The chart for the template, with the addresses of its files."""
    query = _query(found, scope)
    files = [
        (kind, reverse("ranking:chart", args=[found.edition.year, chart.name, kind]) + (f"?{query}" if query else ""))
        for kind in KINDS
    ]  # fmt: skip
    return {"picture": chart.picture, "facts": chart.facts, "files": files}


def _choices(request: HttpRequest, ranking: Ranking, text: str) -> list[Any]:
    if not text:
        return []
    found = queries.search_rows(queries.rows_visible_to(request.user, ranking), text)
    return list(found.filter(rank__isnull=False).order_by("sort_key")[:CHOICES])
