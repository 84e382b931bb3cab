"""The verify.py of a bundle: short, readable, needing NumPy alone, and as strict as ours, for every method."""

import io
import itertools
import tokenize
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ratusz.engines.composite import (
    DataError,
    EngineError,
    Imputation,
    Method,
    Noise,
    Normalisation,
    Screening,
    Table,
    Treatment,
    aggregate,
    impute,
    normalise,
    rank,
    treat,
)
from ratusz.engines.composite.bundle import bundle_files, write_verifier

LONGEST, WIDEST = 150, 110
# What a method without any of these needs, and how many lines each adds to a method that uses it, in a variant too.
ALONE = 109
ADDS = {
    "imputation": 7, "means and neighbours": 4, "nearest": 5, "em": 14,
    "outliers": 10, "winsorise": 3, "box-cox": 4,
    "data error": 6, "uniform": 1, "denominator": 1, "log": 1, "bent": 1, "branches": 3, "classes": 5, "spread": 2,
    "goalposts": 1, "cap": 1, "copeland": 5, "penalised": 3, "power": 3,
}  # fmt: skip

TEXT = """
[screening]
coverage = 0.4
[uncertainty]
runs = 12
leave_one_out = false
weights = {spread = 0}
[[aggregate]]
code = "Index"
[[aggregate]]
code = "A"
parent = "Index"
weight = 60
[[aggregate]]
code = "B"
parent = "Index"
weight = 40
[[indicator]]
code = "a1"
parent = "A"
target = 95
goalposts = [0.001, 90]
[[indicator]]
code = "a2"
parent = "A"
target = 91
goalposts = [0, 80]
[[indicator]]
code = "b1"
parent = "B"
target = 99
goalposts = [1, 90]
"""
PLAIN = Method.from_toml(TEXT)


def town_table() -> Table:
    """Fourteen units, a skewed column, a few gaps, two groups; unit u00 leads in everything."""
    rng = np.random.default_rng(3)
    values = rng.uniform(1, 40, (14, 3)).round(2)
    values[:, 0] = np.exp(rng.normal(0, 1.3, 14)).round(3)
    values[0] = 90
    values[[2, 5, 7], [0, 1, 2]] = np.nan
    labels = tuple("xy"[k % 2] for k in range(14))
    base = rng.uniform(1, 2, (14, 1)).round(2)
    names = tuple(f"u{k:02}" for k in range(14))
    return Table(names, ("a1", "a2", "b1", "base"), np.hstack([values, base]), {"g": labels})


TABLE = town_table()
CHOICES = {
    "imputation": [Imputation(m, "g" if "group" in m else None, 3) for m in impute.METHODS],
    "treatment": [Treatment(m, skewness=1.0, kurtosis=1.0) for m in treat.METHODS],
    "normalisation": [
        Normalisation(m, lower=50.0, reference="u00" if m == "distance to reference" else None)
        for m in normalise.METHODS
    ],
    "aggregation": list(aggregate.METHODS),
}


def build(**steps) -> Method:
    """Return the plain method with these lists of choices: the first is the method's, all are tried."""
    steps = {"normalisation": CHOICES["normalisation"][:1], **steps}
    one = {"mean" if name == "aggregation" else name: found[0] for name, found in steps.items()}
    lists = {name: tuple(found) for name, found in steps.items() if len(found) > 1}
    return replace(PLAIN, power=0.5, uncertainty=replace(PLAIN.uncertainty, **lists), **one)


def lines_of(method: Method) -> int:
    """Return how many lines verify.py has by `ADDS`."""
    u, indicators = method.uncertainty, method.framework.indicators
    fills = {i.method for i in (method.imputation, *u.imputation)} - {"none"}
    bends = {t.method for t in (method.treatment, *u.treatment)} - {"none"}
    scales = {n.method for n in (method.normalisation, *u.normalisation)}
    means = {method.mean, *u.aggregation}
    shown = scales | ({"min-max"} if "goalposts" in scales else set())
    used = {
        "imputation": fills,
        "means and neighbours": fills - {"em"},
        "nearest": "nearest" in fills,
        "em": "em" in fills,
        "outliers": bends,
        "winsorise": "winsorise" in bends,
        "box-cox": "box-cox" in bends,
        "data error": method.data_errors,
        "uniform": method.data_errors and u.data_error.shape == "uniform",
        "denominator": any(i.denominator for i in indicators),
        "log": any(i.transform for i in indicators),
        "bent": any(i.transform for i in indicators) or scales & {"goalposts", "distance to target"},
        "branches": method.screening.branch_coverage,
        "classes": method.class_column,
        "spread": u.weights.spread,
        "goalposts": "goalposts" in scales,
        "cap": scales & {"distance to reference", "distance to target"},
        "copeland": "copeland" in means,
        "penalised": means & {"mazziotta-pareto", "adjusted mazziotta-pareto"},
        "power": means & {"geometric", "harmonic", "generalised"},
    }
    aims = len(scales & {"distance to reference", "distance to target"})
    plain = 0 if "arithmetic" in means else -1
    return ALONE + sum(ADDS[name] for name, it in used.items() if it) + len(shown) - 1 + aims + plain


def check(method: Method) -> int:
    """Check the form of a method's verify.py; return its number of lines."""
    text = write_verifier(method).decode()
    compile(text, "verify.py", "exec")
    lines = text.splitlines()
    assert max(map(len, lines)) <= WIDEST
    words = tokenize.generate_tokens(io.StringIO(text).readline)
    assert not any(word.string == ";" for word in words if word.type == tokenize.OP)
    assert not any("  # only " in line or line != line.rstrip() for line in lines)
    assert len(lines) == lines_of(method)
    return len(lines)


def programs_differences(files: dict[str, bytes]) -> list[str]:
    """Return what the shipped program itself says of the files."""
    space = {"__name__": "verify"}
    exec(compile(files["verify.py"], "verify.py", "exec"), space)
    return list(space["differences"](files))


def tampered(files: dict[str, bytes], name: str, unit: bytes) -> dict[str, bytes]:
    """Return the files with the last number of a unit's row changed."""
    rows = files[name].splitlines()
    k = next(k for k, row in enumerate(rows) if row.startswith(unit + b","))
    rows[k] = rows[k].rsplit(b",", 1)[0] + b",0.625"
    return {**files, name: b"\n".join(rows) + b"\n"}


def reproduces(method: Method) -> bool:
    """Whether the method can rank the table; then its shipped program must reproduce it and find tampering."""
    try:
        files = bundle_files(TABLE, rank(TABLE, method))
    except EngineError:
        return False
    assert programs_differences(files) == []
    for name in ("scores.csv", "ranks.csv", "data.csv"):
        said = programs_differences(tampered(files, name, b"u03"))
        assert said[0].startswith(f"{name} is not the file")
        assert len(said) > 1
    return True


SINGLES = [(step, k) for step, found in CHOICES.items() for k in range(len(found))]


@pytest.mark.parametrize(("step", "k"), SINGLES)
def test_every_choice_alone(step, k):
    method = build(**{step: [CHOICES[step][k]]})
    assert check(method) <= LONGEST
    assert reproduces(method)


def test_every_pair_of_choices_is_short():
    for (one, k), (two, j) in itertools.combinations(SINGLES, 2):
        steps = {one: [CHOICES[one][k]]}
        steps[two] = [*steps.get(two, []), CHOICES[two][j]]
        for more in ({}, {"class_column": "g"}, {"screening": Screening(0.4, 0.1)}):
            assert check(replace(build(**steps), **more)) <= LONGEST


def some(step):
    return st.lists(st.sampled_from(CHOICES[step]), min_size=1, max_size=2, unique=True)


METHODS = st.builds(
    lambda steps, class_column, branch, spread, law, log, base: replace(
        (method := build(**steps)),
        class_column=class_column,
        screening=Screening(0.4, branch),
        framework=replace(
            method.framework,
            indicators=(
                replace(
                    method.framework.indicators[0],
                    transform="log" if log else None,
                    denominator="base" if base else None,
                ),
                *method.framework.indicators[1:],
            ),
        ),
        uncertainty=replace(method.uncertainty, weights=Noise(spread=spread), data_error=law),
    ),
    st.fixed_dictionaries({step: some(step) for step in CHOICES}),
    st.sampled_from([None, "g"]),
    st.sampled_from([0.0, 0.3]),
    st.sampled_from([0.0, 0.2]),
    st.sampled_from([DataError(), DataError(0.01), DataError(0.01, "uniform")]),
    st.booleans(),
    st.booleans(),
)


@given(METHODS)
@settings(max_examples=25, deadline=None)
def test_any_method(method):
    """Only methods that use more than 41 lines of `ADDS` go past 150: `check` counts them exactly."""
    check(method)
    reproduces(method)


@given(METHODS)
@settings(max_examples=150, deadline=None)
def test_any_methods_program_has_the_length_that_is_told(method):
    check(method)


def test_all_choices_of_all_steps_at_once_are_the_longest():
    method = replace(build(**CHOICES), class_column="g", screening=Screening(0.4, 0.1))
    everything = replace(
        method,
        framework=replace(
            method.framework,
            indicators=(
                replace(method.framework.indicators[0], transform="log", denominator="base"),
                *method.framework.indicators[1:],
            ),
        ),
        uncertainty=replace(
            method.uncertainty, weights=Noise(spread=0.2), data_error=DataError(0.01, "uniform")
        ),
    )
    assert check(everything) == 201


def test_a_full_real_method_is_short():
    """Imputation, outliers, two scales, three means, classes, varied weights: what a ranking is made of."""
    for fill in CHOICES["imputation"]:
        method = build(
            imputation=[fill],
            treatment=CHOICES["treatment"][:1],
            normalisation=CHOICES["normalisation"][:3],
            aggregation=CHOICES["aggregation"][:2],
        )
        method = replace(
            method, uncertainty=replace(method.uncertainty, weights=Noise(spread=0.2), leave_one_out=True)
        )
        assert check(method) <= LONGEST
        assert check(replace(method, class_column="g")) <= LONGEST + 5 * (fill.method == "em")
