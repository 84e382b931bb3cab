from dataclasses import replace

import numpy as np
import pytest

from ratusz.engines.seating import EngineError, Person, Pin, Plan, Table, check, repair, solve, verify
from tests.engines.seating.sessions import dialogue, plain, ruled


@pytest.fixture(scope="module")
def session():
    problem = dialogue()
    return problem, solve(problem, moves=1_000_000).plan


def no_shows(problem, part, seed=0):
    count = int(part * len(problem.people))
    return [
        problem.people[i].id
        for i in np.random.default_rng(seed).choice(len(problem.people), count, replace=False)
    ]


@pytest.mark.parametrize("shape", [(10, 6, 6), (15, 8, 5), (30, 10, 5)])
def test_no_shows_after_two_rounds_move_few_people(shape):
    problem = ruled(*shape)
    plan = solve(problem, moves=1_000_000).plan
    absent = no_shows(problem, 0.08)
    gone = np.isin([p.id for p in problem.people], absent) & (np.arange(shape[2]) >= 2)[:, None]
    found = repair(problem, plan, done_rounds=2, absent=absent, moves=600_000)
    quality = check(found.problem, found.solution).quality
    before = verify(found.problem, Plan(np.where(gone, -1, plan.seats))).quality
    assert quality.repeats <= before.repeats + 4
    assert found.share <= 0.05
    assert np.array_equal(found.solution.plan.seats[:2], plan.seats[:2])
    for r in range(2, shape[2]):
        sizes = np.bincount(found.solution.plan.seats[r][~gone[r]])
        assert np.ptp(sizes) <= 1


def test_a_fifth_of_the_session_stays_away(session):
    problem, plan = session
    moderators = {table.moderator for table in problem.tables}
    absent = [p for p in no_shows(problem, 0.25) if p not in moderators][:19]
    found = repair(problem, plan, done_rounds=1, absent=absent, moves=400_000)
    assert not found.solution.violations
    assert found.share <= 0.1
    assert not {move.person for move in found.moved} & set(absent)


def test_a_late_person_gets_a_seat_and_hardly_anybody_moves(session):
    problem, plan = session
    people = tuple(replace(p, rounds=frozenset()) if p.id == "p50" else p for p in problem.people)
    seats = plan.seats.copy()
    seats[:, 50] = -1
    waiting = replace(problem, people=people)
    found = repair(waiting, Plan(seats), done_rounds=1, late={"p50": 2}, moves=300_000)
    assert check(found.problem, found.solution).clean
    route = found.solution.plan.route(problem, "p50")
    assert route[:2] == (None, None)
    assert None not in route[2:]
    assert [move.before for move in found.moved if move.person == "p50"] == ["", ""]
    assert found.share <= 0.05


def test_a_moderator_who_falls_ill_is_replaced(session):
    problem, plan = session
    spare = plan.at(problem, 2)["t11"][0]
    tables = tuple(replace(t, moderator=spare) if t.id == "t3" else t for t in problem.tables)
    found = repair(replace(problem, tables=tables), plan, done_rounds=2, absent=["p77"], moves=300_000)
    assert check(found.problem, found.solution).clean
    assert found.solution.plan.route(problem, spare)[2:] == ("t3", "t3")
    assert found.solution.plan.route(problem, "p77")[2:] == (None, None)
    assert found.share <= 0.1


def test_a_moderator_who_is_missed_is_reported(session):
    problem, plan = session
    found = repair(problem, plan, done_rounds=3, absent=["p77"], moves=50_000)
    assert [(v.rule, v.round, v.table, v.people) for v in found.solution.violations] == [
        ("moderator", 3, "t3", ("p77",))
    ]


def test_two_tables_swap_rooms_and_only_the_step_free_go_along(session):
    problem, plan = session
    rooms = {"t2": True, "t3": False}  # the stairs are now before t3
    tables = tuple(replace(t, step_free=rooms.get(t.id, t.step_free)) for t in problem.tables)
    found = repair(replace(problem, tables=tables), plan, done_rounds=1, moves=300_000)
    assert check(found.problem, found.solution).clean
    assert found.share <= 0.05


def test_a_closed_table_is_emptied(session):
    problem, plan = session
    tables = tuple(replace(t, rounds=frozenset({1})) if t.id == "t10" else t for t in problem.tables)
    found = repair(replace(problem, tables=tables), plan, done_rounds=2, moves=300_000)
    assert check(found.problem, found.solution).clean
    assert "t10" not in found.solution.plan.at(found.problem, 2)
    emptied = sum(len(plan.at(problem, r)["t10"]) for r in (2, 3))
    assert len(found.moved) <= 2 * emptied


def test_pins_of_the_day_hold(session):
    problem, plan = session
    found = repair(problem, plan, done_rounds=2, pins=[Pin(3, "p0", "t5")], moves=200_000)
    assert check(found.problem, found.solution).clean
    assert found.solution.plan.route(problem, "p0")[3] == "t5"


def test_people_and_tables_may_come_and_go_by_name():
    before = plain(4, 4, 3)
    plan = solve(before, moves=100_000).plan
    people = (*before.people[1:], Person("new"))
    tables = (Table("extra", 4, rounds=frozenset({2})), *before.tables[::-1])
    after = replace(before, people=people, tables=tables)
    found = repair(after, plan, done_rounds=2, before=before, moves=100_000)
    assert check(found.problem, found.solution).clean
    assert found.solution.plan.route(after, "p5")[:2] == plan.route(before, "p5")[:2]
    assert found.solution.plan.route(after, "new")[2] is not None


def test_nothing_changes_when_nothing_has_changed(session):
    problem, plan = session
    found = repair(problem, plan, done_rounds=1, price=1000.0, moves=100_000)
    assert found.moved == ()
    assert found.solution.plan == plan


def test_equal_seeds_repair_alike(session):
    problem, plan = session
    one, two = (repair(problem, plan, done_rounds=1, absent=["p1"], moves=50_000) for _ in range(2))
    assert one.solution.plan == two.solution.plan


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"done_rounds": 9}, "Rounds played: found 9"),
        ({"done_rounds": 1, "absent": ["nobody"]}, "Person nobody: found no such person"),
        ({"done_rounds": 1, "late": {"p0": 9}}, "Person p0, late: found round 9"),
    ],
)
def test_a_repair_that_cannot_be_meant_is_refused(session, arguments, message):
    problem, plan = session
    with pytest.raises(EngineError, match=message):
        repair(problem, plan, moves=100, **arguments)
