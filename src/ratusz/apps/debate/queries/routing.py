"""Which statements somebody is shown next: by the group in which the live picture puts them."""

import random
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from django.core.cache import cache
from django.db.models import Count, Q

from ratusz.apps.debate.models import Conversation, Participant, Statement, Vote
from ratusz.apps.debate.queries.live import is_late, picture_of
from ratusz.apps.debate.queries.voting import own_statements, standing_votes, statements_open
from ratusz.engines.opinion.representative import Counts
from ratusz.engines.opinion.routing import FLOOR, next_statement

FRESH = 2.0  # seconds for which the counts that steer what is shown next may be old


@dataclass(frozen=True, slots=True)
class Steering:
    """Agreeing, disagreeing and all votes by statement number: of each group, and of everybody; and who is in which.

    While there is no picture, or none that keeps up, everybody is one group.
    """

    groups: dict[int, list[list[int]]]
    everybody: dict[int, list[int]]
    number: int
    group_of: dict[str, int]

    def table(self, numbers: list[int], group: int) -> tuple[Counts, int, int]:
        """The counts that steer somebody of the group, their row in them, and the floor of views there."""
        if group < 0 or self.number < 2:
            rows = [[self.everybody.get(one, [0, 0, 0])] for one in numbers]
            return _counts(rows, 1), 0, FLOOR * max(self.number, 1)
        nothing = [[0, 0, 0]] * self.number
        return _counts([self.groups.get(one, nothing) for one in numbers], self.number), group, FLOOR


def statements_for(
    conversation: Conversation,
    participant: Participant | None,
    most: int = 1,
    passed: Collection[int] = (),
    said: list[Statement] | None = None,
) -> list[Statement]:
    """The statements to show next, at most so many: those below the floor of views in the person's group first, then
    those that are most uncertain in it and tell the groups apart.

    `passed` has the numbers of those that the phone holds already; `said` the open statements where they were read.
    """
    steering = _steering(conversation)
    done = own_statements(participant)
    said = list(statements_open(conversation)) if said is None else said
    group = steering.group_of.get(str(participant.number), -1) if participant else -1
    counts, row, floor = steering.table([one.number for one in said], group)
    still = np.array([one.pk not in done and one.number not in passed for one in said], dtype=bool)
    rng = np.random.default_rng(random.getrandbits(64))
    found: list[Statement] = []
    while still.any() and len(found) < most:
        chosen = next_statement(counts, row, still, rng, floor=floor)
        if chosen is None:
            break
        still[chosen] = False
        found.append(said[chosen])
    return found


def _counts(rows: list[list[list[int]]], groups: int) -> Counts:
    table = np.array(rows, dtype=np.int64).reshape(-1, groups, 3)
    return Counts(table[:, :, 0].T, table[:, :, 1].T, table[:, :, 2].T)


def _steering(conversation: Conversation) -> Steering:
    """What steers the choice, at most FRESH seconds old for other people's votes."""
    key = f"debate:steering:{conversation.pk}"
    known = cache.get(key)
    if known is None:
        known = _by_groups(conversation) or Steering({}, _of_everybody(conversation), 1, {})
        cache.set(key, known, FRESH)
    return known


def _by_groups(conversation: Conversation) -> Steering | None:
    picture = picture_of(conversation)
    if picture is None or not picture.memory or is_late(conversation, picture):
        return None
    counts = picture.memory["counts"]
    numbers = [int(one) for one in picture.memory["statements"]]
    return Steering(
        {number: [group[k] for group in counts] for k, number in enumerate(numbers)},
        {row["statement"]: row["all"] for row in picture.content["statements"]},
        len(counts),
        {person: group for person, (_x, _y, group) in picture.memory["people"].items() if group >= 0},
    )


def _of_everybody(conversation: Conversation) -> dict[int, list[int]]:
    rows = (
        standing_votes(conversation)
        .values_list("statement__number")
        .annotate(
            agree=Count("pk", filter=Q(value=Vote.Value.AGREE)),
            disagree=Count("pk", filter=Q(value=Vote.Value.DISAGREE)),
            seen=Count("pk"),
        )
    )
    return {number: counts for number, *counts in rows}
