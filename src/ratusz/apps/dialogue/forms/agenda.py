"""The organiser's forms of the day plan: rooms, topics, blocks, rounds, tables and their hosts."""

from typing import Any

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from ratusz.apps.core.text import fold
from ratusz.apps.dialogue.models import (
    Block,
    CityQuestion,
    Host,
    Profession,
    Registration,
    Room,
    Session,
    Stakeholder,
    Table,
    Topic,
)
from ratusz.apps.editions.panel.base import MomentInput


class RoomForm(forms.ModelForm):
    class Meta:
        model = Room
        fields = ["name_pl", "name_en", "way_pl", "way_en", "capacity", "step_free", "order"]


class TopicForm(forms.ModelForm):
    """A topic; its code is made from its name and stays, since files name it."""

    class Meta:
        model = Topic
        fields = ["name_pl", "name_en", "order"]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        if not self.instance.pk and found.get("name_pl"):
            found["code"] = slugify(fold(found["name_pl"]))[:40] or "topic"
        return found


class BlockForm(forms.ModelForm):
    """A block of the day, with the groups that a circle is for."""

    professions = forms.MultipleChoiceField(
        label=_("professional groups"),
        choices=Profession.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("For a circle: who may enter. None ticked: all local officials."),
    )

    class Meta:
        model = Block
        fields = [
            "kind", "title_pl", "title_en", "starts_at", "ends_at", "room", "topic", "city", "professions",
            "summary_pl", "summary_en", "reading_pl", "reading_en",
        ]  # fmt: skip
        widgets = {
            "starts_at": MomentInput(),
            "ends_at": MomentInput(),
            **{
                f"{name}_{language}": forms.Textarea(attrs={"rows": 3})
                for name in ("summary", "reading")
                for language in ("pl", "en")
            },
        }

    def __init__(self, *args: Any, session: Session, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["room"].queryset = session.rooms.all()
        self.fields["topic"].queryset = session.topics.all()

    def clean(self) -> dict[str, Any]:
        """Only a circle keeps professional groups, and a block ends after it has begun."""
        found = super().clean() or self.cleaned_data
        if found.get("kind") != Block.Kind.CIRCLE:
            found["professions"] = []
        starts, ends = found.get("starts_at"), found.get("ends_at")
        if starts and ends and ends <= starts:
            self.add_error("ends_at", _("The block would end before it begins. Choose a later end."))
        return found


class RoundsForm(forms.Form):
    """Rounds of equal length from the start of the block."""

    number = forms.IntegerField(label=_("Number of rounds"), min_value=1, max_value=20)
    minutes = forms.IntegerField(label=_("Minutes of a round"), min_value=5, max_value=480)
    pause = forms.IntegerField(label=_("Minutes between rounds"), min_value=0, max_value=120)


class People(forms.ModelMultipleChoiceField):
    """Registered people, each with where they come from."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.SelectMultiple(attrs={"size": 6})
        super().__init__(Registration.objects.none(), required=False, widget=widget, **kwargs)

    def label_from_instance(self, person: Registration) -> str:
        return f"{person.name} ({person.comes_from})"


class TableForm(forms.ModelForm):
    """A table with those who host it; a circle offers nobody of business or an NGO."""

    moderators = People(
        label=_("Moderators"), help_text=_("Hosts keep their seat at the table in every round.")
    )
    note_takers = People(label=_("Note-takers"))

    class Meta:
        model = Table
        fields = [
            "number", "room", "min_seats", "max_seats", "step_free", "language", "topic", "city_question",
            "question_pl", "question_en",
        ]  # fmt: skip
        help_texts = {"question_pl": _("Empty: the question of the city is shown.")}

    def __init__(self, *args: Any, block: Block, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        session = block.session
        self.fields["room"].queryset = session.rooms.all()
        self.fields["topic"].queryset = session.topics.all()
        self.fields["city_question"].queryset = CityQuestion.objects.filter(session=session).select_related(
            "city"
        )
        people = session.registrations.filter(state=Registration.State.REGISTERED)
        if block.is_circle:
            people = people.exclude(stakeholder__in=(Stakeholder.BUSINESS, Stakeholder.NGO))
        duties = list(self.instance.hosts.all()) if self.instance.pk else []
        for name, duty in DUTIES.items():
            self.fields[name].queryset = people.select_related("city", "organisation").order_by("name")
            self.initial[name] = [one.registration_id for one in duties if one.duty == duty]

    def clean(self) -> dict[str, Any]:
        """One person has one duty at a table, and the seats are in order."""
        found = super().clean() or self.cleaned_data
        both = set(found.get("moderators", [])) & set(found.get("note_takers", []))
        if both:
            names = ", ".join(person.name for person in both)
            self.add_error("note_takers", _("%(names)s: choose one of the two duties.") % {"names": names})
        least, most = found.get("min_seats"), found.get("max_seats")
        if least and most and least > most:
            self.add_error("min_seats", _("More than the most people. Raise the most or lower the fewest."))
        return found

    def parts(self) -> tuple[dict[str, Any], dict[Registration, str]]:
        """The fields of the table, and its hosts with their duties, as the services take them."""
        fields = {name: value for name, value in self.cleaned_data.items() if name not in DUTIES}
        hosts = {person: duty for name, duty in DUTIES.items() for person in self.cleaned_data[name]}
        return fields, hosts


DUTIES = {"moderators": Host.Duty.MODERATOR.value, "note_takers": Host.Duty.NOTE_TAKER.value}
