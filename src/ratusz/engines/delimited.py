"""Tables as people save them: CSV in UTF-8 or cp1250, with commas, semicolons or tabs."""

from __future__ import annotations

import csv
import io
import re

from ratusz.engines.contracts import EngineError

# What people write where nothing is known.
MISSING = frozenset(
    ("", "-", "–", "—", ".", "..", ":", "na", "n/a", "n/d", "nd", "b.d.", "b.d", "bd", "nan", "null", "none", "brak")
)  # fmt: skip


def numbered_rows(content: bytes | str, what: str = "Data file") -> tuple[list[tuple[int, list[str]]], str]:
    """Return the rows that are not all empty, each with its line in the file, and what separates the cells.

    >>> numbered_rows("town;books\\n\\nEłk;6\\n")
    ([(1, ['town', 'books']), (3, ['Ełk', '6'])], ';')
    """
    text = _decode(content, what) if isinstance(content, bytes) else content.removeprefix("\ufeff")
    delimiter = _delimiter(text)
    reader = csv.reader(io.StringIO(text), delimiter=delimiter)
    rows, first = [], 1
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                rows.append((first, row))
            first = reader.line_num + 1
    except csv.Error as error:
        raise EngineError(what, f"no table ({error})", "it must be CSV text", "save it as CSV") from None
    return rows, delimiter


def _decode(content: bytes, what: str) -> str:
    if content.startswith(b"PK\x03\x04"):
        raise EngineError(
            what, "a spreadsheet workbook", "it must be CSV text", "save the sheet as CSV UTF-8"
        )
    for encoding in ("utf-8-sig", "cp1250") if b"\0" not in content else ():  # UTF-16 is full of zero bytes
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            pass
    raise EngineError(
        what, "unreadable letters", "it must be UTF-8 or Windows-1250 text", "save it as CSV UTF-8"
    )


def _delimiter(text: str) -> str:
    first = re.sub(r'"[^"]*"', "", text.lstrip("\r\n").split("\n", 1)[0])
    return max((",", ";", "\t"), key=first.count)
