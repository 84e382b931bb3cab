import pytest
from django.test import Client
from django.utils.translation import override

from ratusz.apps.core.templatetags.formats import until
from ratusz.apps.editions.models import Phase
from ratusz.apps.website import page_cache, queries
from ratusz.apps.website.models import HomePage
from tests.editions.conftest import signed_in
from tests.editions.factories import at, make_edition
from tests.ranking.factories import published_ranking
from tests.website.conftest import make_news


@pytest.fixture(autouse=True)
def _no_old_pages(db: None) -> None:
    page_cache.forget()


def test_front_page_is_served_from_the_cache(client: Client, edition, django_assert_num_queries) -> None:
    first = client.get("/pl/").content
    with django_assert_num_queries(1):
        assert client.get("/pl/").content == first


def test_front_page_uncached_needs_few_queries(
    client: Client, edition, laureate, translated, django_assert_max_num_queries
) -> None:
    client.get("/pl/")
    with django_assert_max_num_queries(25):
        client.get("/pl/?fresh")


@pytest.mark.django_db
def test_front_page_forgets_when_something_changes(
    client: Client, organiser, django_capture_on_commit_callbacks
) -> None:
    client.get("/pl/")
    with django_capture_on_commit_callbacks(execute=True):
        make_news(organiser, "Nowa wiadomość")
    assert "Nowa wiadomość" in client.get("/pl/").content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        home = HomePage.objects.get(locale__language_code="pl")
        home.headline = "Nowy nagłówek"
        home.save_revision().publish()
    assert "Nowy nagłówek" in client.get("/pl/").content.decode()


def test_front_page_of_a_person_is_never_shared(client: Client, organiser, settings) -> None:
    settings.DEMO = True
    person = signed_in(organiser)
    personal = person.get("/pl/").content.decode()
    assert "csrfmiddlewaretoken" in personal
    assert "csrfmiddlewaretoken" not in client.get("/pl/").content.decode()
    assert "csrfmiddlewaretoken" in person.get("/pl/").content.decode()


def test_front_page_in_each_language_is_its_own(client: Client, edition) -> None:
    assert '<html lang="pl">' in client.get("/pl/").content.decode()
    assert '<html lang="en">' in client.get("/en/").content.decode()
    assert '<html lang="pl">' in client.get("/pl/").content.decode()


def test_teaser_shows_the_published_ranking(client: Client, db: None) -> None:
    ranking = published_ranking(20, year=2026, variants=50)
    page_cache.forget()
    page = client.get("/pl/").content.decode()
    first = ranking.rows.get(rank=1)
    assert page.count('class="teaser-picture"') == 8
    assert f'href="/pl/ranking/2026/city/{first.slug}/"' in page
    assert "pic-map" in page
    assert 'content="http://127.0.0.1:8000/pl/og/ranking/2026.png"' in page
    card = client.get("/pl/og/ranking/2026.png")
    assert b"".join(card.streaming_content).startswith(b"\x89PNG")
    shown = client.get(f"/en/ranking/2026/city/{first.slug}/").content.decode()
    assert f'property="og:image" content="http://127.0.0.1:8000/en/og/city/2026/{first.slug}.png"' in shown
    assert '<link rel="canonical" href="http://127.0.0.1:8000/en/ranking/2026/' in shown
    city = client.get(f"/en/og/city/2026/{first.slug}.png")
    assert b"".join(city.streaming_content).startswith(b"\x89PNG")
    assert client.get("/en/og/city/2026/nowhere.png").status_code == 404
    assert client.get("/en/og/ranking/1999.png").status_code == 404
    sitemap = client.get("/sitemap.xml").content.decode()
    assert f"http://127.0.0.1:8000/pl/ranking/2026/city/{first.slug}/" in sitemap
    found = client.get("/pl/search/?q=LODZ").content.decode()
    assert "<mark>Łódź</mark>" in found


def test_phase_that_closes_at_midnight_lasts_to_the_end_of_the_day_before(client: Client) -> None:
    edition = make_edition()
    Phase.objects.create(
        edition=edition, kind="convene", opens_at=at("2026-11-01T09:00"), closes_at=at("2026-12-17T00:00")
    )
    now = queries.now_in(edition, at("2026-12-16T20:00"))
    assert (now.days, queries.now_in(edition, at("2026-12-15T23:30")).days) == (0, 1)
    [(_, _, days)] = queries.river(edition, at("2026-12-16T20:00"))
    assert days == "1.11–16.12"


def test_front_page_says_until_when_the_phase_is_open(client: Client) -> None:
    phase = make_edition(open_phases=("judge",)).phases.get()
    for language in ("pl", "en"):
        with override(language):
            assert until(phase.closes_at) in client.get(f"/{language}/").content.decode()
