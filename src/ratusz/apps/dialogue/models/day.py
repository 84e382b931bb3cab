from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ratusz.apps.core.bilingual import Bilingual
from ratusz.apps.dialogue.models.people import Registration, new_code
from ratusz.apps.dialogue.models.session import Block, Round, Session


class CheckIn(models.Model):
    """A person came: once, whoever noted it and however often the badge was shown."""

    class Way(models.TextChoices):
        CODE = "code", _("by the code on the badge")
        NAME = "name", _("by name")

    registration = models.OneToOneField(
        Registration, models.CASCADE, related_name="check_in", verbose_name=_("person")
    )
    at = models.DateTimeField(_("when"), default=timezone.now)
    way = models.CharField(_("how"), max_length=4, choices=Way.choices)
    desk = models.CharField(_("desk"), max_length=40, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("noted by")
    )
    # The phone's own key of the act: sent again after a lost connection, it is the same act.
    key = models.UUIDField(unique=True)

    class Meta:
        ordering = ["at"]
        verbose_name = _("check-in")
        verbose_name_plural = _("check-ins")

    def __str__(self) -> str:
        return f"registration {self.registration_id}"


class Hall(models.Model):
    """What the hall sees now: the block, the round and its clock."""

    session = models.OneToOneField(Session, models.CASCADE, related_name="hall", verbose_name=_("session"))
    block = models.ForeignKey(
        Block, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("block")
    )
    round = models.ForeignKey(
        Round, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("round")
    )
    ends_at = models.DateTimeField(_("the clock ends"), null=True, blank=True)
    # A stopped clock keeps what was left of it.
    left = models.DurationField(_("left"), null=True, blank=True)
    # Raised by each act: a button that was pressed on an older state is refused.
    version = models.PositiveIntegerField(default=1)
    # The address with it opens the display on a computer where nobody signs in.
    display_code = models.CharField(max_length=32, unique=True, default=new_code, editable=False)

    class Meta:
        verbose_name = _("hall")
        verbose_name_plural = _("halls")

    def __str__(self) -> str:
        return str(self.session)


class HallMessage(models.Model):
    """A message for the hall and the phones, until it is taken down."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="messages", verbose_name=_("session"))
    text_pl = models.CharField(_("message (Polish)"), max_length=200)
    text_en = models.CharField(_("message (English)"), max_length=200, blank=True)
    shown_at = models.DateTimeField(_("shown"), default=timezone.now)
    taken_down_at = models.DateTimeField(_("taken down"), null=True, blank=True)

    text = Bilingual("text")

    class Meta:
        ordering = ["-shown_at"]
        verbose_name = _("message to the hall")
        verbose_name_plural = _("messages to the hall")

    def __str__(self) -> str:
        return str(self.text)


class Printing(models.Model):
    """What a printed set said of each person, so that the next one holds only what has changed since."""

    class Document(models.TextChoices):
        BADGES = "badges", _("Badges")
        TENTS = "tents", _("Name tents")
        CARDS = "cards", _("Seat cards")
        TABLES = "tables", _("Who sits where, by round and table")
        ROUTES = "routes", _("Everybody’s way, by alphabet")
        CHECK_IN = "check_in", _("Check-in list")

    OF_PERSONS = (Document.BADGES, Document.TENTS, Document.CARDS)

    session = models.ForeignKey(Session, models.CASCADE, related_name="printings", verbose_name=_("session"))
    document = models.CharField(_("document"), max_length=8, choices=Document.choices)
    language = models.CharField(_("language"), max_length=2)
    at = models.DateTimeField(_("when"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("who")
    )
    # A digest of what was printed, by the key of the registration.
    digests = models.JSONField(default=dict)

    class Meta:
        ordering = ["-at"]
        verbose_name = _("printing")
        verbose_name_plural = _("printings")
        constraints = [
            models.UniqueConstraint(fields=["session", "document", "language"], name="printing_once")
        ]

    def __str__(self) -> str:
        return f"{self.session}: {self.document}"
