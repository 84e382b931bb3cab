"""Tables of registrations for organisers. Needs are never among them: they have a table of their own."""

from collections.abc import Iterable
from typing import Any

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from ratusz.apps.core.open_data import Field
from ratusz.apps.dialogue.models import Registration
from ratusz.apps.dialogue.models.people import Needs


def people_fields() -> list[Field]:
    """The columns of the list of people."""
    return [
        Field("name", _("full name")),
        Field("email", _("e-mail")),
        Field("phone", _("phone on the day")),
        Field("state", _("state of the registration")),
        Field("type", _("type")),
        Field("confirmed", _("whether the organisation is confirmed")),
        Field("organisation", _("city or organisation")),
        Field("profession", _("professional group of a local official")),
        Field("position", _("position")),
        Field("represents", _("the person whom they stand in for")),
        Field("languages", _("languages in which the person can talk")),
        Field("photos", _("whether the person agreed to photographs")),
        Field("came", _("when the person registered")),
    ]


def people_rows(people: Iterable[Registration], refused: set[int]) -> list[dict[str, Any]]:
    """A row for each person."""
    return [
        {
            "name": one.name,
            "email": one.email,
            "phone": one.phone,
            "state": one.get_state_display(),
            "type": one.get_stakeholder_display(),
            "confirmed": _yes_no(one.verified_at is not None),
            "organisation": one.comes_from,
            "profession": one.get_profession_display() if one.profession else "",
            "position": one.position,
            "represents": one.represents,
            "languages": ", ".join(one.languages),
            "photos": _yes_no(one.pk not in refused),
            "came": localtime(one.created_at).strftime("%Y-%m-%d %H:%M"),
        }
        for one in people
    ]


def needs_fields() -> list[Field]:
    """The columns of the list of needs."""
    return [
        Field("name", _("full name")),
        Field("organisation", _("city or organisation")),
        Field("step_free", _("a step-free way and table")),
        Field("hearing", _("an induction loop or sign language")),
        Field("diet", _("diet")),
        Field("other", _("anything else to prepare")),
    ]


def needs_rows(needs: Iterable[Needs]) -> list[dict[str, Any]]:
    """A row for each person who needs something."""
    return [
        {
            "name": one.registration.name,
            "organisation": one.registration.comes_from,
            "step_free": _yes_no(one.step_free),
            "hearing": _yes_no(one.hearing),
            "diet": one.diet,
            "other": one.other,
        }
        for one in needs
    ]


def contact_fields() -> list[Field]:
    """The columns of what a partner may be given."""
    return [
        Field("name", _("full name")),
        Field("position", _("position")),
        Field("organisation", _("city or organisation")),
        Field("email", _("e-mail")),
    ]


def contact_rows(people: Iterable[Registration]) -> list[dict[str, Any]]:
    """A row for each person who agreed to be contacted by the partner."""
    return [
        {"name": one.name, "position": one.position, "organisation": one.comes_from, "email": one.email}
        for one in people
    ]


def _yes_no(value: bool) -> str:
    return _("yes") if value else _("no")
