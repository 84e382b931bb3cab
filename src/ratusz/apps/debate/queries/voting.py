"""What those who take part see: the statements and their own votes."""

from collections.abc import Collection
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from ratusz.apps.debate.keys import digest_for
from ratusz.apps.debate.models import Conversation, Exclusion, Participant, Statement, Vote


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
    counted = Q(participant__exclusion=None)
    if returned is not None:
        counted |= Q(participant__exclusion=returned)
    log = Vote.objects.filter(counted, statement__conversation=conversation)
    if without:
        log = log.exclude(participant__number__in=without)
    last = log.order_by("participant_id", "statement_id", "-pk").distinct("participant_id", "statement_id")
    return Vote.objects.filter(pk__in=last.values("pk"))


def own_statements_sent(participant: Participant | None) -> QuerySet[Statement]:
    """What the person wrote, with `reached`: how many other people have voted on it, or on what it was merged into."""
    if participant is None:
        return Statement.objects.none()
    votes = Vote.objects.filter(
        statement=Coalesce(OuterRef("merged_into"), OuterRef("pk")), participant__exclusion=None
    )
    others = votes.exclude(participant=participant).order_by().values("statement")
    people = others.annotate(people=Count("participant", distinct=True)).values("people")
    return participant.statements.select_related("merged_into").annotate(
        reached=Coalesce(Subquery(people), Value(0))
    )


def earlier_participant(user: Any, key: str, conversation: Conversation) -> Participant | None:
    """For somebody with an account: the one under whose number this browser took part before they signed in."""
    if user is None or not user.is_authenticated or not key:
        return None
    return participant_of(None, key, conversation)


def own_votes(participant: Participant | None) -> dict[int, Vote]:
    """The votes of the person that stand, by statement."""
    if participant is None:
        return {}
    log = (
        participant.votes.order_by("statement_id", "-pk").distinct("statement_id").select_related("statement")
    )
    return {vote.statement_id: vote for vote in log}


def own_statements(participant: Participant | None) -> set[int]:
    """The statements on which the person voted."""
    return set() if participant is None else set(participant.votes.values_list("statement_id", flat=True))
