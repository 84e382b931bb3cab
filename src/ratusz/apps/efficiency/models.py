from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ratusz.apps.cities.models import City
from ratusz.apps.core.bilingual import Bilingual
from ratusz.apps.editions.models import Edition


class Study(models.Model):
    """Who does most with what they have: what was chosen, how far it is computed, and what was published.

    An edition has one study in work; publishing gives it a number and ends the work on it. A database
    trigger refuses any change of a published study but its withdrawal, and any change of its rows.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        QUEUED = "queued", _("Waiting")
        RUNNING = "running", _("Being computed")
        COMPUTED = "computed", _("Computed")
        PUBLISHED = "published", _("Published")

    class Orientation(models.TextChoices):
        INPUT = "input", _("The same with less")
        OUTPUT = "output", _("More with the same")

    class Returns(models.TextChoices):
        VARIABLE = "vrs", _("Variable: each city beside mixtures of about its own size")
        CONSTANT = "crs", _("Constant: twice the input can be asked for twice the output")
        DECREASING = "drs", _("Decreasing: a mixture may be scaled down, never up")
        INCREASING = "irs", _("Increasing: a mixture may be scaled up, never down")

    class Kind(models.TextChoices):
        INPUT = "input", _("Input")
        OUTPUT = "output", _("Output")

    class Form(models.TextChoices):
        PLAIN = "plain", pgettext_lazy("form of a figure", "as published")
        TURNED = "turned", _("turned round: the highest figure minus the city's")
        SHIFTED = "shifted", _("from the lowest: the city's figure minus the lowest")

    ACTIVE = (State.QUEUED, State.RUNNING)

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="studies", verbose_name=_("edition"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    name_pl = models.CharField(_("name (Polish)"), max_length=160)
    name_en = models.CharField(_("name (English)"), max_length=160, blank=True)
    explanation_pl = models.TextField(_("what the study asks (Polish)"), blank=True)
    explanation_en = models.TextField(_("what the study asks (English)"), blank=True)
    returns = models.CharField(
        _("returns to scale"), max_length=3, choices=Returns.choices, default=Returns.VARIABLE
    )
    orientation = models.CharField(
        _("orientation"), max_length=6, choices=Orientation.choices, default=Orientation.INPUT
    )
    # [{"code", "kind", "form", "reason_pl", "reason_en"}] in the order of the pages.
    columns = models.JSONField(_("inputs and outputs"), default=list)
    repetitions = models.PositiveIntegerField(_("repetitions of the bootstrap"), default=2000)
    seed = models.PositiveBigIntegerField(_("seed"), default=1)
    changed_at = models.DateTimeField(_("changed"), default=timezone.now)
    # How often it was computed before its publication: a reader may ask whether it was tuned to its result.
    computations = models.PositiveIntegerField(_("times computed"), default=0)

    progress = models.FloatField(_("progress"), default=0)
    requested_at = models.DateTimeField(_("requested"), null=True, blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("requested by")
    )
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    error = models.TextField(_("error"), blank=True)

    summary = models.JSONField(
        _("summary"), null=True, help_text=_("Cards of inputs and outputs, counts, classes, provenance.")
    )
    bundle = models.BinaryField(_("bundle"), null=True)
    bundle_sha256 = models.CharField(_("SHA-256 of the bundle"), max_length=64, blank=True)

    number = models.PositiveSmallIntegerField(_("publication no."), null=True, blank=True)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("published by"),
    )
    note_pl = models.TextField(_("note on the publication (Polish)"), blank=True)
    note_en = models.TextField(_("note on the publication (English)"), blank=True)
    withdrawn_at = models.DateTimeField(pgettext_lazy("study", "withdrawn"), null=True, blank=True)
    withdrawal_pl = models.TextField(_("reason of the withdrawal (Polish)"), blank=True)
    withdrawal_en = models.TextField(_("reason of the withdrawal (English)"), blank=True)

    name = Bilingual("name")
    explanation = Bilingual("explanation")
    note = Bilingual("note")
    withdrawal = Bilingual("withdrawal")

    class Meta:
        ordering = ["-edition__year", "-number", "-id"]
        verbose_name = _("study of efficiency")
        verbose_name_plural = _("studies of efficiency")
        constraints = [
            models.UniqueConstraint(fields=["edition", "number"], name="study_number_once"),
            models.UniqueConstraint(
                fields=["edition"], condition=~Q(state="published"), name="study_one_in_work"
            ),
            models.CheckConstraint(
                name="study_progress_is_a_share", condition=Q(progress__gte=0, progress__lte=1)
            ),
            models.CheckConstraint(
                name="study_result_is_whole",
                condition=Q(state__in=["computed", "published"], summary__isnull=False, bundle__isnull=False)
                | Q(state__in=["draft", "queued", "running"], summary__isnull=True, bundle__isnull=True),
            ),
            models.CheckConstraint(
                name="study_publication_is_whole",
                condition=Q(state="published", number__isnull=False, published_at__isnull=False)
                | (~Q(state="published") & Q(number__isnull=True, published_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="study_correction_is_explained",
                condition=Q(number__isnull=True) | Q(number=1) | ~Q(note_pl=""),
            ),
            models.CheckConstraint(
                name="study_withdrawal_is_explained",
                condition=Q(withdrawn_at__isnull=True) | (Q(state="published") & ~Q(withdrawal_pl="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.edition.year}" + (f" #{self.number}" if self.number else "")

    @property
    def is_active(self) -> bool:
        return self.state in self.ACTIVE

    @property
    def is_published(self) -> bool:
        return self.published_at is not None

    @property
    def inputs(self) -> list[dict[str, Any]]:
        """The inputs with their reasons; once computed, with everything of the indicator's card."""
        return self._of_kind(self.Kind.INPUT)

    @property
    def outputs(self) -> list[dict[str, Any]]:
        """The outputs with their reasons; once computed, with everything of the indicator's card."""
        return self._of_kind(self.Kind.OUTPUT)

    def _of_kind(self, kind: str) -> list[dict[str, Any]]:
        columns = self.summary["columns"] if self.summary else self.columns
        return [column for column in columns if column["kind"] == kind]


class StudiedCity(models.Model):
    """One city's line of a study, with everything that the public pages show, frozen.

    A city without one of the figures has no score: it is left out and named, never zero.
    """

    study = models.ForeignKey(Study, models.CASCADE, related_name="rows", verbose_name=_("study"))
    city = models.ForeignKey(City, models.PROTECT, related_name="studied", verbose_name=_("city"))
    # The city as it was, so that a later change of the registry changes no published page.
    teryt = models.CharField(max_length=7)
    slug = models.SlugField(max_length=80)
    name = models.CharField(_("city"), max_length=80)
    name_folded = models.CharField(max_length=80)
    sort_key = models.CharField(max_length=200)
    voivodeship = models.CharField(_("voivodeship"), max_length=40)
    population = models.PositiveIntegerField(_("people"), null=True)
    size_class = models.PositiveSmallIntegerField(_("size class"), default=0)

    # Codes of the inputs and outputs for which nothing is published.
    missing = models.JSONField(_("missing figures"), default=list)
    # Shares of the best practice found, 1 is the most; the reciprocal of the engine's score where outputs are
    # asked for. The corrected share and the 95 % interval come from the bootstrap.
    score = models.FloatField(_("score"), null=True)
    corrected = models.FloatField(_("corrected score"), null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    efficient = models.BooleanField(_("efficient"), default=False)
    # How many other cities have this one as a peer.
    example_for = models.PositiveIntegerField(_("example for"), default=0)
    # [{"slug", "name", "share"}] largest share first; a city that is its own example has none.
    peers = models.JSONField(_("peers"), default=list)
    # [{"code", "name_pl", "name_en", "unit_pl", "unit_en", "per", "decimals", "kind", "now", "target",
    #   "change", "slack"}]: change = target ÷ now − 1, none where now is 0 or below; slack = what remains to be
    # saved or gained after the step that all inputs (or all outputs) take together.
    targets = models.JSONField(_("targets"), default=list)
    # {"since", "index", "catching_up", "frontier"}: productivity since the edition before, above 1 is better.
    change = models.JSONField(_("change since the edition before"), null=True)

    class Meta:
        ordering = ["-score", "sort_key", "id"]
        verbose_name = _("city in a study")
        verbose_name_plural = _("cities in a study")
        constraints = [
            models.UniqueConstraint(fields=["study", "city"], name="studied_city_once"),
            models.CheckConstraint(
                name="studied_city_is_whole",
                condition=Q(score__isnull=True, low__isnull=True, high__isnull=True, efficient=False)
                | Q(score__isnull=False, low__isnull=False, high__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["study", "slug"]), models.Index(fields=["study", "score"])]

    def __str__(self) -> str:
        return self.name

    @property
    def compared(self) -> bool:
        return self.score is not None
