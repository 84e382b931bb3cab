"""From votes to opinion groups and what they say: one call, one frozen result."""

from __future__ import annotations

from dataclasses import dataclass, replace
from time import perf_counter

import numpy as np

import ratusz
from ratusz.engines.contracts import EngineError, Progress, Provenance, no_progress
from ratusz.engines.opinion.agreement import matched
from ratusz.engines.opinion.axes import Axes, centred, polis_places, principal_axes, turned
from ratusz.engines.opinion.consensus import Consensus, both_ways, bridging
from ratusz.engines.opinion.groups import groups_like_polis, takes_part
from ratusz.engines.opinion.representative import (
    Counts,
    Majority,
    Representative,
    count_votes,
    group_aware_consensus,
    majorities,
    priorities,
    representative,
)
from ratusz.engines.opinion.stable import Grouping, group
from ratusz.engines.opinion.votes import Votes, by_name

DEFAULT, POLIS = "default", "polis"


@dataclass(frozen=True, slots=True, eq=False)
class Opinions:
    """What the votes of a conversation say.

    `counts` are votes by group and statement. `representative` has a list for each group; `agreed` and
    `disagreed` are majorities of everybody; `to_agree` and `to_disagree` the consensus of the weakest group.
    `group_aware` is Polis' product over groups, `bridging` the intercepts of a factorisation (NaN: no votes),
    `priority` Polis' chance to be shown (statements,).
    """

    mode: str
    votes: Votes
    axes: Axes
    grouping: Grouping
    counts: Counts
    representative: tuple[tuple[Representative, ...], ...]
    agreed: tuple[Majority, ...]
    disagreed: tuple[Majority, ...]
    to_agree: Consensus
    to_disagree: Consensus
    group_aware: np.ndarray
    bridging: np.ndarray
    priority: np.ndarray
    provenance: Provenance


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """What the next picture needs of the last one: who was in which group (-1: none), and how the map lay.

    `labels` (n_participants,), `components` (2, n_statements).
    """

    participants: tuple[str, ...]
    labels: np.ndarray
    statements: tuple[str, ...]
    components: np.ndarray

    @property
    def number(self) -> int:
        return max(int(self.labels.max(initial=-1)) + 1, 1)


def picture_of(opinions: Opinions) -> Picture:
    """Return what the next picture needs of this one."""
    return Picture(
        opinions.votes.participants, opinions.grouping.labels, opinions.votes.statements,
        opinions.axes.components,
    )  # fmt: skip


def analyse(
    votes: Votes,
    *,
    mode: str = DEFAULT,
    seed: int = 0,
    before: Opinions | Picture | None = None,
    groups: np.ndarray | None = None,
    progress: Progress = no_progress,
) -> Opinions:
    """Return the opinion groups of the votes and what unites and divides them.

    `before` is the last picture: axes are turned towards it, labels stay the same where the people do, and the
    number of groups changes only when another is clearly more stable. `groups` (n_participants,) takes groups as
    given, -1 for none. The same votes, mode, seed and last picture give the same result, bit by bit.
    """
    if mode not in (DEFAULT, POLIS):
        raise EngineError("mode", mode, f"it is {DEFAULT} or {POLIS}", "choose one of the two")
    began = perf_counter()
    before = picture_of(before) if isinstance(before, Opinions) else before
    table = centred(votes)
    axes = principal_axes(table)
    if before is not None:
        axes = turned(axes, votes.statements, before.components, before.statements)
    if groups is not None:
        grouping = _given(groups, polis_places(table, axes))
    elif mode == POLIS:
        spots = polis_places(table, axes)
        part = takes_part(votes.votes_of_participants, votes.shape[1])
        grouping = _given(groups_like_polis(spots, part), spots)
    else:
        grouping = _stable(votes, axes, seed, before, progress)
    if before is not None:
        grouping = _with_old_names(grouping, votes, before)
    counts = count_votes(votes, grouping.labels, grouping.number)
    everybody = count_votes(votes, np.zeros(votes.shape[0], dtype=np.int64), 1)
    agreed, disagreed = majorities(everybody, votes.excluded)
    to_agree, to_disagree = both_ways(counts)
    grouped = Counts(
        *(side.sum(axis=0, keepdims=True) for side in (counts.agree, counts.disagree, counts.seen))
    )
    return Opinions(
        mode=mode,
        votes=votes,
        axes=axes,
        grouping=grouping,
        counts=counts,
        representative=tuple(tuple(rows) for rows in representative(counts, votes.excluded)),
        agreed=tuple(agreed),
        disagreed=tuple(disagreed),
        to_agree=to_agree,
        to_disagree=to_disagree,
        group_aware=group_aware_consensus(counts),
        bridging=bridging(votes, seed),
        priority=priorities(grouped.agree[0], grouped.disagree[0], grouped.seen[0], axes.extremity),
        provenance=Provenance(ratusz.__version__, votes.hash, seed, 1, perf_counter() - began),
    )


def _given(labels: np.ndarray, spots: np.ndarray) -> Grouping:
    number = max(int(labels.max(initial=-1)) + 1, 1)
    centres = np.stack(
        [spots[labels == g].mean(axis=0) if (labels == g).any() else np.zeros(2) for g in range(number)]
    )
    return Grouping(labels.astype(np.int64), (labels >= 0).astype(float), spots, centres, {})


def _stable(votes: Votes, axes: Axes, seed: int, before: Picture | None, progress: Progress) -> Grouping:
    """The stable groups, found in an order of people and statements that does not depend on when they came."""
    ordered, people, said = by_name(votes)
    found = group(
        centred(ordered),
        Axes(axes.centre[said], axes.components[:, said]),
        rng=np.random.default_rng(seed),
        before=_labels_before(ordered, before) if before else None,
        progress=progress,
    )
    back = np.argsort(people)
    return replace(
        found, labels=found.labels[back], confidence=found.confidence[back], places=found.places[back]
    )


def _labels_before(votes: Votes, before: Picture) -> np.ndarray:
    """The groups of the last picture for the people of these votes, -1 where it had none (n_participants,)."""
    known = dict(zip(before.participants, before.labels.tolist(), strict=True))
    return np.array([known.get(person, -1) for person in votes.participants], dtype=np.int64)


def _with_old_names(grouping: Grouping, votes: Votes, before: Picture) -> Grouping:
    """Groups keep the names of the last picture as far as the same people are in them."""
    old = _labels_before(votes, before)
    number = max(grouping.number, before.number)
    labels = matched(grouping.labels, old, number)
    kept = sorted(set(labels[labels >= 0].tolist()))
    # Names stay without gaps: a group that vanished gives its name to the last one.
    name = {label: label if label < len(kept) else None for label in kept}
    free = iter(sorted(set(range(len(kept))) - {label for label in kept if label < len(kept)}))
    final = {label: (chosen if chosen is not None else next(free)) for label, chosen in name.items()}
    labels = np.array([final.get(label, -1) for label in labels.tolist()], dtype=np.int64)
    centres = np.stack([grouping.places[labels == g].mean(axis=0) for g in range(len(kept))])
    return replace(grouping, labels=labels, centres=centres)
