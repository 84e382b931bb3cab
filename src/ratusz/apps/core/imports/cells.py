"""What one cell means: a number in any spelling, nothing published, a code of a unit. Pure."""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Cell = str | int | float

_SPACES = re.compile(r"[\s\u00a0\u2007\u2009\u202f'’]+")
_MISSING = frozenset(
    ["", "b.d.", "b.d", "bd", "bd.", "b/d", "brak", "brak danych", "-", "–", "—", "--", "−", "n/d", "nd", "n.d.", "n.d",
     "n/a", "na", "nan", "null", "none", ".", "..", "...", "…", "x", ":", "(:)", "*", "#n/d", "#n/a", "#n/d!"]
)  # fmt: skip
# What separates thousands from decimals is decided for a whole column, not a cell.
_PLAIN = re.compile(r"[+-]?\d+")
_GROUPS = re.compile(r"[+-]?\d{1,3}(?:[.,]\d{3})+")
_DECIMAL = re.compile(r"[+-]?(?:\d+[.,]?\d*|[.,]\d+)(?:[eE][+-]?\d{1,3})?")


@dataclass(frozen=True, slots=True)
class Number:
    """What a cell says: a value, nothing published (`missing`), or something that is no number (`bad`)."""

    state: Literal["value", "missing", "bad"]
    value: float = math.nan
    percent: bool = False


MISSING = Number("missing")
BAD = Number("bad")


def text_of(cell: Cell) -> str:
    """The cell as text; a whole number has no decimal part."""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    return str(cell).strip()


def is_missing(cell: Cell) -> bool:
    """True for every way in which public tables write that there is no figure.

    >>> [is_missing(text) for text in ("b.d.", "–", "n/d", "", "x", "0")]
    [True, True, True, True, True, False]
    """
    if not isinstance(cell, str):
        return isinstance(cell, float) and math.isnan(cell)
    return " ".join(cell.replace("\u00a0", " ").replace("\u202f", " ").split()).lower() in _MISSING


def decimal_mark(cells: Iterable[Cell]) -> str:
    """The decimal mark of a column: the comma, unless a cell can only be read with the point.

    >>> decimal_mark(["1,234.5", "12"]), decimal_mark(["1.234,5"]), decimal_mark(["1.5"]), decimal_mark(["3,1"])
    ('.', ',', '.', ',')
    """
    point = comma = False
    for cell in cells:
        if not isinstance(cell, str):
            continue
        last_point, last_comma = cell.rfind("."), cell.rfind(",")
        if last_point >= 0 and last_comma >= 0:
            return "." if last_point > last_comma else ","
        comma = comma or last_comma >= 0
        point = point or (last_point >= 0 and any(c.isdigit() for c in cell))
    return "," if comma or not point else "."


def parse_number(cell: Cell, decimal: str = ",") -> Number:
    """The number in a cell, whatever separates its thousands.

    >>> parse_number("1 863 845").value, parse_number("12,5 %"), parse_number("1.234,5").value
    (1863845.0, Number(state='value', value=12.5, percent=True), 1234.5)
    """
    if not isinstance(cell, str):
        return Number("value", float(cell)) if math.isfinite(cell) else MISSING
    if is_missing(cell):
        return MISSING
    text = _SPACES.sub("", cell).replace("−", "-").replace("–", "-")
    if percent := text.endswith("%"):
        text = text[:-1]
    if _PLAIN.fullmatch(text):
        return Number("value", float(text), percent)
    other = "." if decimal == "," else ","
    if other in text and _GROUPS.fullmatch(text.split(decimal)[0]):
        text = text.replace(other, "")
    elif text.count(decimal) > 1 and _GROUPS.fullmatch(text):
        text = text.replace(decimal, "")
    if text.count(".") + text.count(",") > 1:
        return BAD
    if not _DECIMAL.fullmatch(text):
        return BAD
    value = float(text.replace(",", "."))
    return Number("value", value, percent) if math.isfinite(value) else BAD


def has_ambiguous_thousands(cells: Iterable[Cell]) -> bool:
    """True when each decimal mark of a column stands before exactly three digits: 1,234 may mean 1234."""
    marked = [
        _SPACES.sub("", cell) for cell in cells if isinstance(cell, str) and re.search(r"\d[.,]\d", cell)
    ]
    return len(marked) > 2 and all(re.fullmatch(r"[+-]?[1-9]\d{0,2}[.,]\d{3}%?", text) for text in marked)


def looks_like_number(cell: Cell) -> bool:
    return parse_number(cell).state == "value"


def looks_like_code(cell: Cell) -> bool:
    """True for six or seven digits, or the twelve of a BDL unit: a code, whatever its column is called."""
    return bool(re.fullmatch(r"\d{6,7}|\d{11,12}", text_of(cell)))


@dataclass(frozen=True, slots=True)
class Unit:
    """A territorial unit by its code. `codes` are the seven-digit codes it can mean, the likeliest first.

    `kind` says what it is: a gmina or a city (`gmina`), a county or a larger region (left out), a part of a
    gmina that would be counted twice (`part`), or not a code at all (`bad`). `note` says what was put right.
    """

    kind: Literal["gmina", "county", "region", "part", "bad"]
    codes: tuple[str, ...] = ()
    note: str = ""


def parse_teryt(cell: Cell) -> Unit:
    """The unit that a code means, with lost zeros given back.

    >>> parse_teryt("201011")
    Unit(kind='gmina', codes=('0201011',), note='lost_zero')
    >>> parse_teryt("1465000").codes, parse_teryt(261).codes
    (('1465011',), ('0261011',))
    >>> parse_teryt("0201000").kind, parse_teryt("1465108").kind, parse_teryt("Kod").kind
    ('county', 'part', 'bad')
    """
    text = re.sub(r"\.0+$", "", text_of(cell).strip("\"' \u00a0"))
    if not re.fullmatch(r"\d{3,12}", text):
        return Unit("bad")
    if len(text) in {11, 12}:
        text = text.zfill(12)
        return _by_seven(text[2:4] + text[7:12], "bdl_id")
    if len(text) == 7:
        return _by_seven(text, "")
    if len(text) == 6:
        if text.startswith("0"):
            return Unit("gmina", tuple(text + kind for kind in "123"), "no_kind")
        unit = _by_seven("0" + text, "lost_zero")
        return unit if unit.kind != "bad" else Unit("gmina", tuple(text + kind for kind in "123"), "no_kind")
    if len(text) in {3, 4}:
        return _by_seven(text.zfill(4) + "000", "lost_zero" if len(text) == 3 else "county_code")
    return Unit("bad")


def _by_seven(code: str, note: str) -> Unit:
    """Seven digits: voivodeship, county, gmina, kind."""
    voivodeship, county, gmina, kind = code[:2], code[2:4], code[4:6], code[6]
    if code[2:] == "00000":
        return Unit("region")
    if not (2 <= int(voivodeship) <= 32 and int(voivodeship) % 2 == 0):
        return Unit("bad")
    if gmina == "00":
        # The counties numbered from 61 are cities with county rights: one gmina, always 01 of kind 1.
        if int(county) >= 61:
            return Unit("gmina", (f"{voivodeship}{county}011",), note or "county_code")
        return Unit("county")
    if kind in "4589":
        return Unit("part")
    return Unit("gmina", (code,), note) if kind in "123" else Unit("bad")
