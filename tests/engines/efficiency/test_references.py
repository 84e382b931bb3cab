"""The scores of R's Benchmarking and of published tables."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import linprog

from ratusz.engines.efficiency import (
    additive,
    directional,
    envelopment,
    hyperbolic,
    radial,
    super_efficiency,
    verify,
)

PUBLISHED = [("pft1981", 5), ("milkprod", 3)]


def assert_proved(result):
    verdict = verify(result)
    assert verdict.differences == ()
    assert verdict.gap < 1e-9


@pytest.mark.parametrize("returns", ["crs", "vrs"])
@pytest.mark.parametrize("units", [500, 2000, 5000])
def test_synthetic_units_score_as_in_benchmarking(sample, column, units, returns):
    result = radial(sample("synthetic_5000_3x3.csv", 3, units), returns=returns)
    expected = column(f"synthetic_{units}_scores.csv", f"eff_{returns}_in_benchmarking")
    assert np.abs(result.score - expected).max() < 1e-9
    assert_proved(result)


@pytest.mark.parametrize("orientation", ["input", "output"])
@pytest.mark.parametrize("returns", ["crs", "vrs", "drs", "irs"])
@pytest.mark.parametrize(("name", "inputs"), PUBLISHED)
def test_published_units_score_as_in_benchmarking(sample, column, name, inputs, returns, orientation):
    result = radial(sample(f"{name}_data.csv", inputs), returns=returns, orientation=orientation)
    short = {"input": "in", "output": "out"}[orientation]
    expected = column(f"{name}_benchmarking_scores.csv", f"eff_{returns}_{short}")
    assert np.abs(result.score - expected).max() < 1e-9
    assert_proved(result)


@pytest.mark.parametrize(("name", "inputs"), PUBLISHED)
def test_second_phase_slacks_sum_as_in_benchmarking(sample, column, name, inputs):
    result = radial(sample(f"{name}_data.csv", inputs), returns="crs")
    sums = result.input_slacks.sum(axis=1) + result.output_slacks.sum(axis=1)
    expected = column(f"{name}_benchmarking_scores.csv", "slack_sum_crs_in")
    assert np.abs(sums - expected).max() < 1e-10 * max(1000, expected.max())


@pytest.mark.parametrize(("name", "inputs"), PUBLISHED)
def test_direction_of_ones_scores_as_in_benchmarking(sample, column, name, inputs):
    data = sample(f"{name}_data.csv", inputs)
    result = directional(data, input_direction=[1] * inputs, output_direction=[1] * len(data.outputs))
    expected = column(f"{name}_benchmarking_scores.csv", "direct_vrs_inout_ones")
    assert np.abs(result.score - expected).max() < 1e-8
    assert_proved(result)


@pytest.mark.parametrize(("name", "inputs"), PUBLISHED)
def test_hyperbolic_scores_are_roots_that_benchmarking_approaches(sample, column, name, inputs):
    found = hyperbolic(sample(f"{name}_data.csv", inputs))
    file = f"{name}_benchmarking_scores.csv"
    assert np.abs(found - np.sqrt(column(file, "eff_crs_in"))).max() < 1e-12
    # Benchmarking bisects to 1e-6: its own column is that far from the root of its own radial score.
    assert np.abs(found - column(file, "graph_hyperbolic_crs")).max() < 1e-6


def test_additive_slacks_sum_as_in_benchmarking(sample, column):
    result = additive(sample("pft1981_data.csv", 5))
    expected = column("pft1981_benchmarking_scores.csv", "additive_vrs_slack_sum")
    assert np.abs(result.score - expected).max() < 1e-9
    assert_proved(result)


def test_scaled_additive_slacks_sum_as_in_benchmarking(sample, column):
    # Benchmarking rescales columns that differ much before it adds slacks up, and prints the slacks as measured.
    result = additive(sample("milkprod_data.csv", 3), slack_weights="ranges")
    sums = result.input_slacks.sum(axis=1) + result.output_slacks.sum(axis=1)
    expected = column("milkprod_benchmarking_scores.csv", "additive_vrs_slack_sum")
    assert np.abs(sums - expected).max() < 1e-8 * expected.max()
    assert_proved(result)


def test_additive_slacks_sum_as_a_general_solver_finds(sample):
    data = sample("milkprod_data.csv", 3)
    result = additive(data)
    assert_proved(result)
    n = len(data.units)
    for o in range(0, n, 9):
        rows = np.vstack(
            [
                np.hstack([data.x.T, np.eye(3), np.zeros((3, 1))]),
                np.hstack([data.y.T, np.zeros((1, 3)), [[-1]]]),
                np.r_[np.ones(n), np.zeros(4)],
            ]
        )
        found = linprog(np.r_[np.zeros(n), -np.ones(4)], A_eq=rows, b_eq=np.r_[data.x[o], data.y[o], 1])
        assert result.score[o] == pytest.approx(-found.fun, rel=1e-9, abs=1e-6)


@pytest.mark.parametrize("returns", ["crs", "vrs"])
@pytest.mark.parametrize(("name", "inputs"), PUBLISHED)
def test_super_efficiency_scores_as_in_benchmarking(sample, column, name, inputs, returns):
    result = super_efficiency(sample(f"{name}_data.csv", inputs), returns=returns)
    expected = column(f"{name}_benchmarking_scores.csv", f"super_{returns}_in")
    possible = np.isfinite(expected)
    assert np.array_equal(result.feasible, possible)
    assert np.isnan(result.score[~possible]).all()
    assert np.abs(result.score - expected)[possible].max() < 1e-8
    assert_proved(result)


def test_power_plants_score_as_andersen_and_petersen_say(sample, column):
    result = super_efficiency(sample("deaR_Power_plants_data.csv", 4))
    assert (
        np.abs(result.score - column("deaR_Power_plants_supereff_io_crs_result.csv", "value")).max() < 1e-10
    )


@pytest.mark.parametrize(("name", "inputs"), [("Tone2001", 2), ("Golany_Roll", 3)])
def test_small_published_tables_score_as_printed(sample, column, name, inputs):
    data = "deaR_Golany_Roll_1989_data.csv" if name == "Golany_Roll" else f"deaR_{name}_data.csv"
    result = radial(sample(data, inputs), returns="crs")
    assert np.abs(result.score - column(f"deaR_{name}_ccr_io_result.csv", "value")).max() < 1e-10


def test_parts_by_an_executor_give_the_same_bytes(sample):
    from concurrent.futures import ThreadPoolExecutor

    data = sample("synthetic_5000_3x3.csv", 3, 3000)
    alone = radial(data)
    with ThreadPoolExecutor(2) as pool:
        shared = radial(data, executor=pool)
    for name in ("score", "intensities", "input_slacks", "input_prices"):
        assert getattr(alone, name).tobytes() == getattr(shared, name).tobytes()


@pytest.mark.parametrize("returns", ["crs", "vrs", "drs", "irs"])
def test_a_frame_found_in_blocks_gives_the_same_scores(sample, returns, monkeypatch):
    from concurrent.futures import ThreadPoolExecutor

    data = sample("synthetic_5000_3x3.csv", 3, 2000)
    whole = radial(data, returns=returns)
    monkeypatch.setattr(envelopment, "MANY", 1000)
    blocks = radial(data, returns=returns)
    assert np.abs(whole.score - blocks.score).max() < 1e-13
    assert_proved(blocks)
    with ThreadPoolExecutor(2) as pool:
        shared = radial(data, returns=returns, executor=pool)
    for name in ("score", "intensities", "input_slacks", "input_prices"):
        assert getattr(blocks, name).tobytes() == getattr(shared, name).tobytes()


def test_a_proof_by_an_executor_is_the_same_and_finds_a_wrong_score(sample):
    from concurrent.futures import ThreadPoolExecutor

    result = radial(sample("synthetic_5000_3x3.csv", 3, 500))
    wrong = replace(
        result, output_prices=result.output_prices * np.where(np.arange(500) == 7, 1.1, 1)[:, None]
    )
    with ThreadPoolExecutor(2) as pool:
        assert verify(result, executor=pool) == verify(result)
        assert any("a unit beats the prices" in line for line in verify(wrong, executor=pool).differences)
