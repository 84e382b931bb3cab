"""The ranking in the organiser's panel."""

from django.http import HttpRequest
from django.urls import URLPattern, include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from ratusz.apps.ranking.queries.rankings import editions_to_look_into


class RankingMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        mine = editions_to_look_into(request.user)
        return mine is not None and mine.exists()


@hooks.register("register_admin_urls")
def urls() -> list[URLPattern]:
    return [path("ranking/", include("ratusz.apps.ranking.admin_urls"))]


@hooks.register("register_admin_menu_item")
def menu_item() -> MenuItem:
    return RankingMenuItem(
        _("Ranking"), reverse("ranking_admin:entrance"), "ranking", icon_name="order", order=300
    )
