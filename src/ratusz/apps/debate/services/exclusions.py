"""Votes that look like manipulation are taken out of the count, and put back."""

from collections.abc import Collection

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ratusz.apps.accounts.models import User
from ratusz.apps.core import audit
from ratusz.apps.core.errors import DomainError
from ratusz.apps.debate import queries
from ratusz.apps.debate.models import Conversation, Exclusion, Result
from ratusz.apps.debate.services.moderation import guard


@transaction.atomic
def exclude_participants(
    *, by: User, conversation: Conversation, numbers: Collection[int], reason_pl: str, reason_en: str = ""
) -> Exclusion:
    """Takes the people's votes out of the count; the reason is public, the votes stay in the log."""
    guard(by, conversation)
    _open_to_change(conversation)
    if not reason_pl.strip():
        raise DomainError(
            _("The reason is missing."),
            next_step=_("Say what gives the manipulation away: everybody reads it."), field="reason_pl",
        )  # fmt: skip
    known = queries.participants_known(conversation, numbers)
    if not known:
        raise DomainError(
            _("None of these people counts now."),
            next_step=_("Look at the signs again: another moderator may have been faster."),
            field="numbers", code="nobody",
        )  # fmt: skip
    exclusion = Exclusion.objects.create(
        conversation=conversation, reason_pl=reason_pl.strip(), reason_en=reason_en.strip(), people=len(known),
        votes=queries.standing_votes(conversation).filter(participant__number__in=known).count(),
    )  # fmt: skip
    conversation.participants.filter(number__in=known).update(exclusion=exclusion)
    audit.record(
        by=by, action="debate.exclude_participants", subject=exclusion, edition=conversation.edition,
        people=exclusion.people, votes=exclusion.votes,
    )  # fmt: skip
    return exclusion


@transaction.atomic
def undo_exclusion(*, by: User, exclusion: Exclusion) -> Exclusion:
    """Counts the people's votes again, those they cast in the meantime too."""
    conversation = exclusion.conversation
    guard(by, conversation)
    _open_to_change(conversation)
    exclusion = Exclusion.objects.select_for_update().get(pk=exclusion.pk)
    if exclusion.undone_at:
        raise DomainError(
            _("This exclusion was undone in the meantime."),
            next_step=_("Look at the list again."), code="decided",
        )  # fmt: skip
    exclusion.participants.update(exclusion=None)
    exclusion.undone_at = timezone.now()
    exclusion.save(update_fields=["undone_at"])
    audit.record(
        by=by, action="debate.undo_exclusion", subject=exclusion, edition=conversation.edition,
        people=exclusion.people, votes=exclusion.votes,
    )  # fmt: skip
    return exclusion


def _open_to_change(conversation: Conversation) -> None:
    """Raises DomainError once the result is there; holds the row, so that none is computed in between."""
    Conversation.objects.select_for_update().get(pk=conversation.pk)
    if Result.objects.filter(conversation=conversation).exists():
        raise DomainError(
            _("The results are published: whose votes count stays as it was."),
            next_step=_("A published result is never changed. Say openly what you found out since."),
            code="has_result",
        )  # fmt: skip
