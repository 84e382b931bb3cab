"""What the audit log calls the actions of the Dialogue Session."""

from django.utils.translation import gettext_lazy as _

from ratusz.apps.core import audit


def register() -> None:
    """Gives each action its words."""
    audit.name_actions(
        {
            "dialogue.agree_to_contact": _("agreed to exchange addresses"),
            "dialogue.ask_for_contact": _("asked for an exchange of addresses"),
            "dialogue.end_contact": _("took back an exchange of addresses"),
            "dialogue.give_feedback": _("gave feedback on the Session"),
            "dialogue.open_session": _("opened the Dialogue Session"),
            "dialogue.change_session": _("changed the Dialogue Session"),
        }
    )
