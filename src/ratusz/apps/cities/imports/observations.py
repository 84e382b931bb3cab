"""Figures of indicators: a column per indicator and year, or long rows as the BDL website writes them."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ratusz.apps.cities.bdl_flags import flag_of
from ratusz.apps.cities.imports.matching import (
    indicator_of_subject,
    is_population,
    match_indicator,
    names_of_indicators,
)
from ratusz.apps.cities.imports.present import Present
from ratusz.apps.cities.imports.suspicions import POPULATION, Figure, Group, Measure, settle
from ratusz.apps.cities.imports.units import Known, Units
from ratusz.apps.cities.models import City, Indicator, Observation, Population, Source
from ratusz.apps.core.imports.cells import (
    Cell,
    decimal_mark,
    has_ambiguous_thousands,
    parse_number,
    text_of,
)
from ratusz.apps.core.imports.guess import ColumnGuess, header_parts
from ratusz.apps.core.imports.ledger import Ledger
from ratusz.apps.core.imports.messages import both
from ratusz.apps.core.imports.parse import Table
from ratusz.apps.core.imports.targets import ERROR, NOTE, Check, Progress, Question, Role, RowMessage, Target
from ratusz.apps.editions.models import Edition
from ratusz.apps.editions.permissions import may, require, roles_of
from ratusz.apps.editions.queries import current_edition

FIRST_YEAR = 1990


@dataclass(slots=True)
class Plan:
    """What will be written: figures that differ from what is there."""

    source: int
    figures: list[Figure]
    cities: dict[str, dict] = field(default_factory=dict)


@dataclass(slots=True)
class Reading:
    """A file on its way through the check."""

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


class ObservationsTarget(Target):
    """Imports figures of indicators and populations."""

    key = "observations"
    label = _("Figures of indicators")
    description = _("A column per indicator and year, or rows as the BDL website exports them.")

    # Who

    def edition_now(self, request: HttpRequest) -> Edition | None:
        return current_edition(request)

    def may(self, by: Any, edition_id: int | None) -> bool:
        return may(by, "cities.import", _edition(edition_id))

    def may_see(self, by: Any, edition_id: int | None) -> bool:
        return bool(roles_of(by, _edition(edition_id)) & {"organiser", "administrator"})

    def require(self, by: Any, edition_id: int | None) -> None:
        require(by, "cities.import", _edition(edition_id))

    # What columns mean

    def roles(self) -> list[Role]:
        about, rows, figures = _("The row"), _("A long table"), _("Figures")
        return [
            Role("code", _("TERYT code"), about),
            Role("name", _("name of the city"), about),
            Role("year", _("year"), rows),
            Role("value", _("value"), rows),
            Role("series", _("what is measured (a dimension)"), rows),
            Role("unit", _("unit of measure"), rows),
            Role("flag", _("flag"), rows),
            Role("population", _("population"), figures, wants_year=True),
            *(
                Role(f"indicator:{indicator.code}", str(indicator), figures, wants_year=True)
                for indicator in Indicator.objects.order_by("code")
            ),
        ]

    def options(self) -> dict[str, forms.Field]:
        return {
            "source": forms.ModelChoiceField(Source.objects.order_by("code"), label=_("Source of the figures")),
            "year": forms.IntegerField(
                label=_("Year of columns that have none"), required=False,
                min_value=FIRST_YEAR, max_value=timezone.localdate().year,
            ),
        }  # fmt: skip

    def guess(
        self, table: Table, columns: Sequence[ColumnGuess], file_name: str, known: Mapping[str, str]
    ) -> dict:
        names = names_of_indicators()
        long = any(column.kind == "value" for column in columns)
        chosen = []
        for header, column in zip(table.header, columns, strict=True):
            role, confidence = self._role(header, column, names, file_name, long)
            # What a person chose for the same header last time is better than a guess, if the role still exists.
            if known.get(header) and (
                not known[header].startswith("indicator:") or known[header][10:] in names.values()
            ):
                role, confidence = known[header], 0.95
            chosen.append({"role": role, "year": column.parts.year, "confidence": round(confidence, 2)})
        seen: set[tuple] = set()
        for column in chosen:
            same = (column["role"], column["year"] if _wants_year(column["role"]) else None)
            if column["role"] and column["role"] != "series" and same in seen:
                column |= {"role": "", "confidence": 0.3}
            seen.add(same)
        years = [int(year) for year in re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", file_name)]
        mapping = {
            "columns": chosen,
            "series": {},
            "options": {"source": None, "year": years[-1] if years else None},
        }
        for label in self.series(table, mapping):
            code = match_indicator(label, names)
            mapping["series"][label] = f"indicator:{code}" if code else ""
        mapping["options"]["source"] = _likely_source(
            [c["role"] for c in chosen] + list(mapping["series"].values())
        )
        return mapping

    def _role(
        self, header: str, column: ColumnGuess, names: Mapping[str, str], file_name: str, long: bool
    ) -> tuple[str, float]:
        if column.kind in {"code", "name", "year", "value", "unit", "flag"}:
            return column.kind, column.confidence
        if column.kind == "indicator":
            return "series", column.confidence
        if column.kind == "number" and not long:
            if code := match_indicator(header, names) or match_indicator(column.parts.label, names):
                return f"indicator:{code}", 0.9
            if is_population(header):
                return "population", 0.8
            if code := indicator_of_subject(file_name):
                return f"indicator:{code}", 0.7
        return "", 0.5

    def series(self, table: Table, mapping: dict) -> list[str]:
        if not any(column["role"] == "value" for column in mapping["columns"]):
            return []
        dimensions = [i for i, column in enumerate(mapping["columns"]) if column["role"] == "series"]
        return sorted({_label(row, dimensions) for row in table.rows})[:200]

    # What rows hold

    def check(self, table: Table, mapping: dict, decisions: Mapping[str, str]) -> Check:
        reading = Reading(table, mapping, decisions)
        measures = self._measures(reading)
        if self._stop(reading, measures):
            return reading.check
        self._read(reading, measures, Units())
        self._finish(reading)
        return reading.check

    def write(self, plan: Plan, ledger: Ledger, progress: Progress) -> None:
        cities = dict(
            City.objects.filter(teryt__in={f.teryt for f in plan.figures}).values_list("teryt", "pk")
        )
        ledger.upsert(
            Population,
            [(cities[f.teryt], f.year, plan.source, int(f.value)) for f in plan.figures if f.measure.indicator is None],
            key=("city_id", "year", "source_id"), update=("people",),
        )  # fmt: skip
        ledger.upsert(
            Observation,
            [
                (f.measure.indicator, cities[f.teryt], f.year, f.value, plan.source, f.flag)
                for f in plan.figures
                if f.measure.indicator is not None
            ],
            key=("indicator_id", "city_id", "year"), update=("value", "source_id", "flag"), stamp="updated_at",
        )  # fmt: skip

    def _measures(self, reading: Reading) -> dict[str, Measure]:
        """Role → what it measures, for every role in use."""
        used = {column["role"] for column in reading.mapping["columns"]} | set(
            reading.mapping["series"].values()
        )
        codes = [role.partition(":")[2] for role in used if role.startswith("indicator:")]
        found = {"population": POPULATION} if "population" in used else {}
        for i in Indicator.objects.filter(code__in=codes):
            found[f"indicator:{i.code}"] = Measure(
                i.code, {"pl": i.name_pl, "en": i.name_en or i.name_pl}, i.unit_pl, i.zero_means_missing, i.pk
            )
        return found

    def _stop(self, reading: Reading, measures: Mapping[str, Measure]) -> bool:
        """Adds what stops the whole import; True when there is anything."""
        problems, columns = reading.check.problems, reading.mapping["columns"]
        if not reading.mapping["options"].get("source"):
            problems.append(("source_missing", {}))
        if reading.column("code") is None and reading.column("name") is None:
            problems.append(("no_unit_column", {}))
        for role in self.roles():
            if not role.wants_year and role.key != "series" and len(reading.columns(role.key)) > 1:
                problems.append(("role_twice", {"role": both(role.label)}))
        if reading.column("value") is not None:
            if not any(role in measures for role in reading.mapping["series"].values()):
                problems.append(("series_open", {}))
            if reading.column("year") is None and not reading.mapping["options"].get("year"):
                problems.append(("year_missing", {"column": reading.table.header[reading.column("value")]}))
            return bool(problems)
        wide = [(i, column) for i, column in enumerate(columns) if column["role"] in measures]
        if not wide and not self._enough_without_figures(reading):
            problems.append(("no_figure_column", {}))
        seen: set[tuple[str, int | None]] = set()
        for index, column in wide:
            year = self._year_of(reading, column)
            if year is None and reading.column("year") is None:
                problems.append(("year_missing", {"column": reading.table.header[index]}))
            elif (column["role"], year) in seen:
                problems.append(
                    ("measure_twice", {"measure": measures[column["role"]].name, "year": year or "–"})
                )
            seen.add((column["role"], year))
        return bool(problems)

    def _enough_without_figures(self, reading: Reading) -> bool:
        return False

    @staticmethod
    def _year_of(reading: Reading, column: dict) -> int | None:
        return column.get("year") or reading.mapping["options"].get("year")

    def _read(self, reading: Reading, measures: Mapping[str, Measure], units: Units) -> None:
        """Turns rows into figures and messages."""
        table, last = reading.table, timezone.localdate().year
        code, name, year_at = reading.column("code"), reading.column("name"), reading.column("year")
        value_at = reading.column("value")
        if value_at is None:
            cells = [
                (i, measures[column["role"]], None if year_at is not None else self._year_of(reading, column))
                for i, column in enumerate(reading.mapping["columns"])
                if column["role"] in measures
            ]
        else:
            cells = [(value_at, None, None)]
        marks = {i: self._decimal_mark(reading, i) for i, _measure, _year in cells}
        series, flag_at, unit_at = reading.columns("series"), reading.column("flag"), reading.column("unit")
        for line, row in zip(table.lines, table.rows, strict=True):
            row_year = reading.mapping["options"].get("year")
            if year_at is not None:
                row_year = _as_year(row[year_at], last)
                if row_year is None:
                    reading.say(line, ERROR, "not_a_year", {"value": text_of(row[year_at]), "last": last})
                    continue
            newest = row_year or max((y for _i, _m, y in cells if y), default=None)
            unit = self._unit(reading, units, line, row, code, name, newest)
            if unit is None:
                continue
            for index, fixed, fixed_year in cells:
                measure = fixed
                if value_at is not None:
                    role = reading.mapping["series"].get(_label(row, series), "")
                    if (measure := measures.get(role)) is None:
                        reading.left_out += 1
                        continue
                year = fixed_year or row_year
                given = (
                    text_of(row[unit_at]) if unit_at is not None else header_parts(table.header[index]).unit
                )
                if year is not None and given:
                    reading.units_given.setdefault((measure.key, year), given)
                flag = row[flag_at] if flag_at is not None else ""
                self._figure(
                    reading, line, row[index], table.header[index], marks[index], unit, measure, year, flag
                )

    def _unit(
        self,
        reading: Reading,
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
            reading.say(line, severity, what, data)
        if unit is None:
            reading.left_out += bool(findings) and findings[0][0] == NOTE
            return None
        if joined:
            reading.by_name.append(
                (line, f"{text_of(row[name])} → {unit.name} ({unit.teryt}, {unit.voivodeship})")
            )
        return unit

    def _decimal_mark(self, reading: Reading, index: int) -> str:
        """The decimal mark of a column; asks where a mark stands before three digits everywhere."""
        column = [row[index] for row in reading.table.rows]
        mark = decimal_mark(column)
        if has_ambiguous_thousands(column):
            example = next(text_of(c) for c in column if re.search(r"\d[.,]\d{3}$", text_of(c)))
            question = Question(
                key=f"thousands_mark:{index}",
                code="thousands_mark",
                data={"column": reading.table.header[index] or str(index + 1), "example": example},
                options=("as_thousands", "as_decimals"),
            )
            reading.check.questions.append(question)
            used = "," if "," in example else "."
            if reading.decisions.get(question.key) == "as_thousands":
                return "." if used == "," else ","
            return used
        return mark

    def _figure(
        self, reading: Reading, line: int, cell: Cell, column: str, mark: str, unit: Known, measure: Measure,
        year: int | None, flag_cell: Cell,
    ) -> None:  # fmt: skip
        number = parse_number(cell, mark)
        if number.state == "bad":
            reading.say(line, ERROR, "not_a_number", {"value": text_of(cell)[:60], "column": column})
            return
        flag = flag_of(text_of(flag_cell), number.value)
        if flag is None:
            reading.say(line, ERROR, "flag_unknown", {"value": text_of(flag_cell)})
            return
        if number.state == "missing" or flag == "missing":
            reading.missing += 1
            return
        if measure.indicator is None and (number.value < 0 or number.value != int(number.value)):
            reading.say(line, ERROR, "population_not_whole", {"value": text_of(cell)})
            return
        reading.figures.append(
            Figure(line, unit.teryt, unit.name, measure, year or 0, number.value, flag, number.percent)
        )

    def _finish(self, reading: Reading) -> None:
        """Removes doubles, asks about suspicions, compares with what is there and makes the plan."""
        check = reading.check
        self._ask_about_names(reading)
        figures = self._without_doubles(reading)
        groups: dict[tuple[str, int], list[Figure]] = defaultdict(list)
        for figure in figures:
            groups[figure.measure.key, figure.year].append(figure)
        present = Present(figures, reading.mapping["options"]["source"])
        kept: list[Figure] = []
        for (key, year), members in groups.items():
            group = Group(
                members,
                reading.units_given.get((key, year), ""),
                present.before(members),
                present.corrected(members),
            )
            settled, questions = settle(group, reading.decisions)
            check.questions += questions
            kept += settled
        states = [present.state(figure) for figure in kept]
        check.plan = Plan(
            reading.mapping["options"]["source"],
            [f for f, s in zip(kept, states, strict=True) if s != "same"],
        )
        check.counts = {
            "new": states.count("new"), "changed": states.count("changed"), "same": states.count("same"),
            "missing": reading.missing, "left_out": reading.left_out, "set_aside": len(figures) - len(kept),
        }  # fmt: skip

    def _ask_about_names(self, reading: Reading) -> None:
        """A join by name alone is never silent."""
        if not reading.by_name:
            return
        question = Question(
            key="joined_by_name", code="joined_by_name", data={"count": len(reading.by_name)},
            options=("accept", "leave_out"), examples=tuple(text for _line, text in reading.by_name[:12]),
        )  # fmt: skip
        reading.check.questions.insert(0, question)
        if reading.decisions.get("joined_by_name") == "leave_out":
            lines = {line for line, _text in reading.by_name}
            reading.figures = [f for f in reading.figures if f.line not in lines]

    def _without_doubles(self, reading: Reading) -> list[Figure]:
        """One figure for each city, measure and year; two that differ are both left out."""
        first: dict[tuple, Figure] = {}
        dropped: set[tuple] = set()
        for figure in reading.figures:
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
                reading.say(figure.line, NOTE, "duplicate_same", data)
                continue
            dropped.add(key)
            values = {"first": other.value, "second": figure.value}
            reading.say(figure.line, ERROR, "duplicate_differs", data | values)
            reading.say(other.line, ERROR, "duplicate_differs", data | values | {"line": figure.line})
        return [figure for key, figure in first.items() if key not in dropped]


def _edition(edition_id: int | None) -> Edition | None:
    return Edition.objects.prefetch_related("phases").filter(pk=edition_id).first() if edition_id else None


def _likely_source(roles: Sequence[str]) -> int | None:
    """The source of the first indicator in use, or else of the registry's population."""
    codes = [role.partition(":")[2] for role in roles if role.startswith("indicator:")]
    named = Indicator.objects.filter(code__in=codes[:1]).values_list("source", flat=True).first()
    return named or Source.objects.filter(code="gus").values_list("pk", flat=True).first()


def _wants_year(role: str) -> bool:
    return role == "population" or role.startswith("indicator:")


def _label(row: Sequence[Cell], dimensions: Sequence[int]) -> str:
    return "; ".join(text_of(row[i]) for i in dimensions)


def _as_year(cell: Cell, last: int) -> int | None:
    match = re.fullmatch(r"(\d{4})(?:\.0+)?", text_of(cell))
    return int(match[1]) if match and FIRST_YEAR <= int(match[1]) <= last else None
