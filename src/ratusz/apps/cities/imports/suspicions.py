"""Figures that look wrong: each becomes a question to the person, and each answer changes the figures."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median

from ratusz.apps.core.imports.targets import Question
from ratusz.apps.core.templatetags.formats import number
from ratusz.apps.core.text import fold

# Two figures of one city may differ by this factor beyond what the whole column did.
STRONG_CHANGE = 3.0
FEW = 0.2  # a suspicion about single cities is no suspicion when it concerns more than this share of them


@dataclass(frozen=True, slots=True)
class Measure:
    """What a figure measures: an indicator, or the population of the registry."""

    key: str  # the code of the indicator, or "population"
    name: dict[str, str]  # by language
    unit: str
    zero_means_missing: bool
    indicator: int | None  # primary key


POPULATION = Measure(
    "population",
    {"pl": "Liczba ludności", "en": "Population"},
    "osoba",
    zero_means_missing=True,
    indicator=None,
)


@dataclass(frozen=True, slots=True)
class Figure:
    """One cell of the file on its way to become an observation."""

    line: int
    teryt: str
    city: str
    measure: Measure
    year: int
    value: float
    flag: str = ""
    percent: bool = False


@dataclass(frozen=True, slots=True)
class Before:
    """The newest figure that the system has for the same city, not later than the file's year."""

    year: int
    value: float


Rule = Callable[["Group"], "Suspicion | None"]


@dataclass(frozen=True, slots=True)
class Group:
    """The figures of one measure and one year, the unit that the file gives, and the last known figures."""

    figures: Sequence[Figure]
    unit: str
    before: Mapping[str, Before]
    corrected: Mapping[str, float]  # figures that a person corrected: TERYT → value

    @property
    def measure(self) -> Measure:
        return self.figures[0].measure

    @property
    def sizes(self) -> list[float]:
        return [abs(f.value) for f in self.figures if f.value]

    def median(self) -> float:
        return median(self.sizes) if self.sizes else 0.0


@dataclass(frozen=True, slots=True)
class Suspicion:
    """A question about some figures of a group."""

    code: str
    lines: frozenset[int]
    options: tuple[str, ...]
    data: dict
    suggested: str = ""


def settle(group: Group, decisions: Mapping[str, str]) -> tuple[list[Figure], list[Question]]:
    """The figures after the person's answers, and every question; a later one sees the earlier answers."""
    questions = []
    for rule in (
        zeros,
        thousands_unit,
        percent_signs,
        scale,
        fractions,
        looks_1000,
        looks_thousandth,
        changed_much,
        corrected,
    ):
        if not group.figures or (found := rule(group)) is None:
            continue
        first = group.figures[0]
        key = f"{found.code}:{first.measure.key}:{first.year}"
        touched = [f for f in group.figures if f.line in found.lines]
        questions.append(
            Question(
                key=key,
                code=found.code,
                data={"measure": first.measure.name, "year": first.year, "count": len(touched), **found.data},
                options=found.options,
                suggested=found.suggested,
                examples=tuple(_example(f, group) for f in touched[:6]),
            )
        )
        choice = decisions.get(key) or found.suggested
        group = replace(
            group, figures=[g for f in group.figures if (g := _decide(f, found, choice)) is not None]
        )
    return list(group.figures), questions


def _decide(figure: Figure, found: Suspicion, choice: str) -> Figure | None:
    if figure.line not in found.lines:
        return figure
    if choice in {"missing", "leave_out"}:
        return None
    operation, _, factor = choice.partition("_")
    if operation == "divide":
        return replace(figure, value=figure.value / int(factor), percent=False)
    if operation == "multiply":
        return replace(figure, value=figure.value * int(factor), percent=False)
    return figure


def _example(figure: Figure, group: Group) -> str:
    """The city and its figure, with the last known one behind it: "Łódź: 124 (2022: 12.4)"."""
    text = f"{figure.city}: {_short(figure.value)}"
    if before := group.before.get(figure.teryt):
        text += f" ({before.year}: {_short(before.value)})"
    return text


def _short(value: float) -> str:
    return number(value, 0 if float(value).is_integer() else 2 if abs(value) >= 1 else 4)


def zeros(group: Group) -> Suspicion | None:
    """Zeros where the measure says so, where all are zero, or where no other figure is anywhere near zero."""
    zero = [f for f in group.figures if f.value == 0]
    if not zero:
        return None
    others = sorted(group.sizes)
    if not group.measure.zero_means_missing and others:
        low = others[len(others) // 20]
        counted = all(f.value == int(f.value) for f in group.figures)
        near = low < 0.2 * median(others) or (counted and low <= 3)
        if near or len(others) < 5 or len(zero) > 0.3 * len(group.figures):
            return None
    sure = group.measure.zero_means_missing or not others
    return Suspicion("zeros", _lines(zero), ("missing", "keep"), {}, "missing" if sure else "")


def thousands_unit(group: Group) -> Suspicion | None:
    """The file names thousands where the measure does not, or the reverse."""
    given, wanted = fold(group.unit), fold(group.measure.unit)
    data = {"unit": group.unit, "wanted": group.measure.unit}
    if given.startswith(("tys", "k ", "thousand")) and not wanted.startswith(("tys", "k ", "thousand")):
        return Suspicion("thousands_unit", _lines(group.figures), ("multiply_1000", "keep"), data)
    if wanted.startswith(("tys", "thousand")) and given and not given.startswith(("tys", "thousand")):
        return Suspicion("thousands_unit", _lines(group.figures), ("divide_1000", "keep"), data)
    if given not in {"", "-", wanted} and wanted and _kind_of(given) != _kind_of(wanted):
        return Suspicion("unit_differs", _lines(group.figures), ("accept", "leave_out"), data)
    return None


def _kind_of(unit: str) -> str:
    """A unit as one of its spellings."""
    same = {
        "osoba": "person",
        "osoby": "person",
        "os": "person",
        "os.": "person",
        "people": "person",
        "zl": "pln",
    }
    return same.get(unit, unit)


def percent_signs(group: Group) -> Suspicion | None:
    """Cells with a percent sign for a measure that is no percentage."""
    signed = [f for f in group.figures if f.percent]
    if not signed or "%" in group.measure.unit:
        return None
    return Suspicion(
        "percent_signs", _lines(signed), ("divide_100", "keep", "leave_out"), {"wanted": group.measure.unit}
    )


def scale(group: Group) -> Suspicion | None:
    """The whole column is 100 or 1000 times what it was: thousands against ones, percent against fraction."""
    known = [abs(group.before[f.teryt].value) for f in group.figures if f.teryt in group.before]
    known = [value for value in known if value]
    if len(known) < 3 or not group.sizes:
        return None
    now, then = group.median(), median(known)
    options = next(
        (
            (option, "keep", "leave_out")
            for low, high, option in (
                (300, 3000, "divide_1000"), (30, 300, "divide_100"),
                (1 / 3000, 1 / 300, "multiply_1000"), (1 / 300, 1 / 30, "multiply_100"),
            )
            if low <= now / then <= high
        ),
        None,
    )  # fmt: skip
    if options is None:
        return None
    return Suspicion("scale", _lines(group.figures), options, {"median": float(now), "before": float(then)})


def fractions(group: Group) -> Suspicion | None:
    """Figures up to 1 for a percentage: all of them, or a few where the rest is far above."""
    if "%" not in group.measure.unit:
        return None
    low = [f for f in group.figures if 0 < abs(f.value) <= 1 and not f.percent]
    if not low or (
        len(low) < len(group.sizes) and (group.median() < 10 or len(low) > FEW * len(group.figures))
    ):
        return None
    if len(group.figures) < 3 and any(f.teryt in group.before for f in low):
        return None
    return Suspicion(
        "fractions", _lines(low), ("multiply_100", "keep", "leave_out"), {"unit": group.measure.unit}
    )


def looks_1000(group: Group) -> Suspicion | None:
    """A few cities about a thousand times the median, unless they were so before."""
    return _far(group, "looks_1000", lambda size, middle: size >= 300 * middle, "divide_1000")


def looks_thousandth(group: Group) -> Suspicion | None:
    """A few cities about a thousandth of the median, unless they were so before."""
    return _far(group, "looks_thousandth", lambda size, middle: 0 < size <= middle / 300, "multiply_1000")


def _far(group: Group, code: str, is_far: Callable[[float, float], bool], remedy: str) -> Suspicion | None:
    if len(group.figures) < 5:
        return None
    middle = group.median()
    far = [f for f in group.figures if is_far(abs(f.value), middle) and not _as_before(f, group)]
    if not far or len(far) > FEW * len(group.figures):
        return None
    return Suspicion(code, _lines(far), (remedy, "keep", "leave_out"), {"median": float(middle)})


def _as_before(figure: Figure, group: Group) -> bool:
    before = group.before.get(figure.teryt)
    return before is not None and before.value != 0 and 1 / 3 <= figure.value / before.value <= 3


def changed_much(group: Group) -> Suspicion | None:
    """Cities whose figure moved by more than three times what the others did, or changed its sign far from zero."""
    pairs = [(f, group.before[f.teryt].value) for f in group.figures if f.teryt in group.before]
    moves = {f.line: math.log(f.value / then) for f, then in pairs if then and f.value / then > 0}
    if not moves:
        return None
    usual = median(moves.values()) if len(moves) >= 5 else 0.0
    strong = []
    for figure, then in pairs:
        small = abs(figure.value) < 10 and abs(then) < 10 and float(figure.value).is_integer()
        if not small and figure.line in moves and abs(moves[figure.line] - usual) > math.log(STRONG_CHANGE):
            strong.append(figure)
    return Suspicion("changed_much", _lines(strong), ("accept", "leave_out"), {}) if strong else None


def corrected(group: Group) -> Suspicion | None:
    """Figures that a person corrected, with a public reason, and the file would silently change back."""
    touched = [f for f in group.figures if f.teryt in group.corrected and group.corrected[f.teryt] != f.value]
    if not touched:
        return None
    return Suspicion("corrected", _lines(touched), ("leave_out", "overwrite"), {}, "leave_out")


def _lines(figures: Sequence[Figure]) -> frozenset[int]:
    return frozenset(f.line for f in figures)
