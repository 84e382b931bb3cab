"""Confidence sets keep their promise, and groups hold exactly those who cannot be told apart."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ratusz.engines.composite import EngineError
from ratusz.engines.composite.rank_sets import confidence_sets, groups


@pytest.mark.parametrize("stepwise", [True, False])
@pytest.mark.parametrize("simultaneous", [True, False])
def test_true_ranks_are_covered_as_often_as_promised(simultaneous, stepwise):
    rng = np.random.default_rng(7)
    truth = np.array([0.0, 0.0, 1.0, 2.0, 5.0])
    errors = np.array([0.5, 1.0, 0.7, 0.3, 0.5])
    best = np.array([1 + (truth > t).sum() for t in truth])
    worst = np.array([(truth >= t).sum() for t in truth])
    covered = []
    for _ in range(300):
        found = confidence_sets(
            truth + errors * rng.standard_normal(5),
            errors,
            rng,
            level=0.9,
            simultaneous=simultaneous,
            stepwise=stepwise,
            draws=1000,
        )
        # With ties every place that the tied could take counts as true.
        inside = (found.lower <= best) & (worst <= found.upper)
        covered.append(inside.all() if simultaneous else inside)
    assert np.mean(covered, axis=0).min() >= 0.86


def test_single_sets_are_within_simultaneous_ones():
    rng = np.random.default_rng(3)
    estimates, errors = rng.standard_normal(12) * 3, np.full(12, 0.6)
    both = [
        confidence_sets(estimates, errors, np.random.default_rng(1), simultaneous=s) for s in (True, False)
    ]
    assert (both[0].lower <= both[1].lower).all()
    assert (both[0].upper >= both[1].upper).all()


@given(
    arrays(np.float64, 7, elements=st.integers(0, 12).map(float)),
    arrays(np.float64, 7, elements=st.integers(0, 6).map(lambda k: k / 4)),
    st.booleans(),
)
@settings(max_examples=60, deadline=None)
def test_stepwise_sets_lie_within_those_of_a_single_step(estimates, errors, simultaneous):
    step, single = (
        confidence_sets(
            estimates, errors, np.random.default_rng(1), simultaneous=simultaneous, stepwise=how, draws=500
        )
        for how in (True, False)
    )
    assert (single.lower <= step.lower).all()
    assert (step.upper <= single.upper).all()
    assert (step.ahead | ~single.ahead).all()
    assert not (step.ahead & step.ahead.T).any()
    ranks = np.array([1 + (estimates > x).sum() for x in estimates])
    assert ((step.lower <= ranks) & (ranks <= step.upper)).all()


def test_a_second_step_tells_more_apart():
    """Two far groups: once the pairs between them are settled, those within need a smaller difference."""
    estimates = np.repeat([0.0, 100.0], 8) + np.tile([0, 0, 0, 0, 0, 0, 0, 4.8], 2)
    step, single = (
        confidence_sets(estimates, np.ones(16), np.random.default_rng(2), stepwise=how)
        for how in (True, False)
    )
    assert single.ahead.sum() == 64
    assert step.ahead.sum() == 78


def test_covariance_and_certainty():
    estimates = np.array([3.0, 2.0, 2.0])
    exact = confidence_sets(estimates, np.zeros(3), np.random.default_rng(1))
    assert exact.lower.tolist() == [1, 2, 2]
    assert exact.upper.tolist() == [1, 3, 3]
    common = confidence_sets(estimates, np.full((3, 3), 4.0), np.random.default_rng(1))
    assert common.lower.tolist() == [1, 2, 2]  # one error that all share hides no difference
    for errors in (np.array([1.0, np.nan, 1.0]), np.ones(2), np.array([[1.0, 2, 0], [2, 1, 0], [0, 0, 1]])):
        with pytest.raises(EngineError):
            confidence_sets(estimates, errors, np.random.default_rng(1))


@given(
    st.integers(1, 8).flatmap(
        lambda n: arrays(np.bool_, (n, n), elements=st.sampled_from([False, False, True]))
    )
)
@settings(max_examples=150, deadline=None)
def test_groups_are_the_largest_without_a_certain_pair(ahead):
    n = len(ahead)
    ahead &= ~np.eye(n, dtype=bool)
    found = groups(np.arange(1, n + 1), ahead)
    apart = ahead | ahead.T

    def clean(a, b):
        return not apart[a:b, a:b].any()

    intervals = {(a, b) for a in range(n) for b in range(a + 1, n + 1) if clean(a, b)}
    largest = [
        (a, b) for a, b in intervals if not any(c <= a and b <= d and (a, b) != (c, d) for c, d in intervals)
    ]
    assert [(g[0], g[-1] + 1) for g in found] == sorted(largest)
    assert set(range(n)) == {k for g in found for k in g}


def test_groups_follow_the_ranks_not_the_rows():
    ahead = np.zeros((3, 3), dtype=bool)
    ahead[2, 1] = True
    assert groups(np.array([2, 3, 1]), ahead) == ((2, 0), (0, 1))
