"""The method file: what it accepts, what it says, what it writes."""

import re
from pathlib import Path

import pytest

from ratusz.engines.composite import EngineError, Indicator, Method, Noise, Normalisation, Treatment, rank
from ratusz.engines.composite.table import Table

DOCS = Path(__file__).resolve().parents[3] / "docs"
SMALL = """
[[aggregate]]
code = "Index"
[[indicator]]
code = "a"
parent = "Index"
[[indicator]]
code = "b"
parent = "Index"
"""


def example(page: str, kind: str) -> str:
    return re.search(rf"```{kind}\n(.*?)```", (DOCS / page).read_text(encoding="utf-8"), re.DOTALL)[1]


def test_example_of_the_reference_page():
    method = Method.from_toml(example("reference/method-file.md", "toml"))
    assert [a.code for a in method.framework.levels] == ["Conn", "Sust", "Index"]
    assert method.framework.indicators[1] == Indicator(
        "Flights",
        "Conn",
        "Passenger capacity of international flights",
        1,
        30,
        "Population",
        None,
        "Thousand seats",
    )
    assert method.treatment == Treatment("winsorise", 5)
    u = method.uncertainty
    assert u.treatment == (Treatment("none"), Treatment("winsorise", 3), Treatment("winsorise", 5))
    assert u.normalisation == (
        Normalisation("min-max", 1, 100),
        Normalisation("z-score", 1, 100, 50, 10),
        Normalisation("rank", 1, 100),
    )
    assert u.weights == Noise(spread=0.25)
    assert Method.from_toml(method.to_toml()) == method


def test_every_key_of_the_canonical_text_is_documented():
    page = (DOCS / "reference/method-file.md").read_text(encoding="utf-8")
    text = Method.from_toml(example("reference/method-file.md", "toml")).to_toml()
    for key in re.findall(r"^(\w+) =", text, re.MULTILINE):
        assert f"`{key}`" in page or f"] {key}`" in page, key


def test_example_of_the_how_to_page():
    method = Method.from_toml(example("how-to/rank-a-table.md", "toml"))
    table = Table.from_csv(example("how-to/rank-a-table.md", "csv"), method)
    assert len(rank(table, method, runs=10).units) == 6


def test_names_of_methods_may_be_spelt_freely():
    method = Method.from_toml(
        SMALL + '[normalisation]\nmethod = "Z Score"\n[aggregation]\nmean = "Arithmetic"'
    )
    assert method.normalisation.method == "z-score"
    assert 'method = "z-score"' in method.to_toml()


def test_hash_changes_with_every_choice_and_with_nothing_else():
    base = Method.from_toml(SMALL)
    assert base.hash() == Method.from_toml("# a remark\n" + SMALL.replace("\n", "\r\n")).hash()
    assert base.hash() != Method.from_toml(SMALL + "[uncertainty]\nruns = 999\n").hash()
    assert base.hash() != Method.from_toml(SMALL + "[screening]\ncoverage = 0.81\n").hash()


def test_text_with_quotes_and_control_characters_survives():
    method = Method.from_toml('name = "A \\"B\\" \\\\ \\u0007 Łódź"\n' + SMALL)
    assert Method.from_toml(method.to_toml()).name == 'A "B" \\ \x07 Łódź'


def test_weights_that_sum_to_99_are_refused():
    text = SMALL.replace('code = "a"', 'code = "a"\nweight = 50').replace(
        'code = "b"', 'code = "b"\nweight = 49'
    )
    with pytest.raises(
        EngineError, match=r"Weights under Index: found the sum 99.*must sum to 100.*relative"
    ):
        Method.from_toml(text)
    assert Method.from_toml(text + '[weights]\nscheme = "relative"').scheme == "relative"
    with pytest.raises(EngineError, match='the scheme is "equal"'):
        Method.from_toml(text + '[weights]\nscheme = "equal"')


@pytest.mark.parametrize("weight", ["0", "-5", "nan"])
def test_weight_must_be_positive(weight):
    text = SMALL.replace('code = "a"', f'code = "a"\nweight = {weight}')
    with pytest.raises(EngineError):
        Method.from_toml(text.replace('code = "b"', 'code = "b"\nweight = 100'))


def test_one_sibling_without_a_weight_is_named():
    with pytest.raises(EngineError, match="no weight for b"):
        Method.from_toml(SMALL.replace('code = "a"', 'code = "a"\nweight = 100'))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name = ", "broken TOML"),
        (SMALL + "[normalise]\n", "unknown key normalise"),
        (SMALL + "[screening]\ncover = 1", "unknown key cover; *|unknown key cover"),
        (SMALL + "[screening]\ncoverage = 80", "between 0 and 1"),
        (SMALL + "[screening]\ncoverage = true", "must be a number"),
        (SMALL + '[normalisation]\nmethod = "minimax"', 'must be one of "min-max"'),
        (SMALL + "[normalisation]\nlower = 5\nupper = 5", "above lower = 5"),
        (SMALL + '[normalisation]\nmethod = "z-score"\nsd = 0', "above 0"),
        (SMALL + "[treatment]\nwinmax = 1.5", "whole number"),
        (SMALL + '[imputation]\nmethod = "group mean"', "needs a text column"),
        (SMALL + "[uncertainty]\nruns = -1", "at least 0"),
        (SMALL + "[uncertainty]\nweights = { spread = 1.5 }", "between 0 and 0.99"),
        (SMALL + "[uncertainty]\nweights = { spread = 0.1, concentration = 5 }", "several kinds"),
        (SMALL + "[uncertainty]\nweights = { sets = [{ z = 1 }] }", "must be an indicator or aggregate"),
        (SMALL + '[uncertainty]\nnormalisation = "rank"', "must be a list"),
        (SMALL + '[uncertainty]\naggregation = ["median"]', 'must be one of "arithmetic"'),
        (SMALL + '[uncertainty]\nleave_one_out = "yes"', "true or false"),
        (SMALL.replace('parent = "Index"\n', "", 1), "no parent"),
        (SMALL.replace('code = "b"', 'code = "a"'), "the code a twice"),
        (SMALL.replace('code = "b"', 'code = "b"\ndirection = 0'), "direction"),
        (SMALL.replace('code = "b"', 'code = "b"\ncolour = "red"'), "unknown key colour"),
        (SMALL.replace('parent = "Index"', 'parent = "Indeks"', 1), "the parent Indeks"),
        (SMALL + '[[aggregate]]\ncode = "Other"', "several roots"),
        (SMALL + '[[aggregate]]\ncode = "Other"\nparent = "Index"', "no children"),
        ("[indicator]\n" + 'code = "a"', "a single table"),
        ('[[aggregate]]\ncode = "I"', "no indicator"),
        ('[[indicator]]\ncode = "a"\nparent = "I"', "no aggregate"),
        ("weights = 3\n" + SMALL, "must be a table"),
    ],
)
def test_mistakes_are_named(text, message):
    with pytest.raises(EngineError, match=message):
        Method.from_toml(text)


def test_circle_of_parents_is_refused():
    with pytest.raises(EngineError, match="a circle of parents"):
        Method.from_toml(
            SMALL + '[[aggregate]]\ncode = "X"\nparent = "Y"\n[[aggregate]]\ncode = "Y"\nparent = "X"\n'
        )


def test_deep_and_uneven_trees():
    text = '[[aggregate]]\ncode = "L0"\n'
    for depth in range(1, 12):
        text += f'[[aggregate]]\ncode = "L{depth}"\nparent = "L{depth - 1}"\n'
        text += f'[[indicator]]\ncode = "i{depth}"\nparent = "L{depth}"\n'
    method = Method.from_toml(text)
    assert [a.code for a in method.framework.levels] == [f"L{k}" for k in range(11, -1, -1)]
    assert method.framework.leaves[-1].tolist() == list(range(11))


def test_hash_of_a_method_never_changes(town_method):
    """Published rankings name their method by this hash: later versions must write the same text."""
    assert town_method.hash() == "69a61ec9da8f982e803d73f2b95eaecfc81cc2a7b132104a0400f9265f477c19"
