from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ratusz.apps.cities.models import City
from ratusz.apps.core.bilingual import Bilingual
from ratusz.apps.editions.models import Edition


class Stakeholder(models.TextChoices):
    """The side on which a person sits; the wall of a circle and the mix of a table follow it."""

    LOCAL_GOVERNMENT = "local_government", _("Local government")
    BUSINESS = "business", _("Business")
    NGO = "ngo", _("Non-governmental organisation")
    INSTITUTION = "institution", _("Institution")
    EXPERT = "expert", _("Expert")


class Profession(models.TextChoices):
    """The professional groups of local officials, each of which may have a circle of its own."""

    MAYOR = "mayor", _("Mayors and deputies")
    SECRETARY = "secretary", _("Secretaries of the city")
    TREASURER = "treasurer", _("Treasurers")
    STRATEGY = "strategy", _("Strategy and development")
    PLANNING = "planning", _("Spatial planning")
    INVESTMENT = "investment", _("Investment and business support")
    TRANSPORT = "transport", _("Transport")
    ENVIRONMENT = "environment", _("Environment and climate")
    DIGITAL = "digital", _("Digital services and data")
    SOCIAL = "social", _("Social policy")
    OTHER = "other", _("Another field")


class Session(models.Model):
    """The Dialogue Session of an edition. Its day is `edition.session_date`, its venue the edition's."""

    edition = models.OneToOneField(
        Edition, models.PROTECT, related_name="dialogue_session", verbose_name=_("edition")
    )
    address = models.CharField(_("address"), max_length=240, blank=True)
    accessibility_pl = models.TextField(_("accessibility of the venue (Polish)"), blank=True)
    accessibility_en = models.TextField(_("accessibility of the venue (English)"), blank=True)
    introduction_pl = models.TextField(_("introduction (Polish)"), blank=True)
    introduction_en = models.TextField(_("introduction (English)"), blank=True)
    registration_opens_at = models.DateTimeField(_("registration opens"), null=True, blank=True)
    registration_closes_at = models.DateTimeField(_("registration closes"), null=True, blank=True)
    reading_sends_at = models.DateTimeField(_("reading is sent"), null=True, blank=True)
    # RODO, art. 5(1)(e) and 9: needs may tell of health and go away after the day.
    needs_deleted_at = models.DateTimeField(_("needs deleted"), null=True, blank=True)

    accessibility = Bilingual("accessibility")
    introduction = Bilingual("introduction")

    class Meta:
        verbose_name = _("Dialogue Session")
        verbose_name_plural = _("Dialogue Sessions")
        constraints = [
            models.CheckConstraint(
                name="registration_closes_after_it_opens",
                condition=Q(registration_closes_at__isnull=True)
                | Q(registration_opens_at__isnull=True)
                | Q(registration_closes_at__gt=F("registration_opens_at")),
            )
        ]

    def __str__(self) -> str:
        return f"{_('Dialogue Session')} {self.edition.year}"


class Room(models.Model):
    session = models.ForeignKey(Session, models.CASCADE, related_name="rooms", verbose_name=_("session"))
    name_pl = models.CharField(_("name (Polish)"), max_length=80)
    name_en = models.CharField(_("name (English)"), max_length=80, blank=True)
    way_pl = models.CharField(_("how to get there (Polish)"), max_length=240, blank=True)
    way_en = models.CharField(_("how to get there (English)"), max_length=240, blank=True)
    capacity = models.PositiveSmallIntegerField(_("seats"))
    step_free = models.BooleanField(_("step-free"), default=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    name = Bilingual("name")
    way = Bilingual("way")

    class Meta:
        ordering = ["order", "id"]
        verbose_name = _("room")
        verbose_name_plural = _("rooms")
        constraints = [models.UniqueConstraint(fields=["session", "name_pl"], name="room_name_once")]

    def __str__(self) -> str:
        return str(self.name)


class Topic(models.Model):
    """What tables talk about; participants put topics in order, tables and notes are grouped by them."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="topics", verbose_name=_("session"))
    code = models.SlugField(_("code"), max_length=40)
    name_pl = models.CharField(_("name (Polish)"), max_length=120)
    name_en = models.CharField(_("name (English)"), max_length=120, blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    name = Bilingual("name")

    class Meta:
        ordering = ["order", "id"]
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        constraints = [models.UniqueConstraint(fields=["session", "code"], name="topic_code_once")]

    def __str__(self) -> str:
        return str(self.name)


class CityQuestion(models.Model):
    """One of up to three questions that a city brings to the session; a table may take it up."""

    PER_CITY = 3

    session = models.ForeignKey(
        Session, models.CASCADE, related_name="city_questions", verbose_name=_("session")
    )
    city = models.ForeignKey(City, models.PROTECT, related_name="questions", verbose_name=_("city"))
    number = models.PositiveSmallIntegerField(_("no."))
    topic = models.ForeignKey(
        Topic, models.SET_NULL, null=True, blank=True, related_name="city_questions", verbose_name=_("topic")
    )
    text_pl = models.CharField(_("question (Polish)"), max_length=300)
    text_en = models.CharField(_("question (English)"), max_length=300, blank=True)
    background_pl = models.TextField(_("background (Polish)"), blank=True)
    background_en = models.TextField(_("background (English)"), blank=True)

    text = Bilingual("text")
    background = Bilingual("background")

    class Meta:
        ordering = ["city", "number"]
        verbose_name = _("question of a city")
        verbose_name_plural = _("questions of cities")
        constraints = [
            models.UniqueConstraint(fields=["session", "city", "number"], name="city_question_once"),
            models.CheckConstraint(name="city_question_up_to_three", condition=Q(number__range=(1, 3))),
        ]

    def __str__(self) -> str:
        return f"{self.city}: {self.text}"


class Block(models.Model):
    """A stretch of the day. Circles and round tables have rounds and tables, and people have seats there."""

    class Kind(models.TextChoices):
        CIRCLE = "circle", _("Professional circle")
        ROUND_TABLES = "round_tables", _("Round tables")
        WORKSHOP = "workshop", _("Workshop on a city's strategy")
        THEMATIC = "thematic", _("Thematic session")
        PLENARY = "plenary", _("Opening or closing")
        BREAK = "break", _("Break")
        GALA = "gala", _("Gala")

    SEATED = (Kind.CIRCLE, Kind.ROUND_TABLES)

    session = models.ForeignKey(Session, models.CASCADE, related_name="blocks", verbose_name=_("session"))
    kind = models.CharField(_("type"), max_length=16, choices=Kind.choices)
    title_pl = models.CharField(_("title (Polish)"), max_length=160)
    title_en = models.CharField(_("title (English)"), max_length=160, blank=True)
    summary_pl = models.TextField(_("summary (Polish)"), blank=True)
    summary_en = models.TextField(_("summary (English)"), blank=True)
    reading_pl = models.TextField(_("to read before (Polish)"), blank=True)
    reading_en = models.TextField(_("to read before (English)"), blank=True)
    room = models.ForeignKey(
        Room, models.PROTECT, null=True, blank=True, related_name="blocks", verbose_name=_("room")
    )
    topic = models.ForeignKey(
        Topic, models.SET_NULL, null=True, blank=True, related_name="blocks", verbose_name=_("topic")
    )
    city = models.ForeignKey(
        City, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("city")
    )
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    # The circle's wall: local officials of these professions (none named: of every profession).
    professions = models.JSONField(_("professional groups"), default=list, blank=True)

    title = Bilingual("title")
    summary = Bilingual("summary")
    reading = Bilingual("reading")

    class Meta:
        ordering = ["starts_at", "id"]
        verbose_name = _("block of the day")
        verbose_name_plural = _("blocks of the day")
        constraints = [
            models.CheckConstraint(
                name="block_ends_after_it_starts", condition=Q(ends_at__gt=F("starts_at"))
            ),
            models.CheckConstraint(
                name="only_a_circle_has_professions", condition=Q(kind="circle") | Q(professions=[])
            ),
        ]

    def __str__(self) -> str:
        return str(self.title)

    @property
    def is_circle(self) -> bool:
        return self.kind == self.Kind.CIRCLE

    @property
    def is_seated(self) -> bool:
        return self.kind in self.SEATED


class Round(models.Model):
    """One sitting at the tables of a block. Rounds of equal start are one round of the seating plan."""

    block = models.ForeignKey(Block, models.CASCADE, related_name="rounds", verbose_name=_("block"))
    number = models.PositiveSmallIntegerField(_("no."))
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))

    class Meta:
        ordering = ["starts_at", "block_id", "number"]
        verbose_name = _("round")
        verbose_name_plural = _("rounds")
        constraints = [
            models.UniqueConstraint(fields=["block", "number"], name="round_number_once"),
            models.CheckConstraint(
                name="round_ends_after_it_starts", condition=Q(ends_at__gt=F("starts_at"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.block} · {self.number}"


class Table(models.Model):
    """A table of a circle or of the round tables; it keeps its topic, question and host in every round."""

    block = models.ForeignKey(Block, models.CASCADE, related_name="tables", verbose_name=_("block"))
    number = models.PositiveSmallIntegerField(_("no."))
    room = models.ForeignKey(Room, models.PROTECT, related_name="tables", verbose_name=_("room"))
    min_seats = models.PositiveSmallIntegerField(_("fewest people"), default=4)
    max_seats = models.PositiveSmallIntegerField(_("most people"), default=8)
    step_free = models.BooleanField(_("step-free"), default=True)
    language = models.CharField(
        _("language"), max_length=2, choices=[("pl", "polski"), ("en", "English")], default="pl"
    )
    topic = models.ForeignKey(
        Topic, models.SET_NULL, null=True, blank=True, related_name="tables", verbose_name=_("topic")
    )
    question_pl = models.CharField(_("question (Polish)"), max_length=300, blank=True)
    question_en = models.CharField(_("question (English)"), max_length=300, blank=True)
    city_question = models.ForeignKey(
        CityQuestion,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="tables",
        verbose_name=_("question of a city"),
    )

    question_own = Bilingual("question")

    class Meta:
        ordering = ["block", "number"]
        verbose_name = _("table")
        verbose_name_plural = _("tables")
        constraints = [
            models.UniqueConstraint(fields=["block", "number"], name="table_number_once"),
            models.CheckConstraint(name="table_seats", condition=Q(max_seats__gte=F("min_seats"))),
        ]

    def __str__(self) -> str:
        return str(_("Table %(number)s") % {"number": self.number})

    @property
    def question(self) -> str:
        """The question on the table: the organiser's wording, else the city's."""
        return str(self.question_own or (self.city_question.text if self.city_question else ""))


class AgendaVersion(models.Model):
    """The agenda as it was published: an immutable copy, from which every public page and feed is made."""

    session = models.ForeignKey(Session, models.PROTECT, related_name="versions", verbose_name=_("session"))
    number = models.PositiveSmallIntegerField(_("version"))
    note_pl = models.CharField(_("what is new (Polish)"), max_length=300, blank=True)
    note_en = models.CharField(_("what is new (English)"), max_length=300, blank=True)
    content = models.JSONField()
    published_at = models.DateTimeField(_("published"))

    note = Bilingual("note")

    class Meta:
        ordering = ["-number"]
        verbose_name = _("version of the agenda")
        verbose_name_plural = _("versions of the agenda")
        constraints = [models.UniqueConstraint(fields=["session", "number"], name="agenda_version_once")]

    def __str__(self) -> str:
        return f"{self.session} v{self.number}"
