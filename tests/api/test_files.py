"""Whole tables as files: the same rows in every form, safe in a spreadsheet, streamed, and described once."""

import csv
import io
import json
import tracemalloc

import openpyxl
import pytest
from asgiref.sync import async_to_sync

from ratusz.apps.api import exports, queries
from ratusz.apps.api.tables import counted, dictionary, tables
from ratusz.apps.cities.models import Observation
from tests.api.conftest import CITIES, body_of

pytestmark = pytest.mark.django_db

TABLES = [
    "cities", "indicators", "observations", "corrections", "sources", "results", "scores", "efficiency",
    "efficiency-targets",
]  # fmt: skip


def rows_of(api, code):
    """The rows of a table's CSV."""
    text = body_of(api.get(f"/open-data/2026/{code}.csv")).decode("utf-8")
    return list(csv.DictReader(io.StringIO(text)))


def json_of(api, code):
    return json.loads(body_of(api.get(f"/open-data/2026/{code}.json")))


def sheet_of(api, code):
    return openpyxl.load_workbook(io.BytesIO(body_of(api.get(f"/open-data/2026/{code}.xlsx"))))


@pytest.mark.parametrize("code", TABLES)
def test_three_forms_hold_the_same_rows(api, code):
    plain, document, book = rows_of(api, code), json_of(api, code), sheet_of(api, code)
    names = [note.name for note in tables()[code].fields]
    assert list(plain[0]) == list(document["rows"][0]) == names
    assert [cell.value for cell in book[code][1]] == names
    assert len(plain) == len(document["rows"]) == book[code].max_row - 1 > 0
    key = tables()[code].key
    assert len({tuple(row[name] for name in key) for row in plain}) == len(plain)
    assert [tuple(str(row[name]) for name in key) for row in document["rows"]] == [
        tuple(row[name].removeprefix("'") for name in key) for row in plain
    ]


@pytest.mark.parametrize("code", TABLES)
def test_dictionary_describes_every_column(api, code):
    notes = {note.field: note for note in dictionary() if note.table == code}
    assert [field["field"] for field in json_of(api, code)["fields"]] == list(notes)
    assert [row[1].value for row in sheet_of(api, code)["dictionary"].iter_rows(min_row=2)] == list(notes)
    assert all(note.meaning_pl and note.meaning_en and note.type for note in notes.values())


@pytest.mark.parametrize("code", TABLES)
def test_empty_cell_is_explained_or_never_happens(api, code):
    for row in json_of(api, code)["rows"]:
        for field in tables()[code].fields:
            if row[field.name] is None:
                assert field.missing, (code, field.name)
            if field.values and row[field.name] is not None:
                assert row[field.name] in field.values


def test_missing_score_is_an_empty_cell_and_no_zero(api):
    (left,) = [row for row in rows_of(api, "results") if row["classified"] == "false"]
    assert (left["place"], left["score"], left["p_first"]) == ("", "", "")


def test_text_that_looks_like_a_formula_is_held_back(api):
    assert rows_of(api, "corrections")[0]["reason_pl"] == "'=1+1 nie jest formułą"
    wage = next(
        row for row in sheet_of(api, "indicators")["indicators"].iter_rows() if row[0].value == "wage"
    )
    assert wage[3].value == '\'=HYPERLINK("x")'
    assert wage[3].data_type == "s"
    assert json_of(api, "corrections")["rows"][0]["reason_pl"].startswith("=1+1")


def test_numbers_have_a_point_and_codes_keep_their_zero(api):
    row = next(row for row in rows_of(api, "observations") if row["indicator"] == "wage")
    assert (
        float(row["value"])
        == Observation.objects.get(city__teryt=row["teryt"], indicator__code="wage", year=row["year"]).value
    )
    assert {len(row["teryt"]) for row in rows_of(api, "cities")} == {7}
    assert body_of(api.get("/open-data/2026/cities.csv"))[:6] == b"teryt,"


def test_dictionary_as_a_file(api):
    listed = list(csv.DictReader(io.StringIO(body_of(api.get("/open-data/dictionary.csv")).decode())))
    assert len(listed) == len(dictionary())
    document = json.loads(body_of(api.get("/open-data/dictionary.json")))
    assert document["rows"][0] == dictionary()[0].model_dump()


def test_data_package_points_to_every_table(api):
    package = api.get("/open-data/2026/datapackage.json").json()
    assert [resource["name"] for resource in package["resources"]] == TABLES
    assert package["licenses"][0]["name"] == "CC-BY-4.0"
    for resource in package["resources"]:
        assert resource["schema"]["primaryKey"]
        fields = [field["name"] for field in resource["schema"]["fields"]]
        assert fields == [note.name for note in tables()[resource["name"]].fields]
        path = resource["path"][resource["path"].index("/open-data/") :]
        assert body_of(api.get(path)).decode().splitlines()[0] == ",".join(fields)


def test_sizes_are_those_of_the_files(api, world):
    queries.measure(world.edition)
    for offer in queries.shelf_of(world.edition).offers:
        assert offer.records == len(rows_of(api, offer.code))
        for ending in ("csv", "json"):
            assert offer.sizes[ending] == len(body_of(api.get(f"/open-data/2026/{offer.code}.{ending}")))


def test_hash_of_a_table_follows_its_rows(world):
    rows = tables()["observations"].rows(world.edition)
    count, before = counted(rows)
    assert count == rows.count()
    assert counted(rows.reverse()) == (count, before)
    Observation.objects.filter(pk=rows.values_list("pk", flat=True)[0]).delete()
    assert counted(rows)[1] != before


def test_stream_gives_its_pieces_one_by_one_to_an_asgi_server():
    given = []

    def pieces():
        for number in range(5):
            given.append(number)
            yield b"x"

    async def first(response):
        async for piece in response:
            return piece
        return None

    assert async_to_sync(first)(exports.Stream(pieces())) == b"x"
    assert given == [0]


def test_memory_does_not_grow_with_the_rows(world):
    """Ten times the rows take no more memory at their peak."""
    table = tables()["results"]
    record = next(exports.records_of(table, table.rows(world.edition)))

    def peak(count):
        tracemalloc.start()
        for _piece in exports.as_csv(table.record, (record for _number in range(count))):
            pass
        for _piece in exports.as_json({"table": "results"}, (record for _number in range(count))):
            pass
        _now, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    small = peak(2_000)
    assert peak(20_000) < 1.3 * small


def test_cities_of_the_file_are_those_of_the_edition(api):
    assert len(rows_of(api, "cities")) == CITIES
