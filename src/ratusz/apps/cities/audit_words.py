"""What the audit log calls the actions of cities and of imports."""

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
            "core.apply_import": _("imported a file"),
            "core.confirm_import": _("confirmed an import"),
            "core.discard_import": _("discarded an import"),
            "core.reopen_import": _("opened the preview of an import again"),
            "core.restart_import": _("started an import again"),
            "core.undo_import": _("undid an import"),
            "core.upload_import": _("uploaded a file"),
        }
    )
