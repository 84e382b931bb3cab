"""The ranking by a reader's choice: places and intervals of every city, and how far it is from the published one."""

from collections import Counter
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from ratusz.apps.ranking import queries
from ratusz.apps.ranking.models import Ranking
from ratusz.apps.ranking.playground.choice import Choice
from ratusz.apps.ranking.playground.method import method_of
from ratusz.engines import composite
from ratusz.engines.composite import weights

# Beyond so many cities the intervals take longer than a reader's hand rests: they are counted when asked for.
AT_ONCE = 300
VARIANTS, FEWER = 512, 128


@dataclass(frozen=True, slots=True)
class Place:
    """A city's place; the interval and the share of first places are missing where no variant was counted."""

    rank: int
    tied: bool
    score: float
    low: float | None = None
    high: float | None = None
    first: float | None = None


@dataclass(frozen=True)
class Played:
    """The places by a choice, by slug: overall and within the classes.

    `refused` is what the engine said of the variants where it could not count them.
    """

    overall: dict[str, Place]
    in_class: dict[str, Place]
    variants: int
    refused: composite.EngineError | None = None

    def places(self, size_class: int) -> dict[str, Place]:
        """The places among all cities (0) or within each city's own class."""
        return self.in_class if size_class and self.in_class else self.overall


@dataclass(frozen=True, slots=True)
class Distance:
    """How far a choice is from the published method: the share of weight moved, places moved by cities on average."""

    weight: float
    places: float
    most: int
    who: tuple[str, ...]


def play(ranking: Ranking, choice: Choice, *, variants: int) -> Played:
    """The places by the choice from the frozen inputs; raises `EngineError` where it cannot be computed.

    The published method is not computed again: its places and intervals are the published ones.
    """
    if not choice:
        return _published(ranking)
    return _play(queries.inputs_of(ranking), choice, variants)


# A choice gives the same places to everybody who makes it.
@lru_cache(maxsize=64)
def _play(inputs: queries.Inputs, choice: Choice, variants: int) -> Played:
    method = method_of(choice, inputs.method)
    refused = None
    try:
        result = composite.rank(inputs.table, method, runs=variants)
    except composite.EngineError as error:
        if not variants:
            raise
        refused, result = error, composite.rank(inputs.table, method, runs=0)
    slug_of = dict(zip(inputs.table.units, inputs.slugs, strict=True))
    slugs = [slug_of[unit] for unit in result.units]
    labels = result.classes or ("",) * len(slugs)
    in_class = {}
    if result.class_ranks is not None:
        in_class = _places(slugs, result.class_ranks, result.index, labels, result.class_spread)
    return Played(
        _places(slugs, result.ranks, result.index, ("",) * len(slugs), result.spread),
        in_class,
        result.provenance.runs,
        refused,
    )


def _places(
    slugs: list[str],
    ranks: np.ndarray,
    scores: np.ndarray,
    labels: tuple[str, ...],
    spread: composite.RankSpread | None,
) -> dict[str, Place]:
    taken = Counter(zip(labels, ranks.tolist(), strict=True))
    found = {
        slug: Place(rank, taken[label, rank] > 1, score)
        for slug, rank, score, label in zip(slugs, ranks.tolist(), scores.tolist(), labels, strict=True)
    }
    if spread is not None:
        for slug, low, high, first in zip(
            slugs, spread.p05.tolist(), spread.p95.tolist(), spread.p_first.tolist(), strict=True
        ):
            found[slug] = replace(found[slug], low=low, high=high, first=first)
    return found


def _published(ranking: Ranking) -> Played:
    rows = [row for row in queries.standings_of(ranking) if row.rank is not None]
    return Played(
        {r.slug: Place(r.rank, r.tied, r.score, r.p05, r.p95, r.p_first) for r in rows},
        {
            r.slug: Place(r.class_rank, r.class_tied, r.score, r.class_p05, r.class_p95, r.class_p_first)
            for r in rows
            if r.size_class
        },
        ranking.summary["variants"],
    )


def distance(ranking: Ranking, choice: Choice, played: Played) -> Distance:
    """How far the choice is from the published method, over all cities that both rank."""
    published = queries.inputs_of(ranking).method
    before = _shares(published)
    now = _shares(method_of(choice, published))
    moved = sum(abs(share - now.get(code, 0.0)) for code, share in before.items()) / 2
    shifts = {
        row.name: abs(row.rank - played.overall[row.slug].rank)
        for row in queries.standings_of(ranking)
        if row.rank is not None and row.slug in played.overall
    }
    most = max(shifts.values(), default=0)
    return Distance(
        weight=moved,
        places=sum(shifts.values()) / max(len(shifts), 1),
        most=most,
        who=tuple(name for name, shift in shifts.items() if shift == most) if most else (),
    )


def _shares(method: composite.Method) -> dict[str, float]:
    """Each indicator's share of the index."""
    tree = method.framework
    shares = weights.effective(tree, weights.resolve(tree, method.scheme))
    return dict(zip(tree.codes, shares.tolist(), strict=False))
