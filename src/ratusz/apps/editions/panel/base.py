"""What the organiser's screens share: who may enter, lists with search and export, forms that call a service."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView, TemplateView
from wagtail.admin.views.generic import IndexView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from ratusz.apps.core.errors import DomainError, NotAllowed
from ratusz.apps.core.open_data import guarded


class Guarded:
    """Lets in those for whom `allowed` holds; a later check in the service stands behind it."""

    request: HttpRequest

    def allowed(self) -> bool:
        raise NotImplementedError

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.allowed():
            raise NotAllowed(next_step=_("Ask the organiser of the edition for the role that you need."))
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]


class ListScreen(Guarded, IndexView):
    """A list with search, sort, empty state and export (CSV, XLSX)."""

    search_backend_name = None
    paginate_by = 50
    any_permission_required = None

    def to_row_dict(self, item: Any) -> dict[str, Any]:
        """The row for export; a text that a spreadsheet would run as a formula is made plain text."""
        row = super().to_row_dict(item)
        return {name: guarded(value) if isinstance(value, str) else value for name, value in row.items()}


class FormScreen(Guarded, WagtailAdminTemplateMixin, FormView):
    """A form whose `save` calls a service; a broken rule is shown at its field and what was typed is kept."""

    template_name = "editions/panel/form.html"
    submit_label: Any = _("Save")
    success_text: Any = _("Saved.")

    def save(self, form: forms.Form) -> str:
        """Writes and returns the address to go to."""
        raise NotImplementedError

    def form_valid(self, form: forms.Form) -> HttpResponse:
        try:
            target = self.save(form)
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
            return self.form_invalid(form)
        messages.success(self.request, self.success_text)
        return redirect(target)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context |= {
            "action_url": self.request.get_full_path(),
            "submit_button_label": self.submit_label,
            "submit_button_active_label": _("Saving…"),
            "media": context["form"].media,
            "has_unsaved_changes": context["form"].is_bound,
        }
        return context

    def crumbs(self, *items: tuple[str, Any]) -> list[dict[str, Any]]:
        """The path to this page for the header."""
        return [*self.breadcrumbs_items, *({"url": url, "label": label} for url, label in items)]


class PageScreen(Guarded, WagtailAdminTemplateMixin, TemplateView):
    """A page of the panel that is neither a list nor a single form."""


def say(request: HttpRequest, error: DomainError) -> None:
    """Shows a broken rule on the next page."""
    messages.error(request, str(error))


class DateInput(forms.DateInput):
    """The browser's own date field."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class MomentInput(forms.DateTimeInput):
    """The browser's own field for a day and an hour, in the time of Warsaw."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")
