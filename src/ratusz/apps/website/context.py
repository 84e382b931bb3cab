"""What every page needs: the name of the site, the way around it, the running edition."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from wagtail.models import Page

from ratusz.apps.dialogue import queries as dialogue
from ratusz.apps.editions.queries import current_edition
from ratusz.apps.website.models import (
    AccessibilityPage,
    EditionIndexPage,
    EditionPage,
    NewsIndexPage,
    PrivacyPage,
    StandardPage,
)
from ratusz.apps.website.rankings import ranked_years

Link = tuple[str, str, bool]


def site(request: HttpRequest) -> dict[str, Any]:
    """The context of every page; the database is asked only when a template uses a value."""
    home = f"/{language()}/"
    return {
        "demo_mode": settings.DEMO,
        "base_url": settings.BASE_URL,
        "page_url": settings.BASE_URL + request.path,
        "og_image": og_image(request),
        "home_url": home,
        "home_current": request.path == home,
        "current_edition": SimpleLazyObject(lambda: current_edition(request)),
        "site_name": SimpleLazyObject(lambda: site_name(request)),
        "edition_url": SimpleLazyObject(lambda: address_of(EditionPage, request)),
        "news_url": SimpleLazyObject(lambda: address_of(NewsIndexPage, request)),
        "privacy_url": SimpleLazyObject(lambda: address_of(PrivacyPage, request)),
        "navigation": SimpleLazyObject(lambda: navigation(request)),
        "footer_navigation": SimpleLazyObject(lambda: footer_navigation(request)),
    }


def language() -> str:
    """The language of the page: one that the site speaks."""
    return "en" if (get_language() or "pl").startswith("en") else "pl"


def og_image(request: HttpRequest) -> str:
    """The address of the picture that a link to this page of a ranking shows elsewhere."""
    match = request.resolver_match
    if match is None or match.namespace != "ranking" or "year" not in match.kwargs:
        return ""
    year, slug = match.kwargs["year"], match.kwargs.get("slug")
    return settings.BASE_URL + (
        reverse("og_city", args=[year, slug]) if slug else reverse("og_ranking", args=[year])
    )


def site_name(request: HttpRequest) -> str:
    """The programme's name; before there is an edition, the name of the home page."""
    edition = current_edition(request)
    return str(edition.programme.name) if edition is not None else _("Cities of the Future")


def navigation(request: HttpRequest) -> list[Link]:
    """The main entries as label, address, and whether the reader is there."""
    edition = current_edition(request)
    years = ranked_years(request)
    links: list[tuple[str, str]] = []
    for page in pages_of_the_frame(request):
        if page.kind is EditionPage and edition is not None:
            links.append((_("Edition %(year)s") % {"year": edition.year}, page.url))
            if years:
                year = edition.year if edition.year in years else years[0]
                links.append((_("Ranking"), reverse("ranking:ranking", args=[year])))
            if dialogue.agenda_is_public(edition):
                links.append((pgettext("menu", "Session"), reverse("dialogue:agenda", args=[edition.year])))
        elif page.in_menu:
            links.append((page.title, page.url))
    here = max((url for _label, url in links if request.path.startswith(url)), key=len, default=None)
    return [(label, url, url == here) for label, url in links]


def address_of(kind: type[Page], request: HttpRequest) -> str:
    """The address of the page of this kind in the language of the reader; empty when there is none."""
    return next((page.url for page in pages_of_the_frame(request) if page.kind is kind), "")


def footer_navigation(request: HttpRequest) -> list[tuple[str, str]]:
    """What the foot of each page links to: declaration, privacy, feed, and pages marked for it."""
    links = [(page.title, page.url) for page in pages_of_the_frame(request) if page.in_footer]
    return [*links, (_("Open data"), reverse("open_data")), (_("News feed (RSS)"), reverse("news_rss"))]


class Entry:
    """A page that the frame of every page may link to."""

    def __init__(self, page: Page, request: HttpRequest) -> None:
        kind = page.specific_class or Page
        text = getattr(page, "standardpage", None)
        self.title = page.title
        self.url = page.get_url(request) or "/"
        self.kind = kind
        self.in_menu = kind in {EditionIndexPage, NewsIndexPage} or page.show_in_menus
        self.in_footer = kind in {AccessibilityPage, PrivacyPage} or (text is not None and text.in_footer)


def pages_of_the_frame(request: HttpRequest) -> list[Entry]:
    """The pages of menu and footer in the language of the page, in the order of the tree; asked once."""
    if (known := request.__dict__.get("_pages_of_the_frame")) is not None:
        return known
    edition = current_edition(request)
    mine = Page.objects.live().filter(locale__language_code=language())
    fixed = mine.type(EditionIndexPage, NewsIndexPage, AccessibilityPage, PrivacyPage) | mine.filter(
        show_in_menus=True, depth__gt=2
    )
    fixed |= mine.filter(pk__in=StandardPage.objects.filter(in_footer=True).values("pk"))
    fixed |= mine.filter(pk__in=EditionPage.objects.filter(edition=edition).values("pk"))
    rows = fixed.select_related("locale", "standardpage").order_by("path")
    entries = [Entry(page, request) for page in rows]
    # The running edition comes first, whatever its place in the tree.
    entries.sort(key=lambda entry: entry.kind is not EditionPage)
    request._pages_of_the_frame = entries
    return entries
