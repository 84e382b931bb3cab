"""Reads of the debate. A conversation is seen by those who may take part in it, and by its organisers."""

import random
from typing import Any

import numpy as np
from django.core.cache import cache
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from ratusz.apps.debate.keys import digest_of, key_of
from ratusz.apps.debate.models import Conversation, Participant, Result, Statement, Vote
from ratusz.apps.dialogue.models import Block, Registration, Session
from ratusz.apps.dialogue.queries.access import blocks_open_to, own_registration
from ratusz.apps.editions.models import Edition
from ratusz.apps.editions.permissions import may
from ratusz.engines.opinion.representative import Counts
from ratusz.engines.opinion.routing import next_statement

FRESH = 2.0  # seconds for which the counts that steer what is shown next may be old


def _session(edition: Edition) -> Session | None:
    return Session.objects.filter(edition=edition).select_related("edition").first()


def circles_open_to(user: Any, edition: Edition) -> QuerySet[Block]:
    """The circles of the edition whose talk the person may read."""
    session = _session(edition)
    if session is None:
        return Block.objects.none()
    return blocks_open_to(user, session).filter(kind=Block.Kind.CIRCLE)


def visible_to(user: Any, edition: Edition) -> QuerySet[Conversation]:
    """The conversations that the person may see: of everybody, and those to which the person is invited, once open.

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
    return found.filter(allowed, opens_at__lte=timezone.now())


def is_public(edition: Edition | None) -> bool:
    """True where everybody may read a conversation of the edition."""
    return Conversation.objects.filter(
        edition=edition, audience=Conversation.Audience.EVERYBODY, opens_at__lte=timezone.now()
    ).exists()


def stakeholder_of(user: Any, edition: Edition) -> str:
    """The side on which the person is registered for the Session; empty for none."""
    session = _session(edition)
    own = own_registration(user, session) if session else None
    return own.stakeholder if own is not None and own.state == Registration.State.REGISTERED else ""


def may_take_part(user: Any, conversation: Conversation) -> bool:
    """True for those to whom the conversation is addressed; an organiser looks on unless it is theirs too."""
    audience = conversation.audience
    known = user is not None and user.is_authenticated and user.is_active
    if audience == Conversation.Audience.EVERYBODY:
        return True
    if audience == Conversation.Audience.SIGNED_IN:
        return known
    side = stakeholder_of(user, conversation.edition)
    if audience == Conversation.Audience.STAKEHOLDERS:
        return side in conversation.stakeholders
    return (
        bool(side) and circles_open_to(user, conversation.edition).filter(pk=conversation.circle_id).exists()
    )


def participant_of(user: Any, key: str, conversation: Conversation) -> Participant | None:
    """Who votes: the account's participant where somebody is signed in, else the holder of the key."""
    if user is not None and user.is_authenticated:
        key = key_of(user, conversation)
    if not key:
        return None
    return conversation.participants.filter(digest=digest_of(key, conversation)).first()


def statements_open(conversation: Conversation) -> QuerySet[Statement]:
    """The statements on which one may vote."""
    shown = [Statement.State.ACCEPTED]
    if conversation.moderation == Conversation.Moderation.AFTER:
        shown.append(Statement.State.PENDING)
    return conversation.statements.filter(state__in=shown)


def standing_votes(conversation: Conversation) -> QuerySet[Vote]:
    """Of each person's votes on a statement the last one."""
    last = (
        Vote.objects.filter(participant=OuterRef("participant"), statement=OuterRef("statement"))
        .order_by("-pk")
        .values("pk")[:1]
    )
    return Vote.objects.filter(statement__conversation=conversation, pk=Subquery(last))


def own_votes(participant: Participant | None) -> dict[int, Vote]:
    """The votes of the person that stand, by statement."""
    if participant is None:
        return {}
    log = (
        participant.votes.order_by("statement_id", "-pk").distinct("statement_id").select_related("statement")
    )
    return {vote.statement_id: vote for vote in log}


def statement_for(conversation: Conversation, participant: Participant | None) -> Statement | None:
    """The statement to show next: the least seen first, then those on which most is still uncertain."""
    numbers, counts = _counts(conversation)
    done = set(own_votes(participant))
    still = np.array([pk not in done for pk in numbers], dtype=bool)
    rng = np.random.default_rng(random.getrandbits(64))
    chosen = next_statement(counts, 0, still, rng) if still.any() else None
    return statements_open(conversation).filter(pk=numbers[chosen]).first() if chosen is not None else None


def _counts(conversation: Conversation) -> tuple[list[int], Counts]:
    """The open statements and their votes, at most FRESH seconds old for other people's votes."""
    numbers = list(statements_open(conversation).values_list("pk", flat=True))
    key = f"debate:counts:{conversation.pk}"
    known = cache.get(key)
    if known is None:
        rows = (
            standing_votes(conversation)
            .values_list("statement")
            .annotate(
                agree=Count("pk", filter=Q(value=Vote.Value.AGREE)),
                disagree=Count("pk", filter=Q(value=Vote.Value.DISAGREE)),
                seen=Count("pk"),
            )
        )
        known = {pk: counts for pk, *counts in rows}
        cache.set(key, known, FRESH)
    table = np.array([known.get(pk, (0, 0, 0)) for pk in numbers], dtype=np.int64).reshape(-1, 3)
    return numbers, Counts(table[None, :, 0], table[None, :, 1], table[None, :, 2])


def statements_to_moderate(user: Any, conversation: Conversation) -> QuerySet[Statement]:
    """All statements with the number of people who voted on them, for moderators; waiting ones first."""
    if not may(user, "debate.moderate", conversation.edition):
        return Statement.objects.none()
    return conversation.statements.select_related("merged_into").annotate(
        voters=Count("votes__participant", distinct=True)
    )


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


def moderation_log(conversation: Conversation) -> QuerySet[Statement]:
    """What was decided on statements that people sent, public for good: rejected and merged ones with the reason."""
    return conversation.statements.filter(
        is_seed=False, state__in=[Statement.State.REJECTED, Statement.State.MERGED]
    ).select_related("merged_into")
