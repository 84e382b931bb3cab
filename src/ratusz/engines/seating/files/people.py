"""PEOPLE.csv: who comes, one line each."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

from ratusz.engines.contracts import EngineError
from ratusz.engines.delimited import MISSING, numbered_rows
from ratusz.engines.seating.files.mistakes import Found, nearest, shown
from ratusz.engines.seating.problem import Person

FILE = "PEOPLE.csv"
COLUMNS = (
    "id", "name", "type", "organisation", "city", "profession", "context", "topics", "languages", "step_free",
    "rounds",
)  # fmt: skip
_SPELT = {"organization": "organisation", "language": "languages", "topic": "topics", "round": "rounds"}
_YES = frozenset(("yes", "y", "true", "1", "x", "tak", "t"))
_NO = frozenset(("no", "n", "false", "0", "nie"))


def read_people(content: bytes | str, rounds: int, found: Found) -> tuple[Person, ...]:
    """Return the people of a table; mistakes and notes go into `found`.

    The header names the columns, in any order; only `id` must be there. Lists are separated by |, rounds count
    from 1. UTF-8 or cp1250; commas, semicolons or tabs.

    >>> found = Found()
    >>> read_people("id;type;rounds\\nAda;city;1|3\\nJan;NGO;\\n", 3, found)[0].rounds == {0, 2}, found.mistakes
    (True, [])
    """
    try:
        rows, _ = numbered_rows(content, FILE)
    except EngineError as error:
        found.mistakes.append(error)
        return ()
    place = _header(rows[0][1] if rows else [], found)
    if len(rows) < 2:
        found.mistake(FILE, f"{len(rows)} rows", "it needs a header and people", "add the missing rows")
    if "id" not in place:
        return ()
    people, lines = [], {}
    for line, row in rows[1:]:
        if len(row) > len(rows[0][1]) and any(cell.strip() for cell in row[len(rows[0][1]) :]):
            found.mistake(
                f"{FILE}, line {line}", f"{len(row)} cells", f"the header has {len(rows[0][1])} columns",
                "put quotes around cells that contain the separator",
            )  # fmt: skip
            continue
        cells = {column: _clean(row[k]) if k < len(row) else "" for column, k in place.items()}
        person = _person(cells, line, rounds, found)
        if person is None:
            continue
        if person.id in lines:
            found.mistake(
                f"{FILE}, line {line}, column id",
                shown(person.id),
                f"it stands in line {lines[person.id]} already, and every person occurs once",
                "delete one line or give it another id",
            )
            continue
        lines[person.id] = line
        people.append(person)
    return _one_spelling(tuple(people), found)


def _header(header: list[str], found: Found) -> dict[str, int]:
    """Return where the known columns are."""
    place: dict[str, int] = {}
    for k, cell in enumerate(header):
        column = re.sub(r"[\s\-]+", "_", cell.strip().lower())
        column = _SPELT.get(column, column)
        if column in place:
            found.mistake(
                f"{FILE}, line 1", f"the column {column} twice", "every column occurs once", "delete one"
            )
        elif column in COLUMNS:
            place[column] = k
        elif column and (close := nearest(column, set(COLUMNS) - set(place), 0.75)):
            found.mistake(
                f"{FILE}, line 1",
                f"the column {shown(cell.strip())}",
                f"the nearest column is {close}",
                f"rename it {close}, or delete it if something else is meant",
            )
        elif column:
            found.notes.append(f"{FILE}: the column {shown(cell.strip())} is not used.")
    if header and "id" not in place and not found.mistakes:
        found.mistake(
            f"{FILE}, line 1", f"the columns {', '.join(header)[:120]}", "there is no column id", "add it"
        )
    return place


def _person(cells: dict[str, str], line: int, rounds: int, found: Found) -> Person | None:
    def where(column: str) -> str:
        return f"{FILE}, line {line}, column {column}"

    if not cells["id"]:
        found.mistake(where("id"), "nothing", "every person has an id", "add one")
        return None
    texts = {c: "" if cells.get(c, "").lower() in MISSING else cells[c] for c in COLUMNS[2:9]}
    need = cells.get("step_free", "").lower()
    if need not in _YES | _NO | MISSING:
        found.mistake(where("step_free"), shown(cells["step_free"]), "it is yes or no", "write yes or no")
    listed = _listed(texts["topics"])
    if twice := [topic for topic, times in Counter(listed).items() if times > 1]:
        found.mistake(where("topics"), f"{shown(twice[0])} twice", "a topic is wished once", "delete one")
    when = "" if cells.get("rounds", "").lower() in MISSING else cells["rounds"]
    return Person(
        cells["id"],
        cells.get("name", ""),
        texts["type"],
        texts["organisation"],
        texts["city"],
        texts["profession"],
        texts["context"],
        tuple(dict.fromkeys(listed)),
        frozenset(_listed(texts["languages"])),
        need in _YES,
        read_rounds(when, rounds, lambda *parts: found.mistake(where("rounds"), *parts)),
    )


def read_rounds(text: str, rounds: int, refuse: Callable[[str, str, str], None]) -> frozenset[int] | None:
    """Return the rounds, from 0, of a text such as "1|3" or "2-4"; None for an empty one, which means all."""
    chosen: set[int] = set()
    for part in _listed(text.replace(",", "|").replace(" ", "|") if text else ""):
        number = re.fullmatch(r"(\d{1,3})(?:[-–](\d{1,3}))?", part)
        first, last = (int(number[1]), int(number[2] or number[1])) if number else (0, 0)
        if not 1 <= first <= last <= rounds:
            refuse(
                shown(part), f"rounds are 1 to {rounds}, such as 1|3 or 2-4", "correct it, or leave it empty"
            )
            return None
        chosen.update(range(first - 1, last))
    return frozenset(chosen) or None


def _listed(text: str) -> list[str]:
    return [part for part in map(_clean, re.split(r"[|;]", text)) if part]


def _clean(text: str) -> str:
    """Return the text with single plain spaces: a no-break space makes no other organisation."""
    return " ".join(text.split())


def _one_spelling(people: tuple[Person, ...], found: Found) -> tuple[Person, ...]:
    """Return the people with each label spelt as it is first: "ngo" and "NGO" are one type."""
    fields = ("type", "organisation", "city", "profession", "context")
    first: dict[tuple[str, str], str] = {}
    told: set[tuple[str, str]] = set()
    same = []
    for person in people:
        labels = {}
        for name in fields:
            text = getattr(person, name)
            labels[name] = first.setdefault((name, text.casefold()), text)
            if labels[name] != text and (name, text) not in told:
                told.add((name, text))
                found.notes.append(f'{FILE}: the {name} "{text}" is taken for "{labels[name]}".')
        values = {n: getattr(person, n) for n in Person.__dataclass_fields__}
        same.append(Person(**(values | labels)))
    return tuple(same)
