"""What makes a group a group, what unites all groups, and which statement to show next, by the formulae of Polis."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ratusz.engines.opinion.votes import AGREE, DISAGREE, Votes

Z_90 = 1.2816  # one-sided, 90 %
SHOWN = 5


@dataclass(frozen=True, slots=True, eq=False)
class Counts:
    """Votes by group and statement (groups, statements): agree, disagree, and all votes with the passes."""

    agree: np.ndarray
    disagree: np.ndarray
    seen: np.ndarray


@dataclass(frozen=True, slots=True)
class Representative:
    """A statement that sets a group apart: with how many agreeing (or disagreeing) of how many who saw it.

    `share` is (successes + 1) / (seen + 2); `ratio` compares it with the share among all other groups.
    """

    statement: int
    agree: bool
    successes: int
    seen: int
    share: float
    share_test: float
    ratio: float
    ratio_test: float


@dataclass(frozen=True, slots=True)
class Majority:
    """A statement on which most people of all groups agree (or disagree)."""

    statement: int
    agree: bool
    successes: int
    seen: int
    share: float
    share_test: float


def count_votes(votes: Votes, groups: np.ndarray, number: int) -> Counts:
    """Return how the members of each group voted; excluded statements and people without a group count nothing."""
    group = groups[votes.rows]
    kept = (group >= 0) & votes.counted()
    statements = votes.shape[1]
    cell = group[kept] * statements + votes.columns[kept]
    values = votes.values[kept]

    def tally(chosen: np.ndarray) -> np.ndarray:
        return np.bincount(cell[chosen], minlength=number * statements).reshape(number, statements)

    return Counts(tally(values == AGREE), tally(values == DISAGREE), tally(np.ones(len(cell), dtype=bool)))


def share(successes: np.ndarray, seen: np.ndarray) -> np.ndarray:
    """(successes + 1) / (seen + 2)."""
    return (successes + 1) / (seen + 2)


def share_test(successes: np.ndarray, seen: np.ndarray) -> np.ndarray:
    """z of the share against one half, with one more success and one more vote."""
    return 2 * np.sqrt(seen + 1) * ((successes + 1) / (seen + 1) - 0.5)


def ratio_test(
    inside: np.ndarray, outside: np.ndarray, seen_in: np.ndarray, seen_out: np.ndarray
) -> np.ndarray:
    """z of two shares against each other, with one more on each of the four counts; 0 where all agree."""
    a, b, n, m = inside + 1.0, outside + 1.0, seen_in + 1.0, seen_out + 1.0
    pooled = (a + b) / (n + m)
    spread = np.sqrt(np.maximum(pooled * (1 - pooled), 0) * (1 / n + 1 / m))
    return np.divide(a / n - b / m, spread, out=np.zeros_like(spread), where=(spread > 0) & (pooled != 1))


def representative(counts: Counts, excluded: np.ndarray) -> list[list[Representative]]:
    """Return up to five statements for each group, agreements before disagreements."""
    return [_of_group(counts, group, excluded) for group in range(len(counts.seen))]


@dataclass(slots=True, eq=False)
class _Side:
    """One direction of all statements for a group."""

    successes: np.ndarray
    share: np.ndarray
    share_test: np.ndarray
    ratio: np.ndarray
    ratio_test: np.ndarray

    @property
    def metric(self) -> np.ndarray:
        return self.ratio * self.ratio_test * self.share * self.share_test

    @property
    def passes(self) -> np.ndarray:
        return (self.ratio_test > Z_90) & (self.share_test > Z_90)


def _side(counts: np.ndarray, seen: np.ndarray, group: int) -> _Side:
    inside, seen_in = counts[group], seen[group]
    outside, seen_out = counts.sum(axis=0) - inside, seen.sum(axis=0) - seen_in
    here, there = share(inside, seen_in), share(outside, seen_out)
    return _Side(
        successes=inside,
        share=here,
        share_test=share_test(inside, seen_in),
        ratio=here / there,
        ratio_test=ratio_test(inside, outside, seen_in, seen_out),
    )


def _of_group(counts: Counts, group: int, excluded: np.ndarray) -> list[Representative]:
    agree, disagree = (_side(side, counts.seen, group) for side in (counts.agree, counts.disagree))
    towards = agree.ratio_test > disagree.ratio_test
    metric = np.where(towards, agree.metric, disagree.metric)
    sufficient = [j for j in np.flatnonzero(agree.passes | disagree.passes) if not excluded[j]]
    best_agree = _best_agreement(agree, counts.agree[group] + counts.disagree[group], excluded)
    chosen = sorted((j for j in sufficient if j != best_agree), key=lambda j: (-metric[j], j))
    if best_agree is not None:
        chosen.insert(0, best_agree)
    elif not sufficient:
        best = _best_of_any(agree, disagree, excluded)
        chosen = [] if best is None else [best]
    rows = [
        _row(j, agree if towards[j] else disagree, counts.seen[group], bool(towards[j]))
        for j in chosen[:SHOWN]
    ]
    return sorted(rows, key=lambda row: not row.agree)


def _best_agreement(agree: _Side, decided: np.ndarray, excluded: np.ndarray) -> int | None:
    """The agreement that stands for the group even where no statement passes both tests."""
    best: int | None = None
    for j in range(len(agree.share)):
        if excluded[j] or decided[j] == 0:
            continue
        if best is None:
            better = agree.share_test[j] > Z_90 or (agree.ratio[j] > 1.0 and agree.share[j] > 0.5)
        elif agree.ratio[best] > 1.0:
            better = agree.metric[j] > agree.metric[best]
        else:
            better = agree.share[j] * agree.share_test[j] > agree.share[best] * agree.share_test[best]
        if better:
            best = j
    return best


def _best_of_any(agree: _Side, disagree: _Side, excluded: np.ndarray) -> int | None:
    test = np.where(excluded, -np.inf, np.maximum(agree.ratio_test, disagree.ratio_test))
    best = int(np.argmax(test)) if len(test) else None
    return best if best is not None and test[best] > 0 else None


def _row(j: int, side: _Side, seen: np.ndarray, agree: bool) -> Representative:
    return Representative(
        statement=int(j), agree=agree, successes=int(side.successes[j]), seen=int(seen[j]),
        share=float(side.share[j]), share_test=float(side.share_test[j]),
        ratio=float(side.ratio[j]), ratio_test=float(side.ratio_test[j]),
    )  # fmt: skip


def majorities(counts: Counts, excluded: np.ndarray) -> tuple[list[Majority], list[Majority]]:
    """Return up to five statements on which most agree, and up to five on which most disagree."""
    seen = counts.seen.sum(axis=0)
    both = []
    for agree, side in ((True, counts.agree.sum(axis=0)), (False, counts.disagree.sum(axis=0))):
        part, test = share(side, seen), share_test(side, seen)
        passing = [j for j in np.flatnonzero((part > 0.5) & (test > Z_90)) if not excluded[j]]
        passing.sort(key=lambda j: (-part[j] * test[j], j))
        both.append(
            [
                Majority(int(j), agree, int(side[j]), int(seen[j]), float(part[j]), float(test[j]))
                for j in passing[:SHOWN]
            ]
        )
    return both[0], both[1]


def group_aware_consensus(counts: Counts) -> np.ndarray:
    """Return the product over groups of (A + 1) / (S + 2) (statements,)."""
    return share(counts.agree, counts.seen).prod(axis=0)


def priorities(
    agree: np.ndarray, disagree: np.ndarray, seen: np.ndarray, extremity: np.ndarray
) -> np.ndarray:
    """Return how much a statement deserves to be shown next, from its votes of everybody (statements,)."""
    passed = seen - agree - disagree
    importance = (1 - share(passed, seen)) * (1 + extremity) * share(agree, seen)
    return (importance * (1 + 8 * 2.0 ** (-seen / 5))) ** 2
