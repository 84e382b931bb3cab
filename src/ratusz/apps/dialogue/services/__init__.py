"""Verbs of the Dialogue Session."""

from ratusz.apps.dialogue.services.afterwards import (
    agree_to_contact,
    ask_for_contact,
    end_contact,
    give_feedback,
)
from ratusz.apps.dialogue.services.agenda import (
    delete_block,
    delete_city_question,
    delete_table,
    move_block,
    publish_agenda,
    save_block,
    save_city_question,
    save_room,
    save_rounds,
    save_table,
    save_topic,
    set_hosts,
)
from ratusz.apps.dialogue.services.session import change_session, open_session

__all__ = [
    "agree_to_contact",
    "ask_for_contact",
    "change_session",
    "delete_block",
    "delete_city_question",
    "delete_table",
    "end_contact",
    "give_feedback",
    "move_block",
    "open_session",
    "publish_agenda",
    "save_block",
    "save_city_question",
    "save_room",
    "save_rounds",
    "save_table",
    "save_topic",
    "set_hosts",
]
