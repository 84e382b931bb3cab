"""Ways to combine beyond the plain means: pairs, powers, penalties for imbalance."""

import csv
import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ratusz.engines.composite import EngineError, Method, Normalisation, Table, Uncertainty, rank, verify
from ratusz.engines.composite.aggregate import mazziotta_pareto, power_mean
from ratusz.engines.composite.outranking import condorcet, copeland, kemeny, outranking

quick = settings(max_examples=80, deadline=None)
cells = st.one_of(st.integers(0, 4).map(float), st.just(np.nan))
weighted = st.tuples(
    arrays(np.float64, st.tuples(st.integers(1, 6), st.just(3)), elements=cells),
    arrays(np.float64, 3, elements=st.integers(1, 5).map(float)),
)


def test_copeland_on_every_level(reference, table_b, method_b):
    method = replace(method_b, normalisation=Normalisation(lower=1), mean="copeland")
    found = rank(table_b, method, runs=0)
    columns, units, expected = reference("B_minmax_1_100_copeland_all_levels_scores.csv")
    expected = expected[[units.index(u) for u in found.units]][:, [columns.index(c) for c in found.levels]]
    np.testing.assert_array_equal(found.scores, expected)
    assert verify(table_b, found) == ()


def test_mazziotta_pareto_on_the_pillars(shared_data, table_b, method_b):
    """The reference adds the penalty (an index of harm) to pillars on the scale from 1 to 100."""
    pillars = rank(table_b, replace(method_b, normalisation=Normalisation(lower=1)), runs=0)
    with (shared_data / "efficiency" / "bod_asem_pillars_compind.csv").open(newline="") as file:
        expected = {row["uCode"]: float(row["mpi_neg_on_scores"]) for row in csv.DictReader(file)}
    found = mazziotta_pareto(pillars.scores[:, :8], np.ones(8), penalty=1)
    np.testing.assert_allclose(found, [expected[u] for u in pillars.units], rtol=1e-9)
    plain = pillars.scores[:, :8].mean(axis=1)
    np.testing.assert_allclose(mazziotta_pareto(pillars.scores[:, :8], np.ones(8)), 2 * plain - found)


@given(weighted, st.randoms(use_true_random=False))
@quick
def test_order_of_units_never_matters_with_missing_values(case, random):
    values, weights = case
    order = list(range(len(values)))
    random.shuffle(order)
    np.testing.assert_array_equal(copeland(values, weights)[order], copeland(values[order], weights))
    one, two = kemeny(values, weights), kemeny(values[order], weights)
    assert one.places[order].tolist() == two.places.tolist()
    assert (one.orders, one.agreement) == (two.orders, pytest.approx(two.agreement))


def test_three_units_that_each_miss_one_value():
    """A case in which the order of the rows has been known to decide."""
    values = np.array([[3.0, np.nan], [2.0, 5.0], [np.nan, 7.0]])
    for order in itertools.permutations(range(3)):
        assert copeland(values[list(order)], np.ones(2)).tolist() == [[1.0, -2.0, 1.0][k] for k in order]


@given(weighted)
@quick
def test_kemeny_is_the_best_of_all_orders(case):
    values, weights = case
    share = np.nan_to_num(outranking(values, weights))
    n = len(values)
    gains = {
        order: sum(share[a, b] for a, b in itertools.combinations(order, 2))
        for order in itertools.permutations(range(n))
    }
    best = [order for order, gain in gains.items() if gain > max(gains.values()) - 1e-9]
    found = kemeny(values, weights)
    assert found.orders == len(best)
    positions = np.mean([[order.index(i) + 1 for i in range(n)] for order in best], axis=0)
    np.testing.assert_allclose(found.positions, positions)
    winner = condorcet(values, weights)
    if winner is not None:
        assert found.places[winner] == 1
        assert all(order[0] == winner for order in best)
        assert copeland(values, weights)[winner] == n - 1


def test_kemeny_of_many_units_is_refused():
    with pytest.raises(EngineError, match="17 units"):
        kemeny(np.ones((17, 2)), np.ones(2))
    assert kemeny(np.arange(16.0)[:, None], np.ones(1)).places.tolist() == list(range(16, 0, -1))


@given(
    arrays(np.float64, (4, 3), elements=st.integers(1, 50).map(float)),
    arrays(np.float64, 3, elements=st.integers(1, 5).map(float)),
    st.floats(-5, 5),
    st.floats(-5, 5),
)
@quick
def test_power_means_rise_with_the_power_and_stay_within_the_values(values, weights, p, q):
    low, high = sorted((p, q))
    if 0 < abs(low) < 1e-6 or 0 < abs(high) < 1e-6:
        return
    small, large = power_mean(values, weights, low), power_mean(values, weights, high)
    assert (small <= large * (1 + 1e-9)).all()
    assert (values.min(axis=1) * (1 - 1e-9) <= small).all()
    assert (large <= values.max(axis=1) * (1 + 1e-9)).all()
    np.testing.assert_allclose(power_mean(values, weights, 1), values @ weights / weights.sum())
    np.testing.assert_allclose(power_mean(values, weights, -1), weights.sum() / ((1 / values) @ weights))


def test_an_uneven_profile_costs_score():
    values = np.array([[50.0, 50.0, np.nan], [40.0, 60.0, np.nan], [np.nan, np.nan, np.nan]])
    found = mazziotta_pareto(values, np.ones(3))
    assert found[0] == 50
    assert found[1] == 50 - 200 / 50
    assert np.isnan(found[2])
    assert np.isnan(power_mean(values, np.ones(3), 2)[2])


METHOD = """
[normalisation]
lower = 1
[aggregation]
mean = "generalised"
power = 0.5
[uncertainty]
aggregation = ["generalised", "copeland", "Mazziotta-Pareto", "geometric"]
[[aggregate]]
code = "Index"
[[aggregate]]
code = "Air"
parent = "Index"
mean = "generalised"
power = -2
[[indicator]]
code = "a"
parent = "Index"
[[indicator]]
code = "b"
parent = "Air"
[[indicator]]
code = "c"
parent = "Air"
"""


def test_branches_and_variants_with_their_own_choices_are_verified():
    method = Method.from_toml(METHOD)
    assert Method.from_toml(method.to_toml()) == method
    values = np.array([[1.0, 5, 9], [4, 2, 7], [3, np.nan, 1], [2, 8, 3]])
    table = Table(("u", "v", "w", "x"), ("a", "b", "c"), values)
    method = replace(method, screening=replace(method.screening, coverage=0.5))
    found = rank(table, method, runs=64)
    assert verify(table, found) == ()
    air = found.normalised[:, 1:]
    np.testing.assert_allclose(found.scores[0, 0], (np.mean(air[0] ** -2.0)) ** -0.5)


def test_faults_are_named():
    with pytest.raises(EngineError, match="no power"):
        Method.from_toml(METHOD.replace("power = 0.5", ""))
    table = Table(("u", "v", "w"), ("a", "b", "c"), np.array([[1.0, 5, 9], [4, 2, 7], [3, 4, 1]]))
    method = Method.from_toml(METHOD.replace("lower = 1", "lower = 0"))
    with pytest.raises(EngineError, match="values above 0"):
        rank(table, method, runs=0)


def test_canonical_text_without_power_is_unchanged(town_method):
    assert "power" not in town_method.to_toml()
    assert replace(town_method, uncertainty=Uncertainty()).power is None
