"""What is written at a table: notes without persons, hand-over, harvest, the table's own confirmation."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ratusz.apps.accounts.models import User
from ratusz.apps.core import audit
from ratusz.apps.core.errors import DomainError, NotAllowed
from ratusz.apps.dialogue.detector import findings
from ratusz.apps.dialogue.models import Note, Round, Stakeholder, Table, TableRecord
from ratusz.apps.dialogue.queries.notes import names_at, tables_to_write
from ratusz.apps.editions.permissions import require

WRITE = "dialogue.write_notes"
LONGEST_CARD = 2000
AHEAD = timedelta(minutes=15)  # a phone's clock may be a little fast


@transaction.atomic
def save_note(
    *,
    by: User,
    table: Table,
    turn: Round,
    key: uuid.UUID,
    kind: str,
    text: str,
    role: str = "",
    edit: int = 1,
    written_at: datetime | None = None,
    seen: int | None = None,
) -> Note:
    """Stores a note of the table, or a later edit of it; sent again, it is the same note.

    An edit that is older than the stored one changes nothing, and a note that was taken back stays so. Whoever names
    the edit that they have `seen` is told where the table wrote a later one or took the note back.
    """
    record = _record(by, table, turn)
    text = text.strip()
    _check(kind, role, text)
    now = timezone.now()
    known = Note.objects.select_for_update().filter(key=key).first()
    if known is not None:
        if known.record_id != record.pk:
            raise DomainError(
                _("This note belongs to another table."),
                next_step=_("Write it as a new note."),
                code="other_table",
            )
        if seen is not None:
            _refuse_unseen(known, seen)
        if edit <= known.edit or known.withdrawn_at:
            return known
        if text != known.text:
            known.naming = _naming(text, table, turn)
        known.kind, known.role, known.text, known.edit, known.received_at = kind, role, text, edit, now
        known.save()
        note = known
    else:
        written = min(written_at or now, now + AHEAD)
        note = Note.objects.create(
            key=key,
            record=record,
            kind=kind,
            role=role,
            text=text,
            edit=edit,
            written_at=written,
            received_at=now,
            naming=_naming(text, table, turn),
        )
    _open_again(record)
    audit.record(by=by, action="dialogue.save_note", subject=record, edition=table.block.session.edition)
    return note


def _refuse_unseen(note: Note, seen: int) -> None:
    if note.withdrawn_at:
        raise DomainError(
            _("The table took this note back in the meantime."),
            next_step=_("It is shown nowhere any more; your words are kept below."),
            field="text", code="withdrawn",
        )  # fmt: skip
    if note.edit != seen:
        raise DomainError(
            _("The table wrote this note anew in the meantime: “%(text)s”") % {"text": note.text},
            next_step=_("Your words are kept below. Save again to put them in its place."),
            field="text", code="changed",
        )  # fmt: skip


@transaction.atomic
def withdraw_note(*, by: User, note: Note) -> Note:
    """Takes a note back; it is shown nowhere any more."""
    record = _record(by, note.record.table, note.record.round)
    note = Note.objects.select_for_update().get(pk=note.pk)
    if note.withdrawn_at is None:
        note.withdrawn_at = timezone.now()
        note.save(update_fields=["withdrawn_at"])
        note.themes.clear()
        _open_again(record)
        audit.record(
            by=by, action="dialogue.withdraw_note", subject=record, edition=record.table.block.session.edition
        )
    return note


@transaction.atomic
def save_cards(
    *, by: User, table: Table, turn: Round, handover: str | None = None, harvest: str | None = None
) -> TableRecord:
    """Writes the hand-over to the next round and the three points of the harvest."""
    record = _record(by, table, turn)
    for field, value in {"handover": handover, "harvest": harvest}.items():
        if value is None:
            continue
        value = value.strip()
        if len(value) > LONGEST_CARD:
            raise DomainError(
                _("The text has %(length)d characters; at most %(most)d fit.")
                % {"length": len(value), "most": LONGEST_CARD},
                field=field, next_step=_("Shorten it."), code="too_long",
            )  # fmt: skip
        if field == "harvest" and value != record.harvest:
            record.naming = _naming(value, table, turn)
        setattr(record, field, value)
    record.save(update_fields=["handover", "harvest", "naming"])
    audit.record(by=by, action="dialogue.save_cards", subject=record, edition=table.block.session.edition)
    return record


@transaction.atomic
def confirm_record(*, by: User, table: Table, turn: Round) -> TableRecord:
    """Notes that the record was read to the table, and that the table said it is right."""
    record = _record(by, table, turn)
    if not record.notes.filter(withdrawn_at=None).exists():
        raise DomainError(
            _("There is nothing to read back yet."),
            next_step=_("Write a note first."),
            code="nothing_written",
        )
    if record.confirmed_at is None:
        record.confirmed_at = timezone.now()
        record.save(update_fields=["confirmed_at"])
        audit.record(
            by=by, action="dialogue.confirm_record", subject=record, edition=table.block.session.edition
        )
    return record


@transaction.atomic
def reopen_record(*, by: User, table: Table, turn: Round, reason: str) -> TableRecord:
    """Takes the table's confirmation away, for a reason that stays in the audit log."""
    record = _record(by, table, turn)
    reason = " ".join(reason.split())
    if not reason:
        raise DomainError(
            _("The reason is missing."), field="reason", next_step=_("Say in a few words what was wrong."),
            code="required",
        )  # fmt: skip
    if record.confirmed_at is not None:
        _open_again(record)
        audit.record(
            by=by, action="dialogue.reopen_record", subject=record, edition=record.table.block.session.edition,
            reason=reason[:300],
        )  # fmt: skip
    return record


@transaction.atomic
def clear_note(*, by: User, note: Note) -> Note:
    """Says that an organiser read the note and that it names nobody: it may be used in the harvest."""
    session = note.record.table.block.session
    require(by, "dialogue.harvest", session.edition)
    note = Note.objects.select_for_update().select_related("record").get(pk=note.pk)
    if note.naming == Note.Naming.SUSPECTED:
        note.naming = Note.Naming.CLEARED
        note.save(update_fields=["naming"])
        audit.record(by=by, action="dialogue.clear_note", subject=note.record, edition=session.edition)
    return note


@transaction.atomic
def clear_harvest(*, by: User, record: TableRecord) -> TableRecord:
    """Says that an organiser read the harvest of a table and that it names nobody."""
    edition = record.table.block.session.edition
    require(by, "dialogue.harvest", edition)
    record = TableRecord.objects.select_for_update().get(pk=record.pk)
    if record.naming == TableRecord.Naming.SUSPECTED:
        record.naming = TableRecord.Naming.CLEARED
        record.save(update_fields=["naming"])
        audit.record(by=by, action="dialogue.clear_harvest", subject=record, edition=edition)
    return record


def _naming(text: str, table: Table, turn: Round) -> str:
    return Note.Naming.SUSPECTED if findings(text, names_at(table, turn)) else Note.Naming.NOBODY


def _record(by: User, table: Table, turn: Round) -> TableRecord:
    """The record, locked; made by the first thing that is written."""
    session = table.block.session
    require(by, WRITE, session.edition)
    if not tables_to_write(by, session).filter(pk=table.pk).exists():
        raise NotAllowed(
            _("You do not host this table."),
            next_step=_("Ask the organiser to make you its moderator or note-taker."),
            code="not_a_host",
        )
    if turn.block_id != table.block_id:
        raise DomainError(
            _("%(table)s is not used in this round.") % {"table": table},
            next_step=_("Choose a round of its own block."), code="other_block",
        )  # fmt: skip
    made, _new = TableRecord.objects.get_or_create(table=table, round=turn)
    return (
        TableRecord.objects.select_for_update(of=["self"])
        .select_related("table__block__session")
        .get(pk=made.pk)
    )


def _open_again(record: TableRecord) -> None:
    """What was confirmed was read before this change: it has to be read again."""
    if record.confirmed_at:
        record.confirmed_at = None
        record.save(update_fields=["confirmed_at"])


def _check(kind: str, role: str, text: str) -> None:
    problems: list[dict[str, Any]] = []
    if kind not in Note.Kind.values:
        problems.append({"message": _("“%(kind)s” is no kind of note.") % {"kind": kind}, "field": "kind"})
    if role and role not in Stakeholder.values:
        problems.append({"message": _("“%(role)s” is no role at a table.") % {"role": role}, "field": "role"})
    if not text:
        problems.append({"message": _("The note is empty."), "field": "text"})
    if len(text) > Note.TEXT_LENGTH:
        problems.append(
            {
                "message": _("The note has %(length)d characters; at most %(most)d fit.")
                % {"length": len(text), "most": Note.TEXT_LENGTH},
                "field": "text",
            }
        )
    if problems:
        first = problems[0]
        raise DomainError(
            first["message"],
            field=first["field"],
            next_step=_("Correct it and send it again."),
            code="bad_note",
        )
