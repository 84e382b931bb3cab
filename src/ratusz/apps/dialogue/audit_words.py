"""What the audit log calls the actions of the Dialogue Session."""

from django.utils.translation import gettext_lazy as _

from ratusz.apps.core import audit


def register() -> None:
    """Gives each action its words."""
    audit.name_actions(
        {
            "dialogue.open_session": _("opened the Dialogue Session"),
            "dialogue.change_session": _("changed the Dialogue Session"),
        }
    )
