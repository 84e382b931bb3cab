"""A file of figures on its way through the check: from rows to figures, questions and a plan."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils import timezone

from ratusz.apps.cities.bdl_flags import flag_of
from ratusz.apps.cities.imports.present import Present
from ratusz.apps.cities.imports.suspicions import Figure, Group, Measure, settle
from ratusz.apps.cities.imports.units import Known, Units
from ratusz.apps.core.imports.cells import (
    Cell,
    decimal_mark,
    has_ambiguous_thousands,
    parse_number,
    text_of,
)
from ratusz.apps.core.imports.guess import header_parts
from ratusz.apps.core.imports.parse import Table
from ratusz.apps.core.imports.targets import ERROR, NOTE, Check, Question, RowMessage

FIRST_YEAR = 1990


@dataclass(slots=True)
class Plan:
    """What will be written: figures that differ from what is there."""

    source: int
    figures: list[Figure]
    cities: dict[str, dict] = field(default_factory=dict)


@dataclass(slots=True)
class Reading:
    """A file on its way through the check: `read` turns its rows into figures, `finish` makes the plan."""

    table: Table
    mapping: dict
    decisions: Mapping[str, str]
    check: Check = field(default_factory=Check)
    figures: list[Figure] = field(default_factory=list)
    units_given: dict[tuple[str, int], str] = field(default_factory=dict)
    missing: int = 0
    left_out: int = 0
    by_name: list[tuple[int, str]] = field(default_factory=list)

    def say(self, line: int, severity: str, code: str, data: dict) -> None:
        self.check.messages.append(RowMessage(line, severity, code, data))

    def columns(self, role: str) -> list[int]:
        return [i for i, column in enumerate(self.mapping["columns"]) if column["role"] == role]

    def column(self, role: str) -> int | None:
        return next(iter(self.columns(role)), None)

    def year_of(self, column: dict) -> int | None:
        """The year of a column: its own, or the one given for the file."""
        return column.get("year") or self.mapping["options"].get("year")

    def read(self, measures: Mapping[str, Measure], units: Units) -> None:
        """Turns rows into figures and messages."""
        table, last = self.table, timezone.localdate().year
        code, name, year_at = self.column("code"), self.column("name"), self.column("year")
        value_at = self.column("value")
        if value_at is None:
            cells = [
                (i, measures[column["role"]], None if year_at is not None else self.year_of(column))
                for i, column in enumerate(self.mapping["columns"])
                if column["role"] in measures
            ]
        else:
            cells = [(value_at, None, None)]
        marks = {i: self._decimal_mark(i) for i, _measure, _year in cells}
        series, flag_at, unit_at = self.columns("series"), self.column("flag"), self.column("unit")
        for line, row in zip(table.lines, table.rows, strict=True):
            row_year = self.mapping["options"].get("year")
            if year_at is not None:
                row_year = _as_year(row[year_at], last)
                if row_year is None:
                    self.say(line, ERROR, "not_a_year", {"value": text_of(row[year_at]), "last": last})
                    continue
            newest = row_year or max((y for _i, _m, y in cells if y), default=None)
            unit = self._unit(units, line, row, code, name, newest)
            if unit is None:
                continue
            for index, fixed, fixed_year in cells:
                measure = fixed
                if value_at is not None:
                    role = self.mapping["series"].get(label_of(row, series), "")
                    if (measure := measures.get(role)) is None:
                        self.left_out += 1
                        continue
                year = fixed_year or row_year
                given = (
                    text_of(row[unit_at]) if unit_at is not None else header_parts(table.header[index]).unit
                )
                if year is not None and given:
                    self.units_given.setdefault((measure.key, year), given)
                flag = row[flag_at] if flag_at is not None else ""
                self._figure(line, row[index], table.header[index], marks[index], unit, measure, year, flag)

    def _unit(
        self,
        units: Units,
        line: int,
        row: list[Cell],
        code: int | None,
        name: int | None,
        year: int | None,
    ) -> Known | None:
        """The city of a row; what was found about it is said."""
        unit, findings, joined = units.find(
            row[code] if code is not None else None, row[name] if name is not None else None, year
        )
        for severity, what, data in findings:
            self.say(line, severity, what, data)
        if unit is None:
            self.left_out += bool(findings) and findings[0][0] == NOTE
            return None
        if joined:
            self.by_name.append(
                (line, f"{text_of(row[name])} → {unit.name} ({unit.teryt}, {unit.voivodeship})")
            )
        return unit

    def _decimal_mark(self, index: int) -> str:
        """The decimal mark of a column; asks where a mark stands before three digits everywhere."""
        column = [row[index] for row in self.table.rows]
        mark = decimal_mark(column)
        if has_ambiguous_thousands(column):
            example = next(text_of(c) for c in column if re.search(r"\d[.,]\d{3}$", text_of(c)))
            question = Question(
                key=f"thousands_mark:{index}",
                code="thousands_mark",
                data={"column": self.table.header[index] or str(index + 1), "example": example},
                options=("as_thousands", "as_decimals"),
            )
            self.check.questions.append(question)
            used = "," if "," in example else "."
            if self.decisions.get(question.key) == "as_thousands":
                return "." if used == "," else ","
            return used
        return mark

    def _figure(
        self, line: int, cell: Cell, column: str, mark: str, unit: Known, measure: Measure,
        year: int | None, flag_cell: Cell,
    ) -> None:  # fmt: skip
        number = parse_number(cell, mark)
        if number.state == "bad":
            self.say(line, ERROR, "not_a_number", {"value": text_of(cell)[:60], "column": column})
            return
        flag = flag_of(text_of(flag_cell), number.value)
        if flag is None:
            self.say(line, ERROR, "flag_unknown", {"value": text_of(flag_cell)})
            return
        if number.state == "missing" or flag == "missing":
            self.missing += 1
            return
        if measure.indicator is None and (number.value < 0 or number.value != int(number.value)):
            self.say(line, ERROR, "population_not_whole", {"value": text_of(cell)})
            return
        self.figures.append(
            Figure(line, unit.teryt, unit.name, measure, year or 0, number.value, flag, number.percent)
        )

    def finish(self) -> None:
        """Removes doubles, asks about suspicions, compares with what is there and makes the plan."""
        check = self.check
        self._ask_about_names()
        figures = self._without_doubles()
        groups: dict[tuple[str, int], list[Figure]] = defaultdict(list)
        for figure in figures:
            groups[figure.measure.key, figure.year].append(figure)
        present = Present(figures, self.mapping["options"]["source"])
        kept: list[Figure] = []
        for (key, year), members in groups.items():
            group = Group(
                members,
                self.units_given.get((key, year), ""),
                present.before(members),
                present.corrected(members),
            )
            settled, questions = settle(group, self.decisions)
            check.questions += questions
            kept += settled
        states = [present.state(figure) for figure in kept]
        check.plan = Plan(
            self.mapping["options"]["source"],
            [f for f, s in zip(kept, states, strict=True) if s != "same"],
        )
        check.counts = {
            "new": states.count("new"), "changed": states.count("changed"), "same": states.count("same"),
            "missing": self.missing, "left_out": self.left_out, "set_aside": len(figures) - len(kept),
        }  # fmt: skip

    def _ask_about_names(self) -> None:
        """A join by name alone is never silent."""
        if not self.by_name:
            return
        question = Question(
            key="joined_by_name", code="joined_by_name", data={"count": len(self.by_name)},
            options=("accept", "leave_out"), examples=tuple(text for _line, text in self.by_name[:12]),
        )  # fmt: skip
        self.check.questions.insert(0, question)
        if self.decisions.get("joined_by_name") == "leave_out":
            lines = {line for line, _text in self.by_name}
            self.figures = [f for f in self.figures if f.line not in lines]

    def _without_doubles(self) -> list[Figure]:
        """One figure for each city, measure and year; two that differ are both left out."""
        first: dict[tuple, Figure] = {}
        dropped: set[tuple] = set()
        for figure in self.figures:
            key = (figure.teryt, figure.measure.key, figure.year)
            other = first.setdefault(key, figure)
            if other is figure:
                continue
            data = {
                "city": figure.city,
                "measure": figure.measure.name,
                "year": figure.year,
                "line": other.line,
            }
            if other.value == figure.value:
                self.say(figure.line, NOTE, "duplicate_same", data)
                continue
            dropped.add(key)
            values = {"first": other.value, "second": figure.value}
            self.say(figure.line, ERROR, "duplicate_differs", data | values)
            self.say(other.line, ERROR, "duplicate_differs", data | values | {"line": figure.line})
        return [figure for key, figure in first.items() if key not in dropped]


def label_of(row: Sequence[Cell], dimensions: Sequence[int]) -> str:
    """What a row of a long table measures: its dimensions in words."""
    return "; ".join(text_of(row[i]) for i in dimensions)


def _as_year(cell: Cell, last: int) -> int | None:
    match = re.fullmatch(r"(\d{4})(?:\.0+)?", text_of(cell))
    return int(match[1]) if match and FIRST_YEAR <= int(match[1]) <= last else None
