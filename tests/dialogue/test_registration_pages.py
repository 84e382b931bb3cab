"""The pages of registration: public, personal, the panel, exports, erasure, bots."""

import datetime as dt
import threading

import pytest
from django.core import mail
from django.db import connection
from django.urls import reverse
from django.utils import timezone, translation

from ratusz.apps.accounts import privacy
from ratusz.apps.accounts.models import Consent
from ratusz.apps.accounts.services import erase_person
from ratusz.apps.core.models import AuditEntry
from ratusz.apps.dialogue import services
from ratusz.apps.dialogue.models import (
    Needs,
    PersonalFeed,
    Printing,
    Registration,
    SeatingRule,
    Stakeholder,
)
from ratusz.apps.dialogue.queries import registration as found
from ratusz.apps.dialogue.services import Invited
from ratusz.apps.editions.models import Role
from tests.dialogue.factories import (
    make_circle,
    make_people,
    make_registration,
    make_round_tables,
    make_session,
)
from tests.editions.factories import make_user
from tests.ranking.factories import organiser as organiser_of

State = Registration.State
FORM = {
    "name": "Anna Nowak",
    "stakeholder": "ngo",
    "organisation_name": "Fundacja Przykład",
    "languages": ["pl"],
}


@pytest.fixture
def session(db):
    return make_session()


@pytest.fixture
def organiser(session):
    return organiser_of(session.edition)


def at(name: str, *args) -> str:
    with translation.override("pl"):
        return reverse(name, args=[2026, *args])


def test_the_public_page_tells_places_and_no_names(client, session, organiser):
    services.set_quota(by=organiser, session=session, stakeholder="expert", places=1)
    one = make_registration(session, Stakeholder.EXPERT, name="Zenon Tajny")
    page = client.get(at("dialogue:register")).content.decode()
    assert "Zenon" not in page
    assert one.organisation.name not in page
    assert "lista rezerwowa" in page


def test_a_person_registers_with_nothing_ticked_for_them(client, session):
    user = make_user()
    client.force_login(user)
    page = client.get(at("dialogue:register")).content.decode()
    assert 'name="consent-image"' in page
    assert "checked" not in page.split('name="consent-image"')[1].split(">")[0]
    answer = client.post(at("dialogue:register"), FORM | {"phone": "abc", "organisation_name": ""})
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"phone", "organisation_name"}
    assert 'value="abc"' in answer.content.decode()
    assert client.post(at("dialogue:register"), FORM).status_code == 302
    own = Registration.objects.get(user=user)
    assert (own.state, own.stakeholder) == (State.REGISTERED, "ngo")
    assert not Consent.objects.exists()
    hub = client.get(at("dialogue:my_session")).content.decode()
    assert "<svg" in hub


def test_what_was_typed_outlives_the_session_of_the_browser(client, session):
    answer = client.post(at("dialogue:register"), FORM | {"consent-image": "on"})
    assert answer.status_code == 302
    assert "next=" in answer["Location"]
    client.force_login(make_user(full_name=""))
    page = client.get(at("dialogue:register")).content.decode()
    assert 'value="Fundacja Przykład"' in page
    assert "checked" not in page.split('name="consent-image"')[1].split(">")[0]


def test_a_machine_that_fills_the_hidden_field_registers_nobody(client, session):
    client.force_login(make_user())
    assert (
        client.post(at("dialogue:register"), FORM | {"homepage": "https://spam.example"}).status_code == 422
    )
    assert not Registration.objects.exists()


def test_the_invitation_is_declined_without_an_account_and_accepted_by_the_link(client, session):
    people = [Invited("Anna Nowak", "anna@example.org"), Invited("Jan Lis", "jan@example.org")]
    services.register_group(
        by=make_user(), session=session, people=people, stakeholder="ngo", organisation_name="Fundacja"
    )
    anna, jan = Registration.objects.order_by("name")
    client.post(at("dialogue:invitation", jan.code), {"do": "decline"})
    jan.refresh_from_db()
    assert (jan.state, jan.user) == (State.CANCELLED, None)
    assert client.get(at("dialogue:invitation", jan.code)).status_code == 410
    page = at("dialogue:invitation", anna.code)
    assert client.get(page).status_code == 200
    answer = client.post(page, FORM | {"consent-image": "on", "position": "prezes"})
    assert answer.status_code == 200
    anna.refresh_from_db()
    assert (anna.state, anna.user.email) == (State.REGISTERED, "anna@example.org")
    assert Consent.objects.get().user == anna.user
    assert client.get(page).status_code == 404
    assert client.get(at("dialogue:invitation", anna.code)).status_code == 410


def test_each_part_of_my_session_is_saved_alone(client, session):
    own, firm = make_registration(session), make_registration(session, Stakeholder.BUSINESS)
    client.force_login(own.user)
    hub = at("dialogue:my_session")
    topics = list(session.topics.all())
    places = {f"topic-{topic.pk}": place for place, topic in enumerate(reversed(topics), start=1)}
    assert client.post(hub, places | {"do": "topics"}).status_code == 302
    assert [choice.topic for choice in own.topics.all()] == topics[::-1]
    assert (
        client.post(hub, {f"topic-{topic.pk}": 1 for topic in topics} | {"do": "topics"}).status_code == 422
    )
    client.post(hub, {"do": "wishes", "wish1": f"organisation-{firm.organisation_id}"})
    assert own.wishes.get().organisation == firm.organisation
    client.post(hub, {"do": "needs", "diet": "wegańska"})
    assert own.needs.diet == "wegańska"
    client.post(hub, {"do": "consents", "consent-image": "on"})
    assert found.photo_refused(session) == {firm.pk}
    client.post(hub, {"do": "substitute", "name": "Ewa Wilk", "email": "ewa@example.org"})
    assert own.substitutes.get().state == State.INVITED
    client.post(hub, {"do": "withdraw_substitute"})
    assert own.substitutes.get().state == State.CANCELLED
    client.post(hub, {"do": "cancel"})
    own.refresh_from_db()
    assert own.state == State.REGISTERED
    client.post(hub, {"do": "cancel", "sure": "yes"})
    own.refresh_from_db()
    assert own.state == State.CANCELLED
    assert not Needs.objects.exists()
    assert client.get(hub).status_code == 200


def test_the_panel_shows_everybody_with_a_fixed_number_of_queries(
    client, session, organiser, django_assert_max_num_queries
):
    client.force_login(organiser)
    make_people(session, 5)
    page = at("dialogue_admin:registrations")
    client.get(page)
    make_people(session, 30)
    with django_assert_max_num_queries(60):
        assert client.get(page).status_code == 200
    person = make_registration(session, name="Świętosława Łoś")
    answer = client.get(page, {"q": "swietoslawa los"})
    assert [one for one, *_hints in answer.context["people"]] == [person]
    for name in ("quotas", "duplicates", "reading", "contact_partners"):
        assert client.get(at(f"dialogue_admin:{name}")).status_code == 200
    assert client.get(at("dialogue_admin:registration", person.pk)).status_code == 200
    client.force_login(person.user)
    assert client.get(page).status_code in (302, 403)


def test_the_export_holds_no_needs_and_needs_are_noted(client, session, organiser):
    own = make_registration(session, name="=SUM(1)", state=State.REGISTERED)
    services.set_needs(by=own.user, registration=own, diet="bezglutenowa")
    client.force_login(organiser)
    text = client.get(at("dialogue_admin:registrations_file", "csv")).content.decode()
    assert "bezglutenowa" not in text
    assert "'=SUM(1)" in text
    assert client.get(at("dialogue_admin:registrations_file", "xlsx")).status_code == 200
    assert "bezglutenowa" in client.get(at("dialogue_admin:needs_file", "csv")).content.decode()
    assert AuditEntry.objects.filter(action="dialogue.export_needs", actor=organiser).count() == 1


def test_a_bulk_action_obeys_the_rule_of_each_person(client, session, organiser):
    waiting = make_registration(session, state=State.WAITING, verified_at=None)
    invited = make_registration(session, state=State.INVITED)
    elsewhere = make_registration(make_session_of_another_year(), state=State.WAITING)
    client.force_login(organiser)
    chosen = [waiting.pk, invited.pk, elsewhere.pk]
    client.post(at("dialogue_admin:registrations"), {"do": "let_in", "person": chosen})
    states = dict(Registration.objects.filter(pk__in=chosen).values_list("pk", "state"))
    assert states == {waiting.pk: State.REGISTERED, invited.pk: State.INVITED, elsewhere.pk: State.WAITING}
    client.post(at("dialogue_admin:registrations"), {"do": "erase", "person": chosen})
    client.force_login(waiting.user)
    client.post(at("dialogue_admin:registrations"), {"do": "cancel", "person": chosen})
    assert not Registration.objects.filter(state=State.CANCELLED).exists()


def make_session_of_another_year():
    from tests.editions.factories import make_edition

    return make_session(edition=make_edition(2027, current=False, open_phases=("convene",)))


def test_the_reading_goes_to_each_person_once_and_stays_behind_the_wall(session, organiser):
    circle = make_circle(session, "treasurer")
    circle.reading_pl = "Tajne o budżecie"
    circle.save()
    tables = make_round_tables(session)
    tables.reading_pl = "O ciepłe"
    tables.save()
    official, firm = make_registration(session), make_registration(session, Stakeholder.BUSINESS)
    assert services.send_reading(by=organiser, session=session) == 2
    sent = {message.to[0]: message.body for message in mail.outbox}
    assert "Tajne o budżecie" in sent[official.email]
    assert "Tajne" not in sent[firm.email]
    assert services.send_reading(by=None, session=session) == 0
    services.schedule_reading(by=organiser, session=session, at=timezone.now() - dt.timedelta(minutes=1))
    assert list(found.sessions_with_reading_due()) == [session]


def test_an_erased_person_leaves_a_free_place_and_no_name(session, organiser):
    services.set_quota(by=organiser, session=session, stakeholder="ngo", places=1)
    own = make_registration(session, Stakeholder.NGO, phone="600100200")
    own.refresh_from_db()
    next_one = make_registration(session, Stakeholder.NGO, state=State.WAITING)
    services.choose_topics(by=own.user, registration=own, topics=list(session.topics.all()))
    services.set_needs(by=own.user, registration=own, diet="wegańska")
    services.set_seating_rule(by=organiser, kind="apart", first=next_one, second=own, reason="Spór")
    services.renew_feed(by=own.user, registration=own)
    printing = Printing.objects.create(
        session=session, document="badges", language="pl", digests={str(own.pk): "x"}
    )
    exported = privacy.export(own.user)["session_registrations"]
    assert exported[0]["calendar_address_made"]
    assert exported[0]["seats"] == exported[0]["duties"] == []
    assert exported[0]["needs"]["diet"] == "wegańska"
    assert len(exported[0]["topics"]) == 3
    erase_person(person=own.user, by=own.user)
    own.refresh_from_db()
    next_one.refresh_from_db()
    assert (own.name, own.phone, own.state, next_one.state) == ("–", "", State.CANCELLED, State.REGISTERED)
    assert (own.organisation, own.city, own.profession, own.verified_at) == (None, None, "", None)
    printing.refresh_from_db()
    assert printing.digests == {}
    assert not Needs.objects.exists()
    assert not PersonalFeed.objects.exists()
    assert not SeatingRule.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_people_who_come_for_the_last_place_get_one_place():
    session = make_session()
    organiser = make_user(Role.ORGANISER, edition=session.edition)
    services.set_quota(by=organiser, session=session, stakeholder="expert", places=1)
    people = [make_user() for _ in range(4)]
    start, states = threading.Barrier(len(people)), []

    def come(user):
        start.wait()
        try:
            own = services.register_person(
                by=user, session=session, stakeholder="expert", organisation_name="Uniwersytet"
            )
            states.append(own.state)
        finally:
            connection.close()

    threads = [threading.Thread(target=come, args=[user]) for user in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(states) == [State.REGISTERED, *[State.WAITING] * 3]
