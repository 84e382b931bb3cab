"""Keys for conversations by invitation: issued, used once each, revoked."""

from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from ratusz.apps.accounts.models import User
from ratusz.apps.core import audit
from ratusz.apps.core.errors import DomainError, NotAllowed
from ratusz.apps.debate import queries
from ratusz.apps.debate.keys import digest_of, new_invitation, plain_invitation
from ratusz.apps.debate.models import Conversation, Invitation, Participant
from ratusz.apps.debate.services.conversations import CHANGE
from ratusz.apps.debate.services.statements import next_number
from ratusz.apps.debate.services.voting import new_participant
from ratusz.apps.editions.models import Edition
from ratusz.apps.editions.permissions import require

MOST = 5000  # keys at once


@transaction.atomic
def issue_invitations(*, by: User, conversation: Conversation, number: int) -> list[tuple[int, str]]:
    """Issues keys and returns them with their numbers; this is the one time that they are seen."""
    edition = conversation.edition
    require(by, CHANGE, edition)
    if conversation.audience != Conversation.Audience.INVITATION:
        raise DomainError(
            _("This conversation needs no keys: it is for others than holders of an invitation key."),
            next_step=_("Choose “Holders of an invitation key” in Question and time first."),
        )
    if not 1 <= number <= MOST:
        raise DomainError(
            _("From 1 to %(most)s keys are issued at once; you asked for %(number)s.")
            % {"most": MOST, "number": number},
            next_step=_("Issue the rest afterwards."), field="number",
        )  # fmt: skip
    Conversation.objects.select_for_update().get(pk=conversation.pk)
    first = next_number(conversation.invitations)
    keys = [(first + k, new_invitation()) for k in range(number)]
    Invitation.objects.bulk_create(
        Invitation(conversation=conversation, number=k, digest=_digest(key, conversation)) for k, key in keys
    )
    audit.record(
        by=by, action="debate.issue_invitations", subject=conversation, edition=edition, number=number
    )
    return keys


@transaction.atomic
def revoke_invitations(*, by: User, conversation: Conversation, numbers: Collection[int]) -> int:
    """Revokes keys for good and returns how many; who used one may not vote any more, votes cast stay."""
    edition = conversation.edition
    require(by, CHANGE, edition)
    found = conversation.invitations.filter(number__in=numbers, revoked_at=None)
    done = found.update(revoked_at=timezone.now())
    if not done:
        raise DomainError(
            _("None of these keys holds."), next_step=_("Choose keys that are not revoked."), field="numbers"
        )
    audit.record(
        by=by, action="debate.revoke_invitations", subject=conversation, edition=edition, number=done
    )
    return done


@transaction.atomic
def use_invitation(*, user: Any, key: str, invitation: str, edition: Edition) -> Participant:
    """Lets the holder of the invitation in: the account of `user`, or else the browser that holds `key`.

    Used again by the same person it changes nothing. Who may see nothing is told nothing of the conversation.
    """
    found = _find(invitation, edition)
    if found is None:
        raise DomainError(
            _("There is no such key in this edition."),
            next_step=_("Compare it with your invitation letter by letter; it has no 0, O, 1, I or L."),
            field="key", code="no_key",
        )  # fmt: skip
    conversation = found.conversation
    if found.revoked_at:
        raise NotAllowed(
            _("This key was revoked by the organiser."),
            next_step=_("Ask them for a new one."), code="revoked",
        )  # fmt: skip
    if conversation.opens_at > timezone.now():
        raise NotAllowed(
            _("The conversation opens on %(moment)s.")
            % {"moment": date_format(timezone.localtime(conversation.opens_at), "DATETIME_FORMAT")},
            next_step=_("Keep the key and come back then."), code="not_open",
        )  # fmt: skip
    own = queries.participant_of(user, key, conversation)
    if found.is_used and (own is None or found.participant_id != own.pk):
        raise NotAllowed(
            _("This key has been used: each one lets in a single participant."),
            next_step=_(
                "Open the conversation on the device on which you used it, or ask the organiser for a new key."
            ),
            code="used",
        )  # fmt: skip
    if own is not None and Invitation.objects.filter(participant=own, revoked_at=None).exists():
        return own  # a second key of the same person stays unused
    own = own or new_participant(user, key, conversation)
    Invitation.objects.filter(participant=own).update(participant=None)
    found.participant, found.is_used = own, True
    found.save(update_fields=["participant", "is_used"])
    return own


def _find(invitation: str, edition: Edition) -> Invitation | None:
    typed = plain_invitation(invitation)
    asked = edition.conversations.filter(audience=Conversation.Audience.INVITATION)
    digests = [_digest(typed, one) for one in asked]
    return (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("conversation__edition")
        .filter(conversation__in=asked, digest__in=digests)
        .first()
    )


def _digest(key: str, conversation: Conversation) -> str:
    return digest_of(f"invitation:{plain_invitation(key)}", conversation)
