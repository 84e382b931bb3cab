"""What unites the groups: the weakest group's agreement, with intervals, and a bridging score as a second opinion.

The bridging score is the intercept of a statement in a matrix factorisation that explains votes by a person's and
a statement's own leaning first and by a shared axis second: what is left in the intercept is agreement across the
axis [1]_.

References
----------
.. [1] S. Wojcik et al.: Birdwatch: crowd wisdom and bridging algorithms can inform understanding and reduce the
   spread of misinformation. arXiv:2210.15723, 2022.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from scipy.special import betaincinv

from ratusz.engines.opinion.representative import Counts, share
from ratusz.engines.opinion.votes import Votes

LEVEL = 0.9
HALF = 0.5
SWEEPS = 40
INTERCEPTS = 0.15
FACTORS = 0.03


@dataclass(frozen=True, slots=True, eq=False)
class Consensus:
    """Agreement of the groups on each statement, in one direction (statements,).

    `least`: the smallest share over groups, (A + 1) / (S + 2); `weakest`: the group in which it is; `mean`: the
    geometric mean over groups; `low` and `high`: the interval of the weakest group's share at 90 %, from a
    uniform prior. A statement that a group has not seen has wide intervals and no verdict of its own.
    """

    least: np.ndarray
    weakest: np.ndarray
    mean: np.ndarray
    low: np.ndarray
    high: np.ndarray


def consensus(side: np.ndarray, seen: np.ndarray) -> Consensus:
    """Return the consensus on counts of one direction, `side` and `seen` (groups, statements)."""
    part = share(side, seen)
    low, high = interval(side, seen)
    weakest = part.argmin(axis=0)
    one = np.arange(part.shape[1])
    return Consensus(
        least=part[weakest, one],
        weakest=weakest,
        mean=np.exp(np.log(part).mean(axis=0)),
        low=low.min(axis=0),
        high=high.min(axis=0),
    )


def interval(successes: np.ndarray, seen: np.ndarray, level: float = LEVEL) -> tuple[np.ndarray, np.ndarray]:
    """Return the central credible interval of shares from a uniform prior: quantiles of Beta(s + 1, n − s + 1)."""
    a, b = successes + 1.0, seen - successes + 1.0
    return betaincinv(a, b, (1 - level) / 2), betaincinv(a, b, (1 + level) / 2)


def both_ways(counts: Counts) -> tuple[Consensus, Consensus]:
    """Return the consensus to agree and the consensus to disagree."""
    return consensus(counts.agree, counts.seen), consensus(counts.disagree, counts.seen)


def united(found: Consensus, excluded: np.ndarray) -> list[int]:
    """Return the statements on which surely more than half of every group say so, the weakest group's share first."""
    return _by_least(found, (found.low > HALF) & ~excluded)


def uncertain(found: Consensus, excluded: np.ndarray) -> list[int]:
    """Return the statements on which more than half of every group say so as it seems, but too few to be sure."""
    return _by_least(found, (found.least > HALF) & (found.low <= HALF) & ~excluded)


def _by_least(found: Consensus, chosen: np.ndarray) -> list[int]:
    return sorted(np.flatnonzero(chosen).tolist(), key=lambda j: (-found.least[j], j))


def first_factors(seed: int, statements: int) -> np.ndarray:
    """Return where the factorisation starts: small numbers that follow from the seed alone (statements,)."""
    return np.random.default_rng((seed, 1)).normal(0, 0.1, statements)


def bridging(votes: Votes, seed: int, sweeps: int = SWEEPS) -> np.ndarray:
    """Return the bridging score of each statement (n_statements,): NaN where nobody voted or it is excluded.

    Fits r = μ + i_person + i_statement + f_person · f_statement by alternating ridge regressions with penalties
    0.15 on the intercepts and 0.03 on the factors.
    """
    kept = votes.counted()
    rows, columns = votes.rows[kept], votes.columns[kept]
    values = votes.values[kept].astype(float)
    people, statements = votes.shape
    if not len(values):
        return np.full(statements, np.nan)
    factor = first_factors(seed, statements)
    scores = _factorise(rows, columns, values, people, statements, factor, sweeps, INTERCEPTS, FACTORS)
    return np.where(np.bincount(columns, minlength=statements) > 0, scores, np.nan)


@njit(cache=True, nogil=True)
def _factorise(rows, columns, values, people, statements, factor, sweeps, intercepts, factors):
    mean = values.mean()
    by_person, by_statement = np.zeros(people), np.zeros(statements)
    place = np.zeros(people)
    for _sweep in range(sweeps):
        _half(rows, columns, values, mean, by_statement, factor, by_person, place, intercepts, factors)
        _half(columns, rows, values, mean, by_person, place, by_statement, factor, intercepts, factors)
        mean = 0.0
        for e in range(len(values)):
            i, j = rows[e], columns[e]
            mean += values[e] - by_person[i] - by_statement[j] - place[i] * factor[j]
        mean /= len(values)
    return by_statement


@njit(cache=True, nogil=True)
def _half(own, other, values, mean, other_intercept, other_factor, intercept, factor, ridge_i, ridge_f):
    """Solve each own intercept and factor, the other side held fast."""
    n = len(intercept)
    s = np.zeros((n, 5))
    for e in range(len(values)):
        k, f = own[e], other_factor[other[e]]
        rest = values[e] - mean - other_intercept[other[e]]
        s[k, 0] += 1
        s[k, 1] += f
        s[k, 2] += f * f
        s[k, 3] += rest
        s[k, 4] += rest * f
    for k in range(n):
        a, b, c = s[k, 0] * (1 + ridge_i), s[k, 1], s[k, 2] + ridge_f * s[k, 0]
        det = a * c - b * b
        if s[k, 0] > 0 and det > 1e-12:
            intercept[k] = (c * s[k, 3] - b * s[k, 4]) / det
            factor[k] = (a * s[k, 4] - b * s[k, 3]) / det
