"""The live picture on two screens: the hall's, and the phone's with one's own place. Provisional until the end."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from ratusz.apps.core.live import stream
from ratusz.apps.debate import queries, services
from ratusz.apps.debate.models import Conversation, LivePicture
from ratusz.apps.debate.poster import short_address
from ratusz.apps.debate.showing import live_shown, place_shown
from ratusz.apps.debate.views.taking_part import of_conversation
from ratusz.apps.debate.views.who import browser_key, participant_now
from ratusz.apps.dialogue.pictures import qr_svg

KEPT = 16  # drawings in the memory of a process: two screens, two languages, a few conversations
RING = "<!-- ring -->"
_kept: dict[tuple[Any, ...], str] = {}


@never_cache
@require_safe
@of_conversation
def opinion_map(request: HttpRequest, conversation: Conversation) -> HttpResponse:
    """The map of opinions so far with one's own place; as JSON for the page that is open already."""
    return _show(request, conversation, "map")


@never_cache
@require_safe
@of_conversation
def hall(request: HttpRequest, conversation: Conversation) -> HttpResponse:
    """The same for a projector, with the way to join."""
    return _show(request, conversation, "hall")


def _show(request: HttpRequest, conversation: Conversation, screen: str) -> HttpResponse:
    picture = queries.picture_of(conversation)
    drawn, here = _drawn(conversation, picture, screen), ""
    if screen == "map":
        participant = participant_now(request, conversation)
        place = place_shown(picture, participant) if picture is not None and drawn else None
        # The drawing is everybody's; the ring in it is for one reader's eyes.
        ring = render_to_string("debate/live/ring.html", {"place": place}) if place else ""
        drawn = mark_safe(drawn.replace(RING, ring))  # noqa: S308 - both are made by our templates
        here = render_to_string("debate/live/here.html", {"place": place, "participant": participant})
    pulse = queries.pulse_of(conversation)
    if "json" in request.GET:
        return JsonResponse({"drawn": drawn, "here": here, "pulse": pulse})
    edition = conversation.edition
    context = {
        "edition": edition,
        "conversation": conversation,
        "picture": picture,
        "drawn": drawn,
        "here": here,
        "pulse": pulse,
        "screen": screen,
        "fewest": services.live.results.FEWEST,
    }
    if screen == "hall":
        join = short_address(conversation)
        context |= {"join": join.partition("://")[2], "qr": qr_svg(join, _("The way to vote, as a QR code"))}
    return render(request, f"debate/live/{screen}.html", context)


def _drawn(conversation: Conversation, picture: LivePicture | None, screen: str) -> str:
    """The drawing of the picture: the same for everybody, so a process draws it once."""
    if picture is None or not picture.content:
        return ""
    key = (conversation.pk, picture.number, picture.computed_at, screen, get_language())
    drawing = _kept.get(key)
    if drawing is None:
        context = live_shown(picture.content, conversation)
        drawing = render_to_string(f"debate/live/drawn_{screen}.html", context)
        while len(_kept) >= KEPT:
            _kept.pop(next(iter(_kept), None), None)
        _kept[key] = drawing
    return drawing


@require_safe
@of_conversation
def pulse(request: HttpRequest, conversation: Conversation) -> HttpResponseBase:
    """Server-Sent Events: that there is a new picture, and whether it keeps up. Not what people think."""
    edition, key = conversation.edition, browser_key(request)
    return stream(
        request,
        [services.live.channel_of(conversation)],
        lambda: queries.pulse_of(conversation),
        allowed=lambda user: queries.visible_to(user, edition, key).filter(pk=conversation.pk).exists(),
    )
