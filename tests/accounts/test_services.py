from datetime import date

import pytest
from django.db import IntegrityError, transaction

from ratusz.apps.accounts import queries, services
from ratusz.apps.accounts.models import Consent, ConsentText, Mandate, Organisation
from ratusz.apps.core.errors import DomainError, NotAllowed
from ratusz.apps.core.models import AuditEntry
from ratusz.apps.editions.models import Role
from tests.editions.factories import make_edition, make_user

pytestmark = pytest.mark.django_db


def actions() -> list[str]:
    """What our services wrote into the log, oldest first."""
    entries = AuditEntry.objects.filter(action__startswith="accounts.").order_by("id")
    return list(entries.values_list("action", flat=True))


def refused(call, **kwargs) -> DomainError:
    with pytest.raises(DomainError) as caught:
        call(**kwargs)
    return caught.value


@pytest.fixture
def lodz(organiser) -> Organisation:
    return services.create_organisation(
        kind="local_government", name="Miasto Łódź", teryt="1061011", by=organiser
    )


@pytest.fixture
def text() -> ConsentText:
    return ConsentText.objects.create(purpose="test", version=1, title_pl="Tytuł", text_pl="Treść")


def test_create_organisation_keeps_the_number_clean(organiser):
    firm = services.create_organisation(kind="business", name=" Firma ", nip="725-002-89-02", by=organiser)
    assert (firm.name, firm.nip, firm.teryt) == ("Firma", "7250028902", None)
    assert actions() == ["accounts.create_organisation"]


@pytest.mark.parametrize(
    ("kind", "teryt", "nip", "code"),
    [("local_government", "", "", "teryt_required"), ("business", "1061011", "7250028902", "teryt_not_allowed"),
     ("ngo", "", "", "nip_required"), ("expert", "1061011", "", "teryt_not_allowed")],
)  # fmt: skip
def test_create_organisation_asks_for_the_number_of_its_type(organiser, kind, teryt, nip, code):
    error = refused(services.create_organisation, kind=kind, name="X", teryt=teryt, nip=nip, by=organiser)
    assert error.code == code
    assert error.next_step
    assert Organisation.objects.count() == 0


def test_expert_may_be_known_by_name_alone(organiser):
    services.create_organisation(kind="expert", name="Jan Ekspert", by=organiser)
    services.create_organisation(kind="expert", name="Anna Ekspertka", by=organiser)
    assert Organisation.objects.count() == 2


def test_organisation_is_entered_once_whatever_its_spelling(organiser, lodz):
    error = refused(
        services.create_organisation, kind="local_government", name="LODZ", teryt="1061011", by=organiser
    )
    assert (error.code, error.field) == ("organisation_twice", "teryt")
    assert "Miasto Łódź" in str(error.message)


def test_database_itself_refuses_an_organisation_without_its_number(db):
    with pytest.raises(IntegrityError), transaction.atomic():
        Organisation.objects.create(kind="local_government", name="X")


def test_change_organisation_writes_what_changed(organiser, lodz):
    services.change_organisation(
        organisation=lodz,
        kind="local_government",
        name="Łódź",
        teryt="1061011",
        website="https://uml.lodz.pl",
        by=organiser,
    )
    assert AuditEntry.objects.latest("id").data == {
        "changed": {"name": "Łódź", "website": "https://uml.lodz.pl"}
    }


def test_mandate_runs_from_day_to_day(organiser, lodz):
    person = make_user()
    mandate = services.give_mandate(user=person, organisation=lodz, valid_from=date(2026, 1, 1), by=organiser)
    services.end_mandate(mandate=mandate, on=date(2026, 3, 31), by=organiser)
    days = [date(2025, 12, 31), date(2026, 1, 1), date(2026, 3, 31), date(2026, 4, 1)]
    assert [queries.mandates_on(day).exists() for day in days] == [False, True, True, False]


def test_mandate_refuses_an_end_before_the_start_and_an_overlap(organiser, lodz):
    person, start = make_user(), date(2026, 1, 10)
    error = refused(
        services.give_mandate,
        user=person,
        organisation=lodz,
        valid_from=start,
        valid_to=date(2026, 1, 9),
        by=organiser,
    )
    assert (error.code, error.field) == ("mandate_ends_before_start", "valid_to")
    services.give_mandate(
        user=person, organisation=lodz, valid_from=start, valid_to=date(2026, 2, 1), by=organiser
    )
    error = refused(
        services.give_mandate, user=person, organisation=lodz, valid_from=date(2026, 2, 1), by=organiser
    )
    assert error.code == "mandate_overlaps"
    services.give_mandate(user=person, organisation=lodz, valid_from=date(2026, 2, 2), by=organiser)


def test_successor_takes_over_on_a_day(organiser, lodz):
    first, second = make_user(), make_user()
    mandate = services.give_mandate(
        user=first, organisation=lodz, position="Prezydent", valid_from=date(2026, 1, 1), by=organiser
    )
    services.hand_over_mandate(mandate=mandate, successor=second, on=date(2026, 5, 1), by=organiser)
    assert [one.user for one in queries.mandates_on(date(2026, 4, 30))] == [first]
    assert [(one.user, one.position) for one in queries.mandates_on(date(2026, 5, 1))] == [
        (second, "Prezydent")
    ]
    assert refused(services.hand_over_mandate, mandate=Mandate.objects.get(user=second), successor=second,
                   on=date(2026, 6, 1), by=organiser).code == "mandate_same_person"  # fmt: skip


@pytest.mark.parametrize("role", [None, *[role for role in Role if role != Role.ORGANISER]])
def test_only_organisers_manage_people(edition, role):
    user = make_user(*[role] if role else [], edition=edition)
    for call in (
        lambda: services.create_person(email="x@example.org", full_name="X", by=user),
        lambda: services.create_organisation(kind="expert", name="X", by=user),
        lambda: services.publish_consent_text(purpose="x", title_pl="X", text_pl="X", by=user),
        lambda: services.change_person(person=make_user(), full_name="Y", language="pl", by=user),
        lambda: services.erase_person(person=make_user(), by=user),
    ):
        with pytest.raises(NotAllowed):
            call()
    assert actions() == []


def test_organiser_of_a_past_edition_manages_nobody(edition):
    past = make_user(Role.ORGANISER, edition=make_edition(2024, current=False))
    assert (
        refused(services.create_person, email="x@example.org", full_name="X", by=past).code == "not_allowed"
    )


def test_create_person_refuses_an_address_twice(organiser):
    services.create_person(email="Jan@Example.org", full_name="Jan", by=organiser)
    error = refused(services.create_person, email="jan@example.org ", full_name="Jan", by=organiser)
    assert (error.code, error.field) == ("email_taken", "email")


def test_consent_is_given_once_withdrawn_and_given_again(text):
    person = make_user()
    first = services.give_consent(user=person, text=text, by=person)
    assert services.give_consent(user=person, text=text, by=person) == first
    assert queries.has_consent(person, "test")
    services.withdraw_consent(consent=first, by=person)
    assert not queries.has_consent(person, "test")
    services.give_consent(user=person, text=text, by=person)
    assert actions() == ["accounts.give_consent", "accounts.withdraw_consent", "accounts.give_consent"]
    assert Consent.objects.filter(user=person).count() == 2


@pytest.mark.parametrize("role", [Role.ORGANISER, Role.SECRETARY])
def test_nobody_consents_for_another(edition, text, role):
    person, other = make_user(), make_user(role, edition=edition)
    consent = services.give_consent(user=person, text=text, by=person)
    errors = [refused(services.give_consent, user=person, text=text, by=other),
              refused(services.withdraw_consent, consent=consent, by=other),
              refused(services.give_consent, user=person, text=text, by=make_user(is_superuser=True))]  # fmt: skip
    assert [error.code for error in errors] == ["consent_of_another"] * 3


def test_consent_to_an_old_wording_stands_until_the_person_decides(organiser, text):
    person = make_user()
    services.give_consent(user=person, text=text, by=person)
    newer = services.publish_consent_text(
        purpose="test", title_pl="Tytuł", text_pl="Nowa treść", by=organiser
    )
    assert (newer.version, queries.has_consent(person, "test")) == (2, True)
    assert (
        refused(services.give_consent, user=make_user(), text=text, by=make_user()).code
        == "consent_of_another"
    )
    late = make_user()
    assert refused(services.give_consent, user=late, text=text, by=late).code == "consent_text_outdated"
    services.give_consent(user=person, text=newer, by=person)
    standing = Consent.objects.get(user=person, withdrawn_at=None)
    assert (standing.text, Consent.objects.filter(user=person).count()) == (newer, 2)


def test_visible_to_shows_a_person_only_what_is_own(organiser, lodz):
    person = make_user()
    services.give_mandate(user=person, organisation=lodz, valid_from=date(2020, 1, 1), by=organiser)
    stranger = make_user()
    assert [list(queries.people_visible_to(one)) for one in (None, stranger)] == [[], [stranger]]
    assert [list(queries.organisations_visible_to(one)) for one in (None, stranger, person, organiser)] == [
        [],
        [],
        [lodz],
        [lodz],
    ]
    assert [queries.mandates_visible_to(one).count() for one in (None, stranger, person, organiser)] == [
        0,
        0,
        1,
        1,
    ]
    assert queries.people_visible_to(organiser).count() == 3
