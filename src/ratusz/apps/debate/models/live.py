"""The opinion map while people vote."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ratusz.apps.debate.models.conversations import Conversation


class LivePicture(models.Model):
    """What the votes of an open conversation say so far; each picture starts from the one before.

    `content` may be shown to whoever may see the conversation, and is empty while too few have voted. `memory` is
    not shown: places and groups by pseudonym, the axes, and the counts of the groups. `seen` says which votes are in
    it; `failed_at` and `failure` are set while it cannot be computed, and the last one stays.
    """

    conversation = models.OneToOneField(Conversation, models.CASCADE, related_name="live_picture")
    number = models.PositiveIntegerField(default=0)
    computed_at = models.DateTimeField(null=True, blank=True)
    seconds = models.FloatField(default=0)
    seen = models.CharField(max_length=80, blank=True)
    last_vote = models.BigIntegerField(default=0)
    content = models.JSONField(default=dict, blank=True)
    memory = models.JSONField(default=dict, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(max_length=120, blank=True)

    class Meta:
        verbose_name = _("live picture of a conversation")
        verbose_name_plural = _("live pictures of conversations")

    def __str__(self) -> str:
        return f"{self.conversation_id}: {self.number}"
