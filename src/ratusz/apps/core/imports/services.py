"""The verbs of an import: upload, revise, confirm, apply, undo, discard."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from types import SimpleNamespace
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ratusz.apps.core import audit
from ratusz.apps.core.errors import DomainError
from ratusz.apps.core.imports import guess, messages, parse, targets
from ratusz.apps.core.imports.ledger import LaterChange, Ledger
from ratusz.apps.core.models import ImportBatch, ImportChange, ImportFile

State = ImportBatch.State
# The first number of the advisory locks of imports: "IMPO" on a telephone keypad.
LOCK = 4676
SHOWN_MESSAGES = 300
SHOWN_ROWS = 8


def upload(*, by: Any, target: str, file_name: str, data: bytes, edition: Any = None) -> ImportBatch:
    """Returns a batch with the file kept and a first check of it; nothing else is saved."""
    kind = targets.target(target)
    edition_id = edition.pk if edition is not None else None
    kind.require(by, edition_id)
    file_name = file_name.replace("\\", "/").rpartition("/")[2][-200:]
    table = _read(data, file_name)
    mapping = kind.guess(table, guess.guess_columns(table), file_name, _known_roles(target))
    with transaction.atomic():
        batch = ImportBatch(
            target=target, file_name=file_name, sha256=hashlib.sha256(data).hexdigest(), size=len(data),
            edition_id=edition_id, by=by, mapping=mapping,
        )  # fmt: skip
        _check(batch, kind, table)
        batch.save()
        ImportFile.objects.create(batch=batch, data=data)
        audit.record(
            by=by,
            action="core.upload_import",
            subject=batch,
            edition=edition,
            target=target,
            sha256=batch.sha256,
        )
    return batch


def revise(*, by: Any, batch: ImportBatch, mapping: dict, decisions: Mapping[str, str]) -> ImportBatch:
    """Checks the file again under another mapping and other decisions, and keeps both."""
    kind = targets.target(batch.target)
    kind.require(by, batch.edition_id)
    with transaction.atomic():
        batch = _locked(batch)
        _require_state(batch, State.PREVIEW)
        batch.mapping, batch.decisions = mapping, dict(decisions)
        batch.revision += 1
        _check(batch, kind, read_batch(batch))
        batch.save()
    return batch


def confirm(*, by: Any, batch: ImportBatch, revision: int, start: Callable[[int], Any]) -> ImportBatch:
    """Hands the batch to the worker; `start` defers the job, in the same transaction as the state."""
    kind = targets.target(batch.target)
    kind.require(by, batch.edition_id)
    with transaction.atomic():
        batch = _locked(batch)
        _require_state(batch, State.PREVIEW)
        if batch.revision != revision:
            raise DomainError(
                _("The preview was changed in another window after you opened this one."),
                next_step=_("Look at the new preview, then confirm again."),
                code="stale_preview",
            )
        if problems := batch.report.get("problems"):
            code, data = problems[0]
            raise DomainError(messages.words(code, data), code=code)
        if open_ := [q for q in batch.report["questions"] if not batch.decisions.get(q["key"])]:
            raise DomainError(
                _("%(count)s questions about the file have no answer yet.") % {"count": len(open_)},
                next_step=_("Answer each question below, then confirm."),
                code="undecided",
            )
        batch.state, batch.confirmed_at, batch.progress, batch.error = State.QUEUED, timezone.now(), 0, None
        batch.save()
        audit.record(
            by=by, action="core.confirm_import", subject=batch, edition=_edition(batch),
            counts=batch.report["counts"], decisions=batch.decisions,
        )  # fmt: skip
        start(batch.pk)
    return batch


def restart(*, by: Any, batch: ImportBatch, start: Callable[[int], Any]) -> ImportBatch:
    """Hands a failed or interrupted batch to the worker again; one that is still being saved is refused."""
    targets.target(batch.target).require(by, batch.edition_id)
    with transaction.atomic():
        batch = _locked(batch)
        _require_state(batch, State.FAILED, State.RUNNING, State.QUEUED)
        if is_being_saved(batch):
            raise DomainError(_("The import is being saved at this moment."), code="running")
        batch.state, batch.progress, batch.error = State.QUEUED, 0, None
        batch.save()
        audit.record(by=by, action="core.restart_import", subject=batch, edition=_edition(batch))
        start(batch.pk)
    return batch


def reopen(*, by: Any, batch: ImportBatch) -> ImportBatch:
    """Takes a failed batch back to its preview, with everything that was chosen."""
    kind = targets.target(batch.target)
    kind.require(by, batch.edition_id)
    with transaction.atomic():
        batch = _locked(batch)
        _require_state(batch, State.FAILED)
        batch.state, batch.error, batch.revision = State.PREVIEW, None, batch.revision + 1
        _check(batch, kind, read_batch(batch))
        batch.save()
        audit.record(by=by, action="core.reopen_import", subject=batch, edition=_edition(batch))
    return batch


def apply(batch_id: int) -> None:
    """Writes a confirmed batch in one transaction; called by the job, and safe to call again after a crash.

    The session holds an advisory lock while it works: the database itself frees it when the process dies,
    so a batch in the state "running" without the lock is known to be interrupted.
    """
    with _being_saved(batch_id) as mine:
        if not mine:
            return
        moved = ImportBatch.objects.filter(pk=batch_id, state__in=[State.QUEUED, State.RUNNING])
        if not moved.update(state=State.RUNNING, progress=5):
            return
        batch = ImportBatch.objects.select_related("by").get(pk=batch_id)
        try:
            _write(batch)
        except (DomainError, parse.FileRefused) as error:
            ImportBatch.objects.filter(pk=batch_id).update(state=State.FAILED, error={"text": str(error)})
        except Exception:
            ImportBatch.objects.filter(pk=batch_id).update(state=State.FAILED, error={"text": ""})
            raise


def _write(batch: ImportBatch) -> None:
    kind = targets.target(batch.target)
    kind.require(batch.by, batch.edition_id)
    table = read_batch(batch)
    check = kind.check(table, batch.mapping, batch.decisions)
    ImportBatch.objects.filter(pk=batch.pk).update(progress=40)
    if check.problems or any(not batch.decisions.get(question.key) for question in check.questions):
        raise DomainError(
            _("What is in the system changed after the preview, so the import would do something else."),
            next_step=_("Open the preview again, check it and confirm."),
            code="changed_since_preview",
        )
    with transaction.atomic(), connection.cursor() as cursor:
        # Imports wait for one another: two that write the same rows must not interleave.
        cursor.execute("SELECT pg_advisory_xact_lock(%s, 0)", [LOCK])
        kind.write(check.plan, Ledger(batch), lambda share: None)
        batch.state, batch.progress, batch.applied_at = State.APPLIED, 100, timezone.now()
        batch.report = {**batch.report, **_report(check, table)}
        batch.report["written"] = ImportChange.objects.filter(batch=batch).count()
        batch.save(update_fields=["state", "progress", "applied_at", "report"])
        audit.record(
            by=batch.by, action="core.apply_import", subject=batch, edition=_edition(batch),
            counts=check.counts, written=batch.report["written"],
        )  # fmt: skip


def undo(*, by: Any, batch: ImportBatch) -> ImportBatch:
    """Puts every row that the import wrote back as it was; refused when something later depends on it."""
    targets.target(batch.target).require(by, batch.edition_id)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, 0)", [LOCK])
        batch = _locked(batch)
        _require_state(batch, State.APPLIED)
        try:
            counts = Ledger(batch).undo()
        except LaterChange as later:
            if later.code == "changed_later":
                message = _(
                    "The import cannot be undone: %(count)s of its rows were changed later (%(rows)s)."
                )
                step = _("Undo the later import first, or correct those figures one by one.")
            else:
                message = _(
                    "The import cannot be undone: something else uses the rows that it created (%(rows)s)."
                )
                step = _(
                    "Remove what uses them first, such as corrections, other figures or a place in an edition."
                )
            raise DomainError(
                message % {"count": later.data["count"], "rows": later.data["labels"]},
                next_step=step,
                code=later.code,
            ) from later
        batch.state, batch.undone_at = State.UNDONE, timezone.now()
        batch.save(update_fields=["state", "undone_at"])
        audit.record(
            by=by, action="core.undo_import", subject=batch, edition=_edition(batch), restored=counts
        )
    return batch


def discard(*, by: Any, batch: ImportBatch) -> ImportBatch:
    """Closes a batch that was not imported; the file stays with it."""
    targets.target(batch.target).require(by, batch.edition_id)
    with transaction.atomic():
        batch = _locked(batch)
        _require_state(batch, State.PREVIEW, State.FAILED)
        batch.state = State.DISCARDED
        batch.save(update_fields=["state"])
        audit.record(by=by, action="core.discard_import", subject=batch, edition=_edition(batch))
    return batch


def read_batch(batch: ImportBatch) -> parse.Table:
    """The table in the batch's file."""
    return _read(bytes(batch.content.data), batch.file_name)


def is_being_saved(batch: ImportBatch) -> bool:
    """True while a living worker holds the lock of the batch."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND classid = %s AND objid = %s"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))",
            [LOCK, batch.pk],
        )
        return cursor.fetchone()[0]


@contextmanager
def _being_saved(batch_id: int) -> Iterator[bool]:
    """Holds the batch's lock; yields False when another worker has it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK, batch_id])
        mine = cursor.fetchone()[0]
        try:
            yield mine
        finally:
            if mine:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK, batch_id])


def _read(data: bytes, file_name: str) -> parse.Table:
    try:
        return parse.read_table(data)
    except parse.FileRefused as refused:
        message, step = messages.REFUSED[refused.code]
        values = {"file": file_name, **refused.data}
        if "kind" in values:
            values["kind"] = messages.KINDS[values["kind"]]
        raise DomainError(
            message % values, next_step=step, field="file", code=f"file_{refused.code}"
        ) from refused


def _check(batch: ImportBatch, kind: targets.Target, table: parse.Table) -> None:
    """Puts the findings of a check into the batch's report; drops decisions whose question is gone."""
    check = kind.check(table, batch.mapping, batch.decisions)
    batch.report = _report(check, table)
    batch.report["notes"] = [[note.code, note.data] for note in table.notes] + _notes(batch, table)
    batch.report["series"] = kind.series(table, batch.mapping)
    asked = {question.key for question in check.questions}
    batch.decisions = {key: choice for key, choice in batch.decisions.items() if key in asked}
    for question in check.questions:
        if question.suggested:
            batch.decisions.setdefault(question.key, question.suggested)


def _report(check: targets.Check, table: parse.Table) -> dict[str, Any]:
    order = {targets.ERROR: 0, targets.WARNING: 1, targets.NOTE: 2}
    found = sorted(check.messages, key=lambda message: (order[message.severity], message.line))
    severities = [message.severity for message in found]
    problems = list(check.problems)
    if not problems and not check.counts.get("new") and not check.counts.get("changed"):
        problems.append(("nothing_to_import", {}))
    return {
        "counts": {**check.counts, "rows": len(table.rows), **{s: severities.count(s) for s in order}},
        "messages": [asdict(message) for message in found[:SHOWN_MESSAGES]],
        "times": Counter(f"{message.severity}:{message.code}" for message in found),
        "questions": [asdict(question) for question in check.questions],
        "problems": problems,
        "header": table.header,
        "sample": [[str(cell)[:60] for cell in row] for row in table.rows[:SHOWN_ROWS]],
        "sample_lines": table.lines[:SHOWN_ROWS],
    }


def _notes(batch: ImportBatch, table: parse.Table) -> list[list[Any]]:
    """What earlier imports say about this file: that it is known, or that its header is new."""
    earlier = ImportBatch.objects.filter(target=batch.target, state=State.APPLIED).exclude(pk=batch.pk)
    notes: list[list[Any]] = []
    if same := earlier.filter(sha256=batch.sha256).first():
        date = timezone.localtime(same.applied_at).date().isoformat()
        notes.append(["same_file", {"date": date, "batch": same.pk}])
    known = _known_roles(batch.target)
    if known and set(table.header) & known.keys():
        notes += [["header_new", {"header": name}] for name in table.header if name and name not in known][:5]
    return notes


def _known_roles(target: str) -> dict[str, str]:
    """Header → the role that people gave it in the last imports of this kind."""
    known: dict[str, str] = {}
    recent = ImportBatch.objects.filter(target=target, state=State.APPLIED).order_by("-id")[:20]
    for mapping, header in recent.values_list("mapping", "report__header"):
        for name, column in zip(header or [], mapping.get("columns", []), strict=False):
            known.setdefault(name, column["role"])
    return known


def _locked(batch: ImportBatch) -> ImportBatch:
    return ImportBatch.objects.select_for_update().get(pk=batch.pk)


def _require_state(batch: ImportBatch, *states: str) -> None:
    if batch.state not in states:
        raise DomainError(
            _("This import is in the state “%(state)s”, so that cannot be done.")
            % {"state": batch.get_state_display()},
            next_step=_("Open the import again to see where it is."),
            code="wrong_state",
        )


def _edition(batch: ImportBatch) -> Any:
    """What the audit entry wants of an edition: its key. Core itself knows no edition."""
    return None if batch.edition_id is None else SimpleNamespace(pk=batch.edition_id)
