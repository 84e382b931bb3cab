"""From the bytes of a file to a table of cells, with what was noticed on the way. No Django, no I/O."""

import csv
import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import takewhile
from typing import Any

from ratusz.apps.core.imports.cells import Cell, is_missing, looks_like_code, looks_like_number, text_of

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a file may be before it is refused."""

    size: int = 25 * MEGABYTE
    unpacked: int = 200 * MEGABYTE
    rows: int = 60_000
    columns: int = 300


LIMITS = Limits()


class FileRefused(Exception):
    """The file cannot be read as a table; `code` names why, `data` fills the message."""

    def __init__(self, code: str, **data: Any) -> None:
        super().__init__(code, data)
        self.code, self.data = code, data


@dataclass(frozen=True, slots=True)
class Note:
    """Something that was noticed and put right, such as an empty last column."""

    code: str
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Table:
    """A header and rows of the same width; `lines` are the row numbers that the person sees in the file."""

    header: list[str]
    rows: list[list[Cell]]
    lines: list[int]
    notes: list[Note]


def read_table(data: bytes, limits: Limits = LIMITS) -> Table:
    """The table in a CSV, TSV or XLSX file; raises FileRefused for anything else."""
    if len(data) > limits.size:
        raise FileRefused(
            "too_large", megabytes=round(len(data) / MEGABYTE, 1), limit=limits.size // MEGABYTE
        )
    kind = kind_of(data)
    if kind == "empty":
        raise FileRefused("empty")
    if kind not in {"text", "xlsx"}:
        raise FileRefused("wrong_kind", kind=kind)
    if kind == "xlsx":
        numbered, notes = _xlsx_rows(data, limits), []
    else:
        text, encoding = decode(data)
        numbered, notes = _text_rows(text, encoding)
    rows: list[tuple[int, list[Cell]]] = []
    for line, row in numbered:
        if any(not _blank(cell) for cell in row):
            if len(rows) > limits.rows:
                raise FileRefused("too_many_rows", limit=limits.rows)
            if len(row) > limits.columns:
                raise FileRefused("too_many_columns", limit=limits.columns)
            rows.append((line, row))
    if not rows:
        raise FileRefused("empty")
    return _shape(rows, notes)


_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "pdf"), (b"MZ", "exe"), (b"\x7fELF", "exe"), (b"\xd0\xcf\x11\xe0", "xls"), (b"\x1f\x8b", "gzip"),
    (b"7z\xbc\xaf", "7z"), (b"Rar!", "rar"), (b"\x89PNG", "image"), (b"\xff\xd8\xff", "image"), (b"GIF8", "image"),
    (b"{\\rtf", "rtf"),
)  # fmt: skip


def kind_of(data: bytes) -> str:
    """What the bytes are, whatever the file is called: text, xlsx, zip, pdf, exe, …"""
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        return "empty"
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            return kind
    if data.startswith(b"PK"):
        return _kind_of_zip(data)
    start = data[:2000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html", b"<table")):
        return "html"
    if start.startswith(b"<?xml"):
        return "xml"
    if start.startswith((b'{"', b"{\n", b"[{")):
        return "json"
    if b"\x00" in data[:4000] and not _is_utf16(data):
        return "binary"
    return "text"


def _kind_of_zip(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except zipfile.BadZipFile:
        return "zip"
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "word/document.xml" in names:
        return "docx"
    return "ods" if {"mimetype", "content.xml"} <= names else "zip"


def _is_utf16(data: bytes) -> bool:
    """True for a byte-order mark, or text whose every other byte is empty."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    head = data[:2000]
    return max(head[0::2].count(0), head[1::2].count(0)) > len(head) // 3


def decode(data: bytes) -> tuple[str, str]:
    """The text and the name of its encoding.

    >>> decode("Łódź".encode("cp1250"))
    ('Łódź', 'cp1250')
    """
    if data.startswith(b"\xef\xbb\xbf"):
        return data.decode("utf-8-sig", errors="replace"), "UTF-8 (BOM)"
    if _is_utf16(data):
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            return data.decode("utf-16", errors="replace"), "UTF-16"
        little = data[1:2000:2].count(0) > data[0:2000:2].count(0)
        return data.decode("utf-16-le" if little else "utf-16-be", errors="replace"), "UTF-16"
    try:
        return data.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError:
        pass
    # ą ś ź have other bytes in the two old Polish encodings; the rest is nearly the same.
    windows = sum(data.count(byte) for byte in (b"\xb9", b"\x9c", b"\x9f", b"\x8c", b"\x8f"))
    iso = sum(data.count(byte) for byte in (b"\xb1", b"\xb6", b"\xbc", b"\xa6", b"\xac"))
    name = "iso-8859-2" if iso > windows else "cp1250"
    return data.decode(name, errors="replace"), name


def _text_rows(text: str, encoding: str) -> tuple[Iterator[tuple[int, list[Cell]]], list[Note]]:
    """Rows of a text file by the separator that fits best."""
    skipped = 0
    # Excel writes the separator of its own file into a first line such as "sep=;".
    if match := re.match(r"sep=(.)\r?\n", text, re.IGNORECASE):
        separator, text, skipped = match[1], text[match.end() :], 1
    else:
        separator = sniff_separator(text)
    notes = [Note("read_as", {"encoding": encoding, "separator": {"\t": "TAB"}.get(separator, separator)})]
    if "\ufffd" in text:
        notes.append(Note("bad_letters", {"encoding": encoding}))

    def rows() -> Iterator[tuple[int, list[Cell]]]:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        line = skipped + 1
        try:
            for row in reader:
                yield line, list(row)
                line = skipped + reader.line_num + 1
        except csv.Error as error:
            raise FileRefused("broken_text", line=line) from error

    return rows(), notes


def sniff_separator(text: str) -> str:
    """The one of `;`, tab, `,` and `|` that cuts the first lines into the same number of cells, and into most."""
    head = "".join(text[:200_000].splitlines(keepends=True)[:200])
    best, best_score = ";", (0.0, 0)
    for separator in ";\t,|":
        try:
            widths = Counter(
                len(row) for row in csv.reader(io.StringIO(head, newline=""), delimiter=separator) if row
            )
        except csv.Error:
            continue
        if not widths:
            continue
        width, times = max(widths.items(), key=lambda item: (item[1], item[0]))
        score = (round(times / widths.total(), 1), width)
        if width > 1 and score > best_score:
            best, best_score = separator, score
    return best


def _xlsx_rows(data: bytes, limits: Limits) -> Iterator[tuple[int, list[Cell]]]:
    """Rows of the first sheet that holds a table; a BDL workbook has a sheet of description before it."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        unpacked = sum(info.file_size for info in archive.infolist())
    if unpacked > limits.unpacked:
        raise FileRefused(
            "unpacks_too_large", megabytes=unpacked // MEGABYTE, limit=limits.unpacked // MEGABYTE
        )
    import openpyxl  # slow to import, and most files are text

    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheets = sorted(
            book.worksheets, key=lambda sheet: sheet.title.upper() not in {"TABLICA", "DANE", "DATA"}
        )
        for sheet in sheets:
            rows = []
            for line, cells in enumerate(sheet.iter_rows(max_col=limits.columns + 1), start=1):
                # A row far below the table would make the reader fill a million empty ones.
                if line > 4 * limits.rows:
                    raise FileRefused("too_many_rows", limit=limits.rows)
                row = [_xlsx_cell(cell) for cell in cells]
                while row and _blank(row[-1]):
                    row.pop()
                rows.append((line, row))
            if sum(len(row) > 1 for _line, row in rows) > 1:
                return iter(rows)
        raise FileRefused("empty")
    except FileRefused:
        raise
    except Exception as error:  # a broken workbook fails in many ways inside the reader
        raise FileRefused("broken_workbook") from error


def _xlsx_cell(cell: Any) -> Cell:
    """The cell as the person sees it: 5 % stays 5 %, a date is a date."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, int | float):
        if "%" in (cell.number_format or ""):
            return f"{value * 100:.10g}%"
        return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 1e15 else value
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    return str(value)


def _blank(cell: Cell) -> bool:
    return isinstance(cell, str) and not cell.strip(" \t\r\n\u00a0\u202f\ufeff")


def _shape(rows: list[tuple[int, list[Cell]]], notes: list[Note]) -> Table:
    """Splits header and body, joins a header of several lines, drops columns with nothing in them."""
    first = _first_body_row([row for _line, row in rows])
    head, body = rows[:first], rows[first:]
    # A title stands above the header, alone in its row.
    titles = list(takewhile(lambda row: sum(not _blank(cell) for cell in row[1]) == 1, head))
    if 0 < len(titles) < len(head):
        head = head[len(titles) :]
        notes.append(
            Note("title_left_out", {"text": text_of(next(c for c in titles[0][1] if not _blank(c)))[:80]})
        )
    if not body:
        raise FileRefused("no_rows")
    width = max(len(row) for _line, row in head + body)
    padded = [row + [""] * (width - len(row)) for _line, row in body]
    header = _join_header([row + [""] * (width - len(row)) for _line, row in head], width)
    if len(head) > 1:
        notes.append(Note("header_of_lines", {"count": len(head)}))
    kept = [i for i in range(width) if header[i] or any(not _blank(row[i]) for row in padded)]
    if len(kept) < width:
        notes.append(Note("empty_columns", {"count": width - len(kept)}))
    header = [header[i] for i in kept]
    padded = [[row[i] for i in kept] for row in padded]
    if blank := [i + 1 for i, name in enumerate(header) if not name]:
        notes.append(Note("blank_headers", {"columns": ", ".join(map(str, blank))}))
    for name, times in Counter(name for name in header if name).items():
        if times > 1:
            notes.append(Note("header_twice", {"header": name, "count": times}))
    return Table(header=header, rows=padded, lines=[line for line, _row in body], notes=notes)


def _first_body_row(rows: list[list[Cell]]) -> int:
    """The index of the first row that is data: it has a code of a unit, or mostly numbers beside a name."""
    for index, row in enumerate(rows[:20]):
        filled = [cell for cell in row if not _blank(cell)]
        if len(filled) < 2:
            continue
        if any(looks_like_code(cell) for cell in row[:3]):
            return index
    for index, row in enumerate(rows[:20]):
        filled = [cell for cell in row if not _blank(cell)]
        rest = [cell for cell in row[1:] if not _blank(cell)]
        numbers = [c for c in rest if looks_like_number(c) or is_missing(c)]
        years = [c for c in rest if re.fullmatch(r"(19|20)\d\d", text_of(c))]
        if len(filled) > 1 and len(numbers) * 2 >= len(rest) > 0 and len(years) < len(rest):
            return max(index, 1)
    return 1


def _join_header(head: list[list[Cell]], width: int) -> list[str]:
    """One name for each column; in a header of several lines a merged cell names the columns to its right."""
    if not head:
        return [""] * width
    lines = [[_clean(cell) for cell in row] for row in head]
    for line in lines[:-1]:
        for index in range(1, width):
            # Only to the right of a filled cell, and only where a lower line tells the columns apart.
            if (
                not line[index]
                and line[index - 1]
                and any(row[index] for row in lines[1:])
                and not lines[0][index]
            ):
                line[index] = line[index - 1]
    return [";".join(dict.fromkeys(part for part in column if part)) for column in zip(*lines, strict=True)]


def _clean(cell: Cell) -> str:
    return " ".join(text_of(cell).replace("\u00a0", " ").replace("\u202f", " ").replace("\ufeff", "").split())
