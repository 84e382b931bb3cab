"""What the votes say, and where that is still to be computed."""

from django.db.models import QuerySet
from django.utils import timezone

from ratusz.apps.debate.models import Conversation, Result


def conversations_to_compute() -> QuerySet[Conversation]:
    """Closed conversations with votes whose results are not there yet."""
    return (
        Conversation.objects.filter(closes_at__lte=timezone.now(), result=None, participants__isnull=False)
        .select_related("edition")
        .distinct()
    )


def result_of(conversation: Conversation) -> Result | None:
    """What the votes say; None while it is open, and where too few took part."""
    return Result.objects.filter(conversation=conversation).first()
