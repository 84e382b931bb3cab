"""The documents of the day as PDF, whole or only what has changed since the last printing."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ratusz.apps.core.documents import make_pdf
from ratusz.apps.core.errors import DomainError
from ratusz.apps.dialogue import queries
from ratusz.apps.dialogue.models import Printing, Session
from ratusz.apps.dialogue.printing import facts as words

Document = Printing.Document
TEMPLATES = {
    Document.BADGES: "badges",
    Document.TENTS: "tents",
    Document.CARDS: "cards",
    Document.TABLES: "lists",
    Document.ROUTES: "lists",
    Document.CHECK_IN: "lists",
}


class NothingToPrint(DomainError):
    """The document would have no page."""


@dataclass(frozen=True)
class Printed:
    """A document and what it says of each person."""

    pdf: bytes
    digests: dict[str, str]


def document_pdf(session: Session, document: str, language: str, *, only_changed: bool = False) -> Printed:
    """The document in the language. Raises NothingToPrint where it would be empty."""
    with translation.override(language):
        people = people_facts(session) if document in Printing.OF_PERSONS else []
        if only_changed:
            people = changed_since(people, last_printing(session, document, language))
        content = {"people": people} if document in Printing.OF_PERSONS else listed(session, document)
        if not any(content.get(part) for part in ("people", "rounds", "rows")):
            raise nothing(only_changed, document)
        told = {**common(session, document, language), **content}
        pdf = make_pdf(f"dialogue/typst/{TEMPLATES[Document(document)]}.typ", told, created=timezone.now())
        return Printed(pdf, digests(people))


def nothing(only_changed: bool, document: str) -> NothingToPrint:
    if only_changed:
        return NothingToPrint(
            _("Nothing has changed since the last printing."),
            next_step=_("Print the whole set if you need it again."),
            code="nothing_changed",
        )
    if document in (Document.TABLES, Document.ROUTES):
        return NothingToPrint(
            _("No seating plan is published yet."), next_step=_("Publish a plan first."), code="no_plan"
        )
    return NothingToPrint(_("Nobody is registered yet."), code="nobody")


def last_printing(session: Session, document: str, language: str) -> Printing | None:
    return session.printings.filter(document=document, language=language).first()


def people_facts(session: Session) -> list[words.Facts]:
    """Everybody with a place, as paper tells of them."""
    routes = words.by_person(words.seats_of(session))
    refused = queries.photo_refused(session)
    return [
        words.person_facts(person, routes.get(person.pk, []), person.pk in refused)
        for person in words.people_of(session)
    ]


def digests(people: list[words.Facts]) -> dict[str, str]:
    """A digest of what is said of each person, by the key of the registration."""
    return {
        str(one["id"]): hashlib.sha256(json.dumps(one, sort_keys=True).encode()).hexdigest()[:16]
        for one in people
    }


def changed_since(people: list[words.Facts], printing: Printing | None) -> list[words.Facts]:
    """Those of whom the last printing said something else, or nothing."""
    known = printing.digests if printing else {}
    return [one for one in people if known.get(str(one["id"])) != digests([one])[str(one["id"])]]


def common(session: Session, document: str, language: str) -> dict[str, Any]:
    edition = session.edition
    day = (
        date_format(edition.session_date, "j E Y" if language == "pl" else "j F Y")
        if edition.session_date
        else ""
    )
    title = Document(document).label
    return {
        "title": f"{title} · {edition.name}",
        "heading": str(title),
        "language": language,
        "description": _("Printed for the Dialogue Session %(year)s.") % {"year": edition.year},
        "event": str(edition.name),
        "day": " · ".join(str(part) for part in (day, edition.venue) if part),
        "foot": " · ".join(str(part) for part in (edition.name, _("as of %(time)s") % {"time": _now()})),
        "page": _("page"),
        "words": {
            "no_photo": _("no photos"),
            "table": _("table"),
            "route": _("Your way through the day"),
            "no_route": _("Your tables: ask at the desk."),
            "qr": _("QR code of the registration"),
            "round": _("Round"),
            "name": _("First name and surname"),
            "from": _("Organisation"),
            "type": _("Group"),
            "came": _("Came"),
            "people": _("Who sits at this table"),
        },
    }


def _now() -> str:
    return date_format(timezone.localtime(), "j.m.Y H:i")


def listed(session: Session, document: str) -> dict[str, Any]:
    """What a list holds: rounds with tables, or rows of people."""
    refused = queries.photo_refused(session)
    if document == Document.TABLES:
        return {"rounds": words.rounds_facts(words.seats_of(session), refused)}
    people = words.people_of(session)
    if document == Document.CHECK_IN:
        came = queries.present(session)
        return {
            "rows": [{**words.list_line(person, refused), "came": person.pk in came} for person in people],
            "times": [],
        }
    seats = words.seats_of(session)
    routes = words.by_person(seats)
    times = sorted({seat.round.starts_at for seat in seats})
    rows = [
        {
            **words.list_line(person, refused),
            "stops": [_stop_at(routes.get(person.pk, []), time) for time in times],
        }
        for person in people
        if person.pk in routes
    ]
    return {"rows": rows, "times": [words.clock(time) for time in times]}


def _stop_at(seats: list[Any], time: Any) -> str:
    seat = next((seat for seat in seats if seat.round.starts_at == time), None)
    return f"{seat.table.number} · {seat.table.room.name}" if seat else ""
