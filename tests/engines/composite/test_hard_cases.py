"""Bad input and hard cases: each gives the right sentence or the right number."""

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from ratusz.engines.composite import (
    Aggregate,
    EngineError,
    Framework,
    Imputation,
    Indicator,
    Method,
    Noise,
    Normalisation,
    Screening,
    Table,
    Treatment,
    Uncertainty,
    check_variants,
    prepare,
    rank,
    verify,
)
from ratusz.engines.composite.treat import treat


def cells(table: Table, changes: dict[tuple[str, str], float]) -> Table:
    values = table.values.copy()
    for (unit, column), value in changes.items():
        values[table.units.index(unit), table.columns.index(column)] = value
    return replace(table, values=values)


def test_constant_column_is_an_error_that_names_it(towns, town_method):
    flat = cells(towns, {(unit, "Trees"): 7 for unit in towns.units})
    for scale in ("min-max", "z-score", "rank", "borda", "prank"):
        with pytest.raises(EngineError, match=r"Indicator Trees: found the same value 7 for every unit"):
            rank(flat, replace(town_method, normalisation=Normalisation(scale)))


def test_unit_without_data_is_not_classified_and_never_zero(towns, town_method):
    empty = cells(towns, {("Ełk", column): np.nan for column in towns.columns})
    result = rank(empty, replace(town_method, screening=Screening(coverage=0)), runs=10)
    assert "Ełk" not in result.units
    assert result.unclassified[0].unit == "Ełk"
    assert result.unclassified[0].coverage == 0
    assert sorted(result.ranks.tolist()) == [1, 2, 3, 4, 5]


def test_unit_below_coverage_leaves_the_scale_of_the_others_alone(towns, town_method):
    few = cells(towns, {("Łódź", c): np.nan for c in ("Debt", "Trees", "Parks")} | {("Łódź", "Income"): 1e9})
    result = rank(few, town_method, runs=0)
    others = [i for i, unit in enumerate(towns.units) if unit != "Łódź"]
    alone = Table(tuple(towns.units[i] for i in others), towns.columns, towns.values[others])
    np.testing.assert_array_equal(result.scores, rank(alone, town_method, runs=0).scores)
    assert result.unclassified[0].reason == "1 of 4 indicators (25.0%); at least 50% are needed"


def test_unit_short_of_one_branch_is_not_classified(towns, town_method):
    short = cells(towns, {("Opole", "Trees"): np.nan, ("Opole", "Parks"): np.nan})
    method = replace(town_method, screening=Screening(coverage=0.5, branch_coverage=0.5))
    out = prepare(short, method).unclassified
    assert [(o.unit, o.reason) for o in out] == [
        ("Opole", "0.0% of the indicators of Air; at least 50% are needed in every branch")
    ]


def test_imputed_cells_count_as_data_only_if_the_method_says_so(towns, town_method):
    short = cells(towns, {("Opole", c): np.nan for c in ("Income", "Trees", "Parks")})
    method = replace(town_method, imputation=Imputation("median"))
    assert len(prepare(short, method).units) == 5
    method = replace(method, screening=Screening(coverage=0.5, counted="after imputation"))
    assert len(prepare(short, method).units) == 6


def test_indicator_with_40_percent_coverage_is_refused(towns, town_method):
    thin = cells(towns, {(unit, "Parks"): np.nan for unit in towns.units[:4]})
    with pytest.raises(
        EngineError, match=r"Indicator Parks: found values for 33% of the units.*at least 50%"
    ):
        rank(thin, town_method)


def test_indicator_below_80_percent_coverage_is_flagged(towns, town_method):
    thin = cells(towns, {(unit, "Parks"): np.nan for unit in towns.units[:2]})
    assert rank(thin, town_method, runs=0).warnings == (
        "Indicator Parks has values for only 67% of the units.",
    )


@pytest.mark.parametrize("mean", ["geometric", "harmonic"])
def test_zero_under_a_geometric_or_harmonic_mean_names_indicator_and_unit(towns, town_method, mean):
    with pytest.raises(
        EngineError, match=rf"Indicator Debt, unit Bytom: found the normalised value 0.*{mean}"
    ):
        rank(towns, replace(town_method, mean=mean))


def test_negative_aggregate_under_a_geometric_mean_names_the_aggregate(towns, town_method):
    f = town_method.framework
    branches = tuple(replace(a, mean="arithmetic" if a.parent else "geometric") for a in f.aggregates)
    method = replace(
        town_method, framework=Framework(f.indicators, branches), normalisation=Normalisation("z-score")
    )
    with pytest.raises(EngineError, match=r"Aggregate Money: found a value of 0 or less.*geometric mean"):
        rank(towns, method)


def test_variant_that_a_mean_cannot_take_is_refused_with_its_reason(towns, town_method):
    method = replace(
        town_method, uncertainty=Uncertainty(aggregation=("arithmetic", "geometric"), leave_one_out=False)
    )
    with pytest.raises(EngineError, match="geometric mean takes only values above 0"):
        rank(towns, method)
    rank(towns, method, runs=0)
    with pytest.raises(EngineError, match="geometric mean takes only values above 0"):
        check_variants(towns, method)


def test_variants_that_can_be_computed_pass_their_check(towns, town_method):
    scales = (Normalisation(), Normalisation("rank"))
    check_variants(towns, replace(town_method, uncertainty=Uncertainty(normalisation=scales)))


def test_names_of_methods_are_checked_without_a_file(town_method):
    for wrong in (
        {"mean": "median"},
        {"scheme": "any"},
        {"imputation": Imputation("guess")},
        {"treatment": Treatment("cut")},
        {"normalisation": Normalisation("minmax")},
        {"uncertainty": Uncertainty(aggregation=("mode",))},
    ):
        with pytest.raises(EngineError, match="it must be one of"):
            replace(town_method, **wrong)


def test_ranks_of_too_many_units_are_not_counted():
    method = Method(Framework((Indicator("a", "I"), Indicator("b", "I")), (Aggregate("I"),)))
    rng = np.random.default_rng(1)
    table = Table(tuple(f"u{k}" for k in range(10_001)), ("a", "b"), rng.random((10_001, 2)))
    with pytest.raises(EngineError, match="10,001 units"):
        rank(table, method)
    assert rank(table, method, runs=0).ranks.max() == 10_001


def test_kernels_work_where_no_cache_can_be_written(tmp_path):
    program = """
from numba.core import caching
caching.CacheImpl._locator_classes = []
from ratusz.engines import composite
composite.warm_up()
print("warm")
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=tmp_path, timeout=300
    )
    assert done.stdout == "warm\n", done.stderr


def test_one_unit_is_no_ranking(towns, town_method):
    one = Table(("Bytom",), towns.columns, towns.values[:1])
    with pytest.raises(EngineError, match=r"1 classified of 1 units.*at least two"):
        rank(one, town_method)


def test_two_units_can_be_ranked(towns, town_method):
    two = Table(towns.units[:2], towns.columns, towns.values[:2])
    result = rank(two, town_method, runs=32)
    assert sorted(result.ranks.tolist()) == [1, 2]
    assert verify(two, result) == ()


def test_identical_units_tie_in_every_variant(towns, town_method):
    twin = Table((*towns.units, "Twin"), towns.columns, np.vstack([towns.values, towns.values[0]]))
    result = rank(twin, town_method, runs=200)
    assert result.ranks[0] == result.ranks[-1]
    assert result.pairwise[0, -1] == result.pairwise[-1, 0] == 0


def test_rounding_never_breaks_a_tie(town_method):
    """0.1 + 0.2 and 0.3 differ in the last bit; both units have the same mean."""
    method = Method(
        Framework(tuple(Indicator(c, "I") for c in "abc"), (Aggregate("I"),)), screening=Screening(0, 0, 0)
    )
    values = np.array([[0.1, 0.2, 0.3], [0.3, 0.1, 0.2], [0.2, 0.3, 0.1], [0, 0, 0], [1, 1, 1.0]])
    assert rank(Table(tuple("pqrst"), tuple("abc"), values), method, runs=0).ranks.tolist() == [2, 2, 2, 5, 1]


def test_scales_a_million_times_apart_weigh_the_same(towns, town_method):
    large = replace(towns, values=towns.values * np.array([1e6, 1, 1e-6, 1]))
    a, b = rank(towns, town_method, runs=50), rank(large, town_method, runs=50)
    np.testing.assert_allclose(a.scores, b.scores, rtol=1e-9)
    np.testing.assert_array_equal(a.spread.median, b.spread.median)


def test_duplicate_units_columns_and_infinite_values_are_refused(towns):
    with pytest.raises(EngineError, match="Unit Bytom: found it 2 times"):
        Table(("Bytom", "Bytom"), ("a",), np.ones((2, 1)))
    with pytest.raises(EngineError, match="Column a: found it 2 times"):
        Table(("p", "q"), ("a", "a"), np.ones((2, 2)))
    with pytest.raises(EngineError, match="Column Debt, unit Ełk: found an infinite value"):
        cells(towns, {("Ełk", "Debt"): np.inf})
    with pytest.raises(EngineError, match=r"values of shape \(2, 1\)"):
        Table(("p", "q"), ("a", "b"), np.ones((2, 1)))


def test_missing_column_is_named(towns, town_method):
    less = Table(towns.units, towns.columns[:3], towns.values[:, :3])
    with pytest.raises(EngineError, match="no column Parks"):
        rank(less, town_method)


def test_denominator_of_zero_names_the_unit(towns, town_method):
    f = town_method.framework
    indicators = (replace(f.indicators[0], denominator="Parks"), *f.indicators[1:])
    method = replace(town_method, framework=Framework(indicators, f.aggregates))
    with pytest.raises(EngineError, match="Column Parks, unit Opole: found the denominator 0"):
        rank(cells(towns, {("Opole", "Parks"): 0}), method)
    missing = prepare(cells(towns, {("Opole", "Parks"): np.nan}), method)
    assert np.isnan(missing.values[4, 0])


def test_unit_without_a_class_or_group_is_named(towns, town_method):
    table = replace(towns, labels={"size": ("a", "b", "", "a", "b", "a")})
    with pytest.raises(EngineError, match="Column size, unit Ełk: found no class"):
        rank(table, replace(town_method, class_column="size"))
    with pytest.raises(EngineError, match="Column size: found a unit without a group"):
        rank(table, replace(town_method, imputation=Imputation("group mean", "size")))


def test_group_without_any_value_stays_missing(towns, town_method):
    table = replace(towns, labels={"size": ("a", "a", "a", "a", "a", "b")})
    method = replace(town_method, imputation=Imputation("group mean", "size"))
    assert np.isnan(prepare(table, method).values[5, 2])


def test_leaving_one_out_needs_two_indicators(towns, town_method):
    thin = cells(towns, {("Żory", c): np.nan for c in ("Income", "Debt", "Trees")})
    method = replace(town_method, screening=Screening(coverage=0.2))
    with pytest.raises(EngineError, match=r"Unit Żory: found one indicator.*leave_one_out = false"):
        rank(thin, method)


def test_winsorising_never_makes_a_column_constant():
    """One odd value among zeros: the next step would leave zeros only, so the logarithm is taken instead."""
    x = np.zeros((30, 1))
    x[3] = 1
    treated, record = treat(x, Treatment("winsorise"))
    assert record.logarithm.tolist() == [True]
    assert np.unique(treated).size == 2


def test_missing_cells_stay_missing_through_treatment():
    x = np.array([[1.0], [2.0], [np.nan], [3.0], [4.0], [900.0], [5.0], [6.0]])
    treated, record = treat(x, Treatment("winsorise", winmax=1))
    assert np.isnan(treated[2, 0])
    assert treated[5, 0] == 6
    assert record.winsorised.tolist() == [1]


def test_classes_are_ranked_among_themselves(towns, town_method):
    table = replace(towns, labels={"size": ("a", "b", "a", "b", "a", "b")})
    result = rank(table, replace(town_method, class_column="size"), runs=100)
    for label in "ab":
        members = [i for i, c in enumerate(result.classes) if c == label]
        order = sorted(members, key=lambda i: result.ranks[i])
        assert [result.class_ranks[i] for i in order] == [1, 2, 3]
        leader = order[0]
        assert result.class_stability_first[label] == pytest.approx(result.class_spread.p_first[leader])
    assert verify(table, result) == ()


def test_seed_decides_the_variants_and_nothing_else(towns, town_method):
    one, same, other = (rank(towns, town_method, runs=200, seed=s) for s in (5, 5, 6))
    np.testing.assert_array_equal(one.spread.p_first, same.spread.p_first)
    np.testing.assert_array_equal(one.scores, other.scores)
    assert one.provenance.input_hash == other.provenance.input_hash
    assert not np.array_equal(one.pairwise, other.pairwise)


def test_finite_choices_are_enumerated(towns, town_method):
    method = replace(
        town_method,
        uncertainty=Uncertainty(
            runs=10,
            normalisation=(Normalisation(), Normalisation("rank"), Normalisation("z-score")),
            weights=Noise(sets=((("Money", 60.0),), (("Money", 50.0), ("Air", 50.0)))),
        ),
    )
    result = rank(towns, method)
    assert result.exact
    assert result.provenance.runs == 3 * 5 * 2
    assert verify(towns, result) == ()


def test_progress_reaches_the_total_and_may_stop(towns, town_method):
    seen = []
    rank(towns, town_method, runs=600, progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (600, 600)
    assert len(seen) > 1

    def stop(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rank(towns, town_method, runs=600, progress=stop)


def test_pairs_are_left_out_beyond_300_units():
    rng = np.random.default_rng(1)
    method = Method(Framework((Indicator("a", "I"), Indicator("b", "I")), (Aggregate("I"),)))
    table = Table(tuple(f"u{k}" for k in range(301)), ("a", "b"), rng.random((301, 2)))
    result = rank(table, method, runs=8)
    assert result.pairwise is None
    assert result.spread.p_first.sum() == pytest.approx(1)
