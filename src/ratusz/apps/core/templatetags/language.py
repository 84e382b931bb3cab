"""The language of a text, and the same page in the other one for the `Pl | En` switch of every page."""

from typing import Any

from django import template
from django.template.context import Context
from django.urls import translate_url
from django.utils.html import format_html
from django.utils.translation import get_language
from wagtail.models import Page

register = template.Library()


@register.filter
def told(item: Any, name: str) -> str:
    """The bilingual text of the item, marked as Polish where the reader's English is missing."""
    text: str = getattr(item, name)
    if not text or getattr(item, f"{name}_en") or not (get_language() or "pl").startswith("en"):
        return text
    return format_html('<span lang="pl">{}</span>', text)


@register.simple_tag(takes_context=True)
def other_language_url(context: Context, language: str) -> str:
    """The address of the page being read in `language`, its query string kept.

    A Wagtail page knows its own translation; where it has none, the home page in that language
    is the honest answer. Every other page keeps its path and changes the prefix.
    """
    request = context.get("request")
    if request is None:
        return f"/{language}/"
    page = context.get("page")
    if not isinstance(page, Page) or page.pk is None:
        return translate_url(request.get_full_path(), language)
    cache = request.__dict__.setdefault("_other_language_urls", {})
    if language not in cache:
        cache[language] = _translation_url(page, language, request)
    query = request.META.get("QUERY_STRING", "")
    return f"{cache[language]}?{query}" if query else cache[language]


def _translation_url(page: Page, language: str, request: object) -> str:
    if page.locale.language_code == language:
        found = page
    else:
        found = page.get_translations().live().filter(locale__language_code=language).first()
    return (found and found.get_url(request)) or f"/{language}/"
