"""Editions: the list, the fields, the calendar, which one is current."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views import View
from wagtail.admin.ui.tables import BooleanColumn, Column, TitleColumn
from wagtail.admin.widgets.button import HeaderButton

from ratusz.apps.core.errors import DomainError
from ratusz.apps.editions import queries, services
from ratusz.apps.editions.models import Edition
from ratusz.apps.editions.panel.base import FormScreen, Guarded, ListScreen, say
from ratusz.apps.editions.panel.forms import CalendarForm, EditionForm, NewEditionForm, ProgrammeForm
from ratusz.apps.editions.permissions import may
from ratusz.apps.editions.river import river_of


def may_open_one(user: Any) -> bool:
    """True for an administrator and for organisers of an edition that runs or is prepared."""
    return user.is_superuser or any(
        may(user, "editions.create_edition", one) for one in queries.editions_at_work(user)
    )


class EditionIndex(ListScreen):
    model = Edition
    page_title = _("Editions")
    header_icon = "calendar-alt"
    index_url_name, index_results_url_name = "edition_index", "edition_results"
    add_url_name = "edition_add"
    add_item_label = _("Open a new edition")
    default_ordering = "-year"
    search_fields = ["name_pl", "name_en", "venue_pl"]
    list_export = [
        "year",
        "name_pl",
        "name_en",
        "session_number",
        "ranking_number",
        "session_date",
        "is_current",
    ]
    export_filename = "editions"
    columns = [
        TitleColumn("name", label=_("Name"), get_url=lambda one: reverse("edition_calendar", args=[one.pk])),
        Column("year", label=_("Year"), sort_key="year"),
        Column("session_number", label=_("Session no."), sort_key="session_number"),
        Column("ranking_number", label=_("Ranking no."), sort_key="ranking_number"),
        Column("session_date", label=_("Day of the session"), sort_key="session_date"),
        BooleanColumn("is_current", label=_("Current")),
    ]

    def allowed(self) -> bool:
        return may_open_one(self.request.user)

    def get_base_queryset(self) -> Any:
        return queries.visible_to(self.request.user)

    @cached_property
    def header_buttons(self) -> list:
        buttons = [self.add_button]
        if self.request.user.is_superuser:
            buttons.append(HeaderButton(_("Programme"), url=reverse("programme"), icon_name="cog"))
        return buttons


class ProgrammeScreen(FormScreen):
    """The programme itself: its name, organiser and contact; kept by the administrator."""

    form_class = ProgrammeForm
    page_title = _("Programme")
    header_icon = "cog"

    def allowed(self) -> bool:
        return self.request.user.is_superuser

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"instance": queries.programme()}

    def save(self, form: forms.ModelForm) -> str:
        services.save_programme(programme=form.save(commit=False), by=self.request.user)
        return reverse("edition_index")

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return self.crumbs((reverse("edition_index"), _("Editions")), ("", _("Programme")))


class EditionCreate(FormScreen):
    form_class = NewEditionForm
    page_title = _("Open a new edition")
    header_icon = "calendar-alt"
    submit_label = _("Open the edition")

    def allowed(self) -> bool:
        return may_open_one(self.request.user)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_superuser and queries.programme() is None:
            return redirect("programme")
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def last(self) -> Edition | None:
        return queries.visible_to(self.request.user).first()

    def get_initial(self) -> dict[str, Any]:
        if self.last is None:
            return {"year": timezone.localdate().year}
        return {
            "year": self.last.year + 1,
            "session_number": self.last.session_number and self.last.session_number + 1,
            "ranking_number": self.last.ranking_number and self.last.ranking_number + 1,
            "venue_pl": self.last.venue_pl,
            "venue_en": self.last.venue_en,
            "copy_from": self.last,
        }

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"editions": queries.visible_to(self.request.user)}

    def save(self, form: forms.Form) -> str:
        edition = services.create_edition(
            programme=queries.programme(), by=self.request.user, **form.cleaned_data
        )
        return reverse("edition_calendar", args=[edition.pk])

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return self.crumbs((reverse("edition_index"), _("Editions")), ("", self.page_title))


class OfOneEdition(FormScreen):
    """A form about the edition in the address."""

    header_icon = "calendar-alt"

    @cached_property
    def edition(self) -> Edition:
        return get_object_or_404(queries.visible_to(self.request.user), pk=self.kwargs["pk"])

    def allowed(self) -> bool:
        return may(self.request.user, "editions.change_edition", self.edition)

    def get_page_title(self) -> str:
        return str(self.edition)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return self.crumbs((reverse("edition_index"), _("Editions")), ("", self.edition.name))


class EditionChange(OfOneEdition):
    form_class = EditionForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"instance": self.edition}

    def save(self, form: forms.Form) -> str:
        services.change_edition(edition=self.edition, by=self.request.user, **form.cleaned_data)
        return reverse("edition_calendar", args=[self.edition.pk])


class EditionCalendar(OfOneEdition):
    """The river of the edition and the dates that make it flow."""

    template_name = "editions/panel/calendar.html"
    form_class = CalendarForm
    submit_label = _("Save the calendar")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"edition": self.edition}

    def save(self, form: CalendarForm) -> str:
        services.set_calendar(edition=self.edition, calendar=form.calendar(), by=self.request.user)
        return reverse("edition_calendar", args=[self.edition.pk])

    @cached_property
    def header_buttons(self) -> list:
        return [
            HeaderButton(
                _("Names, numbers and venue"),
                url=reverse("edition_edit", args=[self.edition.pk]),
                icon_name="edit",
            )
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        now = timezone.now()
        return super().get_context_data(
            **kwargs,
            edition=self.edition,
            river=river_of(self.edition, now),
            zone=timezone.localtime(now).tzname(),
        )


class SetCurrent(Guarded, View):
    """Makes an edition the one that the site shows."""

    http_method_names = ["post"]

    @cached_property
    def edition(self) -> Edition:
        return get_object_or_404(queries.visible_to(self.request.user), pk=self.kwargs["pk"])

    def allowed(self) -> bool:
        return may(self.request.user, "editions.change_edition", self.edition)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        try:
            services.set_current(edition=self.edition, by=request.user)
        except DomainError as error:
            say(request, error)
        return redirect("edition_calendar", pk=self.edition.pk)
