"""Proposed weights: by hand-computed cases, by what they promise, and adopted by a method."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ratusz.engines.composite import EngineError, Normalisation, rank, statistics, verify, weighting

CODES = ("a", "b", "c")
PROPOSERS = [weighting.principal, weighting.entropy, weighting.critic, weighting.balanced]
tables = arrays(np.float64, (8, 3), elements=st.integers(0, 40).map(float)).filter(
    lambda x: (x.std(axis=0) > 0).all() and np.abs(np.corrcoef(x.T) - np.eye(3)).max() < 0.95
)


@given(tables, st.sampled_from(PROPOSERS), st.permutations(range(8)))
@settings(max_examples=80, deadline=None)
def test_weights_sum_to_100_and_ignore_the_order_of_units(values, propose, order):
    if propose is weighting.principal:
        # Where the first two components draw, or coefficients cancel out, no proposal is the right one.
        found = statistics.principal_components(values, CODES)
        assume(found.eigenvalues[0] - found.eigenvalues[1] > 0.01 and found.vectors[:, 0].sum() > 0.01)
    found = propose(values, CODES)
    assert found.weights.sum() == pytest.approx(100)
    assert found.negative == tuple(c for c, w in zip(CODES, found.weights, strict=True) if w <= 1e-9)
    if propose is not weighting.balanced:
        np.testing.assert_allclose(propose(values[order], CODES).weights, found.weights, atol=1e-4)


def test_principal_component_of_columns_that_agree_is_equal():
    x = np.arange(6.0)[:, None]
    found = weighting.principal(np.hstack([x, x**1.0 * 3 + 1, x * 0.5]), CODES)
    np.testing.assert_allclose(found.weights, [100 / 3] * 3)
    assert found.agreement == pytest.approx(1)
    assert found.negative == ()


def test_principal_component_reports_who_points_the_other_way(town_method):
    x = np.arange(6.0)
    values = np.array([x, x + x % 2, -x]).T
    found = weighting.principal(values, CODES)
    assert found.negative == ("c",)
    two = weighting.Proposal(("Income", "Debt"), np.array([120.0, -20]), ("Debt",), np.ones(2), 1.0)
    with pytest.raises(EngineError, match="no positive weight for Debt"):
        weighting.adopt(town_method, two)


def test_entropy_by_hand():
    found = weighting.entropy(np.array([[1.0, 1, 3], [1, 3, 0], [2, 0, 1]]), CODES)
    measures = []
    for column in ([1, 1, 2], [1, 3, 0], [3, 0, 1]):
        share = np.array([v for v in column if v]) / 4
        measures.append(1 + (share * np.log(share)).sum() / np.log(3))
    np.testing.assert_allclose(found.weights, 100 * np.array(measures) / sum(measures))
    with pytest.raises(EngineError, match="Indicator b"):
        weighting.entropy(np.array([[1.0, -1], [2, 3]]), ("a", "b"))


def test_budget_allocation_names_the_expert_who_is_wrong():
    found = weighting.budget({"A": {"a": 50, "b": 50}, "B": {"a": 70, "c": 30}}, CODES)
    np.testing.assert_allclose(found.weights, [60, 25, 15])
    assert found.agreement == pytest.approx(1 - (10 + 25 + 15) / 200)
    for sheet, message in (({"a": 99}, "Points of B: found the sum 99"), ({"x": 100}, "Points of B, x")):
        with pytest.raises(EngineError, match=message):
            weighting.budget({"A": {"a": 100}, "B": sheet}, CODES)


@given(tables, arrays(np.float64, 3, elements=st.floats(1, 2)))
@settings(max_examples=60, deadline=None)
def test_balanced_weights_reach_the_shares_where_they_can(values, shares):
    found = weighting.balanced(values, CODES, shares)
    mean = values @ found.weights
    np.testing.assert_allclose([np.corrcoef(x, mean)[0, 1] for x in values.T], found.measure, atol=1e-6)
    assert (found.weights > 0).all()
    exact = np.linalg.solve(np.cov(values.T), values.std(axis=0, ddof=1) * shares)
    if (exact > 1e-6 * exact.max()).all():
        np.testing.assert_allclose(found.measure / found.measure.sum(), shares / shares.sum(), atol=1e-6)
        assert found.agreement > 1 - 1e-6


def test_balanced_weights_of_pillars_come_closer_than_equal_ones(table_b, method_b):
    base = rank(table_b, replace(method_b, normalisation=Normalisation()), runs=0)
    pillars = base.scores[:, :5]
    found = weighting.balanced(pillars, base.levels[:5])
    equal = np.array([np.corrcoef(x, pillars.sum(axis=1))[0, 1] for x in pillars.T])
    assert found.agreement > 0.95
    assert found.agreement > 1 - np.abs(equal / equal.sum() - 0.2).max()


def test_adopted_weights_are_part_of_a_method_that_verifies(towns, town_method):
    base = rank(towns, town_method, runs=0)
    proposal = weighting.critic(base.normalised[:, :2], ("Income", "Debt"))
    method = weighting.adopt(town_method, proposal)
    assert method.hash() != town_method.hash()
    result = rank(towns, method, runs=32)
    assert verify(towns, result) == ()
    np.testing.assert_allclose(result.effective_weights[:2] * 100 / 0.6, proposal.weights)
    with pytest.raises(EngineError, match="exactly the children"):
        weighting.adopt(town_method, replace(proposal, codes=("Income", "Trees")))


def test_what_cannot_be_weighed_is_refused():
    flat = np.ones((5, 2))
    for propose in PROPOSERS:
        with pytest.raises(EngineError):
            propose(flat * np.nan if propose is weighting.entropy else flat, ("a", "b"))
    with pytest.raises(EngineError, match="shares"):
        weighting.balanced(np.array([[1.0, 2], [2, 1], [4, 3]]), ("a", "b"), np.array([1.0, 0.0]))


def test_benefit_of_the_doubt_is_the_mean_of_the_units_own_shares(towns, town_method):
    from ratusz.engines.efficiency import benefit_of_the_doubt

    ranking = rank(towns, replace(town_method, normalisation=Normalisation(lower=1)), runs=0)
    values, codes = weighting.family(ranking, "Index")
    assert codes == ("Money", "Air")
    np.testing.assert_array_equal(values, ranking.scores[:, :2])
    own = benefit_of_the_doubt(ranking.units, codes, values, limits=(0.2, 0.8))
    found = weighting.doubt(own.shares, codes)
    np.testing.assert_allclose(found.weights, 100 * own.shares.mean(axis=0))
    method = weighting.adopt(town_method, found)
    assert [a.weight for a in method.framework.aggregates[1:]] == pytest.approx(found.weights.tolist())
    assert verify(towns, rank(towns, method, runs=16)) == ()
    with pytest.raises(EngineError, match="shares sum to 1"):
        weighting.doubt(np.array([[0.5, 0.4]]), codes)
    with pytest.raises(EngineError, match=r"shares of shape \(1, 3\)"):
        weighting.doubt(np.ones((1, 3)), codes)
    with pytest.raises(EngineError, match="the aggregate Cash"):
        weighting.family(ranking, "Cash")


def test_every_kind_of_proposal_can_be_adopted_for_a_family_of_the_tree(towns, town_method):
    full = replace(towns, values=np.nan_to_num(towns.values, nan=3.0))
    ranking = rank(full, town_method, runs=0)
    values, codes = weighting.family(ranking, "Air")
    sheets = {"A": {"Trees": 30, "Parks": 70}, "B": {"Trees": 50, "Parks": 50}}
    for proposal in (
        weighting.entropy(values, codes),
        weighting.critic(values, codes),
        weighting.balanced(values, codes),
        weighting.budget(sheets, codes),
        weighting.doubt(np.full((6, 2), 0.5), codes),
    ):
        method = weighting.adopt(town_method, proposal)
        assert [i.weight for i in method.framework.indicators[2:]] == pytest.approx(proposal.weights.tolist())
