"""Size classes in an organiser's own words, and what is wrong with them; the names that engines know cities by."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.utils.translation import gettext_lazy as _

from ratusz.apps.core.errors import DomainError
from ratusz.apps.core.templatetags.formats import NBSP, number

# A city this near to a bound (as a share of the bound) is listed as borderline.
BORDERLINE = 0.02
_NUMBER = rf"(\d[\d {NBSP}\u202f.,]*)(?:\s*(tys\.?|k|thousand)(?!\w))?"
_FROM = r"(?P<over>>|powyżej|ponad|more than|over|above)|(?P<least>≥|>=|od|co najmniej|from|at least)"
_TO = r"(?P<under><|poniżej|mniej niż|less than|under|below)|(?P<most>≤|<=|do|co najwyżej|najwyżej|up to|to|at most)"
# A small class and a large one may be written together: >60 000 ≤120 000.
_LOWER = re.compile(rf"^(?:{_FROM})\s*{_NUMBER}", re.IGNORECASE)
_UPPER = re.compile(rf"^(?:{_TO})\s*{_NUMBER}", re.IGNORECASE)
_RANGE = re.compile(rf"^{_NUMBER}\s*[-–—]\s*{_NUMBER}$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Bounds:
    """A class by people, both ends included; `most` is None for the largest cities."""

    least: int
    most: int | None

    def holds(self, people: int) -> bool:
        return self.least <= people and (self.most is None or people <= self.most)


def parse_bounds(words: str) -> Bounds:
    """The bounds that the words mean; a range such as 60 000–120 000 holds both of its ends.

    >>> parse_bounds("≤60 000"), parse_bounds("powyżej 60 tys. do 120 tys."), parse_bounds(">120000")
    (Bounds(least=0, most=60000), Bounds(least=60001, most=120000), Bounds(least=120001, most=None))
    """
    text = " ".join(words.replace(NBSP, " ").replace("\u202f", " ").split())
    if match := _RANGE.match(text):
        low, high = _people(match[1], match[2]), _people(match[3], match[4])
        return _ordered(Bounds(low, high), words)
    least, most = 0, None
    rest = text
    if match := _LOWER.match(rest):
        value = _people(match[3], match[4])
        least = value + 1 if match["over"] else value
        rest = re.sub(r"^(?:,|;|i|oraz|and)\s+", "", rest[match.end() :].strip())
    if match := _UPPER.match(rest):
        value = _people(match[3], match[4])
        most = value - 1 if match["under"] else value
        rest = rest[match.end() :].strip()
    if rest or (least == 0 and most is None and text):
        raise DomainError(
            _("“%(words)s” does not say a size.") % {"words": words},
            next_step=_("Write for example ≤60 000, 60 001–120 000 or >120 000."),
            field="bounds",
            code="bounds_unclear",
        )
    return _ordered(Bounds(least, most), words)


def _people(digits: str, thousands: str | None) -> int:
    plain = re.sub(rf"[ {NBSP}\u202f]", "", digits).strip(".,")
    if thousands:
        return round(float(plain.replace(",", ".")) * 1000)
    return int(re.sub(r"[.,]", "", plain))


def _ordered(bounds: Bounds, words: str) -> Bounds:
    if bounds.most is not None and bounds.most < bounds.least:
        raise DomainError(
            _("“%(words)s” ends before it begins.") % {"words": words},
            next_step=_("Put the smaller number first."),
            field="bounds",
            code="bounds_reversed",
        )
    return bounds


def require_partition(classes: Sequence[Bounds]) -> list[Bounds]:
    """The classes from the smallest; raises where a number of people belongs to two of them or to none."""
    ordered = sorted(classes, key=lambda bounds: bounds.least)
    if not ordered:
        raise DomainError(_("An edition needs at least one class."), field="bounds", code="no_class")
    if ordered[0].least > 1:
        raise _broken("gap", 1, ordered[0].least - 1)
    for smaller, larger in pairwise(ordered):
        if smaller.most is None or larger.least <= smaller.most:
            raise _broken("overlap", larger.least, larger.least if smaller.most is None else smaller.most)
        if larger.least > smaller.most + 1:
            alone = larger.least == smaller.most + 2
            raise _broken("gap", smaller.most + 1, smaller.most + alone)
    if (most := ordered[-1].most) is not None:
        raise _broken("gap", most + 1, most)
    return ordered


def _broken(kind: str, people: int, bound: int) -> DomainError:
    """The error of an overlap or a gap at `people`; `bound` is where both classes should meet."""
    words = {"people": number(people), "bound": number(bound)}
    if kind == "overlap":
        message = _("Classes: %(people)s belongs to two classes.") % words
    else:
        message = _("Classes: %(people)s belongs to no class.") % words
    step = _("Set: ≤%(bound)s and >%(bound)s.") % words
    return DomainError(
        message, next_step=step, field="bounds", code=f"classes_{kind}", data={"people": people}
    )


def is_borderline(people: int, bounds: Sequence[int]) -> bool:
    """True when the population is within 2 % of a bound between two classes."""
    return any(abs(people - bound) <= bound * BORDERLINE for bound in bounds)


def unit_names(names: Sequence[str], teryts: Sequence[str]) -> tuple[str, ...]:
    """The engine's names of cities: with the TERYT code where two share a name, as the two Świdnicas do."""
    times = Counter(names)
    return tuple(
        name if times[name] == 1 else f"{name} ({teryt})" for name, teryt in zip(names, teryts, strict=True)
    )
