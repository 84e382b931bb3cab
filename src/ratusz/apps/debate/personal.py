"""What a conversation keeps of an account: votes and statements under a key that is derived from it."""

from typing import Any

from django.db.models import QuerySet

from ratusz.apps.accounts import privacy
from ratusz.apps.accounts.models import User
from ratusz.apps.debate.keys import digest_of, key_of
from ratusz.apps.debate.models import Conversation, Participant, Statement
from ratusz.apps.debate.queries import own_votes


def participants_of(user: User) -> QuerySet[Participant]:
    """The person in each conversation, found by the key and not by a name."""
    digests = [digest_of(key_of(user, one), one) for one in Conversation.objects.only("pk")]
    return Participant.objects.filter(digest__in=digests).select_related("conversation")


def conversations(user: User) -> list[dict[str, Any]]:
    """What the person voted and wrote, by conversation."""
    return [
        {
            "conversation": one.conversation.question_pl,
            "joined": one.joined_at,
            "votes": [
                {"statement": vote.statement.number, "value": vote.value, "important": vote.important}
                for vote in own_votes(one).values()
            ],
            "statements": [statement.text for statement in one.statements.all()],
        }
        for one in participants_of(user)
    ]


def forget(user: User) -> None:
    """Deletes the person's votes, and their statements unless others voted on them; those stay without an author."""
    for one in participants_of(user):
        one.votes.all().delete()
        Statement.objects.filter(author=one, votes__isnull=True, merged__isnull=True).delete()
        one.delete()


def register() -> None:
    """Tells the account what is kept and how it is forgotten."""
    privacy.register_exporter("debate", conversations)
    privacy.register_eraser("debate", forget)
