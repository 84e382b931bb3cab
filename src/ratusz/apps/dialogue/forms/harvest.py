"""The organiser's forms of notes and harvest, and the one that takes the photo of a sheet."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ratusz.apps.dialogue.models import Block, Note, Session, Stakeholder, Theme, Topic
from ratusz.apps.dialogue.services.sheets import FORMATS, LARGEST, TOO_LARGE

STATES = [
    ("", _("all")),
    ("free", _("in no theme yet")),
    ("placed", _("in a theme")),
    ("suspected", _("to be checked: seems to name somebody")),
]


class NotesFilter(forms.Form):
    """Which notes of the harvest are shown; every field may stay empty."""

    topic = forms.ModelChoiceField(
        Topic.objects.none(), label=_("Topic"), required=False, empty_label=_("all")
    )
    block = forms.ModelChoiceField(
        Block.objects.none(), label=_("Block"), required=False, empty_label=_("all")
    )
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("all")), *Note.Kind.choices])
    role = forms.ChoiceField(
        label=_("Said by"), required=False, choices=[("", _("all")), *Stakeholder.choices]
    )
    state = forms.ChoiceField(label=_("Which"), required=False, choices=STATES)
    words = forms.CharField(label=_("Words"), required=False, max_length=100)

    def __init__(self, *args: Any, session: Session, blocks: Any, themes: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.themes = themes
        self.fields["topic"].queryset = session.topics.all()
        self.fields["block"].queryset = blocks

    def chosen(self, notes: Any) -> Any:
        """The notes that fit what was chosen."""
        asked = self.cleaned_data if self.is_valid() else {}
        if asked.get("topic"):
            notes = notes.filter(record__table__topic=asked["topic"])
        if asked.get("block"):
            notes = notes.filter(record__table__block=asked["block"])
        for name in ("kind", "role"):
            if asked.get(name):
                notes = notes.filter(**{name: asked[name]})
        if asked.get("words"):
            notes = notes.filter(text__icontains=asked["words"])
        match asked.get("state"):
            case "free":
                notes = notes.exclude(themes__in=self.themes)
            case "placed":
                notes = notes.filter(themes__in=self.themes).distinct()
            case "suspected":
                notes = notes.filter(naming=Note.Naming.SUSPECTED)
        return notes


class ThemeForm(forms.ModelForm):
    class Meta:
        model = Theme
        fields = ["title_pl", "title_en", "topic"]

    def __init__(self, *args: Any, session: Session, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["topic"].queryset = session.topics.all()


class TypedNoteForm(forms.Form):
    """A note that is typed up from paper, or one whose words an organiser changes."""

    kind = forms.ChoiceField(label=_("kind"), choices=Note.Kind.choices)
    role = forms.ChoiceField(
        label=_("said by"), required=False, choices=[("", _("The whole table")), *Stakeholder.choices]
    )
    text = forms.CharField(
        label=_("text"), max_length=Note.TEXT_LENGTH, widget=forms.Textarea(attrs={"rows": 3})
    )


class SheetForm(forms.Form):
    photo = forms.FileField(
        label=_("Photo of the sheet"),
        help_text=_("JPEG, PNG or WebP of up to 12 MB. Place and camera are removed from it."),
        widget=forms.ClearableFileInput(
            attrs={"accept": ",".join(f"image/{one.lower()}" for one in FORMATS)}
        ),
    )

    def clean_photo(self) -> Any:
        """The file as it came, unless it is too large to be read."""
        photo = self.cleaned_data["photo"]
        if photo.size > LARGEST:
            raise forms.ValidationError(TOO_LARGE)
        return photo
