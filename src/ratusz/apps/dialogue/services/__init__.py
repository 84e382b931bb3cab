"""Verbs of the Dialogue Session."""

from ratusz.apps.dialogue.services.afterwards import (
    agree_to_contact,
    ask_for_contact,
    end_contact,
    give_feedback,
)
from ratusz.apps.dialogue.services.session import change_session, open_session

__all__ = [
    "agree_to_contact",
    "ask_for_contact",
    "change_session",
    "end_contact",
    "give_feedback",
    "open_session",
]
