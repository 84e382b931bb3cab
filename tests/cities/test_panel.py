import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ratusz.apps.cities import queries, services
from ratusz.apps.cities.models import BdlFetch, City, Correction, Indicator, Observation, SizeClass
from ratusz.apps.cities.services import Figure
from ratusz.apps.core.models import AuditEntry
from tests.editions.conftest import signed_in

pytestmark = pytest.mark.django_db
LISTS = ["city_index", "source_index", "indicator_index", "observation_index", "correction_index"]
SCREENS = [
    *LISTS,
    "city_add",
    "source_add",
    "indicator_add",
    "size_classes",
    "bdl_fetch",
    "imports",
    "import_upload",
]


@pytest.fixture
def panel(organiser, edition, cities66, unemployment, settings):
    settings.DEMO = True
    return signed_in(organiser)


@pytest.fixture
def figures(unemployment, cities66, source):
    services.store_figures(
        by=None, indicator=unemployment, source=source, figures=[Figure(c.teryt, 2022, 4.5) for c in cities66]
    )


@pytest.mark.parametrize("name", SCREENS)
def test_screen_opens_for_an_organiser_and_for_nobody_else(panel, client, stranger, name):
    assert panel.get(reverse(name)).status_code == 200
    client.force_login(stranger)
    assert client.get(reverse(name)).status_code in {302, 403}


@pytest.mark.parametrize("name", LISTS)
def test_list_asks_a_constant_number_of_queries(panel, figures, name, django_assert_max_num_queries):
    panel.get(reverse(name))
    with CaptureQueriesContext(connection) as many:
        panel.get(reverse(name))
    count = len(many)
    City.objects.exclude(slug__in=["lodz", "warszawa"]).delete()
    with django_assert_max_num_queries(count):
        panel.get(reverse(name))
    assert count < 45


def test_list_of_cities_finds_lodz_and_exports(panel):
    assert [c.name for c in panel.get(reverse("city_index"), {"q": "lodz"}).context["object_list"]] == [
        "Łódź"
    ]
    text = b"".join(panel.get(reverse("city_index"), {"export": "csv"}).streaming_content).decode()
    assert text.count("\n") == 67


def test_list_of_figures_filters_by_indicator_and_year(panel, figures, unemployment):
    page = panel.get(reverse("observation_index"), {"indicator": unemployment.pk, "year": 2022, "q": "łódź"})
    assert [str(o.city) for o in page.context["object_list"]] == ["Łódź"]


def test_indicator_is_created_and_changed_with_an_audit_entry(panel, source):
    data = {
        "code": "dlug",
        "name_pl": "Dług",
        "definition_pl": "Zadłużenie.",
        "reason_pl": "Mniej długu.",
        "unit_pl": "zł",
        "direction": "-1",
        "decimals": "0",
        "source": source.pk,
        "name_en": "Debt",
    }
    panel.post(reverse("indicator_add"), data)
    indicator = Indicator.objects.get(code="dlug")
    panel.post(reverse("indicator_edit", args=[indicator.pk]), data | {"name_pl": "Zadłużenie"})
    indicator.refresh_from_db()
    assert indicator.name_pl == "Zadłużenie"
    page = panel.post(reverse("indicator_add"), data)
    assert page.context["form"].errors["code"]
    assert AuditEntry.objects.filter(action="cities.save_indicator").count() == 2


def test_city_keeps_its_search_key_and_order_by_the_service(panel):
    data = {"teryt": "0219072", "name": "Świdnica", "kind": "2", "voivodeship": "dolnośląskie"}
    panel.post(reverse("city_add"), data)
    city = City.objects.get(teryt="0219072")
    assert (city.name_folded, city.slug) == ("swidnica", "swidnica")
    panel.post(reverse("city_add"), data | {"teryt": "0809072", "voivodeship": "lubuskie"})
    assert City.objects.get(teryt="0809072").slug == "swidnica-0809072"


def test_correction_needs_a_reason_and_leaves_a_public_trail(panel, figures, source):
    figure = Observation.objects.get(city__slug="lodz")
    address = reverse("observation_correct", args=[figure.pk])
    page = panel.post(address, {"new_value": "5,2", "source": source.pk, "reason_pl": ""})
    assert page.context["form"].errors["reason_pl"]
    assert b'value="5,2"' in page.content
    panel.post(address, {"new_value": "5,2", "source": source.pk, "reason_pl": "Sprawozdanie urzędu pracy."})
    correction = Correction.objects.get()
    assert (correction.old_value, correction.new_value) == (4.5, 5.2)
    assert [c.pk for c in queries.corrections_visible_to(None)] == [correction.pk]


def classes(panel, *words: str):
    data = {"do": "classes", "class-TOTAL_FORMS": len(words), "class-INITIAL_FORMS": 0}
    for i, text in enumerate(words):
        data[f"class-{i}-words"] = text
    return panel.post(reverse("size_classes"), data)


def test_overlapping_classes_are_refused_and_what_was_typed_stays(panel):
    page = classes(panel, "≤60 000", "60 000–120 000", ">120 000")
    assert (
        "60\u00a0000 należy do dwóch klas. Ustaw: ≤60\u00a0000 oraz >60\u00a0000."
        in page.context["classes_error"]
    )
    assert "60 000–120 000" in page.content.decode()
    assert SizeClass.objects.count() == 0


def test_classes_are_set_and_frozen_by_a_named_population(panel, edition, source):
    classes(panel, "≤60 000", "powyżej 60 000 do 120 000", ">120 000")
    assert list(SizeClass.objects.values_list("over", "up_to")) == [
        (0, 60000),
        (60000, 120000),
        (120000, None),
    ]
    panel.post(reverse("size_classes"), {"do": "cities", "scope": "county_rights"})
    panel.post(reverse("size_classes"), {"do": "freeze", "source": source.pk, "year": 2024})
    assert edition.cities.filter(frozen_at__isnull=False).count() == 66
    page = classes(panel, "≤50 000", ">50 000")
    assert page.context["classes_error"]
    assert panel.get(reverse("size_classes")).context["borderline"]


def test_bdl_form_makes_a_fetch_and_keeps_what_was_typed_when_it_is_wrong(panel, unemployment):
    Indicator.objects.update(bdl_variable=60270)
    data = {"indicators": [unemployment.pk], "first_year": "2023", "last_year": "2022", "level": "5"}
    page = panel.post(reverse("bdl_fetch"), data)
    assert page.context["form"].errors["last_year"]
    panel.post(reverse("bdl_fetch"), data | {"last_year": "2023"})
    fetch = BdlFetch.objects.get()
    assert fetch.state == "queued"
    assert panel.get(reverse("bdl_fetch_page", args=[fetch.pk])).status_code == 200
    assert panel.get(reverse("bdl_progress", args=[fetch.pk])).status_code == 200
