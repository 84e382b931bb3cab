from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ratusz.apps.core.bilingual import Bilingual


class UserManager(BaseUserManager):
    def create_user(self, email: str, password: str | None = None, **fields) -> "User":
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, email: str) -> "User":
        return self.get(email=email.strip().lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A person. The e-mail address is the name; a row is never deleted, only erased (anonymised)."""

    email = models.EmailField(_("e-mail"), unique=True)
    full_name = models.CharField(_("full name"), max_length=150, blank=True)
    language = models.CharField(
        _("language"), max_length=2, choices=[("pl", "polski"), ("en", "English")], default="pl"
    )
    is_staff = models.BooleanField(_("works in the organiser's panel"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    date_joined = models.DateTimeField(_("joined"), default=timezone.now)
    erased_at = models.DateTimeField(_("erased"), null=True, blank=True)

    objects = UserManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        ordering = ["email"]
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def __str__(self) -> str:
        if self.erased_at:
            return str(_("Erased person no. %(number)s") % {"number": self.pk})
        return self.full_name or self.email

    @property
    def audit_label(self) -> str:
        return f"person {self.pk}"

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return self.full_name.split(" ")[0] if self.full_name else self.email.split("@")[0]

    # Wagtail's own user forms expect these two names.
    @property
    def first_name(self) -> str:
        return self.full_name.partition(" ")[0]

    @property
    def last_name(self) -> str:
        return self.full_name.partition(" ")[2]


class Organisation(models.Model):
    """A body known by a number, not by the spelling of its name: TERYT for local government, else NIP."""

    class Kind(models.TextChoices):
        LOCAL_GOVERNMENT = "local_government", _("Local government")
        BUSINESS = "business", _("Business")
        NGO = "ngo", _("Non-governmental organisation")
        PUBLIC_INSTITUTION = "public_institution", _("Public institution")
        PRIVATE_INSTITUTION = "private_institution", _("Private institution")
        EXPERT = "expert", _("Expert")

    kind = models.CharField(_("type"), max_length=24, choices=Kind.choices)
    name = models.CharField(_("name"), max_length=240)
    teryt = models.CharField(
        _("TERYT code"), max_length=7, null=True, blank=True, unique=True,
        validators=[RegexValidator(r"^\d{7}$", _("A TERYT code of a gmina has seven digits, for example 1061011."))],
    )  # fmt: skip
    nip = models.CharField(_("NIP"), max_length=10, null=True, blank=True, unique=True)
    website = models.URLField(_("website"), blank=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        constraints = [
            models.CheckConstraint(
                name="organisation_has_its_number",
                condition=Q(kind="local_government", teryt__isnull=False)
                | (~Q(kind="local_government") & Q(teryt__isnull=True, nip__isnull=False))
                # An expert may be a private person: no number, the name alone.
                | Q(kind="expert", teryt__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Mandate(models.Model):
    """A person acts for an organisation from a day to a day; for a city, by its TERYT code."""

    user = models.ForeignKey(User, models.PROTECT, related_name="mandates", verbose_name=_("person"))
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="mandates", verbose_name=_("organisation")
    )
    position = models.CharField(_("position"), max_length=160, blank=True)
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("to"), null=True, blank=True)

    class Meta:
        ordering = ["-valid_from"]
        verbose_name = _("mandate")
        verbose_name_plural = _("mandates")
        constraints = [
            models.CheckConstraint(
                name="mandate_ends_after_it_starts",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=models.F("valid_from")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.organisation}"

    @property
    def audit_label(self) -> str:
        return f"person {self.user_id} – {self.organisation}"


class ConsentText(models.Model):
    """The exact words a person agreed to: a new wording is a new version, never an edit."""

    purpose = models.SlugField(_("purpose"), max_length=40)
    version = models.PositiveSmallIntegerField(_("version"))
    title_pl = models.CharField(_("title (Polish)"), max_length=160)
    title_en = models.CharField(_("title (English)"), max_length=160, blank=True)
    text_pl = models.TextField(_("text (Polish)"))
    text_en = models.TextField(_("text (English)"), blank=True)
    published_at = models.DateTimeField(_("published"), default=timezone.now)

    title = Bilingual("title")
    text = Bilingual("text")

    class Meta:
        ordering = ["purpose", "-version"]
        verbose_name = _("consent text")
        verbose_name_plural = _("consent texts")
        constraints = [models.UniqueConstraint(fields=["purpose", "version"], name="consent_text_version")]

    def __str__(self) -> str:
        return f"{self.purpose} v{self.version}"


class Consent(models.Model):
    """One line of the consent ledger: given by the person alone, and withdrawable."""

    user = models.ForeignKey(User, models.PROTECT, related_name="consents", verbose_name=_("person"))
    text = models.ForeignKey(ConsentText, models.PROTECT, related_name="consents", verbose_name=_("text"))
    given_at = models.DateTimeField(_("given"), default=timezone.now)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    class Meta:
        ordering = ["-given_at"]
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "text"], condition=Q(withdrawn_at__isnull=True), name="consent_given_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.text}"

    @property
    def audit_label(self) -> str:
        return f"person {self.user_id} – {self.text}"
