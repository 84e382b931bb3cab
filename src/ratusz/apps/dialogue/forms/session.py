from django import forms

from ratusz.apps.dialogue.models import Session
from ratusz.apps.editions.panel.base import MomentInput


class SessionForm(forms.ModelForm):
    """Where the session is held, how one gets in, and when registration is open."""

    class Meta:
        model = Session
        fields = [
            "address", "accessibility_pl", "accessibility_en", "introduction_pl", "introduction_en",
            "registration_opens_at", "registration_closes_at",
        ]  # fmt: skip
        widgets = {
            "registration_opens_at": MomentInput(),
            "registration_closes_at": MomentInput(),
            **{
                f"{name}_{language}": forms.Textarea(attrs={"rows": 4})
                for name in ("accessibility", "introduction")
                for language in ("pl", "en")
            },
        }
