import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ratusz.engines.seating import (
    Person,
    Pin,
    Plan,
    Presence,
    Problem,
    Table,
    Weights,
    Wish,
    repair,
    solve,
    verify,
)
from ratusz.engines.seating.bounds import bounds
from ratusz.engines.seating.kernels import anneal, total_cost
from ratusz.engines.seating.model import UNIT, build, seat_all
from ratusz.engines.seating.prepare import prepare
from ratusz.engines.seating.quality import measure

KINDS, HOMES, TOPICS = ("city", "ngo", "firm"), ("", "A", "B"), ("roads", "water", "schools")
some = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def problems(draw, most=14):
    rounds = draw(st.integers(1, 4))
    subset = st.none() | st.frozensets(st.integers(0, rounds - 1))
    n = draw(st.integers(2, most))
    ids = [f"p{i}" for i in range(n)]
    people = tuple(
        Person(
            name,
            type=draw(st.sampled_from(KINDS)),
            organisation=draw(st.sampled_from(HOMES)),
            context=draw(st.sampled_from(("", "small", "large"))),
            topics=tuple(draw(st.lists(st.sampled_from(TOPICS), unique=True))),
            step_free=draw(st.integers(0, 5)) == 0,
            rounds=draw(subset) if draw(st.integers(0, 3)) == 0 else None,
        )
        for name in ids
    )
    tables = []
    for t in range(draw(st.integers(1, 4))):
        capacity = draw(st.integers(1, 5))
        tables.append(
            Table(
                f"t{t}",
                capacity,
                draw(st.integers(0, min(2, capacity))),
                topic=draw(st.sampled_from(("", *TOPICS))),
                step_free=draw(st.booleans()),
                moderator=f"p{t}" if t < n and draw(st.integers(0, 3)) == 0 else "",
                rounds=draw(subset) if draw(st.integers(0, 3)) == 0 else None,
                types=frozenset({"city", "ngo"}) if draw(st.integers(0, 3)) == 0 else None,
            )
        )
    pair = st.lists(st.sampled_from(ids), min_size=2, max_size=2, unique=True).map(tuple)
    group = st.lists(st.sampled_from(ids), min_size=1, max_size=3, unique=True).map(tuple)
    wishes = draw(
        st.lists(st.tuples(group, group).filter(lambda g: set(g[0]) | set(g[1]) > {g[0][0]}), max_size=4)
    )
    return Problem(
        people,
        tuple(tables),
        rounds,
        apart=tuple(draw(st.lists(pair, max_size=3))),
        together=tuple(draw(st.lists(pair, max_size=2))),
        presence=(Presence("ngo"),) if draw(st.booleans()) else (),
        pins=(Pin(0, ids[-1], "t0"),) if draw(st.integers(0, 3)) == 0 else (),
        wishes=tuple(Wish(*groups) for groups in wishes),
        weights=Weights(context=draw(st.sampled_from((0.0, 1.0, -1.0)))),
    )


@some
@given(problems(), st.integers(0, 10))
def test_the_sum_of_differences_is_a_recount(problem, seed):
    instance = prepare(problem)
    seats = seat_all(instance, np.full(instance.shape[:2], -1), np.random.default_rng(seed))
    model = build(instance, seats)
    state = model.state(seats, seed)
    cost, best = total_cost(model.rules, state), np.array(seats, dtype=np.int32)
    best_cost = cost
    for heat in (1.0, 0.1):
        cost, best_cost, _ = anneal(
            model.rules,
            state,
            cost,
            best_cost,
            best,
            400,
            heat * UNIT,
            np.array([300, 500, 700]),
            np.zeros(1, np.int8),
        )
        assert cost == total_cost(model.rules, state)
    fresh = model.state(state.seat, seed)
    assert total_cost(model.rules, fresh) == cost
    assert total_cost(model.rules, model.state(best, seed)) == best_cost
    for field in ("size", "margin", "meetings", "again", "label_count", "wish_count"):
        np.testing.assert_array_equal(getattr(state, field), getattr(fresh, field), err_msg=field)


@some
@given(problems(), st.integers(0, 10))
def test_the_search_reports_what_a_recount_finds_and_no_bound_is_beaten(problem, seed):
    solution = solve(problem, moves=3_000, seed=seed)
    report = verify(problem, solution.plan)
    assert solution.violations == report.violations
    assert len(report.violations) == solution.quality.violations == report.quality.violations
    for name in ("repeats", "missed", "same_organisation", "context", "unseated"):
        assert getattr(solution.quality, name) == getattr(report.quality, name), name
    for name in ("off_mix", "topic_cost", "cost"):
        assert getattr(solution.quality, name) == pytest.approx(getattr(report.quality, name), abs=1e-6), name
    assert not {v.rule for v in report.violations} & {"capacity", "available", "unused"}
    if not report.violations and not len(report.quality.unseated) > solution.bounds.unseated:
        for name in ("repeats", "off_mix", "topic_cost", "same_organisation"):
            assert getattr(report.quality, name) >= getattr(solution.bounds, name) - 1e-6, name
        assert len(report.quality.missed) >= solution.bounds.wishes_missed
        assert report.quality.cost >= solution.bounds.cost - 1e-6


@some
@given(problems(), st.data())
def test_any_plan_is_measured_alike(problem, data):
    shape = problem.rounds, len(problem.people)
    seats = data.draw(
        st.lists(
            st.lists(st.integers(-1, len(problem.tables) - 1), min_size=shape[1], max_size=shape[1]),
            min_size=shape[0],
            max_size=shape[0],
        )
    )
    measured, recounted = measure(prepare(problem), np.array(seats)), verify(problem, Plan(seats)).quality
    assert measured.violations == recounted.violations
    assert measured.unseated == recounted.unseated
    assert measured.missed == recounted.missed
    assert (measured.repeats, measured.same_organisation, measured.context) == (
        recounted.repeats,
        recounted.same_organisation,
        recounted.context,
    )
    assert measured.off_mix == pytest.approx(recounted.off_mix, abs=1e-6)
    assert measured.cost == pytest.approx(recounted.cost, abs=1e-6)


@settings(some, max_examples=30)
@given(problems(), st.data())
def test_a_repair_leaves_the_past_alone(problem, data):
    plan = solve(problem, moves=2_000).plan
    done = data.draw(st.integers(0, problem.rounds))
    absent = data.draw(st.sets(st.sampled_from([p.id for p in problem.people]), max_size=3))
    found = repair(problem, plan, done_rounds=done, absent=absent, moves=2_000)
    after = found.solution.plan
    assert np.array_equal(after.seats[:done], plan.seats[:done])
    report = verify(found.problem, after)
    assert found.solution.violations == report.violations
    assert found.solution.quality.unseated == report.quality.unseated
    for i, person in enumerate(problem.people):
        if person.id in absent:
            assert (after.seats[done:, i] == -1).all()
    moved = {(move.round, move.person) for move in found.moved}
    for r, i in np.argwhere(after.seats != plan.seats):
        assert (r, problem.people[i].id) in moved or problem.people[i].id in absent


@some
@given(problems(most=6))
def test_seats_are_left_empty_only_where_none_is_left(problem):
    instance = prepare(problem)
    seats = seat_all(instance, np.full(instance.shape[:2], -1), np.random.default_rng(0))
    assert int((seats == instance.shape[2]).sum()) == bounds(instance).unseated
