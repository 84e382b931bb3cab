import json
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from ratusz.apps.accounts import services
from ratusz.apps.accounts.models import ConsentText, Mandate, User
from ratusz.apps.core.errors import DomainError
from ratusz.apps.core.models import AuditEntry, Mail
from ratusz.apps.editions import services as editions
from ratusz.apps.editions.models import Role, RoleAssignment
from tests.editions.factories import make_user

pytestmark = pytest.mark.django_db
NAME, ADDRESS = "Halina Nietypowa", "halina.nietypowa@example.org"


@pytest.fixture
def person(organiser, edition) -> User:
    """Somebody with everything that the system can hold about a person."""
    person = services.create_person(email=ADDRESS, full_name=NAME, by=organiser)
    editions.assign_role(edition=edition, user=person, role=Role.SECRETARY, by=organiser)
    city = services.create_organisation(kind="local_government", name="Łódź", teryt="1061011", by=organiser)
    today = timezone.localdate()
    firm = services.create_organisation(kind="business", name="Firma", nip="7250028902", by=organiser)
    services.give_mandate(
        user=person,
        organisation=city,
        position="Sekretarz",
        valid_from=today - timedelta(days=9),
        by=organiser,
    )
    services.give_mandate(user=person, organisation=firm, valid_from=today + timedelta(days=9), by=organiser)
    text = ConsentText.objects.create(purpose="test", version=1, title_pl="Tytuł", text_pl="Treść")
    services.give_consent(user=person, text=text, by=person)
    EmailAddress.objects.create(user=person, email=ADDRESS, primary=True, verified=True)
    Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={"secret": "tajny"})
    Mail.objects.create(to=ADDRESS, subject="Kod", body="123456")
    Mail.objects.create(to=f"inna@example.org, {ADDRESS}", subject="Do wielu", body="…")
    return person


def everything_in_the_database() -> str:
    """All rows of all tables as one text, to look for what must be gone."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        tables = [name for (name,) in cursor.fetchall()]
        rows = []
        for table in tables:
            cursor.execute(f'SELECT row_to_json(t)::text FROM "{table}" t')
            rows += [row for (row,) in cursor.fetchall()]
    return "\n".join(rows)


def test_erase_person_leaves_no_trace_of_the_name_or_the_address_in_any_table(person):
    client = Client()
    client.force_login(person)
    client.post("/pl/my/data/", {"full_name": NAME, "language": "en"})
    assert NAME in everything_in_the_database()
    assert ADDRESS in everything_in_the_database()
    services.erase_person(person=person, by=person)
    left = everything_in_the_database()
    assert NAME not in left
    assert "Nietypowa" not in left
    assert ADDRESS not in left


def test_erase_person_ends_what_the_person_held_and_keeps_the_log(person, edition):
    before = AuditEntry.objects.count()
    services.erase_person(person=person, by=person)
    person = User.objects.get(pk=person.pk)
    assert (person.email, person.full_name, person.is_active) == (f"erased-{person.pk}@invalid", "", False)
    assert not RoleAssignment.objects.filter(user=person).exists()
    assert not person.groups.exists()
    assert list(Mandate.objects.filter(user=person).values_list("valid_to", flat=True)) == [
        timezone.localdate()
    ]
    assert person.consents.filter(withdrawn_at=None).count() == 0
    assert not Authenticator.objects.filter(user=person).exists()
    assert list(Mail.objects.values_list("to", flat=True)) == ["inna@example.org"]
    assert AuditEntry.objects.count() == before + 1
    assert AuditEntry.objects.latest("id").action == "accounts.erase_person"
    assert str(person.pk) in str(person)


def test_erase_person_closes_all_sessions_of_that_person_alone(person):
    mine, mine_too, other = Client(), Client(), Client()
    mine.force_login(person)
    mine_too.force_login(person)
    other.force_login(make_user())
    services.erase_person(person=person, by=person)
    assert Session.objects.count() == 1
    assert mine_too.get("/pl/my/data/").status_code == 302
    assert other.get("/pl/my/data/").status_code == 200


def test_erase_person_twice_changes_nothing_more(person):
    services.erase_person(person=person, by=person)
    count = AuditEntry.objects.count()
    services.erase_person(person=person, by=person)
    assert AuditEntry.objects.count() == count


def test_erase_person_refuses_the_last_administrator(db):
    first = make_user(is_superuser=True)
    with pytest.raises(DomainError) as caught:
        services.erase_person(person=first, by=first)
    assert caught.value.code == "last_administrator"
    make_user(is_superuser=True)
    assert services.erase_person(person=first, by=first).erased_at


def test_address_can_be_used_again_after_erasure(person, organiser):
    services.erase_person(person=person, by=person)
    assert services.create_person(email=ADDRESS, full_name="Ktoś", by=organiser).pk != person.pk


def test_export_holds_everything_that_names_the_person(person, settings):
    settings.DEMO = True
    client = Client()
    client.force_login(person)
    session = client.session
    session["demo_signed_in"] = True
    session.save()
    answer = client.get("/pl/my/data/export/")
    data = json.loads(answer.content)
    assert answer["Content-Disposition"].startswith("attachment")
    assert set(data) >= {
        "exported",
        "person",
        "mandates",
        "consents",
        "second_factors",
        "mails",
        "audit_log",
        "roles",
    }
    assert (data["person"]["email"], data["person"]["full_name"]) == (ADDRESS, NAME)
    assert [one["organisation"] for one in data["mandates"]] == ["Firma", "Łódź"]
    assert data["consents"][0]["text"]
    assert data["roles"][0]["role"] == "secretary"
    assert {one["subject"] for one in data["mails"]} == {"Kod", "Do wielu"}
    assert "accounts.give_consent" in {one["action"] for one in data["audit_log"]}
    assert "tajny" not in answer.content.decode()
