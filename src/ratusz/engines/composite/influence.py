"""What stands behind a place: each indicator's pull, a unit's profile, and what it would take to rise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ratusz.engines.composite import normalise, ranks, treat, uncertainty, weights
from ratusz.engines.composite.aggregate import Tree, aggregate
from ratusz.engines.composite.method import Method
from ratusz.engines.composite.ranking import Ranking, prepare, rank
from ratusz.engines.composite.table import Table
from ratusz.engines.contracts import EngineError, Progress, no_progress

_GRID, _HALVINGS = 8, 26


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


@dataclass(frozen=True, slots=True)
class Change:
    """The smallest change that gains the places: data now and then, by indicator; None if the best is not enough.

    share: how much of the way from the unit's value to the best one seen it takes, 0 to 1; rank: the place then.
    """

    codes: tuple[str, ...]
    now: tuple[float, ...]
    needed: tuple[float, ...] | None
    share: float | None
    rank: int | None


def leave_one_out(table: Table, method: Method) -> LeftOut:
    """Return the ranks of the method with each indicator left out in turn, its siblings' weights renormalised."""
    prepared = prepare(table, method)
    uncertainty.check_leave_one_out(prepared.values, prepared.units)
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


def what_would_it_take(
    table: Table,
    method: Method,
    unit: str,
    *,
    places: int = 1,
    together: Sequence[str] = (),
    progress: Progress = no_progress,
) -> tuple[Change, ...]:
    """Return, for each indicator alone (or for all of `together` at once), the smallest gain that lifts the unit.

    `places`: how many places it shall rise. Each trial changes the unit's own data, on a straight way from its
    value to the best one seen among ranked units (over the denominator, where there is one), and computes the
    whole ranking anew; others' data stay. A missing value cannot be changed. Indicators on which the unit is
    best already are left out. Ordered by the share of the way, what is out of reach last.
    """
    prepared = prepare(table, method)
    i = _place(prepared.units, unit)
    start = int(rank(table, method, runs=0).ranks[i])
    goal = start - places
    if places < 1 or goal < 1:
        raise EngineError(
            "What would it take",
            f"{places} places from place {start}",
            "the goal is a place from 1 on, better than now",
            "ask for fewer places",
        )
    row = table.units.index(unit)
    column = {code: k for k, code in enumerate(table.columns)}
    aims: dict[str, tuple[float, float]] = {}
    for j, indicator in enumerate(method.framework.indicators):
        now = table.values[row, column[indicator.code]]
        base = table.values[row, column[indicator.denominator]] if indicator.denominator else 1.0
        known = prepared.values[~np.isnan(prepared.values[:, j]), j]
        best = (known.max() if indicator.direction > 0 else known.min()) * base
        if not np.isnan(now) and not np.isnan(best) and indicator.direction * (best - now) > 0:
            aims[indicator.code] = float(now), float(best)
    unknown = [code for code in together if code not in method.framework.codes]
    if unknown:
        raise EngineError(
            "What would it take", unknown[0], "it must be an indicator of the method", "correct the code"
        )
    sets = [tuple(c for c in together if c in aims)] if together else [(code,) for code in aims]

    def reached(codes: tuple[str, ...], share: float) -> int:
        values = table.values.copy()
        for code in codes:
            now, best = aims[code]
            values[row, column[code]] = best if share == 1 else now + share * (best - now)
        return int(rank(replace(table, values=values), method, runs=0).ranks[i])

    found = []
    for done, codes in enumerate(sets, 1):
        found.append(_smallest(codes, aims, goal, reached))
        progress(done, len(sets))
    return tuple(sorted(found, key=lambda c: (c.share is None, c.share or 0.0)))


def _smallest(codes: tuple[str, ...], aims: dict, goal: int, reached) -> Change:
    now = tuple(aims[c][0] for c in codes)
    # A rank need not rise steadily (the scale itself moves): look along the way first, then halve.
    step = next((k for k in range(1, _GRID + 1) if codes and reached(codes, k / _GRID) <= goal), None)
    if step is None:
        return Change(codes, now, None, None, None)
    low, high = (step - 1) / _GRID, step / _GRID
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if reached(codes, middle) <= goal:
            high = middle
        else:
            low = middle
    needed = tuple(aims[c][1] if high == 1 else aims[c][0] + high * (aims[c][1] - aims[c][0]) for c in codes)
    return Change(codes, now, needed, high, reached(codes, high))


def _place(units: tuple[str, ...], unit: str) -> int:
    if unit not in units:
        raise EngineError(f"Unit {unit}", "no place", "it must be a ranked unit", "correct the name")
    return units.index(unit)
