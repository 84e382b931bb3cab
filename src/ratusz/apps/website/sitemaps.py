"""The map of the site for search engines: every public page with its other language."""

from datetime import date, datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.urls import reverse

from ratusz.apps.ranking.models import RankedCity
from ratusz.apps.website.models import NewsPage, SitePage
from ratusz.apps.website.queries import public_pages
from ratusz.apps.website.rankings import published_rankings


class Absolute(Sitemap):
    """Addresses begin as the settings say, whatever the reader typed."""

    limit = 50_000

    def get_domain(self, site: object = None) -> str:
        return urlsplit(settings.BASE_URL).netloc

    def get_protocol(self, protocol: str | None = None) -> str:
        return urlsplit(settings.BASE_URL).scheme


class Pages(Absolute):
    """The pages that editors write; a page that is not translated is listed in its own language alone."""

    def items(self) -> list[SitePage]:
        pages = [page for kind in public_pages() for page in kind if not page.untranslated]
        self.languages: dict[object, list[SitePage]] = {}
        for page in pages:
            self.languages.setdefault(page.translation_key, []).append(page)
        return sorted(pages, key=lambda page: page.path)

    def location(self, page: SitePage) -> str:
        return page.get_url() or "/"

    def lastmod(self, page: SitePage) -> datetime | date | None:
        return page.last_published_at or (page.date if isinstance(page, NewsPage) else None)

    def get_urls(self, page: int | str = 1, site: object = None, protocol: str | None = None) -> list[dict]:
        urls = super().get_urls(page, site, protocol)
        for url in urls:
            languages = self.languages[url["item"].translation_key]
            if len(languages) > 1:
                url["alternates"] = [
                    {"location": settings.BASE_URL + self.location(other), "lang_code": other.locale.language_code}
                    for other in languages
                ]
        return urls


class Rankings(Absolute):
    """The published rankings with method and verification, and each city's page, in both languages."""

    i18n = True
    alternates = True

    def items(self) -> list[tuple[str, tuple, datetime]]:
        rankings = list(published_rankings())
        items: list[tuple[str, tuple, datetime]] = []
        for ranking in rankings:
            for name in ("ranking:ranking", "ranking:method", "ranking:verify"):
                items.append((name, (ranking.edition.year,), ranking.published_at))
        rows = RankedCity.objects.filter(ranking__in=rankings)
        for year, slug, at in rows.order_by("-ranking__edition__year", "sort_key").values_list(
            "ranking__edition__year", "slug", "ranking__published_at"
        ):
            items.append(("ranking:city", (year, slug), at))
        return items

    def location(self, item: tuple[str, tuple, datetime]) -> str:
        return reverse(item[0], args=item[1])

    def lastmod(self, item: tuple[str, tuple, datetime]) -> datetime:
        return item[2]


SITEMAPS = {"pages": Pages, "rankings": Rankings}
