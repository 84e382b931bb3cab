"""Who reaches the demo's pages: in demo mode only, and only somebody at this very machine."""

from collections.abc import Callable
from functools import wraps
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse

from ratusz.apps.core.checks import LOOPBACK

# A proxy stands between when any of these is set, and then the address we see is the proxy's.
FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip", "Via")


def is_at_this_machine(request: HttpRequest) -> bool:
    """True when the request came over the loopback interface, for a loopback host, through no proxy."""
    try:
        from_here = ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
    host = urlsplit(f"//{request.headers.get('Host', '')}").hostname
    return from_here and host in LOOPBACK and not any(name in request.headers for name in FORWARDED)


def demo_only(view: Callable) -> Callable:
    """Answers 404 outside demo mode or to anybody who is not at this machine."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not (settings.DEMO and is_at_this_machine(request)):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded
