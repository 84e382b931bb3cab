"""How a city stands: each indicator and pillar against its class."""

from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from ratusz.apps.core.pictures import class_range
from ratusz.apps.core.templatetags.formats import number
from ratusz.apps.ranking import cards
from ratusz.apps.ranking.models import RankedCity, Ranking
from ratusz.apps.ranking.templatetags.ranking import figure

STRONG, WEAK = 0.75, 0.25
NAMED = 3

Five = list[float] | None


@dataclass(frozen=True)
class Standing:
    """What a pillar and an indicator share: the city, the card, the value and the five figures of the class."""

    city: str
    card: dict[str, Any]
    value: float | None
    five: Five

    direction = 1

    @property
    def median(self) -> float | None:
        return self.five[2] if self.five else None

    @property
    def words(self) -> str:
        """What the picture says."""
        raise NotImplementedError

    @property
    def picture(self) -> SafeString:
        """The value on the line from the worst to the best of the class; nothing without a class."""
        if self.five is None:
            return mark_safe("")
        low, q1, median, q3, high = self.five
        drawn = class_range(
            value=self.value, minimum=low, q1=q1, median=median, q3=q3, maximum=high,
            direction=self.direction, title=self.words,
        )  # fmt: skip
        return mark_safe(drawn)  # noqa: S308 - drawn by core.pictures, which escapes names


@dataclass(frozen=True)
class Measured(Standing):
    """An indicator of the method with the city's figure, if there is one."""

    pillar: dict[str, Any] | None
    item: dict[str, Any] | None

    @property
    def direction(self) -> int:
        return self.card["direction"]

    @property
    def percentile(self) -> float | None:
        return self.item["percentile"] if self.item else None

    @property
    def words(self) -> str:
        return _("%(indicator)s: %(city)s %(value)s, median of the class %(median)s") % {
            "indicator": cards.said(self.card, "name"),
            "city": self.city,
            "value": figure(self.item, self.card),
            "median": figure({"value": self.median}, self.card),
        }


@dataclass(frozen=True)
class PillarStanding(Standing):
    """A pillar with the city's score."""

    @property
    def words(self) -> str:
        return _("%(pillar)s: %(city)s %(score)s, median of the class %(median)s") % {
            "pillar": cards.said(self.card, "name"),
            "city": self.city,
            "score": number(self.value, 1),
            "median": number(self.median, 1),
        }


def indicators(row: RankedCity, ranking: Ranking) -> list[Measured]:
    """Each indicator of the method with the city's figure and its class."""
    items = {item["code"]: item for item in row.indicators}
    ranges = _ranges(row, ranking, "indicators")
    names = {p["code"]: p for p in ranking.summary["pillars"]}
    found = []
    for card in ranking.summary["indicators"]:
        code, item = card["code"], items.get(card["code"])
        value = item["value"] if item else None
        found.append(Measured(row.name, card, value, ranges.get(code), names.get(card["pillar"]), item))
    return found


def pillars(row: RankedCity, ranking: Ranking) -> list[PillarStanding]:
    """Each pillar with the city's score and its class."""
    ranges = _ranges(row, ranking, "pillars")
    return [
        PillarStanding(row.name, card, row.pillars.get(card["code"]), ranges.get(card["code"]))
        for card in ranking.summary["pillars"]
    ]


def _ranges(row: RankedCity, ranking: Ranking, kind: str) -> dict[str, Five]:
    return ranking.summary["ranges"].get(str(row.size_class), {}).get(kind, {})


def best(measured: list[Measured]) -> list[Measured]:
    """Up to three indicators in which the city does better than three quarters of its class."""
    known = [m for m in measured if (m.percentile or 0) >= STRONG]
    return sorted(known, key=lambda m: -m.percentile)[:NAMED]


def worst(measured: list[Measured]) -> list[Measured]:
    """Up to three indicators in which three quarters of the class do better."""
    known = [m for m in measured if m.percentile is not None and m.percentile <= WEAK]
    return sorted(known, key=lambda m: m.percentile)[:NAMED]
