"""The organiser's list of seat wishes, with search, filter and export."""

from typing import Any

import django_filters
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import BooleanColumn, Column, DateColumn

from ratusz.apps.core.text import fold
from ratusz.apps.editions import queries as editions
from ratusz.apps.editions.panel.base import ListScreen
from ratusz.apps.ranking.models import SeatRequest
from ratusz.apps.ranking.queries import seats


class SeatRequestFilter(WagtailFilterSet):
    mutual = django_filters.BooleanFilter(label=_("both cities wish it"))

    class Meta:
        model = SeatRequest
        fields = ["reason"]


class SeatRequestIndex(ListScreen):
    """Which cities would like to sit together in the current edition."""

    model = SeatRequest
    page_title = _("Seat wishes")
    header_icon = "group"
    index_url_name, index_results_url_name = "seat_request_index", "seat_request_results"
    default_ordering = "city__sort_key"
    search_fields = ["city__name", "peer__name"]
    filterset_class = SeatRequestFilter
    list_export = [
        "city.teryt", "city.name", "peer.teryt", "peer.name", "get_reason_display", "mutual", "note", "asked_at",
    ]  # fmt: skip
    export_headings = {
        "city.teryt": _("TERYT code"), "city.name": _("city"), "peer.teryt": _("TERYT code of the other"),
        "peer.name": _("beside"), "get_reason_display": _("reason"), "mutual": _("both cities wish it"),
    }  # fmt: skip
    export_filename = "seat-wishes"
    columns = [
        Column("city", label=_("City"), sort_key="city__sort_key"),
        Column("peer", label=_("Beside"), sort_key="peer__sort_key"),
        Column("reason", label=_("Reason"), accessor="get_reason_display", sort_key="reason"),
        BooleanColumn("mutual", label=_("Both wish it"), sort_key="mutual"),
        Column("note", label=_("What it is about")),
        DateColumn("asked_at", label=_("Asked"), sort_key="asked_at"),
    ]

    def allowed(self) -> bool:
        edition = editions.current_edition(self.request)
        return edition is not None and seats.may_see_all(self.request.user, edition)

    def get_base_queryset(self) -> Any:
        edition = editions.current_edition(self.request)
        return seats.seat_requests_visible_to(self.request.user, edition)

    def search_queryset(self, queryset: Any) -> Any:
        return seats.search(queryset, fold(self.search_query or ""))
