from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ratusz.apps.cities.models.figures import Correction, Indicator
from ratusz.apps.cities.models.registry import City
from ratusz.apps.core.bilingual import Bilingual
from ratusz.apps.editions.models import Edition


class CityReview(models.Model):
    """What a city did in the data dialogue of an edition: was asked, looked at its figures, confirmed them."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="+", verbose_name=_("edition"))
    city = models.ForeignKey(City, models.PROTECT, related_name="reviews", verbose_name=_("city"))
    invited_at = models.DateTimeField(_("invited"), null=True, blank=True)
    reminded_at = models.DateTimeField(_("reminded"), null=True, blank=True)
    looked_at = models.DateTimeField(_("looked"), null=True, blank=True)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("who"),
    )
    # A hash of the figures that were confirmed: a figure that changes later is not confirmed with them.
    confirmed_figures = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["edition", "city"]
        verbose_name = _("city in the data dialogue")
        verbose_name_plural = _("cities in the data dialogue")
        constraints = [models.UniqueConstraint(fields=["edition", "city"], name="city_review_once")]

    def __str__(self) -> str:
        return f"{self.city} ({self.edition.year})"


class Objection(models.Model):
    """A city says that one of its figures is wrong or missing, and names a better one with its source.

    What is public is the decision: indicator, city, year, old and new value, source and reason. Who wrote the
    objection, its grounds and its document stay between the city's team and the organisers.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        WAITING = "waiting", _("Waiting for a decision")
        ACCEPTED = "accepted", _("Accepted")
        REJECTED = "rejected", _("Rejected")
        WITHDRAWN = "withdrawn", pgettext_lazy("objection", "Withdrawn")

    OPEN = (State.DRAFT, State.WAITING)
    DECIDED = (State.ACCEPTED, State.REJECTED)

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="objections", verbose_name=_("edition"))
    city = models.ForeignKey(City, models.PROTECT, related_name="objections", verbose_name=_("city"))
    indicator = models.ForeignKey(
        Indicator, models.PROTECT, related_name="objections", verbose_name=_("indicator")
    )
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    # Raised by each change: a decision or an edit that was begun on an older text is refused.
    version = models.PositiveIntegerField(default=1)
    # The figure that the city saw; both empty where it saw none.
    old_value = models.FloatField(_("value objected to"), null=True, blank=True)
    old_year = models.PositiveSmallIntegerField(_("its year"), null=True, blank=True)
    # As it was typed, so that a draft keeps also what is no number yet.
    typed = models.CharField(_("proposed value as typed"), max_length=60, blank=True)
    value = models.FloatField(_("proposed value"), null=True, blank=True)
    year = models.PositiveSmallIntegerField(_("reference year"), null=True, blank=True)
    source_name = models.CharField(_("source"), max_length=200, blank=True)
    source_url = models.CharField(_("address of the source"), max_length=500, blank=True)
    grounds = models.TextField(_("why"), blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("who"))
    created_at = models.DateTimeField(_("begun"), default=timezone.now)
    changed_at = models.DateTimeField(_("changed"), default=timezone.now)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True,
        verbose_name=_("decided by"),
    )  # fmt: skip
    reason_pl = models.TextField(_("reason of the decision (Polish)"), blank=True)
    reason_en = models.TextField(_("reason of the decision (English)"), blank=True)
    correction = models.OneToOneField(
        Correction,
        models.PROTECT,
        related_name="objection",
        null=True,
        blank=True,
        verbose_name=_("correction"),
    )

    reason = Bilingual("reason")

    class Meta:
        ordering = ["-id"]
        verbose_name = _("objection")
        verbose_name_plural = _("objections")
        indexes = [models.Index(fields=["edition", "state"])]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "city", "indicator"],
                condition=Q(state__in=["draft", "waiting"]),
                name="objection_open_once",
            ),
            models.CheckConstraint(
                name="objection_decided_with_a_reason",
                condition=~Q(state__in=["accepted", "rejected"])
                | (Q(decided_at__isnull=False) & ~Q(reason_pl="")),
            ),
            models.CheckConstraint(
                name="objection_accepted_with_its_correction",
                condition=Q(state="accepted", correction__isnull=False)
                | (~Q(state="accepted") & Q(correction__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.city}: {self.indicator.code} ({self.edition.year})"

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    @property
    def is_decided(self) -> bool:
        return self.state in self.DECIDED


class ObjectionFile(models.Model):
    """The document that proves an objection, in the database: no address serves it, a backup holds it."""

    objection = models.OneToOneField(
        Objection, models.CASCADE, related_name="document", primary_key=True, verbose_name=_("objection")
    )
    name = models.CharField(_("file"), max_length=120)
    content_type = models.CharField(max_length=80)
    size = models.PositiveIntegerField(_("size"))
    sha256 = models.CharField(max_length=64)
    data = models.BinaryField()

    class Meta:
        verbose_name = _("document of an objection")
        verbose_name_plural = _("documents of objections")

    def __str__(self) -> str:
        return self.name
