from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ratusz.apps.dialogue.models.people import Registration, new_code


class PersonalFeed(models.Model):
    """The secret address at which a calendar reads a person's own day; a new one ends the old one."""

    registration = models.OneToOneField(
        Registration, models.CASCADE, related_name="feed", verbose_name=_("person")
    )
    code = models.CharField(max_length=32, unique=True, default=new_code, editable=False)
    made_at = models.DateTimeField(_("made"), default=timezone.now)

    class Meta:
        verbose_name = _("calendar address")
        verbose_name_plural = _("calendar addresses")

    def __str__(self) -> str:
        return f"registration {self.registration_id}"
