"""The host's page of a table: question, clock, people, notes. It works without a connection and sends later."""

import hashlib
import json
import uuid
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

import ratusz
from ratusz.apps.core.errors import DomainError, NotAllowed
from ratusz.apps.core.ratelimit import rate_limit
from ratusz.apps.dialogue import queries, services
from ratusz.apps.dialogue.detector import ENDINGS, findings, official
from ratusz.apps.dialogue.models import Note, Round, Session, Stakeholder, Table, TableRecord
from ratusz.apps.dialogue.queries import day
from ratusz.apps.editions.permissions import may
from ratusz.apps.editions.reading import edition_of

# What the page needs without a connection.
KEPT = (
    "core/ratusz.css", "core/ratusz.js", "core/theme.js", "core/mark.svg", "core/icons.svg", "core/outbox.js",
    "dialogue/table.css", "dialogue/table.js", "dialogue/table_store.js", "dialogue/table_names.js",
)  # fmt: skip
MOST_AT_ONCE = 200


def _session(request: HttpRequest, year: int) -> Session:
    session = queries.session_of(edition_of(request.user, year))
    if session is None:
        raise Http404(_("No session was prepared in this edition."))
    return session


def _table(request: HttpRequest, year: int, pk: int) -> Table:
    """The table, for those who write its notes; else there is no such page."""
    session = _session(request, year)
    tables = queries.tables_to_write(request.user, session)
    return get_object_or_404(
        tables.select_related("block__session__edition", "room", "topic", "city_question"), pk=pk
    )


@login_required
@never_cache
@require_safe
def tables(request: HttpRequest, year: int) -> HttpResponse:
    """The tables whose notes the person writes; on to the page where it is one."""
    session = _session(request, year)
    found = list(
        queries.tables_to_write(request.user, session)
        .select_related("block", "room", "topic")
        .order_by("block__starts_at", "block", "number")
    )
    if len(found) == 1:
        return redirect("dialogue:table", year, found[0].pk)
    return render(request, "dialogue/my/tables.html", {"edition": session.edition, "tables": found})


@login_required
@never_cache
@require_safe
def table(request: HttpRequest, year: int, pk: int) -> HttpResponse:
    """The page; everything that changes is in the state beside it."""
    found = _table(request, year, pk)
    facts = state_of(found)
    chosen = request.GET.get("round", "")
    shown = next((one for one in facts["rounds"] if str(one["id"]) == chosen), None)
    shown = shown or next(
        (one for one in facts["rounds"] if one["id"] == facts["current"]), facts["rounds"][0]
    )
    context = {
        "edition": found.block.session.edition,
        "table": found,
        "facts": facts,
        "shown": shown,
        "kinds": Note.Kind.choices,
        "roles": Stakeholder.choices,
        "longest": Note.TEXT_LENGTH,
        "may_write": may(request.user, "dialogue.write_notes", found.block.session.edition),
        "worker": reverse("dialogue:table_worker", args=[year]),
        "scope": reverse("dialogue:tables", args=[year]),
    }
    return render(request, "dialogue/my/table.html", context)


@never_cache
@require_safe
def table_state(request: HttpRequest, year: int, pk: int) -> HttpResponse:
    """What the page shows now, as JSON; 401 where nobody is signed in any more."""
    if not request.user.is_authenticated:
        return JsonResponse({"error": "signed_out"}, status=401)
    return JsonResponse(state_of(_table(request, year, pk)))


@require_POST
@rate_limit("dialogue.sync", "240/m")
def table_sync(request: HttpRequest, year: int, pk: int) -> HttpResponse:
    """Takes what the phone wrote, each thing for itself, and answers which arrived and what is there now."""
    if not request.user.is_authenticated:
        return JsonResponse({"error": "signed_out"}, status=401)
    found = _table(request, year, pk)
    try:
        items = json.loads(request.body)["items"]
        if not isinstance(items, list) or len(items) > MOST_AT_ONCE:
            raise ValueError
    except (ValueError, KeyError, TypeError):
        return JsonResponse({"error": "not_understood"}, status=400)
    rounds = {turn.pk: turn for turn in found.block.rounds.all()}
    answers = [_take(request, found, rounds, item) for item in items]
    return JsonResponse({"items": answers, "state": state_of(found)})


def _take(request: HttpRequest, found: Table, rounds: dict[int, Round], item: Any) -> dict[str, Any]:
    """One thing of the phone; whatever is wrong with it, the others are not lost."""
    name = str(item.get("id", "")) if isinstance(item, dict) else ""
    try:
        turn = rounds[int(item["round"])]
        match item["type"]:
            case "note":
                _take_note(request, found, turn, item)
            case "cards":
                services.save_cards(
                    by=request.user, table=found, turn=turn, handover=str(item.get("handover", "")),
                    harvest=str(item.get("harvest", "")),
                )  # fmt: skip
            case "confirm":
                services.confirm_record(by=request.user, table=found, turn=turn)
            case _other:
                raise ValueError
    except DomainError as error:
        return {"id": name, "error": str(error)}
    except (KeyError, ValueError, TypeError, OverflowError):
        return {
            "id": name,
            "error": _("The server does not understand this entry. Copy its text into a new note."),
        }
    return {"id": name}


def _take_note(request: HttpRequest, found: Table, turn: Round, item: dict[str, Any]) -> None:
    note = services.save_note(
        by=request.user, table=found, turn=turn, key=uuid.UUID(str(item["key"])), kind=str(item["kind"]),
        text=str(item["text"]), role=str(item.get("role", "")), edit=int(item.get("edit", 1)),
        written_at=_moment(item.get("written_at")),
    )  # fmt: skip
    if item.get("withdrawn"):
        services.withdraw_note(by=request.user, note=note)


def _moment(text: Any) -> datetime | None:
    moment = parse_datetime(text) if isinstance(text, str) else None
    return moment if moment and timezone.is_aware(moment) else None


@login_required
@require_POST
def table_note(request: HttpRequest, year: int, pk: int) -> HttpResponse:
    """A note from the plain form, for a browser without JavaScript."""
    found = _table(request, year, pk)
    turn = get_object_or_404(found.block.rounds, pk=request.POST.get("round") or 0)
    address = f"{reverse('dialogue:table', args=[year, pk])}?round={turn.pk}"
    try:
        if request.POST.get("do") == "confirm":
            services.confirm_record(by=request.user, table=found, turn=turn)
            messages.success(request, _("Confirmed by the table."))
            return redirect(address)
        note = services.save_note(
            by=request.user, table=found, turn=turn, key=uuid.uuid4(), kind=request.POST.get("kind", ""),
            role=request.POST.get("role", ""), text=request.POST.get("text", ""),
        )  # fmt: skip
        named = findings(note.text, queries.names_at(found, turn))
        if named:
            messages.warning(
                request,
                _("The note seems to name: %(names)s. Take it back and write the role instead, if it does.")
                % {"names": ", ".join(one.found for one in named)},
            )
    except NotAllowed:
        raise
    except DomainError as error:
        messages.error(request, f"{error} {request.POST.get('text', '')}")
    return redirect(address)


def state_of(found: Table) -> dict[str, Any]:
    """Everything about a table that the page shows and that may change."""
    session = found.block.session
    rounds = list(found.block.rounds.all())
    records = {
        record.round_id: record
        for record in TableRecord.objects.filter(table=found).prefetch_related("notes").order_by("pk")
    }
    hall = day.hall_of(session)
    now = timezone.now()
    live = hall.round_id if hall and hall.round_id in {turn.pk for turn in rounds} else None
    current = live or next(
        (turn.pk for turn in rounds if now < turn.ends_at), rounds[-1].pk if rounds else None
    )
    return {
        "now": int(now.timestamp() * 1000),
        "current": current,
        "clock": {
            "round": live,
            "ends_at": _millis(hall.ends_at) if hall and live else None,
            "left": int(hall.left.total_seconds() * 1000)
            if hall and live and hall.left is not None
            else None,
        },
        "messages": [str(one.text) for one in session.messages.filter(taken_down_at=None)[:3]],
        "endings": ENDINGS,
        "official": official(),
        "rounds": [_round(found, turn, records) for turn in rounds],
    }


def _round(found: Table, turn: Round, records: dict[int, TableRecord]) -> dict[str, Any]:
    record = records.get(turn.pk)
    earlier = [one for one in records.values() if one.round.number < turn.number and one.handover]
    return {
        "id": turn.pk,
        "number": turn.number,
        "starts_at": _millis(turn.starts_at),
        "ends_at": _millis(turn.ends_at),
        "hours": f"{timezone.localtime(turn.starts_at):%H:%M}–{timezone.localtime(turn.ends_at):%H:%M}",
        "people": [
            {
                "id": one.pk, "name": one.name, "from": one.comes_from, "role": one.stakeholder,
                "role_name": one.get_stakeholder_display(),
            }
            for one in queries.people_at(found, turn)
        ],
        "names": [
            {"words": one.words, "kind": one.kind, "offer": one.offer} for one in queries.names_at(found, turn)
        ],
        "notes": [
            {
                "key": str(note.key), "kind": note.kind, "role": note.role, "text": note.text, "edit": note.edit,
                "written_at": note.written_at.isoformat(),
            }
            for note in (record.notes.all() if record else ())
            if note.withdrawn_at is None
        ],
        "handover": record.handover if record else "",
        "harvest": record.harvest if record else "",
        "confirmed_at": _millis(record.confirmed_at) if record else None,
        "before": max(earlier, key=lambda one: one.round.number).handover if earlier else "",
    }  # fmt: skip


def _millis(moment: datetime | None) -> int | None:
    return int(moment.timestamp() * 1000) if moment else None


@require_safe
def table_worker(request: HttpRequest, year: int) -> HttpResponse:
    """The service worker that keeps the pages of tables; its scope is theirs alone."""
    context = {
        "version": _version(),
        "kept": [static(name) for name in KEPT],
        "scope": reverse("dialogue:tables", args=[year]),
    }
    answer = render(
        request, "dialogue/my/table_worker.js", context, content_type="text/javascript; charset=utf-8"
    )
    answer["Service-Worker-Allowed"] = context["scope"]
    answer["Cache-Control"] = "no-cache"
    return answer


@lru_cache(maxsize=1)
def _version() -> str:
    """Changes with any file that is kept."""
    digest = hashlib.sha256(ratusz.__version__.encode())
    for name in KEPT:
        if path := finders.find(name):
            digest.update(Path(path).read_bytes())
    return digest.hexdigest()[:12]
