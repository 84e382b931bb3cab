from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from ratusz.apps.editions.models import Edition


class BdlFetch(models.Model):
    """A job that fetches indicators from the Local Data Bank into imports that wait for confirmation."""

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting for the worker")
        RUNNING = "running", _("Fetching")
        DONE = "done", _("Fetched")
        FAILED = "failed", _("Not fetched")

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="+", verbose_name=_("edition"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("who"))
    created_at = models.DateTimeField(_("when"), auto_now_add=True)
    indicators = models.JSONField()
    first_year = models.PositiveSmallIntegerField()
    last_year = models.PositiveSmallIntegerField()
    level = models.PositiveSmallIntegerField()
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.QUEUED)
    done = models.PositiveSmallIntegerField(default=0)
    calls = models.PositiveIntegerField(default=0)
    error = models.JSONField(null=True, blank=True)
    # Import → the codes that it holds: a run that was interrupted does not fetch them into a second import.
    batches = models.JSONField(default=dict)

    class Meta:
        ordering = ["-id"]
        verbose_name = _("fetch from the BDL")
        verbose_name_plural = _("fetches from the BDL")

    def __str__(self) -> str:
        return f"BDL {self.first_year}–{self.last_year}: {', '.join(self.indicators)}"


class BdlPage(models.Model):
    """An answer of the bank, asked again by its ETag."""

    address = models.CharField(max_length=500, unique=True)
    etag = models.CharField(max_length=200)
    body = models.JSONField()
    at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.address


class BdlCall(models.Model):
    """The moment of one call: the bank's quota holds for all processes together."""

    at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S}"
