"""Contacts by both persons' act, feedback without a name, sums instead of persons."""

import datetime as dt
import uuid

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone, translation

from ratusz.apps.accounts import privacy
from ratusz.apps.core.errors import DomainError, NotAllowed
from ratusz.apps.core.models import AuditEntry
from ratusz.apps.dialogue import services
from ratusz.apps.dialogue.models import (
    CheckIn,
    Contact,
    Feedback,
    Profession,
    Seat,
    SeatingPlan,
    Stakeholder,
)
from ratusz.apps.dialogue.queries import afterwards
from tests.dialogue.factories import make_circle, make_registration, make_round_tables, make_session
from tests.ranking.factories import organiser

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    """The sentences that are looked for are English."""
    with translation.override("en"):
        yield


@pytest.fixture
def session():
    """A session held yesterday, whose phase is still open."""
    return make_session(day=timezone.localdate() - dt.timedelta(days=1))


def seat(plan, turn, table, *people):
    for person in people:
        Seat.objects.create(plan=plan, round=turn, table=table, registration=person)


def come(*people):
    for person in people:
        CheckIn.objects.create(registration=person, way=CheckIn.Way.CODE, key=uuid.uuid4())


@pytest.fixture
def day(session):
    """Two rounds: Ala sits with Olo and Iza, then with Olo; Iza did not come. Then there is a circle."""
    tables = make_round_tables(session, rounds=2, tables=2)
    circle = make_circle(session, Profession.TREASURER)
    people = {
        "ala": make_registration(session, name="Ala Zając"),
        "olo": make_registration(session, Stakeholder.BUSINESS, name="Olo Adamski"),
        "iza": make_registration(session, Stakeholder.NGO, name="Iza Nowak"),
        "jan": make_registration(session, name="Jan Ćwik"),
    }
    plan = SeatingPlan.objects.create(
        session=session, number=1, state=SeatingPlan.State.PUBLISHED, published_at=timezone.now()
    )
    first, second = tables.rounds.all()
    one, two = tables.tables.all()
    seat(plan, first, one, people["ala"], people["olo"], people["iza"])
    seat(plan, second, two, people["ala"], people["olo"])
    seat(plan, circle.rounds.get(), circle.tables.get(), people["ala"], people["jan"])
    come(people["ala"], people["olo"], people["jan"])
    return people


def met(person) -> dict[str, int]:
    return {one.person.name: len(one.where) for one in afterwards.people_met(person)}


def test_people_met_are_those_who_came_and_sat_at_the_same_table(day):
    assert met(day["ala"]) == {"Olo Adamski": 2, "Jan Ćwik": 1}
    assert met(day["olo"]) == {"Ala Zając": 2}
    assert met(day["iza"]) == {}


def test_nobody_is_met_before_the_round_begins(day, session):
    for turn in session.blocks.get(kind="round_tables").rounds.all():
        turn.starts_at = timezone.now() + dt.timedelta(minutes=5)
        turn.ends_at = timezone.now() + dt.timedelta(minutes=35)
        turn.save()
    assert met(day["olo"]) == {}


def test_addresses_are_shown_after_both_acted_and_no_longer_after_one_took_it_back(day, session, client):
    client.force_login(day["ala"].user)
    page = reverse("dialogue:people_met", args=[session.edition.year])
    asked = reverse("dialogue:contact", args=[session.edition.year, day["olo"].pk])
    client.post(asked, {"do": "ask"})
    contact = Contact.objects.get()
    assert day["olo"].email not in client.get(page).content.decode()
    assert [message.to for message in mail.outbox] == [[day["olo"].user.email]]
    assert day["ala"].email not in mail.outbox[0].body
    with pytest.raises(NotAllowed):
        services.agree_to_contact(by=day["ala"].user, contact=contact)
    services.agree_to_contact(by=day["olo"].user, contact=contact)
    assert day["olo"].email in client.get(page).content.decode()
    services.end_contact(by=day["olo"].user, contact=contact)
    assert day["olo"].email not in client.get(page).content.decode()


def test_asking_back_agrees(day, session):
    services.ask_for_contact(by=day["ala"].user, session=session, asked=day["olo"])
    contact = services.ask_for_contact(by=day["olo"].user, session=session, asked=day["ala"])
    assert contact.agreed_at is not None
    assert Contact.objects.count() == 1


def test_only_people_whom_one_met_can_be_asked(day, session):
    with pytest.raises(DomainError) as refused:
        services.ask_for_contact(by=day["olo"].user, session=session, asked=day["jan"])
    assert refused.value.code == "not_met"


def test_third_persons_and_organisers_reach_no_contact(day, session, client):
    contact = services.ask_for_contact(by=day["ala"].user, session=session, asked=day["olo"])
    boss = organiser(session.edition)
    assert not afterwards.contacts_visible_to(boss, session).exists()
    assert not afterwards.contacts_visible_to(day["jan"].user, session).exists()
    with pytest.raises(NotAllowed):
        services.end_contact(by=boss, contact=contact)
    client.force_login(day["jan"].user)
    address = reverse("dialogue:contact", args=[session.edition.year, contact.pk])
    assert client.post(address, {"do": "agree"}).status_code == 404
    assert client.post(address, {"do": "end"}).status_code == 404


def test_page_needs_a_fixed_number_of_queries(day, session, client, django_assert_max_num_queries):
    client.force_login(day["ala"].user)
    page = reverse("dialogue:people_met", args=[session.edition.year])
    client.get(page)
    with django_assert_max_num_queries(24):
        assert client.get(page).status_code == 200


def test_feedback_is_kept_without_the_person(day, session):
    answers = {"useful": 5, "heard": 4, "met": 3, "text": " Dobrze. "}
    services.give_feedback(by=day["ala"].user, session=session, **answers)
    row = Feedback.objects.get()
    assert (row.stakeholder, row.useful, row.heard, row.met, row.text) == (
        "local_government",
        5,
        4,
        3,
        "Dobrze.",
    )
    entry = AuditEntry.objects.get(action="dialogue.give_feedback")
    assert entry.data == {}
    with pytest.raises(DomainError, match="already"):
        services.give_feedback(by=day["ala"].user, session=session, **answers)
    assert Feedback.objects.count() == 1


@pytest.mark.parametrize("field", ["useful", "heard", "met"])
def test_feedback_off_the_scale_names_the_field(day, session, field):
    answers = {"useful": 1, "heard": 1, "met": 1} | {field: 6}
    with pytest.raises(DomainError) as error:
        services.give_feedback(by=day["ala"].user, session=session, **answers)
    assert error.value.field == field
    assert not Feedback.objects.exists()


def test_form_keeps_what_was_written(day, session, client):
    client.force_login(day["ala"].user)
    page = client.post(
        reverse("dialogue:feedback", args=[session.edition.year]), {"useful": "4", "text": "Za krótko."}
    )
    assert page.status_code == 422
    assert "Za krótko." in page.content.decode()


def test_opinion_is_silent_below_five_answers(session):
    for number in range(4):
        Feedback.objects.create(
            session=session, stakeholder="ngo", useful=5, heard=4, met=number + 1, text="x"
        )
    assert afterwards.opinion(session) is None
    assert afterwards.words_of_feedback(session) == []
    Feedback.objects.create(session=session, stakeholder="business", useful=5, heard=4, met=5)
    assert afterwards.opinion(session) == afterwards.Opinion(5, 5.0, 4.0, 3.0)
    assert afterwards.opinion(session, "ngo") is None


def test_opinion_of_types_is_silent_while_the_few_could_be_subtracted(session):
    def answer(stakeholder, number):
        for _each in range(number):
            Feedback.objects.create(session=session, stakeholder=stakeholder, useful=5, heard=4, met=3)

    answer("ngo", 5)
    assert afterwards.opinion(session, "ngo").answers == 5
    answer("expert", 1)
    assert afterwards.opinion(session).answers == 6
    assert afterwards.opinion(session, "ngo") is None
    answer("business", 4)
    assert afterwards.opinion(session, "ngo").answers == 5
    assert afterwards.opinion(session, "expert") is None


def test_people_of_a_circle_are_not_listed_for_whom_it_does_not_let_in(day, session):
    jan = day["jan"]
    circle = session.blocks.get(kind="circle")
    plan = session.plans.get()
    other = make_registration(session)
    Seat.objects.filter(round__block=circle).delete()
    seat(plan, circle.rounds.get(), circle.tables.get(), jan, other)
    come(*[one for one in (jan, other) if not CheckIn.objects.filter(registration=one).exists()])
    assert other in [met.person for met in afterwards.people_met(jan)]
    jan.verified_at = None
    jan.save()
    assert other not in [met.person for met in afterwards.people_met(jan)]


def test_meetings_are_sums_that_hide_small_types(day, session):
    found = afterwards.meetings(session)
    assert (found.people, found.pairs, found.repeated, found.least, found.most) == (3, 2, 1, 1, 2)
    assert set(found.between.values()) == {None}


def test_organiser_sees_sums_and_no_names(day, session, client):
    client.force_login(organiser(session.edition))
    page = client.get(reverse("dialogue_admin:afterwards", args=[session.edition.year])).content.decode()
    words = page[page.index('class="session-panel"') :]
    assert not any(person.name in words for person in day.values())


@pytest.mark.parametrize("name", ["people_met", "feedback"])
def test_strangers_find_no_page(day, session, client, name):
    address = reverse(f"dialogue:{name}", args=[session.edition.year])
    assert client.get(address).status_code == 302
    client.force_login(organiser(session.edition))
    assert client.get(address).status_code == 404


def test_contacts_are_exported_and_erased(day, session):
    services.ask_for_contact(by=day["ala"].user, session=session, asked=day["olo"])
    rows = privacy.export(day["olo"].user)["session_contacts"]
    assert [(row["with"], row["asked_by_me"]) for row in rows] == [("Ala Zając", False)]
    privacy.erase_elsewhere(day["olo"].user)
    assert not Contact.objects.exists()
