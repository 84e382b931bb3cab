"""The forms of the organiser's screens; the rules themselves are in the services."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from ratusz.apps.accounts.forms import LANGUAGES
from ratusz.apps.accounts.models import Organisation, User
from ratusz.apps.editions.models import Edition, Phase, Programme, Role
from ratusz.apps.editions.panel.base import DateInput, MomentInput
from ratusz.apps.editions.services import Calendar


class ProgrammeForm(forms.ModelForm):
    class Meta:
        model = Programme
        fields = ["name_pl", "name_en", "slug", "organiser", "contact_email"]


class EditionForm(forms.ModelForm):
    """An edition's own fields; uniqueness is checked by the service, which names the other edition."""

    class Meta:
        model = Edition
        fields = [
            "year", "name_pl", "name_en", "session_number", "ranking_number", "session_date", "venue_pl", "venue_en",
        ]  # fmt: skip
        widgets = {"session_date": DateInput()}
        help_texts = {
            "session_number": _(
                "Sessions and rankings are counted apart: the fifth session may bring the third ranking."
            ),
            "name_en": _("Where it is empty, readers of English see the Polish name."),
        }

    def _get_validation_exclusions(self) -> set[str]:
        return {field.name for field in Edition._meta.fields}

    def _post_clean(self) -> None:
        """Leaves the instance as it is: the service compares and writes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].widget.attrs |= {"min": 1990, "max": 2100}


class NewEditionForm(EditionForm):
    """A new edition, with the calendar of an earlier one if wanted."""

    copy_from = forms.ModelChoiceField(
        label=_("Copy the settings of"), queryset=Edition.objects.none(), required=False,
        empty_label=_("nothing: start empty"),
        help_text=_("The calendar is moved by whole years; stages that keep settings copy theirs."),
    )  # fmt: skip

    def __init__(self, *args: Any, editions: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["copy_from"].queryset = editions


class CalendarForm(forms.Form):
    """Opening and closing moment of each phase."""

    def __init__(self, *args: Any, edition: Edition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        phases = {phase.kind: phase for phase in edition.phases.all()}
        for kind in Phase.Kind:
            phase = phases.get(kind)
            for end, label in (("opens", _("Opens")), ("closes", _("Closes"))):
                self.fields[f"{kind.value}_{end}"] = forms.DateTimeField(
                    label=label, required=False, widget=MomentInput(),
                    initial=getattr(phase, f"{end}_at") if phase else None,
                )  # fmt: skip

    def rows(self) -> Iterator[tuple[Phase.Kind, tuple[BoundField, BoundField]]]:
        """One phase a row, with its two fields, in the order of the river."""
        for kind in Phase.Kind:
            yield kind, (self[f"{kind.value}_opens"], self[f"{kind.value}_closes"])

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        for kind in Phase.Kind:
            opens, closes = f"{kind.value}_opens", f"{kind.value}_closes"
            if (typed.get(opens) is None) != (typed.get(closes) is None) and not {
                opens,
                closes,
            } & self.errors.keys():
                missing = closes if typed.get(closes) is None else opens
                self.add_error(
                    missing, _("A phase has both moments or none. Fill this one in, or clear the other.")
                )
        return typed

    def calendar(self) -> Calendar:
        """What the service takes."""
        typed = self.cleaned_data
        return {
            kind.value: (typed[f"{kind.value}_opens"], typed[f"{kind.value}_closes"])
            if typed[f"{kind.value}_opens"]
            else None
            for kind in Phase.Kind
        }


class PersonForm(forms.Form):
    full_name = forms.CharField(label=_("Full name"), max_length=150)
    language = forms.ChoiceField(label=_("Language of our mails"), choices=LANGUAGES)


class NewPersonForm(PersonForm):
    field_order = ["email", "full_name", "language", "role"]
    email = forms.EmailField(
        label=_("E-mail"), help_text=_("The person signs in with a code that we send to this address.")
    )
    role = forms.ChoiceField(label=_("Role in the current edition"), required=False)

    def __init__(self, *args: Any, with_role: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [("", _("no role yet")), *Role.choices]
        if not with_role:
            del self.fields["role"]


class RoleForm(forms.Form):
    edition = forms.ModelChoiceField(label=_("Edition"), queryset=Edition.objects.none())
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)

    def __init__(self, *args: Any, editions: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["edition"].queryset = editions


class MandateForm(forms.Form):
    organisation = forms.ModelChoiceField(label=_("Organisation"), queryset=Organisation.objects.all())
    position = forms.CharField(label=_("Position"), max_length=160, required=False)
    valid_from = forms.DateField(label=_("From"), widget=DateInput())
    valid_to = forms.DateField(
        label=_("To"),
        widget=DateInput(),
        required=False,
        help_text=_("The last day; empty until it is ended."),
    )


class EndMandateForm(forms.Form):
    valid_to = forms.DateField(label=_("Last day"), widget=DateInput())


class HandOverForm(forms.Form):
    successor = forms.ModelChoiceField(label=_("Successor"), queryset=User.objects.none())
    on = forms.DateField(
        label=_("First day of the successor"),
        widget=DateInput(),
        help_text=_("The mandate now ends the day before."),
    )

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["successor"].queryset = people


class OrganisationForm(forms.Form):
    kind = forms.ChoiceField(label=_("Type"), choices=Organisation.Kind.choices)
    name = forms.CharField(label=_("Name"), max_length=240)
    teryt = forms.CharField(
        label=_("TERYT code"), required=False, max_length=20,
        help_text=_("For a local government: seven digits, for example 1061011 for Łódź."),
    )  # fmt: skip
    nip = forms.CharField(
        label=_("NIP"), required=False, max_length=20, help_text=_("For everybody else: ten digits.")
    )
    website = forms.URLField(label=_("Website"), required=False, assume_scheme="https")


class ConsentTextForm(forms.Form):
    purpose = forms.SlugField(
        label=_("Purpose"), max_length=40,
        help_text=_("A short name that stays, for example: image. The same purpose makes a new version."),
    )  # fmt: skip
    title_pl = forms.CharField(label=_("Title (Polish)"), max_length=160)
    title_en = forms.CharField(label=_("Title (English)"), max_length=160, required=False)
    text_pl = forms.CharField(label=_("Text (Polish)"), widget=forms.Textarea(attrs={"rows": 6}))
    text_en = forms.CharField(
        label=_("Text (English)"), widget=forms.Textarea(attrs={"rows": 6}), required=False
    )
