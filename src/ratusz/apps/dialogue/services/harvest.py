"""The harvest: notes that say the same are put together as themes, the input for recommendations."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from ratusz.apps.accounts.models import User
from ratusz.apps.core import audit
from ratusz.apps.core.errors import DomainError
from ratusz.apps.dialogue.models import Note, Session, Theme, Topic
from ratusz.apps.dialogue.queries.notes import notes_visible_to
from ratusz.apps.editions.permissions import require

HARVEST = "dialogue.harvest"


@transaction.atomic
def save_theme(
    *,
    by: User,
    session: Session,
    title_pl: str,
    title_en: str = "",
    topic: Topic | None = None,
    notes: Iterable[Note] | None = None,
    theme: Theme | None = None,
) -> Theme:
    """Writes a theme with its notes; a note may stand in several."""
    require(by, HARVEST, session.edition)
    title_pl = " ".join(title_pl.split())
    if not title_pl:
        raise DomainError(
            _("The theme has no title."), field="title_pl", next_step=_("Say in a few words what the notes share."),
            code="required",
        )  # fmt: skip
    if theme is None:
        last = session.themes.aggregate(Max("order"))["order__max"]
        theme = Theme(session=session, by=by, order=0 if last is None else last + 1)
    theme.title_pl, theme.title_en, theme.topic = title_pl[:200], " ".join(title_en.split())[:200], topic
    theme.save()
    if notes is not None:
        theme.notes.set(_own(by, session, notes))
    audit.record(by=by, action="dialogue.save_theme", subject=theme, edition=session.edition)
    return theme


@transaction.atomic
def place_notes(*, by: User, session: Session, notes: Iterable[Note], theme: Theme | None) -> int:
    """Puts notes into a theme, or takes them out of all; returns how many."""
    require(by, HARVEST, session.edition)
    found = _own(by, session, notes)
    for note in found:
        note.themes.set([theme] if theme else [])
    if theme is not None:
        audit.record(
            by=by, action="dialogue.place_notes", subject=theme, edition=session.edition, notes=len(found)
        )
    else:
        audit.record(
            by=by, action="dialogue.place_notes", subject=session, edition=session.edition, notes=len(found)
        )
    return len(found)


@transaction.atomic
def delete_theme(*, by: User, theme: Theme) -> None:
    """Deletes a theme; its notes stay and are without one."""
    require(by, HARVEST, theme.session.edition)
    audit.record(by=by, action="dialogue.delete_theme", subject=theme, edition=theme.session.edition)
    theme.delete()


def _own(by: User, session: Session, notes: Iterable[Note]) -> list[Note]:
    return list(notes_visible_to(by, session).filter(pk__in=[note.pk for note in notes]))
