"""The map of the site for search engines: every public page with its other language."""

from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps.views import sitemap
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.views.decorators.http import require_safe

from ratusz.apps.dialogue import queries as dialogue
from ratusz.apps.efficiency import queries as efficiency
from ratusz.apps.ranking import queries as ranking
from ratusz.apps.website.models import NewsPage, SitePage
from ratusz.apps.website.queries import public_pages


class InLanguages(Sitemap):
    """Addresses as the settings begin them, whatever the reader typed; `addresses` says them by language."""

    limit = 50_000

    def get_domain(self, site: object = None) -> str:
        return urlsplit(settings.BASE_URL).netloc

    def get_protocol(self, protocol: str | None = None) -> str:
        return urlsplit(settings.BASE_URL).scheme

    def addresses(self, item: Any) -> dict[str, str]:
        raise NotImplementedError

    def get_urls(self, page: int | str = 1, site: object = None, protocol: str | None = None) -> list[dict]:
        urls = super().get_urls(page, site, protocol)
        for url in urls:
            addresses = self.addresses(url["item"])
            if len(addresses) > 1:
                url["alternates"] = [
                    {"location": settings.BASE_URL + path, "lang_code": code}
                    for code, path in addresses.items()
                ]
        return urls


class Pages(InLanguages):
    """The pages that editors write; one that is not translated is listed in its own language alone."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    def items(self) -> list[SitePage]:
        pages = [page for kind in public_pages() for page in kind if not page.untranslated]
        self.languages: dict[object, dict[str, str]] = {}
        for page in pages:
            self.languages.setdefault(page.translation_key, {})[page.locale.language_code] = self.location(
                page
            )
        return sorted(pages, key=lambda page: page.path)

    def addresses(self, item: SitePage) -> dict[str, str]:
        return self.languages[item.translation_key]

    def location(self, item: SitePage) -> str:
        return item.get_url(self.request) or "/"

    def lastmod(self, item: SitePage) -> datetime | date | None:
        return item.last_published_at or (item.date if isinstance(item, NewsPage) else None)


class Rankings(InLanguages):
    """The published rankings, studies of efficiency and agendas of sessions, in every language."""

    def items(self) -> list[tuple[str, dict[str, str], datetime]]:
        by_language = {}
        for code, _name in settings.LANGUAGES:
            with translation.override(code):
                by_language[code] = [
                    *ranking.sitemap_items(),
                    *efficiency.sitemap_items(),
                    *dialogue.sitemap_items(),
                ]
        rows = []
        for same in zip(*by_language.values(), strict=True):
            addresses = {code: path for code, (path, _at) in zip(by_language, same, strict=True)}
            rows += [(path, addresses, at) for path, at in same]
        return rows

    def addresses(self, item: tuple[str, dict[str, str], datetime]) -> dict[str, str]:
        return item[1]

    def location(self, item: tuple[str, dict[str, str], datetime]) -> str:
        return item[0]

    def lastmod(self, item: tuple[str, dict[str, str], datetime]) -> datetime:
        return item[2]


@require_safe
def sitemap_xml(request: HttpRequest) -> HttpResponse:
    """The map as sitemap.xml."""
    return sitemap(request, sitemaps={"pages": Pages(request), "rankings": Rankings()})
