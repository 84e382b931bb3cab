"""The forms of the organiser's screens; the rules themselves are in the services."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ratusz.apps.editions.panel.base import DateInput
from ratusz.apps.partners.models import Partner, Partnership


class ServiceForm(forms.ModelForm):
    """A form that only reads what was typed: the service checks it and writes."""

    def _get_validation_exclusions(self) -> set[str]:
        return {field.name for field in self._meta.model._meta.get_fields() if hasattr(field, "name")}

    def _post_clean(self) -> None:
        """Leaves the instance as it is: the service compares and writes."""


class PartnerForm(ServiceForm):
    """An organisation as the public sees it."""

    logo = forms.FileField(
        label=_("Logo"), required=False, help_text=_("SVG, PNG, JPEG or WebP, at most 2 MB."),
        widget=forms.FileInput(attrs={"accept": ".svg,.png,.jpg,.jpeg,.webp"}),
    )  # fmt: skip

    class Meta:
        model = Partner
        fields = [
            "name_pl",
            "name_en",
            "about_pl",
            "about_en",
            "url",
            "organisation",
            "logo",
            "alt_pl",
            "alt_en",
        ]


class PartnershipForm(ServiceForm):
    """What an organisation is to an edition."""

    late_is_known = forms.BooleanField(
        label=_("Send all the same"), required=False,
        help_text=_("Tick it when the request for patronage comes later than the office asks for, and you know it."),
    )  # fmt: skip

    class Meta:
        model = Partnership
        fields = ["edition", "partner", "kind", "order", "approval", "notice_days", "requested_on"]
        widgets = {"requested_on": DateInput()}

    def __init__(self, *args: Any, editions: Any, partners: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["edition"].queryset = editions
        self.fields["partner"].queryset = partners


class ConfirmForm(forms.Form):
    """Nothing to fill in: the button says yes."""
