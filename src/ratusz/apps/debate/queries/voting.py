"""What those who take part see: the statements, their own votes, the statement to show next."""

import random
from collections.abc import Collection
from typing import Any

import numpy as np
from django.core.cache import cache
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from ratusz.apps.debate.keys import digest_for
from ratusz.apps.debate.models import Conversation, Exclusion, Participant, Statement, Vote
from ratusz.engines.opinion.representative import Counts
from ratusz.engines.opinion.routing import next_statement

FRESH = 2.0  # seconds for which the counts that steer what is shown next may be old


def participant_of(user: Any, key: str, conversation: Conversation) -> Participant | None:
    """Who votes: the account's participant where somebody is signed in, else the holder of the key."""
    digest = digest_for(user, key, conversation)
    return conversation.participants.filter(digest=digest).first() if digest else None


def statements_open(conversation: Conversation) -> QuerySet[Statement]:
    """The statements on which one may vote."""
    shown = [Statement.State.ACCEPTED]
    if conversation.moderation == Conversation.Moderation.AFTER:
        shown.append(Statement.State.PENDING)
    return conversation.statements.filter(state__in=shown)


def statements_voted(conversation: Conversation) -> QuerySet[Statement]:
    """The statements on which a vote counts: the open ones, and those that were merged while a phone was away."""
    return statements_open(conversation) | conversation.statements.filter(state=Statement.State.MERGED)


def standing_votes(
    conversation: Conversation, *, without: Collection[int] = (), returned: Exclusion | None = None
) -> QuerySet[Vote]:
    """The votes that count: of each person's votes on a statement the last one, without those of excluded people.

    Every count and every result goes through here. To see what would change, leave out the people with the numbers
    in `without` too, or count those of the exclusion `returned` again.
    """
    last = (
        Vote.objects.filter(participant=OuterRef("participant"), statement=OuterRef("statement"))
        .order_by("-pk")
        .values("pk")[:1]
    )
    counted = Q(participant__exclusion=None)
    if returned is not None:
        counted |= Q(participant__exclusion=returned)
    found = Vote.objects.filter(counted, statement__conversation=conversation, pk=Subquery(last))
    return found.exclude(participant__number__in=without) if without else found


def own_votes(participant: Participant | None) -> dict[int, Vote]:
    """The votes of the person that stand, by statement."""
    if participant is None:
        return {}
    log = (
        participant.votes.order_by("statement_id", "-pk").distinct("statement_id").select_related("statement")
    )
    return {vote.statement_id: vote for vote in log}


def statements_for(
    conversation: Conversation, participant: Participant | None, most: int = 1, passed: Collection[int] = ()
) -> list[Statement]:
    """The statements to show next, at most so many: the least seen first, then those that are most uncertain.

    `passed` has the numbers of those that the phone holds already.
    """
    numbers, counts = _counts(conversation)
    known = {one.pk: one for one in statements_open(conversation)}
    done = own_statements(participant) | {pk for pk, one in known.items() if one.number in passed}
    still = np.array([pk in known and pk not in done for pk in numbers], dtype=bool)
    rng = np.random.default_rng(random.getrandbits(64))
    found = []
    while still.any() and len(found) < most:
        chosen = next_statement(counts, 0, still, rng)
        if chosen is None:
            break
        still[chosen] = False
        found.append(known[numbers[chosen]])
    return found


def own_statements(participant: Participant | None) -> set[int]:
    """The statements on which the person voted."""
    return set() if participant is None else set(participant.votes.values_list("statement_id", flat=True))


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
