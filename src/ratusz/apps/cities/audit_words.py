"""What the audit log calls the actions of cities."""

from django.utils.translation import gettext_lazy as _

from ratusz.apps.core import audit


def register() -> None:
    """Gives each action its words."""
    audit.name_actions(
        {
            "cities.ask_bdl": _("asked the Local Data Bank for figures"),
            "cities.ask_bdl_again": _("asked the Local Data Bank again"),
            "cities.choose_cities": _("chose the cities of the edition"),
            "cities.correct_observation": _("corrected a figure"),
            "cities.define_classes": _("set the size classes"),
            "cities.freeze_classes": _("froze the size classes"),
            "cities.load_registry": _("loaded the registry of cities"),
            "cities.save_city": _("changed a city"),
            "cities.save_indicator": _("changed an indicator"),
            "cities.save_source": _("changed a source"),
            "cities.store_figures": _("stored figures"),
            "cities.store_populations": _("stored populations"),
        }
    )
