"""Which statement a person is shown next.

Polis' own priority is in `representative.priorities`. The default draws with probabilities that grow with what is
still uncertain about a statement in the person's group and with how much the statement tells the groups apart; a
statement below its floor of views in a group comes before all others, so that none is left unread.
"""

from __future__ import annotations

import numpy as np

from ratusz.engines.opinion.representative import Counts, share

FLOOR = 10
UNIFORM = 0.05


def uncertainty(counts: Counts) -> np.ndarray:
    """Return the spread of the posterior of each share to agree (groups, statements): sd of Beta(A + 1, S − A + 1)."""
    a, n = counts.agree + 1.0, counts.seen + 2.0
    return np.sqrt(a * (n - a) / (n * n * (n + 1)))


def informativeness(counts: Counts) -> np.ndarray:
    """Return how far the groups differ on each statement (statements,): the range of their shares to agree."""
    part = share(counts.agree, counts.seen)
    return np.ptp(part, axis=0) if len(part) > 1 else np.zeros(part.shape[1])


def chances(counts: Counts, group: int, open_statements: np.ndarray, *, floor: int = FLOOR) -> np.ndarray:
    """Return the probability of each statement to be shown next to a member of the group (statements,).

    `open_statements` (bool) are those that the person may still vote on. While some of them are below the floor in
    the group, only these are drawn, the least seen with the greatest chance. The chances sum to 1, or are all 0
    when nothing is open.
    """
    seen = counts.seen[group]
    below = open_statements & (seen < floor)
    if below.any():
        weight = np.where(below, floor - seen, 0).astype(float) ** 2
    else:
        spread = uncertainty(counts)[group]
        weight = spread**2 * (1 + 2 * informativeness(counts))
        total = (weight * open_statements).sum()
        weight = np.where(open_statements, (1 - UNIFORM) * weight / total if total else 0.0, 0.0)
        if open_statements.any():
            weight = weight + np.where(open_statements, UNIFORM / open_statements.sum(), 0.0)
    total = weight.sum()
    return weight / total if total else weight


def next_statement(
    counts: Counts, group: int, open_statements: np.ndarray, rng: np.random.Generator, *, floor: int = FLOOR
) -> int | None:
    """Return the statement to show, or None when nothing is open."""
    chance = chances(counts, group, open_statements, floor=floor)
    return int(rng.choice(len(chance), p=chance)) if chance.sum() else None
