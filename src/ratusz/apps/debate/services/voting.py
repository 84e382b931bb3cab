"""What those who take part do. A vote writes no audit entry: the log of votes is one, and it names nobody."""

import uuid
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _

from ratusz.apps.core import audit
from ratusz.apps.core.errors import DomainError, NotAllowed
from ratusz.apps.debate import queries
from ratusz.apps.debate.keys import digest_of, key_of
from ratusz.apps.debate.models import Conversation, Participant, Statement, Vote
from ratusz.apps.debate.services.statements import check_text, new_statement, next_number


def join(*, user: Any, key: str, conversation: Conversation) -> Participant:
    """The participant of the account or of the key; made at the first vote."""
    _may_now(user, conversation)
    known = queries.participant_of(user, key, conversation)
    if known is not None:
        return known
    if user is not None and user.is_authenticated:
        key = key_of(user, conversation)
    digest = digest_of(key, conversation)
    with transaction.atomic():
        # Numbers are given one by one; two devices of one account meet here.
        Conversation.objects.select_for_update().get(pk=conversation.pk)
        made, _new = conversation.participants.get_or_create(
            digest=digest,
            defaults={
                "number": next_number(conversation.participants),
                "stakeholder": queries.stakeholder_of(user, conversation.edition),
            },
        )
    return made


def cast_vote(
    *,
    participant: Participant,
    statement: Statement,
    value: int,
    key: uuid.UUID,
    important: bool = False,
    cast_at: datetime | None = None,
) -> Vote:
    """Notes the vote; sent again with the same key it is the same vote, with another it is a change of mind."""
    conversation = participant.conversation
    if statement.conversation_id != conversation.pk:
        raise DomainError(
            _("This statement belongs to another conversation."), next_step=_("Load the page again.")
        )
    if value not in Vote.Value.values:
        raise DomainError(
            _("“%(value)s” is no vote.") % {"value": value},
            next_step=_("Choose agree, disagree or pass."),
            field="value",
        )
    now = timezone.now()
    try:
        with transaction.atomic():
            vote, _new = Vote.objects.get_or_create(
                key=key,
                defaults={
                    "participant": participant, "statement": statement, "value": value,
                    "important": important, "cast_at": min(cast_at or now, now),
                },
            )  # fmt: skip
    except IntegrityError:
        vote = Vote.objects.get(key=key)
    if vote.participant_id != participant.pk:
        raise DomainError(_("This vote is somebody else's."), next_step=_("Vote again."), code="key_taken")
    return vote


@transaction.atomic
def suggest_statement(*, participant: Participant, text: str, key: uuid.UUID) -> Statement:
    """Sends a statement of one's own; sent again with the same key it is the same statement."""
    conversation = participant.conversation
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
    english = (get_language() or "pl").startswith("en")
    statement = new_statement(
        conversation, key=key, author=participant, **{"text_en" if english else "text_pl": text.strip()}
    )
    audit.record(by=None, action="debate.suggest_statement", subject=statement, edition=conversation.edition)
    return statement


def _may_now(user: Any, conversation: Conversation) -> None:
    if not queries.may_take_part(user, conversation):
        raise NotAllowed(_("This conversation is for other people."), code="other_audience")
    if not conversation.is_open:
        raise NotAllowed(_("This conversation is not open now."), code="not_open")
