"""What the votes say."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ratusz.apps.core.bilingual import Bilingual
from ratusz.apps.debate.models.conversations import Conversation
from ratusz.apps.debate.models.voting import Statement
from ratusz.apps.editions.models import Edition


class Result(models.Model):
    """What the votes of a closed conversation say: computed once from the log, and never changed.

    Only the organiser's own words before and after it may be written anew.

    `content` has the shape that `results.content_of` gives it; seed, version and hash say how to compute it again.
    `bundle` holds the votes as they were then, under numbers that nobody can tie to a person: who has their votes
    erased later leaves the log, and what was published can still be computed again.
    """

    conversation = models.OneToOneField(Conversation, models.CASCADE, related_name="result")
    computed_at = models.DateTimeField(auto_now_add=True)
    seed = models.PositiveIntegerField()
    version = models.CharField(max_length=40)
    input_hash = models.CharField(max_length=64)
    content = models.JSONField()
    bundle = models.BinaryField(default=bytes, editable=False)
    foreword_pl = models.TextField(_("foreword (Polish)"), max_length=2000, blank=True)
    foreword_en = models.TextField(_("foreword (English)"), max_length=2000, blank=True)
    closing_pl = models.TextField(_("closing note (Polish)"), max_length=2000, blank=True)
    closing_en = models.TextField(_("closing note (English)"), max_length=2000, blank=True)

    foreword = Bilingual("foreword")
    closing = Bilingual("closing")

    class Meta:
        verbose_name = _("result of a conversation")
        verbose_name_plural = _("results of conversations")

    def __str__(self) -> str:
        return f"{self.conversation_id}: {self.input_hash[:12]}"


class Recommendation(models.Model):
    """A statement of consensus that was handed on to the edition, with its words and figures as they stood.

    `least` is the share of the weakest group, from `low` to `high`; one that was taken back has `withdrawn_at`.
    """

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="recommendations")
    conversation = models.ForeignKey(Conversation, models.PROTECT, related_name="recommendations")
    statement = models.OneToOneField(Statement, models.PROTECT, related_name="recommendation")
    text_pl = models.CharField(max_length=Statement.TEXT_LENGTH, blank=True)
    text_en = models.CharField(max_length=Statement.TEXT_LENGTH, blank=True)
    agree = models.BooleanField()
    least = models.FloatField()
    low = models.FloatField()
    high = models.FloatField()
    handed_on_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["handed_on_at", "id"]
        verbose_name = _("recommendation")
        verbose_name_plural = _("recommendations")

    def __str__(self) -> str:
        return f"{self.conversation_id}/{self.statement_id}"
