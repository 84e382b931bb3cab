"""The first screen of the panel and the person's own account there."""

from typing import Any

from django.utils import timezone
from wagtail.admin.ui.components import Component
from wagtail.admin.views.account import AccountView, BaseSettingsPanel

from ratusz.apps.editions.models import Edition
from ratusz.apps.editions.river import river_of


class EditionPanel(Component):
    """Where the current edition stands, and the way to the site."""

    name, order = "edition", 50
    template_name = "editions/panel/home.html"

    class Media:
        css = {"all": ["editions/panel.css"]}

    def __init__(self, edition: Edition, may_change: bool) -> None:
        self.edition, self.may_change = edition, may_change

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        river = river_of(self.edition, timezone.now())
        return {"edition": self.edition, "river": river, "may_change": self.may_change}


class OwnAccount(AccountView):
    """The account in the panel without the name, which people change under their own data, where it is logged."""

    def get_panels(self) -> list[BaseSettingsPanel]:
        return [panel for panel in super().get_panels() if panel.name != "name_email"]
