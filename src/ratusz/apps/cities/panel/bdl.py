"""Fetching from the Local Data Bank: the form, the progress and where the imports wait."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views import View

from ratusz.apps.cities import queries, tasks
from ratusz.apps.cities.models import BdlFetch
from ratusz.apps.cities.panel.forms import BdlForm
from ratusz.apps.cities.panel.lists import OfCities
from ratusz.apps.cities.services import bdl
from ratusz.apps.core.errors import DomainError
from ratusz.apps.editions.panel.base import FormScreen, Guarded, PageScreen, say
from ratusz.apps.editions.queries import current_edition

WAITING = {BdlFetch.State.QUEUED, BdlFetch.State.RUNNING}


class BdlScreen(OfCities, FormScreen):
    """Asks what to fetch; nothing goes out before the person sends this form."""

    template_name = "cities/panel/bdl.html"
    form_class = BdlForm
    page_title = _("Fetch from the Local Data Bank")
    header_icon = "download"
    submit_label = _("Fetch")
    success_text = _(
        "The fetch is in the queue. Its figures will wait as a preview: nothing is saved before you confirm."
    )

    def get_initial(self) -> dict[str, Any]:
        year = timezone.localdate().year
        return {"first_year": year - 2, "last_year": year - 1, "level": "5"}

    def save(self, form: forms.Form) -> str:
        data = form.cleaned_data
        fetch = bdl.ask_bdl(
            by=self.request.user, edition=current_edition(self.request), indicators=list(data["indicators"]),
            first_year=data["first_year"], last_year=data["last_year"], level=int(data["level"]), start=tasks.start,
        )  # fmt: skip
        return reverse("bdl_fetch_page", args=[fetch.pk])

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return self.crumbs(("", self.page_title))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        fetches = queries.fetches_visible_to(self.request.user, current_edition(self.request))
        return super().get_context_data(**kwargs) | {"fetches": fetches[:20]}


class BdlFetchPage(OfCities, PageScreen):
    """One fetch: its progress, its error with the next step, its imports."""

    template_name = "cities/panel/bdl_fetch.html"
    header_icon = "download"

    def fetch(self) -> BdlFetch:
        fetches = queries.fetches_visible_to(self.request.user, current_edition(self.request))
        return get_object_or_404(fetches, pk=self.kwargs["pk"])

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        fetch = self.fetch()
        try:
            bdl.ask_bdl_again(by=request.user, fetch=fetch, start=tasks.start)
        except DomainError as error:
            say(request, error)
        return redirect("bdl_fetch_page", pk=fetch.pk)

    def get_page_title(self) -> Any:
        return _("Fetch from the Local Data Bank")

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("bdl_fetch"), "label": self.get_page_title()},
            {"url": "", "label": str(self.fetch())},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | progress(self.fetch())


class BdlProgress(OfCities, Guarded, View):
    """The progress as a fragment."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        fetches = queries.fetches_visible_to(request.user, current_edition(request))
        context = progress(get_object_or_404(fetches, pk=kwargs["pk"]))
        response = render(request, "cities/panel/bdl_progress.html", context)
        if not context["waiting"]:
            response.headers["HX-Refresh"] = "true"
        return response


def progress(fetch: BdlFetch) -> dict[str, Any]:
    """What the page of a fetch shows."""
    return {
        "fetch": fetch,
        "waiting": fetch.state in WAITING,
        "total": len(fetch.indicators),
        "error": bdl.error_in_words(fetch),
        "imports": [
            (reverse("import_batch", args=[pk]), ", ".join(codes)) for pk, codes in fetch.batches.items()
        ],
    }
