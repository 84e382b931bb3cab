"""Tables as CSV, JSON and XLSX, written row by row: memory does not grow with the number of rows."""

import csv
import io
import json
import tempfile
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from typing import Any

from asgiref.sync import sync_to_async
from django.db.models import QuerySet
from django.http import StreamingHttpResponse

from ratusz.apps.api.tables import FieldRecord, dictionary
from ratusz.apps.core.open_data import guarded
from ratusz.apps.core.public_data import Record, Table

PIECE = 64 * 1024
BATCH = 2000
LONGEST_SHEET = 1_000_000  # rows; Excel ends a sheet at 1,048,576
KINDS = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class Stream(StreamingHttpResponse):
    """An answer in pieces that stay pieces: Django's own makes a list of them all under ASGI."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        pieces = iter(self.streaming_content)
        while (piece := await sync_to_async(next)(pieces, None)) is not None:
            yield piece


def records_of(table: Table, rows: QuerySet) -> Iterator[Record]:
    """The records of a table, read from the database in batches."""
    for row in rows.iterator(BATCH):
        yield from table.records(row)


def as_csv(record: type[Record], records: Iterable[Record]) -> Iterator[bytes]:
    """Commas, decimal points, UTF-8; an empty cell is a missing value; a text never begins as a formula does."""
    names = list(record.model_fields)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(names)
    for one in records:
        values = one.model_dump(mode="json")
        writer.writerow([_cell(values[name]) for name in names])
        if out.tell() > PIECE:
            yield out.getvalue().encode()
            out.seek(0)
            out.truncate()
    yield out.getvalue().encode()


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return guarded(value)
    return repr(value) if isinstance(value, float) else value


def as_json(about: dict[str, Any], records: Iterable[Record]) -> Iterator[bytes]:
    """One object: what the table is, and its rows, a row a line."""
    head = json.dumps(about, ensure_ascii=False, indent=1).removesuffix("\n}")
    piece, size = [head, ',\n "rows": ['], 0
    between = "\n"
    for one in records:
        line = one.model_dump_json()
        piece.append(between + line)
        between = ",\n"
        size += len(line)
        if size > PIECE:
            yield "".join(piece).encode()
            piece, size = [], 0
    piece.append("\n]}\n")
    yield "".join(piece).encode()


def as_xlsx(
    name: str, record: type[Record], records: Iterable[Record], notes: Iterable[Record]
) -> Iterator[bytes]:
    """A workbook with the table and the sheet "dictionary"; a long table goes on on a second sheet."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    names = list(record.model_fields)
    sheet = None
    for number, one in enumerate(records):
        if number % LONGEST_SHEET == 0:
            sheet = _sheet(book, name if number == 0 else f"{name} {number // LONGEST_SHEET + 1}", names)
        values = one.model_dump(mode="json")
        sheet.append([guarded(v) if isinstance(v, str) else v for v in map(values.get, names)])
    if sheet is None:
        _sheet(book, name, names)
    _append_notes(book, notes)
    with tempfile.TemporaryFile() as file:
        book.save(file)
        file.seek(0)
        while piece := file.read(PIECE):
            yield piece


def _sheet(book: Any, title: str, names: list[str]) -> Any:
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    sheet.append(names)
    return sheet


def _append_notes(book: Any, notes: Iterable[Record]) -> None:
    sheet = _sheet(book, "dictionary", list(FieldRecord.model_fields))
    for note in notes:
        sheet.append([guarded(str(value)) for value in note.model_dump().values()])


def pieces_of(table: Table, rows: QuerySet, ending: str, about: dict[str, Any]) -> Iterator[bytes]:
    """The file of a table, ending in csv, json or xlsx, piece by piece."""
    records = records_of(table, rows)
    notes = [note for note in dictionary() if note.table == table.code]
    writers: dict[str, Callable[[], Iterator[bytes]]] = {
        "csv": lambda: as_csv(table.record, records),
        "json": lambda: as_json(about | {"fields": [note.model_dump() for note in notes]}, records),
        "xlsx": lambda: as_xlsx(table.code, table.record, records, notes),
    }
    return writers[ending]()
