from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ratusz.apps.core.bilingual import Bilingual


class Programme(models.Model):
    """A yearly programme, such as "Cities of the Future": the series its editions count in."""

    slug = models.SlugField(unique=True)
    name_pl = models.CharField(_("name (Polish)"), max_length=160)
    name_en = models.CharField(_("name (English)"), max_length=160, blank=True)
    organiser = models.CharField(_("organiser"), max_length=200)
    contact_email = models.EmailField(_("contact e-mail"))

    name = Bilingual("name")

    class Meta:
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")

    def __str__(self) -> str:
        return str(self.name)


class Edition(models.Model):
    """One year of the programme: the spine to which everything belongs.

    The sessions and the rankings are two series with numbers of their own: the first programme of
    this kind held its fifth session with its third ranking.
    """

    programme = models.ForeignKey(
        Programme, models.PROTECT, related_name="editions", verbose_name=_("programme")
    )
    year = models.PositiveSmallIntegerField(_("year"))
    name_pl = models.CharField(_("name (Polish)"), max_length=200)
    name_en = models.CharField(_("name (English)"), max_length=200, blank=True)
    session_number = models.PositiveSmallIntegerField(_("session no."), null=True, blank=True)
    ranking_number = models.PositiveSmallIntegerField(_("ranking no."), null=True, blank=True)
    session_date = models.DateField(_("day of the session"), null=True, blank=True)
    venue_pl = models.CharField(_("venue (Polish)"), max_length=200, blank=True)
    venue_en = models.CharField(_("venue (English)"), max_length=200, blank=True)
    is_current = models.BooleanField(_("current edition"), default=False)

    name = Bilingual("name")
    venue = Bilingual("venue")

    class Meta:
        ordering = ["-year"]
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        constraints = [
            models.UniqueConstraint(fields=["programme", "year"], name="edition_year_once"),
            models.UniqueConstraint(
                fields=["programme", "session_number"], name="edition_session_number_once"
            ),
            models.UniqueConstraint(
                fields=["programme", "ranking_number"], name="edition_ranking_number_once"
            ),
            models.UniqueConstraint(
                fields=["programme"], condition=Q(is_current=True), name="edition_one_current"
            ),
        ]

    def __str__(self) -> str:
        return str(self.name)

    def open_phases(self, at: datetime | None = None) -> set[str]:
        """The kinds of the phases open at the moment (now); one query, kept on the instance's prefetch."""
        moment = at or timezone.now()
        return {phase.kind for phase in self.phases.all() if phase.is_open(moment)}

    def phase_allows(self, action: str, at: datetime | None = None) -> bool:
        """True when the table of permissions opens `action` in a phase that is open now: asked only here."""
        from ratusz.apps.editions.permissions import ACTIONS  # the table names phases of this module

        phases = ACTIONS[action].phases
        return phases is None or bool(phases & self.open_phases(at))


class Phase(models.Model):
    """A stretch of the edition's river. Phases may overlap: consultations run while commitments are made."""

    class Kind(models.TextChoices):
        MEASURE = "measure", _("Measurement")
        VERIFY = "verify", _("Data dialogue")
        RANK = "rank", _("Ranking")
        CALL = "call", _("Call for entries")
        JUDGE = "judge", _("Chapter")
        CONVENE = "convene", _("Dialogue Session")
        RECOMMEND = "recommend", _("Recommendations")
        COMMIT = "commit", _("Commitments")
        CONSULT = "consult", _("Consultations")
        FOLLOW_UP = "follow_up", _("Follow-up")

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="phases", verbose_name=_("edition"))
    kind = models.CharField(_("phase"), max_length=16, choices=Kind.choices)
    opens_at = models.DateTimeField(_("opens"))
    closes_at = models.DateTimeField(_("closes"))

    class Meta:
        ordering = ["opens_at", "id"]
        verbose_name = _("phase")
        verbose_name_plural = _("phases")
        constraints = [
            models.UniqueConstraint(fields=["edition", "kind"], name="phase_once"),
            models.CheckConstraint(
                name="phase_closes_after_it_opens", condition=Q(closes_at__gt=F("opens_at"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.edition.year}: {self.get_kind_display()}"

    def is_open(self, at: datetime) -> bool:
        return self.opens_at <= at < self.closes_at


class Role(models.TextChoices):
    ORGANISER = "organiser", _("Organiser")
    SECRETARY = "secretary", _("Secretary of the chapter")
    JUROR = "juror", _("Juror")
    MODERATOR = "moderator", _("Table moderator")
    STEWARD = "steward", _("Check-in desk")
    CITY = "city", _("City team")
    PROVIDER = "provider", _("Solution provider")
    PARTICIPANT = "participant", _("Participant")


class RoleAssignment(models.Model):
    """A person has a role in an edition; which city a city team acts for is said by its mandate."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="roles", verbose_name=_("edition"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="edition_roles", verbose_name=_("person")
    )
    role = models.CharField(_("role"), max_length=16, choices=Role.choices)

    class Meta:
        ordering = ["edition", "role", "user"]
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        constraints = [models.UniqueConstraint(fields=["edition", "user", "role"], name="role_once")]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}"
