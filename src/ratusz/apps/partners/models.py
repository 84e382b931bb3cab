from datetime import date, timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ratusz.apps.accounts.models import Organisation
from ratusz.apps.core.bilingual import Bilingual
from ratusz.apps.editions.models import Edition


class Partner(models.Model):
    """An organisation as the public sees it: its name, its logo, its address. It returns from edition to edition."""

    name_pl = models.CharField(_("name (Polish)"), max_length=200, unique=True)
    name_en = models.CharField(_("name (English)"), max_length=200, blank=True)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="partners", verbose_name=_("organisation"),
        help_text=_("Joins the partner to the register, so that ties with cities and jurors can be seen."),
    )  # fmt: skip
    about_pl = models.CharField(_("in one sentence (Polish)"), max_length=300, blank=True)
    about_en = models.CharField(_("in one sentence (English)"), max_length=300, blank=True)
    url = models.URLField(_("website"), blank=True)
    logo = models.FileField(
        _("logo"), upload_to="logos/%Y/", blank=True, help_text=_("SVG, PNG, JPEG or WebP, at most 2 MB.")
    )
    alt_pl = models.CharField(
        _("what the logo shows (Polish)"), max_length=200, blank=True,
        help_text=_("Needed with a logo. Usually the name as the logo writes it."),
    )  # fmt: skip
    alt_en = models.CharField(_("what the logo shows (English)"), max_length=200, blank=True)

    name = Bilingual("name")
    about = Bilingual("about")
    alt = Bilingual("alt")

    class Meta:
        ordering = ["name_pl"]
        verbose_name = _("partner organisation")
        verbose_name_plural = _("partner organisations")
        constraints = [
            models.CheckConstraint(name="partner_logo_has_alt_text", condition=Q(logo="") | ~Q(alt_pl="")),
        ]

    def __str__(self) -> str:
        return str(self.name)


class Partnership(models.Model):
    """What an organisation is to one edition, and whether it has approved how it is shown."""

    class Kind(models.TextChoices):
        SUBSTANTIVE = "substantive", _("Substantive partner")
        PARTNER = "partner", _("Partner")
        PATRON = "patron", _("Honorary patron")

    class Approval(models.TextChoices):
        DRAFT = "draft", _("not sent yet")
        SENT = "sent", _("waiting for the partner")
        CHANGES = "changes", _("the partner asks for changes")
        APPROVED = "approved", _("approved by the partner")

    edition = models.ForeignKey(
        Edition, models.PROTECT, related_name="partnerships", verbose_name=_("edition")
    )
    partner = models.ForeignKey(
        Partner, models.PROTECT, related_name="partnerships", verbose_name=_("partner organisation")
    )
    kind = models.CharField(_("role"), max_length=12, choices=Kind.choices, default=Kind.PARTNER)
    order = models.PositiveSmallIntegerField(_("order"), default=1)
    approval = models.CharField(
        _("materials"), max_length=10, choices=Approval.choices, default=Approval.DRAFT,
        help_text=_("The logo is public once the partner has approved it; before that only the name is."),
    )  # fmt: skip
    notice_days = models.PositiveSmallIntegerField(
        _("days that the office asks for"), null=True, blank=True,
        help_text=_("Patronage: how long before the session the request must come."),
    )  # fmt: skip
    requested_on = models.DateField(_("patronage requested on"), null=True, blank=True)

    class Meta:
        ordering = ["-edition__year", "kind", "order", "partner__name_pl"]
        verbose_name = _("partnership")
        verbose_name_plural = _("partnerships")
        constraints = [
            models.UniqueConstraint(fields=["edition", "partner", "kind"], name="partnership_once"),
            models.CheckConstraint(
                name="partnership_notice_is_for_patrons",
                condition=Q(kind="patron") | Q(notice_days__isnull=True, requested_on__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partner} ({self.get_kind_display()}, {self.edition.year})"

    @property
    def shows_logo(self) -> bool:
        return bool(self.partner.logo) and self.approval == self.Approval.APPROVED

    @property
    def deadline(self) -> date | None:
        """The last day on which the patron's office takes the request."""
        if self.notice_days is None or self.edition.session_date is None:
            return None
        return self.edition.session_date - timedelta(days=self.notice_days)

    @property
    def days_left(self) -> int | None:
        """Days from the request (today, when not sent) to the session."""
        if self.edition.session_date is None:
            return None
        return (self.edition.session_date - (self.requested_on or timezone.localdate())).days
