"""The harvest: notes that say the same are put together as themes, the input for recommendations."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from ratusz.apps.accounts.models import User
from ratusz.apps.core import audit
from ratusz.apps.core.errors import DomainError
from ratusz.apps.core.open_data import Record
from ratusz.apps.dialogue.exports.harvest import records
from ratusz.apps.dialogue.models import Note, Session, Theme, Topic
from ratusz.apps.dialogue.queries.notes import notes_visible_to, themes_visible_to
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
    """Puts notes into a theme, or takes them out of all; returns how many.

    Themes behind a wall in front of the person keep them.
    """
    require(by, HARVEST, session.edition)
    found = _own(by, session, notes)
    seen = list(themes_visible_to(by, session))
    for note in found:
        note.themes.remove(*seen)
        if theme is not None:
            note.themes.add(theme)
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


@transaction.atomic
def export_harvest(*, by: User, session: Session, closed: bool = False) -> list[Record]:
    """The notes as they may leave the house, circles apart, and an entry that says who took which."""
    require(by, HARVEST, session.edition)
    found = records(by, session, closed=closed)
    audit.record(
        by=by, action="dialogue.export_harvest", subject=session, edition=session.edition, notes=len(found),
        closed=closed,
    )  # fmt: skip
    return found


@transaction.atomic
def move_theme(*, by: User, theme: Theme, up: bool) -> None:
    """Moves a theme one place up or down among its session's themes."""
    require(by, HARVEST, theme.session.edition)
    themes = list(Theme.objects.select_for_update().filter(session=theme.session_id))
    here = themes.index(theme)
    there = here - 1 if up else here + 1
    if not 0 <= there < len(themes):
        return
    themes[here], themes[there] = themes[there], themes[here]
    for order, one in enumerate(themes):
        one.order = order
    Theme.objects.bulk_update(themes, ["order"])
    audit.record(by=by, action="dialogue.save_theme", subject=theme, edition=theme.session.edition)


def _own(by: User, session: Session, notes: Iterable[Note]) -> list[Note]:
    """Those of the notes that the person may read; none of them may seem to name somebody."""
    found = list(notes_visible_to(by, session).filter(pk__in=[note.pk for note in notes]))
    if any(note.naming == Note.Naming.SUSPECTED for note in found):
        raise DomainError(
            _("A note that seems to name somebody is not used in the harvest."),
            next_step=_("Read it first: change its words, or say that it names nobody."),
            code="names_somebody",
        )
    return found
