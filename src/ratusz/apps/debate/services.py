"""Verbs of the debate."""

import uuid
from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _

from ratusz.apps.accounts.models import User
from ratusz.apps.core import audit
from ratusz.apps.core.errors import DomainError, NotAllowed
from ratusz.apps.debate import queries, results
from ratusz.apps.debate.keys import digest_of, key_of
from ratusz.apps.debate.models import Conversation, Participant, Result, Statement, Vote
from ratusz.apps.dialogue.models import Block
from ratusz.apps.editions.models import Edition
from ratusz.apps.editions.permissions import require

CHANGE, MODERATE = "debate.change", "debate.moderate"


@transaction.atomic
def save_conversation(
    *,
    by: User,
    edition: Edition,
    conversation: Conversation | None = None,
    question_pl: str,
    audience: str,
    opens_at: datetime,
    closes_at: datetime,
    question_en: str = "",
    background_pl: str = "",
    background_en: str = "",
    stakeholders: Collection[str] = (),
    circle: Block | None = None,
    statement_length: int = 140,
    votes_first: int = 3,
    moderation: str = Conversation.Moderation.BEFORE,
) -> Conversation:
    """Opens a conversation in the edition or changes one; its audience stays once somebody voted."""
    require(by, CHANGE, edition)
    if closes_at <= opens_at:
        raise DomainError(
            _("The conversation would close before it opens."),
            next_step=_("Choose a later moment."),
            field="closes_at",
        )
    if audience == Conversation.Audience.STAKEHOLDERS and not stakeholders:
        raise DomainError(
            _("No side is chosen."), next_step=_("Choose at least one side."), field="stakeholders"
        )
    circles = queries.circles_open_to(by, edition)
    if audience == Conversation.Audience.CIRCLE and (circle is None or circle not in circles):
        raise DomainError(
            _("No circle is chosen."), next_step=_("Choose a circle of this Session."), field="circle"
        )
    if not 40 <= statement_length <= Statement.TEXT_LENGTH:
        raise DomainError(
            _("The longest statement has from 40 to %(most)s characters.") % {"most": Statement.TEXT_LENGTH},
            next_step=_("140 are enough for one idea."),
            field="statement_length",
        )
    if conversation is None:
        conversation = Conversation(edition=edition, slug=_slug(edition, question_pl))
    elif audience != conversation.audience and conversation.participants.exists():
        raise DomainError(
            _("People have taken part already: who may do so stays as it was."),
            next_step=_("Open another conversation for other people."),
            field="audience",
        )
    if conversation.pk and Result.objects.filter(conversation=conversation).exists():
        raise DomainError(
            _("The results are published: the conversation stays as it was."),
            next_step=_("Open another conversation."),
            code="has_result",
        )
    conversation.question_pl, conversation.question_en = question_pl.strip(), question_en.strip()
    conversation.background_pl, conversation.background_en = background_pl.strip(), background_en.strip()
    conversation.audience = audience
    conversation.stakeholders = sorted(stakeholders) if audience == Conversation.Audience.STAKEHOLDERS else []
    conversation.circle = circle if audience == Conversation.Audience.CIRCLE else None
    conversation.opens_at, conversation.closes_at = opens_at, closes_at
    conversation.statement_length, conversation.votes_first = statement_length, votes_first
    conversation.moderation = moderation
    conversation.save()
    audit.record(by=by, action="debate.save_conversation", subject=conversation, edition=edition)
    return conversation


def _slug(edition: Edition, question: str) -> str:
    base = slugify(question.translate(str.maketrans("łŁ", "lL")))[:50].strip("-") or "rozmowa"
    taken = set(edition.conversations.values_list("slug", flat=True))
    return next(slug for slug in (base, *(f"{base}-{k}" for k in range(2, 1000))) if slug not in taken)


@transaction.atomic
def close_conversation(*, by: User, conversation: Conversation) -> Conversation:
    """Ends the voting now."""
    require(by, CHANGE, conversation.edition)
    if not conversation.is_open:
        raise DomainError(_("This conversation is not open now."), next_step=_("There is nothing to close."))
    conversation.closes_at = timezone.now()
    conversation.save(update_fields=["closes_at"])
    audit.record(
        by=by, action="debate.close_conversation", subject=conversation, edition=conversation.edition
    )
    return conversation


@transaction.atomic
def seed_statement(*, by: User, conversation: Conversation, text_pl: str, text_en: str = "") -> Statement:
    """Adds a statement of the organiser, on which people may vote at once."""
    require(by, MODERATE, conversation.edition)
    _check_text(conversation, text_pl, "text_pl")
    if text_en:
        _check_text(conversation, text_en, "text_en")
    statement = _new_statement(
        conversation, text_pl=text_pl.strip(), text_en=text_en.strip(), is_seed=True,
        state=Statement.State.ACCEPTED, decided_at=timezone.now(),
    )  # fmt: skip
    audit.record(by=by, action="debate.seed_statement", subject=statement, edition=conversation.edition)
    return statement


@transaction.atomic
def compute_result(*, by: User | None, conversation: Conversation) -> Result:
    """Computes what the votes of a closed conversation say; the same log gives the same result.

    The worker calls it with nobody's name soon after the end. Raises DomainError where too few took part.
    """
    edition = conversation.edition
    if by is not None:
        require(by, CHANGE, edition)
    conversation = Conversation.objects.select_for_update().get(pk=conversation.pk)
    if conversation.closes_at > timezone.now():
        raise DomainError(
            _("The conversation is still open."), next_step=_("End the voting first."), code="still_open"
        )
    known = Result.objects.filter(conversation=conversation).first()
    if known is not None:
        return known
    votes = results.votes_of(conversation)
    if votes.shape[0] < results.FEWEST:
        raise DomainError(
            _("Fewer than %(fewest)s people voted.") % {"fewest": results.FEWEST},
            next_step=_("Results of so few could be laid at somebody's door; none are shown."),
            code="too_few",
        )
    found = results.opinions_of(votes)
    result = Result.objects.create(
        conversation=conversation, content=results.content_of(found), seed=found.provenance.seed,
        version=found.provenance.version, input_hash=found.provenance.input_hash,
    )  # fmt: skip
    audit.record(by=by, action="debate.compute_result", subject=conversation, edition=edition)
    return result


# Those who take part. A vote writes no audit entry: the log of votes is one, and it names nobody.


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
                "number": _next(conversation.participants),
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
    _check_text(conversation, text, "text")
    english = (get_language() or "pl").startswith("en")
    statement = _new_statement(
        conversation, key=key, author=participant, **{"text_en" if english else "text_pl": text.strip()}
    )
    audit.record(by=None, action="debate.suggest_statement", subject=statement, edition=conversation.edition)
    return statement


# Moderators


def accept_statement(*, by: User, statement: Statement) -> Statement:
    """Shows a waiting statement."""
    return _decide(by, statement, "debate.accept_statement", state=Statement.State.ACCEPTED)


def reject_statement(*, by: User, statement: Statement, reason_pl: str, reason_en: str = "") -> Statement:
    """Turns a statement down; the reason is public, votes on it stay in the log and count no more."""
    if not reason_pl.strip():
        raise DomainError(
            _("The reason is missing."), next_step=_("Say what rule it breaks: its author reads it."),
            field="reason_pl",
        )  # fmt: skip
    return _decide(
        by, statement, "debate.reject_statement", state=Statement.State.REJECTED,
        reason_pl=reason_pl.strip(), reason_en=reason_en.strip(),
    )  # fmt: skip


@transaction.atomic
def merge_statement(*, by: User, statement: Statement, into: Statement) -> Statement:
    """Merges a statement into one that says the same; its votes stay and count for that one."""
    if into.pk == statement.pk or into.conversation_id != statement.conversation_id:
        raise DomainError(
            _("A statement is merged into another one of the same conversation."),
            next_step=_("Choose another number."), field="into",
        )  # fmt: skip
    into = Statement.objects.select_for_update().get(pk=into.pk)
    if into.state != Statement.State.ACCEPTED:
        raise DomainError(
            _("Statement %(number)s is not accepted.") % {"number": into.number},
            next_step=_("Accept it first."), field="into",
        )  # fmt: skip
    done = _decide(by, statement, "debate.merge_statement", state=Statement.State.MERGED, merged_into=into)
    statement.merged.update(merged_into=into)
    return done


@transaction.atomic
def word_statement(*, by: User, statement: Statement, text_pl: str, text_en: str = "") -> Statement:
    """Translates a statement, and mends its wording as long as nobody has voted on it."""
    conversation = statement.conversation
    require(by, MODERATE, conversation.edition)
    statement = Statement.objects.select_for_update().get(pk=statement.pk)
    texts = {"text_pl": text_pl.strip(), "text_en": text_en.strip()}
    for field, text in texts.items():
        standing = getattr(statement, field)
        if standing and text != standing and statement.votes.exists():
            raise DomainError(
                _("People have voted on this wording; it can only be translated now."),
                next_step=_("Add a new statement instead."), field=field, code="voted",
            )  # fmt: skip
        if text:
            _check_text(conversation, text, field)
    if not any(texts.values()):
        raise DomainError(_("The statement is empty."), next_step=_("Write it."), field="text_pl")
    statement.text_pl, statement.text_en = texts["text_pl"], texts["text_en"]
    statement.save(update_fields=["text_pl", "text_en"])
    audit.record(by=by, action="debate.word_statement", subject=statement, edition=conversation.edition)
    return statement


@transaction.atomic
def _decide(by: User, statement: Statement, action: str, **changes: Any) -> Statement:
    """Decides on a statement as the moderator saw it: where another was faster, theirs stands."""
    edition = statement.conversation.edition
    require(by, MODERATE, edition)
    now = Statement.objects.select_for_update().get(pk=statement.pk)
    if now.state != statement.state or now.state == changes["state"]:
        raise DomainError(
            _("Statement %(number)s was decided on in the meantime: %(state)s.")
            % {"number": now.number, "state": now.get_state_display()},
            next_step=_("Look at the list again."), code="decided",
        )  # fmt: skip
    cleared = {"reason_pl": "", "reason_en": "", "merged_into": None, "decided_at": timezone.now()}
    for name, value in (cleared | changes).items():
        setattr(now, name, value)
    now.save()
    audit.record(by=by, action=action, subject=now, edition=edition, before=statement.state)
    return now


def _may_now(user: Any, conversation: Conversation) -> None:
    if not queries.may_take_part(user, conversation):
        raise NotAllowed(_("This conversation is for other people."), code="other_audience")
    if not conversation.is_open:
        raise NotAllowed(_("This conversation is not open now."), code="not_open")


def _check_text(conversation: Conversation, text: str, field: str) -> None:
    text = text.strip()
    if not text:
        raise DomainError(
            _("The statement is empty."), next_step=_("Write one idea, in one sentence."), field=field
        )
    if len(text) > conversation.statement_length:
        raise DomainError(
            _("The statement has %(length)s characters; at most %(most)s fit.")
            % {"length": len(text), "most": conversation.statement_length},
            next_step=_("Say one idea; write another statement for the next."), field=field,
        )  # fmt: skip


def _next(rows: Any) -> int:
    return (rows.aggregate(last=Max("number"))["last"] or 0) + 1


def _new_statement(conversation: Conversation, **fields: Any) -> Statement:
    Conversation.objects.select_for_update().get(pk=conversation.pk)
    return Statement.objects.create(
        conversation=conversation, number=_next(conversation.statements), **fields
    )
