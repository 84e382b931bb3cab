"""The form with which a city's team objects to a figure; the rules are in the service."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ratusz.apps.cities.documents import LIMIT_MB
from ratusz.apps.cities.services.objections import Proposal


class NeededToSend(forms.CharField):
    """A field that may be empty in a draft; whether it may be in what is sent, the service says."""

    def validate(self, value: str) -> None:
        return


class ObjectionForm(forms.Form):
    """What a city proposes: a draft keeps what there is."""

    typed = NeededToSend(
        label=_("Value that you propose"),
        max_length=60,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    year = NeededToSend(
        label=_("Year that it describes"),
        max_length=10,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    source_name = NeededToSend(
        label=_("Source"),
        max_length=200,
        help_text=_(
            "Who published the value and where, such as “GUS, Bank Danych Lokalnych, variable 60270”. "
            "It is public once the objection is accepted: name no person."
        ),
    )
    source_url = forms.CharField(
        label=_("Address of the source"),
        required=False,
        max_length=500,
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off"}),
        help_text=_("The page on which the value stands. Without an address, attach a document."),
    )
    document = forms.FileField(
        label=_("Document"),
        required=False,
        help_text=_(
            "PDF, PNG, JPEG or XLSX, up to %(limit)s MB. Only the organiser and your team can open it."
        )
        % {"limit": LIMIT_MB},
        widget=forms.FileInput(attrs={"accept": ".pdf,.png,.jpg,.jpeg,.xlsx"}),
    )
    grounds = NeededToSend(
        label=_("Why"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_(
            "What is wrong or missing, and how you know. Only the organiser and your team read it; "
            "write no personal data."
        ),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, initial=0, localize=False)

    def __init__(self, *args: Any, unit_help: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["typed"].help_text = unit_help
        if "sure" in self.data:
            self.ask_if_sure()

    def ask_if_sure(self) -> None:
        """Adds the box with which the person says that a doubtful value is right."""
        self.fields["sure"] = forms.BooleanField(label=_("I have checked this value"), required=False)
        self.order_fields(["typed", "sure"])

    def clean_year(self) -> int | None:
        text = self.cleaned_data["year"].strip()
        return int(text) if text.isascii() and text.isdigit() and len(text) == 4 else None

    def proposal(self) -> Proposal:
        """What was typed."""
        data = self.cleaned_data
        return Proposal(
            typed=data.get("typed", ""), year=data.get("year"), source_name=data.get("source_name", ""),
            source_url=data.get("source_url", ""), grounds=data.get("grounds", ""),
        )  # fmt: skip
