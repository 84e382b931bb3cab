from django import forms
from django.utils.translation import gettext_lazy as _

from ratusz.apps.dialogue.models import Feedback

SCALE = [(1, _("1 – not at all")), (2, "2"), (3, "3"), (4, "4"), (5, _("5 – very much"))]


class FeedbackForm(forms.Form):
    """Three questions on a scale from 1 to 5, and a word of one's own."""

    useful = forms.TypedChoiceField(
        label=_("Were the talks useful to your work?"), choices=SCALE, coerce=int, widget=forms.RadioSelect
    )
    heard = forms.TypedChoiceField(
        label=_("Were you heard at your tables?"), choices=SCALE, coerce=int, widget=forms.RadioSelect
    )
    met = forms.TypedChoiceField(
        label=_("Did you meet the people whom you wanted to meet?"),
        choices=SCALE, coerce=int, widget=forms.RadioSelect,
    )  # fmt: skip
    text = forms.CharField(
        label=_("In your own words"),
        required=False,
        max_length=Feedback._meta.get_field("text").max_length,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Do not name people. The organiser reads these words without knowing whose they are."),
    )
