"""The organiser's forms about registrations."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ratusz.apps.accounts.models import Organisation
from ratusz.apps.cities.models import City
from ratusz.apps.dialogue.forms.registration import CityField
from ratusz.apps.dialogue.models import Profession, Registration, SeatingRule, Session, Stakeholder
from ratusz.apps.editions.panel.base import MomentInput

ANY = [("", _("all"))]
SORTS = {
    "name": _("by name"),
    "came": _("by time of registration"),
    "type": _("by type"),
    "place": _("by city or organisation"),
}
SHOW = {
    "unconfirmed": _("organisation not confirmed"),
    "doubtful": _("perhaps a firm of another type"),
    "duplicates": _("perhaps registered twice"),
    "no_photos": _("no photographs"),
    "changed": _("changed since the last print"),
}


class FilterForm(forms.Form):
    """Search and filters of the list."""

    q = forms.CharField(label=_("Name, organisation or e-mail"), required=False, max_length=100)
    state = forms.ChoiceField(label=_("State"), required=False, choices=[*ANY, *Registration.State.choices])
    type = forms.ChoiceField(label=_("Group"), required=False, choices=[*ANY, *Stakeholder.choices])
    profession = forms.ChoiceField(
        label=_("Professional group"), required=False, choices=[*ANY, *Profession.choices]
    )
    show = forms.ChoiceField(label=_("Only"), required=False, choices=[*ANY, *SHOW.items()])
    sort = forms.ChoiceField(label=_("Order"), required=False, choices=list(SORTS.items()))

    def __init__(self, *args: Any, session: Session, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cities = City.objects.filter(registrations__session=session).distinct().order_by("sort_key")
        self.fields["city"] = forms.ChoiceField(
            label=_("City"), required=False, choices=[*ANY, *((str(city.pk), city.name) for city in cities)]
        )
        self.order_fields(["q", "state", "type", "city", "profession", "show", "sort"])


class QuotaForm(forms.Form):
    """Places of each type; empty: no limit."""

    def __init__(self, *args: Any, quotas: dict[str, int | None], **kwargs: Any) -> None:
        super().__init__(*args, initial=quotas, **kwargs)
        for value, label in Stakeholder.choices:
            self.fields[value] = forms.IntegerField(label=label, required=False, min_value=0, max_value=5000)


class ConfirmForm(forms.Form):
    """On which side the person sits, and for whom."""

    stakeholder = forms.ChoiceField(label=_("Group"), choices=Stakeholder.choices)
    organisation = forms.ModelChoiceField(
        Organisation.objects.all(), label=_("Organisation of the register"), required=False,
        help_text=_("Empty: as the person typed it."),
    )  # fmt: skip

    def __init__(self, *args: Any, session: Session, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["city"] = CityField(session.edition, required=False, help_text=_("For local government."))


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=_("Reason, which the person reads"), max_length=200)


class RuleForm(forms.Form):
    """Another person with whom this one sits always or never."""

    kind = forms.ChoiceField(label=_("Rule"), choices=SeatingRule.Kind.choices)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        help_text=_("Only organisers read it. Name no disease and no quarrel."),
    )

    def __init__(self, *args: Any, registration: Registration, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = registration.session.registrations.exclude(state=Registration.State.CANCELLED)
        self.fields["second"] = forms.ModelChoiceField(
            others.exclude(pk=registration.pk).order_by("name"), label=_("Other person")
        )
        self.order_fields(["kind", "second", "reason"])


class ReadingForm(forms.Form):
    """When the reading goes out by itself."""

    at = forms.DateTimeField(
        label=_("Send by itself on"), required=False, widget=MomentInput(),
        help_text=_("Those who register later get it within an hour. Empty: only by the button."),
    )  # fmt: skip
