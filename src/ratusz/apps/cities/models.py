from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ratusz.apps.core.bilingual import Bilingual
from ratusz.apps.editions.models import Edition


class Source(models.Model):
    """Where figures come from, with the words of attribution that its licence asks for."""

    code = models.SlugField(unique=True)
    name_pl = models.CharField(_("name (Polish)"), max_length=200)
    name_en = models.CharField(_("name (English)"), max_length=200, blank=True)
    publisher = models.CharField(_("publisher"), max_length=200)
    url = models.URLField(_("address"), blank=True)
    licence = models.CharField(_("licence"), max_length=120)
    attribution = models.CharField(_("attribution"), max_length=300, blank=True)

    name = Bilingual("name")

    class Meta:
        ordering = ["code"]
        verbose_name = _("source")
        verbose_name_plural = _("sources")

    def __str__(self) -> str:
        return str(self.name)


class City(models.Model):
    """A gmina or a city with county rights. The key is the seven-digit TERYT code: names repeat."""

    class Kind(models.TextChoices):
        URBAN = "1", _("urban")
        RURAL = "2", _("rural")
        URBAN_RURAL = "3", _("urban-rural")

    teryt = models.CharField(_("TERYT code"), max_length=7, unique=True)
    slug = models.SlugField(_("address"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=80)
    name_folded = models.CharField(max_length=80, db_index=True, editable=False)
    sort_key = models.CharField(max_length=200, db_index=True, editable=False)
    kind = models.CharField(_("kind"), max_length=1, choices=Kind.choices)
    county_rights = models.BooleanField(_("city with county rights"), default=False)
    voivodeship = models.CharField(_("voivodeship"), max_length=40)
    area_km2 = models.FloatField(_("area, km²"), null=True, blank=True)
    lat = models.FloatField(_("latitude"), null=True, blank=True)
    lon = models.FloatField(_("longitude"), null=True, blank=True)
    valid_from = models.DateField(_("code valid from"), null=True, blank=True)
    valid_to = models.DateField(_("code valid to"), null=True, blank=True)

    class Meta:
        ordering = ["sort_key"]
        verbose_name = _("city")
        verbose_name_plural = _("cities")

    def __str__(self) -> str:
        return self.name


class Population(models.Model):
    """People in a city on 31 December of a year, by a named source."""

    city = models.ForeignKey(City, models.CASCADE, related_name="populations", verbose_name=_("city"))
    year = models.PositiveSmallIntegerField(_("year"))
    people = models.PositiveIntegerField(_("people"))
    source = models.ForeignKey(Source, models.PROTECT, related_name="+", verbose_name=_("source"))

    class Meta:
        ordering = ["city", "-year"]
        verbose_name = _("population")
        verbose_name_plural = _("populations")
        constraints = [models.UniqueConstraint(fields=["city", "year", "source"], name="population_once")]

    def __str__(self) -> str:
        return f"{self.city} {self.year}: {self.people}"


class SizeClass(models.Model):
    """A class by population, open at the bottom and closed at the top: more than `over`, up to `up_to`.

    So a city of exactly 60,000 falls in one class whatever the bounds are.
    """

    edition = models.ForeignKey(
        Edition, models.CASCADE, related_name="size_classes", verbose_name=_("edition")
    )
    name_pl = models.CharField(_("name (Polish)"), max_length=80)
    name_en = models.CharField(_("name (English)"), max_length=80, blank=True)
    over = models.PositiveIntegerField(_("more than"), default=0)
    up_to = models.PositiveIntegerField(_("up to"), null=True, blank=True)

    name = Bilingual("name")

    class Meta:
        ordering = ["edition", "over"]
        verbose_name = _("size class")
        verbose_name_plural = _("size classes")
        constraints = [
            models.UniqueConstraint(fields=["edition", "over"], name="size_class_lower_bound_once"),
            models.CheckConstraint(
                name="size_class_bounds_in_order",
                condition=Q(up_to__isnull=True) | Q(up_to__gt=models.F("over")),
            ),
        ]

    def __str__(self) -> str:
        return str(self.name)


class CityInEdition(models.Model):
    """A city takes part in an edition, in the class frozen from a named population."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="cities", verbose_name=_("edition"))
    city = models.ForeignKey(City, models.PROTECT, related_name="editions", verbose_name=_("city"))
    size_class = models.ForeignKey(
        SizeClass, models.PROTECT, related_name="cities", null=True, blank=True, verbose_name=_("size class")
    )
    population = models.ForeignKey(
        Population, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("population")
    )
    frozen_at = models.DateTimeField(_("class frozen"), null=True, blank=True)

    class Meta:
        ordering = ["city__sort_key"]
        verbose_name = _("city in the edition")
        verbose_name_plural = _("cities in the edition")
        constraints = [models.UniqueConstraint(fields=["edition", "city"], name="city_in_edition_once")]

    def __str__(self) -> str:
        return f"{self.city} ({self.edition.year})"


class Indicator(models.Model):
    """What is measured: everything that a reader of the public indicator card must know."""

    class Direction(models.IntegerChoices):
        MORE_IS_BETTER = 1, _("more is better")
        LESS_IS_BETTER = -1, _("less is better")

    code = models.SlugField(_("code"), max_length=60, unique=True)
    name_pl = models.CharField(_("name (Polish)"), max_length=160)
    name_en = models.CharField(_("name (English)"), max_length=160, blank=True)
    definition_pl = models.TextField(_("definition (Polish)"))
    definition_en = models.TextField(_("definition (English)"), blank=True)
    reason_pl = models.TextField(_("why it is measured (Polish)"))
    reason_en = models.TextField(_("why it is measured (English)"), blank=True)
    unit_pl = models.CharField(_("unit (Polish)"), max_length=60)
    unit_en = models.CharField(_("unit (English)"), max_length=60, blank=True)
    direction = models.SmallIntegerField(_("direction"), choices=Direction.choices)
    per_capita_base = models.PositiveIntegerField(
        _("per how many people"), null=True, blank=True,
        help_text=_("Empty: the figure is compared as it is. 1000: divided by population and shown per 1,000 people."),
    )  # fmt: skip
    zero_means_missing = models.BooleanField(
        _("zero means no data"),
        default=False,
        help_text=_("Some older series of public statistics write 0 for nothing."),
    )
    decimals = models.PositiveSmallIntegerField(_("decimals shown"), default=1)
    source = models.ForeignKey(Source, models.PROTECT, related_name="indicators", verbose_name=_("source"))
    bdl_variable = models.PositiveIntegerField(_("BDL variable"), null=True, blank=True)

    name = Bilingual("name")
    definition = Bilingual("definition")
    reason = Bilingual("reason")
    unit = Bilingual("unit")

    class Meta:
        ordering = ["code"]
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")

    def __str__(self) -> str:
        return str(self.name)


class Observation(models.Model):
    """One figure: city, indicator, year. Nothing published is written as no row, never as zero."""

    city = models.ForeignKey(City, models.CASCADE, related_name="observations", verbose_name=_("city"))
    indicator = models.ForeignKey(
        Indicator, models.PROTECT, related_name="observations", verbose_name=_("indicator")
    )
    year = models.PositiveSmallIntegerField(_("reference year"))
    value = models.FloatField(_("value"))
    source = models.ForeignKey(Source, models.PROTECT, related_name="+", verbose_name=_("source"))
    flag = models.CharField(
        _("flag"), max_length=80, blank=True, help_text=_("Such as: preliminary, low precision.")
    )
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["indicator", "city", "-year"]
        verbose_name = _("observation")
        verbose_name_plural = _("observations")
        constraints = [models.UniqueConstraint(fields=["indicator", "city", "year"], name="observation_once")]

    def __str__(self) -> str:
        return f"{self.indicator.code} {self.city} {self.year}: {self.value}"


class Correction(models.Model):
    """A figure was changed: the old and the new value, by whom and why, public on the indicator card."""

    observation = models.ForeignKey(
        Observation, models.CASCADE, related_name="corrections", verbose_name=_("observation")
    )
    old_value = models.FloatField(_("old value"))
    new_value = models.FloatField(_("new value"))
    reason_pl = models.TextField(_("reason (Polish)"))
    reason_en = models.TextField(_("reason (English)"), blank=True)
    source = models.ForeignKey(Source, models.PROTECT, related_name="+", verbose_name=_("source"))
    at = models.DateTimeField(_("when"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("who"))

    reason = Bilingual("reason")

    class Meta:
        ordering = ["-at"]
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")

    def __str__(self) -> str:
        return f"{self.observation}: {self.old_value} → {self.new_value}"


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
