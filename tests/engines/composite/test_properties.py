"""What must hold for every table: found by hypothesis, checked against the independent recomputation."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ratusz.engines.composite import (
    Aggregate,
    DataError,
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
    rank,
    verify,
)
from ratusz.engines.composite.bundle import bundle_files
from ratusz.engines.composite.ranks import rank as rank_scores
from ratusz.engines.composite.uncertainty import quantiles

CODES = ("a", "b", "c", "d", "e")
FRAMEWORK = Framework(
    (
        Indicator("a", "P", weight=3, target=20, goalposts=(1, 12)),
        Indicator("b", "P", direction=-1, weight=1, target=0, goalposts=(-1, 20)),
        Indicator("c", "S", weight=2, target=12.5, goalposts=(0, 100)),
        Indicator("d", "S", weight=2, target=15, goalposts=(2, 9)),
        Indicator("e", "R", weight=5, target=16, goalposts=(0.1, 20)),
    ),
    (Aggregate("P", "R", weight=2), Aggregate("S", "R", weight=1), Aggregate("R")),
)
quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
numbers = st.integers(1, 60).map(lambda k: k / 4)


@st.composite
def tables(draw, missing=True):
    n = draw(st.integers(3, 12))
    values = draw(arrays(np.float64, (n, 5), elements=numbers))
    if missing:
        values[draw(arrays(np.bool_, (n, 5), elements=st.sampled_from([False] * 7 + [True])))] = np.nan
    labels = {
        "class": tuple(draw(st.lists(st.sampled_from(["big", "small"]), min_size=n, max_size=n))),
        "group": tuple(draw(st.lists(st.sampled_from(["east", "west"]), min_size=n, max_size=n))),
    }
    return Table(tuple(f"u{k:02}" for k in range(n)), CODES, values, labels)


scales = st.sampled_from(
    [
        Normalisation(lower=1),
        Normalisation("z-score", mean=50, sd=5),
        Normalisation("rank"),
        Normalisation("scaled", subtract=-20, divide=2),
        Normalisation("distance to maximum"),
        Normalisation("goalposts", lower=1),
        Normalisation("goalposts", lower=70, upper=130, beyond=True),
        Normalisation("distance to target", cap=True),
        Normalisation("distance to reference", reference="u01"),
    ]
)
treatments = st.sampled_from(
    [
        Treatment(),
        Treatment("winsorise", winmax=2),
        Treatment("winsorise", skewness=0.5),
        Treatment("box-cox", skewness=0.3, kurtosis=-3.0),
    ]
)
means = st.sampled_from(
    [
        "arithmetic",
        "geometric",
        "harmonic",
        "generalised",
        "copeland",
        "mazziotta-pareto",
        "adjusted mazziotta-pareto",
    ]
)
noises = st.sampled_from(
    [
        Noise(),
        Noise(spread=0.25),
        Noise(spread=0.5, on="aggregates"),
        Noise(concentration=20),
        Noise(concentration=20, on="indicators"),
        Noise(sets=((("a", 1.0),), (("P", 9.0), ("S", 2.0)))),
    ]
)
imputations = st.sampled_from(
    [
        Imputation(),
        Imputation("mean"),
        Imputation("median"),
        Imputation("group mean", "group"),
        Imputation("group median", "group"),
        Imputation("nearest", neighbours=2),
        Imputation("em"),
    ]
)
errors = st.sampled_from([DataError()] * 3 + [DataError(0.02), DataError(0.05, "uniform")])


@st.composite
def methods(draw):
    own = draw(st.sampled_from([None, "arithmetic", "harmonic"]))
    aggregates = (replace(FRAMEWORK.aggregates[0], mean=own), *FRAMEWORK.aggregates[1:])
    last = replace(
        FRAMEWORK.indicators[4],
        transform=draw(st.sampled_from([None, None, "log"])),
        error=draw(st.sampled_from([None, None, 0.01])),
    )
    return Method(
        Framework((*FRAMEWORK.indicators[:4], last), aggregates),
        class_column=draw(st.sampled_from([None, "class"])),
        scheme="relative",
        screening=Screening(
            draw(st.sampled_from([0.4, 0.6, 0.8])),
            draw(st.sampled_from([0, 0.5])),
            0.2,
            draw(st.sampled_from(["before imputation", "after imputation"])),
        ),
        imputation=draw(imputations),
        treatment=draw(treatments),
        normalisation=draw(scales),
        mean=draw(means),
        power=draw(st.sampled_from([-1.5, 0.0, 0.5, 3.0])),
        uncertainty=Uncertainty(
            runs=draw(st.sampled_from([0, 1, 40, 64])),
            seed=draw(st.integers(0, 99)),
            treatment=tuple(draw(st.lists(treatments, max_size=2))),
            normalisation=tuple(draw(st.lists(scales, max_size=3))),
            aggregation=tuple(draw(st.lists(means, max_size=2))),
            weights=draw(noises),
            leave_one_out=draw(st.booleans()),
            imputation=tuple(draw(st.lists(imputations, max_size=2))),
            data_error=draw(errors),
        ),
    )


def ranked(table, method, **options):
    """The ranking, or None where the table cannot be ranked by this method."""
    try:
        return rank(table, method, **options)
    except EngineError:
        return None


@given(tables(), methods())
@settings(quick, max_examples=150)
def test_every_ranking_passes_its_verifier(table, method):
    result = ranked(table, method)
    if result is not None:
        assert verify(table, result) == ()
        files = bundle_files(table, result)
        program = {"__name__": "verifier"}
        exec(files["verify.py"], program)  # what the bundle carries holds all that its method needs
        assert list(program["differences"](files)) == []


@given(tables(), methods())
@quick
def test_method_survives_its_text(table, method):
    again = Method.from_toml(method.to_toml())
    assert again == method
    assert again.hash() == method.hash()


@given(tables(), methods(), st.randoms(use_true_random=False))
@quick
def test_order_of_units_never_matters(table, method, random):
    order = list(range(len(table.units)))
    random.shuffle(order)
    shuffled = Table(
        tuple(table.units[i] for i in order),
        table.columns,
        table.values[order],
        {c: tuple(texts[i] for i in order) for c, texts in table.labels.items()},
    )
    one, two = ranked(table, method, runs=8), ranked(shuffled, method, runs=8)
    assert (one is None) == (two is None)
    if one is not None:
        back = [two.units.index(unit) for unit in one.units]
        assert one.ranks.tolist() == two.ranks[back].tolist()
        np.testing.assert_allclose(one.scores, two.scores[back], rtol=1e-12)
        np.testing.assert_array_equal(one.spread.median, two.spread.median[back])


@given(tables(), st.floats(0.001, 1e6), st.integers(-1000, 1000))
@quick
def test_unit_of_measurement_never_matters_under_min_max(table, factor, shift):
    method = Method(FRAMEWORK, scheme="relative", screening=Screening(0.4, 0, 0.2))
    other = Table(table.units, table.columns, table.values * factor + shift)
    one, two = ranked(table, method, runs=0), ranked(other, method, runs=0)
    if one is not None and two is not None:
        np.testing.assert_allclose(one.scores, two.scores, atol=1e-5)


@given(tables(), st.floats(0.01, 1000))
@quick
def test_scale_of_relative_weights_never_matters(table, factor):
    method = Method(FRAMEWORK, scheme="relative", screening=Screening(0.4, 0, 0.2))
    scaled = Framework(
        tuple(replace(i, weight=i.weight * factor) for i in FRAMEWORK.indicators),
        tuple(replace(a, weight=a.weight and a.weight * factor) for a in FRAMEWORK.aggregates),
    )
    # The index has siblings of both kinds: all children of one parent are scaled together.
    one, two = ranked(table, method, runs=0), ranked(table, replace(method, framework=scaled), runs=0)
    if one is not None:
        np.testing.assert_allclose(one.scores, two.scores, rtol=1e-9)
        assert one.ranks.tolist() == two.ranks.tolist()


@given(st.lists(st.integers(-5, 5), min_size=1, max_size=30))
def test_ties_share_the_best_place(scores):
    expected = [1 + sum(other > score for other in scores) for score in scores]
    assert rank_scores(np.array(scores, dtype=float))[0].tolist() == expected


@given(st.lists(st.integers(1, 9), min_size=1, max_size=40), st.floats(0, 1))
def test_quantiles_of_counts_are_those_of_the_ranks(places, level):
    counts = np.bincount(places, minlength=10)[None, 1:]
    assert quantiles(counts, (level,))[0, 0] == pytest.approx(np.quantile(places, level), abs=1e-6)


@given(tables(missing=False))
@quick
def test_probabilities_add_up(table):
    method = Method(FRAMEWORK, scheme="relative")
    result = ranked(table, method, runs=64)
    if result is not None:
        n = len(result.units)
        assert result.spread.p_first.sum() >= 1 - 1e-12  # ties lead together
        assert (result.spread.p_top >= result.spread.p_first).all()
        assert (result.spread.p05 <= result.spread.median).all()
        assert (result.spread.median <= result.spread.p95).all()
        assert (result.pairwise + result.pairwise.T <= 1 + 1e-12).all()
        assert not result.pairwise[range(n), range(n)].any()
