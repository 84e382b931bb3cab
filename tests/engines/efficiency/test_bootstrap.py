"""The bootstrap, against R's Benchmarking and against what must hold."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from ratusz.engines.efficiency import EngineError, Sample, bootstrap
from ratusz.engines.efficiency.bootstrap import draw


def test_bias_and_intervals_are_near_those_of_benchmarking(sample, column):
    result = bootstrap(sample("pft1981_data.csv", 5), runs=2000, seed=1)
    found = {
        "eff": result.score,
        "eff_bc": result.corrected,
        "bias": result.bias,
        "lo": result.lower,
        "hi": result.upper,
    }
    for name, values in found.items():
        expected = column("pft1981_dea_boot_vrs_in_B2000_seed1.csv", name)
        assert np.abs(values - expected).max() < 0.01, name


@pytest.mark.parametrize("orientation", ["input", "output"])
def test_an_executor_changes_no_bit(sample, orientation):
    data = sample("milkprod_data.csv", 3)
    alone = bootstrap(data, runs=60, seed=4, orientation=orientation)
    with ThreadPoolExecutor(2) as pool:
        shared = bootstrap(data, runs=60, seed=4, orientation=orientation, executor=pool)
    assert alone.corrected.tobytes() == shared.corrected.tobytes()
    assert alone.lower.tobytes() == shared.lower.tobytes()


@pytest.mark.parametrize("returns", ["crs", "vrs", "drs", "irs"])
@pytest.mark.parametrize("orientation", ["input", "output"])
def test_correction_goes_one_way_and_the_interval_holds_it(sample, returns, orientation):
    result = bootstrap(sample("milkprod_data.csv", 3), runs=100, returns=returns, orientation=orientation)
    better = result.corrected < result.score if orientation == "input" else result.corrected > result.score
    assert better.all()
    assert (result.lower <= result.corrected).all()
    assert (result.corrected <= result.upper).all()


@pytest.mark.parametrize(("returns", "power"), [("crs", 1), ("vrs", 0.5)])
def test_correction_comes_nearer_to_the_true_scores(returns, power):
    rng = np.random.default_rng(2)
    x = rng.uniform(1, 9, (200, 1))
    true = np.exp(-np.abs(rng.normal(0, 0.4, 200)))
    data = Sample(tuple(str(i) for i in range(200)), ("x",), ("y",), x, (x * true[:, None]) ** power)
    result = bootstrap(data, runs=400, seed=3, returns=returns)
    assert np.abs(result.corrected - true).mean() < 0.9 * np.abs(result.score - true).mean()


def test_intervals_hold_the_true_scores_where_size_does_not_matter():
    rng = np.random.default_rng(6)
    x = rng.uniform(1, 9, (200, 1))
    true = np.exp(-np.abs(rng.normal(0, 0.4, 200)))
    data = Sample(tuple(str(i) for i in range(200)), ("x",), ("y",), x, x * true[:, None])
    result = bootstrap(data, runs=400, seed=3, returns="crs")
    assert ((result.lower <= true) & (true <= result.upper)).mean() > 0.9


def test_drawn_inefficiencies_keep_their_spread():
    rng = np.random.default_rng(5)
    delta = 1 + np.abs(rng.normal(0, 0.3, 300))
    found = draw(delta, 0.05, 400, rng)
    assert found.min() >= 1
    assert np.mean((found - 1) ** 2) == pytest.approx(np.mean((delta - 1) ** 2), rel=0.03)


def test_a_sample_in_which_all_are_efficient_is_refused(towns):
    with pytest.raises(EngineError, match="inefficient units of 2"):
        bootstrap(towns.take([0, 1]))
