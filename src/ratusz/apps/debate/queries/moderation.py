"""What moderators see, and what everybody sees of their decisions."""

from typing import Any

from django.db.models import Count, Q, QuerySet

from ratusz.apps.debate.models import Conversation, Statement
from ratusz.apps.editions.permissions import may


def statements_to_moderate(user: Any, conversation: Conversation) -> QuerySet[Statement]:
    """All statements with the number of people who voted on them, for moderators; waiting ones first."""
    if not may(user, "debate.moderate", conversation.edition):
        return Statement.objects.none()
    return conversation.statements.select_related("merged_into").annotate(
        voters=Count("votes__participant", filter=Q(votes__participant__exclusion=None), distinct=True)
    )


def moderation_log(conversation: Conversation) -> QuerySet[Statement]:
    """What was decided on statements that people sent, public for good: rejected and merged ones with the reason."""
    return conversation.statements.filter(
        is_seed=False, state__in=[Statement.State.REJECTED, Statement.State.MERGED]
    ).select_related("merged_into")
