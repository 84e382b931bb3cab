"""What moderators do with statements."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ratusz.apps.accounts.models import User
from ratusz.apps.core import audit
from ratusz.apps.core.errors import DomainError, NotAllowed
from ratusz.apps.debate import queries
from ratusz.apps.debate.models import Conversation, Statement
from ratusz.apps.debate.services.statements import check_text, new_statement
from ratusz.apps.editions.permissions import require

MODERATE = "debate.moderate"


def guard(by: User, conversation: Conversation) -> None:
    """Raises NotAllowed unless the person moderates the conversation; a circle's wall stands for organisers too."""
    require(by, MODERATE, conversation.edition)
    if not queries.may_moderate(by, conversation):
        raise NotAllowed


@transaction.atomic
def seed_statement(*, by: User, conversation: Conversation, text_pl: str, text_en: str = "") -> Statement:
    """Adds a statement of the organiser, on which people may vote at once."""
    guard(by, conversation)
    check_text(conversation, text_pl, "text_pl")
    if text_en:
        check_text(conversation, text_en, "text_en")
    statement = new_statement(
        conversation, text_pl=text_pl.strip(), text_en=text_en.strip(), is_seed=True,
        state=Statement.State.ACCEPTED, decided_at=timezone.now(),
    )  # fmt: skip
    audit.record(by=by, action="debate.seed_statement", subject=statement, edition=conversation.edition)
    return statement


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
    guard(by, conversation)
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
            check_text(conversation, text, field)
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
    guard(by, statement.conversation)
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
