"""Which city a row means: by code, with lost zeros and old codes put right; by name never silently."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from ratusz.apps.cities.models import City
from ratusz.apps.core.imports.cells import Cell, is_missing, parse_teryt, text_of
from ratusz.apps.core.imports.targets import ERROR, NOTE, WARNING
from ratusz.apps.core.text import fold

# How public tables dress the name of a city: "Powiat m. st. Warszawa", "M.st.Warszawa od 2002", "G.Świdnica".
_DRESS = re.compile(
    r"^(?:powiat\s+)?(?:m\.?\s*-\s*w\.?|m\.?\s*st\.?|m\.|g\.|gm\.|gmina|miasto|powiat)\s*(?=\S)",
    re.IGNORECASE,
)
_SINCE = re.compile(r"\s*\(?\b(?:od|do)\s+\d{4}\)?$|\s*\([1-3]\)$", re.IGNORECASE)

Finding = tuple[str, str, dict]


@dataclass(frozen=True, slots=True)
class Known:
    """A city of the registry, as far as a row needs it."""

    teryt: str
    name: str
    voivodeship: str
    valid_to: date | None


def plain_name(name: str) -> str:
    """The name without what public tables put around it.

    >>> [plain_name(n) for n in ("Powiat m. Wałbrzych od 2013", "M.st.Warszawa od 2002", "G.Świdnica", "Gdynia")]
    ['Wałbrzych', 'Warszawa', 'Świdnica', 'Gdynia']
    """
    text = _SINCE.sub("", " ".join(name.split()))
    return _DRESS.sub("", text).strip() or text


class Units:
    """The registry as one lookup; one query, however many rows a file has."""

    def __init__(self, known: Iterable[Known] | None = None) -> None:
        if known is None:
            known = [
                Known(*row) for row in City.objects.values_list("teryt", "name", "voivodeship", "valid_to")
            ]
        self.by_code = {unit.teryt: unit for unit in known}
        self.by_six: dict[str, list[Known]] = defaultdict(list)
        self.by_name: dict[str, list[Known]] = defaultdict(list)
        for unit in self.by_code.values():
            self.by_six[unit.teryt[:6]].append(unit)
            self.by_name[fold(unit.name)].append(unit)

    def find(
        self, code: Cell | None, name: Cell | None, year: int | None
    ) -> tuple[Known | None, list[Finding], bool]:
        """The city of a row (None when it is left out), what was found, and whether the name alone joined it."""
        if code is None or is_missing(code):
            return self._by_name(name)
        unit = parse_teryt(code)
        value = text_of(code)
        if unit.kind == "bad":
            return None, [(ERROR, "code_bad", {"value": value})], False
        if unit.kind != "gmina":
            return None, [(NOTE, f"{unit.kind}_left_out", {"value": value})], False
        city, findings = self._by_codes(value, unit.codes, unit.note)
        if city is None:
            return None, findings, False
        if city.valid_to is not None and (year is None or year > city.valid_to.year):
            data = {
                "code": city.teryt,
                "name": city.name,
                "date": city.valid_to.isoformat(),
                "year": year or "–",
            }
            return None, [(ERROR, "code_expired", data)], False
        if name is not None and not is_missing(name) and fold(plain_name(text_of(name))) != fold(city.name):
            data = {"code": city.teryt, "name": city.name, "value": text_of(name)}
            findings.append((WARNING, "name_differs", data))
        return city, findings, False

    def _by_codes(self, value: str, codes: tuple[str, ...], note: str) -> tuple[Known | None, list[Finding]]:
        fitting = [self.by_code[code] for code in codes if code in self.by_code]
        if len(fitting) > 1:
            return None, [
                (ERROR, "code_ambiguous", {"value": value, "codes": ", ".join(c.teryt for c in fitting)})
            ]
        if fitting:
            lost = note == "lost_zero"
            return fitting[0], [
                (NOTE, "zero_restored", {"value": value, "code": fitting[0].teryt})
            ] if lost else []
        # The first six digits name the gmina; the seventh changes when a village becomes a town.
        kin = [unit for unit in self.by_six.get(codes[0][:6], []) if unit.valid_to is None]
        if len(kin) == 1:
            data = {"code": codes[0], "now": kin[0].teryt, "name": kin[0].name}
            return kin[0], [(WARNING, "code_kind_changed", data)]
        return None, [(ERROR, "code_unknown", {"code": codes[0]})]

    def _by_name(self, name: Cell | None) -> tuple[Known | None, list[Finding], bool]:
        if name is None or is_missing(name):
            return None, [(ERROR, "unit_missing", {})], False
        value = text_of(name)
        named = self.by_name.get(fold(plain_name(value)), [])
        fitting = sorted((unit for unit in named if unit.valid_to is None), key=lambda unit: unit.teryt)
        if len(fitting) > 1:
            units = ", ".join(f"{unit.teryt} ({unit.voivodeship})" for unit in fitting[:4])
            data = {"value": value, "count": len(fitting), "units": units}
            return None, [(ERROR, "name_ambiguous", data)], False
        if not fitting:
            return None, [(ERROR, "name_unknown", {"value": value})], False
        return fitting[0], [], True
