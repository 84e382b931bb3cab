"""How many invitation keys there are; which of them voted how is asked nowhere."""

from collections.abc import Collection

from django.db.models import Count, Q

from ratusz.apps.debate.models import Conversation

_REVOKED, _USED = ~Q(revoked_at=None), Q(is_used=True)


def invitation_counts(conversation: Conversation, numbers: Collection[int] | None = None) -> dict[str, int]:
    """How many keys are unused, used and revoked: of all, or of those with the numbers."""
    found = conversation.invitations.all()
    if numbers is not None:
        found = found.filter(number__in=numbers)
    return found.aggregate(
        issued=Count("pk"),
        unused=Count("pk", filter=~_REVOKED & ~_USED),
        used=Count("pk", filter=~_REVOKED & _USED),
        revoked=Count("pk", filter=_REVOKED),
    )


def effect_of_revoking(conversation: Conversation, numbers: Collection[int]) -> dict[str, int]:
    """What happens when the keys with the numbers are revoked; votes are not counted here, they would have a name."""
    counts = invitation_counts(conversation, numbers)
    return counts | {"unknown": len(set(numbers)) - counts["issued"]}
