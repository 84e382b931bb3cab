"""Sobol indices: COINr's exact ones to 1e-9, sampled ones within 0.02, and what must hold for any method."""

import csv
import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ratusz.engines.composite import EngineError, Method, Noise, Normalisation, Table, Uncertainty, rank
from ratusz.engines.composite.sensitivity import grid_indices, sample_indices, sensitivity

NAMES = {
    "treatment": "Winmax", "normalisation": "Normalisation", "weights": "Weights", "aggregation": "Aggregation"
}  # fmt: skip


@pytest.fixture(scope="module")
def factorial(asem, method_b):
    """The method whose variants are COINr's 2,000 cells, with the exact indices by our names."""
    codes = [node.code for node in method_b.framework.nodes]
    sets = np.ones((100, len(codes)))
    with (asem / "noisy_weights_100.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            sets[int(row["weights_id"]) - 1, codes.index(row["iCode"])] = float(row["Weight"])
    noise = Noise(sets=tuple(tuple(zip(codes, map(float, row), strict=True)) for row in sets))
    method = replace(
        method_b,
        normalisation=Normalisation(lower=1),
        uncertainty=replace(method_b.uncertainty, weights=noise),
    )
    with (asem / "sobol_exact.csv").open(newline="") as file:
        rows = {row["Variable"]: row for row in csv.DictReader(file)}
    return method, {
        ours: (float(rows[name]["Si_exact"]), float(rows[name]["STi_exact"])) for ours, name in NAMES.items()
    }


def test_exact_indices_of_the_factorial(table_b, factorial):
    method, expected = factorial
    found = sensitivity(table_b, method)
    assert found.exact
    assert found.provenance.runs == 2000
    assert set(found.assumptions) == set(expected)
    for k, name in enumerate(found.assumptions):
        assert found.first[k] == pytest.approx(expected[name][0], abs=1e-9)
        assert found.total[k] == pytest.approx(expected[name][1], abs=1e-9)


def test_sampled_indices_are_within_two_hundredths(table_b, factorial):
    method, expected = factorial
    found = sensitivity(table_b, method, seed=1, enumerate_grid=False)
    assert not found.exact
    for k, name in enumerate(found.assumptions):
        first, total = expected[name]
        assert found.first[k] == pytest.approx(first, abs=0.02)
        assert found.total[k] == pytest.approx(total, abs=0.02)
        assert found.first_p05[k] <= first <= found.first_p95[k]
        assert found.total_p05[k] <= found.total[k] <= found.total_p95[k]


def test_rank_of_one_unit_against_every_variant_computed_alone(towns, town_method):
    scales = (Normalisation(lower=1), Normalisation("rank"), Normalisation("z-score", mean=50, sd=10))
    means = ("arithmetic", "harmonic")
    method = replace(
        town_method,
        uncertainty=Uncertainty(
            normalisation=scales, aggregation=means, weights=Noise(), leave_one_out=False
        ),
    )
    places = np.array(
        [
            [rank(towns, replace(method, normalisation=scale, mean=mean), runs=0).ranks[2] for mean in means]
            for scale in scales
        ],
        dtype=float,
    )
    found = sensitivity(towns, method, unit=towns.units[2])
    assert found.mean == pytest.approx(places.mean())
    assert found.variance == pytest.approx(places.var())
    if places.var():
        assert found.first[0] == pytest.approx(places.mean(axis=1).var() / places.var())
        assert found.total[1] == pytest.approx(places.var(axis=1).mean() / places.var())


@given(arrays(np.float64, (3, 2, 4), elements=st.integers(-9, 9).map(float)))
@settings(max_examples=100, deadline=None)
def test_indices_of_a_grid_are_shares(outputs):
    first, total = grid_indices(outputs)
    assert (first >= -1e-12).all()
    assert (total >= first - 1e-12).all()
    assert first.sum() <= 1 + 1e-9
    if outputs.var():
        assert total.sum() >= 1 - 1e-9


@given(st.lists(arrays(np.float64, 3, elements=st.integers(0, 9).map(float)), min_size=2, max_size=3))
@settings(max_examples=60, deadline=None)
def test_without_interaction_first_and_total_agree(effects):
    grid = sum(np.expand_dims(e, [k for k in range(len(effects)) if k != j]) for j, e in enumerate(effects))
    first, total = grid_indices(grid)
    np.testing.assert_allclose(first, total, atol=1e-9)


def test_estimators_on_the_whole_design_are_exact():
    """With every pair of base points in the design, the total estimator is the exact index."""
    grid = np.array([[0.0, 1.0, 5.0], [2.0, 2.0, 9.0]])
    pairs = list(itertools.product(range(2), range(3), range(2), range(3)))
    a = np.array([grid[i, j] for i, j, _, _ in pairs])
    b = np.array([grid[k, m] for _, _, k, m in pairs])
    mixed = np.array([[grid[k, j] for i, j, k, m in pairs], [grid[i, m] for i, j, k, m in pairs]])
    first, total = sample_indices(a, b, mixed)
    exact = grid_indices(grid)
    np.testing.assert_allclose(first, exact[0])
    np.testing.assert_allclose(total, exact[1])


def test_continuous_weights_are_one_assumption(towns, town_method):
    found = sensitivity(towns, town_method, runs=600)
    assert found.assumptions == ("indicator left out", "weights")
    again = sensitivity(towns, town_method, runs=600)
    assert found.first.tobytes() == again.first.tobytes()
    assert found.first_p05.tobytes() == again.first_p05.tobytes()


def test_nothing_open_and_an_unknown_unit_are_refused(towns, town_method):
    with pytest.raises(EngineError, match="nothing left open"):
        sensitivity(
            towns, replace(town_method, uncertainty=Uncertainty(weights=Noise(), leave_one_out=False))
        )
    with pytest.raises(EngineError, match="Gotham"):
        sensitivity(towns, town_method, unit="Gotham")


def test_choices_that_change_nothing_have_no_index():
    method = Method.from_toml(
        '[uncertainty]\nnormalisation = ["min-max", "rank"]\nweights = {}\nleave_one_out = false\n'
        '[[aggregate]]\ncode = "I"\n[[indicator]]\ncode = "a"\nparent = "I"\n'
    )
    found = sensitivity(Table(("u", "v"), ("a",), np.array([[1.0], [2.0]])), method)
    assert (found.variance, found.first.tolist(), found.total.tolist()) == (0.0, [0.0], [0.0])
