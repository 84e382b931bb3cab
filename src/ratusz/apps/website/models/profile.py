from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting

from ratusz.apps.core.bilingual import Bilingual


@register_setting(icon="home")
class OrganiserProfile(BaseGenericSetting):
    """Who runs this site: the accessibility declaration and the privacy notice are written from it."""

    class Conformance(models.TextChoices):
        FULL = "full", _("conforms to the Act")
        PARTIAL = "partial", _("conforms to the Act in part")
        NONE = "none", _("does not conform to the Act")

    name = models.CharField(_("name of the organiser"), max_length=200, blank=True)
    address = models.CharField(_("address"), max_length=300, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)

    conformance = models.CharField(
        _("conformance"), max_length=8, choices=Conformance.choices, default=Conformance.PARTIAL
    )
    exceptions_pl = models.TextField(_("what is not accessible, and why (Polish)"), blank=True)
    exceptions_en = models.TextField(_("what is not accessible, and why (English)"), blank=True)
    site_published_on = models.DateField(_("site published on"), null=True, blank=True)
    site_changed_on = models.DateField(_("last substantial change of the site"), null=True, blank=True)
    declared_on = models.DateField(_("declaration made on"), null=True, blank=True)
    reviewed_on = models.DateField(_("declaration last reviewed on"), null=True, blank=True)
    auditor = models.CharField(
        _("assessed by"),
        max_length=200,
        blank=True,
        help_text=_("Empty: the organiser assessed the site itself."),
    )
    contact_person = models.CharField(_("contact for accessibility"), max_length=160, blank=True)
    building_pl = models.TextField(_("access to the building (Polish)"), blank=True)
    building_en = models.TextField(_("access to the building (English)"), blank=True)

    data_officer = models.CharField(
        _("contact of the data protection officer"), max_length=200, blank=True,
        help_text=_("Empty: the organiser has appointed none."),
    )  # fmt: skip
    security_contact = models.EmailField(
        _("e-mail for security reports"), blank=True, help_text=_("Published in /.well-known/security.txt.")
    )

    exceptions = Bilingual("exceptions")
    building = Bilingual("building")

    panels = [
        MultiFieldPanel(
            [FieldPanel(name) for name in ("name", "address", "email", "phone")], heading=_("Organiser")
        ),
        MultiFieldPanel(
            [
                FieldPanel(name)
                for name in (
                    "conformance", "exceptions_pl", "exceptions_en", "site_published_on", "site_changed_on",
                    "declared_on", "reviewed_on", "auditor", "contact_person", "building_pl", "building_en",
                )
            ],
            heading=_("Accessibility declaration"),
        ),
        MultiFieldPanel(
            [FieldPanel("data_officer"), FieldPanel("security_contact")], heading=_("Privacy and security")
        ),
    ]  # fmt: skip

    class Meta:
        verbose_name = _("organiser's profile")

    def __str__(self) -> str:
        return self.name or str(self._meta.verbose_name)
