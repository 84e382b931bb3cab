"""What would change if some people's votes did not count, or counted again: computed for real, before it is done."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from ratusz.apps.debate.models import Conversation, Exclusion
from ratusz.apps.debate.results import FEWEST, SEED, content_of, votes_of
from ratusz.engines.opinion.agreement import matched
from ratusz.engines.opinion.conversation import Opinions, analyse
from ratusz.engines.opinion.votes import Votes

SEEN = 0.0005  # of one: smaller changes of a share are not told


@dataclass(frozen=True, slots=True)
class Share:
    """The part that agrees with a statement and how many voted on it, before and after."""

    statement: int
    before: float | None  # None: nobody votes on it
    after: float | None
    voters_before: int
    voters_after: int

    @property
    def change(self) -> float:
        return 0.0 if self.after is None or self.before is None else self.after - self.before


@dataclass(frozen=True, slots=True)
class Effect:
    """Counts before and after; `shares` has the statements whose share changes, the most first.

    `lost` and `gained` are what unites everybody, as (statement, agree), no more and newly. `moved` people would be
    in another group. The lists of groups have their sizes.
    """

    people: tuple[int, int]
    votes: tuple[int, int]
    groups: tuple[list[int], list[int]]
    moved: int
    shares: list[Share]
    lost: list[tuple[int, bool]]
    gained: list[tuple[int, bool]]
    too_few: bool


def effect_of_excluding(conversation: Conversation, numbers: list[int]) -> Effect:
    """What would change without the people with the numbers."""
    return _effect(votes_of(conversation), votes_of(conversation, without=numbers))


def effect_of_undoing(conversation: Conversation, exclusion: Exclusion) -> Effect:
    """What would change if the votes of the exclusion counted again."""
    return _effect(votes_of(conversation), votes_of(conversation, returned=exclusion))


def _effect(before: Votes, after: Votes) -> Effect:
    found = [_analysed(votes) for votes in (before, after)]
    told = [content_of(one) if one else None for one in found]
    first, second = (_united(one) for one in told)
    return Effect(
        people=(before.shape[0], after.shape[0]),
        votes=(len(before.values), len(after.values)),
        groups=tuple([group["people"] for group in one["groups"]] if one else [] for one in told),
        moved=_moved(*found) if all(found) else 0,
        shares=_shares(before, after),
        lost=sorted(first - second),
        gained=sorted(second - first),
        too_few=after.shape[0] < FEWEST,
    )


def _analysed(votes: Votes) -> Opinions | None:
    return analyse(votes, seed=SEED) if votes.shape[0] >= FEWEST else None


def _united(content: dict[str, Any] | None) -> set[tuple[int, bool]]:
    return {(row["statement"], row["agree"]) for row in content["united"]} if content else set()


def _moved(one: Opinions, other: Opinions) -> int:
    """How many people who count in both are in another group, once the groups are laid upon each other."""
    labels = dict(zip(one.votes.participants, one.grouping.labels.tolist(), strict=True))
    old = np.array([labels.get(person, -1) for person in other.votes.participants], dtype=np.int64)
    new = matched(other.grouping.labels, old, max(one.grouping.number, other.grouping.number))
    both = (old >= 0) & (new >= 0)
    return int((old[both] != new[both]).sum())


def _shares(before: Votes, after: Votes) -> list[Share]:
    first, second = _agreed(before), _agreed(after)
    rows = []
    for statement in first.keys() | second.keys():
        (agreed, voters), (later, left) = first.get(statement, (0, 0)), second.get(statement, (0, 0))
        rows.append(Share(statement, _part(agreed, voters), _part(later, left), voters, left))
    changed = [row for row in rows if None in (row.before, row.after) or abs(row.change) >= SEEN]
    return sorted(changed, key=lambda row: (-abs(row.change), row.statement))


def _part(agreed: int, voters: int) -> float | None:
    return agreed / voters if voters else None


def _agreed(votes: Votes) -> dict[int, tuple[int, int]]:
    """How many agree with each statement that counts, and how many voted on it."""
    size = votes.shape[1]
    voters = np.bincount(votes.columns, minlength=size)
    agreed = np.bincount(votes.columns[votes.values == 1], minlength=size)
    return {
        int(votes.statements[j]): (int(agreed[j]), int(voters[j]))
        for j in range(size)
        if voters[j] and not votes.excluded[j]
    }
