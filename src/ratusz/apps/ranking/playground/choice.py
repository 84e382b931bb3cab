"""A reader's choice as it stands in an address: short, readable, and only what differs from the published method."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from ratusz.apps.ranking.playground.board import MOST, Board

WEIGHT = "w-"
WITHOUT = "without"


@dataclass(frozen=True, slots=True)
class Choice:
    """What differs from the published method; all of it empty is that method."""

    weights: tuple[tuple[str, int], ...] = ()
    scale: str = ""
    mean: str = ""
    outliers: str = ""
    missing: str = ""
    without: str = ""

    def __bool__(self) -> bool:
        return self != AS_PUBLISHED

    @property
    def switched(self) -> tuple[str, ...]:
        """The names of the switches that were moved."""
        return tuple(name for name in ("scale", "mean", "outliers", "missing") if getattr(self, name))

    @property
    def only_weights(self) -> bool:
        """True where nothing but weights was changed; a weight of nothing leaves the indicator out."""
        return bool(self.weights or self.without) and not self.switched

    def points(self, board: Board, code: str) -> int:
        """Where the slider of a node stands."""
        return dict(self.weights).get(code, board.sliders[code].points)

    def pairs(self) -> list[tuple[str, str]]:
        """The parts of the address, always in one order."""
        found = [(WEIGHT + code, str(points)) for code, points in self.weights]
        found += [(name, token(getattr(self, name))) for name in self.switched]
        return found + ([(WITHOUT, self.without)] if self.without else [])

    def query(self) -> str:
        """The query of the address that gives this choice back."""
        return urlencode(self.pairs())


AS_PUBLISHED = Choice()


def read_choice(asked: Mapping[str, str], board: Board, names: Mapping[str, str]) -> tuple[Choice, list[str]]:
    """The choice of an address, and a plain sentence for every part of it that is no choice and was left aside.

    `names` are those of the switches, pillars and indicators in the reader's language.
    """
    problems: list[str] = []
    weights = _weights(asked, board, names, problems)
    chosen = {}
    for switch in board.switches:
        value = asked.get(switch.name, "")
        named = {token(option): option for option in switch.others}
        if value in named:
            chosen[switch.name] = named[value]
        elif value and value != token(switch.published):
            problems.append(
                _("%(name)s: there is no choice “%(value)s”, so the published one is used.")
                % {"value": value[:40], "name": names.get(switch.name, switch.name)}
            )
    without = asked.get(WITHOUT, "")
    if without and without not in board.indicators:
        problems.append(
            _("There is no indicator “%(code)s” to leave out: all are kept.") % {"code": without[:40]}
        )
        without = ""
    return Choice(weights=tuple(weights), without=without, **chosen), problems


def _weights(
    asked: Mapping[str, str], board: Board, names: Mapping[str, str], problems: list[str]
) -> list[tuple[str, int]]:
    found = []
    for code, slider in board.sliders.items():
        value = asked.get(WEIGHT + code, "").strip()
        if value.isascii() and value.isdigit() and len(value) < 4 and int(value) <= MOST:
            if int(value) != slider.points:
                found.append((code, int(value)))
        elif value:
            problems.append(
                _(
                    "%(name)s: the weight “%(value)s” is no whole number from 0 to 100, so the published one is used."
                )
                % {"value": value[:40], "name": names.get(code, code)}
            )
    unknown = [k for k in asked if k.startswith(WEIGHT) and k.removeprefix(WEIGHT) not in board.sliders]
    problems.extend(
        _("This ranking has no weight called “%(code)s”.") % {"code": k.removeprefix(WEIGHT)[:40]}
        for k in unknown[:3]
    )
    return found


def token(name: str) -> str:
    """The name of an option as it stands in an address."""
    return name.replace(" ", "-")
