"""Agreement with what Polis stored of real conversations, given its groups."""

import csv
import json

import numpy as np
import pytest

from ratusz.engines.opinion import POLIS, analyse, from_events, verify

GOLDEN = ["25ptpt-3gp-no-strict-with-meta", "4asmnumwa4", "4rajekvtei", "664akjpxey"]


@pytest.fixture(scope="module", params=GOLDEN)
def conversation(request, shared_data):
    """Polis' mathematics, and ours on the same votes and groups."""
    folder = shared_data / "debate" / "golden" / request.param
    stored = json.loads((folder / "math-pca2.json").read_text(encoding="utf-8"))
    with (folder / "votes.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    votes = from_events(
        [row["participant"] for row in rows],
        [row["statement"] for row in rows],
        [int(row["vote"]) for row in rows],
        moments=[int(row["timestamp"]) for row in rows],
        excluded=[str(one) for one in stored["mod-out"]],
    )
    return stored, analyse(votes, mode=POLIS, groups=_groups(stored, votes.participants))


def _groups(stored, participants):
    base = dict(zip(stored["base-clusters"]["id"], stored["base-clusters"]["members"], strict=True))
    group = {
        str(person): one["id"]
        for one in stored["group-clusters"]
        for cluster in one["members"]
        for person in base[cluster]
    }
    return np.array([group.get(person, -1) for person in participants])


def test_axes(conversation):
    stored, ours = conversation
    place = {str(one): k for k, one in enumerate(stored["tids"])}
    order = [place[one] for one in ours.votes.statements]
    theirs = np.array(stored["pca"]["comps"])[:, order]
    cosines = np.abs((theirs * ours.axes.components).sum(axis=1)) / np.linalg.norm(theirs, axis=1)
    assert cosines == pytest.approx([1, 1], abs=1e-6)
    # Polis' database stores agree as -1.
    assert ours.axes.centre == pytest.approx(-np.array(stored["pca"]["center"])[order], abs=1e-12)
    extremity = np.array(stored["pca"]["comment-extremity"])[order]
    assert ours.axes.extremity == pytest.approx(extremity, abs=1e-9)


def test_group_counts(conversation):
    stored, ours = conversation
    counted = 0
    for group, votes in stored["group-votes"].items():
        for statement, count in votes["votes"].items():
            j = ours.votes.statements.index(statement)
            if not ours.votes.excluded[j]:
                found = tuple(int(side[int(group), j]) for side in (ours.counts.agree, ours.counts.disagree))
                assert (*found, int(ours.counts.seen[int(group), j])) == (count["A"], count["D"], count["S"])
                counted += 1
    assert counted >= 30


def test_representative_and_consensus_lists(conversation):
    stored, ours = conversation
    names = ours.votes.statements
    for group, chosen in enumerate(ours.representative):
        found = [(names[one.statement], "agree" if one.agree else "disagree") for one in chosen]
        assert found == [(str(one["tid"]), one["repful-for"]) for one in stored["repness"][str(group)]]
    for direction, rows in (("agree", ours.agreed), ("disagree", ours.disagreed)):
        assert [names[one.statement] for one in rows] == [
            str(one["tid"]) for one in stored["consensus"][direction]
        ]


def test_scores(conversation):
    stored, ours = conversation
    for key, found, tolerance in (
        ("group-aware-consensus", ours.group_aware, 1e-12), ("comment-priorities", ours.priority, 1e-9),
    ):  # fmt: skip
        for statement, value in stored[key].items():
            j = ours.votes.statements.index(statement)
            if not ours.votes.excluded[j]:
                assert found[j] == pytest.approx(value, abs=tolerance)


def test_recount(conversation):
    assert verify(conversation[1]).differences == ()
