"""The words of the preview, by code: a report is stored as codes, and read in the reader's own language."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language, ngettext_lazy, override
from django.utils.translation import gettext_lazy as _

from ratusz.apps.core.errors import Text
from ratusz.apps.core.templatetags.formats import number

KINDS: dict[str, Text] = {
    "zip": _("a ZIP archive"),
    "exe": _("a program"),
    "pdf": _("a PDF document"),
    "xls": _("an old Excel workbook (.xls)"),
    "docx": _("a Word document"),
    "ods": _("an OpenDocument spreadsheet"),
    "gzip": _("a compressed file"),
    "7z": _("a 7-Zip archive"),
    "rar": _("a RAR archive"),
    "image": _("a picture"),
    "rtf": _("a text document (RTF)"),
    "html": _("a web page"),
    "xml": _("an XML file"),
    "json": _("a JSON file"),
    "binary": _("a file of an unknown kind"),
}

REFUSED: dict[str, tuple[Text, Text]] = {
    "empty": (_("The file “%(file)s” is empty."), _("Choose a file with a header and rows.")),
    "no_rows": (
        _("The file “%(file)s” has a header and no rows."),
        _("Export it again with the figures, then upload it here."),
    ),
    "too_large": (
        _("The file “%(file)s” has %(megabytes)s MB; the limit is %(limit)s MB."),
        _("Export fewer years or indicators at a time."),
    ),
    "wrong_kind": (
        _("“%(file)s” is %(kind)s, not a table."),
        _("Save the table as CSV (UTF-8) or as an Excel workbook (.xlsx) and upload that."),
    ),
    "too_many_rows": (
        _("The file “%(file)s” has more than %(limit)s rows."),
        _("Split it into several files, by year for example."),
    ),
    "too_many_columns": (
        _("The file “%(file)s” has more than %(limit)s columns."),
        _("Leave only the columns that you need."),
    ),
    "unpacks_too_large": (
        _("The workbook “%(file)s” unpacks to %(megabytes)s MB; the limit is %(limit)s MB."),
        _("Save the one sheet with the table as CSV and upload that."),
    ),
    "broken_workbook": (
        _("The workbook “%(file)s” is damaged or locked with a password."),
        _("Open it in a spreadsheet program, save it again as .xlsx or CSV, and upload that."),
    ),
    "broken_text": (
        _("The file “%(file)s” cannot be read from line %(line)s on."),
        _("Check that line: a quotation mark may be missing."),
    ),
}

MESSAGES: dict[str, Text] = {
    # What was noticed in the file
    "read_as": _("Read as %(encoding)s with the separator “%(separator)s”."),
    "bad_letters": _("Some letters could not be read as %(encoding)s and show as �."),
    "title_left_out": _("The title “%(text)s” above the header is left out."),
    "header_of_lines": _("The header has %(count)s lines; they are joined."),
    "empty_columns": ngettext_lazy(
        "%(count)s column with neither a header nor cells is left out.",
        "%(count)s columns with neither a header nor cells are left out.",
        "count",
    ),
    "blank_headers": _("Columns without a header: %(columns)s. Say below what they hold."),
    "header_twice": _("The header “%(header)s” stands above %(count)s columns. Check the choice for each."),
    "same_file": _("The same file was imported on %(date)s (import no. %(batch)s)."),
    "header_new": _("The header “%(header)s” was not in the earlier imports of this kind. Check its choice."),
    # What stops the whole import
    "nothing_to_import": _("There is nothing to import: no row is left that would change anything."),
    # Options of any question
    "option:missing": _("Treat them as no data"),
    "option:keep": _("They are right: import them as they are"),
    "option:leave_out": _("Leave these figures out"),
    "option:divide_1000": _("Divide them by 1000"),
    "option:multiply_1000": _("Multiply them by 1000"),
    "option:divide_100": _("Divide them by 100"),
    "option:multiply_100": _("Multiply them by 100"),
    "option:accept": _("I have checked them: import them"),
    "option:overwrite": _("Replace them with the figures of the file"),
    "option:as_thousands": _("The mark separates thousands"),
    "option:as_decimals": _("The mark separates decimals"),
}


def add(messages: Mapping[str, Text]) -> None:
    """Adds the words of an app's own codes."""
    MESSAGES.update(messages)


def words(code: str, data: Mapping[str, Any]) -> str:
    """The message in the active language; a float is written as a number, anything else as it is."""
    shown = {key: _shown(value) for key, value in data.items()}
    return str(MESSAGES[code] % shown) if shown else str(MESSAGES[code])


def both(text: Text) -> dict[str, str]:
    """The text in both languages, for data that a report keeps."""
    found = {}
    for language in ("pl", "en"):
        with override(language):
            found[language] = str(text)
    return found


def _shown(value: Any) -> Any:
    if isinstance(value, dict):
        return value.get((get_language() or "pl")[:2]) or value["pl"]
    if isinstance(value, float):
        return number(value, 0 if value.is_integer() else 2 if abs(value) >= 1 else 4)
    return value
