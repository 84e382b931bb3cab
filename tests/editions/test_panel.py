"""The organiser's screens: who may enter, what they show, what a wrong entry is answered with."""

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.admin.menu import admin_menu

from ratusz.apps.accounts import services as accounts
from ratusz.apps.accounts.models import ConsentText, Mandate, Organisation, User
from ratusz.apps.core.models import AuditEntry
from ratusz.apps.editions import services
from ratusz.apps.editions.models import Edition, Phase, Role, RoleAssignment
from tests.editions.conftest import signed_in
from tests.editions.factories import make_edition, make_user

pytestmark = pytest.mark.django_db

SCREENS = ["edition_index", "edition_add", "person_index", "person_add", "organisation_index", "organisation_add",
           "consent_text_index", "consent_text_add", "mail_index", "audit_index"]  # fmt: skip


@pytest.fixture(autouse=True)
def demo_sessions(settings):
    settings.DEMO = True


def menu_of(client) -> list[str]:
    """The names in the main menu, in order."""
    request = client.get("/admin/").wsgi_request
    return [item.name for item in admin_menu.menu_items_for_request(request)]


@pytest.mark.parametrize("name", SCREENS)
def test_screens_are_open_to_organisers_and_administrators(as_organiser, name):
    assert as_organiser.get(reverse(name)).status_code == 200
    assert signed_in(make_user(is_superuser=True)).get(reverse(name)).status_code in {200, 302}


@pytest.mark.parametrize("role", [Role.SECRETARY, Role.JUROR, Role.CITY, None])
def test_screens_are_closed_to_everybody_else(edition, role):
    client = signed_in(make_user(*[role] if role else [], edition=edition))
    open_to_secretary = {"audit_index"} if role == Role.SECRETARY else set()
    for name in SCREENS:
        expected = 200 if name in open_to_secretary else 403
        assert (name, client.get(reverse(name)).status_code) == (name, expected)


def test_panel_tells_a_stranger_why_it_is_closed(edition):
    answer = signed_in(make_user(Role.JUROR, edition=edition)).get("/admin/", HTTP_ACCEPT_LANGUAGE="pl")
    assert answer.status_code == 403
    assert "poproś organizatora o nadanie roli" in answer.content.decode()


def test_panel_tells_the_secretary_in_their_language_which_screen_is_not_theirs(edition):
    client = signed_in(make_user(Role.SECRETARY, edition=edition, language="pl"))
    answer = client.get(reverse("person_index"), HTTP_ACCEPT_LANGUAGE="en")
    assert answer.status_code == 403
    assert "Poproś organizatora edycji o potrzebną rolę." in answer.content.decode()
    assert '<html lang="pl"' in answer.content.decode()


def test_one_edition_of_another_year_is_closed_to_its_strangers(as_organiser):
    other = make_edition(2025, current=False)
    for name in ("edition_calendar", "edition_edit"):
        assert as_organiser.get(reverse(name, args=[other.pk])).status_code == 403
    as_organiser.post(reverse("edition_set_current", args=[other.pk]))
    assert not Edition.objects.get(pk=other.pk).is_current


def test_menu_follows_the_edition_and_shows_a_secretary_only_what_is_theirs(as_organiser, edition):
    organiser_menu = menu_of(as_organiser)
    assert [name for name in organiser_menu if name in {"edition", "people", "audit"}] == [
        "edition",
        "people",
        "audit",
    ]
    assert not {"reports", "help", "settings"} & set(organiser_menu)
    secretary_menu = menu_of(signed_in(make_user(Role.SECRETARY, edition=edition)))
    assert "audit" in secretary_menu
    assert not {"edition", "people"} & set(secretary_menu)


def test_calendar_saves_the_hours_of_warsaw(as_organiser, edition):
    address = reverse("edition_calendar", args=[edition.pk])
    as_organiser.post(address, {"rank_opens": "2026-07-01T09:00", "rank_closes": "2026-12-01T00:00"})
    phase = Phase.objects.get()
    assert [timezone.localtime(one).isoformat() for one in (phase.opens_at, phase.closes_at)] == [
        "2026-07-01T09:00:00+02:00", "2026-12-01T00:00:00+01:00"]  # fmt: skip


def test_calendar_answers_a_wrong_entry_at_its_field_and_keeps_it(as_organiser, edition):
    address = reverse("edition_calendar", args=[edition.pk])
    page = as_organiser.post(address, {"rank_opens": "2026-07-02T09:00", "rank_closes": "2026-07-01T09:00"})
    assert page.context["form"].errors.keys() == {"rank_closes"}
    assert "2026-07-02T09:00" in page.content.decode()
    assert Phase.objects.count() == 0
    page = as_organiser.post(address, {"rank_opens": "2026-07-02T09:00"})
    assert page.context["form"].errors.keys() == {"rank_closes"}


def test_new_edition_is_offered_with_the_next_numbers_and_the_calendar(as_organiser, edition):
    services.set_calendar(
        edition=edition, calendar={"rank": (timezone.now(), timezone.now() + timezone.timedelta(days=3))},
        by=make_user(is_superuser=True),
    )  # fmt: skip
    page = as_organiser.get(reverse("edition_add"))
    initial = page.context["form"].initial
    assert (initial["year"], initial["session_number"], initial["ranking_number"]) == (2027, 27, 25)
    as_organiser.post(
        reverse("edition_add"),
        {"year": 2027, "name_pl": "Edycja 2027", "session_number": 27, "copy_from": edition.pk},
    )
    assert Edition.objects.get(year=2027).phases.count() == 1


def test_new_edition_with_a_taken_number_names_the_other_edition_at_the_field(as_organiser):
    page = as_organiser.post(reverse("edition_add"), {"year": 2027, "name_pl": "X", "session_number": 26})
    assert page.context["form"].errors.keys() == {"session_number"}
    assert "2026" in str(page.context["form"].errors)
    assert Edition.objects.count() == 1


def test_edition_is_changed_and_made_current(as_organiser, edition, organiser):
    as_organiser.post(
        reverse("edition_edit", args=[edition.pk]),
        {"year": 2026, "name_pl": "Nowa nazwa", "session_number": 9, "ranking_number": ""},
    )
    edition.refresh_from_db()
    assert (edition.name_pl, edition.session_number, edition.ranking_number) == ("Nowa nazwa", 9, None)
    ahead = services.create_edition(programme=edition.programme, year=2027, name_pl="N", by=organiser)
    as_organiser.post(reverse("edition_set_current", args=[ahead.pk]))
    assert Edition.objects.get(is_current=True) == ahead


def test_person_is_added_with_a_role_and_given_and_taken_rights(as_organiser, edition):
    as_organiser.post(
        reverse("person_add"),
        {"email": "jan@example.org", "full_name": "Jan", "language": "pl", "role": "city"},
    )
    person = User.objects.get(email="jan@example.org")
    address = reverse("person", args=[person.pk])
    city = Organisation.objects.create(kind="local_government", name="Łódź", teryt="1061011")
    as_organiser.post(address, {"do": "role", "role-edition": edition.pk, "role-role": "moderator"})
    as_organiser.post(
        address, {"do": "mandate", "mandate-organisation": city.pk, "mandate-valid_from": "2026-01-01"}
    )
    assert set(RoleAssignment.objects.filter(user=person).values_list("role", flat=True)) == {
        "city",
        "moderator",
    }
    role = RoleAssignment.objects.get(user=person, role="moderator")
    as_organiser.post(address, {"do": "revoke", "assignment": role.pk})
    mandate = Mandate.objects.get(user=person)
    page = as_organiser.post(
        address, {"do": "end", "mandate_id": mandate.pk, f"end-{mandate.pk}-valid_to": "2025-01-01"}
    )
    assert "error-message" in page.content.decode()
    as_organiser.post(
        address, {"do": "end", "mandate_id": mandate.pk, f"end-{mandate.pk}-valid_to": "2026-02-01"}
    )
    mandate.refresh_from_db()
    assert (str(mandate.valid_to), RoleAssignment.objects.filter(user=person).count()) == ("2026-02-01", 1)


def test_person_screen_hands_a_mandate_over(as_organiser, organiser):
    first, second = make_user(), make_user()
    city = accounts.create_organisation(kind="local_government", name="Łódź", teryt="1061011", by=organiser)
    mandate = Mandate.objects.create(user=first, organisation=city, valid_from="2026-01-01")
    prefix = f"hand_over-{mandate.pk}"
    as_organiser.post(
        reverse("person", args=[first.pk]),
        {
            "do": "hand_over",
            "mandate_id": mandate.pk,
            f"{prefix}-successor": second.pk,
            f"{prefix}-on": "2026-05-01",
        },
    )
    assert [str(one.valid_to) for one in Mandate.objects.order_by("valid_from")] == ["2026-04-30", "None"]


def test_organisation_with_a_lost_zero_is_answered_at_the_field(as_organiser):
    page = as_organiser.post(
        reverse("organisation_add"), {"kind": "local_government", "name": "X", "teryt": "201011"}
    )
    assert "0201011" in str(page.context["form"].errors["teryt"])
    as_organiser.post(
        reverse("organisation_add"), {"kind": "local_government", "name": "Bolesławiec", "teryt": "0201011"}
    )
    organisation = Organisation.objects.get()
    as_organiser.post(
        reverse("organisation_edit", args=[organisation.pk]),
        {"kind": "local_government", "name": "B", "teryt": "0201011"},
    )
    assert Organisation.objects.get().name == "B"


def test_consent_text_gets_a_new_version(as_organiser):
    typed = {"purpose": "photo", "title_pl": "Zdjęcia", "text_pl": "Treść"}
    for _ in range(2):
        as_organiser.post(reverse("consent_text_add"), typed)
    assert list(ConsentText.objects.filter(purpose="photo").values_list("version", flat=True)) == [2, 1]


def test_lists_search_sort_and_export(as_organiser):
    make_user(full_name="Żaneta Ziółko", email="z@example.org")
    page = as_organiser.get(reverse("person_index"), {"q": "ziółko", "ordering": "-email"}).content.decode()
    assert "z@example.org" in page
    assert "person1@" not in page
    empty = as_organiser.get(reverse("person_index"), {"q": "nikt taki"})
    assert empty.status_code == 200
    assert "z@example.org" not in empty.content.decode()
    answer = as_organiser.get(reverse("person_index"), {"export": "csv"})
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode())))
    assert "z@example.org" in [row[1] for row in rows]


def test_export_makes_a_formula_plain_text(as_organiser):
    Organisation.objects.create(kind="business", name="=HYPERLINK(1)", nip="7250028902")
    answer = as_organiser.get(reverse("organisation_index"), {"export": "csv"})
    assert "'=HYPERLINK(1)" in b"".join(answer.streaming_content).decode()


def test_audit_page_filters_pages_and_exports(as_organiser, organiser, edition):
    for number in range(60):
        services.change_edition(edition=edition, venue_pl=f"Sala {number}", by=organiser)
    address = reverse("audit_index")
    page = as_organiser.get(
        address, {"edition": edition.pk, "action": "editions.change_edition", "person": organiser.full_name}
    )
    assert (page.context["items_count"], len(page.context["object_list"])) == (60, 50)
    assert page.content.decode().count("zmiana edycji") >= 50
    assert (
        as_organiser.get(address, {"at_from": "1999-01-01", "at_to": "1999-12-31"}).context["items_count"]
        == 0
    )
    assert as_organiser.get(address, {"q": "change_edition", "p": 2}).context["page_obj"].number == 2
    answer = as_organiser.get(
        address, {"edition": edition.pk, "action": "editions.change_edition", "export": "csv"}
    )
    assert len(b"".join(answer.streaming_content).decode().splitlines()) == 61


def test_audit_page_names_people_now_and_forgets_them_after_erasure(as_organiser, organiser):
    person = accounts.create_person(email="x@example.org", full_name="Pamiętna Osoba", by=organiser)
    assert "Pamiętna Osoba" in as_organiser.get(reverse("audit_index")).content.decode()
    accounts.erase_person(person=person, by=organiser)
    assert "Pamiętna Osoba" not in as_organiser.get(reverse("audit_index")).content.decode()


def test_audit_page_shows_a_secretary_no_other_edition(edition, organiser):
    other = make_edition(2025, current=False)
    services.change_edition(edition=edition, venue_pl="Tajne miejsce", by=organiser)
    client = signed_in(make_user(Role.SECRETARY, edition=other))
    page = client.get(reverse("audit_index"))
    assert page.status_code == 200
    assert page.context["items_count"] == 0
    assert client.get(reverse("audit_index"), {"edition": edition.pk}).context["items_count"] == 0
    exported = b"".join(client.get(reverse("audit_index"), {"export": "csv"}).streaming_content).decode()
    assert "Tajne miejsce" not in exported


@pytest.mark.parametrize("name", ["person_index", "organisation_index", "audit_index"])
def test_lists_ask_the_same_number_of_questions_however_long(as_organiser, edition, name):
    def fill(start: int) -> None:
        for number in range(start, start + 8):
            person = make_user(Role.CITY, edition=edition)
            city = Organisation.objects.create(
                kind="local_government", name=f"Miasto {number}", teryt=f"02{number:04d}1"
            )
            Mandate.objects.create(user=person, organisation=city, valid_from="2020-01-01")
            AuditEntry.objects.create(
                action="a.b",
                actor=person,
                subject_type="accounts.User",
                subject_id=str(person.pk),
                subject_label="x",
            )

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert as_organiser.get(reverse(name)).status_code == 200
        return len(queries)

    fill(10)
    as_organiser.get(reverse(name))
    few = count()
    fill(110)
    assert count() == few


def test_panel_begins_with_the_current_edition(as_organiser, edition):
    assert edition.name in as_organiser.get("/admin/").content.decode()


def test_account_in_the_panel_asks_for_no_second_name(as_organiser):
    page = as_organiser.get(reverse("wagtailadmin_account")).content.decode()
    assert "preferred_language" in page
    assert "first_name" not in page
