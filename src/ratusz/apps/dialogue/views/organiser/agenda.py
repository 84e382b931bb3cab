"""The day plan: a board of rooms and hours, its blocks, and its publication."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ratusz.apps.core.errors import DomainError, NotAllowed
from ratusz.apps.dialogue import queries, services
from ratusz.apps.dialogue.agenda.changes import changes
from ratusz.apps.dialogue.agenda.clashes import clashes_in
from ratusz.apps.dialogue.agenda.content import content_of
from ratusz.apps.dialogue.forms.agenda import BlockForm, RoundsForm
from ratusz.apps.dialogue.models import Block, Session
from ratusz.apps.dialogue.views.organiser.stage import for_organisers, stage
from ratusz.apps.editions.models import Edition
from ratusz.apps.editions.panel.acts import written
from ratusz.apps.editions.panel.stage import NoteForm, sent
from ratusz.apps.editions.permissions import may

STEP = 5  # minutes of a row of the board


def _board(request: HttpRequest, edition: Edition, session: Session) -> dict[str, Any]:
    """Blocks with their place on the board in steps of five minutes, and what clashes."""
    blocks = list(queries.blocks_visible_to(request.user, session).prefetch_related("rounds", "tables"))
    clashes = clashes_in(session)
    rooms = list(queries.rooms_of(session))
    column = {room.pk: k for k, room in enumerate(rooms, 2)}
    day = min((timezone.localtime(block.starts_at) for block in blocks), default=None)
    first = day.replace(minute=0) if day else None
    last = max((block.ends_at for block in blocks), default=None)
    rows = [
        {
            "block": block,
            "column": column.get(block.room_id, 0),
            "row": int((block.starts_at - first).total_seconds()) // 60 // STEP + 2 if first else 2,
            "steps": max(1, int((block.ends_at - block.starts_at).total_seconds()) // 60 // STEP),
            "clashes": [clash for clash in clashes if block.pk in clash.blocks],
        }
        for block in blocks
    ]
    hours = []
    if first and last:
        hour = first
        while hour < last:
            hours.append({"at": hour, "row": int((hour - first).total_seconds()) // 60 // STEP + 2})
            hour += timedelta(hours=1)
    return {
        "session": session,
        "rows": rows,
        "rooms": [{"room": room, "column": column[room.pk]} for room in rooms],
        "hours": hours,
        "clashes": clashes,
        "first": first,
        "may_change": may(request.user, "dialogue.change_session", edition),
    }


def _moment(text: str) -> datetime | None:
    """The moment that an address or the board names; None for what is none."""
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    return timezone.make_aware(found) if found and timezone.is_naive(found) else found


@require_safe
@for_organisers
def builder(request: HttpRequest, edition: Edition, session: Session) -> HttpResponse:
    """The board of the day with its list of blocks."""
    version = queries.published_agenda(session)
    return stage.show(
        request, edition, "agenda", _("Agenda"), version=version,
        unpublished=version is None or version.content != content_of(session),
        **_board(request, edition, session),
    )  # fmt: skip


@require_POST
@for_organisers
def move(request: HttpRequest, edition: Edition, session: Session, pk: int) -> HttpResponse:
    """Moves a block to the moment and the room of the address; answers with the board and what happened."""
    block = get_object_or_404(queries.blocks_visible_to(request.user, session), pk=pk)
    said = ""
    try:
        starts = _moment(request.POST.get("starts_at", ""))
        if starts is None:
            raise DomainError(_("The time is not understood."), next_step=_("Use the form of the block."))
        wanted = request.POST.get("room", "")
        room = get_object_or_404(queries.rooms_of(session), pk=int(wanted)) if wanted else None
        block = services.move_block(by=request.user, block=block, starts_at=starts, room=room)
    except NotAllowed:
        raise
    except (DomainError, ValueError) as error:
        said = str(error)
    context = _board(request, edition, session)
    if not said:
        problems = len([clash for clash in context["clashes"] if block.pk in clash.blocks])
        said = _("%(block)s: %(from)s–%(to)s, %(room)s.") % {
            "block": block, "from": f"{timezone.localtime(block.starts_at):%H:%M}",
            "to": f"{timezone.localtime(block.ends_at):%H:%M}", "room": block.room or _("no room"),
        }  # fmt: skip
        if problems:
            said += " " + ngettext("%(n)s problem.", "%(n)s problems.", problems) % {"n": problems}
    return render(
        request, "dialogue/admin/agenda_board.html", context | {"year": str(edition.year), "said": said}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_organisers
def edit_block(
    request: HttpRequest, edition: Edition, session: Session, pk: int | None = None
) -> HttpResponse:
    """The form of a block, with its rounds and tables."""
    found = queries.blocks_visible_to(request.user, session)
    block = get_object_or_404(found, pk=pk) if pk else None
    initial = {}
    if block is None and edition.session_date:
        moment = _moment(request.GET.get("at", ""))
        initial = {"starts_at": moment, "ends_at": moment and moment + timedelta(hours=1)}
        initial["room"] = request.GET.get("room", "")
    form = BlockForm(
        *sent(request), instance=block or Block(session=session), initial=initial, session=session
    )
    if request.method == "POST":
        saved: dict[str, Block] = {}

        def save() -> None:
            saved["block"] = services.save_block(
                by=request.user, session=session, block=block, **form.cleaned_data
            )

        if written(form, save):
            messages.success(request, _("Saved."))
            if saved["block"].is_seated and block is None:
                return redirect(stage.at(edition, "block", saved["block"].pk))
            return redirect(stage.at(edition, "agenda"))
    context: dict[str, Any] = {"form": form, "item": block, "session": session}
    if block and block.is_seated:
        have = list(block.rounds.all())
        if have:
            minutes = int((have[0].ends_at - have[0].starts_at).total_seconds()) // 60
            pause = int((have[1].starts_at - have[0].ends_at).total_seconds()) // 60 if len(have) > 1 else 0
            start = {"number": len(have), "minutes": minutes, "pause": pause}
        else:
            start = {
                "number": 1,
                "minutes": int((block.ends_at - block.starts_at).total_seconds()) // 60,
                "pause": 0,
            }
        context |= {
            "rounds": have,
            "rounds_form": RoundsForm(initial=start),
            "tables": block.tables.select_related("room", "topic", "city_question__city").prefetch_related(
                "hosts__registration"
            ),
        }
    return stage.show(request, edition, "block", str(block) if block else _("New block"), **context)


@require_POST
@for_organisers
def rounds(request: HttpRequest, edition: Edition, session: Session, pk: int) -> HttpResponse:
    """Divides a block into rounds."""
    block = get_object_or_404(queries.blocks_visible_to(request.user, session), pk=pk)
    form = RoundsForm(request.POST)
    if written(form, lambda: services.save_rounds(by=request.user, block=block, **form.cleaned_data)):
        messages.success(request, _("The block is divided into rounds."))
    else:
        for error in [text for texts in form.errors.values() for text in texts]:
            messages.error(request, error)
    return redirect(stage.at(edition, "block", pk))


@require_POST
@for_organisers
def delete_block(request: HttpRequest, edition: Edition, session: Session, pk: int) -> HttpResponse:
    """Deletes a block of the working copy."""
    block = get_object_or_404(queries.blocks_visible_to(request.user, session), pk=pk)
    try:
        services.delete_block(by=request.user, block=block)
        messages.success(
            request, _("The block is deleted. The published agenda keeps it until you publish again.")
        )
    except NotAllowed:
        raise
    except DomainError as error:
        messages.error(request, str(error))
        return redirect(stage.at(edition, "block", pk))
    return redirect(stage.at(edition, "agenda"))


@require_http_methods(["GET", "HEAD", "POST"])
@for_organisers
def publish(request: HttpRequest, edition: Edition, session: Session) -> HttpResponse:
    """What is new since the last version, what stops it, and the note that goes with it."""
    version = queries.published_agenda(session)
    form = NoteForm(*sent(request), required=False, help_text=_("Shown under the agenda and in the mail."))
    return stage.with_note(
        request, edition, "publish_agenda", _("Publish the agenda"), form=form,
        act=lambda note_pl, note_en: services.publish_agenda(
            by=request.user, session=session, note_pl=note_pl, note_en=note_en
        ),
        done=_("The agenda is public."),
        version=version,
        clashes=clashes_in(session),
        changes=changes(version.content, content_of(session)) if version else None,
    )  # fmt: skip
