"""Participants whose votes do not count, because they look like manipulation."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ratusz.apps.core.bilingual import Bilingual
from ratusz.apps.debate.models.conversations import Conversation


class Exclusion(models.Model):
    """One decision that the votes of some participants do not count; it can be undone, and stays in the log.

    The votes stay where they are: `Participant.exclusion` points here while it holds.
    """

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="exclusions")
    reason_pl = models.CharField(_("reason (Polish)"), max_length=240)
    reason_en = models.CharField(_("reason (English)"), max_length=240, blank=True)
    people = models.PositiveIntegerField(_("people"))
    votes = models.PositiveIntegerField(_("votes"))
    made_at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    reason = Bilingual("reason")

    class Meta:
        ordering = ["made_at", "id"]
        verbose_name = _("exclusion of participants")
        verbose_name_plural = _("exclusions of participants")
        constraints = [
            models.CheckConstraint(name="exclusion_says_why", condition=~Q(reason_pl="")),
            models.CheckConstraint(name="exclusion_of_somebody", condition=Q(people__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.conversation_id}/{self.pk}"
