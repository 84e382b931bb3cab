"""The live picture, which votes are in it, and whether it keeps up."""

from datetime import timedelta
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, QuerySet
from django.utils import timezone

from ratusz.apps.debate.models import Conversation, LivePicture, Participant, Vote

LATE = timedelta(seconds=10)
AGAIN = timedelta(seconds=30)  # until what failed is tried again


def picture_of(conversation: Conversation) -> LivePicture | None:
    """The last live picture."""
    return LivePicture.objects.filter(conversation=conversation).first()


def votes_seen(conversation: Conversation) -> tuple[str, int]:
    """What a picture of now is made of, and the last vote in it; changes with each vote and each decision."""
    votes = Vote.objects.filter(statement__conversation=conversation)
    votes = votes.aggregate(number=Count("pk"), last=Max("pk"))
    decided = conversation.statements.aggregate(last=Max("decided_at"), number=Count("pk"))
    moment = decided["last"].isoformat() if decided["last"] else ""
    excluded = conversation.participants.exclude(exclusion=None).count()
    return f"{votes['number']}/{decided['number']}/{moment}/{excluded}", votes["last"] or 0


def conversations_to_paint() -> list[Conversation]:
    """Open conversations with votes that are not in their picture; what failed just now rests."""
    return [one for one in _voting(Conversation.objects.all()) if _is_due(one)]


def _voting(conversations: QuerySet[Conversation]) -> QuerySet[Conversation]:
    """Those that are open and in which somebody takes part, with what is small of their pictures."""
    now = timezone.now()
    somebody = Exists(Participant.objects.filter(conversation=OuterRef("pk")))
    found = conversations.filter(somebody, opens_at__lte=now, closes_at__gt=now)
    found = found.select_related("edition", "live_picture")
    return found.defer("live_picture__content", "live_picture__memory")


def _is_due(conversation: Conversation) -> bool:
    picture = getattr(conversation, "live_picture", None)
    if picture is not None and picture.failed_at and timezone.now() - picture.failed_at < AGAIN:
        return False
    return picture is None or picture.seen != votes_seen(conversation)[0]


def is_late(conversation: Conversation, picture: LivePicture | None) -> bool:
    """True where the picture failed, or a vote has waited too long to be in it."""
    if picture is not None and picture.failed_at:
        return True
    waiting = Vote.objects.filter(
        statement__conversation=conversation, pk__gt=picture.last_vote if picture else 0
    )
    first = waiting.order_by("pk").values_list("received_at", flat=True).first()
    return first is not None and timezone.now() - first > LATE


def pulse_of(conversation: Conversation) -> dict[str, Any]:
    """What the stream carries: which picture there is, from when, and whether it keeps up; never what people think."""
    picture = LivePicture.objects.filter(conversation=conversation).defer("content", "memory").first()
    return {
        "number": picture.number if picture else 0,
        "computed_at": int(picture.computed_at.timestamp() * 1000)
        if picture and picture.computed_at
        else None,
        "last_vote": picture.last_vote if picture else 0,
        "late": is_late(conversation, picture),
        "open": conversation.is_open,
    }


def late_conversations(edition: Any) -> list[Conversation]:
    """Open conversations of the edition whose picture does not keep up."""
    found = _voting(edition.conversations.all())
    return [one for one in found if is_late(one, getattr(one, "live_picture", None))]
