"""What the audit log calls the actions of partners and patrons."""

from django.utils.translation import gettext_lazy as _

from ratusz.apps.core import audit


def register() -> None:
    """Gives each action its words."""
    audit.name_actions(
        {
            "partners.add_partner": _("added a partner"),
            "partners.add_partnership": _("added a partner to the edition"),
            "partners.change_partner": _("changed a partner"),
            "partners.change_partnership": _("changed a partnership of the edition"),
            "partners.remove_partner": _("removed a partner"),
            "partners.remove_partnership": _("removed a partner from the edition"),
        }
    )
