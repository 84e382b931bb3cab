"""Groups that are there are found, groups that are not are not, and both stay."""

from itertools import pairwise

import numpy as np
import pytest

from ratusz.engines.opinion import (
    POLIS,
    EngineError,
    adjusted_rand,
    analyse,
    from_events,
    from_matrix,
    some_of,
)
from ratusz.engines.opinion.files import read_conversation
from tests.engines.opinion.conversations import agreement, planted, random_votes, since


@pytest.mark.parametrize(("groups", "seed"), [(2, 0), (3, 0), (3, 2), (4, 9)])
def test_planted_groups_are_recovered(groups, seed):
    votes, truth = planted(groups, 240, 40, noise=0.3, seed=seed)
    found = analyse(votes).grouping
    assert found.number == groups
    assert adjusted_rand(found.labels, truth) > 0.9
    assert found.confidence.mean() > 0.9


@pytest.mark.parametrize(("people", "statements", "seen"), [(60, 20, 0.6), (300, 40, 0.5), (1000, 60, 0.2)])
def test_random_votes_have_no_stable_groups(people, statements, seen):
    found = analyse(random_votes(people, statements, seen=seen)).grouping
    assert found.number == 1
    assert set(found.labels.tolist()) <= {0, -1}
    assert max(found.stability.values()) < 0.5


def test_few_votes_belong_to_no_group():
    votes, _truth = planted(2, 60, 30)
    kept = (votes.rows != 3) | (votes.columns < 4)
    found = analyse(some_of(votes, kept)).grouping
    assert found.labels[3] == -1
    assert found.confidence[3] == 0
    assert (found.labels >= 0).sum() == 59


@pytest.mark.parametrize("mode", ["default", POLIS])
def test_hardly_any_votes_are_no_mistake(mode):
    for votes in (
        from_events([], [], []),
        from_events(["ala"], ["s1"], [1]),
        from_events(["ala", "olo"], ["s1", "s1"], [0, 0]),
        from_matrix(["ala", "olo"], ["s1", "s2"], np.full((2, 2), np.nan)),
        from_events(
            ["ala", "olo"] * 3, ["s1", "s1", "s2", "s2", "s3", "s3"], [1] * 6, excluded=["s1", "s2", "s3"]
        ),
    ):
        found = analyse(votes, mode=mode)
        assert found.grouping.number >= 1
        assert len(found.grouping.labels) == len(votes.participants)


def test_mode_that_is_unknown_is_refused():
    with pytest.raises(EngineError, match="it is default or polis"):
        analyse(from_events(["ala"], ["s1"], [1]), mode="other")


def test_last_vote_counts():
    votes = from_events(["a", "a", "b"], ["s", "s", "s"], [1, -1, 0], moments=[2, 1, 3])
    assert votes.values.tolist() == [1, 0]


def test_names_of_groups_stay_when_people_come():
    votes, _truth = planted(3, 300, 40, seed=2)
    early = analyse(some_of(votes, votes.rows < 200))
    late = analyse(votes, before=early)
    assert early.grouping.number == late.grouping.number == 3
    same = early.grouping.labels[:200] == late.grouping.labels[:200]
    assert same[early.grouping.labels[:200] >= 0].mean() > 0.95
    # The map is not turned over either.
    assert (early.axes.components * late.axes.components).sum(axis=1).min() > 0.7


def _real(shared_data, name):
    folder = shared_data / "debate" / name
    return read_conversation((folder / "votes.csv").read_bytes()).votes


@pytest.mark.parametrize("name", ["brexit-consensus", "scoop-hivemind.biodiversity"])
def test_groups_stay_without_a_fifth_of_the_votes(shared_data, name):
    votes = _real(shared_data, name)
    ours, sure, polis = [], [], []
    for seed in range(5):
        fewer = some_of(votes, np.random.default_rng(100 + seed).random(len(votes.values)) >= 0.2)
        found = analyse(fewer, seed=seed).grouping
        ours.append(found.labels)
        sure.append(np.where(found.confidence > 0.8, found.labels, -1))
        polis.append(analyse(fewer, mode=POLIS).grouping.labels)
    assert agreement(ours) > agreement(polis)
    assert agreement(sure) >= 0.89


@pytest.mark.parametrize("name", ["brexit-consensus", "scoop-hivemind.biodiversity"])
def test_groups_stay_from_one_picture_to_the_next(shared_data, name):
    lines = (shared_data / "debate" / name / "votes.csv").read_text(encoding="utf-8").splitlines()
    lines = [lines[0], *sorted(lines[1:], key=lambda line: int(line.split(",", 1)[0]))]
    pictures = []
    for step in range(1, 21):
        votes = read_conversation("\n".join(lines[: 1 + len(lines) * step // 20])).votes
        pictures.append(analyse(votes, before=pictures[-1] if pictures else None))
    assert np.mean([since(a, b) for a, b in pairwise(pictures)]) >= 0.93
