import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ratusz.apps.cities import services
from ratusz.apps.cities.models import City, Observation
from ratusz.apps.cities.services import Figure

pytestmark = pytest.mark.django_db


@pytest.fixture
def figures(unemployment, cities66, source):
    services.store_figures(
        by=None,
        indicator=unemployment,
        source=source,
        figures=[
            Figure(c.teryt, year, year / 1000 + i, "preliminary")
            for i, c in enumerate(cities66)
            for year in (2021, 2022)
        ],
    )


@pytest.mark.parametrize("text", ["lodz", "ŁÓDŹ", "1061011"])
def test_registry_finds_lodz_however_it_is_typed(client, cities66, text):
    page = client.get(reverse("cities:cities"), {"q": text})
    assert [city.name for city in page.context["page"]] == ["Łódź"]


def test_registry_sorts_in_polish_order_and_by_population(client, cities66):
    names = [city.name for city in client.get(reverse("cities:cities")).context["page"]]
    assert names.index("Lublin") < names.index("Łomża") < names.index("Łódź") < names.index("Nowy Sącz")
    assert client.get(reverse("cities:cities"), {"sort": "-people"}).context["page"][0].name == "Warszawa"


def test_registry_without_a_hit_says_what_to_do(client, cities66):
    assert "atlantyda" in client.get(reverse("cities:cities"), {"q": "atlantyda"}).content.decode()


def test_city_shows_its_newest_figures(client, figures):
    page = client.get(reverse("cities:city", args=["lodz"]))
    assert [(f.indicator.code, f.year) for f in page.context["figures"]] == [("unemployment", 2022)]


@pytest.mark.parametrize("language", ["pl", "en"])
def test_indicator_card_shows_what_a_critic_asks(
    client, figures, unemployment, organiser, edition, source, language
):
    services.correct_observation(
        by=organiser,
        edition=edition,
        observation=Observation.objects.get(city__slug="lodz", year=2022),
        new_value=5.2,
        source=source,
        reason_pl="Sprawozdanie urzędu pracy.",
        reason_en="Report of the labour office.",
    )
    page = client.get(f"/{language}/indicators/unemployment/")
    text = page.content.decode()
    for words in ("CC BY 4.0", unemployment.unit, "2021–2022", "Łódź"):
        assert words in text
    assert ("Report of the labour office." if language == "en" else "Sprawozdanie urzędu pracy.") in text
    assert organiser.email not in text


def test_indicator_csv_has_every_year(client, figures):
    response = client.get(reverse("cities:indicator_csv", args=["unemployment"]))
    lines = b"".join(response.streaming_content).decode().splitlines()
    assert len(lines) == 1 + 66 * 2
    assert lines[1].startswith("0261011,Jelenia Góra,unemployment,2021,")


def test_pages_ask_the_same_queries_for_two_cities_as_for_all(client, figures, django_assert_max_num_queries):
    addresses = [
        reverse("cities:cities"),
        reverse("cities:indicators"),
        reverse("cities:indicator", args=["unemployment"]),
    ]
    counts = {}
    for address in addresses:
        client.get(address)
        with CaptureQueriesContext(connection) as many:
            client.get(address)
        counts[address] = len(many)
    City.objects.exclude(slug__in=["lodz", "warszawa"]).delete()
    for address in addresses:
        with django_assert_max_num_queries(counts[address]):
            client.get(address)


def test_unknown_addresses_are_not_found(client, db):
    for address in ("/pl/cities/atlantyda/", "/pl/indicators/nothing/", "/pl/indicators/nothing/figures.csv"):
        assert client.get(address).status_code == 404
