"""The harvest as a table for those who write recommendations."""

from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from ratusz.apps.core.open_data import Field, Record
from ratusz.apps.dialogue.models import Block, Note, Session, Stakeholder
from ratusz.apps.dialogue.queries.harvest import crowd_of, told_role
from ratusz.apps.dialogue.queries.notes import notes_visible_to, themes_visible_to


def fields() -> list[Field]:
    """The columns. Neither table, round nor hour: together with a seating plan they would tell who it was."""
    return [
        Field("block", _("Circle or round tables.")),
        Field("closed", _("True for a circle: its notes stay with the circle and the organisers.")),
        Field("topic", _("Topic of the table.")),
        Field("kind", _("Insight, problem, idea, recommendation or dissent.")),
        Field(
            "said_by",
            _(
                "Group of whoever said it; empty: the whole table, or fewer than three people of the group sat there."
            ),
        ),
        Field("text", _("The note.")),
        Field("themes", _("Themes of the harvest in which it stands.")),
    ]


def records(user: Any, session: Session, *, closed: bool = False) -> list[Record]:
    """Notes of round tables, or with `closed` of circles, that the person may read: by topic, kind and words.

    A note that seems to name somebody waits for its check.
    """
    crowd = crowd_of(session)
    found = notes_visible_to(user, session).exclude(naming=Note.Naming.SUSPECTED)
    circles = {"record__table__block__kind": Block.Kind.CIRCLE}
    found = found.filter(**circles) if closed else found.exclude(**circles)
    found = found.prefetch_related(Prefetch("themes", themes_visible_to(user, session)))
    rows = [
        {
            "block": str(note.record.table.block.title),
            "closed": note.record.table.block.is_circle,
            "topic": str(note.record.table.topic or ""),
            "kind": str(note.get_kind_display()),
            "said_by": str(Stakeholder(role).label) if (role := told_role(note, crowd)) else "",
            "text": note.text,
            "themes": [str(theme.title) for theme in note.themes.all()],
        }
        for note in found
    ]
    return sorted(rows, key=lambda row: (row["topic"], row["kind"], row["text"]))
