"""The figures of a ranking that answer its critics: counted from the frozen rows, so that no answer is a promise."""

from collections.abc import Sequence
from itertools import pairwise
from statistics import median
from typing import Any

import numpy as np
from django.core.cache import cache

from ratusz.apps.ranking import wording
from ratusz.apps.ranking.models import RankedCity, Ranking

KEEP = 24 * 3600
ENOUGH = 10  # cities with both figures, below which a correlation says nothing


def facts(ranking: Ranking, rows: Sequence[RankedCity]) -> dict[str, Any]:
    """How wide the intervals are, who is told apart, how old and how complete the figures are, what repeats what.

    `rows` is read only when the answer is not kept yet: a frozen ranking never changes.
    """
    key = f"ranking.critics.{ranking.pk}"
    if (known := cache.get(key)) is None:
        known = _count(ranking.summary, sorted((r for r in rows if r.classified), key=lambda r: r.rank))
        cache.set(key, known, KEEP)
    return known


def _count(summary: dict[str, Any], rows: list[RankedCity]) -> dict[str, Any]:
    cards = {card["code"]: card for card in summary["indicators"]}
    bounds = [(*wording.bounds(r.p05, r.p95), r.name) for r in rows if r.p05 is not None]
    widest = max(bounds, key=lambda b: b[1] - b[0], default=None)
    years = sorted(card["year"] for card in cards.values() if card["year"])
    return {
        "typical": median(high - low + 1 for low, high, _name in bounds) if bounds else None,
        "widest": widest and {"name": widest[2], "from": widest[0], "to": widest[1]},
        "neighbours": _neighbours(rows),
        "oldest": _of_year(cards, years[0]) if years else None,
        "newest": _of_year(cards, years[-1]) if years else None,
        "incomplete": [r.name for r in rows if r.coverage is not None and r.coverage < 1],
        "closest": _closest(rows, list(cards)),
        "heaviest": max(cards, key=lambda code: cards[code]["share"]) if cards else None,
    }


def _neighbours(rows: list[RankedCity]) -> dict[str, int] | None:
    """How many cities stand next to each other in the table, and how many of these pairs are told apart."""
    if len(rows) < 2 or rows[0].not_apart is None:
        return None
    apart = sum(b.name not in {name for _slug, name, _class in a.not_apart} for a, b in pairwise(rows))
    return {"pairs": len(rows) - 1, "apart": apart}


def _of_year(cards: dict[str, dict[str, Any]], year: int) -> dict[str, Any]:
    return {"year": str(year), "codes": [code for code, card in cards.items() if card["year"] == year]}


def _closest(rows: list[RankedCity], codes: list[str]) -> dict[str, Any] | None:
    """The two indicators that say most nearly the same of the cities, with their correlation."""
    table = np.full((len(rows), len(codes)), np.nan)
    for line, row in zip(table, rows, strict=True):
        for item in row.indicators:
            if item["normalised"] is not None:
                line[codes.index(item["code"])] = item["normalised"]
    best, found = 0.0, None
    for a in range(len(codes)):
        for b in range(a + 1, len(codes)):
            both = table[:, [a, b]][~np.isnan(table[:, [a, b]]).any(axis=1)]
            if len(both) >= ENOUGH and both.std(axis=0).all():
                r = float(np.corrcoef(both.T)[0, 1])
                if abs(r) > abs(best):
                    best, found = r, {"a": codes[a], "b": codes[b], "r": r}
    return found
