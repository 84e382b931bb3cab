"""Statistics agree with COINr's on the ASEM data, and hold for any table."""

import csv
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from ratusz.engines.composite import EngineError, Normalisation, rank, statistics
from ratusz.engines.composite.ranking import prepare
from ratusz.engines.composite.treat import treat

FIGURES = {
    "Min": "minimum", "Max": "maximum", "Mean": "mean", "Median": "median", "Std": "sd", "Skew": "skewness",
    "Kurt": "kurtosis", "N.Avail": "available", "N.NonZero": "nonzero", "N.Unique": "unique", "N.Same": "same",
}  # fmt: skip
FLAGS = {
    "Flag.Avail": "availability", "Flag.NonZero": "zeros", "Flag.Unique": "repeats", "Flag.SkewKurt": "outliers"
}  # fmt: skip


def read(asem, name):
    with (asem / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def result_b(table_b, method_b):
    return rank(table_b, replace(method_b, normalisation=Normalisation()), runs=0)


@pytest.mark.parametrize("name", ["raw", "treated"])
def test_description_and_flags(asem, table_a, table_b, method_a, method_b, name):
    codes = method_a.framework.codes
    values = (
        prepare(table_a, method_a).values
        if name == "raw"
        else treat(prepare(table_b, method_b).values, method_b.treatment)[0]
    )
    found = statistics.describe(values, codes)
    rows = read(asem, f"stats_{name}.csv")
    assert [row["iCode"] for row in rows] == list(codes)
    for j, row in enumerate(rows):
        for column, field in FIGURES.items():
            assert getattr(found, field)[j] == pytest.approx(float(row[column]), rel=1e-9, abs=1e-9)
        assert {flag for column, flag in FLAGS.items() if row[column] != "ok"} == set(found.flags[j])


def test_correlations_of_pillars(asem, result_b):
    found = statistics.correlate(result_b.scores, result_b.levels)
    rows = read(asem, "corr_pearson_level2.csv")
    assert len(rows) == 64
    for row in rows:
        a, b = result_b.levels.index(row["Var1"]), result_b.levels.index(row["Var2"])
        assert found.r[a, b] == pytest.approx(float(row["Correlation"]), abs=1e-9)


def test_cronbach_alpha_of_every_branch(asem, table_a, method_a, result_b):
    raw = prepare(table_a, method_a).values
    normal = np.hstack([result_b.normalised, result_b.scores])
    framework = method_a.framework
    for row in read(asem, "cronbach_alpha.csv"):
        children = framework.siblings[result_b.levels.index(row["group"])]
        assert len(children) == int(row["n"])
        assert statistics.cronbach_alpha(normal[:, children]) == pytest.approx(
            float(row["normalised"]), abs=1e-9
        )
        if row["raw"]:
            assert statistics.cronbach_alpha(raw[:, children]) == pytest.approx(float(row["raw"]), abs=1e-9)


def test_principal_components_of_every_pillar(asem, table_b, method_b):
    values = treat(prepare(table_b, method_b).values, method_b.treatment)[0]
    framework = method_b.framework
    rows = read(asem, "pca_eigenvalues_level1_Treated.csv")
    for name in sorted({row["group"] for row in rows}):
        children = framework.siblings[[a.code for a in framework.levels].index(name)]
        found = statistics.principal_components(
            values[:, children], tuple(framework.nodes[k].code for k in children)
        )
        expected = [row for row in rows if row["group"] == name]
        np.testing.assert_allclose(found.eigenvalues, [float(r["eigenvalue"]) for r in expected], atol=1e-9)
        np.testing.assert_allclose(found.shares, [float(r["share"]) for r in expected], atol=1e-9)
        assert (found.vectors.sum(axis=0) > -1e-9).all()


def test_correlation_flags_name_siblings_and_reason(result_b):
    framework = result_b.method.framework
    nodes = np.hstack([result_b.normalised, result_b.scores])
    found = statistics.flag_correlations(nodes, framework)
    known = {node.code: node.parent for node in framework.nodes}
    assert found
    for flag in found:
        assert known[flag.one] == known[flag.other] == flag.parent
        expected = "negative" if flag.r <= -0.4 else "collinear" if flag.r >= 0.9 else "weak"
        assert flag.flag == expected
        assert abs(flag.r) < 0.3 or expected != "weak"


tables = arrays(np.float64, (9, 3), elements=st.integers(-20, 20).map(float))


@given(tables, st.sampled_from(["pearson", "spearman"]))
@settings(max_examples=60, deadline=None)
def test_correlations_agree_with_scipy(values, kind):
    found = statistics.correlate(values, ("a", "b", "c"), kind)
    other = stats.pearsonr if kind == "pearson" else stats.spearmanr
    if values[:, 0].std() > 0 and values[:, 1].std() > 0:
        expected = other(values[:, 0], values[:, 1])
        assert found.r[0, 1] == pytest.approx(expected.statistic, abs=1e-9)
        assert found.p[0, 1] == pytest.approx(expected.pvalue, abs=1e-6)
    else:
        assert np.isnan(found.r[0, 1])


@given(tables)
@settings(max_examples=60, deadline=None)
def test_components_rebuild_the_correlations(values):
    if (values.std(axis=0) == 0).any():
        with pytest.raises(EngineError, match="tell units apart"):
            statistics.principal_components(values, ("a", "b", "c"))
        return
    found = statistics.principal_components(values, ("a", "b", "c"))
    np.testing.assert_allclose(found.loadings @ found.loadings.T, np.corrcoef(values.T), atol=1e-9)
    assert found.shares.sum() == pytest.approx(1)


def test_what_cannot_be_computed_is_missing_or_refused():
    values = np.array([[1.0, np.nan], [2.0, np.nan], [np.nan, 4.0]])
    found = statistics.describe(values, ("a", "b"))
    assert found.flags[1] == ("availability",)
    assert np.isnan(found.sd[1])
    assert np.isnan(statistics.correlate(values, ("a", "b")).r[0, 1])
    assert np.isnan(statistics.cronbach_alpha(values))
    assert np.isnan(statistics.cronbach_alpha(values[:, :1]))
    with pytest.raises(EngineError, match="at least three"):
        statistics.principal_components(values, ("a", "b"))
    with pytest.raises(EngineError, match="pearson"):
        statistics.correlate(values, ("a", "b"), "kendall")
