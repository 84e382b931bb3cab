"""The method as a file, beside the editor."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ratusz.apps.core.errors import DomainError
from ratusz.apps.editions.models import Edition
from ratusz.apps.ranking import rules


class MethodFileForm(forms.Form):
    """The method file itself, uploaded or typed."""

    name_pl = forms.CharField(label=_("Name of the ranking (Polish)"), max_length=160)
    name_en = forms.CharField(label=_("Name of the ranking (English)"), max_length=160, required=False)
    file = forms.FileField(
        label=_("Method file"), required=False, help_text=_("A TOML file; it replaces the text below.")
    )
    toml = forms.CharField(
        label=_("Method file as text"), required=False, strip=False,
        widget=forms.Textarea(attrs={"rows": 30, "spellcheck": "false", "class": "ranking-toml"}),
    )  # fmt: skip

    def __init__(self, *args: Any, edition: Edition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.edition = edition

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if upload := data.get("file"):
            if upload.size > 500_000:
                self.add_error(
                    "file",
                    _("The file has %(size)d kB; a method file has a few.") % {"size": upload.size // 1000},
                )
                return data
            try:
                data["toml"] = upload.read().decode("utf-8-sig")
            except UnicodeDecodeError:
                self.add_error("file", _("The file is not UTF-8 text: save it as UTF-8."))
                return data
        if not (data.get("toml") or "").strip():
            self.add_error("toml", _("Choose a file or write the method here."))
            return data
        try:
            method = rules.read_method(data["toml"])
            rules.figures_for(method, self.edition)
        except DomainError as error:
            self.add_error("file" if data.get("file") else "toml", str(error))
        return data
