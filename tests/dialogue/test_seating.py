"""The planner: from rows to the engine and back, changes by hand, publication, repair."""

import datetime as dt
import uuid
from contextlib import contextmanager

import pytest
from django.core import mail
from django.utils import timezone

from ratusz.apps.core.errors import DomainError, NotAllowed
from ratusz.apps.core.models import AuditEntry
from ratusz.apps.dialogue import queries, services
from ratusz.apps.dialogue.models import (
    CheckIn,
    Host,
    MeetingWish,
    Needs,
    Profession,
    Registration,
    Seat,
    SeatingPlan,
    SeatingRule,
    Stakeholder,
    TopicChoice,
)
from ratusz.apps.dialogue.planner import engine_input, read_seats
from ratusz.apps.dialogue.services.seating.repair import no_shows
from tests.dialogue.factories import (
    make_circle,
    make_people,
    make_registration,
    make_round_tables,
    make_session,
)
from tests.editions.factories import make_user
from tests.ranking.factories import organiser

pytestmark = pytest.mark.django_db


@pytest.fixture
def session():
    """A session of tomorrow: no round has begun."""
    return make_session(day=timezone.localdate() + dt.timedelta(days=1))


@pytest.fixture
def boss(session):
    return organiser(session.edition)


@pytest.fixture
def day(session):
    """A treasurers' circle, then two rounds at three tables, and ten people of all types."""
    circle = make_circle(session, Profession.TREASURER)
    tables = make_round_tables(session, rounds=2, tables=3, seats=4)
    return {"circle": circle, "tables": tables, "people": make_people(session, 10)}


def searched(by, plan):
    services.set_settings(by=by, plan=plan, seconds=1)
    services.search_plan(by=by, plan=plan)
    return services.execute_search(plan_id=plan.pk)


@contextmanager
def refused(code):
    with pytest.raises(DomainError) as error:
        yield
    assert error.value.code == code


def seats_of(plan):
    return read_seats(plan, engine_input(plan.session, plan))


def test_input_is_what_the_rows_say(session, day):
    one, two, three, *_rest = day["people"]
    table = day["tables"].tables.first()
    topic = table.topic
    Host.objects.create(registration=two, table=table)
    Host.objects.create(registration=three, table=table, duty=Host.Duty.NOTE_TAKER)
    TopicChoice.objects.create(registration=one, topic=topic, place=1)
    MeetingWish.objects.create(registration=one, organisation=two.organisation)
    SeatingRule.objects.create(session=session, kind="apart", first=one, second=two)
    Needs.objects.create(registration=one, step_free=True)
    make_registration(session, Stakeholder.NGO, state=Registration.State.WAITING)
    stranger = make_registration(session, verified_at=None)
    found = engine_input(session)
    problem = found.problem
    assert (problem.rounds, len(problem.people), len(problem.tables)) == (3, 11, 4)
    first = problem.people[found.person_number[one.pk]]
    assert (first.type, first.profession, first.step_free) == ("local_government", "treasurer", True)
    assert first.topics == (str(topic.pk),)
    assert problem.people[found.person_number[stranger.pk]].type == ""
    circle = problem.tables[found.table_number[day["circle"].tables.get().pk]]
    assert (circle.rounds, circle.types, circle.professions) == (
        frozenset({0}), frozenset({"local_government"}), frozenset({"treasurer"}),
    )  # fmt: skip
    hosted = problem.tables[found.table_number[table.pk]]
    assert (hosted.moderator, hosted.rounds, hosted.types) == (str(two.pk), frozenset({1, 2}), None)
    assert [(pin.round, pin.person) for pin in problem.pins] == [(1, str(three.pk)), (2, str(three.pk))]
    assert problem.apart == ((str(one.pk), str(two.pk)),)
    assert [(wish.people, wish.others) for wish in problem.wishes] == [((str(one.pk),), (str(two.pk),))]


def test_rounds_that_start_together_are_one_round(session):
    make_circle(session, Profession.TREASURER, hour=9)
    make_circle(session, Profession.STRATEGY, hour=9)
    make_registration(session)
    found = engine_input(session)
    assert found.problem.rounds == 1
    assert len(found.slots[0].rounds) == 2


def test_host_of_another_profession_sits_in_the_circle_and_a_business_never(session, day):
    table = day["circle"].tables.get()
    host = make_registration(session, profession=Profession.STRATEGY)
    Host.objects.create(registration=host, table=table)
    firm = make_registration(session, Stakeholder.BUSINESS)
    Host.objects.create(registration=firm, block=day["circle"])
    found = engine_input(session)
    assert [row.registration for row in found.shut_out] == [firm]
    circle = found.problem.tables[found.table_number[table.pk]]
    assert circle.moderator == str(host.pk)
    assert circle.professions == {"treasurer", f"host {host.pk}"}
    other = make_registration(session, profession=Profession.STRATEGY)
    assert found.problem.people[0].profession == "treasurer"
    assert engine_input(session).problem.people[-1].profession == other.profession


def test_search_seats_everybody_by_the_rules(session, day, boss):
    plan = searched(boss, services.make_plan(by=boss, session=session, name="A"))
    assert plan.search == SeatingPlan.Search.IDLE
    assert (plan.report["quality"]["violations"], plan.report["quality"]["unseated"]) == (0, [])
    circle = plan.seats.filter(table__block=day["circle"])
    assert {seat.registration.stakeholder for seat in circle} == {"local_government"}
    assert plan.seats.filter(table__block=day["tables"]).count() == 20
    assert [change.verb for change in plan.changes.all()] == ["search"]


def test_search_keeps_pins_and_is_undone_in_one_step(session, day, boss):
    plan = services.make_plan(by=boss, session=session)
    person, table = day["people"][1], day["tables"].tables.last()
    services.move_person(by=boss, plan=plan, slot=1, person=person, table=table)
    services.pin(by=boss, plan=plan, slot=1, person=person)
    plan = searched(boss, plan)
    assert seats_of(plan)[1, person.pk] == (table.pk, True)
    services.undo(by=boss, plan=plan)
    assert seats_of(plan) == {(1, person.pk): (table.pk, True)}
    services.redo(by=boss, plan=plan)
    assert len(seats_of(plan)) > 20


def test_stopped_search_keeps_the_best(session, day, boss):
    plan = services.make_plan(by=boss, session=session)
    services.search_plan(by=boss, plan=plan)
    with refused("plan_searching"):
        services.move_person(by=boss, plan=plan, slot=1, person=day["people"][0], table=None)
    SeatingPlan.objects.filter(pk=plan.pk).update(search="running")
    services.stop_search(by=boss, plan=plan)
    SeatingPlan.objects.filter(pk=plan.pk).update(search="queued")
    began = timezone.now()
    plan = services.execute_search(plan_id=plan.pk)
    assert timezone.now() - began < dt.timedelta(seconds=8)
    assert plan.seats.count() > 20


def test_lost_search_leaves_the_plan_as_it_was(session, day, boss):
    plan = services.make_plan(by=boss, session=session)
    SeatingPlan.objects.filter(pk=plan.pk).update(search="running")
    assert services.end_lost_searches() == 1
    plan.refresh_from_db()
    assert (plan.search, plan.seats.count()) == ("idle", 0)
    assert "error" in plan.progress


def test_move_on_an_older_version_is_refused(session, day, boss):
    plan = services.make_plan(by=boss, session=session)
    person, table = day["people"][0], day["tables"].tables.first()
    moved = services.move_person(by=boss, plan=plan, slot=1, person=person, table=table, version=1)
    assert moved.version == 2
    with pytest.raises(DomainError) as error:
        services.move_person(by=boss, plan=plan, slot=2, person=person, table=table, version=1)
    assert error.value.code == "plan_changed"


def test_wall_of_a_circle_cannot_be_bent(session, day, boss):
    plan = services.make_plan(by=boss, session=session)
    business = day["people"][1]
    with refused("walls"):
        services.move_person(by=boss, plan=plan, slot=0, person=business, table=day["circle"].tables.get())
    # Rows that came there by another way are never published.
    Seat.objects.create(
        plan=plan, round=day["circle"].rounds.get(), table=day["circle"].tables.get(), registration=business
    )
    with pytest.raises(DomainError) as error:
        services.publish_plan(by=boss, plan=plan, accept_broken="Tak trzeba.")
    assert error.value.code == "walls"


def test_swap_undo_and_redo(session, day, boss):
    plan = services.make_plan(by=boss, session=session)
    one, two = day["people"][:2]
    first, second = day["tables"].tables.all()[:2]
    services.move_person(by=boss, plan=plan, slot=1, person=one, table=first)
    services.move_person(by=boss, plan=plan, slot=1, person=two, table=second)
    services.swap_people(by=boss, plan=plan, slot=1, person=one, other=two)
    swapped = {(1, one.pk): (second.pk, False), (1, two.pk): (first.pk, False)}
    assert seats_of(plan) == swapped
    services.undo(by=boss, plan=plan)
    assert seats_of(plan)[1, one.pk][0] == first.pk
    services.redo(by=boss, plan=plan)
    assert seats_of(plan) == swapped
    services.undo(by=boss, plan=plan)
    services.move_person(by=boss, plan=plan, slot=2, person=one, table=first)
    with refused("no_step"):
        services.redo(by=boss, plan=plan)


def test_what_if_tells_the_price_and_saves_nothing(session, day, boss):
    plan = services.make_plan(by=boss, session=session)
    first = day["tables"].tables.first()
    for person in day["people"][:4]:
        services.move_person(by=boss, plan=plan, slot=1, person=person, table=first)
    found = engine_input(session, plan)
    cost = services.what_if(
        found=found, seats=seats_of(plan), slot=1, person=day["people"][4].pk, table=first.pk
    )
    assert cost.changes["violations"] >= 1
    assert any(one.rule == "capacity" for one in cost.broken)
    assert plan.seats.count() == 4


def test_publication_is_told_and_never_changed(session, day, boss):
    plan = searched(boss, services.make_plan(by=boss, session=session))
    with refused("empty"):
        services.publish_plan(by=boss, plan=services.make_plan(by=boss, session=session))
    own = day["people"][0]
    assert queries.route_of(own) == []
    services.publish_plan(by=boss, plan=plan, note_pl="Do zobaczenia!")
    assert len(mail.outbox) == 10
    assert queries.published_plan(session) == plan
    assert len(queries.route_of(own)) == 3
    plan.refresh_from_db()
    for act in (
        lambda: services.move_person(by=boss, plan=plan, slot=1, person=own, table=None),
        lambda: services.undo(by=boss, plan=plan),
        lambda: services.delete_draft(by=boss, plan=plan),
        lambda: services.search_plan(by=boss, plan=plan),
    ):
        with pytest.raises(DomainError) as error:
            act()
        assert error.value.code == "plan_published"
    copy = services.copy_plan(by=boss, plan=plan)
    mine = next(key for key in seats_of(copy) if key[0] == 1)
    other = next(key for key, seat in seats_of(copy).items() if key[0] == 1 and seat != seats_of(copy)[mine])
    services.swap_people(by=boss, plan=copy, slot=1, person=mine[1], other=other[1])
    mail.outbox.clear()
    services.publish_plan(by=boss, plan=copy)
    plan.refresh_from_db()
    assert plan.state == SeatingPlan.State.PAST
    assert len(mail.outbox) == 2


def test_broken_rules_are_published_with_a_reason_only(session, day, boss):
    plan = searched(boss, services.make_plan(by=boss, session=session))
    one, two = day["people"][:2]
    SeatingRule.objects.create(session=session, kind="together", first=one, second=two)
    table = next(table for key, (table, _) in seats_of(plan).items() if key == (1, one.pk))
    other = day["tables"].tables.exclude(pk=table).first()
    services.move_person(by=boss, plan=plan, slot=1, person=two, table=other)
    with pytest.raises(DomainError) as error:
        services.publish_plan(by=boss, plan=plan)
    assert error.value.field == "accept_broken"
    services.publish_plan(by=boss, plan=plan, accept_broken="Prosili o to sami.")
    assert AuditEntry.objects.get(action="dialogue.publish_plan").data["reason"] == "Prosili o to sami."


def test_participant_sees_own_tables_after_publication_and_no_circle_of_others(session, day, boss):
    plan = searched(boss, services.make_plan(by=boss, session=session))
    official, business = day["people"][0], day["people"][1]
    assert not queries.seats_visible_to(official.user, session).exists()
    services.publish_plan(by=boss, plan=plan)
    seen = queries.seats_visible_to(business.user, session)
    assert not seen.filter(table__block=day["circle"]).exists()
    places = {(seat.round_id, seat.table_id) for seat in queries.route_of(business)}
    assert {(seat.round_id, seat.table_id) for seat in seen} == places
    assert queries.seats_visible_to(official.user, session).filter(table__block=day["circle"]).count() == 2
    assert queries.seats_visible_to(boss, session).count() == plan.seats.count()
    assert not queries.seats_visible_to(make_user("provider", edition=session.edition), session).exists()
    assert not queries.plans_visible_to(official.user, session).exists()


@pytest.mark.parametrize("role", ["city", "provider", "secretary", "juror"])
def test_only_organisers_plan(session, day, boss, role):
    plan = services.make_plan(by=boss, session=session)
    other = make_user(role, edition=session.edition)
    for act in (
        lambda: services.make_plan(by=other, session=session),
        lambda: services.copy_plan(by=other, plan=plan),
        lambda: services.delete_draft(by=other, plan=plan),
        lambda: services.set_settings(by=other, plan=plan, seconds=5),
        lambda: services.recount(by=other, plan=plan),
        lambda: services.search_plan(by=other, plan=plan),
        lambda: services.stop_search(by=other, plan=plan),
        lambda: services.move_person(by=other, plan=plan, slot=1, person=day["people"][0], table=None),
        lambda: services.swap_people(by=other, plan=plan, slot=1, person=1, other=2),
        lambda: services.pin(by=other, plan=plan, slot=1, person=1),
        lambda: services.unpin(by=other, plan=plan, slot=1, person=1),
        lambda: services.undo(by=other, plan=plan),
        lambda: services.redo(by=other, plan=plan),
        lambda: services.publish_plan(by=other, plan=plan),
        lambda: services.repair_plan(by=other, session=session),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_reasons_are_found_and_kept(session, day, boss):
    plan = services.make_plan(by=boss, session=session)
    services.set_settings(by=boss, plan=plan, presence={"ngo": 1})
    plan = searched(boss, plan)
    codes = {one["code"] for one in plan.report["conflicts"]}
    assert codes == {"presence"}


def test_repair_after_no_shows_moves_few_and_breaks_nothing(boss, session):
    make_round_tables(session, rounds=4, tables=12, seats=8)
    people = make_people(session, 96)
    plan = searched(boss, services.make_plan(by=boss, session=session))
    services.publish_plan(by=boss, plan=plan)
    session.blocks.get().tables.update(min_seats=5)
    gone = people[::5]
    CheckIn.objects.bulk_create(
        CheckIn(registration=person, way="code", key=uuid.uuid4()) for person in people if person not in gone
    )
    assert no_shows(session) == gone
    done = services.repair_plan(by=boss, session=session, absent=no_shows(session))
    assert done.plan.report["violations"] == []
    assert not done.plan.report["quality"]["unseated"]
    assert done.share <= 0.1
    assert len(done.moved) <= 0.1 * 77 * 4
    assert queries.published_plan(session) == plan
    services.publish_plan(by=boss, plan=done.plan)
    assert queries.route_of(gone[0]) == []


def test_repair_follows_moderator_room_and_closed_table(session, day, boss):
    one, two, three = day["tables"].tables.all()
    host, deputy = day["people"][1], day["people"][2]
    Host.objects.create(registration=host, table=one)
    services.publish_plan(by=boss, plan=searched(boss, services.make_plan(by=boss, session=session)))
    small = session.rooms.last()
    two.room = small
    two.save()
    three.max_seats = one.max_seats = two.max_seats = 6
    for table in (one, two, three):
        table.save()
    done = services.repair_plan(
        by=boss, session=session, absent=[host], replaced={one: deputy}, closed=[three], swapped=(one, two)
    )
    seats = seats_of(done.plan)
    assert done.plan.report["violations"] == []
    assert {seats[1, deputy.pk][0], seats[2, deputy.pk][0]} == {one.pk}
    assert three.pk not in {table for (slot, _), (table, _) in seats.items() if slot}
    one.refresh_from_db()
    assert one.room != small
    services.publish_plan(by=boss, plan=done.plan)
    one.refresh_from_db()
    assert one.room == small
    assert list(one.hosts.values_list("registration", flat=True)) == [deputy.pk]
