"""Reads of the Dialogue Session. Each kind of row has one door, `…visible_to(user)`; the wall of a circle is in it."""

from ratusz.apps.dialogue.queries.access import blocks_open_to, own_registration, tables_hosted_by
from ratusz.apps.dialogue.queries.agenda import (
    agenda_is_public,
    blocks_visible_to,
    city_questions_visible_to,
    published_agenda,
    registration_of_feed,
    rooms_of,
    sitemap_items,
    topics_of,
    versions,
)
from ratusz.apps.dialogue.queries.day import present
from ratusz.apps.dialogue.queries.notes import (
    named_in,
    names_at,
    notes_visible_to,
    record_of,
    record_of_sheet,
    records_visible_to,
    sheets_visible_to,
    tables_to_write,
    themes_visible_to,
)
from ratusz.apps.dialogue.queries.registration import (
    photo_refused,
    registrations_visible_to,
)
from ratusz.apps.dialogue.queries.seating import (
    people_at,
    plans_visible_to,
    published_plan,
    route_of,
    seats_visible_to,
)
from ratusz.apps.dialogue.queries.session import session_of

__all__ = [
    "agenda_is_public",
    "blocks_open_to",
    "blocks_visible_to",
    "city_questions_visible_to",
    "named_in",
    "names_at",
    "notes_visible_to",
    "own_registration",
    "people_at",
    "photo_refused",
    "plans_visible_to",
    "present",
    "published_agenda",
    "published_plan",
    "record_of",
    "record_of_sheet",
    "records_visible_to",
    "registration_of_feed",
    "registrations_visible_to",
    "rooms_of",
    "route_of",
    "seats_visible_to",
    "session_of",
    "sheets_visible_to",
    "sitemap_items",
    "tables_hosted_by",
    "tables_to_write",
    "themes_visible_to",
    "topics_of",
    "versions",
]
