"""A question of an edition."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ratusz.apps.core.bilingual import Bilingual
from ratusz.apps.dialogue.models import Block, Stakeholder
from ratusz.apps.editions.models import Edition


class Conversation(models.Model):
    """One question of an edition, on whose statements people vote."""

    class Audience(models.TextChoices):
        EVERYBODY = "everybody", _("Everybody with the link")
        SIGNED_IN = "signed_in", _("Everybody with an account")
        STAKEHOLDERS = "stakeholders", _("Participants of the Session on the chosen sides")
        CIRCLE = "circle", _("One circle")
        INVITATION = "invitation", _("Holders of an invitation key")

    class Moderation(models.TextChoices):
        BEFORE = "before", _("Before a statement is shown")
        AFTER = "after", _("After a statement is shown")

    edition = models.ForeignKey(
        Edition, models.PROTECT, related_name="conversations", verbose_name=_("edition")
    )
    slug = models.SlugField(_("address"), max_length=60)
    question_pl = models.CharField(_("question (Polish)"), max_length=240)
    question_en = models.CharField(_("question (English)"), max_length=240, blank=True)
    background_pl = models.TextField(_("background (Polish)"), blank=True)
    background_en = models.TextField(_("background (English)"), blank=True)
    audience = models.CharField(_("who may take part"), max_length=16, choices=Audience.choices)
    stakeholders = ArrayField(
        models.CharField(max_length=24, choices=Stakeholder.choices),
        verbose_name=_("sides"),
        default=list,
        blank=True,
    )
    circle = models.ForeignKey(
        Block,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="conversations",
        verbose_name=_("circle"),
    )
    opens_at = models.DateTimeField(_("opens"))
    closes_at = models.DateTimeField(_("closes"))
    statement_length = models.PositiveSmallIntegerField(_("longest statement"), default=140)
    votes_first = models.PositiveSmallIntegerField(_("votes before an own statement"), default=3)
    moderation = models.CharField(
        _("moderation"), max_length=8, choices=Moderation.choices, default=Moderation.BEFORE
    )

    question = Bilingual("question")
    background = Bilingual("background")

    class Meta:
        ordering = ["opens_at", "id"]
        verbose_name = _("conversation")
        verbose_name_plural = _("conversations")
        constraints = [
            models.UniqueConstraint(fields=["edition", "slug"], name="conversation_address_once"),
            models.CheckConstraint(
                name="conversation_closes_after_it_opens", condition=Q(closes_at__gt=F("opens_at"))
            ),
            models.CheckConstraint(
                name="conversation_of_a_circle_names_it",
                condition=Q(audience="circle", circle__isnull=False)
                | (~Q(audience="circle") & Q(circle__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return str(self.question)

    @property
    def is_open(self) -> bool:
        """True from its opening to its closing moment."""
        return self.opens_at <= timezone.now() < self.closes_at
