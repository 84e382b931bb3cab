"""What the API answers: pages, filters, identifiers, and nothing that is a zero and should be null."""

import json

import pytest
from django.utils import translation

from ratusz.apps.api import service
from ratusz.apps.api.tables import FieldRecord, said, tables
from ratusz.apps.ranking.models import RankedCity
from tests.api.conftest import CITIES

pytestmark = pytest.mark.django_db

LISTS = [
    "editions", "cities", "editions/2026/cities", "editions/2026/size-classes", "indicators", "sources",
    "observations", "corrections", "rankings", "rankings/2026/2/results",
    "efficiency", "efficiency/2026/1/results",
]  # fmt: skip


def get(api, path, status=200, **headers):
    answer = api.get(f"/api/v1/{path}", headers=headers)
    assert answer.status_code == status, answer.content.decode()
    return answer.json()


def walked(api, path, limit):
    """All records of a list, page by page along `next`."""
    found, address = [], f"/api/v1/{path}?limit={limit}"
    while address:
        page = api.get(address[address.index("/api/v1/") :]).json()
        found += page["items"]
        address = page["next"]
    return found, page["total"]


@pytest.mark.parametrize("path", LISTS)
def test_pages_give_each_record_once_whatever_their_length(api, path):
    whole, total = walked(api, path, 1000)
    parts, _ = walked(api, path, max(1, total // 4))
    assert len(whole) == total > 0
    assert parts == whole
    assert len({json.dumps(record, sort_keys=True) for record in whole}) == total


@pytest.mark.parametrize("path", LISTS)
def test_previous_leads_back(api, path):
    page = get(api, f"{path}?limit=1&offset=1")
    assert page["previous"].endswith(f"/api/v1/{path}?limit=1")
    assert get(api, f"{path}?limit=1")["previous"] is None


def test_start_leads_to_lists(api):
    start = get(api, "")
    for name in ("document", "editions", "cities", "indicators", "observations", "rankings"):
        assert api.get(start[name][start[name].index("/api/") :]).status_code == 200


def test_no_database_key_in_any_answer(api, world):
    keys = set()

    def look(value):
        if isinstance(value, dict):
            keys.update(value)
            list(map(look, value.values()))
        elif isinstance(value, list):
            list(map(look, value))

    for path in LISTS:
        look(get(api, path))
    look(get(api, f"rankings/2026/2/results/{RankedCity.objects.first().teryt}"))
    assert not {key for key in keys if key in {"id", "pk"} or key.endswith(("_id", "_pk"))}


def test_city_without_enough_figures_has_no_place_and_no_zero(api):
    (left,) = get(api, "rankings/2026/2/results?classified=false")["items"]
    assert left["classified"] is False
    assert left["not_classified_pl"]
    for name in ("place", "score", "place_median", "place_p05", "place_p95", "p_first", "class_place"):
        assert left[name] is None, name


def test_results_begin_with_the_first_place(api):
    places = [row["place"] for row in get(api, "rankings/2026/2/results")["items"]]
    assert places[-1] is None
    assert places[:-1] == sorted(places[:-1])
    assert len(places) == CITIES


def test_city_left_out_of_a_study_has_no_score_and_no_zero(api):
    rows = get(api, "efficiency/2026/latest/results")["items"]
    assert rows[-1]["compared"] is False
    assert {rows[-1][name] for name in ("score", "score_corrected", "score_low", "score_high")} == {None}
    full = get(api, f"efficiency/2026/1/results/{rows[-1]['teryt']}")
    assert (full["missing"], full["peers"], full["targets"]) == (["turnout"], [], [])
    best = get(api, f"efficiency/2026/1/results/{rows[0]['teryt']}")
    assert best["score"] == max(row["score"] or 0 for row in rows)
    assert {target["code"] for target in best["targets"]} == {"wage", "turnout"}


def test_latest_is_the_ranking_that_counts(api):
    latest = get(api, "rankings/2026/latest")
    assert (latest["number"], latest["counts"], latest["withdrawn_at"]) == (2, True, None)
    assert get(api, "rankings?counts=true")["total"] == 1


def test_withdrawn_publication_stays_with_its_reason(api):
    first = get(api, "rankings/2026/1")
    assert first["withdrawn_at"]
    assert first["withdrawal_pl"] == "Błąd w danych źródłowych."
    assert first["counts"] is False


def test_bundle_is_the_stored_bytes(api, world):
    import hashlib

    answer = api.get("/api/v1/rankings/2026/2/bundle.zip")
    assert answer["Content-Type"] == "application/zip"
    assert hashlib.sha256(answer.content).hexdigest() == world.ranking.bundle_sha256


def test_city_is_found_without_polish_letters(api):
    assert [city["name"] for city in get(api, "cities?q=lodz")["items"]] == ["Łódź"]
    assert [row["city"] for row in get(api, "rankings/2026/2/results?q=LODZ")["items"]] == ["Łódź"]


def test_cities_of_a_class_and_a_voivodeship(api):
    classes = get(api, "editions/2026/size-classes")["items"]
    for one in classes:
        found = get(api, f"editions/2026/cities?size_class={one['number']}")
        assert found["total"] == one["cities"]
        assert all(one["over"] < city["population"] <= (one["up_to"] or 10**9) for city in found["items"])
    everywhere = get(api, "cities?voivodeship=pomorskie")
    assert 0 < everywhere["total"] < CITIES
    assert {city["voivodeship"] for city in everywhere["items"]} == {"pomorskie"}


def test_observations_by_indicator_city_and_year(api):
    teryt = get(api, "cities?q=lodz")["items"][0]["teryt"]
    (one,) = get(api, f"observations?indicator=wage&teryt={teryt}&year=2024")["items"]
    assert (one["city"], one["indicator"], one["year"]) == ("Łódź", "wage", 2024)
    assert get(api, f"observations?indicator=wage&teryt={teryt}&year=1999")["total"] == 0


def test_correction_names_figure_and_reason_but_no_person(api):
    (one,) = get(api, "corrections")["items"]
    assert one["new_value"] - one["old_value"] == pytest.approx(1)
    assert "by" not in one
    assert "organiser@" not in json.dumps(one)


@pytest.mark.parametrize("path", LISTS)
def test_number_of_queries_does_not_grow_with_the_page(api, django_assert_max_num_queries, path):
    with django_assert_max_num_queries(8):
        get(api, f"{path}?limit=1000")


def test_every_declared_text_has_a_polish_translation():
    document = service.api.document
    texts = {
        part.get(key, "")
        for record in [*document["components"]["schemas"].values(), FieldRecord.model_json_schema()]
        for part in record["properties"].values()
        for key in ("description", "x-unit", "x-missing")
    }
    for methods in document["paths"].values():
        operation = methods["get"]
        texts |= {operation["summary"], *operation["tags"]}
        texts |= {one["description"] for one in operation["parameters"] if one["name"] != "lang"}
    texts |= {text for table in tables().values() for text in (table.title, table.about)}
    with translation.override("pl"):
        same = {text for text in texts if said(text) == text}
    assert same <= {"", "km²", "°", "Ranking"}
