"""The ranking in the organiser's panel."""

from django.http import HttpRequest
from django.urls import URLPattern, include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from ratusz.apps.editions.queries import current_edition
from ratusz.apps.ranking.queries.rankings import editions_to_look_into
from ratusz.apps.ranking.queries.seats import may_see_all
from ratusz.apps.ranking.views.seats import SeatRequestIndex


class RankingMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        mine = editions_to_look_into(request.user)
        return mine is not None and mine.exists()


@hooks.register("register_admin_urls")
def urls() -> list[URLPattern]:
    return [
        path("ranking/", include("ratusz.apps.ranking.admin_urls")),
        path("seat-wishes/", SeatRequestIndex.as_view(), name="seat_request_index"),
        path(
            "seat-wishes/results/", SeatRequestIndex.as_view(results_only=True), name="seat_request_results"
        ),
    ]


@hooks.register("register_admin_menu_item")
def menu_item() -> MenuItem:
    return RankingMenuItem(
        _("Ranking"), reverse("ranking_admin:entrance"), "ranking", icon_name="order", order=300
    )


class SeatsMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        edition = current_edition(request)
        return edition is not None and may_see_all(request.user, edition)


@hooks.register("register_admin_menu_item")
def seats_item() -> MenuItem:
    return SeatsMenuItem(
        _("Seat wishes"), reverse("seat_request_index"), "seat-wishes", icon_name="group", order=350
    )
