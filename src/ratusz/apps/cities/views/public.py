"""Public pages: the registry of cities, the indicators and their cards."""

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from ratusz.apps.cities import exports, queries
from ratusz.apps.core.text import polish_sort_key
from ratusz.apps.editions.queries import current_edition

PAGE = 100
# Column of the list of cities → what it sorts by.
SORTS = {"name": "sort_key", "voivodeship": "voivodeship", "people": "people", "area": "area_km2"}


def _rest(**chosen: str) -> str:
    """What was chosen beside the order and the page, as the end of an address."""
    kept = {key: value for key, value in chosen.items() if value}
    return f"&{urlencode(kept)}" if kept else ""


@require_safe
def cities(request: HttpRequest) -> HttpResponse:
    """The registry: searchable, sortable, in Polish order."""
    query = request.GET.get("q", "").strip()[:80]
    sort = request.GET.get("sort", "name")
    column = sort.removeprefix("-")
    if column not in SORTS:
        sort = column = "name"
    order = queries.ordered(SORTS[column], descending=sort.startswith("-"))
    found = queries.with_population(queries.search(queries.visible_to(request.user), query))
    only = request.GET.get("kind", "")
    if only == "county_rights":
        found = found.filter(county_rights=True)
    page = Paginator(found.order_by(*order, "sort_key", "teryt"), PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page, "query": query, "sort": sort, "column": column, "only": only,
        "rest": _rest(q=query, kind=only),
    }  # fmt: skip
    return render(request, "cities/cities.html", context)


@require_safe
def city(request: HttpRequest, slug: str) -> HttpResponse:
    """One city: what it is, its class in the current edition, its newest figures."""
    found = get_object_or_404(queries.with_population(queries.visible_to(request.user)), slug=slug)
    edition = current_edition(request)
    context = {
        "city": found,
        "edition": edition,
        "member": queries.cities_of(edition).filter(city=found).first() if edition else None,
        "figures": sorted(
            queries.newest_of_city(found), key=lambda figure: polish_sort_key(str(figure.indicator.name))
        ),
        "corrections": queries.corrections_visible_to(request.user).filter(observation__city=found),
        "rejections": queries.rejections(city=found),
    }
    return render(request, "cities/city.html", context)


@require_safe
def indicators(request: HttpRequest) -> HttpResponse:
    """All indicators, with how many cities have a figure and of which year."""
    found = queries.with_coverage(queries.indicators_visible_to(request.user))
    by_name = sorted(found, key=lambda indicator: polish_sort_key(str(indicator.name)))
    return render(request, "cities/indicators.html", {"indicators": by_name})


@require_safe
def indicator(request: HttpRequest, code: str) -> HttpResponse:
    """The public card of an indicator: everything that a critic would ask, and every figure."""
    found = get_object_or_404(queries.indicators_visible_to(request.user), code=code)
    figures = queries.newest_observations(found)
    query = request.GET.get("q", "").strip()[:80]
    if query:
        figures = queries.search_figures(figures, query)
    sort = request.GET.get("sort", "name")
    if sort.removeprefix("-") == "value":
        figures = figures.order_by(sort, "city__sort_key")
    elif sort == "-name":
        figures = figures.order_by("-city__sort_key")
    else:
        sort = "name"
    page = Paginator(figures, PAGE).get_page(request.GET.get("page"))
    context = {
        "indicator": found,
        "page": page,
        "query": query,
        "sort": sort,
        "rest": _rest(q=query),
        "years": queries.years_of(found),
        "corrections": queries.corrections_visible_to(request.user).filter(observation__indicator=found),
        "rejections": queries.rejections(indicator=found),
    }
    return render(request, "cities/indicator.html", context)


@require_safe
def indicator_csv(request: HttpRequest, code: str) -> HttpResponse:
    """Every figure of an indicator with year, source and flag, as a file."""
    found = get_object_or_404(queries.indicators_visible_to(request.user), code=code)
    return exports.figures_csv(found, queries.observations_visible_to(request.user).filter(indicator=found))


@require_safe
def corrections_csv(request: HttpRequest) -> HttpResponse:
    """Every correction and every rejected objection of all editions, as a file of open data."""
    return exports.corrections_csv(queries.corrections_visible_to(request.user), queries.rejections())
