"""What it would take to gain places: the engine's answer in the figures of the cards."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any

from ratusz.apps.ranking import wording
from ratusz.apps.ranking.models import RankedCity, Ranking
from ratusz.apps.ranking.queries.inputs import inputs_of
from ratusz.engines.composite.reach import Change, Trials, what_would_it_take

GAINS = (1, 3)
MOST = 50


@dataclass(frozen=True, slots=True)
class Figure:
    """An indicator's figure now and then; `beyond`: better than the best city of the class."""

    card: dict[str, Any]
    now: float
    needed: float
    beyond: bool

    @property
    def change(self) -> float:
        """The difference of the two figures as they are written."""
        return float(_written(self.needed, self.card) - _written(self.now, self.card))

    @property
    def amount(self) -> float:
        return abs(self.change)

    @property
    def more(self) -> bool:
        return self.change > 0


@dataclass(frozen=True, slots=True)
class Gain:
    """The smallest change that gains the places asked for, and the place then; none where the best is not enough."""

    places: int
    rank: int | None
    figures: tuple[Figure, ...]

    @property
    def reached(self) -> bool:
        return self.rank is not None

    @property
    def beyond(self) -> bool:
        return any(figure.beyond for figure in self.figures)

    @property
    def figure(self) -> Figure | None:
        return self.figures[0] if self.figures else None


@dataclass(frozen=True, slots=True)
class Row:
    """One indicator: what each number of places would take."""

    card: dict[str, Any]
    now: float
    gains: tuple[Gain, ...]


@dataclass(frozen=True, slots=True)
class Rising:
    """The ways up from a place: each indicator alone, nearest first, and the indicators of the weakest pillar together.

    `places` are the numbers of places asked for; `noise`: a gain of the first number lies within the interval.
    """

    start: int
    places: tuple[int, ...]
    rows: tuple[Row, ...]
    pillar: dict[str, Any] | None
    together: tuple[Gain, ...]
    noise: bool

    @property
    def leads(self) -> bool:
        return self.start == 1

    @property
    def beyond(self) -> bool:
        """Whether a change goes past the best city of the class."""
        return any(g.beyond for g in (*self.together, *(g for row in self.rows for g in row.gains)))

    @property
    def together_rows(self) -> list[tuple[dict[str, Any], float, list[tuple[Figure | None, Gain]]]]:
        """Each figure of the weakest pillar that moves: its card, now, and what each number of places takes."""
        moved = {f.card["code"]: (f.card, f.now) for gain in self.together for f in gain.figures}
        return [
            (card, now, [(next((f for f in g.figures if f.card is card), None), g) for g in self.together])
            for card, now in moved.values()
        ]

    @property
    def nearest(self) -> tuple[Row, ...]:
        """Up to three indicators in which the first step is the shortest and lies within the class."""
        return tuple(r for r in self.rows if r.gains and r.gains[0].reached and not r.gains[0].beyond)[:3]


def rising(
    row: RankedCity, ranking: Ranking, *, gain: int = GAINS[1], in_class: bool = True
) -> Rising | None:
    """What one place and `gain` places would take, in the class or among all; None for a city without a place."""
    if not row.classified:
        return None
    start = row.class_rank if in_class else row.rank
    places = tuple(sorted({min(g, start - 1) for g in (GAINS[0], gain) if start > 1}))
    alone, pillar, together = _changes(_Key(ranking), row.slug, places, in_class)
    prefix = "class_" if in_class else ""
    interval = wording.bounds(getattr(row, prefix + "p05"), getattr(row, prefix + "p95"))
    read = _Reader(row, ranking)
    return Rising(
        start=start,
        places=places,
        rows=tuple(read.row(changes, places) for changes in alone),
        pillar=next((p for p in ranking.summary["pillars"] if p["code"] == pillar), None),
        together=tuple(read.gain(change, n) for change, n in zip(together, places, strict=True)),
        noise=bool(places and interval and interval[0] <= start - places[0]),
    )


class _Key:
    """A ranking as a key of the cache: what is frozen under one number and hash never changes."""

    def __init__(self, ranking: Ranking) -> None:
        self.ranking, self.identity = ranking, (ranking.pk, ranking.bundle_sha256)

    def __hash__(self) -> int:
        return hash(self.identity)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and self.identity == other.identity


@lru_cache(maxsize=512)
def _changes(
    key: _Key, slug: str, places: tuple[int, ...], in_class: bool
) -> tuple[list[tuple[Change, ...]], str | None, tuple[Change, ...]]:
    """For each indicator its changes by the number of places; the weakest pillar; its changes as a whole."""
    inputs, summary = inputs_of(key.ranking), key.ranking.summary
    unit = inputs.unit_of[slug]
    trials = Trials(inputs.table, inputs.method)
    common = {
        "within_class": in_class,
        "steps": {card["code"]: 10.0 ** -card["decimals"] for card in summary["indicators"]},
        "trials": trials,
    }
    found = [what_would_it_take(inputs.table, inputs.method, unit, places=n, **common) for n in places]
    by_code = [{change.codes[0]: change for change in changes} for changes in found]
    # In the order of the shortest way to the first goal.
    alone = [tuple(changes[change.codes[0]] for changes in by_code) for change in (found[0] if found else ())]
    pillar = _weakest(trials, unit, summary, inputs.method) if places else None
    codes = [card["code"] for card in summary["indicators"] if card["pillar"] == pillar]
    together = tuple(
        what_would_it_take(inputs.table, inputs.method, unit, places=n, together=codes, **common)[0]
        for n in places
        if pillar
    )
    return alone, pillar, together


def _weakest(trials: Trials, unit: str, summary: dict[str, Any], method: Any) -> str | None:
    """The pillar with the lowest place in the class; the heavier one where two are even."""
    i, classes = trials.place(unit), trials.prepared.classes
    same = [k for k in range(len(trials.prepared.units)) if classes is None or classes[k] == classes[i]]
    levels = [a.code for a in method.framework.levels]
    measured = {card["pillar"] for card in summary["indicators"]}

    def standing(pillar: dict[str, Any]) -> tuple[int, float]:
        column = trials.scores[:, levels.index(pillar["code"])]
        return int((column[same] > column[i]).sum()), pillar["share"]

    pillars = [p for p in summary["pillars"] if p["code"] in measured]
    return max(pillars, key=standing)["code"] if pillars else None


class _Reader:
    """Turns the engine's changes into figures of the cards."""

    def __init__(self, row: RankedCity, ranking: Ranking) -> None:
        self.cards = {card["code"]: card for card in ranking.summary["indicators"]}
        self.ranges = ranking.summary["ranges"].get(str(row.size_class), {}).get("indicators", {})

    def row(self, changes: tuple[Change, ...], places: tuple[int, ...]) -> Row:
        first = changes[0]
        return Row(
            self.cards[first.codes[0]],
            first.now[0],
            tuple(self.gain(change, n) for change, n in zip(changes, places, strict=True)),
        )

    def gain(self, change: Change, places: int) -> Gain:
        if change.needed is None:
            return Gain(places, None, ())
        figures = [
            self._figure(*facts) for facts in zip(change.codes, change.now, change.needed, strict=True)
        ]
        return Gain(places, change.rank, tuple(f for f in figures if f.change))

    def _figure(self, code: str, now: float, needed: float) -> Figure:
        card, five = self.cards[code], self.ranges.get(code)
        beyond = False
        if five:
            best = _written(five[-1] if card["direction"] > 0 else five[0], card)
            beyond = card["direction"] * (_written(needed, card) - best) > 0
        return Figure(card, now, needed, beyond)


def _written(value: float, card: dict[str, Any]) -> Decimal:
    """The figure as `formats.number` writes it."""
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-card["decimals"]), ROUND_HALF_UP)
