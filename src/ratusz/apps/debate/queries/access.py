"""Who may see a conversation, and who may take part in it."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from ratusz.apps.debate.keys import digest_for
from ratusz.apps.debate.models import Conversation
from ratusz.apps.dialogue.models import Block, Registration, Session
from ratusz.apps.dialogue.queries.access import blocks_open_to, own_registration
from ratusz.apps.editions.models import Edition
from ratusz.apps.editions.permissions import may


def _session(edition: Edition) -> Session | None:
    return Session.objects.filter(edition=edition).select_related("edition").first()


def circles_open_to(user: Any, edition: Edition) -> QuerySet[Block]:
    """The circles of the edition whose talk the person may read."""
    session = _session(edition)
    if session is None:
        return Block.objects.none()
    return blocks_open_to(user, session).filter(kind=Block.Kind.CIRCLE)


def visible_to(user: Any, edition: Edition, key: str = "") -> QuerySet[Conversation]:
    """The conversations that the person may see: of everybody, and those to which the person is invited, once open.

    `key` is the one that the browser of somebody without an account holds: an invitation is bound to it.
    The wall of a circle stands here too: nobody outside sees its conversation, be they an organiser.
    """
    found = edition.conversations.select_related("edition", "circle")
    circle = Q(circle__in=circles_open_to(user, edition).values("pk"))
    if may(user, "debate.view_unpublished", edition):
        return found.filter(circle | ~Q(audience=Conversation.Audience.CIRCLE))
    allowed = Q(audience=Conversation.Audience.EVERYBODY) | circle
    if user is not None and user.is_authenticated and user.is_active:
        allowed |= Q(audience=Conversation.Audience.SIGNED_IN)
        if side := stakeholder_of(user, edition):
            allowed |= Q(audience=Conversation.Audience.STAKEHOLDERS, stakeholders__contains=[side])
    by_key = found.filter(audience=Conversation.Audience.INVITATION)
    allowed |= Q(pk__in=[one.pk for one in by_key if is_invited(user, key, one)])
    return found.filter(allowed, opens_at__lte=timezone.now())


def is_invited(user: Any, key: str, conversation: Conversation) -> bool:
    """True for whoever used an invitation key that still holds."""
    digest = digest_for(user, key, conversation)
    return (
        bool(digest) and conversation.invitations.filter(participant__digest=digest, revoked_at=None).exists()
    )


def is_public(edition: Edition | None) -> bool:
    """True where everybody may read a conversation of the edition."""
    return Conversation.objects.filter(
        edition=edition, audience=Conversation.Audience.EVERYBODY, opens_at__lte=timezone.now()
    ).exists()


def stakeholder_of(user: Any, edition: Edition) -> str:
    """The side on which the person is registered for the Session; empty for none."""
    if user is None or not user.is_authenticated:
        return ""
    session = _session(edition)
    own = own_registration(user, session) if session else None
    return own.stakeholder if own is not None and own.state == Registration.State.REGISTERED else ""


def may_moderate(user: Any, conversation: Conversation) -> bool:
    """True for organisers who may see the conversation: an organiser outside of a circle may not."""
    edition = conversation.edition
    return (
        may(user, "debate.moderate", edition)
        and visible_to(user, edition).filter(pk=conversation.pk).exists()
    )


def may_take_part(user: Any, conversation: Conversation, key: str = "") -> bool:
    """True for those to whom the conversation is addressed; an organiser looks on unless it is theirs too."""
    audience = conversation.audience
    known = user is not None and user.is_authenticated and user.is_active
    if audience == Conversation.Audience.EVERYBODY:
        return True
    if audience == Conversation.Audience.SIGNED_IN:
        return known
    if audience == Conversation.Audience.INVITATION:
        return is_invited(user, key, conversation)
    side = stakeholder_of(user, conversation.edition)
    if audience == Conversation.Audience.STAKEHOLDERS:
        return side in conversation.stakeholders
    return (
        bool(side) and circles_open_to(user, conversation.edition).filter(pk=conversation.circle_id).exists()
    )


def address_of(pk: int) -> Conversation | None:
    """The conversation with its edition, for its short address alone; whoever asks must still be let in."""
    return Conversation.objects.select_related("edition").filter(pk=pk).first()
