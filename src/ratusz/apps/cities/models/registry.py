from django.db import models
from django.db.models import Q
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
