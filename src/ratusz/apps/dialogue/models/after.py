import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ratusz.apps.dialogue.models.people import Registration
from ratusz.apps.dialogue.models.session import Session, Stakeholder


class Contact(models.Model):
    """Two people exchange their addresses: one asks, the other agrees, and either may take it back."""

    asker = models.ForeignKey(
        Registration, models.CASCADE, related_name="contacts_asked", verbose_name=_("who asks")
    )
    asked = models.ForeignKey(
        Registration, models.CASCADE, related_name="contacts_offered", verbose_name=_("who is asked")
    )
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    agreed_at = models.DateTimeField(_("agreed"), null=True, blank=True)
    ended_at = models.DateTimeField(_("taken back"), null=True, blank=True)

    class Meta:
        ordering = ["asked_at"]
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        constraints = [
            models.UniqueConstraint(
                fields=["asker", "asked"], condition=Q(ended_at__isnull=True), name="contact_asked_once"
            ),
            models.CheckConstraint(name="contact_of_two", condition=~Q(asker=F("asked"))),
        ]

    def __str__(self) -> str:
        return f"{self.asker_id} – {self.asked_id}"


class Feedback(models.Model):
    """What a participant thought of the day: kept with the type alone, never with the person."""

    # Neither a number nor a moment: the order of the answers would tell whose they are.
    key = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    session = models.ForeignKey(Session, models.PROTECT, related_name="feedback", verbose_name=_("session"))
    stakeholder = models.CharField(_("type"), max_length=16, choices=Stakeholder.choices)
    useful = models.PositiveSmallIntegerField(_("the talks were useful"))
    heard = models.PositiveSmallIntegerField(_("I was heard"))
    met = models.PositiveSmallIntegerField(_("I met the people I wanted to meet"))
    text = models.CharField(_("in your own words"), max_length=1000, blank=True)

    class Meta:
        ordering = ["key"]
        verbose_name = _("feedback")
        verbose_name_plural = _("feedback")
        constraints = [
            models.CheckConstraint(
                name="feedback_from_one_to_five",
                condition=Q(useful__range=(1, 5), heard__range=(1, 5), met__range=(1, 5)),
            )
        ]

    def __str__(self) -> str:
        return f"{self.session}: {self.pk}"


class FeedbackGiven(models.Model):
    """A person gave feedback: so that nobody gives it twice, apart from what was said."""

    registration = models.OneToOneField(
        Registration, models.CASCADE, related_name="feedback_given", verbose_name=_("person")
    )

    def __str__(self) -> str:
        return f"registration {self.registration_id}"
