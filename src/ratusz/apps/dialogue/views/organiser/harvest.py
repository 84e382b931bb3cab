"""The harvest: notes of all tables, put together as themes."""

import uuid
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from ratusz.apps.core.errors import DomainError, NotAllowed
from ratusz.apps.core.open_data import KINDS, as_download, write_csv, write_json, write_xlsx
from ratusz.apps.dialogue import queries, services
from ratusz.apps.dialogue.exports import harvest as export
from ratusz.apps.dialogue.forms.harvest import NotesFilter, ThemeForm, TypedNoteForm
from ratusz.apps.dialogue.models import Note, Session, Stakeholder, Theme
from ratusz.apps.dialogue.queries.harvest import crowd_of, told_counts
from ratusz.apps.dialogue.views.organiser.stage import for_organisers, stage
from ratusz.apps.editions.models import Edition
from ratusz.apps.editions.panel.acts import written
from ratusz.apps.editions.panel.stage import sent
from ratusz.apps.editions.permissions import may


@require_http_methods(["GET", "HEAD", "POST"])
@for_organisers
def harvest(request: HttpRequest, edition: Edition, session: Session) -> HttpResponse:
    """Notes by topic on the left, themes on the right; without JavaScript the same by boxes and a button."""
    notes = queries.notes_visible_to(request.user, session)
    if request.method == "POST":
        try:
            messages.success(request, _act(request, session, notes))
        except NotAllowed:
            raise
        except DomainError as error:
            messages.error(request, str(error))
        return redirect(request.get_full_path())
    seen = queries.themes_visible_to(request.user, session)
    form = NotesFilter(
        request.GET or None,
        session=session,
        blocks=queries.blocks_open_to(request.user, session),
        themes=seen,
    )
    shown = list(
        form.chosen(notes)
        .prefetch_related(Prefetch("themes", seen))
        .order_by("record__table__topic__order", "record__table__topic", "kind", "written_at", "key")
    )
    crowd = crowd_of(session)
    themes = list(seen.prefetch_related("notes__record__table__block"))
    blocks = list(queries.blocks_open_to(request.user, session))
    context: dict[str, Any] = {
        "form": form,
        "number": len(shown),
        "groups": [
            (topic, list(found)) for topic, found in groupby(shown, key=lambda note: note.record.table.topic)
        ],
        "themes": [_summary(theme, crowd) for theme in themes],
        "suspected": notes.filter(naming=Note.Naming.SUSPECTED).count(),
        "may_harvest": may(request.user, "dialogue.harvest", edition),
        "blocks": blocks,
        "has_circles": any(block.is_circle for block in blocks),
    }
    return stage.show(request, edition, "harvest", _("Harvest"), **context)


def _summary(theme: Theme, crowd: Any) -> dict[str, Any]:
    notes = [note for note in theme.notes.all() if note.withdrawn_at is None]
    counts, rest = told_counts(notes, crowd)
    return {
        "theme": theme,
        "notes": notes,
        "closed": any(note.record.table.block.is_circle for note in notes),
        "dissent": sum(note.kind == Note.Kind.DISSENT for note in notes),
        "told": [(Stakeholder(role).label, number) for role, number in counts.items()],
        "rest": rest,
    }


def _act(request: HttpRequest, session: Session, notes: QuerySet[Note]) -> str:
    """Does what the button says with the notes that are chosen, and returns what to tell."""
    keys = [key for key in map(_key, request.POST.getlist("note")) if key]
    chosen = list(notes.filter(pk__in=keys))
    if not chosen:
        raise DomainError(_("No note is chosen."), next_step=_("Tick the boxes of some notes first."))
    do = request.POST.get("do", "")
    if do == "new":
        topics = {note.record.table.topic for note in chosen}
        theme = services.save_theme(
            by=request.user, session=session, title_pl=request.POST.get("title", ""), notes=chosen,
            topic=topics.pop() if len(topics) == 1 else None,
        )  # fmt: skip
        return _("The theme “%(title)s” is there.") % {"title": theme.title}
    if do == "out":
        number = services.place_notes(by=request.user, session=session, notes=chosen, theme=None)
        return ngettext("%(n)s note is in no theme now.", "%(n)s notes are in no theme now.", number) % {
            "n": number
        }
    themes = queries.themes_visible_to(request.user, session)
    asked = request.POST.get("theme", "")
    theme = themes.filter(pk=asked).first() if asked.isdecimal() and len(asked) < 18 else None
    if do != "place" or theme is None:
        raise DomainError(_("No theme is chosen."), next_step=_("Choose one from the list."))
    number = services.place_notes(by=request.user, session=session, notes=chosen, theme=theme)
    return ngettext(
        "%(n)s note is in “%(title)s” now.", "%(n)s notes are in “%(title)s” now.", number
    ) % {"n": number, "title": theme.title}  # fmt: skip


def _key(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


@require_http_methods(["GET", "HEAD", "POST"])
@for_organisers
def theme(request: HttpRequest, edition: Edition, session: Session, pk: int) -> HttpResponse:
    """A theme with its title, its topic, its place among the others, and its notes."""
    found = get_object_or_404(queries.themes_visible_to(request.user, session), pk=pk)
    do = request.POST.get("do", "") if request.method == "POST" else ""
    if do in ("up", "down"):
        services.move_theme(by=request.user, theme=found, up=do == "up")
        return redirect(stage.at(edition, "harvest"))
    if do == "delete":
        services.delete_theme(by=request.user, theme=found)
        messages.success(request, _("The theme is deleted; its notes stay."))
        return redirect(stage.at(edition, "harvest"))
    form = ThemeForm(*sent(request), instance=found, session=session)
    if do == "save" and written(
        form,
        lambda: services.save_theme(by=request.user, session=session, theme=found, **form.cleaned_data),
    ):
        messages.success(request, _("Saved."))
        return redirect(stage.at(edition, "harvest"))
    notes = queries.notes_visible_to(request.user, session).filter(themes=found)
    return stage.show(
        request, edition, "theme", str(found), form=form, item=found, notes=notes,
        may_harvest=may(request.user, "dialogue.harvest", edition),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@for_organisers
def note(request: HttpRequest, edition: Edition, session: Session, key: str) -> HttpResponse:
    """A note that an organiser checks: its words are changed, or it is said to name nobody."""
    found = get_object_or_404(queries.notes_visible_to(request.user, session), pk=key)
    if request.method == "POST" and request.POST.get("do") == "clear":
        services.clear_note(by=request.user, note=found)
        messages.success(request, _("The note may be used."))
        return redirect(stage.at(edition, "harvest"))
    initial = {"kind": found.kind, "role": found.role, "text": found.text}
    form = TypedNoteForm(*sent(request), initial=initial)

    def save() -> None:
        seen = request.POST.get("seen", "")
        services.save_note(
            by=request.user, table=found.record.table, turn=found.record.round, key=found.pk,
            edit=found.edit + 1, seen=int(seen) if seen.isdecimal() and len(seen) < 9 else 0, **form.cleaned_data,
        )  # fmt: skip

    if request.method == "POST" and written(form, save):
        messages.success(request, _("Saved."))
        return redirect(stage.at(edition, "harvest"))
    return stage.show(
        request, edition, "note", _("A note"), form=form, item=found, findings=queries.named_in(found),
        may_harvest=may(request.user, "dialogue.harvest", edition),
    )  # fmt: skip


@require_safe
@for_organisers
def harvest_file(request: HttpRequest, edition: Edition, session: Session, ending: str) -> HttpResponse:
    """Notes as CSV, XLSX or JSON, roles of fewer than three people left out; `?circles` gives those of circles."""
    if ending not in KINDS:
        raise Http404
    closed = "circles" in request.GET
    fields, records = (
        export.fields(),
        services.export_harvest(by=request.user, session=session, closed=closed),
    )
    about = {
        "edition": str(edition.name),
        "rule": _("Chatham House Rule: use what was said, never who said it."),
    }
    if closed:
        about["closed"] = _("Notes of closed circles. Do not pass them on.")
    match ending:
        case "csv":
            content = write_csv(fields, records, polish=request.GET.get("format") != "plain")
        case "xlsx":
            content = write_xlsx(_("Notes"), fields, records, about)
        case _json:
            content = write_json(fields, records, about, rows="notes")
    name = f"harvest-{edition.year}{'-circles-closed' if closed else ''}.{ending}"
    answer = as_download(content, KINDS[ending], name, inline=ending == "json" and not closed)
    answer["Cache-Control"] = "no-store"
    return answer
