"""Organisers open conversations and end them."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from ratusz.apps.accounts.models import User
from ratusz.apps.core import audit
from ratusz.apps.core.errors import DomainError
from ratusz.apps.debate import queries
from ratusz.apps.debate.models import Conversation, Result, Statement
from ratusz.apps.dialogue.models import Block
from ratusz.apps.editions.models import Edition
from ratusz.apps.editions.permissions import require

CHANGE = "debate.change"


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
    taken = {"key", *edition.conversations.values_list("slug", flat=True)}  # the address of the keys' page
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
