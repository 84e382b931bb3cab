"""What those who take part do. A vote writes no audit entry: the log of votes is one, and it names nobody."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.db import connection, transaction
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _

from ratusz.apps.core import audit
from ratusz.apps.core.errors import DomainError, NotAllowed
from ratusz.apps.core.text import fold
from ratusz.apps.debate import queries
from ratusz.apps.debate.keys import digest_for
from ratusz.apps.debate.models import Conversation, Participant, Statement, Vote
from ratusz.apps.debate.services.live import ask_for_picture
from ratusz.apps.debate.services.statements import check_text, new_statement

# Numbers are given one by one, so hundreds who join at once wait for each other: the lock is held for one message to
# the database, and not until the disk has it. A first vote stands behind it in the same log, and is acknowledged only
# once all of that is safe.
JOIN = """
SET LOCAL synchronous_commit = off;
SELECT 1 FROM debate_conversation WHERE id = %(conversation)s FOR NO KEY UPDATE;
INSERT INTO debate_participant (conversation_id, number, digest, stakeholder, joined_at)
SELECT %(conversation)s, COALESCE(MAX(number), 0) + 1, %(digest)s, %(stakeholder)s, clock_timestamp()
FROM debate_participant WHERE conversation_id = %(conversation)s
ON CONFLICT (conversation_id, digest) DO NOTHING;
"""

# One statement, and one look at the clock: no vote is noted after the end, however it came here.
CAST = """
INSERT INTO debate_vote (key, participant_id, statement_id, value, important, cast_at, received_at)
SELECT one.key, %(participant)s, one.statement, one.value, one.important,
    LEAST(COALESCE(one.cast_at, clock_timestamp()), clock_timestamp()), clock_timestamp()
FROM unnest(
    %(keys)s::uuid[], %(statements)s::bigint[], %(values)s::smallint[], %(important)s::boolean[],
    %(moments)s::timestamptz[]
) WITH ORDINALITY AS one (key, statement, value, important, cast_at, place)
JOIN debate_conversation AS conversation ON conversation.id = %(conversation)s
WHERE conversation.opens_at <= clock_timestamp() AND clock_timestamp() < conversation.closes_at
ORDER BY one.place
ON CONFLICT (key) DO NOTHING
RETURNING key
"""


def join(*, user: Any, key: str, conversation: Conversation, known: Participant | None = None) -> Participant:
    """The participant of the account or of the key (`known` where it was looked up); made at the first vote."""
    _may_now(user, key, conversation)
    known = known or queries.participant_of(user, key, conversation)
    if known is not None:
        return known
    return new_participant(user, key, conversation)


def new_participant(user: Any, key: str, conversation: Conversation) -> Participant:
    """The participant with the next number; two devices of one account meet here."""
    digest = digest_for(user, key, conversation)
    with connection.cursor() as cursor:
        cursor.execute(JOIN, {
            "conversation": conversation.pk, "digest": digest,
            "stakeholder": queries.stakeholder_of(user, conversation.edition),
        })  # fmt: skip
    return conversation.participants.get(digest=digest)


@transaction.atomic
def go_on_with_account(*, user: Any, key: str, conversation: Conversation) -> Participant:
    """Makes the browser's participant that of the account, which has none yet; whoever asks says that it was they.

    Only the digest changes. Nothing is written down about it: an entry would lay a name beside votes.
    """
    _may_now(user, key, conversation)
    Conversation.objects.select_for_update().get(pk=conversation.pk)
    earlier = queries.earlier_participant(user, key, conversation)
    if earlier is None:
        raise DomainError(_("Nobody voted on this device without an account."), next_step=_("Vote now."))
    if queries.participant_of(user, "", conversation) is not None:
        raise DomainError(
            _("Your account has votes of its own in this conversation; two people's votes cannot become one's."),
            next_step=_("Go on with your account."), code="has_votes",
        )  # fmt: skip
    earlier.digest = digest_for(user, "", conversation)
    earlier.stakeholder = queries.stakeholder_of(user, conversation.edition)
    earlier.save(update_fields=["digest", "stakeholder"])
    return earlier


@dataclass(frozen=True, slots=True)
class Ballot:
    """A vote as the phone sends it; `key` is the phone's, so that it may be sent again."""

    key: uuid.UUID
    statement: Statement
    value: int
    important: bool = False
    cast_at: datetime | None = None


def cast_vote(
    *, participant: Participant, statement: Statement, value: int, key: uuid.UUID, important: bool = False
) -> Vote:
    """Notes the vote; sent again with the same key it is the same vote, with another it is a change of mind."""
    if not cast_votes(participant=participant, ballots=[Ballot(key, statement, value, important)]):
        raise DomainError(_("This vote is somebody else's."), next_step=_("Vote again."), code="key_taken")
    return Vote.objects.get(key=key)


def cast_votes(*, participant: Participant, ballots: Sequence[Ballot]) -> set[uuid.UUID]:
    """Notes the votes in their order, and returns the keys of those that are the participant's now."""
    for one in ballots:
        if one.statement.conversation_id != participant.conversation_id:
            raise DomainError(
                _("This statement belongs to another conversation."), next_step=_("Load the page again.")
            )
        if one.value not in Vote.Value.values:
            raise DomainError(
                _("“%(value)s” is no vote.") % {"value": one.value},
                next_step=_("Choose agree, disagree or pass."),
                field="value",
            )
    keys = [one.key for one in ballots]
    with connection.cursor() as cursor:
        cursor.execute(CAST, {
            "participant": participant.pk, "keys": keys, "conversation": participant.conversation_id,
            "statements": [one.statement.pk for one in ballots], "values": [one.value for one in ballots],
            "important": [one.important for one in ballots], "moments": [one.cast_at for one in ballots],
        })  # fmt: skip
        stand = {key for (key,) in cursor.fetchall()}
    transaction.on_commit(partial(ask_for_picture, participant.conversation_id), robust=True)
    if len(stand) < len(keys):
        # Keys that were there already are votes that were sent again.
        stand |= set(participant.votes.filter(key__in=keys).values_list("key", flat=True))
    return stand


@transaction.atomic
def suggest_statement(*, participant: Participant, text: str, key: uuid.UUID) -> Statement:
    """Sends a statement of one's own; sent again with the same key it is the same statement."""
    # A second tap on the button waits here and finds what the first one sent.
    conversation = Conversation.objects.select_for_update(of=("self",)).get(pk=participant.conversation_id)
    known = Statement.objects.filter(key=key, author=participant).first()
    if known is not None:
        return known
    voted = len(queries.own_votes(participant))
    if voted < conversation.votes_first:
        more = conversation.votes_first - voted
        raise DomainError(
            ngettext(
                "First vote on %(number)d more statement.", "First vote on %(number)d more statements.", more
            )
            % {"number": more},
            next_step=_("Then you know what has been said already."),
            field="text",
        )
    check_text(conversation, text, "text")
    for one in queries.statements_open(conversation):
        if fold(text) in (fold(one.text_pl), fold(one.text_en)):
            raise DomainError(
                _("Statement %(number)s says exactly that.") % {"number": one.number},
                next_step=_("Vote on it instead."), field="text", code="duplicate",
            )  # fmt: skip
    english = (get_language() or "pl").startswith("en")
    statement = new_statement(
        conversation, key=key, author=participant, **{"text_en" if english else "text_pl": text.strip()}
    )
    audit.record(by=None, action="debate.suggest_statement", subject=statement, edition=conversation.edition)
    return statement


def _may_now(user: Any, key: str, conversation: Conversation) -> None:
    if not queries.may_take_part(user, conversation, key):
        raise NotAllowed(_("This conversation is for other people."), code="other_audience")
    if not conversation.is_open:
        raise NotAllowed(_("This conversation is not open now."), code="not_open")
