"""Places, the waiting list, the own registration, and who may do what."""

import datetime as dt

import pytest
from django.core import mail
from django.utils import timezone

from ratusz.apps.accounts.models import Consent, ConsentText, Mandate, Organisation
from ratusz.apps.core.errors import DomainError, NotAllowed
from ratusz.apps.core.models import AuditEntry
from ratusz.apps.dialogue import queries, services
from ratusz.apps.dialogue.models import Host, Needs, Registration, Stakeholder, TopicChoice
from ratusz.apps.dialogue.queries import registration as found
from ratusz.apps.dialogue.services import Invited
from ratusz.apps.editions.models import Role
from tests.dialogue.factories import a_city, make_registration, make_round_tables, make_session
from tests.editions.factories import make_edition, make_user

pytestmark = pytest.mark.django_db
State = Registration.State
EXPERT = {"stakeholder": Stakeholder.EXPERT, "organisation_name": "Uniwersytet"}


@pytest.fixture
def session():
    return make_session()


@pytest.fixture
def organiser(session):
    return make_user(Role.ORGANISER, edition=session.edition)


def register(session, **fields) -> Registration:
    return services.register_person(by=make_user(), session=session, **(EXPERT | fields))


def test_people_over_the_quota_wait_in_the_order_in_which_they_came(session, organiser):
    services.set_quota(by=organiser, session=session, stakeholder=Stakeholder.EXPERT, places=1)
    first, second, third = (register(session) for _ in range(3))
    assert [one.state for one in (first, second, third)] == [State.REGISTERED, State.WAITING, State.WAITING]
    assert [found.place_in_line(one) for one in (second, third)] == [1, 2]
    assert "1." in mail.outbox[1].body
    services.cancel_registration(by=first.user, registration=first)
    second.refresh_from_db()
    third.refresh_from_db()
    assert [second.state, third.state] == [State.REGISTERED, State.WAITING]
    assert mail.outbox[-1].to == [second.user.email]
    services.set_quota(by=organiser, session=session, stakeholder=Stakeholder.EXPERT, places=2)
    third.refresh_from_db()
    assert third.state == State.REGISTERED
    numbers = {
        row.stakeholder: (row.quota, row.registered, row.waiting, row.left) for row in found.places(session)
    }
    assert numbers[Stakeholder.EXPERT] == (2, 2, 0, 0)
    assert numbers[Stakeholder.NGO] == (None, 0, 0, None)


def test_a_lower_quota_takes_no_place_away(session, organiser):
    people = [register(session) for _ in range(2)]
    services.set_quota(by=organiser, session=session, stakeholder=Stakeholder.EXPERT, places=1)
    assert {one.state for one in Registration.objects.filter(pk__in=[p.pk for p in people])} == {
        State.REGISTERED
    }
    assert register(session).state == State.WAITING


def test_nobody_registers_twice_before_the_window_or_after_the_day(session):
    own = register(session)
    with pytest.raises(DomainError) as twice:
        services.register_person(by=own.user, session=session, **EXPERT)
    assert twice.value.code == "registered_already"
    session.registration_opens_at = timezone.now() + dt.timedelta(hours=1)
    with pytest.raises(DomainError) as early:
        register(session)
    assert early.value.code == "not_open_yet"
    session.registration_opens_at = None
    session.registration_closes_at = timezone.now() - dt.timedelta(hours=1)
    with pytest.raises(DomainError) as late:
        register(session)
    assert late.value.code == "closed"
    session.registration_closes_at = None
    session.edition.session_date = timezone.localdate() - dt.timedelta(days=1)
    with pytest.raises(DomainError) as over:
        register(session)
    assert over.value.code == "session_over"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": "Jan Kowalski + 1"}, "name"),
        ({"name": "Jan Kowalski z osobą tow."}, "name"),
        ({"phone": "zadzwoń"}, "phone"),
        ({"stakeholder": Stakeholder.NGO, "organisation_name": " "}, "organisation_name"),
        ({"stakeholder": Stakeholder.LOCAL_GOVERNMENT}, "city"),
        ({"nip": "123"}, "nip"),
        ({"languages": []}, "languages"),
        ({"stakeholder": "guest"}, "stakeholder"),
    ],
)
def test_bad_input_is_told_at_its_field(session, fields, field):
    with pytest.raises(DomainError) as error:
        register(session, **fields)
    assert error.value.field == field
    assert error.value.next_step
    assert not Registration.objects.exists()


def test_a_mandate_confirms_the_city_at_once(session):
    city = a_city(1)
    body = Organisation.objects.create(kind="local_government", name="Urząd", teryt=city.teryt)
    user = make_user()
    Mandate.objects.create(user=user, organisation=body, valid_from=timezone.localdate())
    details = {"stakeholder": Stakeholder.LOCAL_GOVERNMENT, "city": city, "profession": "treasurer"}
    assert services.register_person(by=user, session=session, **details).verified_at
    other = register(session, **details | {"organisation_name": ""})
    assert other.verified_at is None
    changed = services.change_registration(
        by=user, registration=Registration.objects.get(user=user), city=a_city(2)
    )
    assert changed.verified_at is None


def test_a_firm_that_registers_as_expert_is_noticed_and_put_right(session, organiser):
    firm = Organisation.objects.create(
        kind="business", name="Wodomiar Śląski", nip="7250028902", website="https://www.wodomiar.example"
    )
    by_name = register(session, organisation_name="wodomiar slaski")
    by_mail = services.register_person(by=make_user(email="x@wodomiar.example"), session=session, **EXPERT)
    honest = register(session)
    assert found.suspicions([by_name, by_mail, honest]) == {by_name.pk: firm, by_mail.pk: firm}
    with pytest.raises(DomainError) as wrong:
        register(session, nip="7250028902")
    assert wrong.value.code == "other_type"
    services.set_quota(by=organiser, session=session, stakeholder=Stakeholder.BUSINESS, places=0)
    put = services.confirm_organisation(
        by=organiser, registration=by_name, stakeholder=Stakeholder.BUSINESS, organisation=firm
    )
    assert (put.stakeholder, put.state, put.organisation) == (Stakeholder.BUSINESS, State.WAITING, firm)
    services.refuse_organisation(by=organiser, registration=by_mail, reason="Firma, nie ekspert")
    assert "Firma, nie ekspert" in mail.outbox[-1].body


@pytest.fixture
def group(session):
    secretary = make_user()
    people = [Invited("Anna Nowak", "Anna@Example.org"), Invited("Jan Lis", "jan@example.org")]
    return services.register_group(
        by=secretary,
        session=session,
        people=people,
        stakeholder=Stakeholder.NGO,
        organisation_name="Fundacja",
    )


def test_each_person_of_a_group_answers_alone(session, group):
    anna, jan = group.members.order_by("name")
    assert {anna.state, jan.state} == {State.INVITED}
    assert [m.to for m in mail.outbox] == [["anna@example.org"], ["jan@example.org"]]
    assert anna.code in mail.outbox[0].body
    assert anna.code not in mail.outbox[1].body
    assert not queries.registrations_visible_to(group.by).exists()
    link = anna.code
    with pytest.raises(NotAllowed):
        services.answer_invitation(invitation=anna, accept=True, by=group.by)
    with pytest.raises(NotAllowed):
        services.set_consents(by=group.by, registration=anna, given={found.PHOTOS})
    accepted = services.answer_invitation(invitation=anna, accept=True, position="prezes")
    assert (accepted.state, accepted.user.email, accepted.position) == (
        State.REGISTERED,
        "anna@example.org",
        "prezes",
    )
    assert found.invitation_by(session, link) is None
    assert not Consent.objects.exists()
    services.answer_invitation(invitation=jan, accept=False)
    assert mail.outbox[-1].to == [group.by.email]
    with pytest.raises(DomainError) as gone:
        services.answer_invitation(invitation=jan, accept=True)
    assert gone.value.code == "invitation_gone"


def test_a_link_expires_and_is_replaced_by_a_new_one(session, group):
    anna = group.members.get(name="Anna Nowak")
    Registration.objects.filter(pk=anna.pk).update(answer_by=timezone.now() - dt.timedelta(minutes=1))
    with pytest.raises(DomainError) as expired:
        services.answer_invitation(invitation=anna, accept=True)
    assert expired.value.code == "invitation_expired"
    again = services.send_invitation_again(by=group.by, registration=anna)
    assert again.code != anna.code
    assert again.code in mail.outbox[-1].body
    services.cancel_registration(by=group.by, registration=again)
    with pytest.raises(DomainError):
        services.answer_invitation(invitation=again, accept=True)


@pytest.mark.parametrize(
    ("people", "code"),
    [
        ([], "group_size"),
        ([Invited("A B", f"a{n}@example.org") for n in range(21)], "group_size"),
        ([Invited("A B", "a@example.org"), Invited("C D", "A@example.org ")], "email_twice"),
        ([Invited("A B", "a@example")], "bad_email"),
        ([Invited("A B + 2", "a@example.org")], "plus_one"),
    ],
)
def test_a_group_with_a_mistake_is_not_saved_in_part(session, people, code):
    with pytest.raises(DomainError) as error:
        services.register_group(by=make_user(), session=session, people=people, **EXPERT)
    assert error.value.code == code
    assert not Registration.objects.exists()


def test_a_substitute_takes_over_place_and_duties_by_the_own_answer(session, organiser):
    own = make_registration(session)
    table = make_round_tables(session).tables.first()
    Host.objects.create(registration=own, table=table)
    services.set_needs(by=own.user, registration=own, diet="wegańska")
    substitute = services.name_substitute(
        by=own.user, registration=own, name="Ewa Wilk", email="ewa@example.org"
    )
    own.refresh_from_db()
    assert own.state == State.REGISTERED
    services.set_quota(by=organiser, session=session, stakeholder=own.stakeholder, places=1)
    taken = services.answer_invitation(invitation=substitute, accept=True)
    own.refresh_from_db()
    assert (own.state, taken.state, taken.represents) == (State.CANCELLED, State.REGISTERED, own.name)
    assert table.hosts.get().registration == taken
    assert taken.verified_at
    assert not Needs.objects.exists()


def test_a_substitute_of_another_city_with_the_same_name_is_not_confirmed(session):
    own = make_registration(session)
    substitute = services.name_substitute(
        by=own.user, registration=own, name="Ewa Wilk", email="ewa@example.org"
    )
    other = next(city for city in type(own.city).objects.all() if city != own.city)
    type(own.city).objects.filter(pk=other.pk).update(name=own.city.name)
    other.refresh_from_db()
    taken = services.answer_invitation(invitation=substitute, accept=True, city=other)
    assert taken.comes_from == own.comes_from
    assert taken.verified_at is None


def test_topics_wishes_and_needs_are_replaced_as_a_whole(session):
    own = make_registration(session)
    topics = list(session.topics.all())
    services.choose_topics(by=own.user, registration=own, topics=topics[::-1])
    services.choose_topics(by=own.user, registration=own, topics=topics[1:])
    assert [choice.topic for choice in TopicChoice.objects.filter(registration=own)] == topics[1:]
    firm = make_registration(session, Stakeholder.BUSINESS).organisation
    services.wish_meeting(by=own.user, registration=own, wishes=[firm])
    with pytest.raises(DomainError) as mine:
        services.wish_meeting(by=own.user, registration=own, wishes=[own.city])
    assert mine.value.code == "own_place"
    assert own.wishes.get().organisation == firm
    with pytest.raises(DomainError) as essay:
        services.set_needs(by=own.user, registration=own, diet="x" * 121)
    assert (essay.value.code, essay.value.field) == ("too_long", "diet")
    services.set_needs(by=own.user, registration=own, step_free=True)
    assert services.set_needs(by=own.user, registration=own) is None
    assert not Needs.objects.exists()
    assert not AuditEntry.objects.filter(action="dialogue.set_needs", data__icontains="step").exists()


def test_needs_are_deleted_once_after_the_day(session, organiser):
    own = make_registration(session)
    services.set_needs(by=own.user, registration=own, diet="wegańska")
    with pytest.raises(DomainError):
        services.delete_needs(by=None, session=session)
    session.edition.session_date = timezone.localdate() - dt.timedelta(days=1)
    session.edition.save()
    mail.outbox.clear()
    assert list(found.sessions_with_needs_to_delete()) == [session]
    assert [services.delete_needs(by=None, session=session) for _ in range(2)] == [1, 0]
    assert not found.sessions_with_needs_to_delete().exists()
    assert [m.to for m in mail.outbox] == [[organiser.email]]
    assert AuditEntry.objects.filter(action="dialogue.delete_needs").count() == 1


def test_photos_are_refused_until_the_person_agrees_and_after_the_withdrawal(session):
    own, other = make_registration(session), make_registration(session)
    assert found.photo_refused(session) == {own.pk, other.pk}
    services.set_consents(by=own.user, registration=own, given={found.PHOTOS})
    assert found.photo_refused(session) == {other.pk}
    services.set_consents(by=own.user, registration=own, given=set())
    assert found.photo_refused(session) == {own.pk, other.pk}
    assert Consent.objects.get().withdrawn_at
    with pytest.raises(DomainError):
        services.set_consents(by=own.user, registration=own, given={"newsletter"})
    assert ConsentText.objects.filter(purpose=found.PHOTOS).exists()


def test_duplicates_are_hinted_dismissed_and_merged(session, organiser):
    city = a_city(3)
    keep = make_registration(session, name="Żaneta Łoś", city=city, state=State.WAITING)
    drop = make_registration(session, name="zaneta  los", city=city)
    phone = make_registration(session, name="Ktoś Inny", phone="+48600100200")
    same_phone = make_registration(session, name="Jeszcze Inny", phone="600100200")
    pairs = {(one.first, one.second): one.same_phone for one in found.duplicates(session)}
    assert pairs == {(keep, drop): False, (phone, same_phone): True}
    with pytest.raises(DomainError):
        services.dismiss_duplicate(by=organiser, first=phone, second=same_phone, reason=" ")
    services.dismiss_duplicate(by=organiser, first=same_phone, second=phone, reason="Wspólny telefon biura")
    services.choose_topics(by=drop.user, registration=drop, topics=list(session.topics.all()))
    merged = services.merge_duplicates(by=organiser, keep=keep, drop=drop)
    assert merged.state == State.REGISTERED
    assert merged.topics.count() == 3
    assert found.duplicates(session) == []


OPEN, SHUT = "convene", "measure"


@pytest.mark.parametrize("phase", [OPEN, SHUT])
@pytest.mark.parametrize("who", ["stranger", "owner", "organiser"])
def test_who_may_do_what_in_which_phase(who, phase):
    session = make_session(edition=make_edition(open_phases=(phase,), session_date=timezone.localdate()))
    own = make_registration(session)
    user = {
        "stranger": make_user(),
        "owner": own.user,
        "organiser": make_user(Role.ORGANISER, edition=session.edition),
    }[who]
    acts = {
        "register": lambda: services.register_person(
            by=make_user() if who == "owner" else user, session=session, **EXPERT
        ),
        "quota": lambda: services.set_quota(by=user, session=session, stakeholder="ngo", places=5),
        "needs": lambda: services.set_needs(by=user, registration=own, step_free=True),
        "topics": lambda: services.choose_topics(by=user, registration=own, topics=[]),
        "change": lambda: services.change_registration(by=user, registration=own, position="x"),
        "confirm": lambda: services.confirm_organisation(by=user, registration=own),
        "substitute": lambda: services.name_substitute(by=user, registration=own, name="A B", email="ab@example.org"),
        "consent": lambda: services.set_consents(by=user, registration=own, given={found.PHOTOS}),
        "cancel": lambda: services.cancel_registration(by=user, registration=own),
    }  # fmt: skip
    allowed = set()
    for name, act in acts.items():
        try:
            act()
        except NotAllowed:
            continue
        allowed.add(name)
    of_the_owner = {"needs", "topics", "change", "substitute"}
    expected = {
        ("stranger", OPEN): {"register"},
        ("owner", OPEN): {"register", "consent", "cancel"} | of_the_owner,
        ("organiser", OPEN): {"register", "quota", "confirm", "cancel"} | of_the_owner,
        ("stranger", SHUT): set(),
        ("owner", SHUT): {"consent", "cancel"},
        ("organiser", SHUT): set(),
    }
    assert allowed == expected[who, phase]
