from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ratusz.apps.core.bilingual import Bilingual
from ratusz.apps.dialogue.models.people import Registration
from ratusz.apps.dialogue.models.session import Round, Session, Table


class SeatingPlan(models.Model):
    """Who sits where in every round. Work goes on in a draft; what was published is never changed."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")
        PAST = "past", _("Replaced")

    class Search(models.TextChoices):
        IDLE = "idle", _("Not searching")
        QUEUED = "queued", _("Waiting for the worker")
        RUNNING = "running", _("Searching")

    session = models.ForeignKey(Session, models.PROTECT, related_name="plans", verbose_name=_("session"))
    number = models.PositiveSmallIntegerField(_("no."))
    name = models.CharField(_("name"), max_length=80, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    parent = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("made from")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("who")
    )
    created_at = models.DateTimeField(_("made"), default=timezone.now)
    # Weights, demands such as "an NGO at each table", seconds and seed, as the engine takes them.
    settings = models.JSONField(default=dict)
    # Raised by each change: a move that was begun on an older plan is refused.
    version = models.PositiveIntegerField(default=1)
    # What the engine counted last: quality, bounds and broken rules, with the version they belong to.
    report = models.JSONField(default=dict)
    search = models.CharField(_("search"), max_length=8, choices=Search.choices, default=Search.IDLE)
    progress = models.JSONField(default=dict)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    note_pl = models.CharField(_("what is new (Polish)"), max_length=300, blank=True)
    note_en = models.CharField(_("what is new (English)"), max_length=300, blank=True)

    note = Bilingual("note")

    class Meta:
        ordering = ["-number"]
        verbose_name = _("seating plan")
        verbose_name_plural = _("seating plans")
        constraints = [
            models.UniqueConstraint(fields=["session", "number"], name="seating_plan_number_once"),
            models.UniqueConstraint(
                fields=["session"], condition=Q(state="published"), name="seating_plan_one_published"
            ),
            models.CheckConstraint(
                name="seating_plan_published_at",
                condition=Q(state="draft") | Q(published_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name or str(_("Plan %(number)s") % {"number": self.number})


class Seat(models.Model):
    """A person's table in a round of a plan; pinned seats stay whatever else is changed."""

    plan = models.ForeignKey(SeatingPlan, models.CASCADE, related_name="seats", verbose_name=_("plan"))
    round = models.ForeignKey(Round, models.CASCADE, related_name="seats", verbose_name=_("round"))
    table = models.ForeignKey(Table, models.CASCADE, related_name="seats", verbose_name=_("table"))
    registration = models.ForeignKey(
        Registration, models.CASCADE, related_name="seats", verbose_name=_("person")
    )
    pinned = models.BooleanField(_("pinned"), default=False)

    class Meta:
        ordering = ["round", "table", "id"]
        verbose_name = _("seat")
        verbose_name_plural = _("seats")
        constraints = [
            models.UniqueConstraint(fields=["plan", "round", "registration"], name="one_seat_in_a_round")
        ]
        indexes = [models.Index(fields=["plan", "registration"])]

    def __str__(self) -> str:
        return f"{self.round_id}: {self.registration_id} @ {self.table_id}"


class PlanChange(models.Model):
    """One step in a draft, with what it takes to undo it: seats before and after."""

    plan = models.ForeignKey(SeatingPlan, models.CASCADE, related_name="changes", verbose_name=_("plan"))
    number = models.PositiveIntegerField(_("no."))
    verb = models.CharField(max_length=20)
    before = models.JSONField()
    after = models.JSONField()
    undone = models.BooleanField(default=False)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["plan", "number"]
        verbose_name = _("change of a plan")
        verbose_name_plural = _("changes of plans")
        constraints = [models.UniqueConstraint(fields=["plan", "number"], name="plan_change_once")]

    def __str__(self) -> str:
        return f"{self.plan_id}: {self.number} {self.verb}"
