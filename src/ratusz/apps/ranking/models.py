from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ratusz.apps.cities.models import City
from ratusz.apps.core.bilingual import Bilingual
from ratusz.apps.editions.models import Edition


class Method(models.Model):
    """How an edition ranks: one TOML text is the whole truth; a locked version never changes.

    A change after the lock is the next version, with a public note of what changed and why.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        LOCKED = "locked", _("Locked")
        RETIRED = "retired", _("Replaced")

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="methods", verbose_name=_("edition"))
    version = models.PositiveSmallIntegerField(_("version"))
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.DRAFT)
    name_pl = models.CharField(_("name (Polish)"), max_length=160)
    name_en = models.CharField(_("name (English)"), max_length=160, blank=True)
    toml = models.TextField(_("method file"))
    hash = models.CharField(_("hash"), max_length=64, blank=True, editable=False)
    note_pl = models.TextField(_("what changed and why (Polish)"), blank=True)
    note_en = models.TextField(_("what changed and why (English)"), blank=True)
    changed_at = models.DateTimeField(_("changed"), default=timezone.now)
    locked_at = models.DateTimeField(_("locked"), null=True, blank=True)
    locked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("locked by"),
    )

    name = Bilingual("name")
    note = Bilingual("note")

    class Meta:
        ordering = ["edition", "-version"]
        verbose_name = _("method")
        verbose_name_plural = _("methods")
        constraints = [
            models.UniqueConstraint(fields=["edition", "version"], name="method_version_once"),
            models.UniqueConstraint(fields=["edition"], condition=Q(state="draft"), name="method_one_draft"),
            models.UniqueConstraint(
                fields=["edition"], condition=Q(state="locked"), name="method_one_locked"
            ),
            models.CheckConstraint(
                name="method_lock_is_whole",
                condition=Q(state="draft", hash="", locked_at__isnull=True)
                | (~Q(state="draft") & ~Q(hash="") & Q(locked_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="method_change_is_explained", condition=Q(state="draft") | Q(version=1) | ~Q(note_pl="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} v{self.version}"

    @property
    def short_hash(self) -> str:
        """The hash as people read it aloud: `9f3c 41aa … e07b`."""
        return f"{self.hash[:4]} {self.hash[4:8]} … {self.hash[-4:]}" if self.hash else ""


class Run(models.Model):
    """One computation of a locked method in the background: its progress, and how it ended."""

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        INTERRUPTED = "interrupted", _("Interrupted")

    ACTIVE = (State.QUEUED, State.RUNNING)

    method = models.ForeignKey(Method, models.PROTECT, related_name="runs", verbose_name=_("method"))
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="runs", verbose_name=_("edition"))
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.QUEUED)
    seed = models.PositiveBigIntegerField(_("seed"))
    variants = models.PositiveIntegerField(_("variants"))
    progress = models.FloatField(_("progress"), default=0)
    requested_at = models.DateTimeField(_("requested"), default=timezone.now)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("requested by")
    )
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    input_hash = models.CharField(_("hash of the input"), max_length=64, blank=True)
    error = models.TextField(_("error"), blank=True)

    class Meta:
        ordering = ["-id"]
        verbose_name = _("run")
        verbose_name_plural = _("runs")
        constraints = [
            models.UniqueConstraint(
                fields=["edition"], condition=Q(state__in=["queued", "running"]), name="run_one_at_a_time"
            ),
            models.CheckConstraint(
                name="run_progress_is_a_share", condition=Q(progress__gte=0, progress__lte=1)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.method} #{self.pk}"

    @property
    def is_active(self) -> bool:
        return self.state in self.ACTIVE


class Ranking(models.Model):
    """The frozen result of a run; published when it has a number and a date.

    A database trigger refuses any change of a published ranking but its withdrawal, and any change
    of its rows: a correction is a new publication with a public note.
    """

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="rankings", verbose_name=_("edition"))
    method = models.ForeignKey(Method, models.PROTECT, related_name="rankings", verbose_name=_("method"))
    run = models.OneToOneField(Run, models.PROTECT, related_name="ranking", verbose_name=_("run"))
    created_at = models.DateTimeField(_("computed"), default=timezone.now)
    summary = models.JSONField(
        _("summary"), help_text=_("Classes, pillars, indicator cards, stability, groups.")
    )
    # [city ids, [[share of variants in which the row's city is better than the column's]]]; none for many cities.
    pairs = models.JSONField(_("pairs"), null=True)
    bundle = models.BinaryField(_("bundle"))
    bundle_sha256 = models.CharField(_("SHA-256 of the bundle"), max_length=64)

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

    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    withdrawal_pl = models.TextField(_("reason of the withdrawal (Polish)"), blank=True)
    withdrawal_en = models.TextField(_("reason of the withdrawal (English)"), blank=True)

    note = Bilingual("note")
    withdrawal = Bilingual("withdrawal")

    class Meta:
        ordering = ["-edition__year", "-number", "-id"]
        verbose_name = _("ranking")
        verbose_name_plural = _("rankings")
        constraints = [
            models.UniqueConstraint(fields=["edition", "number"], name="ranking_number_once"),
            models.CheckConstraint(
                name="ranking_publication_is_whole",
                condition=Q(number__isnull=True, published_at__isnull=True)
                | Q(number__isnull=False, published_at__isnull=False),
            ),
            models.CheckConstraint(
                name="ranking_correction_is_explained",
                condition=Q(number__isnull=True) | Q(number=1) | ~Q(note_pl=""),
            ),
            models.CheckConstraint(
                name="ranking_withdrawal_is_explained",
                condition=Q(withdrawn_at__isnull=True)
                | (Q(published_at__isnull=False) & ~Q(withdrawal_pl="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.method.name} {self.edition.year}" + (f" #{self.number}" if self.number else "")

    @property
    def is_published(self) -> bool:
        return self.published_at is not None


class RankedCity(models.Model):
    """One city's line of a ranking, with everything the public pages show, frozen.

    A city below the coverage threshold has no place and no score: it is not classified, never zero.
    """

    ranking = models.ForeignKey(Ranking, models.CASCADE, related_name="rows", verbose_name=_("ranking"))
    city = models.ForeignKey(City, models.PROTECT, related_name="ranked", verbose_name=_("city"))
    # The city as it was, so that a later change of the registry changes no published page.
    teryt = models.CharField(max_length=7)
    slug = models.SlugField(max_length=80)
    name = models.CharField(_("city"), max_length=80)
    name_folded = models.CharField(max_length=80)
    sort_key = models.CharField(max_length=200)
    voivodeship = models.CharField(_("voivodeship"), max_length=40)
    population = models.PositiveIntegerField(_("people"), null=True)
    population_year = models.PositiveSmallIntegerField(null=True)
    lat = models.FloatField(null=True)
    lon = models.FloatField(null=True)
    size_class = models.PositiveSmallIntegerField(_("size class"), default=0)

    coverage = models.FloatField(_("coverage"))
    reason_pl = models.CharField(_("why it is not classified (Polish)"), max_length=300, blank=True)
    reason_en = models.CharField(_("why it is not classified (English)"), max_length=300, blank=True)
    score = models.FloatField(_("score"), null=True)
    rank = models.PositiveIntegerField(_("place"), null=True)
    median = models.FloatField(null=True)
    tied = models.BooleanField(_("shares its place"), default=False)
    p05 = models.FloatField(null=True)
    p95 = models.FloatField(null=True)
    p_first = models.FloatField(null=True)
    class_rank = models.PositiveIntegerField(_("place in class"), null=True)
    class_tied = models.BooleanField(_("shares its place in class"), default=False)
    class_median = models.FloatField(null=True)
    class_p05 = models.FloatField(null=True)
    class_p95 = models.FloatField(null=True)
    class_p_first = models.FloatField(null=True)
    # [slug, name, size class] of each city that the variants cannot tell from this one; none: pairs not counted.
    not_apart = models.JSONField(_("not told apart from"), null=True)
    pillars = models.JSONField(_("scores of the pillars"), default=dict)
    indicators = models.JSONField(_("indicators"), default=list)
    # Cities of like size and density that do better: what the city page shows as examples to learn from.
    similar = models.JSONField(_("similar cities that do better"), default=list)

    reason = Bilingual("reason")

    class Meta:
        ordering = ["rank", "sort_key", "id"]
        verbose_name = _("ranked city")
        verbose_name_plural = _("ranked cities")
        constraints = [
            models.UniqueConstraint(fields=["ranking", "city"], name="ranked_city_once"),
            models.CheckConstraint(
                name="ranked_city_is_whole",
                condition=Q(
                    rank__isnull=True, score__isnull=True, class_rank__isnull=True, p_first__isnull=True
                )
                | Q(rank__isnull=False, score__isnull=False, class_rank__isnull=False, p_first__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["ranking", "rank"]),
            models.Index(fields=["ranking", "slug"]),
            models.Index(fields=["ranking", "size_class", "class_rank"]),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def classified(self) -> bool:
        return self.rank is not None


class SeatRequest(models.Model):
    """A city's wish to sit beside another at the Dialogue Session; the session's planner reads the open ones."""

    class Reason(models.TextChoices):
        SIMILAR = "similar", _("similar, and does better")
        EFFICIENCY = "efficiency", _("makes more of what it has")
        FREE = "free", _("chosen freely")

    NOTE_LENGTH = 300

    edition = models.ForeignKey(
        Edition, models.PROTECT, related_name="seat_requests", verbose_name=_("edition")
    )
    city = models.ForeignKey(City, models.PROTECT, related_name="seats_wished", verbose_name=_("city"))
    peer = models.ForeignKey(City, models.PROTECT, related_name="wished_beside", verbose_name=_("beside"))
    reason = models.CharField(_("reason"), max_length=10, choices=Reason.choices, default=Reason.FREE)
    note = models.CharField(_("what it is about"), max_length=NOTE_LENGTH, blank=True)
    # Nobody once the person is erased: the wish is the city's.
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("asked by")
    )
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    class Meta:
        ordering = ["asked_at", "id"]
        verbose_name = _("seat wish")
        verbose_name_plural = _("seat wishes")
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "city", "peer"],
                condition=Q(withdrawn_at__isnull=True),
                name="seat_wished_once",
            ),
            models.CheckConstraint(name="seat_beside_another", condition=~Q(city=models.F("peer"))),
            models.CheckConstraint(
                name="seat_withdrawn_after_asked",
                condition=Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gte=models.F("asked_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.city} → {self.peer}"
