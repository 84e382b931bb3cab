"""Brings Wagtail's own log into the audit log, so that one place tells of every write."""

from typing import Any

from django.db.models.signals import post_save
from django.dispatch import receiver
from wagtail.models import ModelLogEntry, PageLogEntry

from ratusz.apps.core.models import AuditEntry


@receiver(post_save, sender=PageLogEntry)
@receiver(post_save, sender=ModelLogEntry)
def copy_wagtail_log(sender: type, instance: Any, created: bool, raw: bool = False, **kwargs: Any) -> None:
    """Appends an audit entry for what was done in Wagtail's screens."""
    if not created or raw:
        return
    is_page = sender is PageLogEntry
    AuditEntry.objects.create(
        actor_id=instance.user_id,
        action=instance.action,
        subject_type=f"{instance.content_type.app_label}.{instance.content_type.model}",
        subject_id=str(instance.page_id if is_page else instance.object_id),
        subject_label=instance.label[:240],
        data=instance.data,
    )
