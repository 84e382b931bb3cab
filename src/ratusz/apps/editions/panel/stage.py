"""A stage of an edition in the organiser's panel: who may enter its screens, Wagtail's shell, and public notes.

A stage of its own app, such as the ranking, computes something, looks at it, publishes and may withdraw it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from ratusz.apps.core.errors import DomainError, NotAllowed, Text
from ratusz.apps.editions import queries
from ratusz.apps.editions.models import Edition
from ratusz.apps.editions.permissions import may, require
from ratusz.apps.editions.reading import edition_of


@dataclass(frozen=True)
class Stage:
    """The screens of one app, whose entrance is "overview"; its address names are in `<app>_admin`.

    `title` holds %(year)s. Whoever may see what is not published yet may enter.
    """

    app: str
    title: Text
    icon: str

    def may_enter(self, user: Any, edition: Edition) -> bool:
        """True for those who may see what is not published yet."""
        return may(user, f"{self.app}.view_unpublished", edition)

    def at(self, edition: Edition, name: str, *args: Any) -> str:
        """The address of a screen in the edition."""
        return reverse(f"{self.app}_admin:{name}", args=[edition.year, *args])

    def entrance(self) -> Callable[[HttpRequest], HttpResponse]:
        """A view that leads to the current edition, or to the newest in which the person may work."""

        @require_safe
        def entrance(request: HttpRequest) -> HttpResponse:
            current = queries.current_edition(request)
            found = [current] if current else []
            found += list(queries.visible_to(request.user).order_by("-year"))
            for edition in found:
                if self.may_enter(request.user, edition):
                    return redirect(self.at(edition, "overview"))
            raise NotAllowed

        return entrance

    def other_editions(self, user: Any, edition: Edition) -> list[Edition]:
        """The other editions in which the person may work."""
        others = queries.visible_to(user).exclude(pk=edition.pk).order_by("-year")
        return [other for other in others if self.may_enter(user, other)]

    def for_organisers(self, view: Callable) -> Callable:
        """Gives the view its edition; a broken rule that the view does not show leads to the overview."""

        @wraps(view)
        def guarded(request: HttpRequest, year: int, **kwargs: Any) -> HttpResponse:
            edition = edition_of(request.user, year)
            require(request.user, f"{self.app}.view_unpublished", edition)
            try:
                return view(request, edition, **kwargs)
            except NotAllowed:
                raise
            except DomainError as error:
                messages.error(request, str(error))
                return redirect(self.at(edition, "overview"))

        return guarded

    def show(
        self, request: HttpRequest, edition: Edition, template: str, title: Text, **context: Any
    ) -> HttpResponse:
        """The screen in Wagtail's shell, with the way back."""
        crumbs = [
            {"url": reverse("wagtailadmin_home"), "label": _("Home")},
            {"url": self.at(edition, "overview"), "label": self.title % {"year": edition.year}},
        ]
        if template != "overview":
            crumbs.append({"url": "", "label": title})
        context |= {
            "edition": edition,
            "year": str(edition.year),
            "header_title": title,
            "page_title": title,
            "header_icon": self.icon,
            "breadcrumbs_items": crumbs,
        }
        return render(request, f"{self.app}/admin/{template}.html", context)

    def with_note(
        self,
        request: HttpRequest,
        edition: Edition,
        template: str,
        title: Text,
        *,
        form: "NoteForm",
        act: Callable[..., Any],
        done: Text,
        **context: Any,
    ) -> HttpResponse:
        """The screen of an act with a public note: `act` is given the two texts, and `done` says that it went well."""
        if request.method == "POST" and form.is_valid():
            try:
                act(**form.cleaned_data)
            except NotAllowed:
                raise
            except DomainError as error:
                form.add_error(error.field if error.field in form.fields else None, str(error))
            else:
                messages.success(request, done)
                return redirect(self.at(edition, "overview"))
        return self.show(request, edition, template, title, form=form, **context)


def sent(request: HttpRequest, *, files: bool = False) -> tuple:
    """What was posted, also where every field was left empty; nothing for a first look at the form."""
    if request.method != "POST":
        return (None, None) if files else (None,)
    return (request.POST, request.FILES) if files else (request.POST,)


class NoteForm(forms.Form):
    """A public note in two languages; Polish is required where `required` says so."""

    note_pl = forms.CharField(
        label=gettext_lazy("Public note (Polish)"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2000,
    )
    note_en = forms.CharField(
        label=gettext_lazy("Public note (English)"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2000,
        required=False,
    )

    def __init__(self, *args: Any, required: bool, help_text: Any = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note_pl"].required = required
        self.fields["note_pl"].help_text = help_text
