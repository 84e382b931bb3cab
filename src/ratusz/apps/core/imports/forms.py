"""The preview as a form: a role and a year for each column, an answer for each question."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ratusz.apps.core.imports import targets
from ratusz.apps.core.imports.messages import MESSAGES, words
from ratusz.apps.core.models import ImportBatch


class UploadForm(forms.Form):
    """What kind of import, and the file."""

    target = forms.ChoiceField(label=_("What is in the file?"), widget=forms.RadioSelect)
    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "CSV, TSV or Excel (.xlsx), up to 25 MB. Nothing is saved before you confirm the preview."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}),
    )

    def __init__(self, *args: Any, kinds: list[targets.Target], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["target"].choices = [(kind.key, f"{kind.label}. {kind.description}") for kind in kinds]
        if kinds:
            self.fields["target"].initial = kinds[0].key


class PreviewForm(forms.Form):
    """Everything that a person can change in a preview."""

    def __init__(self, *args: Any, batch: ImportBatch, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.batch = batch
        kind = targets.target(batch.target)
        roles = _grouped(kind.roles())
        for name, field in kind.options().items():
            field.initial = batch.mapping["options"].get(name)
            self.fields[f"option_{name}"] = field
        this_year = timezone.localdate().year
        for i, column in enumerate(batch.mapping["columns"]):
            header = batch.report["header"][i] or str(i + 1)
            self.fields[f"role_{i}"] = forms.ChoiceField(
                choices=roles,
                required=False,
                initial=column["role"],
                label=_("What “%(header)s” holds") % {"header": header},
            )
            self.fields[f"year_{i}"] = forms.IntegerField(
                required=False, initial=column.get("year"), min_value=1990, max_value=this_year, localize=False,
                label=_("Year of “%(header)s”") % {"header": header},
            )  # fmt: skip
        figures = [("", _("leave out")), *((r.key, r.label) for r in kind.roles() if r.wants_year)]
        for i, label in enumerate(batch.report["series"]):
            self.fields[f"series_{i}"] = forms.ChoiceField(
                choices=figures, required=False, initial=batch.mapping["series"].get(label, ""),
                label=label or _("All rows"),
            )  # fmt: skip
        for i, question in enumerate(batch.report["questions"]):
            self.fields[f"decision_{i}"] = forms.ChoiceField(
                choices=[(option, MESSAGES[f"option:{option}"]) for option in question["options"]],
                required=False, widget=forms.RadioSelect, initial=batch.decisions.get(question["key"]),
                label=words(question["code"], question["data"]),
            )  # fmt: skip

    def mapping(self) -> dict[str, Any]:
        """The mapping that was chosen."""
        data, old = self.cleaned_data, self.batch.mapping
        columns = [
            {
                "role": data[f"role_{i}"], "year": data[f"year_{i}"],
                "confidence": column["confidence"] if column["role"] == data[f"role_{i}"] else 1.0,
            }
            for i, column in enumerate(old["columns"])
        ]  # fmt: skip
        options = {}
        for name in old["options"]:
            value = data.get(f"option_{name}")
            options[name] = getattr(value, "pk", value)
        series = {label: data[f"series_{i}"] for i, label in enumerate(self.batch.report["series"])}
        return {"columns": columns, "series": series, "options": options}

    def decisions(self) -> dict[str, str]:
        """Question → answer, for those that have one."""
        asked = enumerate(self.batch.report["questions"])
        return {
            q["key"]: self.cleaned_data[f"decision_{i}"]
            for i, q in asked
            if self.cleaned_data[f"decision_{i}"]
        }

    def columns(self) -> Iterator[dict[str, Any]]:
        """For each column of the file: its header, first cells, guess and fields."""
        sample = self.batch.report["sample"]
        for i, column in enumerate(self.batch.mapping["columns"]):
            yield {
                "number": i + 1,
                "header": self.batch.report["header"][i],
                "cells": [row[i] for row in sample if row[i].strip()][:3],
                "sure": "high"
                if column["confidence"] >= 0.9
                else "middle"
                if column["confidence"] >= 0.6
                else "low",
                "role": self[f"role_{i}"],
                "year": self[f"year_{i}"],
            }

    def options(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith("option_")]

    def series(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith("series_")]

    def questions(self) -> Iterator[dict[str, Any]]:
        for i, question in enumerate(self.batch.report["questions"]):
            yield {**question, "field": self[f"decision_{i}"]}


def _grouped(roles: Any) -> list:
    """The roles as choices in groups, with "leave out" first."""
    groups: dict[str, list] = {}
    for role in roles:
        groups.setdefault(str(role.group), []).append((role.key, role.label))
    return [("", _("leave out")), *groups.items()]
