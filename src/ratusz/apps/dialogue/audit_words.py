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
            "dialogue.add_minutes": _("changed the time of a round"),
            "dialogue.check_in": _("checked a person in"),
            "dialogue.new_display_link": _("replaced the address of the hall display"),
            "dialogue.print": _("printed badges or cards"),
            "dialogue.say_to_hall": _("sent a message to the hall"),
            "dialogue.show_in_hall": _("chose what the hall shows"),
            "dialogue.start_clock": _("started the clock of the hall"),
            "dialogue.stop_clock": _("stopped the clock of the hall"),
            "dialogue.swap_rooms": _("swapped the rooms of two tables"),
            "dialogue.take_down_message": _("took a message to the hall down"),
            "dialogue.undo_check_in": _("took a check-in back"),
            "dialogue.open_session": _("opened the Dialogue Session"),
            "dialogue.end_feed": _("took away the address of the own calendar"),
            "dialogue.renew_feed": _("made an address of the own calendar"),
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
            "dialogue.make_plan": _("made a seating plan"),
            "dialogue.copy_plan": _("copied a seating plan"),
            "dialogue.delete_plan": _("deleted a seating plan"),
            "dialogue.set_plan_settings": _("changed what a seating plan should reach"),
            "dialogue.recount_plan": _("counted a seating plan anew"),
            "dialogue.search_plan": _("started a search for a seating plan"),
            "dialogue.stop_search": _("stopped a search for a seating plan"),
            "dialogue.search_done": _("searched for a seating plan"),
            "dialogue.move_person": _("gave a person another table"),
            "dialogue.swap_people": _("let two people change tables"),
            "dialogue.pin_person": _("pinned a seat"),
            "dialogue.unpin_person": _("released a seat"),
            "dialogue.undo_step": _("took back a step in a seating plan"),
            "dialogue.redo_step": _("did a step in a seating plan again"),
            "dialogue.publish_plan": _("published a seating plan"),
            "dialogue.repair_plan": _("repaired a seating plan"),
        }
    )
