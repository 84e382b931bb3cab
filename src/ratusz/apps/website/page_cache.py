"""Keeps the front page, rendered, for readers who are not signed in.

One read of the shared cache answers a request. An entry carries the version it was rendered at:
a change of anything that the page shows moves the version on, so an old entry is never served.
"""

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse

SECONDS = 60
VERSION = "website:version"


def served(request: HttpRequest, key: str, render: Callable[[], Any]) -> HttpResponse:
    """The page from the cache, or rendered and kept; personal requests are neither read nor kept."""
    if not shared(request):
        return complete(render())
    name = f"website:page:{request.get_host()}:{key}"
    found = cache.get_many([VERSION, name])
    version = found.get(VERSION, 0)
    kept = found.get(name)
    if kept is not None and kept[0] == version:
        return HttpResponse(kept[1])
    response = complete(render())
    # A page that asked for a CSRF token carries a secret of its reader.
    if response.status_code == 200 and "CSRF_COOKIE" not in request.META and not response.cookies:
        cache.set(name, (version, response.content), SECONDS)
    return response


def shared(request: HttpRequest) -> bool:
    """True when every anonymous reader gets the same bytes for this request."""
    personal = {settings.SESSION_COOKIE_NAME, "messages"}
    return request.method in {"GET", "HEAD"} and not request.GET and not personal & request.COOKIES.keys()


def forget() -> None:
    """Makes every kept page old."""
    cache.set(VERSION, time.time_ns(), None)


def complete(response: Any) -> HttpResponse:
    """The response with its template rendered."""
    if hasattr(response, "render") and callable(response.render):
        response.render()
    return response
