from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ratusz.apps.dialogue.models import CityQuestion, Session


class CityQuestionForm(forms.Form):
    """One question of a city, with its background for those who will sit at the table."""

    text_pl = forms.CharField(
        label=_("Question (Polish)"),
        max_length=CityQuestion._meta.get_field("text_pl").max_length,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "One sentence with a question mark: who, what, by when, and how will you know that it worked?"
        ),
    )
    text_en = forms.CharField(
        label=_("Question (English)"),
        max_length=CityQuestion._meta.get_field("text_en").max_length,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Empty: the Polish text is shown, marked as Polish."),
    )
    topic = forms.ModelChoiceField(CityQuestion.objects.none(), label=_("Topic"), required=False)
    background_pl = forms.CharField(
        label=_("Background (Polish)"),
        max_length=3000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_(
            "What has been tried, what it costs, what cannot be changed. No names of persons or firms."
        ),
    )
    background_en = forms.CharField(
        label=_("Background (English)"),
        max_length=3000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def __init__(self, *args: Any, session: Session, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["topic"].queryset = session.topics.all()
