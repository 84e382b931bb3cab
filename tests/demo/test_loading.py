from io import StringIO

import pytest
from django.apps import apps
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from ratusz.apps.cities.models import City, Correction, Objection, Observation, Population
from ratusz.apps.core.models import AuditEntry
from ratusz.apps.editions.models import Edition
from ratusz.apps.partners.models import Partnership
from ratusz.apps.ranking.models import Ranking
from ratusz.apps.website.models import Laureate, NewsPage
from ratusz.demo import content
from ratusz.engines import composite


def rows():
    """How many rows each table of the project has."""
    return {m._meta.label: m._default_manager.count() for m in apps.get_models() if m._meta.managed}


def test_loaddemo_twice_gives_the_same_rows(demo):
    before = rows()
    call_command("loaddemo", stdout=StringIO(), verbosity=0)
    assert rows() == before


def test_every_figure_of_the_file_is_in_the_site_with_source_and_year(demo):
    stored = {
        (o.city.teryt, o.indicator.code, o.year): (o.value, o.source.code, o.flag)
        for o in Observation.objects.select_related("city", "indicator", "source")
    } | {
        (p.city.teryt, "population", p.year): (float(p.people), p.source.code, "")
        for p in Population.objects.select_related("city", "source").exclude(year=2024)
    }
    in_file = {
        (r["teryt"], r["indicator"], int(r["year"])): (float(r["value"]), r["source"], r["flag"])
        for r in content.figures()
    }
    assert stored == in_file
    assert City.objects.count() == 66


def test_three_editions_with_rankings_of_all_cities_in_three_classes(demo):
    rankings = list(Ranking.objects.filter(published_at__isnull=False).order_by("edition__year"))
    assert [r.edition.year for r in rankings] == [2024, 2025, 2026]
    assert [len(r.summary["indicators"]) for r in rankings] == [10, 11, 13]
    for ranking in rankings:
        assert ranking.summary["classified"] == 66
        assert [c["number"] for c in ranking.summary["classes"]] == [1, 2, 3]
        assert all(i["year"] <= ranking.edition.year for i in ranking.summary["indicators"])
        assert ranking.published_at <= timezone.now()
    years = {i["code"]: i["year"] for i in rankings[-1].summary["indicators"]}
    assert years["gross-wage"] == 2022  # 65 cities of 66: the one that is missing sends nobody back a year
    assert years["turnout"] == 2025


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_published_rankings_are_reproduced_from_their_bundles(demo, year):
    ranking = Ranking.objects.get(edition__year=year, number=1)
    assert composite.verify_bundle(bytes(ranking.bundle)).differences == ()


def test_editions_number_their_sessions_and_rankings_apart(demo):
    numbers = list(Edition.objects.order_by("year").values_list("session_number", "ranking_number"))
    assert numbers == [(3, 1), (4, 2), (5, 3)]


def test_live_state_has_a_ranking_and_a_session_ahead(demo):
    edition = Edition.objects.get(is_current=True)
    assert edition.year == 2026
    assert edition.session_date > timezone.localdate()
    assert "convene" in edition.open_phases()
    assert not edition.laureates.exists()


def test_news_laureates_and_partners_of_every_edition(demo):
    for language, field in (("pl", "slug_pl"), ("en", "slug_en")):
        live = set(
            NewsPage.objects.live().filter(locale__language_code=language).values_list("slug", flat=True)
        )
        assert {item[field] for year in (2024, 2025) for item in content.news(year)} <= live
        assert len(live) == 16
    assert not NewsPage.objects.filter(title__contains="{").exists()
    for year in (2024, 2025):
        awards = list(Laureate.objects.filter(edition__year=year).values_list("award", flat=True))
        assert (awards.count("main"), awards.count("distinction"), awards.count("honorary")) == (3, 6, 1)
    for year in (2024, 2025, 2026):
        kinds = set(Partnership.objects.filter(edition__year=year).values_list("kind", flat=True))
        assert kinds == {"partner", "substantive", "patron"}


def test_citations_differ_within_an_edition(demo):
    for year in (2024, 2025):
        for language in ("pl", "en"):
            citations = Laureate.objects.filter(edition__year=year).values_list(
                f"citation_{language}", flat=True
            )
            assert len(set(citations)) == 10


def test_what_happened_is_in_the_audit_log_under_its_own_date(demo):
    published = AuditEntry.objects.filter(action="ranking.publish").order_by("at")
    assert [entry.actor.email for entry in published] == ["hanna.wierzbicka@ratusz.example"] * 3
    assert published[0].at < Edition.objects.get(year=2024).phases.get(kind="convene").opens_at


def test_corrections_restore_the_real_figures(demo):
    real = {(r["teryt"], r["indicator"], int(r["year"])): float(r["value"]) for r in content.figures()}
    corrections = Correction.objects.select_related("observation__city", "observation__indicator")
    assert corrections.count() == 2
    for one in corrections:
        figure = one.observation
        assert one.new_value == figure.value == real[figure.city.teryt, figure.indicator.code, figure.year]
        assert "zmyślona" in one.reason_pl
        assert one.at <= timezone.now()


def test_published_edition_shows_corrections_and_a_rejection_to_everybody(demo, client):
    states = Objection.objects.exclude(state=Objection.State.WITHDRAWN).values_list("state", flat=True)
    assert sorted(states) == ["accepted", "accepted", "rejected"]
    card = client.get(reverse("cities:indicator", args=["unemployed"])).content.decode()
    assert "20\u00a0325" in card
    assert "Ośrodek Dialogu Miejskiego" in card
    wages = client.get(reverse("cities:indicator", args=["gross-wage"])).content.decode()
    assert "odrzucone" in wages
    assert "7\u00a0640" not in wages


def test_figures_are_loaded_wrong_only_where_a_correction_follows(demo):
    assert Observation.objects.get(city__slug="lodz", indicator__code="unemployed", year=2021).value == 20325
