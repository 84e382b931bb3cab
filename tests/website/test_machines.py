"""What programs read: feeds, the sitemap, robots.txt, security.txt."""

from xml.etree.ElementTree import fromstring

import pytest
from django.test import Client

from ratusz.apps.website.models import NewsPage, OrganiserProfile

ATOM = "{http://www.w3.org/2005/Atom}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"


def test_rss_is_valid_and_in_its_language(
    client: Client, translated: NewsPage, polish_only: NewsPage
) -> None:
    response = client.get("/en/news.rss")
    assert response["Content-Type"] == "application/rss+xml; charset=utf-8"
    channel = fromstring(response.content).find("channel")
    assert channel is not None
    assert channel.findtext("language") == "en"
    assert [item.findtext("title") for item in channel.findall("item")] == [
        "Nabór trwa",
        "Cities met in Łódź",
    ]
    item = channel.findall("item")[1]
    assert item.findtext("link") == "http://127.0.0.1:8000/en/news/miasta-spotkaly-sie-w-lodzi/"
    assert item.find("enclosure").get("type") == "image/webp"
    assert len({one.findtext("guid") for one in channel.findall("item")}) == 2
    polish = fromstring(client.get("/pl/news.rss").content)
    assert "Miasta spotkały się w Łodzi" in {one.findtext("title") for one in polish.iter("item")}


def test_atom_is_valid(client: Client, translated: NewsPage) -> None:
    feed = fromstring(client.get("/pl/news.atom").content)
    entry = feed.find(f"{ATOM}entry")
    assert feed.tag == f"{ATOM}feed"
    assert entry.findtext(f"{ATOM}title") == "Miasta spotkały się w Łodzi"
    assert entry.findtext(f"{ATOM}updated")
    assert feed.find(f"{ATOM}link[@rel='self']").get("href") == "http://127.0.0.1:8000/pl/news.atom"


def test_sitemap_lists_both_languages_and_no_copy(
    client: Client, translated: NewsPage, polish_only: NewsPage
) -> None:
    urls = fromstring(client.get("/sitemap.xml").content).findall(f"{MAP}url")
    by_address = {url.findtext(f"{MAP}loc"): url for url in urls}
    assert len(by_address) == len(urls)
    news = by_address["http://127.0.0.1:8000/pl/aktualnosci/miasta-spotkaly-sie-w-lodzi/"]
    assert {link.get("hreflang"): link.get("href") for link in news.findall(f"{XHTML}link")} == {
        "pl": "http://127.0.0.1:8000/pl/aktualnosci/miasta-spotkaly-sie-w-lodzi/",
        "en": "http://127.0.0.1:8000/en/news/miasta-spotkaly-sie-w-lodzi/",
    }
    assert "http://127.0.0.1:8000/pl/aktualnosci/nabor-trwa/" in by_address
    assert "http://127.0.0.1:8000/en/news/nabor-trwa/" not in by_address


@pytest.mark.django_db
def test_robots_names_the_sitemap_and_keeps_workplaces_out(client: Client) -> None:
    text = client.get("/robots.txt").content.decode()
    assert "Sitemap: http://127.0.0.1:8000/sitemap.xml" in text
    assert "Disallow: /admin/" in text


@pytest.mark.django_db
def test_security_txt_only_with_an_address(client: Client) -> None:
    assert client.get("/.well-known/security.txt").status_code == 404
    profile = OrganiserProfile.load()
    profile.security_contact = "security@example.org"
    profile.save()
    text = client.get("/.well-known/security.txt").content.decode()
    assert "Contact: mailto:security@example.org" in text
    assert "Expires: 20" in text


@pytest.mark.django_db
def test_favicon_leads_to_the_mark(client: Client) -> None:
    assert client.get("/favicon.ico").headers["Location"] == "/static/core/mark.svg"
