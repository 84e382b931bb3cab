"""What was said at one's tables, the slides of the harvest, and the page that takes the photo of a paper sheet."""

import re
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from ratusz.apps.core.errors import DomainError, NotAllowed
from ratusz.apps.core.ratelimit import rate_limit
from ratusz.apps.dialogue import queries, services
from ratusz.apps.dialogue.forms.harvest import SheetForm
from ratusz.apps.dialogue.models import Note, Session, Stakeholder, TableRecord
from ratusz.apps.dialogue.queries.harvest import crowd_of, told_role
from ratusz.apps.dialogue.views.registration import session_at
from ratusz.apps.editions.panel.stage import sent

MARK = re.compile(r"^(?:[-–•*]|\d{1,2}[.)])\s*")


@login_required
@never_cache
@require_safe
def records(request: HttpRequest, year: int) -> HttpResponse:
    """The records of the tables at which the person sat; on request all that the person may read."""
    session = session_at(request, year)
    own = queries.own_registration(request.user, session)
    if own is None:
        raise Http404(_("This page is for the participants of the Session."))
    whole = "all" in request.GET
    places = {(seat.table_id, seat.round_id) for seat in queries.route_of(own)}
    hosted = set(queries.tables_hosted_by(request.user, session).values_list("pk", flat=True))
    crowd = crowd_of(session)
    shown = [
        _told(record, crowd)
        for record in queries.records_visible_to(request.user, session)
        if whole or (record.table_id, record.round_id) in places or record.table_id in hosted
    ]
    context = {
        "edition": session.edition,
        "records": [one for one in shown if one["notes"] or one["dissent"] or one["harvest"]],
        "whole": whole,
        "blocks": queries.blocks_open_to(request.user, session),
    }
    return render(request, "dialogue/my/records.html", context)


def _told(record: TableRecord, crowd: Any) -> dict[str, Any]:
    """The record as participants read it: dissent apart, roles only of three people or more."""
    notes = [note for note in record.standing_notes if note.naming != Note.Naming.SUSPECTED]
    for note in notes:
        note.record = record
    told = [(note, Stakeholder(role).label if (role := told_role(note, crowd)) else "") for note in notes]
    return {
        "record": record,
        "harvest": "" if record.naming == TableRecord.Naming.SUSPECTED else record.harvest,
        "notes": [one for one in told if one[0].kind != Note.Kind.DISSENT],
        "dissent": [one for one in told if one[0].kind == Note.Kind.DISSENT],
        "checked": len(record.standing_notes) - len(notes),
    }


@login_required
@never_cache
@require_safe
def slides(request: HttpRequest, year: int, block: int) -> HttpResponse:
    """The harvest of a block's tables, a slide each, for the projector or for a phone at the table."""
    session = session_at(request, year)
    shown = get_object_or_404(queries.blocks_open_to(request.user, session), pk=block)
    found = queries.records_visible_to(request.user, session).filter(table__block=shown).exclude(harvest="")
    latest: dict[int, TableRecord] = {}
    for record in found.order_by("round__number"):
        latest[record.table_id] = record
    made = sorted(latest.values(), key=lambda record: record.table.number)
    context = {"edition": session.edition, "shown": shown, "slides": [(one, _points(one)) for one in made]}
    return render(request, "dialogue/my/slides.html", context)


def _points(record: TableRecord) -> list[str]:
    """The lines of the harvest without the marks that people put before them; none while it waits for a check."""
    if record.naming == TableRecord.Naming.SUSPECTED:
        return []
    lines = (MARK.sub("", line.strip()) for line in record.harvest.splitlines())
    return [line for line in lines if line]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@rate_limit("note_sheet", "120/h")
def sheet(request: HttpRequest, year: int, code: str) -> HttpResponse:
    """Takes the photo of a printed sheet from whoever holds it; nothing of the table can be read here."""
    session: Session = session_at(request, year)
    record = queries.record_of_sheet(session, code)
    if record is None:
        raise Http404(_("There is no sheet with this code."))
    form = SheetForm(*sent(request, files=True))
    if request.method == "POST" and form.is_valid():
        person = request.user if request.user.is_authenticated else None
        try:
            services.attach_sheet(by=person, record=record, sent=form.cleaned_data["photo"].read())
        except NotAllowed:
            raise
        except DomainError as error:
            form.add_error("photo", str(error))
        else:
            messages.success(request, _("The photo has arrived. An organiser types it up."))
            return redirect("dialogue:sheet", year, code)
    context = {"edition": session.edition, "record": record, "form": form}
    return render(request, "dialogue/sheet.html", context, status=422 if form.errors else 200)
