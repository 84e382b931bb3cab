import io
import zipfile

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ratusz.apps.core.imports.cells import decimal_mark, is_missing, parse_number, parse_teryt
from ratusz.apps.core.imports.guess import guess_columns
from ratusz.apps.core.imports.parse import FileRefused, Limits, read_table

BDL = '"Kod";"Nazwa";"ogółem;2022;[%]";\n0261000;"Powiat m. Jelenia Góra";4,4;\n1465000;"Powiat m. st. Warszawa";1,5;\n'


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp1250", "iso-8859-2", "utf-16", "utf-16-le", "utf-16-be"]
)
def test_read_table_in_any_encoding_is_the_same(encoding):
    table = read_table(BDL.encode(encoding))
    assert table.header == ["Kod", "Nazwa", "ogółem;2022;[%]"]
    assert table.rows[0] == ["0261000", "Powiat m. Jelenia Góra", "4,4"]
    assert table.lines == [2, 3]


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
def test_read_table_with_any_separator_is_the_same(separator):
    text = separator.join(["teryt", "nazwa", "x"]) + "\n" + separator.join(["1061011", "Łódź", "4"]) + "\n"
    assert read_table(text.encode()).rows == [["1061011", "Łódź", "4"]]


def test_read_table_with_comma_separator_and_quoted_decimal_comma():
    assert read_table('teryt,nazwa,x\n1061011,Łódź,"4,7"\n'.encode()).rows == [["1061011", "Łódź", "4,7"]]


def test_read_table_of_excel_csv_skips_its_sep_line():
    table = read_table(b"sep=;\r\nteryt;x\r\n1061011;1\r\n")
    assert (table.header, table.lines) == (["teryt", "x"], [3])


def test_read_table_joins_a_header_of_two_lines_and_drops_the_title():
    text = "Bank Danych Lokalnych;;;\nKod;Nazwa;bezrobocie;\n;;2022;2023\n1061011;Łódź;4,7;4,5\n"
    table = read_table(text.encode())
    assert table.header == ["Kod", "Nazwa", "bezrobocie;2022", "bezrobocie;2023"]
    assert [note.code for note in table.notes] == ["read_as", "title_left_out", "header_of_lines"]


def test_read_table_notes_blank_and_double_headers_and_an_empty_last_column():
    table = read_table("teryt;;x;x;\n1061011;Łódź;1;2;\n".encode())
    assert table.header == ["teryt", "", "x", "x"]
    assert [note.code for note in table.notes] == [
        "read_as",
        "empty_columns",
        "blank_headers",
        "header_twice",
    ]


def workbook(*rows, number_format=None) -> bytes:
    book = openpyxl.Workbook()
    book.active.title = "OPIS"
    book.active.append(["Opis tablicy"])
    sheet = book.create_sheet("TABLICA")
    for row in rows:
        sheet.append(row)
    if number_format:
        sheet.cell(2, 3).number_format = number_format
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_read_table_of_a_workbook_finds_the_sheet_with_the_table():
    table = read_table(workbook(["Kod", "Nazwa", "x"], [201011, "Bolesławiec", 0.05], number_format="0.0%"))
    assert table.header == ["Kod", "Nazwa", "x"]
    assert table.rows == [[201011, "Bolesławiec", "5%"]]


def zipped(**files) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), data)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "code", "kind"),
    [
        (b"", "empty", None),
        (b"\xef\xbb\xbf \n", "empty", None),
        (b"%PDF-1.7 ...", "wrong_kind", "pdf"),
        (b"MZ\x90\x00", "wrong_kind", "exe"),
        (zipped(a="x"), "wrong_kind", "zip"),
        (zipped(word__document_xml="x"), "wrong_kind", "docx"),
        (b"PK\x03\x04broken", "wrong_kind", "zip"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "wrong_kind", "xls"),
        (b"<html><table>", "wrong_kind", "html"),
        (b"\x89PNG\r\n", "wrong_kind", "image"),
        (bytes(range(256)) * 4, "wrong_kind", "binary"),
        (zipped(xl__workbook_xml="x"), "broken_workbook", None),
        (b"teryt;x\n", "no_rows", None),
    ],
)
def test_read_table_refuses_what_is_no_table_and_names_it(data, code, kind):
    with pytest.raises(FileRefused) as refused:
        read_table(data)
    assert (refused.value.code, refused.value.data.get("kind")) == (code, kind)


def test_read_table_refuses_a_workbook_that_unpacks_too_large():
    bomb = zipped(xl__workbook_xml="x", xl__sheet_xml=b"0" * 5_000_000)
    assert len(bomb) < 10_000
    with pytest.raises(FileRefused, match="unpacks_too_large"):
        read_table(bomb, Limits(unpacked=1_000_000))


def test_read_table_refuses_too_many_rows_columns_and_bytes():
    for data, limits in [
        (b"a;b\n" + b"1;2\n" * 20, Limits(rows=10)),
        (b";".join([b"a"] * 20) + b"\n" + b";".join([b"1"] * 20), Limits(columns=10)),
        (b"a;b\n1;2\n", Limits(size=4)),
    ]:
        with pytest.raises(FileRefused, match="too_"):
            read_table(data, limits)


@given(st.binary(max_size=400))
def test_read_table_of_any_bytes_reads_or_refuses(data):
    try:
        table = read_table(data)
    except FileRefused:
        return
    assert all(len(row) == len(table.header) for row in table.rows)


@pytest.mark.parametrize(
    ("cell", "mark", "value"),
    [
        ("1\u00a0863\u00a0845", ",", 1863845),
        ("1\u202f863,5", ",", 1863.5),
        ("1 863 845", ",", 1863845),
        ("3,1", ",", 3.1),
        ("3.1", ".", 3.1),
        ("-38", ",", -38),
        ("−38", ",", -38),
        ("12,5 %", ",", 12.5),
        ("1.234.567,8", ",", 1234567.8),
        ("1,234,567.8", ".", 1234567.8),
        ("1,234", ".", 1234),
        (5, ",", 5),
        (0.5, ",", 0.5),
        ("1e5", ",", 100000),
    ],
)
def test_parse_number_in_any_spelling(cell, mark, value):
    assert parse_number(cell, mark).value == pytest.approx(value)


@pytest.mark.parametrize(
    "cell", ["", " ", "b.d.", "bd", "B.D.", "-", "–", "n/d", ".", "x", "X", "brak danych", float("nan")]
)
def test_missing_figures_are_missing_and_not_zero(cell):
    assert is_missing(cell)
    assert parse_number(cell).state == "missing"


@pytest.mark.parametrize("cell", ["abc", "12 zł", "1,2,3", "#DIV/0!", "2022-01-01", "1..2", "١٢a"])
def test_parse_number_of_nonsense_is_bad(cell):
    assert parse_number(cell).state == "bad"


@given(st.floats(allow_nan=False, allow_infinity=False, width=32).map(lambda x: round(x, 4)))
def test_parse_number_reads_back_the_polish_spelling(value):
    text = f"{value:,.4f}".replace(",", "\u00a0").replace(".", ",")
    assert parse_number(text, decimal_mark([text])).value == pytest.approx(value)


@pytest.mark.parametrize(
    ("cell", "kind", "codes"),
    [
        ("0201011", "gmina", ("0201011",)),
        ("201011", "gmina", ("0201011",)),
        (201011, "gmina", ("0201011",)),
        ("201011.0", "gmina", ("0201011",)),
        ("0261", "gmina", ("0261011",)),
        ("261", "gmina", ("0261011",)),
        (261000, "gmina", ("0261011",)),
        ("1465000", "gmina", ("1465011",)),
        ("071412865000", "gmina", ("1465011",)),
        ("071412865011", "gmina", ("1465011",)),
        ("11212161000", "gmina", ("1261011",)),
        ("0201000", "county", ()),
        ("0200000", "region", ()),
        ("0201044", "part", ()),
        ("1465108", "part", ()),
        ("0301011", "bad", ()),
        ("Kod", "bad", ()),
        ("", "bad", ()),
        ("9999999", "bad", ()),
    ],
)
def test_parse_teryt(cell, kind, codes):
    unit = parse_teryt(cell)
    assert (unit.kind, unit.codes) == (kind, codes)


def test_guess_columns_by_their_cells_when_the_header_changed():
    text = (
        "identyfikacja;miejscowość;wynik\n1061011;Łódź;4,7\n1465011;Warszawa;1,5\n0261011;Jelenia Góra;4,4\n"
    )
    assert [guess.kind for guess in guess_columns(read_table(text.encode()))] == ["code", "name", "number"]


def test_guess_columns_of_a_long_bdl_export():
    text = (
        "Kod;Nazwa;Wyszczególnienie;Rok;Wartosc;Jednostka miary;Atrybut\n"
        "1061011;Łódź;ogółem;2022;4,7;%;\n1465011;Warszawa;ogółem;2022;1,5;%;\n"
    )
    kinds = [guess.kind for guess in guess_columns(read_table(text.encode()))]
    assert kinds == ["code", "name", "text", "year", "value", "unit", "empty"]
