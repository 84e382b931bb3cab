from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ratusz.apps.debate.models import Conversation, Result, Statement
from ratusz.apps.dialogue.models import Stakeholder
from ratusz.apps.editions.panel.base import MomentInput


class ConversationForm(forms.ModelForm):
    """A conversation with its question, its audience and its time."""

    stakeholders = forms.MultipleChoiceField(
        label=_("Sides"),
        choices=Stakeholder.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Only where chosen sides of the Session may take part."),
    )

    class Meta:
        model = Conversation
        fields = [
            "question_pl", "question_en", "background_pl", "background_en", "audience", "stakeholders", "circle",
            "opens_at", "closes_at", "statement_length", "votes_first", "moderation",
        ]  # fmt: skip
        widgets = {"opens_at": MomentInput(), "closes_at": MomentInput()}
        help_texts = {
            "question_pl": _("An open question to which people can say more than yes or no."),
            "question_en": _("Empty: the Polish text is shown, marked as Polish."),
            "circle": _("Only for the conversation of one circle; nobody else sees that it exists."),
            "statement_length": _("Characters. Short statements hold one idea each."),
            "votes_first": _("Who has read a few statements repeats less."),
        }

    def __init__(self, *args: Any, circles: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["circle"].queryset = circles
        self.fields["circle"].required = False

    def _post_clean(self) -> None:
        """The service checks and writes; the row in hand stays as it is."""


class SeedForm(forms.Form):
    """A statement of the organiser in both languages."""

    text_pl = forms.CharField(
        label=_("Statement (Polish)"),
        max_length=Statement.TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    text_en = forms.CharField(
        label=_("Statement (English)"),
        max_length=Statement.TEXT_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class WordingForm(SeedForm):
    """The wording of a statement; either language may be missing."""

    text_pl = forms.CharField(
        label=_("Statement (Polish)"),
        max_length=Statement.TEXT_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class RejectForm(forms.Form):
    """The public reason."""

    reason_pl = forms.CharField(label=_("Public reason (Polish)"), max_length=240)
    reason_en = forms.CharField(label=_("Public reason (English)"), max_length=240, required=False)


class OwnStatementForm(forms.Form):
    """A statement of somebody who takes part; the service says how long it may be."""

    text = forms.CharField(
        label=_("Your statement"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


class KeyForm(forms.Form):
    """An invitation key as somebody types it."""

    key = forms.CharField(label=_("Invitation key"), max_length=64)


class IssueForm(forms.Form):
    """How many keys are issued."""

    number = forms.IntegerField(label=_("Number of keys"), min_value=1, max_value=5000, initial=50)


class RevokeForm(forms.Form):
    """The keys to revoke, by the numbers of the downloaded list."""

    numbers = forms.CharField(
        label=_("Numbers of the keys"), max_length=2000, help_text=_("As in the list, such as: 3, 7-12")
    )

    def clean_numbers(self) -> list[int]:
        return numbers_in(self.cleaned_data["numbers"])


class PeopleForm(forms.Form):
    """The numbers of people who take part."""

    numbers = forms.CharField(
        label=_("Numbers of participants"),
        max_length=100_000,
        help_text=_("As in the signs above, such as: 3, 7-12"),
    )

    def clean_numbers(self) -> list[int]:
        return numbers_in(self.cleaned_data["numbers"])


class ExclusionForm(forms.Form):
    """The public reason for an exclusion."""

    reason_pl = forms.CharField(
        label=_("Public reason (Polish)"),
        max_length=240,
        help_text=_("Shown in the log of moderation and to those whose votes are left out."),
    )
    reason_en = forms.CharField(label=_("Public reason (English)"), max_length=240, required=False)


def numbers_in(text: str) -> list[int]:
    """The numbers in a text such as "3, 7-12", ascending; raises ValidationError where it is none."""
    found: set[int] = set()
    for part in text.replace("–", "-").split(","):
        first, dash, last = (piece.strip() for piece in part.partition("-"))
        last = last if dash else first
        if not all(one.isascii() and one.isdecimal() and len(one) < 7 for one in (first, last)):
            raise forms.ValidationError(
                _("“%(part)s” is no number and no range such as 7-12."), params={"part": part.strip()[:40]}
            )
        if int(first) > int(last):
            raise forms.ValidationError(
                _("The range “%(part)s” ends before it begins. Write the smaller number first."),
                params={"part": part.strip()},
            )
        found.update(range(int(first), min(int(last), 100_000) + 1))
    return sorted(found)


class WordsForm(forms.ModelForm):
    """The organiser's words before and after a result."""

    class Meta:
        model = Result
        fields = ["foreword_pl", "foreword_en", "closing_pl", "closing_en"]
        widgets = dict.fromkeys(fields, forms.Textarea(attrs={"rows": 4}))

    def _post_clean(self) -> None:
        """The service writes; the row in hand stays as it is."""
