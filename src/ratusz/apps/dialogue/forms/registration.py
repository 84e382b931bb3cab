"""The forms of registration: what is typed is checked by the rules of the services, all fields at once."""

import re
from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ratusz.apps.accounts.models import ConsentText, Organisation
from ratusz.apps.accounts.rules import clean_nip
from ratusz.apps.cities.models import City
from ratusz.apps.core.errors import DomainError
from ratusz.apps.dialogue.models import MeetingWish, Profession, Session, Stakeholder, Topic
from ratusz.apps.dialogue.queries.registration import cities_to_choose, organisations_to_meet
from ratusz.apps.dialogue.services.registration import Invited
from ratusz.apps.dialogue.services.registration.rules import clean_email, clean_name, clean_phone
from ratusz.apps.dialogue.services.registration.wishes import DIET, OTHER
from ratusz.apps.editions.models import Edition

LANGUAGES = [("pl", _("Polish")), ("en", _("English"))]
ADDRESS = re.compile(r"[^\s,;<>()]+@[^\s,;<>()]+")


class CityField(forms.ModelChoiceField):
    """A city; two of one name are told apart by their voivodeship."""

    def __init__(self, edition: Edition, **kwargs: Any) -> None:
        super().__init__(cities_to_choose(edition), label=_("City"), **kwargs)

    def label_from_instance(self, city: City) -> str:
        return f"{city.name} ({city.voivodeship})"


class BotTrap(forms.Form):
    """A field that nobody sees: only a machine fills it."""

    homepage = forms.CharField(
        label=_("Leave this field empty"), required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )  # fmt: skip

    def clean_homepage(self) -> str:
        if self.cleaned_data["homepage"]:
            raise forms.ValidationError(_("This field must stay empty. Empty it and send the form again."))
        return ""


class PlaceForm(forms.Form):
    """The side on which people sit and the city or organisation from which they come."""

    use_required_attribute = False

    stakeholder = forms.ChoiceField(
        label=_("You come from"), choices=Stakeholder.choices, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, session: Session, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["city"] = CityField(session.edition, help_text=_("For local government."))
        self.fields["organisation_name"] = forms.CharField(
            label=_("Organisation"), max_length=240,
            help_text=_("For everybody else: the full name, as it stands on the papers. An expert may leave it empty."),
            widget=forms.TextInput(attrs={"autocomplete": "organization"}),
        )  # fmt: skip
        self.fields["nip"] = forms.CharField(
            label=_("NIP of the organisation"), required=False, max_length=16,
            help_text=_("With it the organiser confirms the organisation sooner."),
        )  # fmt: skip

    # Needed by the chosen side alone: shown as needed, and checked in `clean`.
    of_a_side = ("city", "profession", "organisation_name")

    def full_clean(self) -> None:
        for name in set(self.of_a_side) & self.fields.keys():
            self.fields[name].required = False
        super().full_clean()
        for name in set(self.of_a_side) & self.fields.keys():
            self.fields[name].required = True

    def clean_nip(self) -> str:
        typed = self.cleaned_data["nip"].strip()
        return _checked(clean_nip, typed) if typed else ""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        side = cleaned.get("stakeholder")
        if side == Stakeholder.LOCAL_GOVERNMENT:
            cleaned |= {"organisation_name": "", "nip": ""}
            self._errors.pop("nip", None)
            if not cleaned.get("city") and "city" not in self.errors:
                self.add_error("city", _("Choose the city for which you work."))
        elif side:
            cleaned["city"] = None
            if side != Stakeholder.EXPERT and not cleaned.get("organisation_name", "").strip():
                self.add_error("organisation_name", _("Write the full name of the organisation."))
        return cleaned


class DetailsForm(PlaceForm):
    """What the organiser must know of a person, and no more."""

    name = forms.CharField(
        label=_("First name and surname"), max_length=150, help_text=_("As it shall stand on your badge."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )  # fmt: skip
    profession = forms.ChoiceField(
        label=_("Professional group"), help_text=_("For local government: it opens your circle."),
        choices=[("", _("– choose –")), *Profession.choices],
    )  # fmt: skip
    position = forms.CharField(
        label=_("Position"), required=False, max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
    )  # fmt: skip
    represents = forms.CharField(
        label=_("You stand in for"), required=False, max_length=150,
        help_text=_("For example for the mayor: the name of the person whom you represent."),
    )  # fmt: skip
    languages = forms.MultipleChoiceField(
        label=_("Languages in which you can talk"), choices=LANGUAGES, widget=forms.CheckboxSelectMultiple
    )
    phone = forms.CharField(
        label=_("Phone on the day"), required=False, max_length=24,
        help_text=_("Only for the organiser, only if you get lost or late."),
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )  # fmt: skip

    field_order = ("name", "stakeholder", "city", "profession", "organisation_name", "nip", "position",
                   "represents", "languages", "phone")  # fmt: skip

    def clean_name(self) -> str:
        return _checked(clean_name, self.cleaned_data["name"])

    def clean_phone(self) -> str:
        return _checked(clean_phone, self.cleaned_data["phone"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("stakeholder") == Stakeholder.LOCAL_GOVERNMENT:
            if not cleaned.get("profession") and "profession" not in self.errors:
                self.add_error("profession", _("Choose the nearest one, or “Another field”."))
        else:
            cleaned["profession"] = ""
        return cleaned


class ConsentsForm(forms.Form):
    """One box for each consent, none of them ticked unless the person has ticked it."""

    def __init__(self, *args: Any, texts: list[ConsentText], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for text in texts:
            self.fields[f"consent-{text.purpose}"] = forms.BooleanField(
                label=text.title, help_text=text.text, required=False
            )

    @property
    def given(self) -> set[str]:
        """The purposes that were ticked."""
        return {
            name.removeprefix("consent-")
            for name, value in self.cleaned_data.items()
            if name.startswith("consent-") and value
        }

    @property
    def boxes(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith("consent-")]


class RegistrationForm(DetailsForm, ConsentsForm, BotTrap):
    """The whole registration on one page."""

    def __init__(self, *args: Any, session: Session, texts: list[ConsentText], **kwargs: Any) -> None:
        super().__init__(*args, session=session, texts=texts, **kwargs)

    @property
    def details(self) -> dict[str, Any]:
        """The details as `register_person` takes them."""
        return {name: self.cleaned_data[name] for name in DetailsForm.field_order}

    @property
    def questions(self) -> list[forms.BoundField]:
        return [self[name] for name in DetailsForm.field_order]


class AnswerForm(RegistrationForm):
    """The answer to an invitation: the side and the place were named by the office, the rest by the person."""


class GroupForm(PlaceForm, BotTrap):
    """An office or a firm invites its people: a line for each."""

    people = forms.CharField(
        label=_("People"), widget=forms.Textarea(attrs={"rows": 7}),
        help_text=_("One person a line: name and e-mail, for example Anna Nowak anna.nowak@example.org. At most 20."),
    )  # fmt: skip

    field_order = ("stakeholder", "city", "organisation_name", "nip", "people")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["stakeholder"].label = _("They come from")

    def clean_people(self) -> list[Invited]:
        people, errors = [], []
        lines = [line for line in self.cleaned_data["people"].splitlines() if line.strip()]
        for number, line in enumerate(lines, start=1):
            found = ADDRESS.findall(line)
            name = " ".join(re.sub(r"[,;<>()]", " ", ADDRESS.sub(" ", line)).split())
            if len(found) != 1:
                errors.append(_("Line %(number)s has no single e-mail address: “%(line)s”.")
                              % {"number": number, "line": line.strip()})  # fmt: skip
                continue
            try:
                people.append(Invited(clean_name(name), clean_email(found[0])))
            except DomainError as error:
                errors.append(_("Line %(number)s: %(problem)s") % {"number": number, "problem": error})
        if errors:
            raise forms.ValidationError(errors)
        return people

    @property
    def questions(self) -> list[forms.BoundField]:
        return [self[name] for name in self.field_order]


class NeedsForm(forms.Form):
    """What a person needs on the day: short fields, because nobody should write a diagnosis here."""

    step_free = forms.BooleanField(label=_("A step-free way and table"), required=False)
    hearing = forms.BooleanField(label=_("An induction loop or sign language"), required=False)
    diet = forms.CharField(
        label=_("Diet"),
        required=False,
        max_length=DIET,
        help_text=_("A few words, for example: vegan, no nuts."),
    )
    other = forms.CharField(
        label=_("Anything else that we must prepare"), required=False, max_length=OTHER,
        help_text=_("Only what we should do, not why."), widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip


class WishesForm(forms.Form):
    """Up to three cities or organisations with which a person would like to sit."""

    def __init__(self, *args: Any, session: Session, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._found: dict[str, City | Organisation] = {}
        cities = City.objects.filter(
            pk__in=session.registrations.exclude(state="cancelled").values("city")
        ).order_by("sort_key")
        groups = []
        for kind, label, rows in (
            ("city", _("Cities"), cities),
            ("organisation", _("Organisations"), organisations_to_meet(session)),
        ):
            options = [(f"{kind}-{row.pk}", str(row)) for row in rows]
            self._found |= {f"{kind}-{row.pk}": row for row in rows}
            if options:
                groups.append((label, options))
        self.is_possible = bool(groups)
        for number in range(1, MeetingWish.PER_PERSON + 1):
            self.fields[f"wish{number}"] = forms.ChoiceField(
                label=_("Wish %(number)s") % {"number": number}, required=False,
                choices=[("", _("– nobody in particular –")), *groups],
            )  # fmt: skip

    @property
    def wishes(self) -> list[City | Organisation]:
        return [self._found[value] for value in self.cleaned_data.values() if value]


class TopicsForm(forms.Form):
    """A place for each topic; the script makes a list of them that one can drag."""

    def __init__(self, *args: Any, topics: list[Topic], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.topics = {f"topic-{topic.pk}": topic for topic in topics}
        for name, topic in self.topics.items():
            self.fields[name] = forms.IntegerField(
                label=topic.name, required=False, min_value=1, max_value=len(topics),
                widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        places: dict[int, str] = {}
        for name in self.topics:
            place = cleaned.get(name)
            if place and place in places:
                self.add_error(name, _("Place %(place)s is taken already.") % {"place": place})
            elif place:
                places[place] = name
        return cleaned

    @property
    def in_order(self) -> list[Topic]:
        chosen = [(place, name) for name, place in self.cleaned_data.items() if place]
        return [self.topics[name] for _place, name in sorted(chosen)]


class SubstituteForm(forms.Form):
    """Who comes instead."""

    name = forms.CharField(label=_("First name and surname"), max_length=150)
    email = forms.EmailField(
        label=_("E-mail"), help_text=_("Only this person gets the link, and answers alone.")
    )

    def clean_name(self) -> str:
        return _checked(clean_name, self.cleaned_data["name"])


def _checked(rule: Callable[[str], str], value: str) -> str:
    """The value after the rule of the service; what the rule says becomes the error of the field."""
    try:
        return rule(value)
    except DomainError as error:
        raise forms.ValidationError(str(error), code=error.code) from error
