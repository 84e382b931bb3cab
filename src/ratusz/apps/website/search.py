"""Finds news, cities and pages: "lodz" finds Łódź, and each result shows the words that were found."""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page as ResultPage
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.models import Locale

from ratusz.apps.cities import queries as cities
from ratusz.apps.core.errors import Text
from ratusz.apps.core.text import fold
from ratusz.apps.website.highlight import excerpt, highlighted
from ratusz.apps.website.models import NewsPage, SitePage
from ratusz.apps.website.queries import news, of_words, public_pages
from ratusz.apps.website.rankings import ranked_years

LONGEST_QUERY = 100
PREVIEW, FULL = 5, 20


@dataclass(frozen=True)
class Result:
    """One thing found, ready to show."""

    title: SafeString
    url: str
    text: SafeString
    note: Text = ""
    language: str = ""


@dataclass(frozen=True)
class Group:
    """What was found of one kind; `page` holds the part of it that is shown."""

    key: str
    name: Text
    total: int
    page: ResultPage
    results: list[Result]


NAMES = {
    "cities": _("Cities"),
    "news": _("News"),
    "pages": pgettext_lazy("kinds of search results", "Pages"),
}


def search(query: str, request: HttpRequest, only: str = "", number: str | None = None) -> list[Group]:
    """The groups with results; the first few of each, or a page of one group when `only` names it."""
    words = fold(query[:LONGEST_QUERY]).split()
    if not words:
        return []
    locale = Locale.get_active()
    found: dict[str, Any] = {
        "cities": cities_found(query, request),
        "news": of_words(news(locale), query),
        "pages": pages_found(query, locale),
    }
    groups = []
    for key, rows in found.items():
        if only and key != only:
            continue
        pages = Paginator(rows, FULL if only else PREVIEW)
        page = pages.get_page(number if only else 1)
        show = city_result if key == "cities" else page_result
        results = [show(row, words, request) for row in page.object_list]
        if results:
            groups.append(Group(key, NAMES[key], pages.count, page, results))
    return groups


def cities_found(query: str, request: HttpRequest) -> Any:
    """Cities that have a public page: those of the newest published ranking."""
    years = ranked_years(request)
    if not years:
        return []
    rows = cities.search(cities.visible_to(request.user), query)
    return rows.filter(ranked__ranking__edition__year=years[0]).distinct()


def pages_found(query: str, locale: Locale) -> list[SitePage]:
    """All pages but news, those with the words in the title first."""
    words = fold(query).split()
    pages = [
        page for kind in public_pages(locale) if kind.model is not NewsPage for page in of_words(kind, query)
    ]
    return sorted(pages, key=lambda page: (not all(word in fold(page.title) for word in words), page.path))


def city_result(city: Any, words: list[str], request: HttpRequest) -> Result:
    """A city, leading to its page in the newest ranking."""
    url = reverse("ranking:city", args=[ranked_years(request)[0], city.slug])
    return Result(highlighted(city.name, words), url, highlighted(city.voivodeship, words))


def page_result(page: SitePage, words: list[str], request: HttpRequest) -> Result:
    """A page with the passage that holds the words."""
    body = " ".join(strip_tags(str(getattr(page, name, ""))) for name in ("lead", "body"))
    text = excerpt(body, words) if body.strip() else SafeString()
    note = page.date if isinstance(page, NewsPage) else ""
    language = page.text_language if page.untranslated else ""
    return Result(highlighted(page.title, words), page.get_url(request) or "/", text, note, language)
