"""From the log of votes to opinion groups, and to what the page of results shows."""

from typing import Any

import numpy as np

from ratusz.apps.debate.models import Conversation, Statement
from ratusz.apps.debate.queries import standing_votes
from ratusz.engines.opinion.consensus import Consensus, uncertain, united
from ratusz.engines.opinion.conversation import Opinions, analyse
from ratusz.engines.opinion.representative import Counts
from ratusz.engines.opinion.verify import check
from ratusz.engines.opinion.votes import Votes, from_events

SEED = 1
FEWEST = 5  # people; what fewer say could be laid at their doors
DECIMALS = 4
LISTED = 5  # of what divides and what bridges


def votes_of(conversation: Conversation, **what_if: Any) -> Votes:
    """The votes that count, under pseudonyms: a merged statement's votes are those of its target.

    Where a person voted on both, the vote on the target itself counts. `what_if` goes to `standing_votes`.
    """
    log = standing_votes(conversation, **what_if).order_by("pk")
    rows = log.values_list(
        "participant__number", "statement__number", "statement__merged_into__number", "value"
    )
    standing: dict[tuple[int, int], int] = {}
    folded: dict[tuple[int, int], int] = {}
    for person, number, target, value in rows:
        if target is None:
            standing[person, number] = value
        else:
            folded[person, target] = value
    standing = standing | {pair: value for pair, value in folded.items() if pair not in standing}
    rejected = conversation.statements.exclude(state__in=[Statement.State.ACCEPTED, Statement.State.MERGED])
    if conversation.moderation == Conversation.Moderation.AFTER:
        rejected = rejected.exclude(state=Statement.State.PENDING)
    return from_events(
        [str(person) for person, _number in standing],
        [str(number) for _person, number in standing],
        list(standing.values()),
        excluded=[str(number) for number in rejected.values_list("number", flat=True)],
    )


def opinions_of(votes: Votes) -> Opinions:
    """The opinion groups of the votes, recounted by independent code before anybody sees them."""
    found = analyse(votes, seed=SEED)
    check(found)
    return found


def content_of(opinions: Opinions) -> dict[str, Any]:
    """What the page shows, as JSON: counts, groups, what unites and divides, and a map without pseudonyms."""
    votes, grouping = opinions.votes, opinions.grouping
    number = [int(one) for one in votes.statements]
    groups = [
        {
            "people": int((grouping.labels == g).sum()),
            "typical": [
                {"statement": number[one.statement], "agree": one.agree, "share": round(one.share, DECIMALS)}
                for one in opinions.representative[g]
            ],
        }
        for g in range(grouping.number)
    ]
    return {
        "people": votes.shape[0],
        "votes": len(votes.values),
        "grouped": int((grouping.labels >= 0).sum()),
        "stability": round(grouping.stability.get(grouping.number, 0.0), DECIMALS),
        "groups": groups,
        "united": _both(opinions, number, united),
        "uncertain": _both(opinions, number, uncertain),
        "statements": _counts(opinions.counts, votes, number),
        "map": _map(opinions),
        "divides": _divides(opinions, number),
        "bridges": _bridges(opinions, number),
    }


def _divides(opinions: Opinions, number: list[int]) -> list[dict[str, Any]]:
    """The statements on which the groups are furthest apart: the shares that agree, by group."""
    counts = opinions.counts
    if len(counts.seen) < 2:
        return []
    # One vote more on either side: a group that hardly voted is not taken for unanimous.
    shares = (counts.agree + 1) / (counts.seen + 2)
    spread = np.where(opinions.votes.excluded, -1.0, shares.max(axis=0) - shares.min(axis=0))
    order = np.argsort(-spread, kind="stable")[:LISTED]
    return [
        {"statement": number[j], "shares": [round(float(share), DECIMALS) for share in shares[:, j]]}
        for j in order.tolist()
        if spread[j] > 0
    ]


def _bridges(opinions: Opinions, number: list[int]) -> list[dict[str, Any]]:
    """The statements with the highest bridging score: liked beyond what the voters' camps explain."""
    scores = np.where(opinions.votes.excluded | np.isnan(opinions.bridging), -np.inf, opinions.bridging)
    order = np.argsort(-scores, kind="stable")[:LISTED]
    return [
        {"statement": number[j], "score": round(float(scores[j]), DECIMALS)}
        for j in order.tolist()
        if scores[j] > 0
    ]


def _both(opinions: Opinions, number: list[int], choose: Any) -> list[dict[str, Any]]:
    """The statements that `choose` finds, to agree and to disagree, the weakest group's share first."""
    excluded = opinions.votes.excluded
    sides = ((opinions.to_agree, True), (opinions.to_disagree, False))
    found = [(j, side, agree) for side, agree in sides for j in choose(side, excluded)]
    return [_verdict(side, j, number[j], agree) for j, side, agree in sorted(found, key=_by_share)]


def _by_share(row: tuple[int, Consensus, bool]) -> tuple[float, int]:
    return -float(row[1].least[row[0]]), row[0]


def _verdict(side: Consensus, j: int, number: int, agree: bool) -> dict[str, Any]:
    shares = {name: round(float(getattr(side, name)[j]), DECIMALS) for name in ("least", "low", "high")}
    return {"statement": number, "agree": agree} | shares


def _counts(counts: Counts, votes: Votes, number: list[int]) -> list[dict[str, Any]]:
    """Votes on each statement: of everybody, and by group."""
    whole = np.zeros((len(number), 3), dtype=np.int64)
    np.add.at(whole[:, 0], votes.columns, votes.values == 1)
    np.add.at(whole[:, 1], votes.columns, votes.values == -1)
    np.add.at(whole[:, 2], votes.columns, 1)
    rows = [
        {
            "statement": number[j],
            "all": whole[j].tolist(),
            "groups": [
                [int(side[g, j]) for side in (counts.agree, counts.disagree, counts.seen)]
                for g in range(len(counts.seen))
            ],
        }
        for j in range(len(number))
        if not votes.excluded[j]
    ]
    return sorted(rows, key=lambda row: row["statement"])


def _map(opinions: Opinions) -> list[list[float]]:
    """The place and group of everybody who is in a group, from 0 to 1, in the order of the places."""
    labels, places = opinions.grouping.labels, opinions.grouping.places
    inside = labels >= 0
    points = places[inside]
    if not len(points):
        return []
    low, span = points.min(axis=0), np.maximum(np.ptp(points, axis=0).max(), 1e-9)
    moved = (points - low) / span
    return sorted(
        [round(float(x), 3), round(float(y), 3), int(g)]
        for (x, y), g in zip(moved, labels[inside], strict=True)
    )
