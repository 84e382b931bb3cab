"""The news as RSS and Atom, one of each in each language."""

import mimetypes
from datetime import datetime, time
from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed, Enclosure, Rss201rev2Feed
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from wagtail.models import Locale

from ratusz.apps.website.context import site_name
from ratusz.apps.website.models import NewsPage
from ratusz.apps.website.queries import CARD, news

LATEST = 30


class NewsRss(Feed):
    """The newest news in the language of the address."""

    feed_type = Rss201rev2Feed
    url_name = "news_rss"

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpRequest:
        return request

    def title(self, request: HttpRequest) -> str:
        return _("%(site)s: news") % {"site": site_name(request)}

    def description(self, request: HttpRequest) -> str:
        return _("News of the programme %(site)s.") % {"site": site_name(request)}

    subtitle = description

    def link(self, request: HttpRequest) -> str:
        return f"{settings.BASE_URL}/{get_language()}/"

    def feed_url(self, request: HttpRequest) -> str:
        return settings.BASE_URL + reverse(self.url_name)

    def items(self, request: HttpRequest) -> list[NewsPage]:
        items = list(news(Locale.get_active())[:LATEST])
        for item in items:
            item.address = settings.BASE_URL + (item.get_url(request) or "/")
        return items

    def item_title(self, item: NewsPage) -> str:
        return item.title

    def item_description(self, item: NewsPage) -> str:
        return item.lead

    def item_link(self, item: NewsPage) -> str:
        return item.address

    def item_guid(self, item: NewsPage) -> str:
        return f"urn:uuid:{item.translation_key}:{item.locale.language_code}"

    item_guid_is_permalink = False

    def item_author_name(self, item: NewsPage) -> str:
        return item.author

    def item_pubdate(self, item: NewsPage) -> datetime:
        return timezone.make_aware(datetime.combine(item.date, time(9)))

    def item_updateddate(self, item: NewsPage) -> datetime:
        return item.last_published_at or self.item_pubdate(item)

    def item_enclosures(self, item: NewsPage) -> list[Enclosure]:
        if item.picture is None:
            return []
        file = item.picture.get_rendition(CARD).file
        kind = mimetypes.guess_type(file.name)[0] or "image/webp"
        try:
            return [Enclosure(settings.BASE_URL + file.url, str(file.size), kind)]
        except FileNotFoundError:  # the file was lost with a disk; the news is still news
            return []


class NewsAtom(NewsRss):
    """The same as Atom."""

    feed_type = Atom1Feed
    url_name = "news_atom"
