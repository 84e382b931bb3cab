from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditEntry(models.Model):
    """One write, for ever: a database trigger refuses to change or delete a row.

    `actor` is empty for the system itself. Erasing a person anonymises the person's row, so the
    entry stays, under a pseudonym. `edition_id` is a plain number: core knows no edition.
    """

    at = models.DateTimeField(_("when"), auto_now_add=True, db_index=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who"),
    )
    action = models.CharField(_("what"), max_length=80, db_index=True)
    subject_type = models.CharField(_("kind of thing"), max_length=80)
    subject_id = models.CharField(max_length=40)
    subject_label = models.CharField(_("thing"), max_length=240)
    edition_id = models.BigIntegerField(null=True, blank=True, db_index=True)
    data = models.JSONField(_("details"), default=dict, encoder=DjangoJSONEncoder)

    class Meta:
        ordering = ["-id"]
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit log")
        indexes = [models.Index(fields=["subject_type", "subject_id"])]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action} {self.subject_label}"


class Mail(models.Model):
    """A mail to one person that waits, went out or failed; in demo mode, one that would have gone out.

    A `secret` mail carries a code: its text is dropped as soon as it went out or was given up.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting to be sent")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Not sent")

    created_at = models.DateTimeField(_("when"), auto_now_add=True)
    sender = models.CharField(_("from"), max_length=320, blank=True)
    to = models.TextField(_("to"))
    subject = models.CharField(_("subject"), max_length=300)
    body = models.TextField(_("text"), blank=True)
    html = models.TextField(blank=True)
    secret = models.BooleanField(default=False)
    state = models.CharField(
        _("state"), max_length=8, choices=State.choices, default=State.WAITING, db_index=True
    )
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    error = models.TextField(_("error"), blank=True)

    class Meta:
        ordering = ["-id"]
        verbose_name = _("mail")
        verbose_name_plural = _("mails")

    def __str__(self) -> str:
        return self.subject

    @property
    def audit_label(self) -> str:
        """The mail without its subject and receiver, which must stay erasable."""
        return f"mail {self.pk}"

    @property
    def can_be_sent_again(self) -> bool:
        """True once it went out or failed, as long as its text is kept; a code is never sent twice."""
        return self.state != self.State.WAITING and not self.secret and bool(self.body)


class ImportBatch(models.Model):
    """A file on its way into the system: nothing of it is saved elsewhere before a person confirms it.

    `edition_id` is a plain number, as in the audit log. `mapping` and `decisions` are what the person
    chose in the preview, `report` is what the last check of the file found.
    """

    class State(models.TextChoices):
        PREVIEW = "preview", _("Waiting for your confirmation")
        QUEUED = "queued", _("Waiting for the worker")
        RUNNING = "running", _("Being saved")
        APPLIED = "applied", _("Imported")
        FAILED = "failed", _("Not imported")
        UNDONE = "undone", _("Undone")
        DISCARDED = "discarded", _("Discarded")

    target = models.CharField(_("kind of import"), max_length=40)
    file_name = models.CharField(_("file"), max_length=200)
    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.PositiveIntegerField(_("size"))
    edition_id = models.BigIntegerField(null=True, blank=True, db_index=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="imports", verbose_name=_("who")
    )
    created_at = models.DateTimeField(_("uploaded"), auto_now_add=True)
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.PREVIEW)
    # Raised by each change in the preview: a confirmation from an older tab is refused.
    revision = models.PositiveIntegerField(default=1)
    mapping = models.JSONField(default=dict)
    decisions = models.JSONField(default=dict)
    report = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    progress = models.PositiveSmallIntegerField(default=0)
    error = models.JSONField(null=True, blank=True)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    applied_at = models.DateTimeField(_("imported"), null=True, blank=True)
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        verbose_name = _("import")
        verbose_name_plural = _("imports")

    def __str__(self) -> str:
        return self.file_name


class ImportFile(models.Model):
    """The bytes of an uploaded file, apart from the batch so that lists stay light.

    In the database, not in the media folder: any web or worker process reads it, a backup holds it, and no
    address serves it.
    """

    batch = models.OneToOneField(ImportBatch, models.CASCADE, related_name="content", primary_key=True)
    data = models.BinaryField()

    def __str__(self) -> str:
        return str(self.batch)


class ImportChange(models.Model):
    """One row that an import wrote: what it was before (nothing for a new row) and what it became."""

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="changes")
    model = models.CharField(max_length=80)
    object_id = models.BigIntegerField()
    before = models.JSONField(null=True)
    after = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["batch", "model", "object_id"], name="import_change_once")
        ]

    def __str__(self) -> str:
        return f"{self.model} {self.object_id}"
