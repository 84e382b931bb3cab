from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from ratusz.apps.cities.models import CityInEdition, SizeClass
from ratusz.apps.core.errors import DomainError, NotAllowed
from ratusz.apps.core.models import AuditEntry
from ratusz.apps.editions.models import Role
from ratusz.apps.website import queries, services
from ratusz.apps.website.models import Laureate
from tests.editions.factories import make_edition, make_user
from tests.website.conftest import make_city

CITY = {"award": "main", "subject": "city", "citation_pl": "Za odwagę."}
PERSON = {
    "award": "honorary",
    "subject": "person",
    "person_name": "Ewa Nowak",
    "office_pl": "prezydentka",
    "citation_pl": "Za rozmowę.",
}


def refusal(**fields) -> DomainError:
    with pytest.raises(DomainError) as caught:
        services.save_laureate(**fields)
    return caught.value


def test_laureate_is_saved_and_logged(edition, organiser, lodz) -> None:
    laureate = services.save_laureate(by=organiser, edition=edition, city=lodz, **CITY)
    assert laureate.diploma_name == "Łódź"
    assert laureate.order == 1
    entry = AuditEntry.objects.get(action="website.add_laureate")
    assert (entry.actor, entry.edition_id) == (organiser, edition.pk)


def test_diploma_names_the_person_not_the_collector(edition, organiser, lodz) -> None:
    laureate = services.save_laureate(
        by=organiser, edition=edition, city=lodz, collected_by="Jan Zastępca", **PERSON
    )
    assert laureate.diploma_name == "Ewa Nowak"
    assert "Nowak" not in AuditEntry.objects.get(action="website.add_laureate").subject_label


def test_person_needs_name_and_office(edition, organiser, lodz) -> None:
    assert (
        refusal(by=organiser, edition=edition, city=lodz, **PERSON | {"person_name": " "}).field
        == "person_name"
    )
    assert (
        refusal(by=organiser, edition=edition, city=lodz, **PERSON | {"office_pl": ""}).field == "office_pl"
    )


def test_city_as_laureate_has_no_person(edition, organiser, lodz) -> None:
    laureate = services.save_laureate(by=organiser, edition=edition, city=lodz, person_name="Ktoś", **CITY)
    assert laureate.person_name == ""


def test_honorary_award_has_no_class(edition, organiser, lodz) -> None:
    small = SizeClass.objects.create(edition=edition, name_pl="do 60 tys.", over=0)
    error = refusal(by=organiser, edition=edition, city=lodz, size_class=small, **PERSON)
    assert (error.field, error.code) == ("size_class", "honorary_in_class")


def test_class_is_of_the_edition_and_of_the_city(edition, organiser, lodz) -> None:
    other = SizeClass.objects.create(edition=make_edition(2025, current=False), name_pl="stara", over=0)
    assert (
        refusal(by=organiser, edition=edition, city=lodz, size_class=other, **CITY).code
        == "class_of_other_edition"
    )
    small = SizeClass.objects.create(edition=edition, name_pl="małe", over=0, up_to=60000)
    large = SizeClass.objects.create(edition=edition, name_pl="duże", over=60000)
    CityInEdition.objects.create(edition=edition, city=lodz, size_class=large)
    error = refusal(by=organiser, edition=edition, city=lodz, size_class=small, **CITY)
    assert (error.code, "duże" in str(error)) == ("class_of_other_city", True)
    assert services.save_laureate(by=organiser, edition=edition, city=lodz, size_class=large, **CITY)


def test_one_main_award_in_a_class(edition, organiser, lodz, laureate) -> None:
    opole = make_city("Opole", "1661011", "opolskie")
    error = refusal(by=organiser, edition=edition, city=opole, **CITY)
    assert error.code == "main_award_taken"
    assert "Łódź" in str(error)
    first = services.save_laureate(
        by=organiser, edition=edition, city=opole, **CITY | {"award": "distinction"}
    )
    second = services.save_laureate(
        by=organiser, edition=edition, city=lodz, **CITY | {"award": "distinction"}
    )
    assert (first.order, second.order) == (1, 2)
    assert refusal(by=organiser, edition=edition, laureate=second, order=1).code == "order_taken"


def test_laureate_stays_in_its_edition(edition, organiser, laureate) -> None:
    other = make_edition(2027, current=False)
    organiser = make_user(Role.ORGANISER, edition=other)
    assert refusal(by=organiser, edition=other, laureate=laureate).code == "other_edition"


def test_strangers_and_other_roles_may_not(edition, lodz, laureate) -> None:
    for role in (Role.CITY, Role.JUROR, Role.PROVIDER):
        person = make_user(role, edition=edition)
        with pytest.raises(NotAllowed):
            services.save_laureate(by=person, edition=edition, city=lodz, **CITY)
        with pytest.raises(NotAllowed):
            services.remove_laureate(by=person, laureate=laureate)
    secretary = make_user(Role.SECRETARY, edition=edition)
    services.remove_laureate(by=secretary, laureate=laureate)
    assert not Laureate.objects.exists()


def test_laureate_is_secret_until_its_hour(client: Client, edition, organiser, lodz, laureate) -> None:
    for moment in (None, timezone.now() + timedelta(hours=1)):
        services.save_laureate(by=organiser, edition=edition, laureate=laureate, public_from=moment)
        assert "Za odwagę." not in client.get("/pl/edycje/2026/").content.decode()
        assert not queries.laureates_visible_to(None).exists()
        assert not queries.laureates_visible_to(make_user(Role.CITY, edition=edition)).exists()
        assert queries.laureates_visible_to(organiser).exists()
    services.save_laureate(by=organiser, edition=edition, laureate=laureate, public_from=timezone.now())
    page = client.get("/en/editions/2026/").content.decode()
    assert "For courage." in page


def test_groups_put_large_cities_first_and_honorary_last(edition, organiser, lodz) -> None:
    now = timezone.now()
    small = SizeClass.objects.create(edition=edition, name_pl="małe", over=0, up_to=60000)
    large = SizeClass.objects.create(edition=edition, name_pl="duże", over=60000)
    for fields in (
        PERSON,
        CITY | {"size_class": small},
        CITY | {"award": "distinction", "size_class": large},
        CITY | {"size_class": large},
    ):
        services.save_laureate(by=organiser, edition=edition, city=lodz, public_from=now, **fields)
    groups = queries.announced(edition)
    assert [(g.size_class and g.size_class.name_pl, g.honorary) for g in groups] == [
        ("duże", False),
        ("małe", False),
        (None, True),
    ]
    assert [one.award for one in groups[0].laureates] == ["main", "distinction"]


def test_title_in_use_stays(edition, organiser, laureate) -> None:
    title = services.save_title(by=organiser, edition=edition, name_pl="Za odwagę")
    services.save_laureate(by=organiser, edition=edition, laureate=laureate, title=title)
    with pytest.raises(DomainError, match="1"):
        services.remove_title(by=organiser, edition=edition, title=title)
    services.save_laureate(by=organiser, edition=edition, laureate=laureate, title=None)
    services.remove_title(by=organiser, edition=edition, title=title)
