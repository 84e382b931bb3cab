"""What moderators see, and what everybody sees of their decisions."""

from typing import Any

from django.db.models import Count, Q, QuerySet

from ratusz.apps.debate.models import Conversation, Exclusion, Statement
from ratusz.apps.editions.permissions import may


def statements_to_moderate(user: Any, conversation: Conversation) -> QuerySet[Statement]:
    """All statements with the number of people who voted on them, for moderators; waiting ones first."""
    if not may(user, "debate.moderate", conversation.edition):
        return Statement.objects.none()
    return conversation.statements.select_related("merged_into").annotate(
        voters=Count("votes__participant", filter=Q(votes__participant__exclusion=None), distinct=True)
    )


def waiting_numbers(user: Any, conversation: Conversation) -> list[int]:
    """The numbers of the statements that wait for a moderator, in their order."""
    found = statements_to_moderate(user, conversation).filter(state=Statement.State.PENDING)
    return list(found.order_by("number").values_list("number", flat=True))


def decisions(conversation: Conversation) -> QuerySet[Statement]:
    """What was decided on statements that people sent, accepted ones too."""
    return conversation.statements.filter(is_seed=False, decided_at__isnull=False).select_related(
        "merged_into"
    )


def exclusion_log(conversation: Conversation) -> QuerySet[Exclusion]:
    """The exclusions of people, public as counts with their reasons."""
    return conversation.exclusions.all()


def moderation_log(conversation: Conversation) -> QuerySet[Statement]:
    """What was decided on statements that people sent, public for good: rejected and merged ones with the reason."""
    return conversation.statements.filter(
        is_seed=False, state__in=[Statement.State.REJECTED, Statement.State.MERGED]
    ).select_related("merged_into")
