"""The audit log: every service that writes calls `record` once."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models

from ratusz.apps.core.errors import Text
from ratusz.apps.core.models import AuditEntry

_words: dict[str, Text] = {}


def name_actions(words: Mapping[str, Text]) -> None:
    """Gives actions the words that the log shows to people."""
    _words.update(words)


def words_for(action: str) -> str:
    """What the log calls an action; its code where nobody named it."""
    from wagtail.log_actions import registry

    if action in _words:
        return str(_words[action])
    return str(registry.get_action_label(action)) if registry.action_exists(action) else action


def record(
    *,
    by: AbstractBaseUser | None,
    action: str,
    subject: models.Model,
    edition: models.Model | None = None,
    **data: Any,
) -> AuditEntry:
    """Appends one entry; call it in the transaction of the write it tells of.

    A subject that names a person has an `audit_label` without the name: an entry can never be changed,
    so that what must be erasable must not be in it.
    """
    return AuditEntry.objects.create(
        actor=by if by is not None and by.is_authenticated else None,
        action=action,
        subject_type=subject._meta.label,
        subject_id=str(subject.pk),
        subject_label=str(getattr(subject, "audit_label", subject))[:240],
        edition_id=edition.pk if edition is not None else None,
        data=data,
    )
