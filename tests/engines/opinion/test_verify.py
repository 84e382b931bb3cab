"""The recount sees each figure that was changed."""

from dataclasses import replace

import numpy as np
import pytest

from ratusz.engines.opinion import POLIS, EngineError, analyse, check, some_of, verify
from tests.engines.opinion.conversations import planted


@pytest.fixture(scope="module")
def honest():
    votes, _truth = planted(3, 120, 30, seed=2)
    return analyse(votes)


def changed(array: np.ndarray, place, by: float) -> np.ndarray:
    array = array.copy()
    array[place] += by
    return array


def swapped(rows):
    return (rows[1], rows[0], *rows[2:])


TAMPERED = {
    "a count": lambda o: replace(o, counts=replace(o.counts, agree=changed(o.counts.agree, (1, 3), 1))),
    "a label": lambda o: replace(
        o, grouping=replace(o.grouping, labels=changed(o.grouping.labels, np.argmin(o.grouping.labels), 1))
    ),
    "a label that is no group": lambda o: replace(
        o, grouping=replace(o.grouping, labels=changed(o.grouping.labels, 0, 7))
    ),
    "a confidence": lambda o: replace(
        o, grouping=replace(o.grouping, confidence=changed(o.grouping.confidence, 0, 2))
    ),
    "a place": lambda o: replace(o, grouping=replace(o.grouping, places=changed(o.grouping.places, (4, 1), 0.01))),
    "an axis": lambda o: replace(o, axes=replace(o.axes, components=changed(o.axes.components, (0, 2), 0.01))),
    "axes of less variance": lambda o: replace(
        o, axes=replace(o.axes, components=np.eye(30)[:2])
    ),
    "a mean": lambda o: replace(o, axes=replace(o.axes, centre=changed(o.axes.centre, 2, 0.01))),
    "the order of representative statements": lambda o: replace(
        o, representative=(swapped(o.representative[0]), *o.representative[1:])
    ),
    "a majority": lambda o: replace(o, agreed=o.agreed[1:], disagreed=o.disagreed[1:]),
    "the least share": lambda o: replace(
        o, to_agree=replace(o.to_agree, least=changed(o.to_agree.least, 1, 0.001))
    ),
    "an interval": lambda o: replace(
        o, to_disagree=replace(o.to_disagree, low=changed(o.to_disagree.low, 1, 0.001))
    ),
    "the group-aware consensus": lambda o: replace(o, group_aware=changed(o.group_aware, 0, 0.001)),
    "a bridging score": lambda o: replace(o, bridging=changed(o.bridging, 0, 0.001)),
    "a priority": lambda o: replace(o, priority=changed(o.priority, 0, 0.01)),
    "a vote": lambda o: replace(o, votes=some_of(o.votes, np.arange(len(o.votes.values)) > 0)),
}  # fmt: skip


def test_honest_result_is_found_again(honest):
    assert verify(honest).clean
    check(honest)


@pytest.mark.parametrize("what", TAMPERED)
def test_tampering_is_seen(honest, what):
    tampered = TAMPERED[what](honest)
    assert not verify(tampered).clean
    with pytest.raises(EngineError):
        check(tampered)


def test_large_tables_are_checked_by_power_iteration(honest):
    assert verify(honest, dense_cells=0).clean
    for what in ("an axis", "axes of less variance"):
        assert "axes" in verify(TAMPERED[what](honest), dense_cells=0).differences[0]


@pytest.mark.parametrize("mode", ["default", POLIS])
def test_groups_that_come_from_elsewhere_and_later_pictures_are_recounted(honest, mode):
    votes = honest.votes
    assert verify(analyse(votes, mode=mode, before=honest)).clean
    assert verify(analyse(votes, mode=mode, groups=np.arange(120) % 4 - 1)).clean
