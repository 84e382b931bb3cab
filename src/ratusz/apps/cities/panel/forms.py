"""The forms of the panel; the rules are in the services."""

import re
from typing import Any

from django import forms
from django.forms import formset_factory
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ratusz.apps.cities.models import City, Indicator, Observation, Source
from ratusz.apps.core.spelling import read_number


class OfModel(forms.ModelForm):
    """A form that leaves its instance as it is: the service compares and writes."""

    def _get_validation_exclusions(self) -> set[str]:
        return {field.name for field in self._meta.model._meta.fields}

    def _post_clean(self) -> None:
        return


class CityForm(OfModel):
    teryt = forms.RegexField(
        r"^\d{6}[123]$",
        label=_("TERYT code"),
        strip=True,
        error_messages={"invalid": _("A TERYT code of a gmina has seven digits, for example 1061011.")},
    )

    class Meta:
        model = City
        fields = [
            "teryt",
            "name",
            "kind",
            "county_rights",
            "voivodeship",
            "area_km2",
            "lat",
            "lon",
            "valid_from",
            "valid_to",
        ]
        widgets = {
            name: forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
            for name in ("valid_from", "valid_to")
        }
        help_texts = {
            "valid_to": _("Fill it in when the code is replaced: later figures under it are refused.")
        }


class SourceForm(OfModel):
    url = forms.URLField(label=_("address"), required=False, assume_scheme="https")

    class Meta:
        model = Source
        fields = ["code", "name_pl", "name_en", "publisher", "url", "licence", "attribution"]
        help_texts = {"attribution": _("The words that the licence asks for; they stand under every table.")}


class IndicatorForm(OfModel):
    class Meta:
        model = Indicator
        fields = [
            "code",
            "name_pl",
            "name_en",
            "definition_pl",
            "definition_en",
            "reason_pl",
            "reason_en",
            "unit_pl",
            "unit_en",
            "direction",
            "per_capita_base",
            "zero_means_missing",
            "decimals",
            "source",
            "bdl_variable",
        ]
        widgets = {
            name: forms.Textarea(attrs={"rows": 3})
            for name in ("definition_pl", "definition_en", "reason_pl", "reason_en")
        }
        help_texts = {
            "code": _(
                "Short, without spaces: it names the indicator in files and addresses, such as unemployment-rate."
            ),
            "bdl_variable": _("The number of the variable in the Local Data Bank, such as 60270."),
            "per_capita_base": _("Empty: the figure is compared as it is. 1000: shown per 1,000 people."),
        }


class NumberField(forms.CharField):
    """A number in any spelling: 12,5 or 12.5, with or without spaces."""

    def clean(self, value: Any) -> float | None:
        text = super().clean(value)
        if not text and not self.required:
            return None
        number = read_number(text)
        if number.state != "value":
            raise forms.ValidationError(
                _("“%(value)s” is not a number. Write for example 12,5.") % {"value": text}
            )
        return number.value


class CorrectionForm(forms.Form):
    """A new value for one figure, with the reason that readers will see."""

    new_value = NumberField(label=_("New value"))
    source = forms.ModelChoiceField(Source.objects.order_by("code"), label=_("Source of the new value"))
    reason_pl = forms.CharField(
        label=_("reason (Polish)"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One sentence; it is public on the indicator card."),
    )
    reason_en = forms.CharField(
        label=_("reason (English)"), widget=forms.Textarea(attrs={"rows": 3}), required=False
    )

    def __init__(self, *args: Any, observation: Observation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["source"].initial = observation.source_id


class ClassForm(forms.Form):
    """One size class in an organiser's own words."""

    words = forms.CharField(
        label=_("Size"), required=False, help_text=_("Such as ≤60 000, 60 001–120 000, over 120 000.")
    )
    name_pl = forms.CharField(label=_("name (Polish)"), max_length=80, required=False)
    name_en = forms.CharField(label=_("name (English)"), max_length=80, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("words") and not data.get("name_pl"):
            data["name_pl"] = data["words"]
        return data


ClassFormSet = formset_factory(ClassForm, extra=0, min_num=1, max_num=8)


class ChooseCitiesForm(forms.Form):
    """Which cities take part in the edition."""

    scope = forms.ChoiceField(
        label=_("Cities that take part"),
        widget=forms.RadioSelect,
        choices=[
            ("county_rights", _("all cities with county rights")),
            ("all", _("all gminas of the registry")),
            ("codes", _("those with these TERYT codes")),
        ],
    )
    codes = forms.CharField(
        label=_("TERYT codes"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Seven digits each, separated by spaces, commas or new lines."),
    )

    def clean_codes(self) -> list[str]:
        text = self.cleaned_data["codes"]
        codes = re.findall(r"[^\s,;]+", text)
        if bad := [code for code in codes if not re.fullmatch(r"\d{7}", code)]:
            raise forms.ValidationError(
                _("“%(code)s” is not a TERYT code of seven digits.") % {"code": bad[0]}
            )
        return codes


class FreezeForm(forms.Form):
    """The population that decides the class of each city."""

    source = forms.ModelChoiceField(Source.objects.order_by("code"), label=_("Source of the population"))
    year = forms.IntegerField(label=_("Population on 31 December of"), min_value=1990, localize=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].widget.attrs["max"] = timezone.localdate().year


class BdlForm(forms.Form):
    """What to fetch from the Local Data Bank."""

    indicators = forms.ModelMultipleChoiceField(
        Indicator.objects.filter(bdl_variable__isnull=False).order_by("code"),
        label=_("Indicators with a BDL variable"),
        widget=forms.CheckboxSelectMultiple,
    )
    first_year = forms.IntegerField(label=_("From the year"), min_value=1995, localize=False)
    last_year = forms.IntegerField(label=_("To the year"), min_value=1995, localize=False)
    level = forms.ChoiceField(
        label=_("Level"),
        choices=[
            ("5", _("counties: only cities with county rights (4 pages a variable)")),
            ("6", _("gminas (40 pages a variable)")),
        ],
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("first_year"), data.get("last_year")
        this_year = timezone.localdate().year
        if last and last > this_year:
            self.add_error("last_year", _("%(year)s has not come yet.") % {"year": last})
        if first and last and first > last:
            self.add_error("last_year", _("The last year is before the first."))
        return data
