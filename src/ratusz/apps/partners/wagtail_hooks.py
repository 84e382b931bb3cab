from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from ratusz.apps.partners import panel


@hooks.register("register_admin_urls")
def urls_of_the_panel() -> list[URLPattern]:
    """The screens of partners."""
    return [
        path("partners/", panel.PartnershipIndex.as_view(), name="partnership_index"),
        path(
            "partners/results/", panel.PartnershipIndex.as_view(results_only=True), name="partnership_results"
        ),
        path("partners/add/", panel.PartnershipScreen.as_view(), name="partnership_add"),
        path("partners/<int:pk>/", panel.PartnershipScreen.as_view(), name="partnership_edit"),
        path("partners/<int:pk>/remove/", panel.PartnershipRemove.as_view(), name="partnership_remove"),
        path("partner-organisations/", panel.PartnerIndex.as_view(), name="partner_index"),
        path(
            "partner-organisations/results/",
            panel.PartnerIndex.as_view(results_only=True),
            name="partner_results",
        ),
        path("partner-organisations/add/", panel.PartnerScreen.as_view(), name="partner_add"),
        path("partner-organisations/<int:pk>/", panel.PartnerScreen.as_view(), name="partner_edit"),
        path("partner-organisations/<int:pk>/remove/", panel.PartnerRemove.as_view(), name="partner_remove"),
    ]


class PartnersMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return panel.may_open(request.user)


@hooks.register("register_admin_menu_item")
def partners_item() -> MenuItem:
    """Partners and patrons at their place in the edition."""
    return PartnersMenuItem(
        _("Partners and patrons"), reverse("partnership_index"), name="partners", icon_name="group", order=500
    )
