"""A plan as tables: seating.csv for machines, routes per person and lists per table for people, one workbook."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Sequence

import numpy as np

from ratusz.engines.contracts import EngineError
from ratusz.engines.delimited import numbered_rows
from ratusz.engines.seating.files.mistakes import Found, nearest, shown
from ratusz.engines.seating.plan import Plan
from ratusz.engines.seating.problem import Problem
from ratusz.engines.seating.repair import Repair

Rows = list[list[str | int | float]]

SEATING = ["round", "table", "person"]
# A cell that begins so would run as a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def write_seating(problem: Problem, plan: Plan) -> bytes:
    """Return round (from 1), table, person by id: all seats in the order of rounds, tables and people."""
    rows: Rows = [list(SEATING)]
    for r in range(problem.rounds):
        for table, people in plan.at(problem, r).items():
            rows += [[r + 1, table, person] for person in people]
    return write_csv(rows)


def read_seating(content: bytes | str, problem: Problem, name: str = "seating.csv") -> Plan:
    """Return the plan of a seating.csv; refuse people and tables that the problem does not know."""
    found = Found()
    numbered, _ = numbered_rows(content, name)
    header = [cell.strip().lower() for cell in numbered[0][1]] if numbered else []
    if missing := [column for column in SEATING if column not in header]:
        found.mistake(
            name, f"no column {missing[0]}", f"it has {', '.join(SEATING)}", "use a file that `seat` wrote"
        )
        found.stop()
    place = [header.index(column) for column in SEATING]
    tables = {table.id: t for t, table in enumerate(problem.tables)}
    people = {person.id: i for i, person in enumerate(problem.people)}
    seats = np.full((problem.rounds, len(people)), -1, dtype=np.int32)
    for line, row in numbered[1:]:
        number, table, person = ((row[k] if k < len(row) else "").strip() for k in place)
        where, before = f"{name}, line {line}", len(found.mistakes)
        r = int(number) - 1 if re.fullmatch(r"\d{1,4}", number) else -1
        if not 0 <= r < problem.rounds:
            found.mistake(
                f"{where}, column round", shown(number), f"rounds are 1 to {problem.rounds}", "correct it"
            )
        for column, one, known in (("table", table, tables), ("person", person, people)):
            if one not in known:
                close = nearest(one, known)
                step = f"write {close}" if close else f"correct it, or keep the {column} in its file"
                found.mistake(f"{where}, column {column}", shown(one), f"there is no such {column}", step)
        if len(found.mistakes) == before:
            if seats[r, people[person]] >= 0:
                found.mistake(
                    where, shown(person), f"it has a seat in round {r + 1} already", "delete one line"
                )
            seats[r, people[person]] = tables[table]
    found.stop()
    return Plan(seats)


def routes(problem: Problem, plan: Plan) -> Rows:
    """Return one row per person: who they are and their table in each round, empty where they have none."""
    rows: Rows = [
        ["person", "name", "type", "organisation", "city", *(f"round {r + 1}" for r in range(problem.rounds))]
    ]
    for i, p in enumerate(problem.people):
        way = [problem.tables[t].id if t >= 0 else "" for t in plan.seats[:, i]]
        rows.append([p.id, p.name, p.type, p.organisation, p.city, *way])
    return rows


def table_lists(problem: Problem, plan: Plan) -> Rows:
    """Return one row per seat that is taken, round by round and table by table, with what both are."""
    people = {person.id: person for person in problem.people}
    about = {table.id: table for table in problem.tables}
    rows: Rows = [
        ["round", "table", "room", "topic", "person", "name", "type", "organisation", "city", "moderator"]
    ]
    for r in range(problem.rounds):
        for name, seated in plan.at(problem, r).items():
            table = about[name]
            for one in seated:
                p = people[one]
                role = "yes" if table.moderator == one else ""
                rows.append(
                    [r + 1, name, table.room, table.topic, one, p.name, p.type, p.organisation, p.city, role]
                )
    return rows


def moves_table(repair: Repair) -> Rows:
    """Return one row per seat that a repair changes: round, person, from which table to which, empty for none."""
    names = {person.id: person.name for person in repair.problem.people}
    rows: Rows = [["round", "person", "name", "from", "to"]]
    for move in repair.moved:
        rows.append([move.round + 1, move.person, names[move.person], move.before, move.after])
    return rows


def write_csv(rows: Iterable[Sequence[object]], *, guard: bool = False) -> bytes:
    """Return rows as UTF-8 CSV; with `guard` no cell can run as a formula in a spreadsheet."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(
        [guarded(cell) if guard else cell for cell in row] for row in rows
    )
    return out.getvalue().encode()


def guarded(cell: object) -> object:
    """Return the cell with an apostrophe in front where a spreadsheet would take it for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def write_workbook(sheets: dict[str, Rows]) -> bytes:
    """Return an XLSX workbook with a sheet per table; the same tables give the same bytes."""
    from openpyxl import Workbook  # half a second that only this needs
    from openpyxl.styles import Font

    book = Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append([_plain(cell) for cell in row])
        sheet.freeze_panes = "A2"
        for cell in sheet[1]:
            cell.font = Font(bold=True)
        for column, cells in zip(sheet.columns, zip(*rows, strict=True), strict=True):
            sheet.column_dimensions[column[0].column_letter].width = min(
                max(len(str(c)) for c in cells) + 2, 60
            )
    out = io.BytesIO()
    book.save(out)
    return _without_clock(out.getvalue())


def _plain(cell: object) -> object:
    """Return a cell that a workbook can hold: guarded, without the control characters that XML forbids."""
    return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "", str(guarded(cell))) if isinstance(cell, str) else cell


def _without_clock(workbook: bytes) -> bytes:
    """Return the workbook with the hour of its making taken out."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", b"1980-01-01T00:00:00", content)
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.create_system, entry.external_attr, entry.compress_type = (
                3,
                0o644 << 16,
                zipfile.ZIP_DEFLATED,
            )
            new.writestr(entry, content)
    return out.getvalue()


def refuse_unknown(option: str, ids: Iterable[str], known: Iterable[str]) -> None:
    """Raise for ids that are nobody's."""
    known = list(known)
    for one in ids:
        if one not in known:
            close = nearest(one, known)
            raise EngineError(option, one, "nobody has this id", f"write {close}" if close else "correct it")
