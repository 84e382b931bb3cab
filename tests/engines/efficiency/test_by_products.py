"""Outputs that nobody wants."""

import numpy as np
import pytest
from scipy.optimize import linprog

from ratusz.engines.efficiency import EngineError, Sample, undesirable, verify


@pytest.fixture
def plants() -> Sample:
    """Thirty plants with coal, smoke and power."""
    rng = np.random.default_rng(7)
    coal, power = rng.uniform(1, 9, (2, 30))
    smoke = 0.5 * coal * rng.uniform(0.5, 1.5, 30)
    names = tuple(f"p{i}" for i in range(30))
    return Sample(names, ("coal", "smoke"), ("power",), np.column_stack([coal, smoke]), power[:, None])


@pytest.mark.parametrize("disposal", ["weak", "strong"])
def test_distances_are_those_of_a_general_solver_and_proved(plants, disposal):
    result = undesirable(plants, ["smoke"], disposal=disposal)
    assert verify(result).differences == ()
    coal, smoke, power = plants.x[:, 0], plants.x[:, 1], plants.y[:, 0]
    for o in range(30):
        rows, limits = [np.r_[power[o], -power], np.r_[0, coal]], [-power[o], coal[o]]
        equal = {"A_eq": [np.r_[smoke[o], smoke]], "b_eq": [smoke[o]]}
        if disposal == "strong":
            rows, limits, equal = [*rows, equal["A_eq"][0]], [*limits, smoke[o]], {}
        bounds = [(None, None)] + 30 * [(0, None)]
        found = linprog(np.r_[-1, np.zeros(30)], A_ub=rows, b_ub=limits, bounds=bounds, **equal)
        assert result.score[o] == pytest.approx(-found.fun, abs=1e-9)


def test_smoke_without_an_outlet_cannot_simply_vanish():
    # The second plant could make 2.0 instead of 1.9 only by a mixture that has less than its smoke.
    two = Sample(("clean", "dirty"), ("coal", "smoke"), ("power",), [[1, 1], [1, 9]], [[2], [1.9]])
    assert undesirable(two, ["smoke"], disposal="strong").score == pytest.approx([0, 0.1 / 1.9])
    assert undesirable(two, ["smoke"], disposal="weak").score == pytest.approx([0, 0])


def test_choices_that_do_not_fit_are_refused(plants):
    with pytest.raises(EngineError, match="By-products: found noise"):
        undesirable(plants, ["noise"])
    with pytest.raises(EngineError, match="weak disposal goes with crs"):
        undesirable(plants, ["smoke"], returns="vrs")
    with pytest.raises(EngineError, match="Disposal"):
        undesirable(plants, ["smoke"], disposal="dump")
