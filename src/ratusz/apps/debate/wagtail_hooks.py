"""The debate in the organiser's panel."""

from django.http import HttpRequest
from django.urls import URLPattern, include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from ratusz.apps.debate.views.organiser import stage
from ratusz.apps.editions import queries


class DebateMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return any(stage.may_enter(request.user, edition) for edition in queries.visible_to(request.user))


@hooks.register("register_admin_urls")
def urls() -> list[URLPattern]:
    return [path("debate/", include("ratusz.apps.debate.admin_urls"))]


@hooks.register("register_admin_menu_item")
def menu_item() -> MenuItem:
    return DebateMenuItem(
        _("Debate"), reverse("debate_admin:entrance"), "debate", icon_name="comment", order=345
    )
