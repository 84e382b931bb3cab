"""A token bucket per person or address, kept in the database: one statement, the same for all web processes."""

import math
import random
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import ngettext

SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}

# A call takes one token. What it leaves is negative when there was less than one: then nothing was taken.
TAKE = """
INSERT INTO core_rate_bucket AS bucket (key, tokens, at) VALUES (%(key)s, %(size)s - 1, clock_timestamp())
ON CONFLICT (key) DO UPDATE SET
    tokens = LEAST(%(size)s, CASE WHEN bucket.tokens < 0 THEN bucket.tokens + 1 ELSE bucket.tokens END
        + EXTRACT(EPOCH FROM clock_timestamp() - bucket.at) * %(refill)s) - 1,
    at = clock_timestamp()
RETURNING tokens
"""


def take(key: str, rate: str) -> float:
    """Takes a token and returns 0, or the seconds to wait for the next one; `rate` is such as "30/m"."""
    size, _, period = rate.partition("/")
    refill = int(size) / SECONDS[period]
    with connection.cursor() as cursor:
        cursor.execute(TAKE, {"key": key, "size": int(size), "refill": refill})
        (tokens,) = cursor.fetchone()
        if random.random() < 0.001:
            cursor.execute("DELETE FROM core_rate_bucket WHERE at < now() - interval '1 day'")
    return 0.0 if tokens >= 0 else -tokens / refill


def address_of(request: HttpRequest) -> str:
    """The caller's address, as the outermost proxy that we trust saw it."""
    proxies = settings.TRUSTED_PROXIES
    if not proxies:
        return request.META["REMOTE_ADDR"]
    chain = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    return chain[-proxies] if len(chain) >= proxies else request.META["REMOTE_ADDR"]


def caller_of(request: HttpRequest) -> str:
    """Who is counted: the person where one is signed in, else the address."""
    if request.user.is_authenticated:
        return f"user:{request.user.pk}"
    return f"address:{address_of(request)}"


def too_many(request: HttpRequest, wait: float) -> HttpResponse:
    """The page 429, which says when to come back."""
    seconds = max(1, math.ceil(wait))
    response = render(request, "429.html", {"when": when_to_come_back(seconds)}, status=429)
    response["Retry-After"] = str(seconds)
    return response


def when_to_come_back(seconds: int) -> str:
    """The wait in words, in the largest unit that it fills, rounded up."""
    minutes, hours = math.ceil(seconds / 60), math.ceil(seconds / 3600)
    if seconds < 60:
        words = ngettext("Try again in %(number)d second.", "Try again in %(number)d seconds.", seconds)
        return words % {"number": seconds}
    if minutes < 60:
        words = ngettext("Try again in %(number)d minute.", "Try again in %(number)d minutes.", minutes)
        return words % {"number": minutes}
    words = ngettext("Try again in %(number)d hour.", "Try again in %(number)d hours.", hours)
    return words % {"number": hours}


def sign_in_paused(request: HttpRequest) -> HttpResponse:
    """The page 429 of the sign-in, whose own limits are counted in minutes."""
    return too_many(request, 60)


def rate_limit(name: str, rate: str) -> Callable:
    """Lets a caller use the view `rate` times (such as "30/m"), then answers 429 until the bucket refills."""

    def decorate(view: Callable) -> Callable:
        @wraps(view)
        def limited(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if wait := take(f"{name}:{caller_of(request)}", rate):
                return too_many(request, wait)
            return view(request, *args, **kwargs)

        return limited

    return decorate
