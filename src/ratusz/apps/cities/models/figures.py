from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ratusz.apps.cities.models.registry import City, Source
from ratusz.apps.core.bilingual import Bilingual
from ratusz.apps.editions.models import Edition

# The code of the source of figures that a city gave itself: this and the TERYT code.
OWN_SOURCE = "city-"


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
    """A figure was changed or given: the old value (none where nothing stood) and the new one, by whom and why.

    Public on the indicator card, without the person.
    """

    edition = models.ForeignKey(
        Edition, models.PROTECT, related_name="corrections", null=True, blank=True, verbose_name=_("edition")
    )
    observation = models.ForeignKey(
        Observation, models.CASCADE, related_name="corrections", verbose_name=_("observation")
    )
    old_value = models.FloatField(_("old value"), null=True, blank=True)
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

    @property
    def source_named(self) -> str:
        """The source in words; of a figure that a city gave itself, the document that it names."""
        return self.objection.source_name if self._is_the_citys_own else str(self.source)

    @property
    def source_address(self) -> str:
        return self.objection.source_url if self._is_the_citys_own else self.source.url

    @property
    def _is_the_citys_own(self) -> bool:
        return self.source.code.startswith(OWN_SOURCE) and hasattr(self, "objection")
