from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from ratusz.engines.seating import (
    EngineError,
    Person,
    Pin,
    Plan,
    Presence,
    Problem,
    Table,
    Weights,
    Wish,
    check,
    solve,
    verify,
    warm_up,
)
from tests.engines.seating.sessions import dialogue, plain, ruled

MOVES = 300_000


@pytest.fixture(scope="module", autouse=True)
def ready():
    warm_up()


@pytest.mark.parametrize("shape", [(10, 6, 6), (15, 8, 5), (30, 10, 5)])
def test_nobody_meets_twice_where_people_only_have_to_meet(shape):
    solution = solve(plain(*shape), moves=2_000_000)
    assert check(plain(*shape), solution).quality.repeats == 0
    assert solution.proved >= {"repeats", "off_mix", "unseated"}
    assert solution.moves < 2_000_000, "a proved plan ends the search"


def test_rules_and_aims_together():
    problem = ruled(15, 8, 5)
    quality = check(problem, solve(problem, moves=3_000_000)).quality
    assert quality.repeats <= 5
    assert quality.off_mix <= 12
    assert not quality.missed
    assert quality.topic_cost < 0.5


def test_a_session_with_circles_moderators_languages_and_stairs():
    problem = dialogue()
    solution = solve(problem, moves=1_500_000)
    report = check(problem, solution)
    assert report.clean
    assert not report.quality.unseated, (
        "business has no seat in the circles' round, and is not left out there"
    )
    assert report.quality.repeats <= 90, "circles of 20 have met already when the tables are mixed"
    for r in (1, 2, 3):
        sizes = [len(people) for people in solution.plan.at(problem, r).values()]
        assert max(sizes) - min(sizes) <= 1
    assert solution.plan.route(problem, "p41")[0] is None
    assert solution.plan.route(problem, "p74")[1:] == ("t0",) * 3


def test_equal_seeds_and_moves_give_equal_plans():
    problem = ruled(6, 5, 4)
    first, again, other = (solve(problem, moves=MOVES, seed=seed) for seed in (3, 3, 4))
    assert first.plan == again.plan
    assert first.quality == again.quality
    assert first.moves == again.moves
    assert first.plan != other.plan
    assert first.provenance.input_hash == again.provenance.input_hash
    assert first.provenance.input_hash != solve(replace(problem, rounds=3), moves=100).provenance.input_hash


def test_threads_search_from_seeds_of_their_own():
    problem = ruled(6, 5, 4)
    with ThreadPoolExecutor(2) as pool:
        one, two = (solve(problem, moves=MOVES, executor=pool) for _ in range(2))
    assert one.plan == two.plan
    assert one.provenance.runs == 2
    assert one.moves > MOVES * 1.5
    assert check(problem, one).clean


def test_better_plans_come_as_they_are_found():
    problem, seen, told = ruled(10, 6, 4), [], []
    solution = solve(
        problem,
        moves=MOVES,
        on_best=lambda plan, quality, seconds: seen.append((plan, quality, seconds)),
        progress=lambda done, total: told.append((done, total)),
    )
    orders = [quality.order for _, quality, _ in seen]
    assert len(orders) > 2
    assert orders == sorted(orders, reverse=True)
    assert seen[-1][0] == solution.plan
    assert [seconds for *_, seconds in seen] == sorted(seconds for *_, seconds in seen)
    assert told[-1] == (1000, 1000)


def test_a_search_ends_in_time_and_when_it_is_stopped():
    problem = ruled(10, 6, 6)
    assert solve(problem, seconds=0.3).provenance.seconds < 1.5
    calls = iter([False] * 5 + [True] * 10_000)
    assert solve(problem, moves=10**9, stop=lambda: next(calls)).moves < 10**9


def test_a_plan_to_begin_with_is_never_made_worse():
    problem = ruled(6, 5, 4)
    before = solve(problem, moves=MOVES)
    after = solve(problem, moves=10_000, start=before.plan)
    assert after.quality.order <= before.quality.order


def test_repeats_beyond_the_bound_are_counted_and_proved():
    problem = plain(2, 3, 4)  # 6 people make 15 pairs; 4 rounds of 6 meetings are 24
    solution = solve(problem, moves=MOVES)
    assert solution.bounds.repeats == 9
    assert check(problem, solution).quality.repeats >= 9


def test_six_ngos_at_eight_tables_leave_two_without_one():
    people = [Person(f"n{i}", type="ngo") for i in range(6)] + [
        Person(f"c{i}", type="city") for i in range(34)
    ]
    problem = Problem(
        tuple(people), tuple(Table(f"t{i}", 6) for i in range(8)), 2, presence=(Presence("ngo"),)
    )
    solution = solve(problem, moves=MOVES)
    assert [(v.rule, v.round, v.kind, v.short) for v in solution.violations] == [
        ("presence", r, "ngo", 1) for r in (0, 0, 1, 1)
    ]
    with pytest.raises(EngineError, match="presence"):
        check(problem, solution)


def test_ten_people_of_one_city_are_spread_as_far_as_tables_go():
    people = [Person(f"a{i}", city="Opole") for i in range(10)] + [Person(f"b{i}") for i in range(30)]
    problem = Problem(tuple(people), tuple(Table(f"t{i}", 5) for i in range(8)), 3)
    solution = solve(problem, moves=MOVES)
    assert solution.quality.same_organisation == solution.bounds.same_organisation == 6
    assert solution.quality.repeats == 0
    check(problem, solution)


def test_people_are_seated_in_their_rounds_alone():
    problem = plain(4, 4, 3)
    people = (replace(problem.people[0], rounds=frozenset({1})), *problem.people[1:])
    solution = solve(replace(problem, people=people), moves=MOVES)
    route = solution.plan.route(problem, "p0")
    assert route[0] is route[2] is None
    assert route[1] is not None
    assert check(replace(problem, people=people), solution).quality.unseated == ()


def test_pins_hold_and_nobody_else_gives_way_to_walls():
    problem = dialogue()
    pinned = replace(problem, pins=(Pin(2, "p0", "t3"), Pin(2, "p1", "t3"), Pin(3, "p0", "t4")))
    plan = solve(pinned, moves=MOVES).plan
    assert plan.route(problem, "p0")[2:] == ("t3", "t4")
    assert plan.route(problem, "p1")[2] == "t3"
    assert verify(pinned, plan).clean


def test_a_wall_holds_even_for_a_moderator_and_says_so():
    circle = Table("circle", 4, types=frozenset({"city"}), moderator="guest")
    people = (Person("guest", type="business"), *(Person(f"c{i}", type="city") for i in range(3)))
    solution = solve(Problem(people, (circle,), 1), moves=1000)
    assert [(v.rule, v.people) for v in solution.violations] == [("walls", ("guest",))]


def test_people_without_a_seat_are_named_and_counted():
    problem = Problem(tuple(Person(f"p{i}") for i in range(9)), (Table("a", 4), Table("b", 4)), 2)
    solution = solve(problem, moves=MOVES)
    assert len(solution.quality.unseated) == solution.bounds.unseated == 2
    assert check(problem, solution).clean


def test_rules_that_conflict_break_as_little_as_can_be():
    people = tuple(Person(f"p{i}") for i in range(4))
    problem = Problem(people, (Table("a", 4, 4),), 2, apart=(("p0", "p1"),))
    rules = [violation.rule for violation in solve(problem, moves=MOVES).violations]
    assert len(rules) == 2, "one rule per round gives way, not two"


def test_people_who_must_sit_together_do_in_every_round_and_repeat_nothing():
    problem = replace(
        plain(5, 4, 4), together=(("p0", "p1"), ("p1", "p2"), ("p5", "p9")), apart=(("p0", "p5"),)
    )
    solution = solve(problem, moves=MOVES)
    assert check(problem, solution).clean
    for r in range(4):
        table = {p: t for t, seated in solution.plan.at(problem, r).items() for p in seated}
        assert table["p0"] == table["p1"] == table["p2"]
        assert table["p5"] == table["p9"] != table["p0"]


def test_wishes_of_groups_need_one_pair_and_impossible_ones_are_proved():
    people = tuple(Person(f"p{i}") for i in range(12))
    problem = Problem(
        people,
        tuple(Table(f"t{t}", 3) for t in range(4)),
        2,
        apart=(("p0", "p11"),),
        wishes=(Wish(("p0", "p1"), ("p5", "p6")), Wish(("p0",), ("p11",)), Wish(("p2",), ("p3", "p4"), 2.0)),
    )
    solution = solve(problem, moves=MOVES)
    assert solution.quality.missed == (1,)
    assert solution.bounds.wishes_missed == 1
    assert "wishes_missed" in solution.proved


def test_a_person_cannot_be_promised_more_meetings_than_there_are_seats():
    people = tuple(Person(f"p{i}") for i in range(12))
    wishes = tuple(Wish(("p0",), (f"p{k}",)) for k in range(1, 9))
    problem = Problem(people, tuple(Table(f"t{t}", 3) for t in range(4)), 3, wishes=wishes)
    solution = solve(problem, moves=MOVES)
    assert (len(solution.quality.missed), solution.bounds.wishes_missed) == (2, 2)


def test_context_can_be_sought_alike_or_different():
    people = tuple(Person(f"p{i}", context="small" if i % 2 else "large") for i in range(16))
    tables = tuple(Table(f"t{t}", 4) for t in range(4))
    alike = Problem(people, tables, 1, weights=Weights(context=1.0))
    assert solve(alike, moves=MOVES).quality.context == 0
    different = replace(alike, weights=Weights(context=-1.0))
    solution = solve(different, moves=MOVES)
    assert solution.quality.context == 16
    assert solution.bounds.context is None
    check(different, solution)


def test_tables_are_filled_evenly_and_a_minimum_comes_before():
    problem = Problem(
        tuple(Person(f"p{i}") for i in range(23)),
        (Table("a", 12, 10), *(Table(f"t{t}", 6) for t in range(4))),
        2,
    )
    for sizes in (
        [len(p) for p in solve(problem, moves=MOVES).plan.at(problem, r).values()] for r in range(2)
    ):
        assert sizes[0] == 10
        assert sorted(sizes[1:]) == [3, 3, 3, 4]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"rounds": 0}, "Rounds: found 0"),
        ({"people": ()}, "no person"),
        ({"tables": (Table("a", 0),)}, "Table a: found 0 seats"),
        ({"tables": (Table("a", 2, 3),)}, "a minimum of 3"),
        ({"tables": (Table("a", 2), Table("a", 2))}, "Table a: found it 2 times"),
        ({"people": (Person("p0"), Person("p0"))}, "Person p0: found it 2 times"),
        ({"people": (Person(""),)}, "an empty id"),
        ({"people": (Person("p0", rounds=frozenset({5})),)}, "Person p0: found round 5"),
        ({"tables": (Table("a", 9, moderator="p99"),)}, "person p99"),
        ({"tables": (Table("a", 9, moderator="p1"), Table("b", 9, moderator="p1"))}, "tables a and b"),
        ({"apart": (("p0", "p0"),)}, "p0 twice"),
        ({"together": (("p0", "q"),)}, "person q"),
        ({"pins": (Pin(0, "p0", "x"),)}, "table x"),
        ({"pins": (Pin(9, "p0", "t0"),)}, "round 9"),
        ({"pins": (Pin(0, "p0", "t0"), Pin(0, "p0", "t1"))}, "tables t0 and t1"),
        ({"presence": (Presence("", -1),)}, "found -1"),
        ({"wishes": (Wish(("p0",), ("p0",)),)}, "nobody to meet"),
        ({"wishes": (Wish(("p0",), ("p1",), float("nan")),)}, "a weight of nan"),
        ({"weights": Weights(mix=-1)}, "Weight mix: found -1"),
        ({"played": 7}, "Rounds played: found 7"),
        ({"played": 1}, "who sat where is not known"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_where_and_why(change, message):
    with pytest.raises(EngineError, match=message):
        solve(replace(plain(3, 3, 3), **change), moves=100)


def test_a_plan_of_another_problem_is_refused():
    with pytest.raises(EngineError, match="2 rounds × 9 people"):
        solve(plain(3, 3, 3), start=Plan(np.zeros((2, 9), dtype=int)))
    with pytest.raises(EngineError, match="a search takes some time"):
        solve(plain(3, 3, 3), seconds=0)
    with pytest.raises(EngineError, match="a whole number per round and person"):
        Plan([0.5])
    with pytest.raises(EngineError, match="table nowhere"):
        Plan.from_routes(plain(3, 3, 3), {"p0": ("nowhere",)})


def test_a_claimed_quality_is_checked():
    problem = plain(3, 3, 3)
    solution = solve(problem, moves=10_000)
    with pytest.raises(EngineError, match="Quality, repeats: found 5"):
        check(problem, replace(solution, quality=replace(solution.quality, repeats=5)))
    with pytest.raises(EngineError, match="Quality, cost"):
        check(problem, replace(solution, quality=replace(solution.quality, cost=-1.0)))
