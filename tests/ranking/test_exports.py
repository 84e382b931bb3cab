import csv
import io
import json
import zipfile

import numpy as np
import pytest
from django.urls import reverse
from django.utils import translation
from openpyxl import load_workbook

from ratusz.apps.ranking import exports, services
from tests.ranking import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def ranking():
    edition = factories.edition()
    values = factories.random_values(12)
    values[1, :2] = np.nan
    factories.figures(edition, values)
    return services.publish_ranking(ranking=factories.result(edition), by=factories.organiser(edition))


def download(client, name, language="pl", **query):
    with translation.override(language):
        return client.get(reverse(f"ranking:{name}", args=[2026]), query)


def test_polish_csv_opens_in_a_polish_spreadsheet(client, ranking):
    content = download(client, "csv").content
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
    assert len(rows) == 12
    first = ranking.rows.get(rank=1)
    assert (rows[0]["city"], rows[0]["rank"], rows[0]["teryt"]) == (first.name, "1", first.teryt)
    assert float(rows[0]["score"].replace(",", ".")) == first.score
    assert "." not in rows[0]["score"]


def test_plain_csv_has_commas_and_points(client, ranking):
    for answer in (download(client, "csv", "en"), download(client, "csv", "pl", format="plain")):
        rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
        assert float(rows[0]["score"]) == ranking.rows.get(rank=1).score


def test_city_that_is_not_classified_has_empty_cells_never_zero(client, ranking):
    rows = list(csv.DictReader(io.StringIO(download(client, "csv", "en").content.decode("utf-8-sig"))))
    left = next(row for row in rows if row["city"] == "Kraków")
    assert (left["classified"], left["rank"], left["score"], left["wage"], left["p_first"]) == (
        "false",
        "",
        "",
        "",
        "",
    )


def test_every_field_is_in_the_dictionary(client, ranking):
    document = json.loads(download(client, "json", "en").content)
    names = [field["name"] for field in document["fields"]]
    assert len(set(names)) == len(names)
    for city in document["cities"]:
        assert set(city) == set(names)
    assert document["about"]["bundle_sha256"] == ranking.bundle_sha256
    assert document["about"]["method"]["hash"] == ranking.method.hash
    assert document["about"]["sources"] == ["GUS, Local Data Bank"]


def test_workbook_carries_data_dictionary_and_origin(client, ranking):
    book = load_workbook(io.BytesIO(download(client, "xlsx").content))
    assert [len(list(sheet.rows)) for sheet in book] == [13, len(exports.fields(ranking)) + 1, 14]
    assert [cell.value for cell in book.worksheets[0]["A"]][1:] == [
        row.teryt for row in ranking.rows.order_by("rank", "sort_key")
    ]


def test_bundle_is_the_stored_file(client, ranking):
    answer = download(client, "bundle")
    assert answer.content == bytes(ranking.bundle)
    assert answer["Content-Disposition"] == 'attachment; filename="ranking-2026-1.zip"'
    assert set(zipfile.ZipFile(io.BytesIO(answer.content)).namelist()) == {
        "data.csv", "method.toml", "variants.csv", "scores.csv", "ranks.csv", "verify.py", "manifest.json",
    }  # fmt: skip


def test_server_reproduces_its_own_bundle(client, ranking):
    with translation.override("en"):
        page = client.post(reverse("ranking:verify", args=[2026])).content.decode()
    assert "Reproduced" in page
    assert "Not reproduced" not in page


def test_recomputing_is_rate_limited(client, ranking):
    with translation.override("en"):
        answers = [client.post(reverse("ranking:verify", args=[2026])).status_code for _k in range(5)]
    assert answers == [200, 200, 200, 429, 429]
