"""Verbs that write people, organisations, mandates and consents."""

from ratusz.apps.accounts.services.consents import give_consent, publish_consent_text, withdraw_consent
from ratusz.apps.accounts.services.erasure import erase_person
from ratusz.apps.accounts.services.mandates import end_mandate, give_mandate, hand_over_mandate
from ratusz.apps.accounts.services.organisations import change_organisation, create_organisation
from ratusz.apps.accounts.services.people import change_person, create_person

__all__ = [
    "change_organisation",
    "change_person",
    "create_organisation",
    "create_person",
    "end_mandate",
    "erase_person",
    "give_consent",
    "give_mandate",
    "hand_over_mandate",
    "publish_consent_text",
    "withdraw_consent",
]
