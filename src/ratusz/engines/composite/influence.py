"""What stands behind a place: each indicator's pull and a unit's profile."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ratusz.engines.composite import normalise, ranks, treat, uncertainty, weights
from ratusz.engines.composite.aggregate import Tree, aggregate
from ratusz.engines.composite.method import Method
from ratusz.engines.composite.ranking import Ranking, prepare
from ratusz.engines.composite.table import Table
from ratusz.engines.contracts import EngineError


@dataclass(frozen=True)
class LeftOut:
    """Ranks without one indicator at a time: ranks (n, p) in the order of units and codes, nominal ranks (n,)."""

    units: tuple[str, ...]
    codes: tuple[str, ...]
    nominal: np.ndarray
    ranks: np.ndarray

    @property
    def mean_shift(self) -> np.ndarray:
        """Mean places that units move without each indicator, (p,)."""
        return np.abs(self.ranks - self.nominal[:, None]).mean(axis=0)

    @property
    def largest_shift(self) -> np.ndarray:
        """The most places that any unit moves without each indicator, (p,)."""
        return np.abs(self.ranks - self.nominal[:, None]).max(axis=0)

    @property
    def leader_kept(self) -> np.ndarray:
        """Whether the nominal leaders lead again without each indicator, (p,) bool."""
        return (self.ranks[self.nominal == 1] == 1).all(axis=0)


@dataclass(frozen=True, slots=True)
class Standing:
    """One unit on one node: score, place among `among` units that have one, percentile (100 = best), weight."""

    code: str
    score: float
    place: int
    among: int
    percentile: float
    weight: float


@dataclass(frozen=True)
class Profile:
    """A unit on every node it has a score for; strengths and weaknesses are indicators, the most telling first."""

    unit: str
    standings: tuple[Standing, ...]
    strengths: tuple[Standing, ...]
    weaknesses: tuple[Standing, ...]


def leave_one_out(table: Table, method: Method) -> LeftOut:
    """Return the ranks of the method with each indicator left out in turn, its siblings' weights renormalised."""
    prepared = prepare(table, method)
    uncertainty.check_known(prepared.values, prepared.units, 2)
    framework = method.framework
    treated, record = treat.treat(prepared.values, method.treatment)
    normal = normalise.scale(treated, framework, method.normalisation, prepared.units, record)
    tree = Tree.build(framework, method.mean, method.power)
    base = weights.resolve(framework, method.scheme)
    found = [ranks.rank(aggregate(normal, tree, base, prepared.units)[:, -1])[0]]
    for j in range(len(framework.indicators)):
        without = base.copy()
        without[j] = 0.0
        found.append(ranks.rank(aggregate(normal, tree, without, prepared.units)[:, -1])[0])
    return LeftOut(prepared.units, framework.codes, found[0], np.array(found[1:]).T)


def profile(ranking: Ranking, unit: str, *, within_class: bool = False, most: int = 5) -> Profile:
    """Return how a unit stands on every indicator and aggregate, among all units or those of its class.

    Strengths: indicators on which it is in the better half, the highest percentile first, larger weights
    before smaller; weaknesses: the worse half, the lowest first.
    """
    i = _place(ranking.units, unit)
    same = np.ones(len(ranking.units), dtype=bool)
    if within_class and ranking.classes:
        same = np.array([label == ranking.classes[i] for label in ranking.classes])
    nodes = np.hstack([ranking.normalised, ranking.scores])
    standings = []
    for k, node in enumerate(ranking.method.framework.nodes):
        own = nodes[i, k]
        if np.isnan(own):
            continue
        others = nodes[same & ~np.isnan(nodes[:, k]), k]
        margin = 1e-11 * np.abs(others).max()
        better, worse = int((others > own + margin).sum()), int((others < own - margin).sum())
        tied = others.size - better - worse - 1
        percentile = 100 * (worse + tied / 2) / (others.size - 1) if others.size > 1 else 100.0
        weight = float(ranking.effective_weights[k])
        standings.append(Standing(node.code, float(own), 1 + better, others.size, percentile, weight))
    own_indicators = [s for s in standings if s.code in ranking.indicators]
    strong = sorted(
        (s for s in own_indicators if s.percentile > 50), key=lambda s: (-s.percentile, -s.weight)
    )
    weak = sorted((s for s in own_indicators if s.percentile < 50), key=lambda s: (s.percentile, -s.weight))
    return Profile(unit, tuple(standings), tuple(strong[:most]), tuple(weak[:most]))


def _place(units: tuple[str, ...], unit: str) -> int:
    if unit not in units:
        raise EngineError(f"Unit {unit}", "no place", "it must be a ranked unit", "correct the name")
    return units.index(unit)
