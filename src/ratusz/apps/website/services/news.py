"""Writes: a piece of news from a program, such as the demo or an import; editors use the admin."""

import datetime as dt
from typing import Any

from django.db import transaction
from wagtail.models import Locale

from ratusz.apps.website.models import NewsIndexPage, NewsPage, Picture

Block = tuple[str, Any]


@transaction.atomic
def publish_news(
    *,
    by: Any,
    date: dt.date,
    title: str,
    lead: str,
    body: list[Block],
    picture: Picture | None = None,
    author: str = "",
    slug: str | None = None,
    english: dict[str, Any] | None = None,
) -> NewsPage:
    """Publishes a piece of news in Polish, and in English when `english` gives its title, lead and body.

    Without `english` the English site shows the Polish text with a mark, as it does for an editor's news.
    """
    index = NewsIndexPage.objects.get(locale__language_code="pl", alias_of=None)
    page = NewsPage(
        locale=index.locale,
        date=date,
        title=title,
        lead=lead,
        body=body,
        picture=picture,
        author=author,
        owner=by,
    )
    if slug:
        page.slug = slug
    index.add_child(instance=page)
    page.save_revision(user=by).publish(user=by)
    page.refresh_from_db()
    for locale in Locale.objects.exclude(pk=index.locale_id):
        if english is None or locale.language_code != "en":
            page.copy_for_translation(locale, copy_parents=True, alias=True)
        else:
            copy = page.copy_for_translation(locale, copy_parents=True).specific
            for name, value in english.items():
                setattr(copy, name, value)
            copy.draft_title = copy.title
            copy.save_revision(user=by).publish(user=by)
    return page
