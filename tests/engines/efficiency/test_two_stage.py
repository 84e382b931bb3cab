"""Scores explained by circumstances."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.stats import norm, truncnorm

from ratusz.engines.efficiency import EngineError, Sample, two_stage
from ratusz.engines.efficiency.two_stage import truncated_regression


def towns(n: int, seed: int, effect: float = 0.8) -> tuple[Sample, np.ndarray]:
    """Towns of constant returns whose inefficiency rises with the first circumstance, not with the second."""
    rng = np.random.default_rng(seed)
    z = rng.uniform(0, 1, (n, 2))
    staff = rng.uniform(1, 9, (n, 1))
    mean = 1.1 + effect * z[:, 0]
    delta = mean + truncnorm.rvs((1 - mean) / 0.2, np.inf, scale=0.2, random_state=rng)
    return Sample(tuple(f"t{i}" for i in range(n)), ("staff",), ("books",), staff, staff / delta[:, None]), z


def test_truncated_regression_is_the_maximum_that_a_general_search_finds():
    rng = np.random.default_rng(1)
    z = np.column_stack([np.ones(300), rng.uniform(-1, 1, 300)])
    y = z @ [1.2, 0.6] + rng.normal(0, 0.5, 300)
    y, z = y[y > 1], z[y > 1]

    def loss(at: np.ndarray) -> float:
        beta, sigma = at[:2], np.exp(at[2])
        return -(norm.logpdf(y, z @ beta, sigma) - norm.logsf(1, z @ beta, sigma)).sum()

    beta, sigma = truncated_regression(y, z)
    settings = {"xatol": 1e-9, "fatol": 1e-12, "maxiter": 5000}
    best = minimize(loss, [1, 0.5, -1], method="Nelder-Mead", options=settings)
    assert np.append(beta, sigma) == pytest.approx(np.append(best.x[:2], np.exp(best.x[2])), abs=1e-5)
    assert loss(np.append(beta, np.log(sigma))) <= best.fun + 1e-9


@pytest.mark.parametrize("corrected", [True, False])
@pytest.mark.parametrize("orientation", ["input", "output"])
def test_what_matters_is_told_from_what_does_not(corrected, orientation):
    sample, z = towns(200, 3)
    result = two_stage(
        sample, ["hills", "moon"], z, returns="crs", orientation=orientation, corrected=corrected, runs=300
    )
    assert result.names == ("constant", "hills", "moon")
    assert result.lower[1] > 0
    assert result.lower[1] < 0.8 < result.upper[1]
    assert result.lower[2] < 0 < result.upper[2]
    assert (result.errors > 0).all()


def test_an_executor_changes_no_bit():
    sample, z = towns(60, 4)
    alone = two_stage(sample, ["a", "b"], z, first_runs=30, runs=60)
    with ThreadPoolExecutor(2) as pool:
        shared = two_stage(sample, ["a", "b"], z, first_runs=30, runs=60, executor=pool)
    assert alone.lower.tobytes() == shared.lower.tobytes()
    assert alone.inefficiency.tobytes() == shared.inefficiency.tobytes()


def test_circumstances_that_cannot_be_told_apart_are_refused():
    sample, z = towns(40, 5)
    with pytest.raises(EngineError, match="none may be constant"):
        two_stage(sample, ["a", "b"], np.column_stack([z[:, 0], 2 * z[:, 0]]))
    z[3, 1] = np.nan
    with pytest.raises(EngineError, match="Column b, unit t3: found no value"):
        two_stage(sample, ["a", "b"], z)
    with pytest.raises(EngineError, match="is the least"):
        two_stage(sample, ["a", "b"], z, runs=3)
