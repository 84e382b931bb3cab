"""The verbs that write cities and figures. `by` is the person; None is the system itself, at installation."""

from ratusz.apps.cities.services.classes import choose_cities, define_classes, freeze_classes
from ratusz.apps.cities.services.decisions import decide_objection
from ratusz.apps.cities.services.dialogue import Invited, confirm_figures, invite_cities, note_look
from ratusz.apps.cities.services.figures import (
    Figure,
    correct_observation,
    save_indicator,
    save_source,
    store_figures,
    store_populations,
)
from ratusz.apps.cities.services.objections import (
    Proposal,
    hand_out_document,
    save_draft,
    send_objection,
    withdraw_objection,
)
from ratusz.apps.cities.services.registry import load_registry, save_city, slug_for

__all__ = [
    "Figure",
    "Invited",
    "Proposal",
    "choose_cities",
    "confirm_figures",
    "correct_observation",
    "decide_objection",
    "define_classes",
    "freeze_classes",
    "hand_out_document",
    "invite_cities",
    "load_registry",
    "note_look",
    "save_city",
    "save_draft",
    "save_indicator",
    "save_source",
    "send_objection",
    "slug_for",
    "store_figures",
    "store_populations",
    "withdraw_objection",
]
