"""The study of efficiency in the organiser's panel."""

from django.http import HttpRequest
from django.urls import URLPattern, include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from ratusz.apps.efficiency.queries import editions_to_look_into


class EfficiencyMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        mine = editions_to_look_into(request.user)
        return mine is not None and mine.exists()


@hooks.register("register_admin_urls")
def urls() -> list[URLPattern]:
    return [path("efficiency/", include("ratusz.apps.efficiency.admin_urls"))]


@hooks.register("register_admin_menu_item")
def menu_item() -> MenuItem:
    return EfficiencyMenuItem(
        _("Efficiency"), reverse("efficiency_admin:entrance"), "efficiency", icon_name="resubmit", order=310
    )
