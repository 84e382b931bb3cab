"""Forms of the planner: what a plan should reach, its publication, and what happened on the day."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ratusz.apps.dialogue.models import Registration, SeatingPlan, Stakeholder, Table
from ratusz.apps.dialogue.planner.input import Input
from ratusz.apps.dialogue.planner.words import table_name
from ratusz.apps.dialogue.services.seating.plans import DEFAULTS

AIMS = {
    "repeats": (_("Nobody meets twice"), _("Price of a pair that sits together once more.")),
    "mix": (_("A mix of types at each table"), _("Price of one person more or less than an even share, squared.")),
    "topics": (_("The topics people chose"), _("Price of a seat at a topic that the person did not choose.")),
    "wishes": (_("Wished meetings"), _("Price of a wish that no round fulfils.")),
    "organisation": (_("Not two of one office"), _("Price of two people of one organisation or city at a table.")),
    "context": (
        _("Cities of one size together"),
        _("Price of two people of cities of different size classes; below 0: cities of different sizes together."),
    ),
}  # fmt: skip


class SettingsForm(forms.Form):
    """Weights of the aims, types that every mixed table needs, and the time of a search."""

    name = forms.CharField(label=_("Name"), max_length=80, required=False)
    seconds = forms.IntegerField(label=_("Seconds of a search"), min_value=1, max_value=300)

    def __init__(self, *args: Any, plan: SeatingPlan, **kwargs: Any) -> None:
        settings = DEFAULTS | plan.settings
        asked = {one["type"]: one["at_least"] for one in settings["presence"]}
        kwargs["initial"] = {"name": plan.name, "seconds": settings["seconds"]}
        super().__init__(*args, **kwargs)
        for kind in Stakeholder:
            self.fields[f"presence_{kind.value}"] = forms.IntegerField(
                label=kind.label, min_value=0, max_value=20, initial=asked.get(kind.value, 0)
            )
        weights = DEFAULTS["weights"] | settings["weights"]
        for aim, (label, help_text) in AIMS.items():
            least = -100 if aim == "context" else 0
            self.fields[f"weight_{aim}"] = forms.FloatField(
                label=label, help_text=help_text, min_value=least, max_value=100, initial=weights[aim]
            )

    @property
    def demands(self) -> list:
        """The fields of the types."""
        return [self[f"presence_{kind.value}"] for kind in Stakeholder]

    @property
    def aims(self) -> list:
        """The fields of the weights."""
        return [self[f"weight_{aim}"] for aim in AIMS]

    def values(self) -> dict[str, Any]:
        """What `services.set_settings` takes."""
        data = self.cleaned_data
        return {
            "name": data["name"],
            "seconds": data["seconds"],
            "presence": {kind.value: data[f"presence_{kind.value}"] for kind in Stakeholder},
            "weights": {aim: data[f"weight_{aim}"] for aim in AIMS},
        }


class PublishForm(forms.Form):
    """The note that goes with a plan, and the reason where rules are broken."""

    note_pl = forms.CharField(label=_("What is new (Polish)"), max_length=300, required=False)
    note_en = forms.CharField(label=_("What is new (English)"), max_length=300, required=False)
    accept_broken = forms.CharField(
        label=_("Why it is published although rules are broken"),
        help_text=_("Kept in the audit log; participants do not see it."),
        max_length=300,
        required=False,
    )

    def __init__(self, *args: Any, broken: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not broken:
            del self.fields["accept_broken"]


class RepairForm(forms.Form):
    """What happened: who does not come, who comes later, which table has another moderator, is closed or moved."""

    absent = forms.MultipleChoiceField(
        label=_("Do not come"), required=False, widget=forms.CheckboxSelectMultiple
    )
    late = forms.MultipleChoiceField(
        label=_("Come later"), required=False, widget=forms.SelectMultiple(attrs={"size": 6})
    )
    late_from = forms.TypedChoiceField(
        label=_("Those who come later are there from"), coerce=int, required=False
    )
    table = forms.ChoiceField(label=_("Table whose moderator cannot come"), required=False)
    moderator = forms.ChoiceField(label=_("Who moderates it instead"), required=False)
    closed = forms.MultipleChoiceField(
        label=_("Tables that are closed"), required=False, widget=forms.CheckboxSelectMultiple
    )
    swap_one = forms.ChoiceField(label=_("Table that changes its room"), required=False)
    swap_other = forms.ChoiceField(label=_("with table"), required=False)

    def __init__(
        self, *args: Any, found: Input, missing: list[Registration], any_came: bool, **kwargs: Any
    ) -> None:
        # Before the first check-in everybody would be a no-show.
        kwargs["initial"] = {"absent": [str(person.pk) for person in missing] if any_came else []}
        super().__init__(*args, **kwargs)
        self._found = found
        ordered = sorted(found.people.values(), key=lambda one: one.name.rpartition(" ")[::-1])
        people = [(str(one.pk), ", ".join(filter(None, (one.name, one.comes_from)))) for one in ordered]
        waited = {person.pk for person in missing} if any_came else set(found.people)
        tables = [(str(pk), _table_words(table)) for pk, table in found.tables.items()]
        nothing = [("", "–")]
        self.fields["absent"].choices = [one for one in people if int(one[0]) in waited]
        self.fields["late"].choices = people
        self.fields["late_from"].choices = [
            (slot.number, f"{slot.number + 1} · {slot.title}") for slot in found.slots[found.problem.played :]
        ]
        self.fields["moderator"].choices = nothing + people
        self.fields["closed"].choices = tables
        for name in ("table", "swap_one", "swap_other"):
            self.fields[name].choices = nothing + tables

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if bool(data.get("table")) != bool(data.get("moderator")):
            self.add_error("moderator", _("Name both the table and the person who moderates it instead."))
        if bool(data.get("swap_one")) != bool(data.get("swap_other")) or (
            data.get("swap_one") and data.get("swap_one") == data.get("swap_other")
        ):
            self.add_error("swap_other", _("Name two tables that change rooms."))
        return data

    def values(self) -> dict[str, Any]:
        """What `services.repair_plan` takes."""
        data, people, tables = self.cleaned_data, self._found.people, self._found.tables
        late = {people[int(pk)]: data["late_from"] for pk in data["late"]} if data["late_from"] != "" else {}
        return {
            "absent": [people[int(pk)] for pk in data["absent"] if people[int(pk)] not in late],
            "late": late,
            "replaced": {tables[int(data["table"])]: people[int(data["moderator"])]} if data["table"] else {},
            "closed": [tables[int(pk)] for pk in data["closed"]],
            "swapped": (tables[int(data["swap_one"])], tables[int(data["swap_other"])])
            if data["swap_one"]
            else None,
        }


def _table_words(table: Table) -> str:
    return f"{table_name(table)} · {table.topic or table.block.title} · {table.room}"
