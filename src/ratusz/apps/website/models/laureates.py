from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ratusz.apps.cities.models import City, SizeClass
from ratusz.apps.core.bilingual import Bilingual
from ratusz.apps.editions.models import Edition
from ratusz.apps.website.models.pictures import Picture


class DistinctionTitle(models.Model):
    """A title that returns from edition to edition, such as "for initiatives serving residents"."""

    name_pl = models.CharField(_("title (Polish)"), max_length=200, unique=True)
    name_en = models.CharField(_("title (English)"), max_length=200, blank=True)

    name = Bilingual("name")

    class Meta:
        ordering = ["name_pl"]
        verbose_name = _("distinction title")
        verbose_name_plural = _("distinction titles")

    def __str__(self) -> str:
        return str(self.name)


class Laureate(models.Model):
    """An award of an edition and who holds it: a city, or a person in the office the person then held."""

    class Award(models.TextChoices):
        MAIN = "main", _("Main award")
        DISTINCTION = "distinction", _("Distinction")
        HONORARY = "honorary", _("Honorary award")

    class Subject(models.TextChoices):
        CITY = "city", _("city")
        PERSON = "person", _("person in office")

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="laureates", verbose_name=_("edition"))
    award = models.CharField(
        _("award"),
        max_length=12,
        choices=Award.choices,
        help_text=_("The honorary award stands outside the ranking."),
    )
    size_class = models.ForeignKey(
        SizeClass,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="laureates",
        verbose_name=_("size class"),
    )
    order = models.PositiveSmallIntegerField(
        _("order"), default=1, help_text=_("Place within the award and class.")
    )
    subject = models.CharField(_("laureate"), max_length=8, choices=Subject.choices, default=Subject.CITY)
    city = models.ForeignKey(City, models.PROTECT, related_name="laureates", verbose_name=_("city"))
    person_name = models.CharField(_("name of the person"), max_length=160, blank=True)
    office_pl = models.CharField(_("office on that day (Polish)"), max_length=160, blank=True)
    office_en = models.CharField(_("office on that day (English)"), max_length=160, blank=True)
    title = models.ForeignKey(
        DistinctionTitle,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="laureates",
        verbose_name=_("title"),
    )
    citation_pl = models.TextField(_("citation (Polish)"), max_length=600)
    citation_en = models.TextField(_("citation (English)"), max_length=600, blank=True)
    collected_by = models.CharField(
        _("collected by"), max_length=200, blank=True,
        help_text=_("Only when somebody else took the award. The diploma names the laureate."),
    )  # fmt: skip
    public_from = models.DateTimeField(
        _("public from"), null=True, blank=True, help_text=_("Empty: only the organisers see the award.")
    )
    photo = models.ForeignKey(
        Picture, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("photo")
    )

    office = Bilingual("office")
    citation = Bilingual("citation")

    class Meta:
        ordering = ["-edition__year", "size_class__over", "order", "id"]
        verbose_name = _("laureate")
        verbose_name_plural = _("laureates")
        constraints = [
            models.CheckConstraint(
                name="laureate_is_a_city_or_a_named_person",
                condition=Q(subject="city", person_name="", office_pl="", office_en="")
                | (Q(subject="person") & ~Q(person_name="") & ~Q(office_pl="")),
            ),
            models.CheckConstraint(
                name="laureate_honorary_outside_the_classes",
                condition=~Q(award="honorary") | Q(size_class__isnull=True),
            ),
            models.UniqueConstraint(
                fields=["edition", "award", "size_class", "subject", "order"],
                name="laureate_order_once",
                nulls_distinct=False,
            ),
            models.UniqueConstraint(
                fields=["edition", "size_class", "subject"],
                condition=Q(award="main"),
                name="laureate_one_main_award",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_award_display()}: {self.diploma_name}"

    @property
    def audit_label(self) -> str:
        """What the audit log says: a person may ask to be forgotten, the log cannot forget."""
        return f"{self.get_award_display()} {self.edition.year}: {self.city.name}"

    @property
    def diploma_name(self) -> str:
        """The name on the diploma: the laureate's, never the collector's."""
        return self.city.name if self.subject == self.Subject.CITY else self.person_name
