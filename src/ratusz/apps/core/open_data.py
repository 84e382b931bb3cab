"""Tables for others to use: CSV, XLSX and JSON with a dictionary of their fields, safe to open in a spreadsheet."""

import csv
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
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
    names = [field.name for field in fields]
    return write_table(names, ([record.get(name) for name in names] for record in records), polish=polish)


def write_table(names: Iterable[str], rows: Iterable[Iterable[Any]], *, polish: bool) -> bytes:
    """The same for a table without a dictionary, such as the data of a picture."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";" if polish else ",", lineterminator="\r\n")
    writer.writerow([guarded(name) for name in names])
    writer.writerows([_cell(value, polish=polish) for value in row] for row in rows)
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


KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}


def table_download(
    request: HttpRequest,
    ending: str,
    *,
    name: str,
    title: str,
    fields: Sequence[Field],
    records: Iterable[Record],
    about: Record,
    rows: str = "cities",
) -> HttpResponse:
    """The table as "csv", "xlsx" or "json" (shown, not saved).

    Polish pages give the Polish form of CSV unless `?format=plain` asks for commas and decimal points.
    """
    match ending:
        case "csv":
            polish = get_language() == "pl" and request.GET.get("format") != "plain"
            content = write_csv(fields, records, polish=polish)
        case "xlsx":
            content = write_xlsx(title, fields, records, about)
        case _:
            content = write_json(fields, records, about, rows=rows)
    return as_download(content, KINDS[ending], f"{name}.{ending}", inline=ending == "json")


def as_download(content: bytes | str, kind: str, name: str, *, inline: bool = False) -> HttpResponse:
    """The answer that a browser saves under the name, or shows where `inline` says so."""
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = content_disposition_header(not inline, name)
    return answer


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
