"""What else may vary: how gaps are filled, and errors of the data themselves."""

import io
import json
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ratusz.engines.composite import (
    DataError,
    EngineError,
    Framework,
    Imputation,
    Method,
    Noise,
    Normalisation,
    Screening,
    Table,
    Uncertainty,
    check_variants,
    prepare,
    rank,
    verify,
    write_files,
)
from ratusz.engines.composite.sensitivity import sensitivity

FILLS = (Imputation(), Imputation("mean"), Imputation("nearest", neighbours=2))
STILL = Uncertainty(weights=Noise(), leave_one_out=False)


def varied(method, **choices):
    return replace(method, uncertainty=replace(STILL, **choices))


def test_imputations_are_tried_each_once(towns, town_method):
    method = varied(town_method, imputation=FILLS)
    result = rank(towns, method)
    assert (result.exact, result.provenance.runs) == (True, 3)
    assert verify(towns, result) == ()
    alone = [rank(towns, replace(town_method, imputation=fill), runs=0).ranks for fill in FILLS]
    np.testing.assert_array_equal(result.spread.p_first, np.mean([ranks == 1 for ranks in alone], axis=0))


def test_no_variant_changes_who_is_ranked(towns, town_method):
    values = towns.values.copy()
    values[2, 1:] = np.nan
    method = varied(town_method, imputation=FILLS, data_error=DataError(0.1), runs=40)
    result = rank(replace(towns, values=values), method)
    assert [out.unit for out in result.unclassified] == ["Ełk"]
    assert len(result.spread.median) == 5
    assert verify(replace(towns, values=values), result) == ()


def test_a_unit_without_own_figures_needs_an_imputation_in_every_variant(towns, town_method):
    empty = replace(towns, values=np.where(np.arange(6)[:, None] == 2, np.nan, towns.values))
    method = replace(
        varied(town_method, imputation=FILLS),
        imputation=Imputation("mean"),
        screening=Screening(counted="after imputation"),
    )
    for work in (rank, check_variants):
        with pytest.raises(EngineError, match="Unit Ełk: found no value of its own"):
            work(empty, method)


def test_errors_of_the_data_have_the_size_that_is_asked_for(towns, town_method):
    f = town_method.framework
    own = (replace(f.indicators[0], error=0.5), *f.indicators[1:])
    for shape, size in (("normal", 1.0), ("uniform", 3**-0.5)):
        method = replace(
            varied(town_method, data_error=DataError(0.1, shape)), framework=Framework(own, f.aggregates)
        )
        figures = prepare(towns, method).figures
        drawn = np.array([figures.errors(key) for key in range(1, 3001)])
        share = drawn / np.column_stack([np.full(6, 0.5), 0.1 * np.abs(towns.values[:, 1:])])
        assert np.isnan(share[:, 5, 2]).all()
        share = share[:, ~np.isnan(towns.values)]
        np.testing.assert_allclose(share.mean(axis=0), 0, atol=0.07)
        np.testing.assert_allclose(share.std(axis=0), size, rtol=0.05)
        if shape == "uniform":
            assert np.abs(share).max() <= 1


def test_errors_of_the_data_blur_the_ranks_by_their_size(towns, town_method):
    spreads = []
    for share in (1e-9, 0.15, 0.5):
        result = rank(towns, varied(town_method, data_error=DataError(share), runs=200))
        assert not result.exact
        assert verify(towns, result) == ()
        spreads.append(float((result.spread.p95 - result.spread.p05).sum()))
    assert spreads[0] == 0
    assert spreads[0] < spreads[1] < spreads[2]


def test_errors_of_the_data_are_a_choice_in_the_sensitivity(towns, town_method):
    scales = (Normalisation(), Normalisation("rank"))
    method = varied(town_method, normalisation=scales, data_error=DataError(0.3))
    found = sensitivity(towns, method, runs=512)
    assert found.assumptions == ("normalisation", "data error")
    assert found.total[1] > 0.2


def test_errors_are_the_same_whoever_counts(towns, town_method):
    method = replace(
        town_method, uncertainty=Uncertainty(runs=600, imputation=FILLS, data_error=DataError(0.05))
    )
    with ThreadPoolExecutor(2) as pool:
        assert write_files(towns, rank(towns, method, executor=pool)) == write_files(
            towns, rank(towns, method)
        )


def test_new_keys_are_written_only_where_they_say_something(town_method):
    plain = town_method.to_toml()
    assert not any(word in plain for word in ("data_error", "error", "transform", "beyond", "[{"))
    text = plain.replace(
        "leave_one_out = true",
        'leave_one_out = true\nimputation = ["none", {method = "nearest", neighbours = 3}, "em"]\n'
        'data_error = {share = 0.02, shape = "uniform"}',
    ).replace('code = "Income"', 'code = "Income"\nerror = 0.5\ntransform = "log"')
    method = Method.from_toml(text)
    u = method.uncertainty
    assert u.imputation == (Imputation(), Imputation("nearest", neighbours=3), Imputation("em"))
    assert (u.data_error, method.data_errors) == (DataError(0.02, "uniform"), True)
    assert Method.from_toml(method.to_toml()) == method


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "leave_one_out = true",
            "data_error = {share = 2}",
            "share: found 2, but it must be between 0 and 1",
        ),
        ("leave_one_out = true", 'data_error = {shape = "square"}', 'must be one of "normal", "uniform"'),
        ("leave_one_out = true", "data_error = {part = 1}", "unknown key part"),
        ("leave_one_out = true", 'imputation = ["guess"]', "uncertainty.imputation, key method"),
        ("leave_one_out = true", 'imputation = ["group mean"]', "no group"),
        ('code = "Income"', 'code = "Income"\nerror = -1', "error: found -1"),
        ('code = "Income"', 'code = "Income"\ntransform = "root"', 'must be one of "log"'),
        (
            'code = "Income"',
            'code = "Income"\ntransform = "log"\ngoalposts = [0, 5]',
            "a logarithm takes only",
        ),
    ],
)
def test_mistakes_in_the_new_keys_are_named(town_method, old, new, message):
    with pytest.raises(EngineError, match=message):
        Method.from_toml(town_method.to_toml().replace(old, new, 1))


@pytest.mark.parametrize("name", ["spread", "dirichlet", "exact"])
def test_hashes_of_published_methods_hold(name):
    content = (Path(__file__).parent / "published" / f"format-1-{name}.zip").read_bytes()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        text, manifest = archive.read("method.toml").decode(), json.loads(archive.read("manifest.json"))
    assert Method.from_toml(text).to_toml() == text
    assert Method.from_toml(text).hash() == manifest["method_hash"]


def test_em_finds_the_closed_form_of_a_monotone_gap():
    """One column complete: greatest likelihood is the regression over the complete units (Anderson 1957)."""
    rng = np.random.default_rng(4)
    x = rng.normal(50, 9, 40)
    y = 3 + 0.7 * x + rng.normal(0, 2, 40)
    gaps = np.arange(40) >= 28
    slope, level = np.polyfit(x[~gaps], y[~gaps], 1)
    found = prepare(
        Table(tuple(f"u{k}" for k in range(40)), ("x", "y"), np.column_stack([x, np.where(gaps, np.nan, y)])),
        Method.from_toml(TWO + '[imputation]\nmethod = "em"\n'),
    ).values
    np.testing.assert_allclose(found[gaps, 1], level + slope * x[gaps], rtol=1e-8)
    np.testing.assert_array_equal(found[~gaps, 1], y[~gaps])


TWO = """
[screening]
coverage = 0.5
[[aggregate]]
code = "I"
[[indicator]]
code = "x"
parent = "I"
[[indicator]]
code = "y"
parent = "I"
"""


def test_em_with_gaps_in_both_columns_solves_the_likelihood_equations():
    """At the maximum, filled cells are regressions by the very mean and covariance they lead to."""
    rng = np.random.default_rng(5)
    values = rng.multivariate_normal([5, 9, 2], [[4, 2, 1], [2, 3, 0.5], [1, 0.5, 1]], 60)
    values[rng.random(values.shape) < 0.15] = np.nan
    method = Method.from_toml(TWO + '[[indicator]]\ncode = "z"\nparent = "I"\n[imputation]\nmethod = "em"\n')
    table = Table(tuple(f"u{k:02}" for k in range(60)), ("x", "y", "z"), values)
    prepared = prepare(table, method)
    result = rank(table, method, runs=8)
    assert verify(table, result) == ()
    observed = prepared.figures.observed()[prepared.figures.kept]
    gaps = np.isnan(observed)
    mean = prepared.values.mean(axis=0)
    away = prepared.values - mean
    cov = away.T @ away
    for _ in range(
        2000
    ):  # the covariance that belongs to these means: cells are fixed, only the rest iterates
        rest = np.zeros((3, 3))
        for row in gaps:
            m, o = np.flatnonzero(row), np.flatnonzero(~row)
            if m.size:
                s = cov / len(gaps)
                slope = np.linalg.solve(s[np.ix_(o, o)], s[np.ix_(o, m)])
                rest[np.ix_(m, m)] += s[np.ix_(m, m)] - s[np.ix_(m, o)] @ slope
        cov = away.T @ away + rest
    for i, row in enumerate(gaps):
        m, o = np.flatnonzero(row), np.flatnonzero(~row)
        if m.size:
            slope = np.linalg.solve(cov[np.ix_(o, o)], cov[np.ix_(o, m)])
            np.testing.assert_allclose(prepared.values[i, m], mean[m] + away[i, o] @ slope, rtol=1e-7)


def test_em_needs_more_units_than_indicators(towns, town_method):
    few = Table(towns.units[2:], towns.columns, towns.values[2:])
    with pytest.raises(EngineError, match=r"4 units for 4 indicators.*more units than indicators"):
        rank(few, replace(town_method, imputation=Imputation("em")))
