"""The addresses and the menu of the first stage in the organiser's panel."""

from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem

from ratusz.apps.cities import queries
from ratusz.apps.cities.panel import bdl, classes, dialogue, lists, objections
from ratusz.apps.editions.queries import current_edition


@hooks.register("register_admin_urls")
def urls_of_the_panel() -> list[URLPattern]:
    def of_list(prefix: str, view: Any, name: str) -> list[URLPattern]:
        return [
            path(f"{prefix}/", view.as_view(), name=f"{name}_index"),
            path(f"{prefix}/results/", view.as_view(results_only=True), name=f"{name}_results"),
        ]

    return [
        *of_list("cities", lists.CityIndex, "city"),
        path("cities/add/", lists.CityChange.as_view(), name="city_add"),
        path("cities/<int:pk>/", lists.CityChange.as_view(), name="city_edit"),
        *of_list("sources", lists.SourceIndex, "source"),
        path("sources/add/", lists.SourceChange.as_view(), name="source_add"),
        path("sources/<int:pk>/", lists.SourceChange.as_view(), name="source_edit"),
        *of_list("indicators", lists.IndicatorIndex, "indicator"),
        path("indicators/add/", lists.IndicatorChange.as_view(), name="indicator_add"),
        path("indicators/<int:pk>/", lists.IndicatorChange.as_view(), name="indicator_edit"),
        *of_list("figures", lists.ObservationIndex, "observation"),
        path("figures/<int:pk>/", lists.ObservationCorrect.as_view(), name="observation_correct"),
        *of_list("corrections", lists.CorrectionIndex, "correction"),
        *of_list("data-dialogue", dialogue.DialogueIndex, "dialogue"),
        path("data-dialogue/invite/", dialogue.Invite.as_view(), name="dialogue_invite"),
        *of_list("objections", objections.ObjectionIndex, "objection"),
        path("objections/<int:pk>/", objections.ObjectionScreen.as_view(), name="objection"),
        path("size-classes/", classes.ClassesScreen.as_view(), name="size_classes"),
        path("bdl/", bdl.BdlScreen.as_view(), name="bdl_fetch"),
        path("bdl/<int:pk>/", bdl.BdlFetchPage.as_view(), name="bdl_fetch_page"),
        path("bdl/<int:pk>/progress/", bdl.BdlProgress.as_view(), name="bdl_progress"),
    ]


class CitiesMenu(SubmenuMenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return queries.may_open_panel(request.user, current_edition(request))


@hooks.register("register_admin_menu_item")
def cities_item() -> MenuItem:
    items = [
        MenuItem(_("Cities"), reverse("city_index"), "cities-list", icon_name="site", order=1),
        MenuItem(_("Indicators"), reverse("indicator_index"), "indicators", icon_name="list-ul", order=2),
        MenuItem(_("Figures"), reverse("observation_index"), "figures", icon_name="table", order=3),
        MenuItem(_("Corrections"), reverse("correction_index"), "corrections", icon_name="history", order=4),
        MenuItem(_("Data dialogue"), reverse("dialogue_index"), "dialogue", icon_name="group", order=5),
        MenuItem(_("Objections"), reverse("objection_index"), "objections", icon_name="comment", order=6),
        MenuItem(_("Imports"), reverse("imports"), "imports", icon_name="upload", order=7),
        MenuItem(_("Fetch from the BDL"), reverse("bdl_fetch"), "bdl", icon_name="download", order=8),
        MenuItem(_("Size classes"), reverse("size_classes"), "size-classes", icon_name="group", order=9),
        MenuItem(_("Sources"), reverse("source_index"), "sources", icon_name="link", order=10),
    ]
    return CitiesMenu(
        _("Cities and data"), Menu(items=items), name="cities-data", icon_name="table", order=200
    )
