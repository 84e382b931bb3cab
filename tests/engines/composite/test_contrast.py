"""Two methods on one table, and what each node really decides."""

from dataclasses import replace

import numpy as np
import pytest

from ratusz.engines.composite import (
    Imputation,
    Method,
    Normalisation,
    Screening,
    Table,
    Treatment,
    contrast,
    rank,
)
from ratusz.engines.composite.importance import importance

TEXT = """
[[aggregate]]
code = "I"
[[aggregate]]
code = "x"
parent = "I"
weight = 60
[[aggregate]]
code = "y"
parent = "I"
weight = 40
[[indicator]]
code = "a"
parent = "x"
weight = 50
[[indicator]]
code = "b"
parent = "x"
weight = 50
[[indicator]]
code = "c"
parent = "y"
weight = 100
"""


@pytest.fixture
def table():
    rng = np.random.default_rng(5)
    values = rng.gamma(2, 3, (30, 4)) + 1
    values[0, 0] = np.nan
    return Table(tuple(f"u{k}" for k in range(30)), tuple("abcd"), values)


def test_the_same_method_differs_in_nothing(table):
    one = Method.from_toml(TEXT)
    found = contrast.contrast(table, one, one, runs=0)
    assert found.steps == ()
    assert found.moved.shape == (30, 0)
    assert found.kendall == pytest.approx(1)
    assert found.mean_shift == 0


def test_steps_sum_to_the_whole_difference(table):
    one = Method.from_toml(TEXT)
    other = replace(
        Method.from_toml(TEXT.replace("60", "20").replace("40", "80").replace('code = "c"', 'code = "d"')),
        normalisation=Normalisation("min-max", 1.0, 100.0), mean="geometric", imputation=Imputation("median"),
        treatment=Treatment("winsorise", 2), screening=Screening(0.9),
    )  # fmt: skip
    found = contrast.contrast(table, one, other, runs=50)
    assert sorted(name for step in found.steps for name in step) == sorted(contrast.ELEMENTS)
    both = ~np.isnan(found.ranks).any(axis=1)
    known = both & ~np.isnan(found.moved).any(axis=1)
    assert known.sum() > 20
    assert (found.moved[known].sum(axis=1) == found.gained[known]).all()
    assert (found.low[both] <= found.high[both]).all()
    assert found.ranks[0, 1] != found.ranks[0, 1]  # too few figures for the second method's screening


def test_what_cannot_be_computed_alone_is_taken_together(table):
    one = Method.from_toml(TEXT)
    zeros = replace(one, normalisation=Normalisation("min-max", 0.0, 100.0))
    other = replace(one, normalisation=Normalisation("min-max", 1.0, 100.0), mean="harmonic")
    found = contrast.contrast(table, zeros, other, runs=0)
    # The mean first would meet a zero: the scale goes before it.
    assert found.steps == (("normalisation",), ("mean",))
    with_z = replace(one, normalisation=Normalisation("z-score"))
    back = contrast.contrast(table, other, with_z, runs=0)
    assert back.steps == (("mean",), ("normalisation",))


def test_index_may_have_another_code(table):
    other = TEXT.replace('"I"', '"Index"')
    assert contrast.differing(Method.from_toml(TEXT), Method.from_toml(other)) == ()


def test_every_element_taken_over_is_the_other_method(table):
    one = Method.from_toml(TEXT)
    other = Method.from_toml(TEXT.replace("60", "20").replace("40", "80"))
    changed = contrast.with_element(one, "weights", other)
    assert (rank(table, changed, runs=0).ranks == rank(table, other, runs=0).ranks).all()


def test_importance_is_the_squared_correlation_with_the_index(table):
    ranking = rank(table, Method.from_toml(TEXT), runs=0)
    found = importance(ranking)
    assert found.codes == ("a", "b", "c", "x", "y")
    known = ~np.isnan(ranking.normalised[:, 1])
    expected = np.corrcoef(ranking.normalised[known, 1], ranking.index[known])[0, 1] ** 2
    assert found.main_effect[1] == pytest.approx(expected)
    assert found.weight == pytest.approx([0.3, 0.3, 0.4, 0.6, 0.4])
    assert set(found.sign) <= {-1.0, 1.0}
