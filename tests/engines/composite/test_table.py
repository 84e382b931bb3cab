"""Reading tables: separators, decimal signs, missing values, mistakes."""

import numpy as np
import pytest

from ratusz.engines.composite import EngineError, Method, Table, rank, verify

METHOD = Method.from_toml(
    '[data]\nclass = "size"\n[[aggregate]]\ncode = "I"\n[[indicator]]\ncode = "a"\nparent = "I"\n'
    '[[indicator]]\ncode = "b"\nparent = "I"\ndenominator = "people"\n'
)
PLAIN = "town,size,a,b,people,remark\nŁódź,big,1.5,2,10,x\nEłk,small,,-3e2,20,y\n"


def same(content: bytes | str) -> None:
    table = Table.from_csv(content, METHOD)
    assert table.units == ("Łódź", "Ełk")
    assert table.columns == ("a", "b", "people")
    np.testing.assert_array_equal(table.values, [[1.5, 2, 10], [np.nan, -300, 20]])
    assert table.labels == {"size": ("big", "small")}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1250"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_plain_csv(encoding, end):
    same(PLAIN.replace("\n", end).encode(encoding))


def test_semicolons_with_decimal_commas_and_spaces_in_thousands():
    same("town;size;a;b;people\nŁódź;big;1,5;2;10\nEłk;small;b.d.;-300,0;20\n")
    found = Table.from_csv("town;size;a;b;people\nŁódź;big;1,5;2;1\u00a0863\u202f845\n", METHOD)
    assert found.values[0, 2] == 1863845


def test_tabs_quotes_empty_lines_and_trailing_columns():
    same('town\tsize\ta\tb\tpeople\n"Łódź"\tbig\t"1,5"\t2\t10\n\nEłk\tsmall\tn/d\t-300\t20\t\t\n')


@pytest.mark.parametrize("missing", ["", "-", "NA", "n/d", "b.d.", "brak", "..", ":", "NaN", " "])
def test_words_for_missing(missing):
    table = Table.from_csv(PLAIN.replace("1.5", missing), METHOD)
    assert np.isnan(table.values[0, 0])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (PLAIN.replace("1.5", "many"), 'Column a, unit Łódź: found "many", but it must be a number'),
        (PLAIN.replace("1.5", "inf"), "must be a number"),
        (PLAIN.replace("1.5", "1e999"), "must be a number"),
        (PLAIN.replace("1.5", "0x10"), "must be a number"),
        (PLAIN.replace("1.5", '"1,5"'), "a comma is a decimal sign only"),
        (PLAIN.replace("Ełk", "Łódź"), "Unit Łódź: found it 2 times"),
        (PLAIN.replace("Ełk", " "), "row 3: found no unit name"),
        (PLAIN.replace("remark", "a"), "Column a: found it 2 times"),
        (PLAIN.replace(",a,", ",A,"), 'no column a, but the method uses it; rename "A"'),
        (PLAIN.replace("size", "class"), "no column size"),
        (PLAIN.replace("x\n", "x,y\n"), "row 2: found 7 cells"),
        ("town,size,a,b,people\n", "1 rows"),
        ("", "0 rows"),
        (b"PK\x03\x04rest of a workbook", "a spreadsheet workbook"),
        (PLAIN.replace("x\n", "x" * 200_000 + "\n"), "no table"),
        (b"town\x81\x83,a\n", "unreadable letters"),
    ],
)
def test_mistakes_are_named(content, message):
    with pytest.raises(EngineError, match=message):
        Table.from_csv(content, METHOD)


def test_canonical_text_is_read_back_exactly():
    rng = np.random.default_rng(3)
    values = rng.random((4, 3)) * 10.0 ** rng.integers(-9, 9, (4, 3))
    values[1, 1] = np.nan
    names = ("a,b", 'say "x"', "Łódź", "d\ne")
    table = Table(names, ("people", "b", "a"), values, {"size": ("x", "y;", "", "z"), "other": ("",) * 4})
    again = Table.from_csv(table.to_csv(METHOD), METHOD)
    assert again.units == table.units
    np.testing.assert_array_equal(again.values, table.select(METHOD).values)
    assert again.labels == {"size": ("x", "y;", "", "z")}


def test_column_without_a_name_may_hold_the_units():
    text = PLAIN.replace("town,", ",", 1).replace("remark", "").replace(",x\n", ",\n").replace(",y\n", ",\n")
    same(text)


def test_indicator_called_unit_survives_the_canonical_text():
    method = Method.from_toml(
        '[[aggregate]]\ncode = "I"\n[[indicator]]\ncode = "unit"\nparent = "I"\n'
        '[[indicator]]\ncode = "b"\nparent = "I"\n'
    )
    table = Table(("p", "q"), ("unit", "b"), np.array([[1, 2], [2, 5.0]]))
    assert table.to_csv(method).startswith("unit_,unit,b\n")
    assert verify(table, rank(table, method, runs=9)) == ()


def test_column_is_a_number_or_a_text():
    with pytest.raises(EngineError, match="Column a: found it as a number and as a text"):
        Method.from_toml(METHOD.to_toml().replace('class = "size"', 'class = "a"'))
