"""Agreement with COINr's results on the ASEM data: scores to 1e-9, ranks exactly."""

import csv
import io
from dataclasses import replace

import numpy as np
import pytest

from ratusz.engines.composite import (
    Method,
    Normalisation,
    Table,
    Treatment,
    Uncertainty,
    rank,
    uncertainty,
    weights,
    write_files,
)
from ratusz.engines.composite.aggregate import Tree, aggregate
from ratusz.engines.composite.figures import Figures
from ratusz.engines.composite.normalise import normalise
from ratusz.engines.composite.ranking import prepare
from ratusz.engines.composite.ranks import rank as rank_scores
from ratusz.engines.composite.treat import moments, treat

SCALES = {
    "minmax_0_100": Normalisation(),
    "minmax_1_100": Normalisation(lower=1),
    "zscore": Normalisation("z-score"),
    "zscore_10_2": Normalisation("z-score", mean=10, sd=2),
    "rank": Normalisation("rank"),
    "prank": Normalisation("prank"),
}
FOUND = {"a_amean": "arithmetic", "a_gmean": "geometric", "amean": "arithmetic", "gmean": "geometric"}


def assert_agrees(reference, name, units, codes, found, tolerance=1e-9):
    columns, names, expected = reference(name)
    wanted = [c for c in codes if c in columns]
    assert wanted
    expected = expected[[names.index(u) for u in units]][:, [columns.index(c) for c in wanted]]
    found = found[:, [list(codes).index(c) for c in wanted]]
    np.testing.assert_allclose(found, expected, rtol=tolerance, atol=tolerance)


def scores(values, method, scale, mean):
    framework = method.framework
    normal = normalise(values, framework.directions, scale, framework.codes)
    return aggregate(normal, Tree.build(framework, mean), weights.resolve(framework, method.scheme))


def levels(method):
    return [a.code for a in method.framework.levels]


@pytest.fixture(scope="module")
def treated_a(table_a, method_a):
    return treat(prepare(table_a, method_a).values, method_a.treatment)


@pytest.fixture(scope="module")
def treated_b(table_b, method_b):
    return treat(prepare(table_b, method_b).values, method_b.treatment)


def test_raw_data_treated(reference, table_a, method_a, treated_a):
    assert_agrees(reference, "A_treated.csv", table_a.units, method_a.framework.codes, treated_a[0])


@pytest.mark.parametrize("pipeline", ["A", "B"])
def test_treatment_details(asem, pipeline, table_a, table_b, method_a, method_b, treated_a, treated_b):
    table, method, treated = (
        (table_a, method_a, treated_a) if pipeline == "A" else (table_b, method_b, treated_b)
    )
    skewness, kurtosis = moments(prepare(table, method).values)
    after = moments(treated[0])
    with (asem / f"{pipeline}_treated_details.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            j = method.framework.codes.index(row["iCode"])
            assert skewness[j] == pytest.approx(float(row["check_SkewKurt0.Skew"]), abs=1e-9)
            assert kurtosis[j] == pytest.approx(float(row["check_SkewKurt0.Kurt"]), abs=1e-9)
            assert treated[1].winsorised[j] == int(row["winsorise.nwin"] or 0)
            assert not treated[1].logarithm[j]
            if row["check_SkewKurt1.Skew"]:
                assert after[0][j] == pytest.approx(float(row["check_SkewKurt1.Skew"]), abs=1e-9)
                assert after[1][j] == pytest.approx(float(row["check_SkewKurt1.Kurt"]), abs=1e-9)


@pytest.mark.parametrize("name", ["minmax_0_100", "zscore"])
def test_raw_data_normalised(reference, table_a, method_a, treated_a, name):
    f = method_a.framework
    found = normalise(treated_a[0], f.directions, SCALES[name], f.codes)
    assert_agrees(reference, f"A_norm_{name}.csv", table_a.units, f.codes, found)


@pytest.mark.parametrize("name", ["minmax_0_100_amean", "minmax_1_100_gmean", "zscore_amean"])
def test_raw_data_aggregated_with_missing_values(reference, table_a, method_a, treated_a, name):
    scale, _, mean = name.rpartition("_")
    found = scores(treated_a[0], method_a, SCALES[scale], FOUND[mean])
    assert_agrees(reference, f"A_{name}_scores.csv", table_a.units, levels(method_a), found)


@pytest.mark.parametrize("name", ["minmax_0_100_amean", "minmax_1_100_gmean"])
def test_raw_data_ranks_of_every_level(reference, table_a, method_a, treated_a, name):
    scale, _, mean = name.rpartition("_")
    found = scores(treated_a[0], method_a, SCALES[scale], FOUND[mean])
    columns, units, expected = reference(f"A_{name}_ranks.csv")
    order = [units.index(u) for u in table_a.units]
    for k, level in enumerate(levels(method_a)):
        assert rank_scores(found[:, k])[0].tolist() == expected[order, columns.index(level)].tolist()


def test_denominated(reference, table_b, method_b):
    found = Figures.of(table_b, method_b).observed()
    assert_agrees(reference, "B_denominated.csv", table_b.units, method_b.framework.codes, found)


@pytest.mark.parametrize("name", ["B_imputed.csv", "B_screened.csv"])
def test_imputed_by_group_mean_and_screened(reference, table_b, method_b, name):
    prepared = prepare(table_b, method_b)
    assert len(prepared.units) == 51
    assert_agrees(reference, name, prepared.units, method_b.framework.codes, prepared.values)


def test_denominated_data_treated(reference, table_b, method_b, treated_b):
    assert_agrees(reference, "B_treated.csv", table_b.units, method_b.framework.codes, treated_b[0])


@pytest.mark.parametrize("name", ["B_normalised", "B_norm_rank", "B_norm_prank", "B_norm_zscore_10_2"])
def test_denominated_data_normalised(reference, table_b, method_b, treated_b, name):
    f = method_b.framework
    scale = SCALES.get(name.removeprefix("B_norm_"), Normalisation())
    found = normalise(treated_b[0], f.directions, scale, f.codes)
    assert_agrees(reference, f"{name}.csv", table_b.units, f.codes, found)


@pytest.mark.parametrize(
    ("name", "scale", "mean"),
    [
        ("B_aggregated", "minmax_0_100", "arithmetic"),
        ("B_minmax_1_100_hmean_scores", "minmax_1_100", "harmonic"),
        ("B_rank_amean_scores", "rank", "arithmetic"),
    ],
)
def test_denominated_data_aggregated(reference, table_b, method_b, treated_b, name, scale, mean):
    found = scores(treated_b[0], method_b, SCALES[scale], mean)
    assert_agrees(reference, f"{name}.csv", table_b.units, levels(method_b), found)


def test_whole_pipeline(reference, table_b, method_b):
    result = rank(table_b, method_b, runs=0)
    assert_agrees(reference, "B_aggregated.csv", result.units, result.levels, result.scores)


def test_effective_weights(asem, asem_framework):
    found = weights.effective(asem_framework, weights.resolve(asem_framework, "relative"))
    with (asem / "weights_effective.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            place = asem_framework.position[row["iCode"]]
            assert found[place] == pytest.approx(float(row["EffWeight"]), abs=1e-9)


@pytest.fixture(scope="module")
def noisy(asem, asem_framework):
    """COINr's 100 noisy weight sets, (100, p + q)."""
    sets = np.ones((100, len(asem_framework.nodes)))
    with (asem / "noisy_weights_100.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            sets[int(row["weights_id"]) - 1, asem_framework.position[row["iCode"]]] = float(row["Weight"])
    return sets


def replay(asem, method, noisy, name):
    """The plan that a parameter file describes."""
    u = method.uncertainty
    with (asem / name).open(newline="") as file:
        rows = list(csv.DictReader(file))
    mean = "aggregation" if "aggregation" in rows[0] else "agg"
    scale = [0 if row["norm"] in ("minmax_1_100", "1") else 1 for row in rows]
    as_is = np.zeros(len(rows), dtype=np.int64)
    return rows, uncertainty.Plan(
        (method.imputation,),
        u.treatment,
        u.normalisation,
        u.aggregation,
        as_is,
        np.array([int(row["winmax"]) - 1 for row in rows]),
        np.array(scale),
        np.array([u.aggregation.index(FOUND[row[mean]]) for row in rows]),
        as_is,
        noisy[[int(row["weights_id"]) - 1 for row in rows]],
        exact=False,
    )


@pytest.fixture(scope="module")
def nominal(method_b, treated_b):
    """The nominal ranks, and one class for all."""
    found = scores(treated_b[0], method_b, SCALES["minmax_1_100"], "arithmetic")[:, -1]
    return rank_scores(found)[0]


def count(prepared, method, plan, nominal, **options):
    one = np.zeros(len(prepared.units), dtype=np.int64)
    return uncertainty.count_ranks(prepared.figures, plan, nominal, one, nominal, **options)


def test_replay_of_1000_replications_has_no_rank_mismatch(asem, reference, table_b, method_b, noisy, nominal):
    prepared = prepare(table_b, method_b)
    _, plan = replay(asem, method_b, noisy, "ua_N1000_params.csv")
    found = count(prepared, method_b, plan, nominal, every=True)
    _, units, expected = reference("ua_N1000_ranks_per_rep.csv")
    expected = expected[[units.index(u) for u in prepared.units]]
    assert (nominal != expected[:, 0]).sum() == 0
    assert found.every.T.size == 51_000
    assert (expected[:, 1:] != found.every.T).sum() == 0

    columns, units, stats = reference("ua_N1000_rankstats.csv")
    stats = stats[[units.index(u) for u in prepared.units]]
    quantiles = uncertainty.quantiles(found.counts, (0.5, 0.05, 0.95))
    np.testing.assert_array_equal(quantiles, stats[:, [columns.index(c) for c in ("Median", "Q5", "Q95")]])
    means = found.counts @ np.arange(1, 52) / 1000
    np.testing.assert_allclose(means, stats[:, columns.index("Mean")], atol=1e-9)


def test_every_cell_of_the_factorial(asem, reference, table_b, method_b, noisy, nominal):
    prepared = prepare(table_b, method_b)
    rows, plan = replay(asem, method_b, noisy, "exact_factorial_2000_index_scores.csv")
    framework, u = method_b.framework, method_b.uncertainty
    expected = np.array([[float(row[unit]) for unit in prepared.units] for row in rows])
    normal = {
        (t, m): normalise(
            treat(prepared.values, u.treatment[t])[0], framework.directions, scale, framework.codes
        )
        for t in range(5)
        for m, scale in enumerate(u.normalisation)
    }
    trees = [Tree.build(framework, mean) for mean in u.aggregation]
    for run in range(plan.runs):
        x = normal[plan.treatment[run], plan.normalisation[run]]
        found = aggregate(x, trees[plan.mean[run]], plan.weights[run])[:, -1]
        np.testing.assert_allclose(found, expected[run], rtol=1e-9, atol=1e-9)

    found = count(prepared, method_b, plan, nominal)
    columns, units, exact = reference("exact_rank_distribution.csv")
    exact = exact[[units.index(u) for u in prepared.units]]
    quantiles = uncertainty.quantiles(found.counts, (0.5, 0.05, 0.95))
    np.testing.assert_array_equal(quantiles, exact[:, [columns.index(c) for c in ("median", "q5", "q95")]])
    means = found.counts @ np.arange(1, 52) / 2000
    np.testing.assert_allclose(means, exact[:, columns.index("mean")], atol=1e-9)
    taken = [np.flatnonzero(row) + 1 for row in found.counts]
    assert [int(t[0]) for t in taken] == exact[:, columns.index("min")].tolist()
    assert [int(t[-1]) for t in taken] == exact[:, columns.index("max")].tolist()


def test_factorial_planned_from_the_method(asem, reference, table_b, method_b, noisy):
    """A method with the same choices is enumerated by itself and gives the same distribution."""
    codes = [node.code for node in method_b.framework.nodes]
    noise = replace(
        method_b.uncertainty.weights,
        sets=tuple(tuple(zip(codes, map(float, row), strict=True)) for row in noisy),
    )
    method = replace(
        method_b,
        normalisation=Normalisation(lower=1),
        uncertainty=replace(method_b.uncertainty, weights=noise),
    )
    result = rank(table_b, method)
    assert result.exact
    assert result.provenance.runs == 2000
    columns, units, exact = reference("exact_rank_distribution.csv")
    exact = exact[[units.index(u) for u in result.units]]
    found = np.array([result.spread.median, result.spread.p05, result.spread.p95]).T
    np.testing.assert_array_equal(found, exact[:, [columns.index(c) for c in ("median", "q5", "q95")]])


def test_missing_treatment_is_no_treatment(table_a, method_a):
    values = prepare(table_a, method_a).values
    np.testing.assert_array_equal(treat(values, Treatment())[0], values)


@pytest.mark.parametrize(
    ("name", "scale", "mean"),
    [
        ("A_minmax_0_100_amean", "minmax_0_100", "arithmetic"),
        ("A_minmax_1_100_gmean", "minmax_1_100", "geometric"),
        ("A_zscore_amean", "zscore", "arithmetic"),
        ("B_minmax_1_100_hmean", "minmax_1_100", "harmonic"),
        ("B_rank_amean", "rank", "arithmetic"),
    ],
)
def test_written_files(asem, reference, method_a, method_b, name, scale, mean):
    """The whole way: method text and data bytes in, scores.csv and ranks.csv out."""
    base = replace(method_a if name.startswith("A") else method_b, normalisation=SCALES[scale], mean=mean)
    method = Method.from_toml(replace(base, uncertainty=Uncertainty(runs=0)).to_toml())
    table = Table.from_csv((asem / "asem_iData.csv").read_bytes(), method)
    files = write_files(table, rank(table, method))
    header, *rows = csv.reader(io.StringIO(files["scores.csv"].decode()))
    columns, units, expected = reference(f"{name}_scores.csv")
    assert sorted(header[1:]) == sorted(columns)
    expected = expected[[units.index(row[0]) for row in rows]][:, [columns.index(c) for c in header[1:]]]
    found = np.array([[float(cell or "nan") for cell in row[1:]] for row in rows])
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9)
    if (asem / f"{name}_ranks.csv").exists():
        columns, units, expected = reference(f"{name}_ranks.csv")
        places = {
            row["unit"]: int(row["rank"]) for row in csv.DictReader(io.StringIO(files["ranks.csv"].decode()))
        }
        assert places == dict(zip(units, expected[:, columns.index("Index")].astype(int), strict=True))
