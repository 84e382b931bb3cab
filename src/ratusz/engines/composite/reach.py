"""What it would take to rise: the smallest change of a unit's own data that gains it places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from ratusz.engines.composite import normalise, ranks, treat, weights
from ratusz.engines.composite.aggregate import Tree, aggregate
from ratusz.engines.composite.framework import Framework, Indicator
from ratusz.engines.composite.method import Method
from ratusz.engines.composite.ranking import prepare, rank
from ratusz.engines.composite.table import Table
from ratusz.engines.contracts import EngineError, Progress, no_progress

_AT_ONCE = 32  # trials in a batch; each batch divides the way by as many
_FINEST = _AT_ONCE**6
_HUNDREDTHS = 100


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


@dataclass(frozen=True)
class _Copies:
    """One indicator many times over: the same column in many trials, for `normalise.scale`."""

    indicators: tuple[Indicator, ...]

    @property
    def directions(self) -> np.ndarray:
        return np.array([float(i.direction) for i in self.indicators])

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(i.code for i in self.indicators)


class Trials:
    """The places of a table's units when one of them has other data; the others' data stay.

    A trial computes the whole ranking anew. Where rows are aggregated one by one and no missing cell depends on
    the change, that is the changed columns of many trials at once; else `rank`, trial by trial. Remembers what it
    has tried.
    """

    def __init__(self, table: Table, method: Method) -> None:
        self.table, self.method = table, method
        self.prepared = prepare(table, method)
        self._tried: dict[tuple, tuple[int, int]] = {}

    @cached_property
    def _base(self) -> np.ndarray:
        """(n, p) normalised values as they are."""
        treated, record = treat.treat(self.prepared.values, self.method.treatment)
        return normalise.scale(
            treated, self.method.framework, self.method.normalisation, self.prepared.units, record
        )

    @cached_property
    def _tree(self) -> Tree:
        return Tree.build(self.method.framework, self.method.mean, self.method.power)

    @cached_property
    def _weights(self) -> np.ndarray:
        return weights.resolve(self.method.framework, self.method.scheme)

    @cached_property
    def scores(self) -> np.ndarray:
        """Scores of all aggregates as they are, (n, q)."""
        return aggregate(self._base, self._tree, self._weights, self.prepared.units)

    @cached_property
    def _groups(self) -> np.ndarray:
        classes = self.prepared.classes or ("",) * len(self.prepared.units)
        return np.unique(np.array(classes), return_inverse=True)[1].astype(np.int64)

    @cached_property
    def start(self) -> tuple[np.ndarray, np.ndarray]:
        """Ranks and ranks in class as they are, (n,) each."""
        return ranks.rank(self.scores[:, -1], self._groups)

    @cached_property
    def _rowwise(self) -> bool:
        """Whether a unit's score depends on its own normalised values alone."""
        return all((a.mean or self.method.mean) != "copeland" for a in self.method.framework.levels)

    def place(self, unit: str) -> int:
        """The unit's row among the ranked units."""
        if unit not in self.prepared.units:
            raise EngineError(f"Unit {unit}", "no place", "it must be a ranked unit", "correct the name")
        return self.prepared.units.index(unit)

    def denominator(self, unit: str, code: str) -> float:
        """What the unit's datum is divided by."""
        indicator = self._indicator(code)
        if not indicator.denominator:
            return 1.0
        return float(self.table.values[self.table.units.index(unit), self._column(indicator.denominator)])

    def places(self, unit: str, codes: Sequence[str], data: np.ndarray) -> np.ndarray:
        """Return (g, 2) ranks and ranks in class of the unit with each of g data (g, k) in the columns `codes`."""
        keys = [(unit, *codes, *map(float, row)) for row in data]
        fresh = [k for k, key in enumerate(keys) if key not in self._tried]
        if fresh:
            found = self._compute(unit, codes, data[fresh])
            for k, places in zip(fresh, found, strict=True):
                self._tried[keys[k]] = (int(places[0]), int(places[1]))
        return np.array([self._tried[key] for key in keys]).reshape(-1, 2)

    def _compute(self, unit: str, codes: Sequence[str], data: np.ndarray) -> np.ndarray:
        try:
            if self._rowwise and all(self._stands_alone(code) for code in codes):
                return self._at_once(unit, codes, data)
            return np.array([self._one_by_one(unit, codes, row) for row in data])
        except EngineError:
            # Data with which there is no ranking gain no place.
            if len(data) == 1:
                return np.full((1, 2), len(self.prepared.units) + 1)
            return np.vstack([self._compute(unit, codes, row[None]) for row in data])

    def _stands_alone(self, code: str) -> bool:
        """Whether a change in the column changes no other column and fills no missing cell differently."""
        framework, j = self.method.framework, self.method.framework.codes.index(code)
        how = self.method.imputation.method
        # What is filled from like units or from all figures hangs together.
        looked_at = (
            self.table.values if how in ("nearest", "em") else self.table.values[:, self._column(code)]
        )
        return (how == "none" or not np.isnan(looked_at).any()) and not any(
            i.denominator == code for k, i in enumerate(framework.indicators) if k != j
        )

    def _at_once(self, unit: str, codes: Sequence[str], data: np.ndarray) -> np.ndarray:
        i, g, n = self.place(unit), len(data), len(self.prepared.units)
        framework = self.method.framework
        normal = np.repeat(self._base[None], g, axis=0)
        for code, values in zip(codes, data.T, strict=True):
            j = framework.codes.index(code)
            column = np.repeat(self.prepared.values[:, [j]], g, axis=1)
            column[i] = [framework.indicators[j].bent(v) for v in values / self.denominator(unit, code)]
            treated, record = treat.treat(column, self.method.treatment)
            copies: Framework = _Copies((framework.indicators[j],) * g)  # type: ignore[assignment]
            scaled = normalise.scale(treated, copies, self.method.normalisation, self.prepared.units, record)
            normal[:, :, j] = scaled.T
        own = aggregate(np.ascontiguousarray(normal[:, i]), self._tree, self._weights)[:, -1]
        # Most trials leave the others' scores as they are: only the rest are computed in full.
        others = np.arange(n) != i
        base = self._base[others]
        moved = np.flatnonzero([not np.array_equal(x[others], base, equal_nan=True) for x in normal])
        index = np.repeat(self.scores[None, :, -1], g, axis=0)
        if moved.size:
            flat = normal[moved].reshape(moved.size * n, -1)
            index[moved] = aggregate(flat, self._tree, self._weights)[:, -1].reshape(moved.size, n)
        index[:, i] = own
        found = [ranks.rank(scores, self._groups) for scores in index]
        return np.array([(overall[i], within[i]) for overall, within in found])

    def _one_by_one(self, unit: str, codes: Sequence[str], row: np.ndarray) -> tuple[int, int]:
        values = self.table.values.copy()
        for code, value in zip(codes, row, strict=True):
            values[self.table.units.index(unit), self._column(code)] = value
        result = rank(replace(self.table, values=values), self.method, runs=0)
        i = result.units.index(unit)
        within = result.class_ranks if result.class_ranks is not None else result.ranks
        return int(result.ranks[i]), int(within[i])

    def _column(self, code: str) -> int:
        return self.table.columns.index(code)

    def _indicator(self, code: str) -> Indicator:
        return self.method.framework.indicators[self.method.framework.codes.index(code)]


def what_would_it_take(
    table: Table,
    method: Method,
    unit: str,
    *,
    places: int = 1,
    within_class: bool = False,
    together: Sequence[str] = (),
    steps: Mapping[str, float] | None = None,
    trials: Trials | None = None,
    progress: Progress = no_progress,
) -> tuple[Change, ...]:
    """Return, for each indicator alone (or for all of `together` at once), the smallest gain that lifts the unit.

    `places`: how many places it shall rise, in its class if `within_class`. Each trial changes the unit's own
    data, on a straight way from its value to the best one seen among ranked units (over the denominator, where
    there is one), and computes the whole ranking anew; others' data stay. A missing value cannot be changed.
    Indicators on which the unit is best already are left out. Ordered by the share of the way, what is out of
    reach last.

    `steps`: the step in which an indicator's figures are written (0.1 for one decimal). Only such figures are
    tried then, so that a change is exactly what people read; `together` goes by hundredths of the way, rounded up
    to the step. `trials` of the same table and method may be used again: what was tried is not tried twice.
    """
    trials = trials or Trials(table, method)
    i = trials.place(unit)
    start = int(trials.start[1 if within_class else 0][i])
    goal = start - places
    if places < 1 or goal < 1:
        raise EngineError(
            "What would it take",
            f"{places} places from place {start}",
            "the goal is a place from 1 on, better than now",
            "ask for fewer places",
        )
    if unknown := [code for code in together if code not in method.framework.codes]:
        raise EngineError(
            "What would it take", unknown[0], "it must be an indicator of the method", "correct the code"
        )
    ways = {w.code: w for w in _ways(trials, unit, steps or {})}
    sets = [tuple(c for c in together if c in ways)] if together else [(code,) for code in ways]
    found = []
    for done, codes in enumerate(sets, 1):
        found.append(_smallest(trials, unit, [ways[c] for c in codes], goal, 1 if within_class else 0))
        progress(done, len(sets))
    return tuple(sorted(found, key=lambda c: (c.share is None, c.share or 0.0)))


@dataclass(frozen=True, slots=True)
class _Way:
    """From the unit's datum to the best one, in steps where there are any; `sign` is the direction of the data."""

    code: str
    now: float
    best: float
    sign: float
    step: float | None

    @property
    def parts(self) -> int:
        """How many figures lie on the way."""
        if self.step is None:
            return _FINEST
        return max(1, round(abs(self._written(self.best) - self._written(self.now)) / self.step))

    def _written(self, value: float) -> float:
        # As people round by hand: 0.15 is 0.2, and -0.25 is -0.3.
        return float(np.sign(value) * np.floor(abs(value) / self.step + 0.5 + 1e-9) * self.step)

    def at(self, number: np.ndarray, parts: int) -> np.ndarray:
        """The data after each number of `parts` equal parts of the way."""
        if self.step is None:
            return np.where(number == parts, self.best, self.now + number / parts * (self.best - self.now))
        count = np.ceil(number * self.parts / parts - 1e-9)
        # Multiples of the step, as a reader would write them down: 14.5 and not 14.499999999999998.
        decimals = max(0, int(np.ceil(-np.log10(self.step) - 1e-9)))
        return np.round(self._written(self.now) + self.sign * count * self.step, decimals)

    def share(self, value: float) -> float:
        return float(np.clip((value - self.now) / (self.best - self.now), 0.0, 1.0))


def _ways(trials: Trials, unit: str, steps: Mapping[str, float]) -> list[_Way]:
    row = trials.table.units.index(unit)
    values, found = trials.prepared.values, []
    for j, indicator in enumerate(trials.method.framework.indicators):
        now = float(trials.table.values[row, trials.table.columns.index(indicator.code)])
        known = values[~np.isnan(values[:, j]), j]
        if np.isnan(now) or not known.size:
            continue
        best = float(
            indicator.unbent(known.max() if indicator.direction > 0 else known.min())
            * trials.denominator(unit, indicator.code)
        )
        if indicator.direction * (best - now) > 0:
            step = steps.get(indicator.code)
            found.append(_Way(indicator.code, now, best, float(np.sign(best - now)), step))
    return found


def _smallest(trials: Trials, unit: str, ways: Sequence[_Way], goal: int, kind: int) -> Change:
    codes, now = tuple(w.code for w in ways), tuple(w.now for w in ways)
    alone = len(ways) == 1
    parts = ways[0].parts if alone else _HUNDREDTHS if any(w.step for w in ways) else _FINEST
    low, high = 0, parts if ways else 0
    # A rank need not rise steadily (the scale itself moves): look along the way first, then between two.
    while high - low > 1 or (low == 0 and high == parts):
        numbers = np.unique(np.ceil(np.linspace(low, high, _AT_ONCE + 1)[1:])).astype(np.int64)
        data = np.column_stack([w.at(numbers, parts) for w in ways])
        reached = np.flatnonzero(trials.places(unit, codes, data)[:, kind] <= goal)
        if not reached.size:
            high = 0
            break
        first = int(reached[0])
        low, high = int(numbers[first - 1]) if first else low, int(numbers[first])
        if high - low <= 1:
            break
    if high == 0:
        return Change(codes, now, None, None, None)
    needed = tuple(float(w.at(np.array([high]), parts)[0]) for w in ways)
    place = int(trials.places(unit, codes, np.array([needed]))[0, kind])
    share = ways[0].share(needed[0]) if alone else high / parts
    return Change(codes, now, needed, share, place)
