"""The forms of the organiser's screens; the rules themselves are in the services."""

from typing import Any

from django import forms
from wagtail.images.widgets import AdminImageChooser

from ratusz.apps.editions.panel.base import MomentInput
from ratusz.apps.partners.forms import ServiceForm
from ratusz.apps.website.models import DistinctionTitle, Laureate


class LaureateForm(ServiceForm):
    """An award and who holds it."""

    class Meta:
        model = Laureate
        fields = [
            "edition", "award", "size_class", "order", "subject", "city", "person_name", "office_pl", "office_en",
            "title", "citation_pl", "citation_en", "collected_by", "photo", "public_from",
        ]  # fmt: skip
        widgets = {
            "photo": AdminImageChooser(),
            "public_from": MomentInput(),
            "citation_pl": forms.Textarea(attrs={"rows": 3}),
            "citation_en": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args: Any, editions: Any, classes: Any, cities: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["edition"].queryset = editions
        self.fields["size_class"].queryset = classes
        self.fields["city"].queryset = cities
        # Names of gminas repeat, even within a voivodeship.
        self.fields["city"].label_from_instance = lambda one: f"{one.name} ({one.voivodeship}, {one.teryt})"
        self.fields["size_class"].label_from_instance = lambda one: f"{one.edition.year}: {one.name}"
        self.fields["order"].required = False


class TitleForm(ServiceForm):
    """A title of the catalogue."""

    class Meta:
        model = DistinctionTitle
        fields = ["name_pl", "name_en"]
