"""Records of the tables and their paper twins, for organisers."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ratusz.apps.core.errors import DomainError, NotAllowed
from ratusz.apps.dialogue import queries, services
from ratusz.apps.dialogue.forms.harvest import TypedNoteForm
from ratusz.apps.dialogue.models import Block, Round, Session, Table, TableRecord
from ratusz.apps.dialogue.printing.sheets import sheets_pdf
from ratusz.apps.dialogue.views.organiser.stage import for_organisers, stage
from ratusz.apps.editions.models import Edition
from ratusz.apps.editions.panel.acts import written
from ratusz.apps.editions.panel.stage import sent
from ratusz.apps.editions.permissions import may


@require_http_methods(["GET", "HEAD", "POST"])
@for_organisers
def notes(request: HttpRequest, edition: Edition, session: Session) -> HttpResponse:
    """Every record with its notes, its confirmation and its photos; a confirmation may be taken back with a reason."""
    records = queries.records_visible_to(request.user, session)
    if request.method == "POST":
        asked = request.POST.get("record", "")
        record = get_object_or_404(records, pk=asked if asked.isdecimal() and len(asked) < 18 else 0)
        try:
            if request.POST.get("do") == "clear":
                services.clear_harvest(by=request.user, record=record)
                messages.success(request, _("The harvest may be used."))
            else:
                services.reopen_record(
                    by=request.user,
                    table=record.table,
                    turn=record.round,
                    reason=request.POST.get("reason", ""),
                )
                messages.success(request, _("The table is asked to confirm its notes again."))
        except NotAllowed:
            raise
        except DomainError as error:
            messages.error(request, str(error))
        return redirect(stage.at(edition, "notes"))
    sheets: dict[int, list[Any]] = {}
    for sheet in queries.sheets_visible_to(request.user, session).defer("photo"):
        sheets.setdefault(sheet.record_id, []).append(sheet)
    context: dict[str, Any] = {
        "rows": [(record, len(record.standing_notes), sheets.get(record.pk, [])) for record in records],
        "missing": _missing(queries.blocks_open_to(request.user, session), records),
        "named": [record for record in records if record.naming == TableRecord.Naming.SUSPECTED],
        "may_harvest": may(request.user, "dialogue.harvest", edition),
        "waiting": [sheet for found in sheets.values() for sheet in found if sheet.typed_up_at is None],
        "languages": settings.LANGUAGES,
        "may_print": may(request.user, "dialogue.print", edition),
        "may_write": may(request.user, "dialogue.write_notes", edition),
    }
    return stage.show(request, edition, "notes", _("Notes of the tables"), **context)


def _missing(blocks: QuerySet[Block], records: Iterable[TableRecord]) -> list[tuple[Round, list[Table]]]:
    """Rounds that have begun with their tables of which nothing is written yet."""
    written = {(record.table_id, record.round_id) for record in records}
    begun = Round.objects.filter(block__in=blocks, starts_at__lte=timezone.now()).select_related("block")
    tables = list(Table.objects.filter(block__in=blocks).select_related("block").order_by("number"))
    found = [
        (turn, [one for one in tables if one.block_id == turn.block_id and (one.pk, turn.pk) not in written])
        for turn in begun.order_by("starts_at", "block")
    ]
    return [(turn, left) for turn, left in found if left]


@require_POST
@for_organisers
def print_sheets(request: HttpRequest, edition: Edition, session: Session) -> HttpResponse:
    """The paper twins of all tables and rounds, one sheet each, in the language that was chosen."""
    language = request.POST.get("language", "")
    if language not in dict(settings.LANGUAGES):
        raise Http404
    records = services.prepare_sheets(by=request.user, session=session)
    if not records:
        messages.warning(request, _("There is no table yet."))
        return redirect(stage.at(edition, "notes"))
    answer = HttpResponse(sheets_pdf(session, records, language), content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="notes-{edition.year}-{language}.pdf"'
    answer["Cache-Control"] = "no-store"
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@for_organisers
def sheet(request: HttpRequest, edition: Edition, session: Session, pk: int) -> HttpResponse:
    """The photo of a sheet beside the form into which it is typed."""
    found = get_object_or_404(queries.sheets_visible_to(request.user, session).defer("photo"), pk=pk)
    if request.method == "POST" and request.POST.get("do") == "done":
        services.mark_typed_up(by=request.user, sheet=found)
        messages.success(request, _("The sheet is typed up."))
        return redirect(stage.at(edition, "notes"))
    form = TypedNoteForm(*sent(request))

    def save() -> None:
        services.save_note(
            by=request.user, table=found.record.table, turn=found.record.round, key=uuid.uuid4(),
            written_at=min(found.record.round.ends_at, timezone.now()), **form.cleaned_data,
        )  # fmt: skip

    if request.method == "POST" and written(form, save):
        messages.success(request, _("The note is there. Type the next one."))
        return redirect(stage.at(edition, "sheet", pk))
    typed = queries.notes_visible_to(request.user, session).filter(record=found.record_id)
    return stage.show(request, edition, "sheet", _("Type up a sheet"), form=form, item=found, notes=typed)


@require_safe
@for_organisers
def sheet_photo(request: HttpRequest, edition: Edition, session: Session, pk: int) -> HttpResponse:
    """The photo itself; it has no other address."""
    found = get_object_or_404(queries.sheets_visible_to(request.user, session), pk=pk)
    answer = HttpResponse(bytes(found.photo), content_type="image/jpeg")
    answer["Cache-Control"] = "private, no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
