"""Signs of manipulation in a log of votes: many newcomers at once, the same votes again and again, hasty voting.

Pure: numbers and moments in, signs out. No address and no device is known, and none is needed. A sign is a reason to
look and no proof: a hall that joins together is a burst too. A moderator decides.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

BURST, SAME, HASTE = "burst", "same", "haste"

WINDOW = 300.0  # seconds: newcomers are counted by five minutes
BURST_LEAST = 20  # newcomers in a window
BURST_OTHERS = 6  # windows with fewer newcomers, to compare with
BURST_TIMES = 8.0  # times as many as in a usual window with newcomers

SAME_LEAST = 5  # people
SAME_STATEMENTS = 10  # contested statements on which two people both voted
CONTESTED = 0.9  # a statement on which a larger share says the same tells nobody apart
SLIP = 0.03  # of the votes of people who think alike, at least so many differ
SAME_MOST = 4000  # people, the latest: every pair of them is compared

HASTE_VOTES = 10
HASTE_SECONDS = 1.0  # nobody reads a statement, weighs it and answers within a second, half of the time


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who takes part: the number, and the second in which they joined."""

    number: int
    joined: float


@dataclass(frozen=True, slots=True)
class Cast:
    """A vote that stands: who, on which statement, how, and the second in which it was cast."""

    person: int
    statement: int
    value: int
    moment: float


@dataclass(frozen=True, slots=True)
class Sign:
    """People to look at, by their numbers, why, and the figures behind it.

    burst: `since`, `until` (seconds), `usual` (newcomers in a usual window). same: `statements` (the same votes on so
    many), `nearly` (people who differ once). haste: `votes`, `median` (seconds from one vote to the next).
    """

    kind: str
    people: tuple[int, ...]
    facts: dict[str, float]


def signs(people: Sequence[Person], votes: Sequence[Cast]) -> list[Sign]:
    """All signs, those of most people first.

    >>> hasty = [Cast(7, k, 1, k * 0.4) for k in range(12)]
    >>> [(one.kind, one.people, one.facts["median"]) for one in signs([Person(7, 0.0)], hasty)]
    [('haste', (7,), 0.4)]
    """
    found = [*bursts(people), *same_votes(votes), *hasty(votes)]
    return sorted(found, key=lambda one: (-len(one.people), one.kind, one.people))


def bursts(people: Sequence[Person]) -> list[Sign]:
    """Windows in which far more people joined than in a usual one; neighbouring windows are one burst."""
    if len(people) < BURST_LEAST:
        return []
    joined = np.array([one.joined for one in people])
    windows = np.floor_divide(joined, WINDOW).astype(np.int64)
    which, sizes = np.unique(windows, return_counts=True)
    crowded = sizes >= BURST_LEAST
    # What is usual is measured without the crowded windows; where there are hardly any others, nothing is unusual.
    if (~crowded).sum() < BURST_OTHERS:
        return []
    usual = float(np.median(sizes[~crowded]))
    high = which[crowded & (sizes >= BURST_TIMES * usual)]
    groups = np.split(high, np.flatnonzero(np.diff(high) > 1) + 1) if len(high) else []
    return [
        Sign(
            BURST,
            tuple(sorted(one.number for one, w in zip(people, windows, strict=True) if w in set(group))),
            {"since": float(group[0]) * WINDOW, "until": float(group[-1] + 1) * WINDOW, "usual": usual},
        )
        for group in (g.tolist() for g in groups)
    ]


def same_votes(votes: Sequence[Cast]) -> list[Sign]:
    """Sets of people with the same votes on all contested statements they share, and hardly anybody near them.

    People who think alike differ here and there: around each set of equal ones there are others who differ once. Where
    they are missing, the set was copied.
    """
    numbers, table = _table(votes)
    if len(numbers) < SAME_LEAST:
        return []
    table = table[:, _contested(table)]
    able = np.flatnonzero((table != ABSENT).sum(axis=1) >= SAME_STATEMENTS)[-SAME_MOST:]
    table, numbers = table[able], numbers[able]
    if len(numbers) < SAME_LEAST:
        return []
    shared, differ = _pairs(table)
    twins = (shared >= SAME_STATEMENTS) & (differ == 0)
    near = (shared >= SAME_STATEMENTS) & (differ == 1)
    np.fill_diagonal(twins, False)
    free = np.ones(len(numbers), dtype=bool)
    found = []
    for seed in np.argsort(-twins.sum(axis=1), kind="stable"):
        members = _set_of(int(seed), twins, free)
        if len(members) < SAME_LEAST:
            continue
        free[members] = False
        around = near[members].any(axis=0)
        around[members] = False
        length = float(np.median(shared[np.ix_(members, members)][~np.eye(len(members), dtype=bool)]))
        if around.sum() < SLIP * length * len(members):
            facts = {"statements": length, "nearly": float(around.sum())}
            found.append(Sign(SAME, tuple(sorted(numbers[members].tolist())), facts))
    return found


ABSENT = 9


def _table(votes: Sequence[Cast]) -> tuple[np.ndarray, np.ndarray]:
    """The numbers of the people, ascending, and their votes (people, statements), ABSENT for none."""
    numbers, rows = np.unique([one.person for one in votes], return_inverse=True)
    known, columns = np.unique([one.statement for one in votes], return_inverse=True)
    table = np.full((len(numbers), len(known)), ABSENT, dtype=np.int8)
    table[rows, columns] = [one.value for one in votes]
    return numbers.astype(np.int64), table


def _contested(table: np.ndarray) -> np.ndarray:
    counts = np.stack([(table == value).sum(axis=0) for value in (1, 0, -1)])
    return counts.max(axis=0) <= CONTESTED * np.maximum(counts.sum(axis=0), 1)


def _pairs(table: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """On how many statements two people both voted, and on how many of those they differ (people, people)."""
    voted = (table != ABSENT).astype(np.float32)
    equal = sum(side @ side.T for side in ((table == v).astype(np.float32) for v in (1, 0, -1)))
    shared = voted @ voted.T
    return shared, shared - equal


def _set_of(seed: int, twins: np.ndarray, free: np.ndarray) -> np.ndarray:
    """The seed and as many of its free twins as are twins of one another, in the order of most twins."""
    if not free[seed]:
        return np.empty(0, dtype=np.int64)
    candidates = np.flatnonzero(twins[seed] & free)
    chosen = [seed]
    for one in candidates[np.argsort(-twins[np.ix_(candidates, candidates)].sum(axis=1), kind="stable")]:
        if twins[one, chosen].all():
            chosen.append(int(one))
    return np.array(chosen)


def hasty(votes: Sequence[Cast]) -> list[Sign]:
    """People who gave half of their votes within a second of the one before; all of them are one sign."""
    moments: dict[int, list[float]] = {}
    for one in votes:
        moments.setdefault(one.person, []).append(one.moment)
    quick = {}
    for person, when in moments.items():
        if len(when) >= HASTE_VOTES:
            median = float(np.median(np.diff(np.sort(when))))
            if median < HASTE_SECONDS:
                quick[person] = (len(when), median)
    if not quick:
        return []
    facts = {
        "votes": float(sum(count for count, _median in quick.values())),
        "median": round(float(np.median([median for _count, median in quick.values()])), 2),
    }
    return [Sign(HASTE, tuple(sorted(quick)), facts)]
