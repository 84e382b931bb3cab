"""Those who take part without a name, statements, and the log of votes."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ratusz.apps.core.bilingual import Bilingual
from ratusz.apps.debate.models.conversations import Conversation
from ratusz.apps.debate.models.exclusions import Exclusion
from ratusz.apps.dialogue.models import Stakeholder


class Participant(models.Model):
    """Somebody who takes part, known by the digest of a key that only they hold; no account is named.

    `number` counts those of a conversation: the pseudonym in open data.
    """

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="participants")
    number = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    stakeholder = models.CharField(max_length=24, choices=Stakeholder.choices, blank=True)
    joined_at = models.DateTimeField(auto_now_add=True)
    # While it is set, the votes stay in the log and count for nothing.
    exclusion = models.ForeignKey(
        Exclusion, models.SET_NULL, null=True, blank=True, related_name="participants"
    )

    class Meta:
        verbose_name = _("participant of a conversation")
        verbose_name_plural = _("participants of a conversation")
        constraints = [
            models.UniqueConstraint(fields=["conversation", "digest"], name="participant_key_once"),
            models.UniqueConstraint(fields=["conversation", "number"], name="participant_number_once"),
        ]

    def __str__(self) -> str:
        return f"{self.conversation_id}/{self.number}"


class Statement(models.Model):
    """What people vote on. A merged statement's votes count for the one it was merged into."""

    TEXT_LENGTH = 400

    class State(models.TextChoices):
        PENDING = "pending", _("waiting")
        ACCEPTED = "accepted", _("accepted")
        REJECTED = "rejected", _("rejected")
        MERGED = "merged", _("merged")

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="statements")
    number = models.PositiveIntegerField(_("no."))
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    text_pl = models.CharField(_("text (Polish)"), max_length=TEXT_LENGTH, blank=True)
    text_en = models.CharField(_("text (English)"), max_length=TEXT_LENGTH, blank=True)
    author = models.ForeignKey(Participant, models.SET_NULL, null=True, blank=True, related_name="statements")
    is_seed = models.BooleanField(_("by the organiser"), default=False)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.PENDING)
    reason_pl = models.CharField(_("reason (Polish)"), max_length=240, blank=True)
    reason_en = models.CharField(_("reason (English)"), max_length=240, blank=True)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged", verbose_name=_("merged into")
    )
    sent_at = models.DateTimeField(auto_now_add=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    reason = Bilingual("reason")

    class Meta:
        ordering = ["number"]
        verbose_name = _("statement")
        verbose_name_plural = _("statements")
        constraints = [
            models.UniqueConstraint(fields=["conversation", "number"], name="statement_number_once"),
            models.CheckConstraint(
                name="statement_says_something", condition=~Q(text_pl="") | ~Q(text_en="")
            ),
            models.CheckConstraint(
                name="merged_statement_names_its_target",
                condition=Q(state="merged", merged_into__isnull=False)
                | (~Q(state="merged") & Q(merged_into__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.text}"

    @property
    def audit_label(self) -> str:
        """The number alone: what people write can be erased, an audit entry cannot."""
        return f"{self.conversation_id}/{self.number}"

    @property
    def language(self) -> str:
        """The language of `text`, for screen readers."""
        from django.utils.translation import get_language

        english = (get_language() or "pl").startswith("en")
        return "en" if (english and self.text_en) or not self.text_pl else "pl"

    @property
    def texts(self) -> list[str]:
        """The text in each language in which there is one."""
        return [one for one in (self.text_pl, self.text_en) if one]

    @property
    def text(self) -> str:
        """The text in the reader's language, or in the one in which it was written."""
        return self.text_en if self.language == "en" else self.text_pl


class Vote(models.Model):
    """One vote, for good: of a person's votes on a statement the last one stands.

    `key` is chosen by the phone, so that a vote that is sent again is the same vote.
    """

    class Value(models.IntegerChoices):
        AGREE = 1, _("Agree")
        DISAGREE = -1, _("Disagree")
        PASS = 0, _("Pass")

    key = models.UUIDField(unique=True)
    participant = models.ForeignKey(Participant, models.CASCADE, related_name="votes")
    statement = models.ForeignKey(Statement, models.PROTECT, related_name="votes")
    value = models.SmallIntegerField(choices=Value.choices)
    important = models.BooleanField(default=False)
    cast_at = models.DateTimeField()
    received_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("vote")
        verbose_name_plural = _("votes")
        indexes = [models.Index(fields=["participant", "statement", "-id"], name="vote_that_stands")]
        constraints = [models.CheckConstraint(name="vote_is_one_of_three", condition=Q(value__in=[-1, 0, 1]))]

    def __str__(self) -> str:
        return f"{self.participant_id} → {self.statement_id}: {self.get_value_display()}"
