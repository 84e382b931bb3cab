"""What would it take, on figures as they are written, against `rank` itself."""

from dataclasses import replace

import numpy as np
import pytest

from ratusz.engines.composite import Imputation, Method, Normalisation, Table, Treatment, rank
from ratusz.engines.composite.reach import Trials, what_would_it_take

STEPS = {"a": 1.0, "b": 0.1, "c": 0.01}
TREE = """\
[data]
class = "class"
[[aggregate]]
code = "I"
[[aggregate]]
code = "P"
parent = "I"
[[indicator]]
code = "a"
parent = "P"
[[indicator]]
code = "b"
parent = "P"
direction = -1
[[indicator]]
code = "c"
parent = "I"
denominator = "people"
"""
METHODS = {
    "min-max": {},
    "z-score, winsorised": {
        "normalisation": Normalisation("z-score"),
        "treatment": Treatment("winsorise", winmax=2),
    },
    "ranks": {"normalisation": Normalisation("rank")},
    "geometric": {"normalisation": Normalisation("min-max", lower=1, upper=100), "mean": "geometric"},
    "copeland": {"mean": "copeland"},
    "mean of the class": {"imputation": Imputation("group mean", group="class")},
    "nearest": {"imputation": Imputation("nearest", neighbours=2)},
}


@pytest.fixture
def table() -> Table:
    rng = np.random.default_rng(5)
    values = np.column_stack(
        [
            rng.normal(6000, 800, 24).round(),
            rng.gamma(3, 2, 24).round(1),
            rng.normal(50, 9, 24).round(2),
            rng.integers(1, 5, 24),
        ]
    )
    values[3, 0] = values[7, 2] = np.nan
    return Table(
        tuple(f"u{k}" for k in range(24)),
        ("a", "b", "c", "people"),
        values,
        {"class": tuple("small" if k % 2 else "large" for k in range(24))},
    )


def method(name: str) -> Method:
    return replace(Method.from_toml(TREE), **METHODS[name])


def places(table: Table, by: Method, unit: str, figures: dict[str, float]) -> tuple[int, int]:
    """The unit's rank and rank in class with other figures, by a full computation."""
    values = table.values.copy()
    for code, value in figures.items():
        values[table.units.index(unit), table.columns.index(code)] = value
    result = rank(replace(table, values=values), by, runs=0)
    k = result.units.index(unit)
    return int(result.ranks[k]), int(result.class_ranks[k])


@pytest.mark.parametrize("name", METHODS)
def test_trials_agree_with_the_full_computation(table, name):
    by, rng = method(name), np.random.default_rng(9)
    trials = Trials(table, by)
    for unit in ("u0", "u11", "u23"):
        data = np.column_stack([rng.normal(6500, 2500, 40).round(), rng.normal(60, 40, 40).round(2)])
        found = trials.places(unit, ("a", "c"), data)
        assert found.tolist() == [list(places(table, by, unit, {"a": a, "c": c})) for a, c in data.tolist()]


@pytest.mark.parametrize("name", METHODS)
@pytest.mark.parametrize("within_class", [True, False])
def test_the_change_is_the_first_written_figure_that_gains(table, name, within_class):
    by = method(name)
    trials = Trials(table, by)
    unit = next(u for u in ("u0", "u1", "u2", "u4") if trials.start[int(within_class)][trials.place(u)] > 2)
    start = trials.start[int(within_class)][trials.place(unit)]
    changes = what_would_it_take(
        table, by, unit, places=2, within_class=within_class, steps=STEPS, trials=trials
    )
    assert changes
    for change in changes:
        (code,), (now,) = change.codes, change.now
        if change.needed is None:
            continue
        (needed,) = change.needed
        step = STEPS[code]
        assert needed == pytest.approx(round(needed / step) * step, abs=1e-9)
        assert places(table, by, unit, {code: needed})[int(within_class)] == change.rank <= start - 2
        before = round(float(needed - np.sign(needed - now) * step), 2)
        if abs(needed - now) > step:
            assert places(table, by, unit, {code: before})[int(within_class)] > start - 2


def test_a_set_moves_by_one_share_of_the_way(table):
    by = method("min-max")
    trials = Trials(table, by)
    worst = trials.prepared.units[int(np.argmax(trials.start[0]))]
    (change,) = what_would_it_take(table, by, worst, places=4, together=("a", "b"), steps=STEPS)
    assert change.share == pytest.approx(round(change.share * 100) / 100)
    assert places(table, by, worst, dict(zip(change.codes, change.needed, strict=True)))[0] == change.rank
    assert change.rank <= trials.start[0].max() - 4
