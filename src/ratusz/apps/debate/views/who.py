"""Who takes part: the account, or the holder of a key. How often somebody may vote is counted by participant.

A hall of a thousand people shares one address, so an address is only asked how many people join from it.
"""

import re
from typing import Any

from django.http import HttpRequest, HttpResponse

from ratusz.apps.core.ratelimit import address_of, take
from ratusz.apps.debate import keys, queries, services
from ratusz.apps.debate.models import Conversation, Participant

COOKIE = "ratusz_debate"
YEAR = 365 * 24 * 3600
VOTES = "120/m"
STATEMENTS = "10/m"
JOINS = "2000/h"
_KEY = re.compile(r"[\w-]{24,64}", re.ASCII)


class TooManyError(Exception):
    """Somebody does this too often; `wait` has the seconds until they may again."""

    def __init__(self, wait: float) -> None:
        super().__init__(wait)
        self.wait = wait


def browser_key(request: HttpRequest) -> str:
    """The key that the browser holds, or ""."""
    return request.COOKIES.get(COOKIE, "")


def own_key(request: HttpRequest, offered: Any = "") -> str:
    """The key that the browser holds; else the one that its page offers; else a new one.

    A page offers the same key each time it sends a vote again, so that a lost answer makes nobody two people.
    """
    if held := browser_key(request):
        return held
    return offered if isinstance(offered, str) and _KEY.fullmatch(offered) else keys.new_key()


def participant_now(request: HttpRequest, conversation: Conversation) -> Participant | None:
    """Who looks at the page; None for somebody who has not voted yet."""
    return queries.participant_of(request.user, browser_key(request), conversation)


def voter(request: HttpRequest, conversation: Conversation, key: str) -> Participant:
    """The participant who votes now, made at the first vote. Raises TooManyError, and NotAllowed as `join` does."""
    known = queries.participant_of(request.user, key, conversation)
    if known is None and not request.user.is_authenticated:
        _count(f"debate.join:{address_of(request)}", JOINS)
    participant = services.join(user=request.user, key=key, conversation=conversation, known=known)
    _count(f"debate.vote:{participant.pk}", VOTES)
    return participant


def writer(request: HttpRequest, conversation: Conversation) -> Participant:
    """The participant who sends a statement now. Raises TooManyError, and NotAllowed as `join` does."""
    participant = services.join(user=request.user, key=own_key(request), conversation=conversation)
    _count(f"debate.suggest:{participant.pk}", STATEMENTS)
    return participant


def remember(request: HttpRequest, response: HttpResponse, key: str) -> HttpResponse:
    """Gives the browser its key; somebody with an account needs none."""
    if not request.user.is_authenticated and request.COOKIES.get(COOKIE) != key:
        response.set_cookie(
            COOKIE, key, max_age=YEAR, httponly=True, samesite="Lax", secure=request.is_secure()
        )
    return response


def _count(key: str, rate: str) -> None:
    if wait := take(key, rate):
        raise TooManyError(wait)
