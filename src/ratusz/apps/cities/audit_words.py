"""What the audit log calls the actions of cities."""

from django.utils.translation import gettext_lazy as _

from ratusz.apps.core import audit


def register() -> None:
    """Gives each action its words."""
    audit.name_actions(
        {
            "cities.accept_objection": _("accepted an objection"),
            "cities.ask_bdl": _("asked the Local Data Bank for figures"),
            "cities.ask_bdl_again": _("asked the Local Data Bank again"),
            "cities.change_objection": _("changed an objection"),
            "cities.choose_cities": _("chose the cities of the edition"),
            "cities.confirm_figures": _("confirmed the figures of a city"),
            "cities.correct_observation": _("corrected a figure"),
            "cities.define_classes": _("set the size classes"),
            "cities.draft_objection": _("drafted an objection"),
            "cities.freeze_classes": _("froze the size classes"),
            "cities.invite_cities": _("invited cities to look at their figures"),
            "cities.load_registry": _("loaded the registry of cities"),
            "cities.look_at_figures": _("looked at the figures of a city"),
            "cities.read_document": _("read the document of an objection"),
            "cities.reject_objection": _("rejected an objection"),
            "cities.remind_cities": _("reminded cities of their figures"),
            "cities.save_city": _("changed a city"),
            "cities.save_indicator": _("changed an indicator"),
            "cities.save_source": _("changed a source"),
            "cities.send_objection": _("sent an objection"),
            "cities.store_figures": _("stored figures"),
            "cities.store_populations": _("stored populations"),
            "cities.withdraw_objection": _("withdrew an objection"),
        }
    )
