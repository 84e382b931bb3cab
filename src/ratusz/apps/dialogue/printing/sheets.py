"""The paper twin of a record: one sheet for each table and round, with the code that leads to its photo."""

from collections.abc import Iterable

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ratusz.apps.core.documents import make_pdf
from ratusz.apps.dialogue.models import Note, Session, Stakeholder, TableRecord
from ratusz.apps.dialogue.pictures import qr_for_paper
from ratusz.apps.dialogue.printing.facts import Facts, clock


def sheets_pdf(session: Session, records: Iterable[TableRecord], language: str) -> bytes:
    """The sheets in the language, in the order of the day."""
    with translation.override(language):
        edition = session.edition
        heading = _("Notes of a table")
        facts = {
            "title": f"{heading} · {edition.name}",
            "language": language,
            "description": _("Printed for the Dialogue Session %(year)s.") % {"year": edition.year},
            "event": str(edition.name),
            "foot": f"{edition.name} · {heading}",
            "page": _("page"),
            "kinds": [str(one) for one in Note.Kind.labels],
            "roles": [_("The whole table"), *(str(one) for one in Stakeholder.labels)],
            "words": {
                "rule": _(
                    "Write what was said and which group said it, never who: no names, cities or firms."
                ),
                "kind": _("Kind"),
                "said_by": _("Said by"),
                "text": _("What was said"),
                "caption": _("One note a row. Take another sheet when this one is full."),
                "handover": _("To the next round: where we stopped"),
                "harvest": _("Harvest: three points for the hall"),
                "confirmed": _("Read back to the table, and the table says: this is what we said."),
                "photo": _("Photo of this sheet"),
                "how": _(
                    "Point a phone at the code and take a photo of this sheet, or give it to an organiser."
                ),
            },
            "sheets": [_sheet(session, record) for record in records],
        }
        return make_pdf("dialogue/typst/sheets.typ", facts, created=timezone.now())


def _sheet(session: Session, record: TableRecord) -> Facts:
    table, turn = record.table, record.round
    address = settings.BASE_URL + reverse("dialogue:sheet", args=[session.edition.year, record.sheet_code])
    return {
        "block": str(table.block.title),
        "table": str(table),
        "round": _("Round %(number)s") % {"number": turn.number},
        "hours": f"{clock(turn.starts_at)}–{clock(turn.ends_at)}",
        "room": str(table.room.name),
        "topic": str(table.topic.name) if table.topic else pgettext("topic", "none"),
        "question": table.question,
        "qr": qr_for_paper(address),
    }
