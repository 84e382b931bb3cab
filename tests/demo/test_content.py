"""The data files: figures against the reference collection, cards, methods and texts."""

import csv
import re
from collections import defaultdict
from datetime import date, timedelta

import pytest

from ratusz.apps.accounts.rules import clean_nip
from ratusz.demo import content, dates
from ratusz.demo.services import rank
from ratusz.engines import composite

AS_PUBLISHED = {
    "population": "population",
    "gross-wage": "avg_gross_wage",
    "unemployed": "unemployed_registered",
    "firms": "regon_entities_per10k",
    "pit-share": "pit_share_revenue",
    "turnout": "turnout_presidential_r1",
    "bike-paths": "bike_paths_km",
    "nurseries": "children_in_nurseries_pct",
    "outpatient": "outpatient_entities",
    "hospital-beds": "hospital_beds",
}
OF_2024 = {"net-migration": "net_migration", "natural-increase": "natural_increase"}


@pytest.fixture(scope="module")
def published(shared_data):
    """Indicator, year, four-digit TERYT → value, as the reference collection has them."""
    with (shared_data / "cities" / "city_indicators_long.csv").open(encoding="utf-8", newline="") as file:
        return {
            (row["indicator"], int(row["year"]), row["teryt4"]): float(row["value"])
            for row in csv.DictReader(file)
            if row["value"]
        }


@pytest.fixture(scope="module")
def gminas(shared_data):
    """Seven-digit TERYT → counts of 2024."""
    with (shared_data / "cities" / "gminas_2024.csv").open(encoding="utf-8", newline="") as file:
        return {row["teryt"]: row for row in csv.DictReader(file)}


def expected(row, published, gminas):
    """What the reference collection says the figure is, and how exactly."""
    code, year, city = row["indicator"], int(row["year"]), row["teryt"][:4]
    if code in AS_PUBLISHED:
        return published[AS_PUBLISHED[code], year, city], 0
    if code == "net-migration" and year == 2022:
        return published["net_migration", year, city], 0
    if code in OF_2024:
        return float(gminas[row["teryt"]][OF_2024[code]]), 0
    if code == "dwellings":
        three = [published["dwellings_completed_per1000", y, city] for y in (year - 2, year - 1, year)]
        return sum(three) / 3, 0.0005
    if code == "affordability":
        return published["avg_gross_wage", year, city] / published["median_price_m2", year, city], 0.00005
    raise AssertionError(f"No reference for {code}")


def test_every_figure_agrees_with_the_reference_collection(published, gminas):
    wrong = []
    for row in content.figures():
        value, slack = expected(row, published, gminas)
        if abs(float(row["value"]) - value) > slack + 1e-9:
            wrong.append((row, value))
    assert wrong == []


def test_nothing_that_the_collection_doubts_is_used(published):
    unsafe = {name for name, _year, _city in published if name.endswith("_unverified")} | {
        "budget_total_xa04"
    }
    assert not unsafe & set(AS_PUBLISHED.values())
    wages = {(row["teryt"], row["year"]) for row in content.figures() if row["indicator"] == "gross-wage"}
    assert published["avg_gross_wage", 2022, "2467"] == 0
    assert ("2467011", "2022") not in wages


def test_every_figure_has_source_and_year():
    known = {source["code"] for source in content.read("sources")["source"]} | {"gus"}
    for row in content.figures():
        assert re.fullmatch(r"\d{7}", row["teryt"])
        assert row["source"] in known
        assert 2016 <= int(row["year"]) <= 2025


def test_zeros_that_mean_no_data_are_left_out():
    strict = {
        card["code"] for card in content.read("indicators")["indicator"] if card.get("zero_means_missing")
    }
    assert [
        r for r in content.figures() if r["indicator"] in strict | {"population"} and float(r["value"]) == 0
    ] == []


def test_every_indicator_has_a_whole_card_and_figures_for_nearly_all_cities():
    cities, years = defaultdict(set), defaultdict(set)
    for row in content.figures():
        cities[row["indicator"], row["year"]].add(row["teryt"])
        years[row["indicator"]].add(row["year"])
    cards = content.read("indicators")["indicator"]
    assert len(cards) >= 12
    for card in cards:
        assert card["direction"] in {1, -1}
        for field in ("name", "definition", "reason", "unit"):
            assert card[f"{field}_pl"]
            assert card[f"{field}_en"]
        assert len(cities[card["code"], max(years[card["code"]])]) >= 64
        assert len(years[card["code"]]) <= 5


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_methods_weigh_known_indicators_with_their_own_directions(year):
    method = composite.Method.from_toml(content.method(year))
    cards = {card["code"]: card for card in content.read("indicators")["indicator"]}
    assert {i.code for i in method.framework.indicators} <= cards.keys()
    for indicator in method.framework.indicators:
        assert indicator.direction == cards[indicator.code]["direction"]
    assert len([a for a in method.framework.aggregates if a.parent == "index"]) == 4
    assert method.uncertainty.weights.spread == 0.25
    assert method.uncertainty.leave_one_out


def test_texts_are_complete_in_both_languages():
    texts = [item for year in (2024, 2025, 2026) for item in content.news(year)]
    texts += content.read("pages")["page"]
    for item in texts:
        for field in ("slug", "title", "lead", "body"):
            assert item[f"{field}_pl"].strip()
            assert item[f"{field}_en"].strip()
        assert len(item["lead_pl"]) <= 500
        assert len(item["lead_en"]) <= 500
        polish, english = content.blocks(item["body_pl"]), content.blocks(item["body_en"])
        assert [kind for kind, _value in polish] == [kind for kind, _value in english]
    assert {item["picture"] for year in (2024, 2025, 2026) for item in content.news(year)} <= set(
        content.read("pictures")
    )
    assert min(len(content.news(year)) for year in (2024, 2025, 2026)) >= 4


def test_pictures_are_small_and_described_and_logos_belong_to_partners():
    for name, texts in content.read("pictures").items():
        assert (content.DATA / "pictures" / f"{name}.png").stat().st_size < 60_000
        assert texts["alt_pl"]
        assert texts["alt_en"]
    partners = content.read("partners")["partner"]
    assert {path.stem for path in (content.DATA / "logos").glob("*.svg")} == {one["key"] for one in partners}
    assert all(clean_nip(one["nip"]) == one["nip"] for one in partners)


def test_awards_have_three_wordings_and_people_are_marked_as_invented():
    titles = content.read("laureates")["title"]
    assert all(len(set(one[f"distinction_{code}"])) == 3 for one in titles for code in ("pl", "en"))
    for one in content.read("laureates")["honorary"]:
        assert "(postać zmyślona)" in one["person_name"]
        assert "(postać zmyślona)" in one.get("collected_by", "(postać zmyślona)")


@pytest.mark.parametrize("weekday", range(7))
def test_a_demo_in_the_phase_of_the_ranking_has_computed_it_already(weekday):
    today = date(2026, 11, 16) + timedelta(days=weekday)
    assert dates.session_day(today, "rank") + timedelta(days=rank.COMPUTED) < today
