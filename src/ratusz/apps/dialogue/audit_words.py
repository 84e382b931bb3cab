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
            "dialogue.delete_block": _("deleted a block of the day"),
            "dialogue.delete_city_question": _("deleted a question of a city"),
            "dialogue.delete_table": _("deleted a table"),
            "dialogue.publish_agenda": _("published the agenda"),
            "dialogue.save_block": _("changed a block of the day"),
            "dialogue.save_city_question": _("changed a question of a city"),
            "dialogue.save_room": _("changed a room"),
            "dialogue.save_rounds": _("changed the rounds of a block"),
            "dialogue.save_table": _("changed a table"),
            "dialogue.save_topic": _("changed a topic"),
            "dialogue.set_hosts": _("changed the hosts of a table"),
            "dialogue.change_session": _("changed the Dialogue Session"),
        }
    )
