"""What the votes say, and where that is still to be computed."""

from django.db.models import QuerySet
from django.utils import timezone

from ratusz.apps.debate.models import Conversation, Recommendation, Result


def conversations_to_compute() -> QuerySet[Conversation]:
    """Closed conversations with votes whose results are not there yet."""
    return (
        Conversation.objects.filter(closes_at__lte=timezone.now(), result=None, participants__isnull=False)
        .select_related("edition")
        .distinct()
    )


def result_of(conversation: Conversation) -> Result | None:
    """What the votes say; None while it is open, and where too few took part."""
    return Result.objects.filter(conversation=conversation).defer("bundle").first()


def recommended(conversation: Conversation) -> QuerySet[Recommendation]:
    """The recommendations that stand."""
    return conversation.recommendations.filter(withdrawn_at=None).select_related("statement", "edition")


def has_open_data(result: Result) -> bool:
    """True where everybody could take part: of closed circles and invited groups the votes are nobody else's."""
    return (
        result.conversation.audience == Conversation.Audience.EVERYBODY
        and Result.objects.filter(pk=result.pk).exclude(bundle=b"").exists()
    )
