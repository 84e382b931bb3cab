"""Tables for others to use: CSV, XLSX and JSON with a dictionary of their fields, safe to open in a spreadsheet."""

import csv
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

# A cell that begins so would run as a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass(frozen=True)
class Field:
    """A column of the export: its name, what it means and its unit."""

    name: str
    meaning: str
    unit: str = ""


Record = dict[str, Any]


def write_csv(fields: Sequence[Field], records: Iterable[Record], *, polish: bool) -> bytes:
    """UTF-8 with a byte order mark. `polish`: semicolons and decimal commas, as a Polish spreadsheet expects."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";" if polish else ",", lineterminator="\r\n")
    writer.writerow([field.name for field in fields])
    for record in records:
        writer.writerow([_cell(record.get(field.name), polish=polish) for field in fields])
    return ("\ufeff" + out.getvalue()).encode()


def write_xlsx(title: str, fields: Sequence[Field], records: Iterable[Record], about: Record) -> bytes:
    """A workbook: the table, the dictionary of its fields, and where it comes from."""
    from openpyxl import Workbook  # half a second that only this needs

    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "C2"
    sheet.append([field.name for field in fields])
    for record in records:
        sheet.append([_excel(record.get(field.name)) for field in fields])
    dictionary = book.create_sheet(_("Fields"))
    dictionary.append([_("field"), _("meaning"), _("unit")])
    for field in fields:
        dictionary.append([field.name, guarded(field.meaning), guarded(field.unit)])
    origin = book.create_sheet(_("Origin"))
    for key, value in about.items():
        origin.append(
            [key, guarded(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))]
        )
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def write_json(fields: Sequence[Field], records: Iterable[Record], about: Record, *, rows: str) -> bytes:
    """One document: origin, dictionary of the fields, and the records under the name `rows`."""
    document = {
        "about": about,
        "fields": [{"name": f.name, "meaning": f.meaning, "unit": f.unit or None} for f in fields],
        rows: list(records),
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def guarded(text: str) -> str:
    """The text with an apostrophe in front where a spreadsheet would take it for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _cell(value: Any, *, polish: bool) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value).replace(".", ",") if polish else repr(value)
    return guarded(_text(value))


def _excel(value: Any) -> Any:
    return value if value is None or isinstance(value, (bool, int, float)) else guarded(_text(value))


def _text(value: Any) -> str:
    return "; ".join(value) if isinstance(value, list) else str(value)
