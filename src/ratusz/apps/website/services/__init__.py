"""Writes of the website."""

from ratusz.apps.website.services.laureates import remove_laureate, remove_title, save_laureate, save_title
from ratusz.apps.website.services.news import publish_news
from ratusz.apps.website.services.site import ensure_edition_pages, ensure_site

__all__ = [
    "ensure_edition_pages",
    "ensure_site",
    "publish_news",
    "remove_laureate",
    "remove_title",
    "save_laureate",
    "save_title",
]
