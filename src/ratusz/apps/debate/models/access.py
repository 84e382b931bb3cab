"""Keys that let people into a conversation by invitation."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ratusz.apps.debate.models.conversations import Conversation


class Invitation(models.Model):
    """A key for one participant. The key itself is shown once, when it is issued; a digest of it stays.

    `participant` binds the key to whoever used it first. No screen and no file lays the two side by side: who
    was given which key is known outside, so that their votes would have a name.
    """

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="invitations")
    number = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    issued_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    participant = models.OneToOneField(
        "debate.Participant", models.SET_NULL, null=True, blank=True, related_name="invitation"
    )
    # Stays when its participant had everything deleted: the key is not used twice.
    is_used = models.BooleanField(default=False)

    class Meta:
        ordering = ["number"]
        verbose_name = _("invitation key")
        verbose_name_plural = _("invitation keys")
        constraints = [
            models.UniqueConstraint(fields=["conversation", "digest"], name="invitation_key_once"),
            models.UniqueConstraint(fields=["conversation", "number"], name="invitation_number_once"),
        ]

    def __str__(self) -> str:
        return f"{self.conversation_id}/{self.number}"
