"""The paper twin of a record: sheets with a code of their own, and photos of them."""

import hashlib
import io

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

from ratusz.apps.accounts.models import User
from ratusz.apps.core import audit
from ratusz.apps.core.errors import DomainError, NotAllowed, Text
from ratusz.apps.dialogue.models import NoteSheet, Round, Session, Table, TableRecord
from ratusz.apps.dialogue.queries.access import blocks_open_to
from ratusz.apps.editions.permissions import require

LARGEST = 12 * 1024 * 1024
MOST_PIXELS = 60_000_000
SIDE = 2400
FORMATS = ("JPEG", "PNG", "WEBP")
PER_RECORD = 10
TOO_LARGE = _("The photo is larger than 12 MB.")


@transaction.atomic
def prepare_sheets(*, by: User, session: Session) -> list[TableRecord]:
    """The records of all tables and rounds that the person may read, each with the code of its sheet."""
    require(by, "dialogue.print", session.edition)
    blocks = blocks_open_to(by, session)
    tables = Table.objects.filter(block__in=blocks).values_list("pk", "block")
    rounds = list(Round.objects.filter(block__in=blocks).values_list("pk", "block"))
    TableRecord.objects.bulk_create(
        [
            TableRecord(table_id=table, round_id=turn)
            for table, block in tables
            for turn, other in rounds
            if block == other
        ],
        ignore_conflicts=True,
    )
    audit.record(by=by, action="dialogue.print_sheets", subject=session, edition=session.edition)
    return list(
        TableRecord.objects.filter(table__block__in=blocks)
        .select_related("table__topic", "table__room", "table__block", "table__city_question", "round")
        .order_by("round__starts_at", "table__block", "table__number")
    )


@transaction.atomic
def attach_sheet(*, by: User | None, record: TableRecord, sent: bytes) -> NoteSheet:
    """Stores a photo of the record's sheet. The secret code on the paper is the right to do so.

    The same photo sent again is the same sheet.
    """
    edition = record.table.block.session.edition
    if not edition.phase_allows("dialogue.write_notes"):
        raise NotAllowed(
            _("Notes of the tables are not taken now."),
            next_step=_("Give the paper to an organiser."),
            code="closed",
        )
    record = TableRecord.objects.select_for_update(of=["self"]).get(pk=record.pk)
    digest = hashlib.sha256(sent).hexdigest()
    if known := record.sheets.filter(sha256=digest).first():
        return known
    if record.sheets.count() >= PER_RECORD:
        raise DomainError(
            _("This sheet has %(number)d photos already.") % {"number": PER_RECORD},
            next_step=_("Give the paper to an organiser."),
            code="too_many",
        )
    sheet = NoteSheet.objects.create(record=record, photo=plain_jpeg(sent), sha256=digest)
    audit.record(by=by, action="dialogue.attach_sheet", subject=record, edition=edition)
    return sheet


@transaction.atomic
def mark_typed_up(*, by: User, sheet: NoteSheet) -> NoteSheet:
    """Says that everything on the sheet stands in notes."""
    edition = sheet.record.table.block.session.edition
    require(by, "dialogue.harvest", edition)
    sheet = NoteSheet.objects.select_for_update(of=["self"]).defer("photo").get(pk=sheet.pk)
    if sheet.typed_up_at is None:
        sheet.typed_up_at = timezone.now()
        sheet.save(update_fields=["typed_up_at"])
        audit.record(by=by, action="dialogue.type_up_sheet", subject=sheet.record, edition=edition)
    return sheet


def plain_jpeg(sent: bytes) -> bytes:
    """The picture drawn anew: upright, without place, camera or anything else that a phone writes into it."""
    if len(sent) > LARGEST:
        raise _no_photo(TOO_LARGE)
    try:
        with Image.open(io.BytesIO(sent), formats=FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise _no_photo(_("The photo has more than 60 million pixels."))
            # A photo of a large camera is read at the size that is needed, not at its own.
            picture.draft("RGB", (SIDE, SIDE))
            upright = ImageOps.exif_transpose(picture).convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise _no_photo(_("This file is no photo that we can read.")) from None
    upright.thumbnail((SIDE, SIDE))
    clean = Image.new("RGB", upright.size)
    clean.paste(upright)
    drawn = io.BytesIO()
    clean.save(drawn, "JPEG", quality=82, optimize=True)
    return drawn.getvalue()


def _no_photo(message: Text) -> DomainError:
    return DomainError(
        message, field="photo", next_step=_("Send a JPEG, PNG or WebP of up to 12 MB."), code="no_photo"
    )
