"""Verbs of registration."""

from ratusz.apps.dialogue.services.registration.consents import offer_contacts, set_consents
from ratusz.apps.dialogue.services.registration.exports import (
    export_contacts,
    export_needs,
    export_registrations,
)
from ratusz.apps.dialogue.services.registration.groups import (
    Invited,
    answer_invitation,
    register_group,
    send_invitation_again,
)
from ratusz.apps.dialogue.services.registration.pairs import (
    delete_seating_rule,
    dismiss_duplicate,
    merge_duplicates,
    set_seating_rule,
)
from ratusz.apps.dialogue.services.registration.people import (
    cancel_registration,
    change_registration,
    confirm_organisation,
    refuse_organisation,
    register_person,
)
from ratusz.apps.dialogue.services.registration.places import let_in, set_quota
from ratusz.apps.dialogue.services.registration.reading import schedule_reading, send_reading
from ratusz.apps.dialogue.services.registration.substitutes import name_substitute, withdraw_substitute
from ratusz.apps.dialogue.services.registration.wishes import (
    choose_topics,
    delete_needs,
    set_needs,
    wish_meeting,
)

__all__ = [
    "Invited",
    "answer_invitation",
    "cancel_registration",
    "change_registration",
    "choose_topics",
    "confirm_organisation",
    "delete_needs",
    "delete_seating_rule",
    "dismiss_duplicate",
    "export_contacts",
    "export_needs",
    "export_registrations",
    "let_in",
    "merge_duplicates",
    "name_substitute",
    "offer_contacts",
    "refuse_organisation",
    "register_group",
    "register_person",
    "schedule_reading",
    "send_invitation_again",
    "send_reading",
    "set_consents",
    "set_needs",
    "set_quota",
    "set_seating_rule",
    "wish_meeting",
    "withdraw_substitute",
]
