"""The data dialogue: who may do what and when, what is written, what is public."""

import json

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone

from ratusz.apps.accounts import privacy
from ratusz.apps.accounts import services as accounts
from ratusz.apps.accounts.models import Mandate, Organisation
from ratusz.apps.cities import consequences, queries, services
from ratusz.apps.cities.models import CityReview, Correction, Objection, ObjectionFile, Observation
from ratusz.apps.core.errors import DomainError, NotAllowed
from ratusz.apps.core.models import AuditEntry
from ratusz.apps.editions.models import Phase
from ratusz.apps.editions.tasks_board import Outcome, Task, board_of
from tests.cities.dialogue import decide, give_figures, make_team, open_phase, pdf, proposal, send, take_part

pytestmark = pytest.mark.django_db
State = Objection.State


@pytest.fixture
def place(edition, cities66, unemployment, source):
    """The edition in its data dialogue, six cities with a figure, Krosno without one."""
    open_phase(edition, "verify")
    cities = take_part(edition)
    values = {"lodz": 4.5, "gdynia": 2.0, "sopot": 1.5, "torun": 5.0, "lublin": 6.0}
    give_figures(unemployment, source, values)
    return cities


@pytest.fixture
def lodz(place, edition):
    return make_team(edition, place["lodz"])


@pytest.fixture
def gdynia(place, edition):
    return make_team(edition, place["gdynia"])


def test_city_objects_and_the_organiser_accepts(place, edition, unemployment, lodz, organiser):
    objection = send(lodz, edition, place["lodz"], unemployment, document=pdf())
    assert (objection.state, objection.old_value, objection.value) == (State.WAITING, 4.5, 5.2)
    assert mail.outbox[-1].to == [lodz.email]
    assert "5,2" in mail.outbox[-1].body
    assert objection.document.sha256 in mail.outbox[-1].body
    decided = decide(organiser, objection)
    figure = Observation.objects.get(city=place["lodz"], indicator=unemployment, year=2024)
    assert figure.value == 5.2
    assert figure.source.code == "city-1061011"
    assert (decided.correction.old_value, decided.correction.new_value) == (4.5, 5.2)
    assert decided.correction.source_named == "Powiatowy Urząd Pracy, sprawozdanie MRPiPS-01"
    assert "Bo tak jest w źródle." in mail.outbox[-1].body
    found = [c.pk for c in queries.corrections_of(edition, city=place["lodz"], indicator=unemployment)]
    assert found == [decided.correction.pk]
    assert not queries.corrections_of(edition, city=place["gdynia"]).exists()


def test_accepted_in_part_takes_the_organisers_value_and_source(
    place, edition, unemployment, lodz, organiser, source
):
    decided = decide(organiser, send(lodz, edition, place["lodz"], unemployment), value=5.0, source=source)
    assert (decided.correction.new_value, decided.value) == (5.0, 5.2)
    assert decided.correction.source_named == str(source)


def test_missing_figure_is_given_and_its_trail_has_no_old_value(place, edition, unemployment, organiser):
    krosno = make_team(edition, place["krosno"])
    objection = send(krosno, edition, place["krosno"], unemployment, typed="3 ,1".replace(" ", ""))
    assert (objection.old_value, objection.old_year) == (None, None)
    decided = decide(organiser, objection)
    assert decided.correction.old_value is None
    assert Observation.objects.get(city=place["krosno"]).value == 3.1


def test_rejected_objection_changes_no_figure_and_is_public_without_its_author(
    place, edition, unemployment, lodz, organiser
):
    decide(organiser, send(lodz, edition, place["lodz"], unemployment), accept=False)
    assert not Correction.objects.exists()
    assert Observation.objects.get(city=place["lodz"]).value == 4.5
    assert [one.city.slug for one in queries.rejections(indicator=unemployment)] == ["lodz"]


@pytest.mark.parametrize(
    ("fields", "field", "code"),
    [
        ({"typed": ""}, "typed", "not_a_number"),
        ({"typed": "pięć"}, "typed", "not_a_number"),
        ({"typed": "nan"}, "typed", "not_a_number"),
        ({"typed": "1e400"}, "typed", "not_a_number"),
        ({"typed": "4,5"}, "typed", "same_value"),
        ({"typed": "45"}, "typed", "doubtful"),
        ({"typed": "450"}, "typed", "doubtful"),
        ({"typed": "-4"}, "typed", "doubtful"),
        ({"year": None}, "year", "year_wrong"),
        ({"year": 2031}, "year", "year_wrong"),
        ({"year": 1066}, "year", "year_wrong"),
        ({"source_name": " "}, "source_name", "source_missing"),
        ({"source_url": "javascript:alert(1)"}, "source_url", "address_wrong"),
        ({"source_url": ""}, "source_url", "proof_missing"),
        ({"grounds": ""}, "grounds", "grounds_missing"),
    ],
)
def test_bad_objection_is_refused_at_its_field(place, edition, unemployment, lodz, fields, field, code):
    with pytest.raises(DomainError) as refused:
        send(lodz, edition, place["lodz"], unemployment, **fields)
    assert (refused.value.field, refused.value.code) == (field, code)
    assert not Objection.objects.exists()


@pytest.mark.parametrize(("typed", "value"), [("5,2", 5.2), ("5.2", 5.2), ("5,2 %", 5.2), (" 5,20 ", 5.2)])
def test_value_is_read_as_people_write_it(place, edition, unemployment, lodz, typed, value):
    assert send(lodz, edition, place["lodz"], unemployment, typed=typed).value == value


def test_thousands_are_read_with_spaces(place, edition, wage, source, lodz):
    give_figures(wage, source, {"lodz": 12000.0, "gdynia": 13000.0})
    sent = send(lodz, edition, place["lodz"], wage, typed="12 345,6")
    assert sent.value == 12345.6


def test_doubtful_value_goes_through_when_the_person_is_sure(place, edition, unemployment, lodz):
    assert send(lodz, edition, place["lodz"], unemployment, typed="45", sure=True).value == 45


def test_one_open_objection_for_a_city_and_an_indicator(place, edition, unemployment, lodz, organiser):
    first = send(lodz, edition, place["lodz"], unemployment)
    with pytest.raises(DomainError) as refused:
        send(lodz, edition, place["lodz"], unemployment)
    assert refused.value.code == "changed_meanwhile"
    with pytest.raises(IntegrityError), transaction.atomic():
        Objection.objects.create(edition=edition, city=place["lodz"], indicator=unemployment, by=lodz)
    decide(organiser, first, accept=False)
    assert send(lodz, edition, place["lodz"], unemployment, typed="5,4").pk != first.pk


def test_no_decision_on_a_text_that_changed_meanwhile(place, edition, unemployment, lodz, organiser):
    objection = send(lodz, edition, place["lodz"], unemployment)
    seen = objection.version
    services.send_objection(
        by=lodz, edition=edition, city=place["lodz"], indicator=unemployment, proposal=proposal(typed="5,9"),
        version=seen,
    )  # fmt: skip
    with pytest.raises(DomainError) as refused:
        decide(organiser, objection, version=seen)
    assert refused.value.code == "changed_meanwhile"
    assert Observation.objects.get(city=place["lodz"]).value == 4.5
    assert decide(organiser, objection).correction.new_value == 5.9


def test_decided_objection_is_neither_decided_again_nor_withdrawn(
    place, edition, unemployment, lodz, organiser
):
    objection = decide(organiser, send(lodz, edition, place["lodz"], unemployment))
    with pytest.raises(DomainError) as again:
        decide(organiser, objection, accept=False)
    with pytest.raises(DomainError) as back:
        services.withdraw_objection(by=lodz, objection=objection)
    assert (again.value.code, back.value.code) == ("not_waiting", "not_open")


def test_decision_without_a_reason_changes_nothing(place, edition, unemployment, lodz, organiser):
    objection = send(lodz, edition, place["lodz"], unemployment)
    with pytest.raises(DomainError) as refused:
        decide(organiser, objection, reason_pl="  ")
    assert refused.value.field == "reason_pl"
    assert Observation.objects.get(city=place["lodz"]).value == 4.5


def test_consequences_of_a_change_must_be_known(place, edition, unemployment, lodz, organiser, monkeypatch):
    monkeypatch.setattr(consequences, "_providers", [lambda edition: ["Trzeba policzyć ranking ponownie."]])
    objection = send(lodz, edition, place["lodz"], unemployment)
    with pytest.raises(DomainError) as refused:
        decide(organiser, objection)
    assert refused.value.field == "knows_consequences"
    assert decide(organiser, objection, knows_consequences=True).state == State.ACCEPTED


def test_withdrawn_objection_is_not_public_and_a_draft_is_gone(
    place, edition, unemployment, wage, source, lodz
):
    give_figures(wage, source, {"lodz": 7000})
    sent = send(lodz, edition, place["lodz"], unemployment)
    services.withdraw_objection(by=lodz, objection=sent)
    sent.refresh_from_db()
    assert sent.state == State.WITHDRAWN
    assert not queries.rejections().exists()
    draft = services.save_draft(
        by=lodz, edition=edition, city=place["lodz"], indicator=wage, proposal=proposal(typed="siedem"), version=0,
        document=pdf(),
    )  # fmt: skip
    services.withdraw_objection(by=lodz, objection=draft)
    assert not Objection.objects.filter(pk=draft.pk).exists()
    assert not ObjectionFile.objects.exists()


# Who and when


ROLES = ["organiser", "secretary", "juror", "moderator", "city", "provider", "participant"]
PEOPLE = [*ROLES, "no_mandate", "no_role", None]
ALLOWED = {
    "object": ({"city"}, {"verify"}),
    "confirm": ({"city"}, {"verify"}),
    "withdraw": ({"city"}, {"verify", "rank"}),
    "decide": ({"organiser"}, {"verify", "rank"}),
    "invite": ({"organiser"}, {"measure", "verify"}),
}


@pytest.mark.parametrize("role", PEOPLE)
@pytest.mark.parametrize("phase", [None, *Phase.Kind.values])
def test_role_and_phase_decide_who_may_do_what(place, edition, unemployment, lodz, role, phase):
    city = place["lodz"]
    waiting = send(lodz, edition, city, unemployment)
    open_phase(edition, phase)
    who = somebody(role, edition, city)
    acts = {
        "object": lambda: services.save_draft(
            by=who,
            edition=edition,
            city=place["lodz"],
            indicator=unemployment,
            proposal=proposal(),
            version=0,
        ),
        "confirm": lambda: services.confirm_figures(by=who, edition=edition, city=city, seen="x"),
        "withdraw": lambda: services.withdraw_objection(by=who, objection=waiting),
        "decide": lambda: services.decide_objection(
            by=who, objection=waiting, version=waiting.version, accept=False, reason_pl="Powód."
        ),
        "invite": lambda: services.invite_cities(by=who, edition=edition),
    }
    for name, act in acts.items():
        roles, phases = ALLOWED[name]
        allowed = role in roles and phase in phases
        with transaction.atomic():
            try:
                act()
                refused = False
            except NotAllowed:
                refused = True
            except DomainError:  # allowed, and another rule spoke
                refused = False
            transaction.set_rollback(True)
        assert refused is not allowed, (name, role, phase)


def somebody(role, edition, city):
    if role is None:
        return AnonymousUser()
    if role == "no_mandate":
        return make_team(edition, city, mandate=False)
    if role == "no_role":
        return make_team(edition, city, role="")
    return make_team(edition, city, role=role)


def test_mandate_of_another_city_or_of_yesterday_opens_nothing(place, edition, unemployment, lodz, gdynia):
    with pytest.raises(NotAllowed):
        send(gdynia, edition, place["lodz"], unemployment)
    lodz.mandates.update(valid_to=timezone.localdate() - timezone.timedelta(days=1))
    with pytest.raises(NotAllowed):
        send(lodz, edition, place["lodz"], unemployment)
    assert not queries.objections_visible_to(lodz, edition).exists()


def test_wall_between_cities_and_drafts_are_nobody_elses(
    place, edition, unemployment, lodz, gdynia, organiser, stranger
):
    sent = send(lodz, edition, place["lodz"], unemployment, document=pdf())
    draft = services.save_draft(
        by=gdynia,
        edition=edition,
        city=place["gdynia"],
        indicator=unemployment,
        proposal=proposal(),
        version=0,
    )

    def seen(user):
        return set(queries.objections_visible_to(user, edition).values_list("pk", flat=True))

    assert seen(lodz) == {sent.pk}
    assert seen(gdynia) == {draft.pk}
    assert seen(organiser) == {sent.pk}
    assert seen(stranger) == seen(AnonymousUser()) == set()
    for user, allowed in ((lodz, True), (organiser, True), (gdynia, False), (stranger, False)):
        assert (services.hand_out_document(by=user, edition=edition, pk=sent.pk) is not None) is allowed
    assert AuditEntry.objects.filter(action="cities.read_document").count() == 2
    colleague = make_team(edition, place["lodz"])
    assert seen(colleague) == {sent.pk}
    assert not queries.cities_in_dialogue(lodz, edition).exists()
    assert [one.city for one in queries.reviews_visible_to(gdynia, edition)] == []


# Looking, confirming, inviting


def test_look_and_confirmation_are_recorded_once(place, edition, lodz):
    city = place["lodz"]
    assert services.note_look(by=lodz, edition=edition, city=city)
    assert not services.note_look(by=lodz, edition=edition, city=city)
    seen = queries.fingerprint(queries.own_figures(edition, city))
    review = services.confirm_figures(by=lodz, edition=edition, city=city, seen=seen)
    assert review.confirmed_figures == seen
    assert set(AuditEntry.objects.values_list("action", flat=True)) >= {
        "cities.look_at_figures",
        "cities.confirm_figures",
    }


def test_confirmation_of_figures_that_changed_meanwhile_is_refused(
    place, edition, unemployment, source, lodz
):
    seen = queries.fingerprint(queries.own_figures(edition, place["lodz"]))
    give_figures(unemployment, source, {"lodz": 4.9})
    with pytest.raises(DomainError) as refused:
        services.confirm_figures(by=lodz, edition=edition, city=place["lodz"], seen=seen)
    assert refused.value.code == "figures_changed"


def test_invitations_go_once_in_the_language_of_each_person(
    place, edition, unemployment, lodz, gdynia, organiser
):
    gdynia.language = "en"
    gdynia.save()
    sent = services.invite_cities(by=organiser, edition=edition)
    assert (sent.cities, sent.mails) == (2, 2)
    texts = {message.to[0]: message for message in mail.outbox}
    assert "Łódź" in texts[lodz.email].body
    assert "Prosimy" in texts[lodz.email].subject or "prosimy" in texts[lodz.email].body
    assert "figures of your city" in texts[gdynia.email].subject
    zone = "CE"
    assert zone in texts[gdynia.email].body
    with pytest.raises(DomainError) as nobody:
        services.invite_cities(by=organiser, edition=edition)
    assert nobody.value.code == "nobody"
    CityReview.objects.update(invited_at=timezone.now() - timezone.timedelta(days=3))
    send(lodz, edition, place["lodz"], unemployment)
    reminded = services.invite_cities(by=organiser, edition=edition, reminder=True)
    assert (reminded.cities, mail.outbox[-1].to) == (1, [gdynia.email])


def test_invitation_names_only_cities_of_a_mandate_in_force(place, edition, lodz, organiser):
    office = Organisation.objects.create(kind="local_government", name="Sopot", teryt=place["sopot"].teryt)
    today = timezone.localdate()
    days = {"valid_from": today - timezone.timedelta(days=90), "valid_to": today - timezone.timedelta(days=9)}
    Mandate.objects.create(user=lodz, organisation=office, **days)
    assert services.invite_cities(by=organiser, edition=edition).cities == 1
    assert "Sopot" not in mail.outbox[-1].body
    assert list(queries.team_of(edition).values_list("teryt", flat=True)) == [place["lodz"].teryt]


def test_organiser_sees_who_looked_confirmed_objected_or_is_silent(
    place, edition, unemployment, lodz, gdynia, organiser
):
    services.note_look(by=gdynia, edition=edition, city=place["gdynia"])
    send(lodz, edition, place["lodz"], unemployment)
    every = queries.cities_in_dialogue(organiser, edition)
    assert {one.city.slug for one in queries.cities_that(every, "silent")} == {
        "sopot",
        "krosno",
        "torun",
        "lublin",
    }
    assert [one.city.slug for one in queries.cities_that(every, "looked")] == ["gdynia"]
    assert [one.city.slug for one in queries.cities_that(every, "objected")] == ["lodz"]
    assert queries.cities_that(every, "no_team").count() == 4


# Board, privacy, audit


def test_board_asks_the_city_to_look_and_the_organiser_to_decide(
    place, edition, unemployment, lodz, organiser
):
    edition.is_current = True
    tasks, _outcomes = board_of(lodz, edition)
    look = next(task for task in tasks if "Łódź" in str(task.title))
    assert look.due is not None
    objection = send(lodz, edition, place["lodz"], unemployment)
    tasks, _outcomes = board_of(organiser, edition)
    assert any(
        "1 " in str(task.title) and "/objections/" in task.url for task in tasks if isinstance(task, Task)
    )
    decide(organiser, objection, accept=False)
    tasks, outcomes = board_of(lodz, edition)
    assert any(isinstance(one, Outcome) and str(place["lodz"]) in str(one.title) for one in outcomes)
    assert not any("/objections/" in task.url for task in board_of(organiser, edition)[0])


def test_person_takes_objections_along_and_leaves_only_what_was_sent(
    place, edition, unemployment, wage, source, lodz
):
    give_figures(wage, source, {"lodz": 7000})
    sent = send(lodz, edition, place["lodz"], unemployment)
    services.save_draft(
        by=lodz, edition=edition, city=place["lodz"], indicator=wage, proposal=proposal(), version=0
    )
    section = json.loads(json.dumps(privacy.export(lodz)["data_dialogue"], default=str))
    assert {one["indicator"] for one in section} == {"unemployment", "wage"}
    accounts.erase_person(person=lodz, by=lodz)
    assert [one.pk for one in Objection.objects.all()] == [sent.pk]


def test_every_write_is_in_the_audit_log(place, edition, unemployment, lodz, organiser):
    objection = send(lodz, edition, place["lodz"], unemployment)
    decide(organiser, objection)
    other = send(lodz, edition, place["lodz"], unemployment, typed="5,3")
    decide(organiser, other, accept=False)
    services.withdraw_objection(
        by=lodz, objection=send(lodz, edition, place["lodz"], unemployment, typed="5,4")
    )
    services.invite_cities(by=organiser, edition=edition)
    found = set(AuditEntry.objects.filter(edition_id=edition.pk).values_list("action", flat=True))
    assert found >= {
        "cities.send_objection", "cities.accept_objection", "cities.correct_observation",
        "cities.reject_objection", "cities.withdraw_objection", "cities.invite_cities",
    }  # fmt: skip
    assert not AuditEntry.objects.filter(data__icontains=lodz.email).exists()
