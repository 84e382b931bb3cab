"""Figures of indicators: a column per indicator and year, or long rows as the BDL website writes them."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ratusz.apps.cities.imports.matching import (
    indicator_of_subject,
    is_population,
    match_indicator,
    names_of_indicators,
)
from ratusz.apps.cities.imports.reading import FIRST_YEAR, Plan, Reading, label_of
from ratusz.apps.cities.imports.suspicions import POPULATION, Measure
from ratusz.apps.cities.imports.units import Units
from ratusz.apps.cities.models import City, Indicator, Observation, Population, Source
from ratusz.apps.core.imports.guess import ColumnGuess
from ratusz.apps.core.imports.ledger import Ledger
from ratusz.apps.core.imports.messages import both
from ratusz.apps.core.imports.parse import Table
from ratusz.apps.core.imports.targets import Check, Progress, Role, Target
from ratusz.apps.editions.models import Edition
from ratusz.apps.editions.permissions import may, require, roles_of
from ratusz.apps.editions.queries import current_edition


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
        return sorted({label_of(row, dimensions) for row in table.rows})[:200]

    # What rows hold

    def check(self, table: Table, mapping: dict, decisions: Mapping[str, str]) -> Check:
        reading = Reading(table, mapping, decisions)
        measures = self._measures(reading)
        if self._stop(reading, measures):
            return reading.check
        reading.read(measures, Units())
        reading.finish()
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
            year = reading.year_of(column)
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


def _edition(edition_id: int | None) -> Edition | None:
    return Edition.objects.prefetch_related("phases").filter(pk=edition_id).first() if edition_id else None


def _likely_source(roles: Sequence[str]) -> int | None:
    """The source of the first indicator in use, or else of the registry's population."""
    codes = [role.partition(":")[2] for role in roles if role.startswith("indicator:")]
    named = Indicator.objects.filter(code__in=codes[:1]).values_list("source", flat=True).first()
    return named or Source.objects.filter(code="gus").values_list("pk", flat=True).first()


def _wants_year(role: str) -> bool:
    return role == "population" or role.startswith("indicator:")
