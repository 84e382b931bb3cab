"""The registry of gminas from one file: code, name, voivodeship, area, population, and its figures."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from ratusz.apps.cities.imports.observations import ObservationsTarget
from ratusz.apps.cities.imports.reading import Plan, Reading
from ratusz.apps.cities.imports.suspicions import Measure
from ratusz.apps.cities.imports.units import Known, Units, plain_name
from ratusz.apps.cities.models import City
from ratusz.apps.cities.services.registry import slug_for
from ratusz.apps.core.imports.cells import Cell, is_missing, parse_number, parse_teryt, text_of
from ratusz.apps.core.imports.guess import ColumnGuess, normal_name
from ratusz.apps.core.imports.ledger import Ledger
from ratusz.apps.core.imports.parse import Table
from ratusz.apps.core.imports.targets import ERROR, Check, Progress, Role
from ratusz.apps.core.text import fold, polish_sort_key

VOIVODESHIPS = {
    "02": "dolnośląskie", "04": "kujawsko-pomorskie", "06": "lubelskie", "08": "lubuskie", "10": "łódzkie",
    "12": "małopolskie", "14": "mazowieckie", "16": "opolskie", "18": "podkarpackie", "20": "podlaskie",
    "22": "pomorskie", "24": "śląskie", "26": "świętokrzyskie", "28": "warmińsko-mazurskie", "30": "wielkopolskie",
    "32": "zachodniopomorskie",
}  # fmt: skip
_HEADERS = {
    "voivodeship": {"voivodeship", "wojewodztwo", "woj"},
    "kind": {"kind", "rodzaj", "rodzaj gminy", "typ gminy"},
    "area_ha": {"area ha", "powierzchnia ha", "powierzchnia w ha", "powierzchnia ogolem ha"},
    "area_km2": {"area km2", "area", "powierzchnia", "powierzchnia km2", "powierzchnia w km2"},
    "lat": {"lat", "latitude", "szerokosc geograficzna"},
    "lon": {"lon", "lng", "longitude", "dlugosc geograficzna"},
}
_KINDS = {
    "miejska": "1", "urban": "1", "1": "1", "wiejska": "2", "rural": "2", "2": "2",
    "miejsko wiejska": "3", "urban rural": "3", "3": "3",
}  # fmt: skip
_COLUMNS = (
    "name", "name_folded", "sort_key", "slug", "kind", "county_rights", "voivodeship", "area_km2", "lat", "lon"
)  # fmt: skip


class GminasTarget(ObservationsTarget):
    """Imports gminas with what they are, and figures beside them."""

    key = "gminas"
    label = _("Registry of gminas")
    description = _("Code, name, voivodeship, area and population of each gmina, and columns of indicators.")

    def roles(self) -> list[Role]:
        about = _("The gmina")
        own = [
            Role("voivodeship", _("voivodeship"), about),
            Role("kind", _("kind"), about),
            Role("area_km2", _("area, km²"), about),
            Role("area_ha", _("area, ha"), about),
            Role("lat", _("latitude"), about),
            Role("lon", _("longitude"), about),
        ]
        left = {"value", "series", "unit", "flag"}
        return own + [role for role in super().roles() if role.key not in left]

    def guess(
        self, table: Table, columns: Sequence[ColumnGuess], file_name: str, known: Mapping[str, str]
    ) -> dict:
        mapping = super().guess(table, columns, file_name, known)
        for header, column in zip(table.header, mapping["columns"], strict=True):
            if header in known:
                continue
            for role, names in _HEADERS.items():
                if normal_name(header) in names:
                    column |= {"role": role, "confidence": 0.95}
        return mapping

    def _enough_without_figures(self, reading: Reading) -> bool:
        return any(column["role"] in _HEADERS for column in reading.mapping["columns"])

    def check(self, table: Table, mapping: dict, decisions: Mapping[str, str]) -> Check:
        reading = Reading(table, mapping, decisions)
        measures = self._measures(reading)
        if reading.column("code") is None:
            reading.check.problems.append(("no_unit_column", {}))
            return reading.check
        if self._stop(reading, measures):
            return reading.check
        units = Units()
        facts = self._facts(reading, units)
        reading.read(measures, units)
        reading.finish()
        plan: Plan = reading.check.plan
        plan.cities = self._changes(facts)
        counts = reading.check.counts
        counts["gminas_new"] = sum(fact["is_new"] for fact in plan.cities.values())
        counts["gminas_changed"] = len(plan.cities) - counts["gminas_new"]
        counts["new"] += counts["gminas_new"]
        counts["changed"] += counts["gminas_changed"]
        return reading.check

    def _facts(self, reading: Reading, units: Units) -> dict[str, dict[str, Any]]:
        """TERYT → what the row says of the gmina; a new gmina becomes known to `units`."""
        at = {role: reading.column(role) for role in ("code", "name", *_HEADERS)}
        facts: dict[str, dict[str, Any]] = {}
        rejected: set[int] = set()
        for line, row in zip(reading.table.lines, reading.table.rows, strict=True):
            unit = parse_teryt(row[at["code"]])
            if unit.kind != "gmina":
                continue
            code = next((c for c in unit.codes if c in units.by_code), unit.codes[0])
            fact, faults = self._fact(code, row, at)
            kin = [k for k in units.by_six.get(code[:6], []) if k.teryt != code and k.valid_to is None]
            if code not in units.by_code:
                if kin:
                    data = {"name": kin[0].name, "code": kin[0].teryt, "now": code}
                    faults.append(("code_kind_changed_in_registry", data))
                elif not fact.get("name") or not fact.get("voivodeship"):
                    faults.append(("gmina_incomplete", {"code": code}))
            for what, data in faults:
                reading.say(line, ERROR, what, data)
            if faults:
                rejected.add(line)
                continue
            facts[code] = fact
            if code not in units.by_code:
                known = Known(code, fact["name"], fact["voivodeship"], None)
                units.by_code[code] = known
                units.by_six[code[:6]].append(known)
        if rejected:
            keep = [i for i, line in enumerate(reading.table.lines) if line not in rejected]
            reading.table = Table(
                reading.table.header, [reading.table.rows[i] for i in keep], [reading.table.lines[i] for i in keep],
                reading.table.notes,
            )  # fmt: skip
        return facts

    def _fact(self, code: str, row: list[Cell], at: Mapping[str, int | None]) -> tuple[dict[str, Any], list]:
        """What one row says of its gmina, and what is wrong in it."""

        def cell(role: str) -> str:
            index = at[role]
            return "" if index is None or is_missing(row[index]) else text_of(row[index])

        fact: dict[str, Any] = {"kind": code[6], "county_rights": int(code[2:4]) >= 61}
        faults: list[tuple[str, dict]] = []
        if name := cell("name"):
            fact["name"] = plain_name(name)
        fact["voivodeship"] = VOIVODESHIPS[code[:2]]
        if (given := cell("voivodeship")) and fold(given) != fold(fact["voivodeship"]):
            faults.append(("voivodeship_unknown", {"value": given}))
        if (kind := cell("kind")) and _KINDS.get(normal_name(kind)) is None:
            faults.append(("kind_unknown", {"value": kind}))
        for role, factor in (("area_km2", 1.0), ("area_ha", 0.01), ("lat", 1.0), ("lon", 1.0)):
            text = cell(role)
            if not text:
                continue
            number = parse_number(row[at[role]])
            if number.state == "bad":
                faults.append(("not_a_number", {"value": text[:60], "column": role}))
            elif number.state == "value":
                fact["area_km2" if role == "area_ha" else role] = round(number.value * factor, 4)
        return fact, faults

    def _changes(self, facts: Mapping[str, dict]) -> dict[str, dict]:
        """The facts that would make a gmina or change one, complete and ready to write."""
        present = {city.teryt: city for city in City.objects.all()}
        names = [city.name_folded for city in present.values()]
        names += [fold(fact["name"]) for teryt, fact in facts.items() if teryt not in present]
        repeated = _repeated(names)
        taken = {city.slug for city in present.values()}
        changes = {}
        for teryt, fact in facts.items():
            city = present.get(teryt)
            if city is None:
                name = fact["name"]
                slug = slug_for(name, teryt, repeats=fold(name) in repeated, taken=taken)
                taken.add(slug)
                fact = {"area_km2": None, "lat": None, "lon": None, **fact}
                fact |= {
                    "name_folded": fold(name),
                    "sort_key": polish_sort_key(name),
                    "slug": slug,
                    "is_new": True,
                }
                changes[teryt] = fact
                continue
            # The registry's own name and address win over the spelling of a table.
            merged = {column: getattr(city, column) for column in _COLUMNS}
            merged |= {key: value for key, value in fact.items() if key != "name"}
            if any(merged[column] != getattr(city, column) for column in _COLUMNS):
                changes[teryt] = merged | {"is_new": False}
        return changes

    def write(self, plan: Plan, ledger: Ledger, progress: Progress) -> None:
        ledger.upsert(
            City,
            [(teryt, *(fact[column] for column in _COLUMNS)) for teryt, fact in plan.cities.items()],
            key=("teryt",), update=_COLUMNS,
        )  # fmt: skip
        super().write(plan, ledger, progress)

    def _measures(self, reading: Reading) -> dict[str, Measure]:
        reading.mapping.setdefault("series", {})
        return super()._measures(reading)


def _repeated(names: Sequence[str]) -> set[str]:
    """Names that occur more than once."""
    seen: set[str] = set()
    twice: set[str] = set()
    for name in names:
        (twice if name in seen else seen).add(name)
    return twice
