"""What a reader may change of a published method: a slider for each weight, a switch for each choice."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ratusz.engines import composite
from ratusz.engines.composite import weights

SCALES = ("min-max", "z-score", "rank")
MEANS = ("arithmetic", "geometric", "harmonic")
OUTLIERS = ("winsorise", "none")
MISSING = ("none", "mean", "median")
IN_CLASS = "group median"
MOST = 100


@dataclass(frozen=True, slots=True)
class Slider:
    """A weight among its siblings: `share` of 100 in the published method, `points` the same in whole points."""

    code: str
    parent: str
    share: float
    alone: bool

    @property
    def points(self) -> int:
        return round(self.share)


@dataclass(frozen=True, slots=True)
class Switch:
    """A choice of the method: what was published, and what else there is to try."""

    name: str
    published: str
    others: tuple[str, ...]


@dataclass(frozen=True)
class Board:
    """All sliders, the top of the tree first, and all switches."""

    top: tuple[Slider, ...]
    below: tuple[Slider, ...]
    switches: tuple[Switch, ...]
    indicators: tuple[str, ...]

    @cached_property
    def sliders(self) -> dict[str, Slider]:
        """Every slider by its code."""
        return {slider.code: slider for slider in (*self.top, *self.below)}


def board_of(method: composite.Method) -> Board:
    """The board of a published method."""
    framework = method.framework
    base = weights.resolve(framework, method.scheme)
    top: list[Slider] = []
    below: list[Slider] = []
    for level, siblings in zip(reversed(framework.levels), reversed(framework.siblings), strict=True):
        group = top if level is framework.root else below
        shares = 100 * base[siblings] / base[siblings].sum()
        group.extend(
            Slider(framework.nodes[k].code, level.code, float(share), alone=len(siblings) == 1)
            for k, share in zip(siblings, shares, strict=True)
        )
    return Board(tuple(top), tuple(below), _switches(method), framework.codes)


def _switches(method: composite.Method) -> tuple[Switch, ...]:
    # A branch with a mean of its own is not what one mean for the whole tree would give.
    branches = {a.mean for a in method.framework.aggregates if a.mean} - {method.mean}
    known = (*MISSING, IN_CLASS) if method.class_column else MISSING
    return (
        _switch("scale", method.normalisation.method, SCALES),
        _switch("mean", method.mean, MEANS, all_others=bool(branches)),
        _switch("outliers", method.treatment.method, OUTLIERS),
        _switch("missing", method.imputation.method, known),
    )


def _switch(name: str, published: str, known: tuple[str, ...], *, all_others: bool = False) -> Switch:
    return Switch(name, published, tuple(k for k in known if all_others or k != published))


def missing_figures(table: composite.Table, method: composite.Method) -> int:
    """How many figures of the indicators are missing in the table."""
    place = {code: k for k, code in enumerate(table.columns)}
    return int(np.isnan(table.values[:, [place[code] for code in method.framework.codes]]).sum())
