"""A study as a form: every indicator of the registry can be an input or an output, with its reason."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ratusz.apps.editions.models import Edition
from ratusz.apps.efficiency import rules
from ratusz.apps.efficiency.models import Study

UNUSED = ""


class StudyForm(forms.Form):
    """What a study asks, of whom, and how."""

    name_pl = forms.CharField(label=_("Name (Polish)"), max_length=160)
    name_en = forms.CharField(label=_("Name (English)"), max_length=160, required=False)
    explanation_pl = forms.CharField(
        label=_("What the study asks (Polish)"), widget=forms.Textarea(attrs={"rows": 3}), max_length=2000,
        required=False, help_text=_("Two or three sentences for a reader who never heard of the method."),
    )  # fmt: skip
    explanation_en = forms.CharField(
        label=_("What the study asks (English)"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        required=False,
    )
    orientation = forms.ChoiceField(
        label=_("What is asked"), choices=Study.Orientation.choices, widget=forms.RadioSelect
    )
    returns = forms.ChoiceField(
        label=_("Which mixtures of cities count as possible"),
        choices=Study.Returns.choices,
        widget=forms.RadioSelect,
    )
    repetitions = forms.IntegerField(
        label=_("Repetitions of the bootstrap"),
        min_value=rules.LEAST_REPETITIONS,
        max_value=rules.MOST_REPETITIONS,
        help_text=_("From them come the intervals of the scores. 2,000 is a good number."),
    )
    seed = forms.IntegerField(
        label=_("Seed"), min_value=0, max_value=2**31 - 1,
        help_text=_("Any number; with the same seed everyone gets the same intervals."),
    )  # fmt: skip

    def __init__(self, *args: Any, study: Study, **kwargs: Any) -> None:
        chosen = {c["code"]: c for c in study.columns}
        kwargs["initial"] = {name: getattr(study, name) for name in self.base_fields} | {
            f"{key}_{code}": column[key]
            for code, column in chosen.items()
            for key in ("kind", "form", "reason_pl", "reason_en")
        }
        super().__init__(*args, **kwargs)
        self.checks = rules.coverage_of_registry(study.edition)
        # What is chosen first, in its order; then the rest of the registry.
        order = {code: k for k, code in enumerate(chosen)}
        self.checks.sort(key=lambda c: (order.get(c.indicator.code, len(order)), c.indicator.code))
        for check in self.checks:
            self._add(check.indicator.code, str(check.indicator.name))

    def _add(self, code: str, name: str) -> None:
        words = {"indicator": name}
        self.fields[f"kind_{code}"] = forms.ChoiceField(
            label=_("%(indicator)s: part in the study") % words, required=False,
            choices=[(UNUSED, _("– not used –")), *Study.Kind.choices],
        )  # fmt: skip
        self.fields[f"form_{code}"] = forms.ChoiceField(
            label=_("%(indicator)s: how the figure counts") % words, required=False,
            choices=Study.Form.choices, initial=Study.Form.PLAIN,
        )  # fmt: skip
        for language, label in (
            ("pl", _("%(indicator)s: reason (Polish)")),
            ("en", _("%(indicator)s: reason (English)")),
        ):
            self.fields[f"reason_{language}_{code}"] = forms.CharField(
                label=label % words, required=False, max_length=400, widget=forms.Textarea(attrs={"rows": 2})
            )  # fmt: skip

    def rows(self) -> Iterator[tuple[rules.ColumnCheck, list[forms.BoundField], bool]]:
        """Each indicator with its coverage, its fields, and whether it must be shown whole."""
        for check in self.checks:
            fields = [
                self[f"{key}_{check.indicator.code}"] for key in ("kind", "form", "reason_pl", "reason_en")
            ]
            yield check, fields, any(field.errors for field in fields)

    def columns(self) -> list[dict[str, str]]:
        """What was chosen, as a study keeps it; also of a form that is not valid yet."""
        data = getattr(self, "cleaned_data", {})
        return [
            {
                "code": code,
                "kind": data[f"kind_{code}"],
                "form": data.get(f"form_{code}") or Study.Form.PLAIN,
                "reason_pl": (data.get(f"reason_pl_{code}") or "").strip(),
                "reason_en": (data.get(f"reason_en_{code}") or "").strip(),
            }
            for code in (check.indicator.code for check in self.checks)
            if data.get(f"kind_{code}")
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        for column in self.columns():
            for language in ("pl", "en"):
                key = f"reason_{language}"
                if not column[key] and f"{key}_{column['code']}" not in self.errors:
                    self.add_error(
                        f"{key}_{column['code']}",
                        _("Say in one sentence why it belongs to what a city has, or to what comes of it."),
                    )
        return data

    def sketch(self, edition: Edition) -> Study:
        """A study, not saved, of what the form says so far: for the check while one types."""
        data = self.cleaned_data
        return Study(
            edition=edition,
            orientation=data.get("orientation") or Study.Orientation.INPUT,
            returns=data.get("returns") or Study.Returns.VARIABLE,
            columns=self.columns(),
        )
