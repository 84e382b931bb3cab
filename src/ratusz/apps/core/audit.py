"""The audit log: every service that writes calls `record` once."""

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models

from ratusz.apps.core.models import AuditEntry


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
