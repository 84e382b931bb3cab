"""The pages for people: both languages, every address and file reachable, data blocks that cannot break out."""

import json
import re

import pytest

from ratusz.apps.api import queries, service, views
from tests.api.conftest import body_of

pytestmark = pytest.mark.django_db


def test_page_of_the_api_shows_every_address_and_its_example_answers(api):
    page = api.get("/pl/api/").content.decode()
    examples = re.findall(r'Przykład: <a href="([^"]+)"', page)
    assert len(examples) == len(service.api.document["paths"])
    for path in service.api.document["paths"]:
        assert f"GET {path}<" in page
    statuses = {example: api.get(example.replace("&amp;", "&")).status_code for example in examples}
    # The examples name cities and indicators of the demo, which the tests do not have.
    assert set(statuses.values()) <= {200, 404, 422}
    assert statuses["/api/v1/rankings/2026/latest/results?limit=5&amp;q=lodz"] == 200


@pytest.mark.parametrize("page", ["api", "open-data"])
def test_page_is_in_both_languages(api, page):
    polish, english = (api.get(f"/{language}/{page}/").content.decode() for language in ("pl", "en"))
    assert '<html lang="pl"' in polish
    assert '<html lang="en"' in english
    assert ("Kod TERYT gminy" in polish, "TERYT code of the gmina" in polish) == (True, False)
    assert ("Kod TERYT gminy" in english, "TERYT code of the gmina" in english) == (False, True)


def test_address_without_a_language_leads_to_the_page(api):
    for page in ("api", "open-data"):
        assert api.get(f"/{page}/", headers={"Accept-Language": "en"})["Location"] == f"/en/{page}/"


def test_every_file_of_the_page_is_there(api):
    page = api.get("/pl/open-data/").content.decode()
    files = sorted(set(re.findall(r'href="(/open-data/[^"#]+)"', page)))
    assert len(files) == 9 * 3 + 1 + 2 + 3
    for file in files:
        assert api.head(file).status_code == 200, file


def test_sizes_show_once_they_are_measured(api, world):
    assert "KB" not in api.get("/en/open-data/").content.decode()
    queries.measure(world.edition)
    assert "KB" in api.get("/en/open-data/").content.decode()


def test_structured_data_describe_the_files(api):
    page = api.get("/en/open-data/").content.decode()
    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)[1]
    (dataset,) = json.loads(block)
    assert dataset["@type"] == "Dataset"
    assert dataset["license"].startswith("https://creativecommons.org/")
    for file in dataset["distribution"]:
        address = file["contentUrl"]
        assert body_of(api.get(address[address.index("/open-data/") :]))


def test_data_block_cannot_end_its_element():
    assert "<" not in views._data_block({"name": "</script><script>alert(1)</script>"})


def test_list_of_files_asks_the_database_little(api, django_assert_max_num_queries):
    api.get("/pl/open-data/")
    with django_assert_max_num_queries(20):
        api.get("/pl/open-data/")
