"""The recount of a conversation, written apart from its analysis: plain loops over votes and dense linear algebra.

What follows from votes and groups is computed again by other means: counts by a loop, the axes against the dense
table's singular values (a power iteration where the table is large), places, representative statements, majorities,
consensus, the bridging score and priorities. The groups themselves are checked for sense; that they are those of
the seed is checked where a bundle is recomputed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from math import prod, sqrt

import numpy as np
from scipy.special import betainc

from ratusz.engines.contracts import EngineError
from ratusz.engines.opinion.axes import RIDGE
from ratusz.engines.opinion.consensus import FACTORS, INTERCEPTS, LEVEL, SWEEPS, Consensus, first_factors
from ratusz.engines.opinion.conversation import Opinions
from ratusz.engines.opinion.votes import Votes

TOLERANCE = 1e-6
DENSE_CELLS = 4_000_000
POWER_STEPS = 60
Z = 1.2816


@dataclass(frozen=True, slots=True)
class Report:
    """What a recount found: a sentence for each figure that is not as it was said to be."""

    differences: tuple[str, ...]

    @property
    def clean(self) -> bool:
        """True if every figure was found again."""
        return not self.differences


def verify(opinions: Opinions, *, dense_cells: int = DENSE_CELLS) -> Report:
    """Return what a recount from the votes finds different.

    Tables of more than `dense_cells` cells are never written out: their axes are checked by power iteration.

    >>> from ratusz.engines.opinion.conversation import analyse
    >>> from ratusz.engines.opinion.votes import from_events
    >>> verify(analyse(from_events(["ala", "olo", "ala"], ["s1", "s1", "s2"], [1, -1, 0]))).clean
    True
    """
    return Report(tuple(_differences(opinions, dense_cells)))


def check(opinions: Opinions) -> None:
    """Raise `EngineError` for the first figure that a recount does not find again."""
    for difference in verify(opinions).differences:
        raise EngineError(
            "Opinions", difference, "a recount from the votes finds it again", "analyse them again"
        )


def _differences(o: Opinions, dense_cells: int) -> Iterator[str]:
    if senseless := list(_groups(o)):
        yield from senseless
        return
    yield from _axes(o, dense_cells)
    yield from _places(o)
    recount = Recount(o.votes, o.grouping.labels, o.grouping.number)
    yield from _counts(o, recount)
    yield from _lists(o, recount)
    yield from _consensus("agree", o.to_agree, recount, recount.agree, o.grouping.number)
    yield from _consensus("disagree", o.to_disagree, recount, recount.disagree, o.grouping.number)
    yield from _scores(o, recount)


# --- groups, axes, places


def _groups(o: Opinions) -> Iterator[str]:
    people, labels, sure = o.votes.shape[0], o.grouping.labels, o.grouping.confidence
    if labels.shape != (people,) or sure.shape != (people,) or o.grouping.places.shape != (people, 2):
        yield f"groups: {len(labels)} labels for {people} participants"
    elif people and not -1 <= labels.min() <= labels.max() < o.grouping.number:
        yield f"groups: labels {labels.min()} to {labels.max()} where there are {o.grouping.number} groups"
    elif not ((sure >= 0) & (sure <= 1)).all():
        yield "groups: a confidence that is not between 0 and 1"
    elif o.votes.hash != o.provenance.input_hash:
        yield "votes: their hash is not the one that the result names"


def _gaps(votes: Votes) -> tuple[np.ndarray, np.ndarray]:
    """Each vote minus its statement's mean (0 where the statement does not count), and the means."""
    values = np.where(votes.excluded[votes.columns], 0.0, votes.values)
    total, size = np.zeros(votes.shape[1]), np.zeros(votes.shape[1])
    np.add.at(total, votes.columns, values)
    np.add.at(size, votes.columns, 1)
    mean = total / np.maximum(size, 1)
    return values - mean[votes.columns], mean


def _axes(o: Opinions, dense_cells: int) -> Iterator[str]:
    votes = o.votes
    if not all(votes.shape):
        return
    gap, mean = _gaps(votes)
    if not np.allclose(mean, o.axes.centre, atol=TOLERANCE):
        yield "axes: the mean votes of the statements"
    basis = o.axes.components.T
    number = min(2, votes.shape[1])
    if not np.allclose(basis.T @ basis, np.diag([1.0] * number + [0.0] * (2 - number)), atol=TOLERANCE):
        yield "axes: they are not two directions of unit length at right angles"
        return
    table = votes.table(gap)
    dense = votes.shape[0] * votes.shape[1] <= dense_cells
    matrix = table.toarray() if dense else table
    moved = matrix.T @ (matrix @ basis)
    inside = basis.T @ moved
    scale = max(np.abs(inside).max(), 1e-12)
    if np.abs(moved - basis @ inside).max() > TOLERANCE * scale:
        yield "axes: they do not span a plane of the votes' own"
    elif dense:
        largest = (np.linalg.svd(matrix, compute_uv=False)[:2] ** 2).sum()
        if abs(largest - np.trace(inside)) > TOLERANCE * max(largest, 1e-12):
            yield f"axes: variance {np.trace(inside):.6g} where the largest two make {largest:.6g}"
    elif _power(matrix, basis) > np.linalg.eigvalsh(inside)[0] * (1 + 1e-3):
        yield "axes: another direction has more variance"


def _power(table, basis: np.ndarray) -> float:
    """The largest variance at right angles to the axes, by power iteration from a fixed start."""
    x, size = np.sin(np.arange(1.0, len(basis) + 1)), 0.0
    for _step in range(POWER_STEPS):
        x = x - basis @ (basis.T @ x)
        size = float(np.linalg.norm(x))
        if size == 0:
            return 0.0
        x = table.T @ (table @ (x / size))
    return size


def _places(o: Opinions) -> Iterator[str]:
    votes = o.votes
    gap, _mean = _gaps(votes)
    loading = o.axes.components[:, votes.columns]
    toward = _sums(votes, loading * gap)
    voted = np.maximum(np.bincount(votes.rows, minlength=votes.shape[0]), 1)
    outward = toward * np.sqrt(votes.shape[1] / voted)[:, None]
    uu, uv, vv = _sums(votes, np.stack([loading[0] ** 2, loading[0] * loading[1], loading[1] ** 2])).T
    normal = np.stack([uu + RIDGE, uv, uv, vv + RIDGE], axis=1).reshape(-1, 2, 2)
    ridge = np.linalg.solve(normal, toward[:, :, None])[:, :, 0]
    # Groups given from outside and those of Polis lie on its own map.
    if not any(np.allclose(spots, o.grouping.places, atol=TOLERANCE) for spots in (ridge, outward)):
        yield "places: people lie elsewhere on the axes"
    for g in range(o.grouping.number):
        members = o.grouping.places[o.grouping.labels == g]
        if len(members) and not np.allclose(members.mean(axis=0), o.grouping.centres[g], atol=TOLERANCE):
            yield f"groups: the centre of group {g}"


def _sums(votes: Votes, rows: np.ndarray) -> np.ndarray:
    """Sums by participant of values for each vote (n_participants, number of rows)."""
    out = np.zeros((votes.shape[0], len(rows)))
    np.add.at(out, votes.rows, rows.T)
    return out


# --- counts and what follows from them


class Recount:
    """Votes of each group on each statement, counted one by one; group -1 is everybody, clustered or not."""

    def __init__(self, votes: Votes, labels: np.ndarray, number: int):
        self.statements = [j for j in range(votes.shape[1]) if not votes.excluded[j]]
        self.groups = range(number)
        tally: Counter = Counter()
        group = labels.tolist()
        columns, values = votes.columns.tolist(), votes.values.tolist()
        for i, j, value in zip(votes.rows.tolist(), columns, values, strict=True):
            if not votes.excluded[j]:
                tally[-1, j, value] += 1
                if group[i] >= 0:
                    tally[group[i], j, value] += 1
        self._tally = tally

    def agree(self, g: int, j: int) -> int:
        """How many of the group agree with the statement."""
        return self._tally[g, j, 1]

    def disagree(self, g: int, j: int) -> int:
        """How many of the group disagree."""
        return self._tally[g, j, -1]

    def seen(self, g: int, j: int) -> int:
        """How many of the group voted, passes among them."""
        return self._tally[g, j, 1] + self._tally[g, j, 0] + self._tally[g, j, -1]


def _counts(o: Opinions, recount: Recount) -> Iterator[str]:
    for what in ("agree", "disagree", "seen"):
        claimed, count = getattr(o.counts, what), getattr(recount, what)
        found = np.zeros(claimed.shape, dtype=np.int64)
        for g in recount.groups:
            for j in recount.statements:
                found[g, j] = count(g, j)
        for g, j in np.argwhere(found != claimed)[:1].tolist():
            yield (
                f"counts: {claimed[g, j]} of group {g} said to be counted as {what} on statement "
                f"{o.votes.statements[j]}, recounted {found[g, j]}"
            )


def _part(a: float, n: float) -> float:
    return (a + 1) / (n + 2)


def _part_test(a: float, n: float) -> float:
    return 2 * sqrt(n + 1) * ((a + 1) / (n + 1) - 0.5)


def _two_parts_test(a: float, n: float, b: float, m: float) -> float:
    a, n, b, m = a + 1, n + 1, b + 1, m + 1
    pooled = (a + b) / (n + m)
    return 0.0 if pooled >= 1 else (a / n - b / m) / sqrt(pooled * (1 - pooled) * (1 / n + 1 / m))


@dataclass(frozen=True)
class _Direction:
    """One direction of one statement in one group, by the formulae of Polis."""

    share: float
    test: float
    ratio: float
    ratio_test: float

    @property
    def passes(self) -> bool:
        return self.ratio_test > Z and self.test > Z

    @property
    def rank(self) -> float:
        return self.ratio * self.ratio_test * self.share * self.test


def _direction(count, recount: Recount, g: int, j: int) -> _Direction:
    a, n = count(g, j), recount.seen(g, j)
    b = sum(count(h, j) for h in recount.groups if h != g)
    m = sum(recount.seen(h, j) for h in recount.groups if h != g)
    return _Direction(_part(a, n), _part_test(a, n), _part(a, n) / _part(b, m), _two_parts_test(a, n, b, m))


def _representative(recount: Recount, g: int) -> list[tuple[int, bool]]:
    """Statement and direction of each representative statement of a group, in order."""
    sides = {
        j: (_direction(recount.agree, recount, g, j), _direction(recount.disagree, recount, g, j))
        for j in recount.statements
    }
    best: int | None = None
    for j, (agree, _disagree) in sides.items():
        if not recount.agree(g, j) + recount.disagree(g, j):
            continue
        if best is None:
            if agree.test > Z or (agree.ratio > 1 and agree.share > 0.5):
                best = j
        elif sides[best][0].ratio > 1:
            best = j if agree.rank > sides[best][0].rank else best
        elif agree.share * agree.test > sides[best][0].share * sides[best][0].test:
            best = j
    agrees = {j: agree.ratio_test > disagree.ratio_test for j, (agree, disagree) in sides.items()}
    enough = [j for j, pair in sides.items() if j != best and (pair[0].passes or pair[1].passes)]
    enough.sort(key=lambda j: -sides[j][0 if agrees[j] else 1].rank)
    if best is not None:
        enough.insert(0, best)
    if not enough and sides:
        test = {j: max(pair[0].ratio_test, pair[1].ratio_test) for j, pair in sides.items()}
        most = max(test, key=lambda j: test[j])
        enough = [most] if test[most] > 0 else []
    rows = [(j, agrees[j]) for j in enough[:5]]
    return [row for row in rows if row[1]] + [row for row in rows if not row[1]]


def _majority(recount: Recount, count) -> list[int]:
    rank = {}
    for j in recount.statements:
        share, test = _part(count(-1, j), recount.seen(-1, j)), _part_test(count(-1, j), recount.seen(-1, j))
        if share > 0.5 and test > Z:
            rank[j] = share * test
    return sorted(rank, key=lambda j: -rank[j])[:5]


def _lists(o: Opinions, recount: Recount) -> Iterator[str]:
    if len(o.representative) != o.grouping.number:
        yield f"representative: {len(o.representative)} lists for {o.grouping.number} groups"
        return
    for g in recount.groups:
        if [(row.statement, row.agree) for row in o.representative[g]] != _representative(recount, g):
            yield f"representative: the statements of group {g}"
    for name, rows, count in (
        ("agreed", o.agreed, recount.agree),
        ("disagreed", o.disagreed, recount.disagree),
    ):
        if [row.statement for row in rows] != _majority(recount, count):
            yield f"majorities: the statements on which most {name}"


def _consensus(name: str, claimed: Consensus, recount: Recount, count, number: int) -> Iterator[str]:
    for j in recount.statements:
        shares = [_part(count(g, j), recount.seen(g, j)) for g in range(number)]
        # Bounds are right if the posterior has 5 % below the lower and above the upper one, in some group, and no
        # group reaches further.
        tails = [
            (
                betainc(count(g, j) + 1, recount.seen(g, j) - count(g, j) + 1, claimed.low[j]),
                betainc(count(g, j) + 1, recount.seen(g, j) - count(g, j) + 1, claimed.high[j]),
            )
            for g in range(number)
        ]
        edge = (1 - LEVEL) / 2
        right = (
            abs(claimed.least[j] - min(shares)) < TOLERANCE
            and abs(shares[int(claimed.weakest[j])] - min(shares)) < TOLERANCE
            and abs(claimed.mean[j] - prod(shares) ** (1 / number)) < TOLERANCE
            and abs(max(low for low, _high in tails) - edge) < TOLERANCE
            and abs(max(high for _low, high in tails) - (1 - edge)) < TOLERANCE
        )
        if not right:
            yield f"consensus: to {name} on statement {j}"
            return


def _scores(o: Opinions, recount: Recount) -> Iterator[str]:
    reach = np.sqrt(o.votes.shape[1]) * (1 - o.axes.centre) * np.linalg.norm(o.axes.components, axis=0)
    for j in recount.statements:
        product = prod(_part(recount.agree(g, j), recount.seen(g, j)) for g in recount.groups)
        if abs(product - o.group_aware[j]) > TOLERANCE:
            yield f"group-aware consensus: statement {o.votes.statements[j]}"
            break
    for j in recount.statements:
        a, d, s = (
            sum(f(g, j) for g in recount.groups) for f in (recount.agree, recount.disagree, recount.seen)
        )
        weight = (1 - (s - a - d + 1) / (s + 2)) * (1 + reach[j]) * (a + 1) / (s + 2)
        if abs((weight * (1 + 8 * 2 ** (-s / 5))) ** 2 - o.priority[j]) > TOLERANCE * max(1.0, o.priority[j]):
            yield f"priorities: statement {o.votes.statements[j]}"
            break
    if not np.allclose(_bridging(o.votes, o.provenance.seed), o.bridging, atol=TOLERANCE, equal_nan=True):
        yield "bridging: the scores of the statements"


def _bridging(votes: Votes, seed: int) -> np.ndarray:
    """The intercepts of the factorisation, by sums over whole arrays."""
    kept = ~votes.excluded[votes.columns]
    ends = votes.rows[kept], votes.columns[kept]
    value = votes.values[kept].astype(float)
    size = [np.bincount(end, minlength=n) for end, n in zip(ends, votes.shape, strict=True)]
    if not len(value):
        return np.full(votes.shape[1], np.nan)
    intercept = [np.zeros(n) for n in votes.shape]
    factor = [np.zeros(votes.shape[0]), first_factors(seed, votes.shape[1])]
    mean = value.mean()
    for _sweep in range(SWEEPS):
        for own, other in ((0, 1), (1, 0)):
            f = factor[other][ends[other]]
            rest = value - mean - intercept[other][ends[other]]

            def by_end(weights, own=own):
                return np.bincount(ends[own], weights=weights, minlength=votes.shape[own])

            a, b = size[own] * (1 + INTERCEPTS), by_end(f)
            c, r, rf = by_end(f * f) + FACTORS * size[own], by_end(rest), by_end(rest * f)
            det = a * c - b * b
            solved = (size[own] > 0) & (det > 1e-12)
            divisor = np.where(solved, det, 1.0)
            intercept[own] = np.where(solved, (c * r - b * rf) / divisor, intercept[own])
            factor[own] = np.where(solved, (a * rf - b * r) / divisor, factor[own])
        fitted = intercept[0][ends[0]] + intercept[1][ends[1]] + factor[0][ends[0]] * factor[1][ends[1]]
        mean = (value - fitted).mean()
    return np.where(size[1] > 0, intercept[1], np.nan)
