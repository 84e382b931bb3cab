"""The data dialogue at a glance: which cities were asked, looked, confirmed, objected, stay silent."""

from typing import Any

import django_filters
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views import View
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import BooleanColumn, Column, TitleColumn

from ratusz.apps.cities import queries, services
from ratusz.apps.cities.models import CityInEdition
from ratusz.apps.cities.panel.lists import FiguresColumn, OfCities
from ratusz.apps.cities.services.dialogue import to_invite
from ratusz.apps.core.errors import DomainError
from ratusz.apps.core.templatetags.formats import moment
from ratusz.apps.core.text import fold
from ratusz.apps.editions.panel.base import Guarded, ListScreen, say
from ratusz.apps.editions.permissions import may
from ratusz.apps.editions.queries import current_edition

DID = [
    ("silent", _("silent")),
    ("looked", _("have looked")),
    ("confirmed", _("have confirmed")),
    ("objected", _("have objected")),
    ("no_team", _("without a team")),
]


class DialogueFilter(WagtailFilterSet):
    did = django_filters.ChoiceFilter(label=_("what they did"), choices=DID, method="by_deed")

    class Meta:
        model = CityInEdition
        fields: list[str] = []

    def by_deed(self, cities: Any, name: str, value: str) -> Any:
        return queries.cities_that(cities, value)


class MomentColumn(Column):
    def get_value(self, instance: Any) -> str:
        return moment(super().get_value(instance))


class DialogueIndex(OfCities, ListScreen):
    """Each city of the edition and what it did; from here the organiser writes to them."""

    model = CityInEdition
    page_title = _("Data dialogue")
    header_icon = "group"
    index_url_name, index_results_url_name = "dialogue_index", "dialogue_results"
    results_template_name = "cities/panel/dialogue_results.html"
    default_ordering = "city__sort_key"
    search_fields = ["city__name"]
    filterset_class = DialogueFilter
    list_export = [
        "city.teryt", "city.name", "has_team", "invited_at", "reminded_at", "looked_at", "confirmed_at", "waiting",
        "decided",
    ]  # fmt: skip
    export_headings = {
        "has_team": _("team"), "invited_at": _("invited"), "reminded_at": _("reminded"), "looked_at": _("looked"),
        "confirmed_at": _("confirmed"), "waiting": _("objections that wait"), "decided": _("decided objections"),
    }  # fmt: skip
    export_filename = "data-dialogue"
    columns = [
        TitleColumn(
            "city", label=_("City"), sort_key="city__sort_key",
            get_url=lambda one: f"{reverse('objection_index')}?city={one.city_id}",
        ),
        BooleanColumn("has_team", label=_("Team"), sort_key="has_team"),
        MomentColumn("invited_at", label=_("Invited"), sort_key="invited_at"),
        MomentColumn("reminded_at", label=_("Reminded"), sort_key="reminded_at"),
        MomentColumn("looked_at", label=_("Looked"), sort_key="looked_at"),
        MomentColumn("confirmed_at", label=_("Confirmed"), sort_key="confirmed_at"),
        FiguresColumn("waiting", label=_("Waiting"), sort_key="waiting"),
        FiguresColumn("decided", label=_("Decided"), sort_key="decided"),
    ]  # fmt: skip

    def get_base_queryset(self) -> Any:
        return queries.cities_in_dialogue(self.request.user, current_edition(self.request))

    def search_queryset(self, queryset: Any) -> Any:
        words = fold(self.search_query or "")
        return queryset.filter(city__name_folded__contains=words) if words else queryset

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(*args, **kwargs)
        edition, user = current_edition(self.request), self.request.user
        if edition is None:
            return context
        every = self.get_base_queryset()
        return context | {
            "window": queries.window_of(edition),
            "is_open": edition.phase_allows("cities.object"),
            "may_invite": may(user, "cities.invite_cities", edition),
            "to_invite": len(to_invite(user, edition, reminder=False)),
            "to_remind": len(to_invite(user, edition, reminder=True)),
            "deeds": [(code, label, queries.cities_that(every, code).count()) for code, label in DID],
        }


class Invite(OfCities, Guarded, View):
    """Sends the invitations or the reminders."""

    def post(self, request: HttpRequest) -> HttpResponse:
        reminder = request.POST.get("do") == "remind"
        try:
            sent = services.invite_cities(
                by=request.user, edition=current_edition(request), reminder=reminder
            )
            words = ngettext(
                "%(mails)d mail is on its way (cities: %(cities)d).",
                "%(mails)d mails are on their way (cities: %(cities)d).",
                sent.mails,
            )  # fmt: skip
            messages.success(request, words % {"mails": sent.mails, "cities": sent.cities})
        except DomainError as error:
            say(request, error)
        return redirect("dialogue_index")
