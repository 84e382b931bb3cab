"""What moderators see of manipulation: signs of it, and what was excluded."""

from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet

from ratusz.apps.debate.models import Conversation, Exclusion
from ratusz.apps.debate.queries.access import may_moderate
from ratusz.apps.debate.queries.voting import standing_votes
from ratusz.apps.debate.signs import Cast, Person, Sign, signs


def signs_to_moderate(user: Any, conversation: Conversation) -> list[Sign]:
    """Signs of manipulation among those who count, for moderators."""
    if not may_moderate(user, conversation):
        return []
    people = conversation.participants.filter(exclusion=None).order_by("number")
    log = standing_votes(conversation).values_list(
        "participant__number", "statement__number", "value", "cast_at"
    )
    return signs(
        [Person(number, joined.timestamp()) for number, joined in people.values_list("number", "joined_at")],
        [Cast(person, statement, value, cast.timestamp()) for person, statement, value, cast in log],
    )


def exclusions_to_moderate(user: Any, conversation: Conversation) -> QuerySet[Exclusion]:
    """All exclusions of the conversation, for moderators."""
    if not may_moderate(user, conversation):
        return Exclusion.objects.none()
    return conversation.exclusions.all()


def participants_known(conversation: Conversation, numbers: Collection[int]) -> list[int]:
    """Those of the numbers that belong to people whose votes count."""
    found = conversation.participants.filter(number__in=numbers, exclusion=None)
    return list(found.order_by("number").values_list("number", flat=True))
