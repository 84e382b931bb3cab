"""Reads of the Dialogue Session. Each kind of row has one door, `…visible_to(user)`; the wall of a circle is in it."""

from ratusz.apps.dialogue.queries.access import blocks_open_to, own_registration, tables_hosted_by
from ratusz.apps.dialogue.queries.session import session_of

__all__ = ["blocks_open_to", "own_registration", "session_of", "tables_hosted_by"]
