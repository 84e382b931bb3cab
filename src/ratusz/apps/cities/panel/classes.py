"""Which cities take part, their size classes, and the moment when the classes are frozen."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from ratusz.apps.cities import queries, services
from ratusz.apps.cities.panel.forms import ChooseCitiesForm, ClassFormSet, FreezeForm
from ratusz.apps.cities.panel.lists import OfCities
from ratusz.apps.cities.services.classes import ClassInWords
from ratusz.apps.core.errors import DomainError
from ratusz.apps.core.templatetags.formats import number
from ratusz.apps.editions.models import Edition
from ratusz.apps.editions.panel.base import PageScreen
from ratusz.apps.editions.queries import current_edition


class ClassesScreen(OfCities, PageScreen):
    """Three forms on one page: cities, classes, freezing; what was typed stays when one is refused."""

    template_name = "cities/panel/classes.html"
    page_title = _("Size classes")
    header_icon = "group"

    def forms(self, edition: Edition, sent: Any = None, which: str = "") -> dict[str, Any]:
        classes = list(queries.classes_visible_to(self.request.user, edition))
        words = [{"words": in_words(c), "name_pl": c.name_pl, "name_en": c.name_en} for c in classes]
        newest = queries.newest_population(edition)
        return {
            "cities_form": ChooseCitiesForm(
                sent if which == "cities" else None, initial={"scope": "county_rights"}
            ),
            "classes_form": ClassFormSet(
                sent if which == "classes" else None, initial=words or [{}, {}, {}], prefix="class"
            ),
            "freeze_form": FreezeForm(sent if which == "freeze" else None, initial=newest),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        edition, which = current_edition(request), request.POST.get("do", "")
        if edition is None:
            return redirect("size_classes")
        forms = self.forms(edition, request.POST, which)
        form = forms.get(f"{which}_form")
        if form is not None and form.is_valid():
            try:
                messages.success(request, getattr(self, which)(edition, form))
                return redirect("size_classes")
            except DomainError as error:
                forms[f"{which}_error"] = str(error)
        return self.render_to_response(self.get_context_data(**forms))

    def cities(self, edition: Edition, form: ChooseCitiesForm) -> Any:
        chosen = queries.registry().filter(valid_to__isnull=True)
        if form.cleaned_data["scope"] == "county_rights":
            chosen = chosen.filter(county_rights=True)
        elif form.cleaned_data["scope"] == "codes":
            chosen = queries.cities_by_codes(form.cleaned_data["codes"])
        count = services.choose_cities(by=self.request.user, edition=edition, cities=list(chosen))
        return _("%(count)s cities take part in the edition.") % {"count": number(count)}

    def classes(self, edition: Edition, form: Any) -> Any:
        rows = [ClassInWords(**row) for row in form.cleaned_data if row.get("words")]
        services.define_classes(by=self.request.user, edition=edition, classes=rows)
        return _("The size classes are saved.")

    def freeze(self, edition: Edition, form: FreezeForm) -> Any:
        count = services.freeze_classes(by=self.request.user, edition=edition, **form.cleaned_data)
        return _("The classes of %(count)s cities are frozen.") % {"count": number(count)}

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        edition = current_edition(self.request)
        context["edition"] = edition
        if edition is None:
            return context
        context = self.forms(edition) | context
        return context | {
            "classes": [(c, in_words(c)) for c in queries.classes_visible_to(self.request.user, edition)],
            "city_count": edition.cities.count(),
            "frozen": edition.cities.filter(frozen_at__isnull=False)
            .select_related("population__source")
            .first(),
            "borderline": queries.borderline(edition),
        }


def in_words(size_class: Any) -> str:
    """The bounds of a class as an organiser would write them: "≤60 000", "60 001–120 000", ">120 000"."""
    if size_class.up_to is None:
        return f">{number(size_class.over)}" if size_class.over else "≥0"
    if size_class.over == 0:
        return f"≤{number(size_class.up_to)}"
    return f"{number(size_class.over + 1)}–{number(size_class.up_to)}"
