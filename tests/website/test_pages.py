import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from wagtail.models import Locale, Page, Site

from ratusz.apps.website import services
from ratusz.apps.website.models import EditionPage, NewsIndexPage, NewsPage, OrganiserProfile, StandardPage
from ratusz.apps.website.tasks import publish_scheduled
from tests.editions.factories import make_edition
from tests.website.conftest import make_news

FIXED = (
    "/pl/", "/en/", "/pl/aktualnosci/", "/en/news/", "/pl/edycje/", "/en/editions/", "/pl/edycje/2026/",
    "/en/editions/2026/", "/pl/deklaracja-dostepnosci/", "/en/accessibility/", "/pl/prywatnosc/", "/en/privacy/",
)  # fmt: skip


@pytest.mark.django_db
def test_fresh_site_has_a_home_page_in_both_languages(client: Client) -> None:
    assert "Miasta rozmawiają" in client.get("/pl/").content.decode()
    assert "Cities talk" in client.get("/en/").content.decode()
    assert client.get("/", headers={"accept-language": "en"}).headers["Location"] == "/en/"
    assert Site.objects.get().root_page.url_path == "/pl/"


@pytest.mark.django_db
def test_ensure_site_twice_changes_nothing() -> None:
    before = list(Page.objects.order_by("path").values_list("path", "title", "latest_revision_id"))
    services.ensure_site()
    assert list(Page.objects.order_by("path").values_list("path", "title", "latest_revision_id")) == before


@pytest.mark.parametrize("address", FIXED)
def test_page_is_there(client: Client, edition, translated, laureate, address: str) -> None:
    response = client.get(address)
    page = response.content.decode()
    assert response.status_code == 200
    assert f'<html lang="{address[1:3]}">' in page
    assert page.count("<h1") == 1
    assert f'<link rel="canonical" href="http://127.0.0.1:8000{address}">' in page
    assert 'property="og:title"' in page
    assert "style=" not in page
    assert "<script>" not in page


def test_language_switch_keeps_the_page(client: Client, translated: NewsPage) -> None:
    english = client.get("/pl/aktualnosci/miasta-spotkaly-sie-w-lodzi/").content.decode()
    found = re.search(r'<a href="([^"]+)" lang="en"', english)
    assert found is not None
    assert found.group(1) == "/en/news/miasta-spotkaly-sie-w-lodzi/"
    page = client.get(found.group(1)).content.decode()
    assert "Cities met in Łódź" in page
    assert "not yet in English" not in page
    assert 'alt="A round table"' in page
    assert 'hreflang="pl" href="http://127.0.0.1:8000/pl/aktualnosci/miasta-spotkaly-sie-w-lodzi/"' in page


def test_untranslated_page_shows_polish_with_a_mark(client: Client, polish_only: NewsPage) -> None:
    page = client.get("/en/news/nabor-trwa/").content.decode()
    assert "This page is not yet in English" in page
    assert '<article class="stack" lang="pl">' in page
    assert "Nabór trwa" in page
    assert '<link rel="canonical" href="http://127.0.0.1:8000/pl/aktualnosci/nabor-trwa/">' in page
    assert "not yet in English" not in client.get("/pl/aktualnosci/nabor-trwa/").content.decode()
    assert '<li class="card card-link" lang="pl">' in client.get("/en/news/").content.decode()


def test_change_of_the_polish_text_reaches_the_untranslated_page(
    client: Client, polish_only: NewsPage
) -> None:
    polish_only.lead = "Nabór przedłużony."
    polish_only.save_revision().publish()
    assert "Nabór przedłużony." in client.get("/en/news/nabor-trwa/").content.decode()


def test_news_page_has_text_picture_and_way_back(client: Client, translated: NewsPage) -> None:
    page = client.get("/pl/aktualnosci/miasta-spotkaly-sie-w-lodzi/").content.decode()
    assert '<a class="back" href="/pl/aktualnosci/">' in page
    assert '<time datetime="2026-11-01">1 listopada 2026</time>' in page
    assert 'alt="Okrągły stół"' in page
    assert "<h2>Święto miast</h2>" in page
    assert "<blockquote>" in page
    assert re.search(r'property="og:image" content="http://127.0.0.1:8000/media/images/[^"]+\.jpg"', page)


def test_news_list_has_pages_and_search(client: Client, organiser) -> None:
    for number in range(14):
        make_news(organiser, f"Wiadomość {number} z Łodzi", day=number + 1)
    first, second = (client.get(f"/pl/aktualnosci/?page={n}").content.decode() for n in (1, 2))
    assert first.count("card-link") == 12
    assert second.count("card-link") == 2
    assert first.index("Wiadomość 13") < first.index("Wiadomość 12")
    assert client.get("/pl/aktualnosci/?q=LODZI 13").content.decode().count("card-link") == 1
    assert client.get("/pl/aktualnosci/?page=99").status_code == 200
    assert "Nic nie znaleziono" in client.get("/pl/aktualnosci/?q=nosorozec").content.decode()


def test_draft_is_not_public_anywhere(client: Client, organiser) -> None:
    index = NewsIndexPage.objects.get(locale__language_code="pl")
    draft = NewsPage(title="Tajny laureat", lead="Jeszcze nie.", live=False, locale=index.locale)
    index.add_child(instance=draft)
    draft.save_revision()
    assert client.get(f"/pl/aktualnosci/{draft.slug}/").status_code == 404
    for address in (
        "/pl/",
        "/pl/aktualnosci/",
        "/pl/news.rss",
        "/pl/news.atom",
        "/pl/search/?q=tajny",
        "/sitemap.xml",
    ):
        assert "Tajny" not in client.get(address).content.decode(), address
        assert draft.slug not in client.get(address).content.decode(), address


def test_edition_in_preparation_is_not_public(client: Client, organiser, edition) -> None:
    coming = make_edition(2027, current=False)
    assert EditionPage.objects.filter(edition=coming).count() == 2
    assert client.get("/pl/edycje/2027/").status_code == 404
    assert "2027/" not in client.get("/pl/edycje/").content.decode()
    assert "2027/" not in client.get("/sitemap.xml").content.decode()
    assert "Edycja 2027" not in client.get("/pl/search/?q=edycja").content.decode()


def test_old_edition_stays_open(client: Client, edition, past) -> None:
    assert "Edycja 2025" in client.get("/pl/edycje/2025/").content.decode()
    assert "Edition 2025" in client.get("/en/editions/2025/").content.decode()
    listed = client.get("/pl/edycje/").content.decode()
    assert listed.index("Edycja 2026") < listed.index("Edycja 2025")


def test_edition_page_follows_the_name(client: Client, edition) -> None:
    edition.name_pl = "Edycja Dialogu"
    edition.save()
    assert set(EditionPage.objects.filter(edition=edition).values_list("title", flat=True)) == {
        "Edycja Dialogu", "Edition 2026",
    }  # fmt: skip


def test_home_tells_what_is_going_on(client: Client, edition, laureate, translated) -> None:
    page = client.get("/pl/").content.decode()
    assert "12 marca 2027" in page
    assert "1\u00a0dzień" in page or "dzisiaj" in page
    assert '<li class="current" aria-current="step">' in page
    assert "Za odwagę." in page
    assert "Miasta spotkały się w Łodzi" in page


def test_standard_page_in_menu_and_footer(client: Client, edition) -> None:
    home = Site.objects.get().root_page.specific
    page = StandardPage(
        title="O programie", lead="Po co to jest.", in_footer=True, show_in_menus=True, locale=home.locale
    )
    home.add_child(instance=page)
    page.save_revision().publish()
    page.copy_for_translation(Locale.objects.get(language_code="en"), alias=True)
    text = client.get("/pl/o-programie/").content.decode()
    assert text.count('<li><a href="/pl/o-programie/"') == 2
    assert "not yet in English" in client.get("/en/o-programie/").content.decode()


def test_accessibility_statement_has_the_identifiers_of_the_law(client: Client, edition) -> None:
    profile = OrganiserProfile.load()
    profile.name, profile.email, profile.conformance = "Fundacja Miast", "dostepnosc@example.org", "partial"
    profile.auditor = "Pracownia Dostępności"
    profile.save()
    page = client.get("/pl/deklaracja-dostepnosci/").content.decode()
    for name in (
        "wstep", "podmiot", "url", "data-publikacja", "data-aktualizacja", "status", "data-sporzadzenie",
        "data-przeglad", "audytor", "kontakt", "osoba", "email", "telefon", "procedura", "architektura", "aplikacje",
    ):  # fmt: skip
        assert page.count(f'id="a11y-{name}"') == 1, name
    assert "Fundacja Miast" in page
    assert "częściowo zgodna" in page
    assert re.search(r'id="a11y-data-publikacja" datetime="\d{4}-\d\d-\d\d"', page)


def test_privacy_notice_names_the_controller(client: Client, edition) -> None:
    page = client.get("/pl/prywatnosc/").content.decode()
    assert "Fundacja Przykład" in page
    assert "biuro@example.org" in page


def test_query_count_of_lists_does_not_grow(
    client: Client, organiser, picture, django_assert_max_num_queries
) -> None:
    for number in range(9):
        make_news(organiser, f"Wiadomość {number}", day=number + 1, picture=picture)
    for address in (
        "/pl/aktualnosci/",
        "/pl/news.rss",
        "/pl/search/?q=wiadomosc",
        "/sitemap.xml",
        "/en/news/",
    ):
        client.get(address)
        with django_assert_max_num_queries(30):
            assert client.get(address).status_code == 200


def test_scheduled_news_comes_out_at_its_hour(client: Client, organiser, polish_only: NewsPage) -> None:
    polish_only.lead = "Nowy termin."
    polish_only.go_live_at = timezone.now() - timedelta(seconds=1)
    polish_only.save_revision(approved_go_live_at=polish_only.go_live_at)
    assert "Nowy termin." not in client.get("/pl/aktualnosci/nabor-trwa/").content.decode()
    publish_scheduled(timestamp=0)
    assert "Nowy termin." in client.get("/pl/aktualnosci/nabor-trwa/").content.decode()
