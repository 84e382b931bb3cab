"""What every new statement goes through, whoever wrote it."""

from typing import Any

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from ratusz.apps.core.errors import DomainError
from ratusz.apps.debate.models import Conversation, Statement
from ratusz.apps.debate.noticing import holds_pesel


def check_text(conversation: Conversation, text: str, field: str) -> None:
    """Raises DomainError for a text without words, with a PESEL number, and longer than the conversation allows."""
    text = text.strip()
    if not text:
        raise DomainError(
            _("The statement is empty."), next_step=_("Write one idea, in one sentence."), field=field
        )
    if not any(letter.isalpha() for letter in text):
        raise DomainError(
            _("The statement “%(text)s” has no words.") % {"text": text[:40]},
            next_step=_("Write it in words, so that everybody reads the same in it."), field=field,
        )  # fmt: skip
    if holds_pesel(text):
        raise DomainError(
            _("The statement holds a PESEL number."),
            next_step=_("Leave it out: it would tell everybody who somebody is."), field=field, code="pesel",
        )  # fmt: skip
    if len(text) > conversation.statement_length:
        raise DomainError(
            _("The statement has %(length)s characters; at most %(most)s fit.")
            % {"length": len(text), "most": conversation.statement_length},
            next_step=_("Say one idea; write another statement for the next."), field=field,
        )  # fmt: skip


def next_number(rows: Any) -> int:
    """The number after the last; the caller holds the lock of the conversation."""
    return (rows.aggregate(last=Max("number"))["last"] or 0) + 1


def new_statement(conversation: Conversation, **fields: Any) -> Statement:
    """Adds a statement with the next number of the conversation."""
    Conversation.objects.select_for_update().get(pk=conversation.pk)
    return Statement.objects.create(
        conversation=conversation, number=next_number(conversation.statements), **fields
    )
