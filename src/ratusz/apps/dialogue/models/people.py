import secrets

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ratusz.apps.accounts.models import Organisation
from ratusz.apps.cities.models import City
from ratusz.apps.dialogue.models.session import Block, Profession, Session, Stakeholder, Table, Topic


def new_code() -> str:
    """A code for a badge or a link: 128 random bits that nobody guesses."""
    return secrets.token_urlsafe(16)


class Quota(models.Model):
    """The most people of a type that the session takes; the rest wait in the order in which they came."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="quotas", verbose_name=_("session"))
    stakeholder = models.CharField(_("type"), max_length=16, choices=Stakeholder.choices)
    places = models.PositiveSmallIntegerField(_("places"))

    class Meta:
        ordering = ["session", "stakeholder"]
        verbose_name = _("quota")
        verbose_name_plural = _("quotas")
        constraints = [models.UniqueConstraint(fields=["session", "stakeholder"], name="quota_once")]

    def __str__(self) -> str:
        return f"{self.get_stakeholder_display()}: {self.places}"


class RegistrationGroup(models.Model):
    """People whom one office or firm registered together; each of them answers by their own link."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="groups", verbose_name=_("session"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("who"))
    created_at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        ordering = ["created_at"]
        verbose_name = _("group")
        verbose_name_plural = _("groups")

    def __str__(self) -> str:
        return f"{self.session}: {self.pk}"


class Registration(models.Model):
    """A person's place at a session. Consents stand in the ledger of the account, needs in a table of their own."""

    class State(models.TextChoices):
        INVITED = "invited", _("Waits for the person's own answer")
        WAITING = "waiting", _("On the waiting list")
        REGISTERED = "registered", _("Registered")
        CANCELLED = "cancelled", pgettext_lazy("registration", "Cancelled")

    session = models.ForeignKey(
        Session, models.PROTECT, related_name="registrations", verbose_name=_("session")
    )
    # Empty until an invited person opens their own link.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="registrations",
        verbose_name=_("person"),
    )
    name = models.CharField(_("full name"), max_length=150)
    email = models.EmailField(_("e-mail"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices)
    stakeholder = models.CharField(_("type"), max_length=16, choices=Stakeholder.choices)
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="registrations",
        verbose_name=_("organisation"),
    )
    organisation_name = models.CharField(_("organisation, as typed"), max_length=240, blank=True)
    city = models.ForeignKey(
        City, models.PROTECT, null=True, blank=True, related_name="registrations", verbose_name=_("city")
    )
    # The type counts (wall, quota, mix) once an organiser or a mandate has confirmed it.
    verified_at = models.DateTimeField(_("organisation confirmed"), null=True, blank=True)
    profession = models.CharField(
        _("professional group"), max_length=16, choices=Profession.choices, blank=True
    )
    position = models.CharField(_("position"), max_length=120, blank=True)
    represents = models.CharField(_("stands in for"), max_length=150, blank=True)
    # Whose place an invited substitute takes over with their own answer.
    replaces = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="substitutes",
        verbose_name=_("takes over from"),
    )
    phone = models.CharField(_("phone on the day"), max_length=20, blank=True)
    languages = models.JSONField(_("languages"), default=list)
    group = models.ForeignKey(
        RegistrationGroup,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="members",
        verbose_name=_("group"),
    )
    code = models.CharField(_("code"), max_length=32, unique=True, default=new_code, editable=False)
    # An invitation can be answered until then.
    answer_by = models.DateTimeField(_("answer by"), null=True, blank=True)
    reading_sent_at = models.DateTimeField(_("reading sent"), null=True, blank=True)
    created_at = models.DateTimeField(_("came"), default=timezone.now)
    changed_at = models.DateTimeField(_("changed"), auto_now=True)
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, blank=True)

    class Meta:
        ordering = ["created_at", "id"]
        verbose_name = _("registration")
        verbose_name_plural = _("registrations")
        constraints = [
            models.UniqueConstraint(
                fields=["session", "user"],
                condition=Q(user__isnull=False) & ~Q(state="cancelled"),
                name="registered_once",
            ),
            models.UniqueConstraint(
                fields=["session", "email"], condition=~Q(state="cancelled"), name="registered_once_by_email"
            ),
            models.CheckConstraint(
                name="registered_person_is_known",
                condition=Q(state__in=["invited", "cancelled"]) | Q(user__isnull=False),
            ),
            models.CheckConstraint(
                name="only_officials_have_a_profession",
                condition=Q(stakeholder="local_government") | Q(profession=""),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def audit_label(self) -> str:
        return f"registration {self.pk}"

    @property
    def comes_from(self) -> str:
        """The organisation or the city, as it stands on a badge."""
        return str(self.city or self.organisation or self.organisation_name)


class Needs(models.Model):
    """What a person needs on the day. Kept apart, seen by organisers alone, deleted after the day."""

    registration = models.OneToOneField(
        Registration, models.CASCADE, related_name="needs", verbose_name=_("registration")
    )
    step_free = models.BooleanField(_("step-free way and table"), default=False)
    hearing = models.BooleanField(_("induction loop or sign language"), default=False)
    diet = models.CharField(_("diet"), max_length=120, blank=True)
    other = models.CharField(_("other needs"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("needs")
        verbose_name_plural = _("needs")

    def __str__(self) -> str:
        return f"registration {self.registration_id}"


class TopicChoice(models.Model):
    """A topic at its place in a person's order, the dearest first."""

    registration = models.ForeignKey(
        Registration, models.CASCADE, related_name="topics", verbose_name=_("registration")
    )
    topic = models.ForeignKey(Topic, models.CASCADE, related_name="choices", verbose_name=_("topic"))
    place = models.PositiveSmallIntegerField(_("place"))

    class Meta:
        ordering = ["registration", "place"]
        verbose_name = _("topic chosen")
        verbose_name_plural = _("topics chosen")
        constraints = [
            models.UniqueConstraint(fields=["registration", "topic"], name="topic_chosen_once"),
            models.UniqueConstraint(fields=["registration", "place"], name="topic_place_once"),
        ]

    def __str__(self) -> str:
        return f"{self.registration_id}: {self.place}. {self.topic}"


class MeetingWish(models.Model):
    """A person would like to sit with somebody of a city or of an organisation."""

    PER_PERSON = 3

    registration = models.ForeignKey(
        Registration, models.CASCADE, related_name="wishes", verbose_name=_("registration")
    )
    city = models.ForeignKey(
        City, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("city")
    )
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("organisation")
    )

    class Meta:
        ordering = ["id"]
        verbose_name = _("wish to meet")
        verbose_name_plural = _("wishes to meet")
        constraints = [
            models.CheckConstraint(
                name="wish_names_one",
                condition=Q(city__isnull=False, organisation__isnull=True)
                | Q(city__isnull=True, organisation__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["registration", "city", "organisation"], name="wish_once", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return f"{self.registration_id} → {self.city or self.organisation}"


class SeatingRule(models.Model):
    """Two people who must not, or must, sit at one table. The reason stays with the organisers."""

    class Kind(models.TextChoices):
        APART = "apart", _("never at one table")
        TOGETHER = "together", _("always at one table")

    session = models.ForeignKey(
        Session, models.CASCADE, related_name="seating_rules", verbose_name=_("session")
    )
    kind = models.CharField(_("rule"), max_length=10, choices=Kind.choices)
    first = models.ForeignKey(Registration, models.CASCADE, related_name="+", verbose_name=_("person"))
    second = models.ForeignKey(Registration, models.CASCADE, related_name="+", verbose_name=_("other person"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        ordering = ["id"]
        verbose_name = _("seating rule")
        verbose_name_plural = _("seating rules")
        constraints = [
            # Stored in the order of the keys, so that a pair has one rule.
            models.CheckConstraint(name="seating_rule_in_order", condition=Q(first__lt=F("second"))),
            models.UniqueConstraint(fields=["first", "second"], name="seating_rule_once"),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} – {self.second_id}: {self.get_kind_display()}"


class DifferentPeople(models.Model):
    """An organiser looked at two registrations that seemed to be one person, and they are two."""

    first = models.ForeignKey(Registration, models.CASCADE, related_name="+", verbose_name=_("person"))
    second = models.ForeignKey(Registration, models.CASCADE, related_name="+", verbose_name=_("other person"))
    reason = models.CharField(_("reason"), max_length=200)

    class Meta:
        verbose_name = _("two different people")
        verbose_name_plural = _("pairs of different people")
        constraints = [
            models.CheckConstraint(name="different_people_in_order", condition=Q(first__lt=F("second"))),
            models.UniqueConstraint(fields=["first", "second"], name="different_people_once"),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} ≠ {self.second_id}"


class Host(models.Model):
    """Who moderates a table or a block, or takes its notes. Hosts of a table keep their seat in each round."""

    class Duty(models.TextChoices):
        MODERATOR = "moderator", _("Moderator")
        NOTE_TAKER = "note_taker", _("Note-taker")

    registration = models.ForeignKey(
        Registration, models.CASCADE, related_name="duties", verbose_name=_("person")
    )
    duty = models.CharField(_("duty"), max_length=10, choices=Duty.choices, default=Duty.MODERATOR)
    table = models.ForeignKey(
        Table, models.CASCADE, null=True, blank=True, related_name="hosts", verbose_name=_("table")
    )
    block = models.ForeignKey(
        Block, models.CASCADE, null=True, blank=True, related_name="hosts", verbose_name=_("block")
    )

    class Meta:
        ordering = ["id"]
        verbose_name = _("host")
        verbose_name_plural = _("hosts")
        constraints = [
            models.CheckConstraint(
                name="host_of_a_table_or_a_block",
                condition=Q(table__isnull=False, block__isnull=True)
                | Q(table__isnull=True, block__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["registration", "table", "block"], name="host_once", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return f"{self.registration_id}: {self.table or self.block}"
