"""Data that break careless solvers: an explaining error or a right answer."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from ratusz.engines.efficiency import (
    EngineError,
    Sample,
    additive,
    directional,
    radial,
    super_efficiency,
    verify,
)


def make(x, y) -> Sample:
    x, y = np.array(x, dtype=float), np.array(y, dtype=float)
    return Sample(
        tuple(f"u{i}" for i in range(len(x))), tuple(f"x{i}" for i in range(x.shape[1])),
        tuple(f"y{i}" for i in range(y.shape[1])), x, y,
    )  # fmt: skip


def oracle(sample: Sample, o: int, returns: str) -> float:
    """The input score by a general solver at 1e-10, every unit's figures divided by the unit's own."""
    x, y = sample.x / np.maximum(sample.x[o], 1e-300), sample.y / np.maximum(sample.y[o], 1e-300)
    keep_x, keep_y = sample.x[o] > 0, sample.y[o] > 0
    # A unit far larger than this one counts in parts of its own size.
    size = (
        np.ones(len(x))
        if returns == "vrs"
        else np.maximum(x[:, keep_x].max(axis=1), y[:, keep_y].max(axis=1, initial=0))
    )
    size = np.where(size > 0, size, 1)
    rows = [np.r_[-1, column / size] for column in x.T[keep_x]] + [
        np.r_[0, -column / size] for column in y.T[keep_y]
    ]
    bounds = np.r_[np.zeros(keep_x.sum()), -np.ones(keep_y.sum())]
    zero = (sample.x[:, ~keep_x] > 0).any(axis=1)
    limits = [(0, None), *((0, 0 if z else None) for z in zero)]
    one = {"A_eq": [np.r_[0, np.ones(len(x))]], "b_eq": [1]} if returns == "vrs" else {}
    tight = {"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10}
    found = linprog(np.r_[1, np.zeros(len(x))], A_ub=rows, b_ub=bounds, bounds=limits, options=tight, **one)
    return found.fun


def assert_right(sample: Sample, returns: str, within: float = 1e-9) -> None:
    """The input scores are proved, and those of a general solver."""
    result = radial(sample, returns=returns)
    assert_proved(result)
    expected = [oracle(sample, o, returns) for o in range(len(sample.units))]
    assert np.abs(result.score - expected).max() < within


def assert_proved(result):
    assert verify(result).differences == ()


@pytest.mark.parametrize("orientation", ["input", "output"])
@pytest.mark.parametrize("returns", ["crs", "vrs", "drs", "irs"])
def test_one_unit_is_its_own_peer(returns, orientation):
    result = radial(make([[2, 3]], [[5]]), returns=returns, orientation=orientation)
    assert result.score == pytest.approx([1])
    assert result.peers_of("u0") == {"u0": 1}


def test_one_unit_has_no_super_efficiency():
    result = super_efficiency(make([[2, 3]], [[5]]))
    assert not result.feasible[0]
    assert np.isnan(result.score[0])


@pytest.mark.parametrize("returns", ["crs", "vrs", "drs", "irs"])
def test_duplicated_units_score_alike(returns):
    rng = np.random.default_rng(3)
    x, y = rng.uniform(1, 9, (20, 2)), rng.uniform(1, 9, (20, 2))
    once = radial(make(x, y), returns=returns)
    twice = radial(make(np.vstack([x, x]), np.vstack([y, y])), returns=returns)
    assert np.allclose(twice.score, np.r_[once.score, once.score], atol=1e-12)
    assert_proved(twice)


def test_all_units_alike_are_all_efficient():
    result = radial(make(np.ones((6, 2)), np.ones((6, 2))))
    assert result.efficient.all()


@pytest.mark.parametrize("returns", ["crs", "vrs"])
def test_a_zero_input_is_no_free_gift(returns):
    x = [[0, 4], [2, 2], [4, 1], [3, 3], [0, 8]]
    y = [[2], [2], [2], [2], [2]]
    result = radial(make(x, y), returns=returns)
    assert result.score == pytest.approx([1, 1, 1, 2 / 3, 0.5])
    assert_proved(result)


def test_a_zero_output_is_right():
    result = radial(make([[1], [1], [2]], [[0, 3], [2, 1], [0, 3]]))
    assert result.score == pytest.approx([1, 1, 0.5])
    assert_proved(result)


@pytest.mark.parametrize("returns", ["crs", "vrs", "drs", "irs"])
@pytest.mark.parametrize("power", [6, -6])
def test_columns_of_very_different_scale_change_nothing(returns, power):
    rng = np.random.default_rng(4)
    x, y = rng.uniform(1, 9, (60, 2)), rng.uniform(1, 9, (60, 2))
    plain = radial(make(x, y), returns=returns, slack_weights="ranges")
    scaled = radial(
        make(x * [1, 10.0**power], y * [10.0**-power, 1]), returns=returns, slack_weights="ranges"
    )
    assert np.allclose(plain.score, scaled.score, atol=1e-12)
    assert_proved(scaled)


@pytest.mark.parametrize("returns", ["crs", "vrs"])
def test_units_of_very_different_size_score_as_a_general_solver_says(returns):
    rng = np.random.default_rng(5)
    size = 10.0 ** rng.uniform(-3, 3, (80, 1))
    assert_right(
        make(rng.uniform(1, 9, (80, 2)) * size, rng.uniform(1, 9, (80, 2)) * size**0.9), returns, 1e-8
    )


@pytest.mark.parametrize("returns", ["crs", "vrs"])
@pytest.mark.parametrize("power", [6, -6])
def test_columns_six_powers_of_ten_apart_score_as_a_general_solver_says(returns, power):
    rng = np.random.default_rng(4)
    x, y = rng.uniform(1, 9, (60, 2)), rng.uniform(1, 9, (60, 2))
    assert_right(make(x * [1, 10.0**power], y * [10.0**-power, 1]), returns)


@pytest.mark.parametrize("returns", ["crs", "vrs"])
def test_zeros_among_inputs_and_outputs_score_as_a_general_solver_says(returns):
    rng = np.random.default_rng(9)
    x, y = rng.uniform(1, 9, (70, 3)), rng.uniform(1, 9, (70, 3))
    x[rng.random((70, 3)) < 0.2], y[rng.random((70, 3)) < 0.3] = 0, 0
    x[:, 0] += ~x.any(axis=1)
    y[:, 0] += ~y.any(axis=1)
    assert_right(make(x, y), returns)


@pytest.mark.parametrize("returns", ["crs", "vrs"])
def test_the_same_figures_twice_score_as_a_general_solver_says(returns):
    rng = np.random.default_rng(10)
    x, y = rng.uniform(1, 9, (25, 2)), rng.uniform(1, 9, (25, 2))
    assert_right(make(np.tile(x, (3, 1)), np.tile(y, (3, 1))), returns)


@pytest.mark.parametrize("returns", ["crs", "vrs"])
@pytest.mark.parametrize("column", ["input", "output", "only input"])
def test_a_constant_column_is_right_and_named(returns, column):
    rng = np.random.default_rng(11)
    x, y = rng.uniform(1, 9, (40, 2)), rng.uniform(1, 9, (40, 2))
    if column == "only input":
        x = np.full((40, 1), 5.0)
    else:
        (x if column == "input" else y)[:, 1] = 5
    sample = make(x, y)
    assert_right(sample, returns)
    name = {"input": "x1", "output": "y1", "only input": "x0"}[column]
    assert sample.warnings == (f"Column {name} is the same for every unit: it tells none from another.",)


def test_few_units_for_many_columns_are_named():
    assert make(np.ones((1, 2)), np.ones((1, 2))).warnings == (
        "1 unit is few for 4 columns: most will be efficient for want of peers; have 12 or more, or fewer columns.",
    )
    rng = np.random.default_rng(12)
    assert (
        make(rng.uniform(1, 9, (4, 3)), rng.uniform(1, 9, (4, 3))).warnings[0].startswith("4 units are few")
    )
    assert make(rng.uniform(1, 9, (30, 3)), rng.uniform(1, 9, (30, 3))).warnings == ()


@pytest.mark.parametrize("returns", ["crs", "vrs", "drs", "irs"])
@pytest.mark.parametrize("seed", range(6))
def test_figures_six_powers_of_ten_apart_within_a_unit_are_proved(seed, returns):
    rng = np.random.default_rng(seed)
    sample = make(10 ** rng.uniform(-3, 3, (90, 4)), 10 ** rng.uniform(-3, 3, (90, 4)))
    for orientation in ("input", "output"):
        assert_proved(radial(sample, returns=returns, orientation=orientation))
        assert_proved(super_efficiency(sample, returns=returns, orientation=orientation))
    assert_proved(additive(sample, returns=returns, slack_weights="ranges"))


@pytest.mark.parametrize(
    ("x", "y", "sentence"),
    [
        ([[1], [np.nan]], [[1], [2]], "Column x0, unit u1: found no value, but efficiency needs"),
        ([[1], [np.inf]], [[1], [2]], "Column x0, unit u1: found an infinite value"),
        ([[1], [2]], [[0], [0]], "Column y0: found 0 for every unit"),
        ([[1], [2]], [[1], [0]], "Unit u1: found 0 in all of y0, but a unit that produces nothing"),
        ([[0], [2]], [[1], [2]], "Unit u0: found 0 in all of x0, but a unit that uses nothing"),
    ],
)
def test_figures_that_cannot_be_compared_are_refused(x, y, sentence):
    with pytest.raises(EngineError) as refused:
        make(x, y)
    assert str(refused.value).startswith(sentence)


def test_a_unit_twice_is_refused():
    with pytest.raises(EngineError, match="Unit a: found it 2 times"):
        Sample(("a", "a"), ("x",), ("y",), [[1], [2]], [[1], [2]])


def test_a_column_that_is_input_and_output_is_refused():
    with pytest.raises(EngineError, match="Column x: found it 2 times"):
        Sample.from_csv("u,x\na,1\n", ["x"], ["x"])


def test_an_unknown_column_is_refused_with_the_nearest_or_all():
    with pytest.raises(EngineError, match="no column Budgt, but the nearest is budget; correct the name"):
        Sample.from_csv("u,budget,books\na,1,2\n", ["Budgt"], ["books"])
    with pytest.raises(EngineError, match="no column zebra, but it has u, budget, books"):
        Sample.from_csv("u,budget,books\na,1,2\n", ["zebra"], ["books"])


PERIODS = "town,year,staff,books\nA,2024,2,9\nB,2024,3,9\nB,2025,4,9\nA,2025,5,8\n"


def test_periods_come_in_order_and_keep_their_units():
    found = Sample.by_period(PERIODS, ["staff"], ["books"], "year")
    assert list(found) == ["2024", "2025"]
    assert found["2025"].units == ("B", "A")
    assert list(
        Sample.by_period(PERIODS.replace("2024", "10").replace("2025", "9"), ["staff"], ["books"], "year")
    ) == ["9", "10"]


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("B,2025,4", "B,,4", "Data file, row 4: found no year"),
        ("B,2025,4", "B,2025,", "Period 2025, Column staff, unit B: found no value"),
        ("B,2025", "A,2025", "Period 2025, Unit A: found it 2 times"),
        ("year", "yaer", "no column year, but the nearest is yaer"),
    ],
)
def test_periods_with_mistakes_are_refused(old, new, sentence):
    with pytest.raises(EngineError, match=sentence):
        Sample.by_period(PERIODS.replace(old, new), ["staff"], ["books"], "year")


@pytest.mark.parametrize("model", [radial, super_efficiency])
def test_negative_values_are_refused_by_name(model):
    with pytest.raises(EngineError, match="Column x0, unit u1: found -2, but"):
        model(make([[1], [-2]], [[1], [2]]))


def test_negative_values_are_right_where_zero_does_not_matter():
    rng = np.random.default_rng(6)
    x, y = rng.uniform(1, 9, (40, 2)), rng.uniform(1, 9, (40, 2))
    for model in (additive, lambda s: directional(s, input_direction=[1, 2], output_direction=[2, 1])):
        plain, moved = model(make(x, y)), model(make(x - 5, y - 7))
        assert np.allclose(plain.score, moved.score, atol=1e-10)
        assert_proved(moved)
    with pytest.raises(EngineError, match="without variable returns"):
        additive(make(x - 5, y), returns="crs")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"returns": "xrs"}, "Returns to scale"),
        ({"orientation": "sideways"}, "Orientation"),
        ({"slack_weights": "gold"}, "Weights of slacks"),
    ],
)
def test_choices_that_do_not_exist_are_refused(towns, arguments, sentence):
    with pytest.raises(EngineError, match=sentence):
        radial(towns, **arguments)


def test_directions_that_lead_nowhere_are_refused(towns):
    with pytest.raises(EngineError, match="Direction"):
        directional(towns, input_direction=[-1])
    with pytest.raises(EngineError, match="a direction of zeros"):
        directional(towns, input_direction=[0], output_direction=[0])


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 14), st.integers(1, 3), st.integers(1, 3), st.sampled_from(["crs", "vrs", "drs", "irs"]),
    st.sampled_from(["input", "output"]), st.randoms(use_true_random=False),
)  # fmt: skip
def test_every_score_of_small_whole_numbers_is_proved(n, m, s, returns, orientation, random):
    x = [[random.randint(0, 4) for _ in range(m)] for _ in range(n)]
    y = [[random.randint(0, 4) for _ in range(s)] for _ in range(n)]
    for row in x + y:
        row[0] = row[0] or 1
    for rows in (x, y):
        for column in range(len(rows[0])):
            rows[0][column] = rows[0][column] or 1
    sample = make(x, y)
    for result in (
        radial(sample, returns=returns, orientation=orientation),
        additive(sample, returns=returns),
        super_efficiency(sample, returns=returns, orientation=orientation),
    ):
        assert_proved(result)
