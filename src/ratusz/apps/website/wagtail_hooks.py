from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from ratusz.apps.website import panel


@hooks.register("register_admin_urls")
def urls_of_the_panel() -> list[URLPattern]:
    """The screens of laureates."""
    return [
        path("laureates/", panel.LaureateIndex.as_view(), name="laureate_index"),
        path("laureates/results/", panel.LaureateIndex.as_view(results_only=True), name="laureate_results"),
        path("laureates/add/", panel.LaureateScreen.as_view(), name="laureate_add"),
        path("laureates/<int:pk>/", panel.LaureateScreen.as_view(), name="laureate_edit"),
        path("laureates/<int:pk>/remove/", panel.LaureateRemove.as_view(), name="laureate_remove"),
        path("laureates/titles/", panel.TitleIndex.as_view(), name="title_index"),
        path("laureates/titles/results/", panel.TitleIndex.as_view(results_only=True), name="title_results"),
        path("laureates/titles/add/", panel.TitleScreen.as_view(), name="title_add"),
        path("laureates/titles/<int:pk>/", panel.TitleScreen.as_view(), name="title_edit"),
        path("laureates/titles/<int:pk>/remove/", panel.TitleRemove.as_view(), name="title_remove"),
    ]


class LaureatesMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return panel.may_open(request.user)


class ProfileMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm("website.change_organiserprofile")


@hooks.register("register_admin_menu_item")
def laureates_item() -> MenuItem:
    """Laureates at their place in the edition."""
    return LaureatesMenuItem(
        _("Laureates"), reverse("laureate_index"), name="laureates", icon_name="crosshairs", order=400
    )


@hooks.register("register_admin_menu_item")
def profile_item() -> MenuItem:
    """The organiser's profile beside the pages that are written from it."""
    url = reverse("wagtailsettings:edit", args=["website", "organiserprofile"])
    return ProfileMenuItem(_("Organiser's profile"), url, name="profile", icon_name="home", order=640)


@hooks.register("construct_main_menu")
def say_news_and_pages(request: HttpRequest, items: list[MenuItem]) -> None:
    """Names Wagtail's explorer by what organisers look for in it."""
    for item in items:
        if item.name == "explorer":
            item.label = _("News and pages")
