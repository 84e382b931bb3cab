"""What a column holds, by its header and by its cells. Pure: targets turn a guess into one of their roles."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ratusz.apps.core.imports.cells import Cell, is_missing, looks_like_number, parse_teryt, text_of
from ratusz.apps.core.imports.parse import Table
from ratusz.apps.core.text import fold

_YEAR = re.compile(r"(?<!\d)(19[5-9]\d|20[0-4]\d)(?!\d)")
_HEADERS: dict[str, frozenset[str]] = {
    "code": frozenset(
        [
            "kod",
            "kod teryt",
            "teryt",
            "teryt7",
            "teryt4",
            "kod jednostki",
            "kod gus",
            "code",
            "unit",
            "id",
            "jpt kod je",
            "kod terytorialny",
            "identyfikator",
            "bdl id",
            "kod gminy",
        ]
    ),
    "name": frozenset(
        ["nazwa", "name", "miasto", "city", "gmina", "jednostka terytorialna", "nazwa jednostki", "jst"]
    ),
    "year": frozenset(["rok", "year", "okres", "rok danych"]),
    "value": frozenset(["wartosc", "value", "val", "dane"]),
    "unit": frozenset(["jednostka miary", "jednostka", "unit of measure", "miara"]),
    "flag": frozenset(["atrybut", "attribute", "flag", "flaga", "attrid", "attr id", "uwagi"]),
    "indicator": frozenset(["wskaznik", "indicator", "kod wskaznika", "zmienna", "variable"]),
}


@dataclass(frozen=True, slots=True)
class HeaderParts:
    """A header taken apart: BDL writes `dimension;dimension;YEAR;[unit]`."""

    label: str
    year: int | None
    unit: str


@dataclass(frozen=True, slots=True)
class ColumnGuess:
    """The likely kind of a column: code, name, year, value, unit, flag, indicator, number, text or empty."""

    kind: str
    confidence: float
    parts: HeaderParts


def header_parts(header: str) -> HeaderParts:
    """Takes a header apart.

    >>> header_parts("saldo migracji ogółem;ogółem;2022;[osoba]")
    HeaderParts(label='saldo migracji ogółem', year=2022, unit='osoba')
    >>> header_parts("turnout_pres2025_r1").year, header_parts("population").year
    (2025, None)
    """
    unit = ""
    if match := re.search(r"\[([^\]]*)\]\s*$", header):
        unit, header = match[1].strip(), header[: match.start()]
    years = _YEAR.findall(header)
    parts = [part.strip() for part in header.split(";")]
    dimensions = [part for part in parts if part and not _YEAR.fullmatch(part)]
    # "ogółem" (total) says nothing where another dimension does.
    telling = [part for part in dimensions if fold(part) not in {"ogolem", "total"}]
    return HeaderParts("; ".join(telling or dimensions[:1]), int(years[-1]) if years else None, unit)


def normal_name(header: str) -> str:
    """The header as a key: folded, without punctuation.

    >>> normal_name("  Kod_TERYT: ")
    'kod teryt'
    """
    return re.sub(r"[^a-z0-9%]+", " ", fold(header)).strip()


def guess_columns(table: Table) -> list[ColumnGuess]:
    """One guess for each column; at most one code, name, year, value, unit, flag and indicator column."""
    guesses, taken = [], set()
    for index, header in enumerate(table.header):
        guess = _guess(header, [row[index] for row in table.rows[:400]])
        if guess.kind in _HEADERS and guess.kind in taken:
            numeric = sum(looks_like_number(row[index]) for row in table.rows[:400]) > 0
            guess = ColumnGuess("number" if numeric else "text", 0.3, guess.parts)
        taken.add(guess.kind)
        guesses.append(guess)
    return guesses


def _guess(header: str, cells: Sequence[Cell]) -> ColumnGuess:
    parts = header_parts(header)
    name = normal_name(header)
    filled = [cell for cell in cells if not is_missing(cell)]
    if not filled:
        return ColumnGuess("empty", 1.0 if not header else 0.5, parts)
    codes = sum(parse_teryt(cell).kind != "bad" for cell in filled) / len(filled)
    long_codes = sum(bool(re.fullmatch(r"\d{6,7}|\d{12}", text_of(cell))) for cell in filled) / len(filled)
    numbers = sum(looks_like_number(cell) for cell in filled) / len(filled)
    for kind, names in _HEADERS.items():
        if name in names:
            fits = {
                "code": codes,
                "year": _share_of_years(filled),
                "value": numbers,
                "name": 1 - numbers,
            }.get(kind, 1.0)
            if fits >= (0.3 if kind == "year" else 0.5):
                return ColumnGuess(kind, 0.7 + 0.3 * fits, parts)
    # A changed header: the cells themselves say what the column is.
    if long_codes > 0.8 and codes > 0.8 and len({text_of(c) for c in filled}) * 2 > len(filled):
        return ColumnGuess("code", 0.6 * codes, parts)
    if _share_of_years(filled) > 0.95 and not parts.unit:
        return ColumnGuess("year", 0.5, parts)
    if numbers >= 0.5:
        return ColumnGuess("number", 0.5 + 0.5 * numbers, parts)
    if numbers < 0.2 and len({text_of(c) for c in filled}) * 2 > len(filled):
        return ColumnGuess("name", 0.4, parts)
    return ColumnGuess("text", 0.5, parts)


def _share_of_years(cells: Sequence[Cell]) -> float:
    return sum(bool(_YEAR.fullmatch(text_of(cell))) for cell in cells) / max(len(cells), 1)
