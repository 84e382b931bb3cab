"""Models beside the radial ones, against published results."""

import csv

import numpy as np
import pytest
from scipy.optimize import linprog

from ratusz.engines.efficiency import (
    EngineError,
    Sample,
    benefit_of_the_doubt,
    cross_efficiency,
    free_disposal_hull,
    malmquist,
    radial_by_group,
    scale_efficiency,
    slack_based,
    verify,
)

PUBLISHED = [("pft1981", 5), ("milkprod", 3)]
SHORT = {"input": "in", "output": "out"}


@pytest.mark.parametrize("orientation", ["input", "output"])
@pytest.mark.parametrize(("name", "inputs"), PUBLISHED)
def test_free_disposal_hull_scores_as_in_benchmarking(sample, column, name, inputs, orientation):
    result = free_disposal_hull(sample(f"{name}_data.csv", inputs), orientation=orientation)
    expected = column(f"{name}_benchmarking_scores.csv", f"eff_fdh_{SHORT[orientation]}")
    assert np.abs(result.score - expected).max() < 1e-12
    assert verify(result).proved


def test_free_disposal_hull_takes_zeros(towns):
    data = Sample(
        ("a", "b", "c"), ("x", "z"), ("y", "w"), [[0, 2], [1, 2], [0, 4]], [[1, 0], [1, 0], [1, 0.5]]
    )
    assert free_disposal_hull(data).score == pytest.approx([1, 1, 1])
    assert free_disposal_hull(data, orientation="output").score == pytest.approx([1, 1, 1])


@pytest.mark.parametrize(("name", "inputs"), PUBLISHED)
def test_scale_efficiency_is_as_in_benchmarking(sample, column, name, inputs):
    result = scale_efficiency(sample(f"{name}_data.csv", inputs))
    file = f"{name}_benchmarking_scores.csv"
    assert np.abs(result.efficiency - column(file, "scale_eff_in")).max() < 1e-9
    constant, variable, decreasing = (column(file, f"eff_{r}_in") for r in ("crs", "vrs", "drs"))
    for unit, found in enumerate(result.returns):
        if abs(constant[unit] - variable[unit]) < 1e-8:
            assert found == "constant"
        else:
            assert found == ("decreasing" if abs(decreasing[unit] - variable[unit]) < 1e-8 else "increasing")


@pytest.mark.parametrize("orientation", ["input", "output"])
def test_programmes_score_within_themselves_as_in_benchmarking(sample, folder, column, orientation):
    with (folder / "pft1981_separate_frontiers.csv").open(encoding="utf-8", newline="") as file:
        groups = [row["programme"] for row in csv.DictReader(file)]
    expected = column("pft1981_separate_frontiers.csv", f"eff_crs_{SHORT[orientation]}_separate")
    found = radial_by_group(sample("pft1981_data.csv", 5), groups, returns="crs", orientation=orientation)
    for group, result in found.items():
        rows = [i for i, name in enumerate(groups) if name == group]
        assert np.abs(result.score - expected[rows]).max() < 1e-9
        assert verify(result).proved


def test_slack_based_measure_is_as_tone_prints(sample, column):
    result = slack_based(sample("deaR_Tone2001_data.csv", 2))
    assert np.abs(result.score - column("deaR_Tone2001_sbm_crs_no_result.csv", "value")).max() < 1e-9
    assert verify(result).proved


@pytest.mark.parametrize("returns", ["crs", "vrs", "drs", "irs"])
@pytest.mark.parametrize(("name", "inputs"), PUBLISHED)
def test_slack_based_measure_is_proved(sample, name, inputs, returns):
    verdict = verify(slack_based(sample(f"{name}_data.csv", inputs), returns=returns))
    assert verdict.differences == ()


def test_slack_based_measure_refuses_an_output_of_zero():
    with pytest.raises(EngineError, match="Column w, unit a: found 0"):
        slack_based(Sample(("a", "b"), ("x",), ("y", "w"), [[1], [2]], [[1, 0], [1, 1]]))


@pytest.mark.parametrize(("form", "method"), [("difference", "M2"), ("ratio", "M3")])
@pytest.mark.parametrize("aim", ["benevolent", "aggressive"])
def test_cross_efficiency_is_as_golany_and_roll_print(sample, column, form, method, aim):
    result = cross_efficiency(sample("deaR_Golany_Roll_1989_data.csv", 3), aim=aim, form=form)
    expected = column("deaR_Golany_Roll_cross_efficiency_io_crs_result.csv", f"{method}_{aim[:3]}")
    assert np.abs(result.score - expected).max() < 1e-10
    own = column("deaR_Golany_Roll_ccr_io_result.csv", "value")
    assert np.diag(result.matrix) == pytest.approx(own, abs=1e-10)


def test_malmquist_index_and_its_parts_are_as_in_dear(folder, column):
    with (folder / "deaR_EconomyLong_data.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    years = sorted({row["Period"] for row in rows})
    periods = {}
    for year in years:
        mine = [row for row in rows if row["Period"] == year]
        numbers = np.array([[float(row[c]) for c in ("Capital", "Labor", "GIOV")] for row in mine])
        periods[year] = Sample(
            tuple(row["DMUs"] for row in mine),
            ("Capital", "Labor"),
            ("GIOV",),
            numbers[:, :2],
            numbers[:, 2:],
        )
    result = malmquist(periods)
    for kind, found in (("mi", result.index), ("ec", result.efficiency), ("tc", result.technology)):
        for place, year in enumerate(result.periods):
            expected = column(f"deaR_EconomyLong_malmquist_{kind}_result.csv", year)
            assert np.abs(found[:, place] - expected).max() < 1e-10
    assert result.pure * result.scale == pytest.approx(result.efficiency)


def test_periods_of_different_units_are_refused(towns):
    with pytest.raises(EngineError, match="Period 2026: found C in some periods only"):
        malmquist({"2025": towns, "2026": towns.take([0, 1])})


@pytest.fixture(scope="module")
def pillars(shared_data):
    """The eight ASEM pillars of 51 units, means of indicators scaled from 1 to 100."""
    folder = shared_data / "composite"
    with (folder / "asem_iMeta.csv").open(encoding="utf-8", newline="") as file:
        nodes = list(csv.DictReader(file))
    with (folder / "B_normalised.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    names = [node["iCode"] for node in nodes if node["Type"] == "Aggregate" and node["Level"] == "2"]
    under = {
        name: [n["iCode"] for n in nodes if n["Parent"] == name and n["Type"] == "Indicator"]
        for name in names
    }
    values = [[np.mean([float(row[code]) for code in under[name]]) for name in names] for row in rows]
    return [row["uCode"] for row in rows], names, 1 + 0.99 * np.array(values)


@pytest.mark.parametrize("limits", [None, (0.05, 0.3), (0.1, 0.2)])
def test_benefit_of_the_doubt_is_as_in_compind(pillars, column, limits):
    units, names, values = pillars
    result = benefit_of_the_doubt(units, names, values, limits=limits)
    name = "bod" if limits is None else f"bod_constr_{limits[0]}_{limits[1]}"
    assert np.abs(result.score - column("bod_asem_pillars_compind.csv", name)).max() < 1e-9
    assert result.shares.sum(axis=1) == pytest.approx(1)
    assert (values @ result.weights.T).max() < 1 + 1e-9
    if limits:
        assert result.shares.min() > limits[0] - 1e-9
        assert result.shares.max() < limits[1] + 1e-9


def test_benefit_of_the_doubt_is_as_a_general_solver_says(pillars):
    units, names, values = pillars
    result = benefit_of_the_doubt(units, names, values)
    for o in range(0, len(units), 7):
        found = linprog(-values[o], A_ub=values, b_ub=np.ones(len(units)))
        assert result.score[o] == pytest.approx(-found.fun, abs=1e-10)


@pytest.mark.parametrize("limits", [(0.6, 0.9), (0.3, 0.4), (-0.1, 1)])
def test_limits_that_no_shares_meet_are_refused(limits):
    with pytest.raises(EngineError, match="Limits of shares"):
        benefit_of_the_doubt(["a", "b"], ["x", "y"], np.array([[1, 2], [2, 1.0]]), limits=limits)
