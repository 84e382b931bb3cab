"""The traps as a user meets them: two texts in, one explaining sentence or a right answer out."""

import csv
import io
import zipfile

import numpy as np
import pytest
from typer.testing import CliRunner

from ratusz.cli.main import app
from ratusz.engines.composite import (
    EngineError,
    Method,
    Ranking,
    Table,
    rank,
    verify,
    verify_bundle,
    write_bundle,
)

DATA = """town,Income,Debt,Trees
Bytom,3,9,5
Chełm,5,2,4
Ełk,1,4,9
Łódź,8,6,1
Opole,4,3,2
"""
METHOD = """
[screening]
coverage = 0.5
[[aggregate]]
code = "Index"
[[indicator]]
code = "Income"
parent = "Index"
weight = 50
[[indicator]]
code = "Debt"
parent = "Index"
direction = -1
weight = 30
[[indicator]]
code = "Trees"
parent = "Index"
weight = 20
"""
GEOMETRIC = '[aggregation]\nmean = "geometric"\n[normalisation]\nmethod = "scaled"\n'
LOG = 'code = "Income"\ntransform = "log"'
REFUSED = {
    "a constant column": (
        DATA.replace(",5\n", ",7\n")
        .replace(",4\n", ",7\n")
        .replace(",9\n", ",7\n")
        .replace(",1\n", ",7\n")
        .replace(",2\n", ",7\n"),
        METHOD,
        "Indicator Trees: found the same value 7 for every unit, but an indicator must tell units apart",
    ),
    "a column constant but for rounding": (
        DATA.replace(",5\n", ",0.3\n")
        .replace(",4\n", ",0.30000000000000004\n")
        .replace(",9\n", ",0.3\n")
        .replace(",1\n", ",0.3\n")
        .replace(",2\n", ",0.3\n"),
        METHOD,
        "Indicator Trees: found the same value 0.3",
    ),
    "a negative value under a geometric mean": (
        DATA.replace("Ełk,1", "Ełk,-1"),
        GEOMETRIC + METHOD.replace("direction = -1", ""),
        "Indicator Income, unit Ełk: found the normalised value -1, but a geometric mean takes only values above 0",
    ),
    "weights that sum to 99": (
        DATA,
        METHOD.replace("20", "19"),
        "Weights under Index: found the sum 99, but weights of siblings must sum to 100",
    ),
    "an indicator with 40 % coverage": (
        DATA.replace("Ełk,1", "Ełk,").replace("Łódź,8", "Łódź,-").replace("Opole,4", "Opole,NA"),
        METHOD,
        "Indicator Income: found values for 40% of the units, but at least 50% are needed",
    ),
    "a unit twice": (
        DATA + "Opole ,1,2,3\n",
        METHOD,
        "Unit Opole: found it 2 times, but every unit occurs once",
    ),
    "a column twice": (DATA.replace("Trees", "Debt"), METHOD, "Column Debt: found it 2 times"),
    "n = 0": (
        DATA.splitlines()[0] + "\n",
        METHOD,
        "Data file: found 1 rows, but it needs a header and units",
    ),
    "n = 1": (
        "\n".join(DATA.splitlines()[:2]),
        METHOD,
        "found 1 classified of 1 units, but a ranking needs at least two",
    ),
    "infinity as text": (
        DATA.replace("Ełk,1", "Ełk,inf"),
        METHOD,
        'Column Income, unit Ełk: found "inf", but it must be a number',
    ),
    "a number beyond all numbers": (
        DATA.replace("Ełk,1", "Ełk,1e999"),
        METHOD,
        'Column Income, unit Ełk: found "1e999"',
    ),
    "a number beyond reason": (
        DATA.replace("Ełk,1", "Ełk,1e300"),
        METHOD,
        "Column Income, unit Ełk: found 1e+300",
    ),
    "negative zero as a denominator": (
        DATA.replace("Ełk,1,4,9", "Ełk,1,4,-0"),
        METHOD.replace('"Income"\n', '"Income"\ndenominator = "Trees"\n'),
        "Column Trees, unit Ełk: found the denominator -0, but a denominator must be above 0",
    ),
    "a logarithm of nothing": (
        DATA.replace("Ełk,1", "Ełk,0"),
        METHOD.replace('code = "Income"', LOG),
        "Indicator Income, unit Ełk: found the value 0, but a logarithm takes only values above 0",
    ),
    "nobody with enough data": (
        "town,Income,Debt,Trees\nA,1,,\nB,2,,\nC,,3,\nD,,4,\nE,,,5\nF,,,6\n",
        METHOD.replace("= 0.5", "= 0.5\nindicator_coverage = 0.3"),
        "found 0 classified of 6 units, but a ranking needs at least two",
    ),
}


def ranked(data: str, text: str) -> Ranking:
    """The ranking of two texts."""
    method = Method.from_toml(text)
    return rank(Table.from_csv(data, method), method)


def typed(tmp_path, data: str, method: str, *options: str):
    """What `ratusz rank` says, and the folder it writes to."""
    (tmp_path / "towns.csv").write_text(data, encoding="utf-8")
    (tmp_path / "towns.toml").write_text(method, encoding="utf-8")
    command = ["rank", tmp_path / "towns.csv", "--method", tmp_path / "towns.toml", "--out", tmp_path / "out"]
    return CliRunner().invoke(app, [*map(str, command), "--workers", "1", *options]), tmp_path / "out"


@pytest.mark.parametrize("trap", REFUSED)
def test_trap_is_explained_in_one_sentence(trap, tmp_path):
    data, text, sentence = REFUSED[trap]
    with pytest.raises(EngineError) as caught:
        ranked(data, text)
    assert sentence in str(caught.value)
    assert all((caught.value.where, caught.value.rule, caught.value.next_step))
    result, out = typed(tmp_path, data, text)
    assert (result.exit_code, result.stderr) == (2, f"ratusz: {caught.value}\n")
    assert not out.exists()


def read(out) -> dict[str, dict[str, str]]:
    with (out / "ranks.csv").open(encoding="utf-8", newline="") as file:
        return {row["unit"]: row for row in csv.DictReader(file)}


ANSWERED = {
    "a city without any figure": (DATA + "Żory,,n/d,-\n", METHOD, {"Żory": "", "Chełm": "1"}),
    "NaN as text is missing": (DATA.replace("Opole,4", "Opole,NaN"), METHOD, {"Chełm": "1"}),
    "n = 2": ("\n".join(DATA.splitlines()[:3]), METHOD, {"Chełm": "1", "Bytom": "2"}),
    "the same city under two names": (
        DATA + "Twin,5,2,4\n",
        METHOD,
        {"Chełm": "1", "Twin": "1", "Łódź": "3"},
    ),
    "scales a million times apart": (
        DATA.replace(",5\n", ",5e-6\n")
        .replace(",4\n", ",4e-6\n")
        .replace(",9\n", ",9e-6\n")
        .replace(",1\n", ",1e-6\n")
        .replace(",2\n", ",2e-6\n")
        .replace("Łódź,8", "Łódź,8000000")
        .replace("Bytom,3", "Bytom,3000000")
        .replace("Chełm,5", "Chełm,5000000")
        .replace("Ełk,1", "Ełk,1000000")
        .replace("Opole,4", "Opole,4000000"),
        METHOD,
        {"Chełm": "1", "Łódź": "2", "Opole": "3", "Bytom": "5", "Ełk": "4"},
    ),
    "negative zero": (DATA.replace("Ełk,1", "Ełk,-0"), METHOD, {"Chełm": "1"}),
}


@pytest.mark.parametrize("trap", ANSWERED)
def test_trap_gets_the_right_answer(trap, tmp_path):
    data, text, places = ANSWERED[trap]
    result, out = typed(tmp_path, data, text, "--runs", "64")
    assert result.exit_code == 0, result.stderr
    found = read(out)
    assert {unit: found[unit]["rank"] for unit in places} == places
    assert "-0" not in (out / "scores.csv").read_text(encoding="utf-8")
    assert verify_bundle((out / "bundle.zip").read_bytes()).reproduced


def test_trap_all_tied_in_every_variant(tmp_path):
    data = "town,Income,Debt,Trees\nA,1,1,1\nB,2,2,2\nC,1,1,1\nD,2,2,2\n"
    text = METHOD.replace("50", "40").replace("30", "50").replace("20", "10")
    method = Method.from_toml(text + "[uncertainty]\nleave_one_out = false\nweights = {}\n")
    result = rank(Table.from_csv(data, method), method)
    assert result.ranks.tolist() == [1, 1, 1, 1]
    assert result.spread.p_first.tolist() == [1, 1, 1, 1]
    assert not result.pairwise.any()
    assert verify(Table.from_csv(data, method), result) == ()


@pytest.mark.parametrize("scale", ["min-max", "z-score", "rank", "borda", "prank", "distance to maximum"])
def test_two_units_can_be_ranked_on_every_scale(scale):
    method = Method.from_toml(
        METHOD + f'[normalisation]\nmethod = "{scale}"\n[treatment]\nmethod = "winsorise"\n'
    )
    table = Table.from_csv("\n".join(DATA.splitlines()[:3]), method)
    result = rank(table, method, runs=32)
    assert sorted(result.ranks.tolist()) == [1, 2]
    assert verify(table, result) == ()


def test_negative_zero_and_zero_are_one_input():
    method = Method.from_toml(METHOD)
    tables = [
        Table.from_csv(DATA.replace("Ełk,1", f"Ełk,{zero}"), method) for zero in ("0", "-0", "-0.0", "0e5")
    ]
    results = [rank(table, method, runs=16) for table in tables]
    assert len({result.provenance.input_hash for result in results}) == 1
    assert len({write_bundle(t, r) for t, r in zip(tables, results, strict=True)}) == 1


DIGITS = "9" * 400
HOSTILE = {
    "lists in lists": ("x = " + "[" * 3000 + "]" * 3000, "too deep to read"),
    "tables in tables": ("x = " + "{a=" * 3000 + "1" + "}" * 3000, "too deep to read"),
    "a number of 5000 digits": ("x = " + "9" * 5000, "broken TOML"),
    "a bound beyond floating point": (f"[normalisation]\nupper = {DIGITS}", "it must be a number"),
    "an endless bound": ("[normalisation]\nupper = inf", "it must be a number"),
    "a seed of 400 digits": (f"[uncertainty]\nseed = {DIGITS}", "a number of very many digits"),
    "a seed in hexadecimal": ("[uncertainty]\nseed = 0x" + "f" * 9000, "a number of very many digits"),
    "a thousand million variants": ("[uncertainty]\nruns = 1000000000", "it must be at most 1000000"),
    "a winsorising without end": (f"[treatment]\nwinmax = {DIGITS}", "it must be at most"),
    "a null character in a name": ('name = "a\\u0000b"', "it must not hold a null character"),
    "a file of two megabytes": ("#" * 2_000_000, "it may have at most 1000000"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_method_file_is_refused_in_a_sentence(name):
    text, words = HOSTILE[name]
    with pytest.raises(EngineError) as caught:
        Method.from_toml(text + '\n[[aggregate]]\ncode = "i"\n[[indicator]]\ncode = "a"\nparent = "i"\n')
    assert words in str(caught.value)
    assert len(str(caught.value)) < 400


def test_tree_of_three_thousand_levels_is_refused():
    chain = "".join(f'[[aggregate]]\ncode = "g{k}"\nparent = "g{k - 1}"\n' for k in range(1, 3000))
    text = f'[[aggregate]]\ncode = "g0"\n{chain}[[indicator]]\ncode = "a"\nparent = "g2999"\n'
    with pytest.raises(EngineError, match="at most 30 levels"):
        Method.from_toml(text)


def test_variants_beyond_memory_are_refused():
    method = Method.from_toml('[[aggregate]]\ncode = "i"\n[[indicator]]\ncode = "a"\nparent = "i"\n')
    with pytest.raises(EngineError, match="at most 1000000"):
        rank(Table(("u", "v"), ("a",), np.array([[1.0], [2.0]])), method, runs=10**12)


def test_table_in_utf16_is_told_from_a_table_without_the_column():
    method = Method.from_toml('[[aggregate]]\ncode = "i"\n[[indicator]]\ncode = "a"\nparent = "i"\n')
    for encoding in ("utf-16", "utf-16-le"):
        with pytest.raises(EngineError, match="save it as CSV UTF-8"):
            Table.from_csv("unit,a\nŁódź,1\nEłk,2\n".encode(encoding), method)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("method.toml", b"x = " + b"[" * 3000 + b"]" * 3000), ("data.csv", bytes(range(256))),
        ("scores.csv", bytes(range(256))), ("variants.csv", bytes(range(256))),
        ("data.csv", b"unit,a\n" + b"A" * 200_000 + b",1\n"), ("manifest.json", b"[" * 100_000),
    ],
)  # fmt: skip
def test_bundle_with_a_hostile_file_is_refused_in_a_sentence(name, content):
    method = Method.from_toml(METHOD)
    table = Table.from_csv(DATA, method)
    buffer = io.BytesIO()
    good = zipfile.ZipFile(io.BytesIO(write_bundle(table, rank(table, method, runs=4))))
    with zipfile.ZipFile(buffer, "w") as bad:
        for one in good.namelist():
            bad.writestr(one, content if one == name else good.read(one))
    with pytest.raises(EngineError, match=r"^Bundle"):
        verify_bundle(buffer.getvalue())
