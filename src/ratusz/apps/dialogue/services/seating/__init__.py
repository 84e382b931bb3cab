"""Seating plans: made, searched, changed by hand, published and repaired on the day."""

from ratusz.apps.dialogue.services.seating.changes import (
    move_person,
    pin,
    redo,
    swap_people,
    undo,
    unpin,
    what_if,
)
from ratusz.apps.dialogue.services.seating.plans import (
    copy_plan,
    delete_draft,
    make_plan,
    recount,
    set_settings,
)
from ratusz.apps.dialogue.services.seating.publish import publish_plan
from ratusz.apps.dialogue.services.seating.repair import Repaired, repair_plan
from ratusz.apps.dialogue.services.seating.search import (
    end_lost_searches,
    execute_search,
    search_plan,
    stop_search,
)

__all__ = [
    "Repaired",
    "copy_plan",
    "delete_draft",
    "end_lost_searches",
    "execute_search",
    "make_plan",
    "move_person",
    "pin",
    "publish_plan",
    "recount",
    "redo",
    "repair_plan",
    "search_plan",
    "set_settings",
    "stop_search",
    "swap_people",
    "undo",
    "unpin",
    "what_if",
]
