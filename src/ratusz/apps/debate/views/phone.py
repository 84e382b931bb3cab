"""What the phone asks in the background: it sends votes, one or many, and fetches the next statements."""

import json
import math
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from ratusz.apps.core.errors import NotAllowed
from ratusz.apps.debate import queries, services
from ratusz.apps.debate.models import Conversation, Participant, Statement, Vote
from ratusz.apps.debate.views.taking_part import HANDFUL, as_kept, of_conversation
from ratusz.apps.debate.views.who import TooManyError, own_key, participant_now, remember, voter

AT_ONCE = 50
DOOR = 1.0  # seconds for which a process remembers a conversation of everybody and its statements


@dataclass(frozen=True, slots=True)
class Door:
    """A conversation with the statements on which a vote counts, by number."""

    conversation: Conversation
    statements: dict[int, Statement]
    at: float


# Of conversations of everybody alone: whoever may see another one is asked each time.
_doors: dict[tuple[int, str], Door] = {}


def through_door(view: Callable[[HttpRequest, Door], HttpResponse]) -> Callable[..., HttpResponse]:
    """Gives the view its conversation, as `of_conversation` does; hundreds ask for the same one each second."""

    @wraps(view)
    def found(request: HttpRequest, year: int, slug: str) -> HttpResponse:
        door = None if request.user.is_authenticated else _doors.get((year, slug))
        if door is not None and time.monotonic() - door.at < DOOR:
            return view(request, door)
        return looked_up(request, year=year, slug=slug)

    @of_conversation
    def looked_up(request: HttpRequest, conversation: Conversation) -> HttpResponse:
        said = {one.number: one for one in queries.statements_voted(conversation)}
        door = Door(conversation, said, time.monotonic())
        is_open_to_all = conversation.audience == Conversation.Audience.EVERYBODY and conversation.is_open
        if is_open_to_all and not request.user.is_authenticated:
            if len(_doors) > 100:
                _doors.clear()
            _doors[conversation.edition.year, conversation.slug] = door
        return view(request, door)

    return found


@require_POST
@through_door
def votes(request: HttpRequest, door: Door) -> HttpResponse:
    """Takes votes and answers for each by its key: it stands, or why not. Nothing else is in the answer."""
    try:
        sent = json.loads(request.body)
        items = sent["votes"]
        if not isinstance(items, list) or not 0 < len(items) <= AT_ONCE:
            raise ValueError
    except (ValueError, KeyError, TypeError):
        return JsonResponse({"error": "not_understood"}, status=400)
    key = own_key(request, sent.get("me"))
    try:
        participant = voter(request, door.conversation, key)
    except TooManyError as error:
        wait = max(1, math.ceil(error.wait))
        return JsonResponse({"error": "too_many"}, status=429, headers={"Retry-After": str(wait)})
    except NotAllowed as error:
        return JsonResponse({"error": error.code, "words": str(error)}, status=409)
    return remember(request, JsonResponse({"votes": _taken(door, participant, items)}), key)


def _taken(door: Door, participant: Participant, items: list[Any]) -> list[dict[str, str]]:
    """Casts what can be cast; whatever is wrong with one vote, the others are not lost."""
    read = [_read(item, door.statements) for item in items]
    ballots = [one for one in read if isinstance(one, services.Ballot)]
    stand = services.cast_votes(participant=participant, ballots=ballots) if ballots else set()
    answers = []
    for item, one in zip(items, read, strict=True):
        name = str(item.get("key", ""))[:40] if isinstance(item, dict) else ""
        if isinstance(one, str):
            answers.append({"key": name, "error": one})
        elif one.key not in stand:
            answers.append({"key": name, "error": _("This vote came too late, or is somebody else's.")})
        else:
            answers.append({"key": name})
    return answers


def _read(item: Any, known: dict[int, Statement]) -> services.Ballot | str:
    """The vote, or what is wrong with it."""
    try:
        key, number, value = uuid.UUID(str(item["key"])), item["statement"], item["value"]
        if type(number) is not int or type(value) is not int or value not in Vote.Value.values:
            raise ValueError
    except (KeyError, ValueError, TypeError):
        return _("The server does not understand this vote. Vote again.")
    if number not in known:
        return _("This statement is no longer open.")
    return services.Ballot(
        key, known[number], value, item.get("important") is True, _moment(item.get("cast_at"))
    )


def _moment(text: Any) -> datetime | None:
    try:
        moment = parse_datetime(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return moment if moment and timezone.is_aware(moment) else None


@never_cache
@require_safe
@through_door
def upcoming(request: HttpRequest, door: Door) -> HttpResponse:
    """A handful of statements for the phone; `?has=3,8` names those that it holds already."""
    held = {
        int(part)
        for part in request.GET.get("has", "").split(",")[:200]
        if part.isdecimal() and len(part) < 9
    }
    conversation = door.conversation
    said = [one for one in door.statements.values() if one.state != Statement.State.MERGED]
    participant = participant_now(request, conversation)
    found = queries.statements_for(conversation, participant, HANDFUL, held, said)
    return JsonResponse({"statements": [as_kept(one) for one in found]})
