"""Published examples and formulae that can be checked by hand."""

import numpy as np
import pytest

from ratusz.engines.efficiency import (
    Sample,
    additive,
    benefit_of_the_doubt,
    cross_efficiency,
    directional,
    free_disposal_hull,
    hyperbolic,
    malmquist,
    radial,
    scale_efficiency,
    slack_based,
    super_efficiency,
    verify,
)


@pytest.fixture
def stores() -> Sample:
    """Eight stores with employees and sales (Cooper, Seiford, Tone 2007, doi:10.1007/978-0-387-45283-8, table 1.1)."""
    staff, sales = [2, 3, 3, 4, 5, 5, 6, 8], [1, 3, 2, 3, 4, 2, 3, 5]
    return Sample("ABCDEFGH", ["staff"], ["sales"], np.array(staff)[:, None], np.array(sales)[:, None])


@pytest.fixture
def plants() -> Sample:
    """Two inputs, the same output (Andersen, Petersen 1993, doi:10.1287/mnsc.39.10.1261, table 1)."""
    return Sample("ABCDE", ["x1", "x2"], ["y"], [[2, 12], [2, 8], [5, 5], [10, 4], [10, 6]], np.ones((5, 1)))


@pytest.fixture
def pairs() -> Sample:
    """Sixty units with one input and one output: their productivity says everything."""
    rng = np.random.default_rng(21)
    return Sample(
        [f"u{i}" for i in range(60)], ["x"], ["y"], rng.uniform(1, 9, (60, 1)), rng.uniform(1, 9, (60, 1))
    )


def test_stores_under_constant_returns(stores):
    assert radial(stores, returns="crs").score == pytest.approx(
        [1 / 2, 1, 2 / 3, 3 / 4, 4 / 5, 2 / 5, 1 / 2, 5 / 8]
    )


def test_stores_under_variable_returns(stores):
    found = scale_efficiency(stores)
    # A (2, 1), B (3, 3), E (5, 4) and H (8, 5) span the frontier; C needs 2.5 of 3, F 2.5 of 5; D and G as B.
    assert found.variable.score == pytest.approx([1, 1, 5 / 6, 3 / 4, 1, 1 / 2, 1 / 2, 1])
    assert found.efficiency == pytest.approx([1 / 2, 1, 4 / 5, 1, 4 / 5, 4 / 5, 1, 5 / 8])
    assert found.returns == (
        "increasing", "constant", "increasing", "constant", "decreasing", "increasing", "constant", "decreasing",
    )  # fmt: skip
    # G uses 6: between E (5, 4) and H (8, 5) that gives 4 + 1/3.
    output = radial(stores, orientation="output")
    assert output.score == pytest.approx([1, 1, 3 / 2, 3.5 / 3, 1, 2, (4 + 1 / 3) / 3, 1])


def test_stores_against_single_stores(stores):
    assert free_disposal_hull(stores).score == pytest.approx([1, 1, 1, 3 / 4, 1, 3 / 5, 1 / 2, 1])
    assert additive(stores).score == pytest.approx([0, 0, 1, 1, 0, 3, 3, 0], abs=1e-12)


def test_two_inputs_with_a_slack_that_a_radial_score_does_not_see():
    # Cooper, Seiford, Tone 2007, example 2.2: F uses two of x1 more than C and still scores 1.
    x = [[4, 3], [7, 3], [8, 1], [4, 2], [2, 4], [10, 1]]
    found = radial(Sample("ABCDEF", ["x1", "x2"], ["y"], x, np.ones((6, 1))), returns="crs")
    assert found.score == pytest.approx([6 / 7, 12 / 19, 1, 1, 1, 1])
    assert found.input_slacks[5] == pytest.approx([2, 0])
    assert found.efficient.tolist() == [False, False, True, True, True, False]
    assert found.peers_of("A") == pytest.approx({"D": 5 / 7, "E": 2 / 7})


def test_super_efficiency_of_five_plants(plants):
    found = super_efficiency(plants)
    assert found.score == pytest.approx([1, 50 / 38, 18 / 15, 5 / 4, 30 / 40])
    assert verify(found).proved


def test_one_input_and_one_output_by_formula(pairs):
    ratio = (pairs.y / pairs.x).ravel()
    theta = ratio / ratio.max()
    assert radial(pairs, returns="crs").score == pytest.approx(theta)
    assert radial(pairs, returns="crs", orientation="output").score == pytest.approx(1 / theta)
    assert slack_based(pairs).score == pytest.approx(theta)
    assert hyperbolic(pairs) == pytest.approx(np.sqrt(theta))
    # Chambers, Chung, Färe 1998, doi:10.1023/A:1022637501082: along one's own figures, under constant returns.
    assert directional(pairs, returns="crs").score == pytest.approx((1 - theta) / (1 + theta), abs=1e-12)
    assert cross_efficiency(pairs).score == pytest.approx(theta)
    first, second = np.sort(ratio)[[-1, -2]]
    assert super_efficiency(pairs).score == pytest.approx(np.where(ratio == first, first / second, theta))
    doubt = benefit_of_the_doubt(pairs.units, ["y"], pairs.y)
    assert doubt.score == pytest.approx(pairs.y.ravel() / pairs.y.max())


@pytest.mark.parametrize("orientation", ["input", "output"])
def test_malmquist_of_one_input_and_one_output_is_the_change_of_productivity(pairs, orientation):
    rng = np.random.default_rng(22)
    later = Sample(
        pairs.units,
        ["x"],
        ["y"],
        pairs.x * rng.uniform(0.7, 1.2, (60, 1)),
        pairs.y * rng.uniform(0.8, 1.4, (60, 1)),
    )
    found = malmquist({"old": pairs, "new": later}, orientation=orientation)
    old, new = (pairs.y / pairs.x), (later.y / later.x)
    assert found.index == pytest.approx(new / old)
    assert found.technology == pytest.approx(np.full((60, 1), new.max() / old.max()))
    assert found.efficiency == pytest.approx((new / new.max()) / (old / old.max()))
    assert found.pure * found.scale == pytest.approx(found.efficiency)
    scores = [radial(s, orientation=orientation).score for s in (pairs, later)]
    pure = scores[1] / scores[0] if orientation == "input" else scores[0] / scores[1]
    assert found.pure.ravel() == pytest.approx(pure)


@pytest.mark.parametrize("returns", ["crs", "vrs"])
def test_the_slack_based_measure_never_passes_the_radial_score(sample, returns):
    data = sample("pft1981_data.csv", 5)
    plain, slacks = radial(data, returns=returns), slack_based(data, returns=returns)
    assert (slacks.score <= plain.score + 1e-9).all()
    assert np.array_equal(slacks.score > 1 - 1e-9, plain.efficient)
