"""Scales with targets, references and goalposts; Box-Cox; imputation from the nearest units."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from ratusz.engines.composite import (
    EngineError,
    Imputation,
    Method,
    Normalisation,
    Table,
    Treatment,
    Uncertainty,
    rank,
    verify,
)
from ratusz.engines.composite.impute import nearest
from ratusz.engines.composite.normalise import normalise
from ratusz.engines.composite.treat import box_cox, treat

TEXT = """
[[aggregate]]
code = "Index"
[[indicator]]
code = "Trees"
parent = "Index"
target = 20
goalposts = [0, 10]
[[indicator]]
code = "Debt"
parent = "Index"
direction = -1
target = 0
goalposts = [2, 6]
"""
VALUES = np.array([[4.0, 1.0], [8.0, 5.0], [12.0, 7.0]])
TABLE = Table(("u", "v", "w"), ("Trees", "Debt"), VALUES)


@pytest.mark.parametrize(
    ("keys", "trees", "debt"),
    [
        ('method = "scaled"\nsubtract = 2\ndivide = 4', [0.5, 1.5, 2.5], [-0.75, -1.75, -2.25]),
        ('method = "distance to maximum"', [0, 0.5, 1], [1, 1 / 3, 0]),
        ('method = "distance to target"', [0, 0.25, 0.5], [6 / 7, 2 / 7, 0]),
        ('method = "Distance to reference"\nreference = "v"', [0, 1, 2], [3, 1, 0]),
        ('method = "distance to reference"\nreference = "v"\ncap = true', [0, 1, 1], [1, 1, 0]),
        ('method = "goalposts"\nlower = 1\nupper = 11', [5, 9, 11], [11, 3.5, 1]),
    ],
)
def test_scale_of_a_small_table(keys, trees, debt):
    method = Method.from_toml(f"[normalisation]\n{keys}\n[uncertainty]\nruns = 20\n{TEXT}")
    assert Method.from_toml(method.to_toml()) == method
    found = rank(TABLE, method)
    np.testing.assert_allclose(found.normalised.T, [trees, debt], atol=1e-12)
    assert verify(TABLE, found) == ()


def test_fraction_of_maximum():
    scale = Normalisation("fraction of maximum")
    np.testing.assert_allclose(
        normalise(VALUES[:, :1], np.ones(1), scale, ("Trees",)).ravel(), [1 / 3, 2 / 3, 1]
    )
    with pytest.raises(EngineError, match="more is better"):
        normalise(VALUES, np.array([1.0, -1.0]), scale, ("Trees", "Debt"))


@pytest.mark.parametrize(
    ("keys", "change", "message"),
    [
        ('method = "distance to reference"', ("", ""), "no reference"),
        ('method = "distance to reference"\nreference = "Gotham"', ("", ""), "Gotham"),
        ('method = "distance to reference"\nreference = "u"', ("", ""), "Trees"),
        ('method = "distance to target"', ("target = 20\n", ""), "no target"),
        ('method = "distance to target"', ("target = 20", "target = 3"), "above 4"),
        ('method = "goalposts"', ("goalposts = [0, 10]\n", ""), "no goalposts"),
        ('method = "goalposts"', ("[0, 10]", "[10, 0]"), "the first is below the second"),
        ('method = "goalposts"', ("[0, 10]", "[0, 5, 10]"), "two numbers"),
        ('method = "scaled"\ndivide = 0', ("", ""), "must not be 0"),
        ('method = "goalposts"\ncap = 1', ("", ""), "true or false"),
    ],
)
def test_faults_are_named(keys, change, message):
    with pytest.raises(EngineError, match=message):
        rank(TABLE, Method.from_toml(f"[normalisation]\n{keys}\n{TEXT.replace(*change)}"), runs=0)


def test_a_target_of_a_bent_column_is_refused():
    values = np.array([[1.0, 2], [2, 3], [3, 4], [4, 5], [5, 6], [6, 7], [7, 8], [900, 9]])
    table = Table(tuple("abcdefgh"), ("Trees", "Debt"), values)
    method = Method.from_toml(
        f'[normalisation]\nmethod = "distance to target"\n[treatment]\nmethod = "box-cox"\n{TEXT}'
    )
    with pytest.raises(EngineError, match="Trees: found a column that the treatment"):
        rank(table, method, runs=0)


def test_later_keys_leave_the_text_of_older_methods_alone(town_method):
    text = town_method.to_toml()
    for key in ("neighbours", "subtract", "divide", "reference", "cap", "goalposts", "box"):
        assert key not in text


@given(arrays(np.float64, 12, elements=st.floats(0.1, 1000), unique=True))
@settings(max_examples=60, deadline=None)
def test_box_cox_power_is_the_likeliest_and_keeps_the_order(column):
    found, power = box_cox(column)
    np.testing.assert_allclose(found, stats.boxcox(column, power), rtol=1e-7, atol=1e-9)
    best = stats.boxcox_llf(power, column)
    for other in (power - 0.01, power + 0.01, -2, 0, 1, 2):
        if -2 <= other <= 2:
            assert best >= stats.boxcox_llf(other, column) - 1e-6
    assert (np.diff(found[np.argsort(column)]) >= -1e-9 * np.abs(found).max()).all()


def test_only_columns_that_fail_are_bent():
    values = np.array([[1.0, 0], [2, 1], [3, 2], [4, 3], [5, 4], [6, 5], [7, 6], [900, 7], [np.nan, np.nan]])
    treated, record = treat(values, Treatment("box-cox"))
    assert np.isnan(record.box_cox).tolist() == [False, True]
    np.testing.assert_array_equal(treated[:, 1], values[:, 1])
    assert np.isnan(treated[8, 0])
    assert (np.diff(treated[:8, 0]) > 0).all()


@given(
    arrays(np.float64, (7, 3), elements=st.one_of(st.integers(0, 9).map(float), st.just(np.nan))),
    st.integers(1, 4),
    st.randoms(use_true_random=False),
)
@settings(max_examples=60, deadline=None)
def test_nearest_never_depends_on_the_order_of_units(values, neighbours, random):
    order = list(range(7))
    random.shuffle(order)
    filled = nearest(values, neighbours)
    np.testing.assert_allclose(filled[order], nearest(values[order], neighbours), rtol=1e-12)
    known = ~np.isnan(values)
    np.testing.assert_array_equal(filled[known], values[known])
    low = np.min(values, axis=0, where=known, initial=np.inf)
    high = np.max(values, axis=0, where=known, initial=-np.inf)
    added = ~known & ~np.isnan(filled)
    assert ((filled >= low - 1e-9) & (filled <= high + 1e-9))[added].all()


def test_whole_ranking_with_nearest_units_and_box_cox(table_b, method_b):
    method = replace(
        method_b,
        imputation=Imputation("nearest", neighbours=4),
        treatment=Treatment("box-cox"),
        uncertainty=Uncertainty(runs=40),
    )
    found = rank(table_b, method)
    assert (~np.isnan(found.treatment.box_cox)).any()
    assert verify(table_b, found) == ()


@pytest.mark.parametrize("method", ["winsorise", "box-cox"])
def test_treatment_of_a_single_column_leaves_its_input_alone(method):
    raw = np.array([[4.0, 5, 6, 7, 8, 9, 10, 11, 12, 60]]).T
    kept = raw.copy()
    treat(raw, Treatment(method, winmax=1))
    assert (raw == kept).all()
