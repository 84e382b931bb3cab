"""What the votes say."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ratusz.apps.debate.models.conversations import Conversation


class Result(models.Model):
    """What the votes of a closed conversation say: computed once from the log, and never changed.

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

    class Meta:
        verbose_name = _("result of a conversation")
        verbose_name_plural = _("results of conversations")

    def __str__(self) -> str:
        return f"{self.conversation_id}: {self.input_hash[:12]}"
