"""Verbs of the Dialogue Session."""

from ratusz.apps.dialogue.services.session import change_session, open_session

__all__ = ["change_session", "open_session"]
