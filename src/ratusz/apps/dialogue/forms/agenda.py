"""The organiser's forms of the day plan: rooms, topics, blocks, rounds, tables and their hosts."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
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

QUARTER = 300  # seconds: the browser's time field goes in steps of five minutes


class Hour(forms.TimeField):
    """An hour of the session's day."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TimeInput(attrs={"type": "time", "step": QUARTER}, format="%H:%M")
        super().__init__(widget=widget, **kwargs)


class RoomForm(forms.ModelForm):
    class Meta:
        model = Room
        fields = ["name_pl", "name_en", "way_pl", "way_en", "capacity", "step_free", "order"]

    def __init__(self, *args: Any, session: Session, **kwargs: Any) -> None:
        self.session = session
        super().__init__(*args, **kwargs)

    def clean_name_pl(self) -> str:
        """The name, which no other room of the session has."""
        name = " ".join(self.cleaned_data["name_pl"].split())
        if self.session.rooms.filter(name_pl=name).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(
                _("Another room has this name already. Add what tells them apart, such as the floor.")
            )
        return name


class TopicForm(forms.ModelForm):
    class Meta:
        model = Topic
        fields = ["name_pl", "name_en", "order"]

    def __init__(self, *args: Any, session: Session, **kwargs: Any) -> None:
        self.session = session
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        """Gives a new topic its code, made from its name; a code that is there stays, since files use it."""
        found = super().clean() or self.cleaned_data
        if not self.instance.pk and "name_pl" in found:
            code = slugify(fold(found["name_pl"]))[:40] or "topic"
            if self.session.topics.filter(code=code).exists():
                self.add_error("name_pl", _("There is such a topic already."))
            found["code"] = code
        return found


class BlockForm(forms.ModelForm):
    """A block with its hours on the day of the session."""

    starts = Hour(label=_("starts"))
    ends = Hour(label=_("ends"))
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
            "kind", "title_pl", "title_en", "starts", "ends", "room", "topic", "city", "professions", "summary_pl",
            "summary_en", "reading_pl", "reading_en",
        ]  # fmt: skip
        widgets = {
            f"{name}_{language}": forms.Textarea(attrs={"rows": 3})
            for name in ("summary", "reading")
            for language in ("pl", "en")
        }

    def __init__(self, *args: Any, session: Session, **kwargs: Any) -> None:
        self.session = session
        super().__init__(*args, **kwargs)
        self.fields["room"].queryset = session.rooms.all()
        self.fields["topic"].queryset = session.topics.all()
        self.order_fields(self._meta.fields)
        if self.instance.pk:
            self.initial["starts"] = timezone.localtime(self.instance.starts_at).time()
            self.initial["ends"] = timezone.localtime(self.instance.ends_at).time()

    def clean(self) -> dict[str, Any]:
        """Hours become moments of the session's day; only a circle keeps professional groups."""
        found = super().clean() or self.cleaned_data
        if found.get("kind") != Block.Kind.CIRCLE:
            found["professions"] = []
        for name in ("starts", "ends"):
            if hour := found.pop(name, None):
                found[f"{name}_at"] = moment(self.session, hour)
        return found


def moment(session: Session, hour: time) -> datetime:
    """The hour on the session's day, by the clock of Warsaw; the views refuse a session without a day before."""
    return timezone.make_aware(datetime.combine(session.edition.session_date, hour))


class RoundsForm(forms.Form):
    """Rounds of equal length."""

    number = forms.IntegerField(label=_("Number of rounds"), min_value=1, max_value=20)
    minutes = forms.IntegerField(label=_("Minutes of a round"), min_value=5, max_value=240)
    pause = forms.IntegerField(label=_("Minutes between rounds"), min_value=0, max_value=120)
    starts = Hour(label=_("First round starts"))

    def __init__(self, *args: Any, block: Block, **kwargs: Any) -> None:
        self.block = block
        rounds = list(block.rounds.all())
        first, second = (rounds + [None, None])[:2]
        initial = {"number": len(rounds) or 1, "minutes": 30, "pause": 0}
        initial["starts"] = timezone.localtime(first.starts_at if first else block.starts_at).time()
        if first:
            initial["minutes"] = (first.ends_at - first.starts_at) // timedelta(minutes=1)
        if first and second:
            initial["pause"] = (second.starts_at - first.ends_at) // timedelta(minutes=1)
        super().__init__(*args, initial=initial, **kwargs)


class TableForm(forms.ModelForm):
    class Meta:
        model = Table
        fields = [
            "room", "min_seats", "max_seats", "step_free", "language", "topic", "city_question", "question_pl",
            "question_en",
        ]  # fmt: skip
        help_texts = {"question_pl": _("Empty: the question of the city is shown.")}

    def __init__(self, *args: Any, block: Block, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        session = block.session
        self.fields["room"].queryset = session.rooms.all()
        self.fields["topic"].queryset = session.topics.all()
        questions = CityQuestion.objects.filter(session=session).select_related("city")
        self.fields["city_question"].queryset = questions
        if not self.instance.pk:
            self.initial.setdefault("room", block.room_id)

    def validate_constraints(self) -> None:
        """Leaves the numbers of seats to the service, which says in words what is wrong with them."""


class NewTablesForm(TableForm):
    """Several tables alike at once."""

    number = forms.IntegerField(label=_("How many tables"), min_value=1, max_value=60, initial=1)

    class Meta(TableForm.Meta):
        fields = ["number", "room", "min_seats", "max_seats", "step_free", "language"]

    def __init__(self, *args: Any, block: Block, **kwargs: Any) -> None:
        forms.ModelForm.__init__(self, *args, **kwargs)
        self.fields["room"].queryset = block.session.rooms.all()
        self.initial.setdefault("room", block.room_id)
        self.order_fields(self._meta.fields)


class People(forms.ModelMultipleChoiceField):
    """Registered people, each with where they come from."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            Registration.objects.none(),
            required=False,
            widget=forms.SelectMultiple(attrs={"size": 6}),
            **kwargs,
        )

    def label_from_instance(self, person: Registration) -> str:
        return f"{person.name} ({person.comes_from})"


class HostsForm(forms.Form):
    """Who moderates and who takes notes; a circle offers nobody of business or an NGO."""

    moderators = People(label=_("Moderators"))
    note_takers = People(label=_("Note-takers"))

    def __init__(self, *args: Any, place: Block | Table, **kwargs: Any) -> None:
        block = place.block if isinstance(place, Table) else place
        duties = list(place.hosts.all())
        initial = {
            "moderators": [one.registration_id for one in duties if one.duty == Host.Duty.MODERATOR],
            "note_takers": [one.registration_id for one in duties if one.duty == Host.Duty.NOTE_TAKER],
        }
        super().__init__(*args, initial=initial, **kwargs)
        people = block.session.registrations.filter(state=Registration.State.REGISTERED)
        if block.is_circle:
            people = people.exclude(stakeholder__in=(Stakeholder.BUSINESS, Stakeholder.NGO))
        for name in ("moderators", "note_takers"):
            self.fields[name].queryset = people.select_related("city", "organisation").order_by("name")

    def clean(self) -> dict[str, Any]:
        """One person has one duty at a table."""
        found = super().clean() or self.cleaned_data
        both = set(found.get("moderators", [])) & set(found.get("note_takers", []))
        if both:
            names = ", ".join(person.name for person in both)
            self.add_error(
                "note_takers", _("%(names)s: choose one of the two duties.") % {"names": names}
            )
        return found

    @property
    def hosts(self) -> dict[Registration, str]:
        """The people with their duty, as the service takes them."""
        return {
            **{person: Host.Duty.MODERATOR.value for person in self.cleaned_data["moderators"]},
            **{person: Host.Duty.NOTE_TAKER.value for person in self.cleaned_data["note_takers"]},
        }


class PublicNoteForm(forms.Form):
    """What is new in a version, for those who read the agenda."""

    note_pl = forms.CharField(label=_("what is new (Polish)"), max_length=300, required=False)
    note_en = forms.CharField(label=_("what is new (English)"), max_length=300, required=False)
