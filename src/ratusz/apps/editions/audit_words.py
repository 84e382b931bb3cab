"""What the audit log calls the actions of editions."""

from django.utils.translation import gettext_lazy as _

from ratusz.apps.core import audit


def register() -> None:
    """Gives each action its words."""
    audit.name_actions(
        {
            "editions.assign_role": _("gave a role"),
            "editions.change_edition": _("changed an edition"),
            "editions.create_edition": _("opened an edition"),
            "editions.revoke_role": _("took a role away"),
            "editions.save_programme": _("changed the programme"),
            "editions.set_calendar": _("changed the calendar"),
            "editions.set_current": _("made an edition the current one"),
        }
    )
