from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ratusz.apps.core.bilingual import Bilingual
from ratusz.apps.dialogue.models.people import new_code
from ratusz.apps.dialogue.models.session import Round, Session, Stakeholder, Table, Topic


class Naming(models.TextChoices):
    """Whether words written at a table seem to name somebody; then an organiser reads them before they are used."""

    NOBODY = "", _("Names nobody")
    SUSPECTED = "suspected", _("Seems to name somebody")
    CLEARED = "cleared", _("An organiser read it: names nobody")


class TableRecord(models.Model):
    """The record of one table in one round: hand-over, harvest and the table's own confirmation."""

    Naming = Naming

    table = models.ForeignKey(Table, models.PROTECT, related_name="records", verbose_name=_("table"))
    round = models.ForeignKey(Round, models.PROTECT, related_name="records", verbose_name=_("round"))
    handover = models.TextField(_("to the next round"), blank=True)
    harvest = models.TextField(_("harvest"), blank=True)
    # Of the harvest, which the hall reads; the hand-over is read by the table's own hosts.
    naming = models.CharField(
        _("names"), max_length=10, choices=Naming.choices, default=Naming.NOBODY, blank=True
    )
    # The notes were read to the table, and it said that they are right.
    confirmed_at = models.DateTimeField(_("read back and confirmed"), null=True, blank=True)
    # The QR on the printed sheet leads to the page that takes its photo.
    sheet_code = models.CharField(max_length=32, unique=True, default=new_code, editable=False)

    class Meta:
        ordering = ["round", "table"]
        verbose_name = _("table record")
        verbose_name_plural = _("table records")
        constraints = [models.UniqueConstraint(fields=["table", "round"], name="table_record_once")]

    def __str__(self) -> str:
        return f"{self.round} · {self.table}"


class Note(models.Model):
    """What was said at a table. It keeps the role class of who said it, and never the person.

    Nobody is named as the writer either: the audit entry of a note says that the table's host sent it.
    """

    class Kind(models.TextChoices):
        INSIGHT = "insight", _("Insight")
        PROBLEM = "problem", _("Problem")
        IDEA = "idea", _("Idea")
        RECOMMENDATION = "recommendation", pgettext_lazy("note", "Recommendation")
        DISSENT = "dissent", _("Dissent")

    Naming = Naming
    TEXT_LENGTH = 1000

    # Made on the phone: a note that is sent again is the same note.
    key = models.UUIDField(primary_key=True)
    record = models.ForeignKey(
        TableRecord, models.PROTECT, related_name="notes", verbose_name=_("table record")
    )
    kind = models.CharField(_("kind"), max_length=14, choices=Kind.choices)
    # Empty: the whole table.
    role = models.CharField(_("said by"), max_length=16, choices=Stakeholder.choices, blank=True)
    text = models.CharField(_("text"), max_length=TEXT_LENGTH)
    # Counts the edits that the phone made: an older edit that arrives later changes nothing.
    edit = models.PositiveSmallIntegerField(default=1)
    written_at = models.DateTimeField(_("written"))
    received_at = models.DateTimeField(_("arrived"), default=timezone.now)
    withdrawn_at = models.DateTimeField(_("taken back"), null=True, blank=True)
    # A note that seems to name somebody is read by an organiser before anybody but its table uses it.
    naming = models.CharField(
        _("names"), max_length=10, choices=Naming.choices, default=Naming.NOBODY, blank=True
    )

    class Meta:
        ordering = ["written_at", "key"]
        verbose_name = _("note")
        verbose_name_plural = _("notes")

    def __str__(self) -> str:
        return self.text[:60]


class NoteSheet(models.Model):
    """A photo of the paper twin of a record. It stands in the database: no file of it has an address."""

    record = models.ForeignKey(
        TableRecord, models.PROTECT, related_name="sheets", verbose_name=_("table record")
    )
    # A JPEG that we wrote ourselves; the digest is of what was sent.
    photo = models.BinaryField(_("photo"))
    sha256 = models.CharField(max_length=64)
    sent_at = models.DateTimeField(_("sent"), default=timezone.now)
    typed_up_at = models.DateTimeField(_("typed up"), null=True, blank=True)

    class Meta:
        ordering = ["sent_at"]
        verbose_name = _("photo of a sheet")
        verbose_name_plural = _("photos of sheets")
        constraints = [models.UniqueConstraint(fields=["record", "sha256"], name="note_sheet_once")]

    def __str__(self) -> str:
        return f"{self.record} · {self.pk}"


class Theme(models.Model):
    """Notes of the harvest that say the same: the input for a recommendation.

    A theme that holds a note of a circle stands behind the same wall as the note.
    """

    session = models.ForeignKey(Session, models.PROTECT, related_name="themes", verbose_name=_("session"))
    topic = models.ForeignKey(
        Topic, models.SET_NULL, null=True, blank=True, related_name="themes", verbose_name=_("topic")
    )
    title_pl = models.CharField(_("title (Polish)"), max_length=200)
    title_en = models.CharField(_("title (English)"), max_length=200, blank=True)
    notes = models.ManyToManyField(Note, related_name="themes", verbose_name=_("notes"), blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("who")
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    title = Bilingual("title")

    class Meta:
        ordering = ["order", "id"]
        verbose_name = _("theme of the harvest")
        verbose_name_plural = _("themes of the harvest")

    def __str__(self) -> str:
        return str(self.title)
