"""Why rules conflict: the smallest sets, their numbers, ways out, and the words."""

from dataclasses import replace
from itertools import combinations, product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ratusz.engines.seating import Person, Pin, Plan, Presence, Problem, Table, Violation, Wish
from ratusz.engines.seating.explain import (
    Change,
    Speaker,
    cheapest_way,
    cost_of,
    explain,
    round_of,
    why_here,
    why_table,
)
from ratusz.engines.seating.explain.conflicts import irreducible
from ratusz.engines.seating.explain.feasible import Clock, can_hold, least_breach
from ratusz.engines.seating.explain.rules import Round, Rule, admitted, is_mixed, understood
from ratusz.engines.seating.explain.templates import CONFLICTS, OPTIONS
from ratusz.engines.seating.plan import Bounds
from ratusz.engines.seating.verify import verify


def people(count: int, **kinds: int) -> tuple[Person, ...]:
    """So many people, the first of them of the kinds named, the others of "city"."""
    types = [kind for kind, number in kinds.items() for _ in range(number)]
    types += ["city"] * (count - len(types))
    return tuple(Person(f"p{i}", f"Person {i}", kind) for i, kind in enumerate(types))


def tables(count: int, capacity: int, **more) -> tuple[Table, ...]:
    return tuple(Table(str(t + 1), capacity, **more) for t in range(count))


def pairs(first: int, last: int) -> tuple[tuple[str, str], ...]:
    return tuple((f"p{i}", f"p{j}") for i, j in combinations(range(first, last), 2))


def said(problem: Problem) -> list[tuple[str, tuple[str, ...]]]:
    speaker = Speaker(problem)
    return [(speaker.conflict(one), speaker.options(one)) for one in explain(problem)]


eight = tables(8, 8)
GOLDEN = {
    "NGO at each table": (
        Problem(people(64, NGO=6), eight, 3, presence=(Presence("NGO"),)),
        "In each round: NGO at each table is impossible: 6 < 8; 2 tables will lack one.",
        ("drop the rule for 2 tables in each of these rounds", "invite 2 more of NGO"),
    ),
    "NGO who leaves early": (
        Problem(
            (replace(people(64, NGO=8)[0], rounds=frozenset({0, 2})), *people(64, NGO=8)[1:]),
            eight, 3, presence=(Presence("NGO"),),
        ),
        "In round 2: NGO at each table is impossible: 7 < 8; one table will lack one.",
        ("drop the rule for one table in each of these rounds", "invite one more of NGO"),
    ),
    "two of a type": (
        Problem(people(64, NGO=13), eight, 1, presence=(Presence("NGO", 2),)),
        "2 × NGO at each table is impossible: 13 < 16; 2 tables will lack some.",
        ("drop the rule for 2 tables in each of these rounds", "invite 3 more of NGO"),
    ),
    "too few seats": (
        Problem(people(97), tables(12, 8), 4),
        "In each round: 97 people for 96 seats: one seat is missing.",
        ("add one seat", "add one table", "invite one person fewer"),
    ),
    "too few people": (
        Problem(people(50), tables(8, 8, minimum=7), 1),
        "The tables' minimums add up to 56, but there are 50 people: 6 are missing.",
        ("lower the minimums by 6 seats in all", "invite 6 more people", "close one table"),
    ),
    "more apart than tables": (
        Problem(people(40), tables(4, 10), 2, apart=pairs(0, 6)),
        ("In each round: 6 people must all sit apart, but there are 4 tables: Person 0, Person 1, Person 2, Person 3, "
        "Person 4, Person 5."),
        ("let 2 pairs sit together", "add 2 tables"),
    ),
    "apart and together": (
        Problem(people(8), tables(2, 4), 1, apart=(("p0", "p2"),), together=(("p0", "p1"), ("p1", "p2"))),
        "Person 0 and Person 2 must sit apart, but both together with Person 1.",
        ("let one pair sit together", "let one pair sit apart"),
    ),
    "group larger than a table": (
        Problem(people(8), tables(2, 4), 1, together=tuple((f"p{i}", f"p{i + 1}") for i in range(4))),
        ("5 people must sit together, but no table has more than 4 seats: Person 0, Person 1, Person 2, Person 3, "
        "Person 4."),
        ("add one seat", "let one pair sit apart", "make a table larger by one seat"),
    ),
    "moderator of two tables": (
        Problem(people(8), tables(2, 4, moderator="p0"), 1),
        "Person 0 moderates several tables at a time: 1, 2.",
        ("name another moderator for one table",),
    ),
    "moderator who is ill": (
        Problem(
            (Person("m", "Mia", rounds=frozenset({0})), *people(6)),
            (Table("A", 4, moderator="m"), Table("B", 4)), 2,
        ),
        "In round 2: Mia moderates table A, but is absent.",
        ("name another moderator for one table",),
    ),
    "pins over a table": (
        Problem(people(6), tables(3, 2), 1, pins=tuple(Pin(0, f"p{i}", "1") for i in range(3))),
        "3 people must share 2 seats (tables: 1; why: a pin): one seat is missing.",
        ("add one seat", "release one pin"),
    ),
    "pin against walls": (
        Problem(
            people(8, NGO=1), (Table("circle", 4, types=frozenset({"city"})), Table("open", 4)), 1,
            pins=(Pin(0, "p0", "circle"),),
        ),
        "There is no table for Person 0, because of: a pin, the walls of a circle.",
        ("release one pin", "let one person through the walls"),
    ),
    "circle too small for those whom the others keep out": (
        Problem(
            people(6, NGO=2),
            (Table("circle", 3, types=frozenset({"city"})), Table("NGOs", 4, types=frozenset({"NGO"}))), 1,
        ),
        "4 people must share 3 seats (tables: circle; why: the walls of a circle): one seat is missing.",
        ("add one seat", "let one person through the walls"),
    ),
    "steps": (
        Problem(
            tuple(replace(p, step_free=i < 4) for i, p in enumerate(people(8))),
            (Table("low", 3), Table("high", 8, step_free=False)), 1,
        ),
        "4 people need a step-free table, and these have 3 seats: one seat is missing.",
        ("add one seat", "make one more seat step-free"),
    ),
    "language": (
        Problem(
            (Person("a", "Ann", languages=frozenset({"en"})), *people(3)), tables(2, 2, language="pl"), 1,
        ),
        "There is no table for Ann, because of: the language of a table.",
        ("seat one person with an interpreter",),
    ),
    "a need is nobody's business": (
        Problem((Person("a", "Ann", step_free=True), *people(3)), tables(2, 2, step_free=False), 1),
        "There is no table for one of the people, because of: step-free access.",
        ("make one more seat step-free",),
    ),
    "no table at all": (
        Problem(people(3), (Table("A", 4, rounds=frozenset({0})),), 2),
        "In round 2: no table is in use, but 3 people are to be seated.",
        (),
    ),
    "sent to two tables": (
        Problem(people(4), tables(2, 4), 1, pins=(Pin(0, "p0", "1"), Pin(0, "p0", "2"))),
        "Person 0 is bound to several tables at a time: 1, 2.",
        ("release one pin",),
    ),
    "circle that nobody may fill": (
        Problem(
            people(8, NGO=1), (Table("NGOs", 4, minimum=2, types=frozenset({"NGO"})), Table("open", 8)), 1,
        ),
        "2 people are needed (tables: NGOs), but 1 may sit there (the walls of a circle): one missing.",
        ("lower the minimums by one seat", "let one person through the walls", "invite one more person"),
    ),
    "presence and pins": (
        Problem(
            people(4, NGO=2), tables(2, 2), 1, presence=(Presence("NGO"),),
            pins=(Pin(0, "p0", "1"), Pin(0, "p1", "1")),
        ),
        ("These rules cannot hold together: Person 0 is pinned to table 1, Person 1 is pinned to table 1, "
        "NGO at each table."),
        ("drop the rule for one table in each of these rounds", "release one pin"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", GOLDEN)
def test_conflict_is_said_in_one_sentence_with_ways_out(case):
    problem, sentence, options = GOLDEN[case]
    assert said(problem) == [(sentence, options)]


@pytest.mark.parametrize("case", GOLDEN)
def test_each_rule_of_a_conflict_is_needed(case):
    problem = GOLDEN[case][0]
    for conflict in explain(problem):
        assert conflict.minimal
        for number in conflict.rounds:
            part = round_of(problem, number)
            assert set(conflict.rules) <= set(part.rules)
            if conflict.code == "no_table":
                continue
            assert not can_hold(part, conflict.rules, Clock(5))
            for rule in conflict.rules:
                assert can_hold(part, [one for one in conflict.rules if one != rule], Clock(5)), rule


def test_every_code_of_a_conflict_and_of_a_way_out_has_words():
    found = {one.code for problem, _, _ in GOLDEN.values() for one in explain(problem)}
    ways = {o.code for problem, _, _ in GOLDEN.values() for one in explain(problem) for o in one.options}
    assert found <= CONFLICTS.keys()
    assert ways <= OPTIONS.keys()


def test_several_conflicts_are_all_told_the_plainest_first():
    problem = Problem(
        people(65, NGO=6), eight, 2, presence=(Presence("NGO"),), apart=pairs(0, 9),
        pins=(Pin(0, "p0", "1"), Pin(0, "p0", "2")),
    )  # fmt: skip
    assert [(one.code, one.rounds) for one in explain(problem)] == [
        ("too_few_seats", (0, 1)),
        ("presence", (0, 1)),
        ("apart_clique", (0, 1)),
        ("sent_to_two", (0,)),
    ]


def test_rules_that_can_hold_are_no_conflict():
    problem = Problem(
        people(64, NGO=8), tables(8, 8, minimum=8), 3, (("p0", "p1"),), presence=(Presence("NGO"),)
    )
    assert explain(problem) == ()


def test_a_plan_without_fault_is_the_proof():
    problem = Problem(people(2), tables(1, 2), 1)
    assert explain(problem, Plan([[0, 0]]), seconds=0.0) == ()
    assert explain(Problem(people(3), tables(1, 2), 1), Plan([[0, 0, -1]]))[0].code == "too_few_seats"


def test_without_time_only_what_counting_proves_is_told():
    conflict = explain(GOLDEN["too few seats"][0], seconds=0.0)[0]
    assert (conflict.code, conflict.minimal, conflict.breach) == ("too_few_seats", True, 1)
    assert explain(GOLDEN["group larger than a table"][0], seconds=0.0) == ()


def test_large_numbers_are_written_out():
    problem = Problem(people(6), tables(2, 3), 1)
    quality = replace(verify(problem, Plan([[0, 0, 0, 1, 1, 1]])).quality, repeats=12_345_678, off_mix=0.126)
    first, second, _ = Speaker(problem).quality(quality, Bounds(0, 0.0, 0.0, 0, 0, None, 0, 0.0))
    assert (first, second) == ("Repeated pairs: 12345678.", "Distance from an even mix of types: 0.13.")


# --- the exact programme against every seating there is


def every_seating(part: Round):
    return product(range(len(part.tables)), repeat=len(part.people))


def broken(part: Round, rule: Rule, seats: tuple[int, ...]) -> int:
    """By how much the seats break a rule, from its definition."""
    place = {p.id: i for i, p in enumerate(part.people)}
    table = {t.id: t for t in part.tables}
    at = [part.tables[t].id for t in seats]
    match rule.kind:
        case "capacity":
            return max(0, at.count(rule.table) - table[rule.table].capacity)
        case "minimum":
            return max(0, table[rule.table].minimum - at.count(rule.table))
        case "apart":
            return int(at[place[rule.people[0]]] == at[place[rule.people[1]]])
        case "together":
            return int(at[place[rule.people[0]]] != at[place[rule.people[1]]])
        case "pin" | "moderator":
            return int(at[place[rule.people[0]]] != rule.table)
        case "step_free":
            return int(not table[at[place[rule.people[0]]]].step_free)
        case "presence":
            return sum(
                max(
                    0,
                    rule.least
                    - sum(p.type == rule.type for p, a in zip(part.people, at, strict=True) if a == t.id),
                )
                for t in part.tables
                if is_mixed(t)
            )
    fits = admitted if rule.kind == "walls" else understood
    return sum(a == rule.table and not fits(p, table[a]) for p, a in zip(part.people, at, strict=True))


@st.composite
def small_problems(draw) -> Problem:
    n = draw(st.integers(1, 5))
    count = draw(st.integers(1, 3))
    ids = [f"p{i}" for i in range(n)]
    who = tuple(
        Person(
            one, type=draw(st.sampled_from("AB")), step_free=draw(st.booleans()),
            languages=draw(st.sampled_from([frozenset(), frozenset({"pl"}), frozenset({"en"})])),
        )
        for one in ids
    )  # fmt: skip
    at = tuple(
        Table(
            f"t{t}", capacity := draw(st.integers(1, 4)), draw(st.integers(0, min(2, capacity))),
            language=draw(st.sampled_from(["", "pl"])), step_free=draw(st.booleans()),
            moderator=draw(st.sampled_from(["", *ids[:2]])),
            types=draw(st.sampled_from([None, None, frozenset({"A"})])),
        )
        for t in range(count)
    )  # fmt: skip
    two = st.lists(st.sampled_from(list(combinations(ids, 2)) or [None]), max_size=4, unique=True).map(
        lambda found: tuple(pair for pair in found if pair)
    )
    pins = st.lists(
        st.builds(Pin, st.just(0), st.sampled_from(ids), st.sampled_from([t.id for t in at])), max_size=2
    )
    presence = st.lists(
        st.builds(Presence, st.sampled_from("AB"), st.integers(1, 2)), max_size=2, unique_by=lambda p: p.type
    )
    return Problem(who, at, 1, draw(two), draw(two), tuple(draw(presence)), tuple(draw(pins)))


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(small_problems())
def test_programme_and_conflicts_agree_with_every_seating_there_is(problem):
    part = round_of(problem, 0)
    rules = part.rules
    costs = [[broken(part, rule, seats) for rule in rules] for seats in every_seating(part)]

    def holds(chosen) -> bool:
        places = [rules.index(rule) for rule in chosen]
        return any(all(cost[k] == 0 for k in places) for cost in costs)

    assert can_hold(part, rules, Clock(5)) == holds(rules)
    assert least_breach(part, (), rules, Clock(5)) == min((sum(cost) for cost in costs), default=None)
    conflicts = explain(problem)
    assert bool(conflicts) != holds(rules)
    for conflict in conflicts:
        assert conflict.minimal
        assert not holds(conflict.rules)
        assert all(holds([one for one in conflict.rules if one != rule]) for rule in conflict.rules)


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 4), st.sets(st.sampled_from(list(combinations(range(7), 2))), max_size=18))
def test_irreducible_sets_of_people_apart(count, edges):
    apart = tuple((f"p{i}", f"p{j}") for i, j in sorted(edges))
    part = round_of(Problem(people(7), tables(count, 7), 1, apart=apart), 0)
    rules, sure = irreducible(part, [rule for rule in part.rules if rule.kind == "apart"], Clock(5))
    assert sure
    colours = any(all(colour[i] != colour[j] for i, j in edges) for colour in product(range(count), repeat=7))
    assert bool(rules) != colours
    for left_out in rules:
        assert can_hold(part, [rule for rule in rules if rule != left_out], Clock(5))


# --- quality, reasons, changes


def test_quality_is_said_against_what_is_proved():
    problem = Problem(people(6), tables(2, 3), 2, wishes=tuple(Wish((f"p{i}",), ("p5",)) for i in range(5)))
    quality = verify(problem, Plan([[0, 0, 0, 1, 1, 1], [0, 0, 1, 1, 1, 0]])).quality
    assert len(quality.missed) == 1
    bounds = Bounds(1, 0.0, 0.0, 1, 0, None, 0, 0.0)
    assert Speaker(problem).quality(quality, bounds) == (
        "Repeated pairs: 2; at least 1 cannot be avoided.",
        "At most 4 of these 5 wishes can hold.",
        "Wishes that hold: 4 of 5, proved best.",
        "Distance from an even mix of types: 0, proved best.",
        "Pairs of one organisation at a table: 0, proved best.",
    )


def test_why_somebody_sits_here():
    who = (
        Person("a", "Ada", "city", organisation="Office", topics=("water", "air")),
        Person("b", "Bo", "NGO"),
        Person("c", "Cy", "city", organisation="Office"),
        Person("d", "Di", "city"),
    )
    problem = Problem(
        who, (Table("1", 3, topic="air"), Table("2", 3, moderator="d")), 2,
        wishes=(Wish(("b",), ("a",)),), presence=(Presence("NGO"),),
    )  # fmt: skip
    plan = Plan([[0, 0, 0, 1], [0, 0, 1, 1]])
    speaker = Speaker(problem)
    assert speaker.reasons(why_here(problem, plan, "a", 0)) == (
        "meets one person for the first time",
        "meets one person again: Bo",
        "fulfils a wish: Bo",
        "topic: number 2 of their list",
        "sits with one person of their own office: Cy",
        "is one of 2 × city here; an even share is 2.2",
    )
    assert speaker.reasons(why_here(problem, plan, "d", 0))[0] == "moderates this table"
    assert speaker.reasons(why_table(problem, plan, "2", 1)) == (
        "has 2 people at 3 seats", "its people: city 2", "lacks one of NGO",
    )  # fmt: skip
    assert speaker.reasons(why_here(problem, Plan([[0, 0, 0, -1], [0, 0, 1, 1]]), "d", 0)) == (
        "has no seat in this round",
    )


def test_what_a_move_would_cost():
    problem = Problem(people(4), tables(2, 2), 2, apart=(("p0", "p1"),))
    plan = Plan([[0, 1, 0, 1], [0, 1, 1, 0]])
    speaker = Speaker(problem)
    swap = cost_of(problem, plan, Change(1, "p2", swap="p3"))
    assert swap.changes == {"repeats": 2}
    assert speaker.cost(swap) == ("2 more repeated pairs",)
    worse = cost_of(problem, plan, Change(1, "p1", "1"))
    assert worse.broken == (
        Violation("capacity", 1, "1"), Violation("apart", 1, "1", ("p0", "p1")),
    )  # fmt: skip
    assert speaker.cost(worse)[-2:] == (
        "Round 2, table 1: one person too many.", "Round 2, table 1: Person 0, Person 1 must sit apart.",
    )  # fmt: skip
    back = cost_of(problem, worse.plan, Change(1, "p1", "2"))
    assert back.plan == plan
    assert back.mended == worse.broken
    assert speaker.cost(cost_of(problem, plan, Change(0, "p0", "1"))) == ("changes nothing that counts",)
    with pytest.raises(ValueError, match="the table 9, but there is none of this name"):
        cost_of(problem, plan, Change(0, "p0", "9"))


def test_the_cheapest_way_to_a_full_table_is_an_exchange():
    problem = Problem(people(6), tables(3, 2), 2, apart=(("p0", "p3"),))
    plan = Plan([[0, 0, 1, 1, 2, 2], [0, 1, 2, 0, 1, 2]])
    plan = cost_of(problem, plan, Change(1, "p3", swap="p4")).plan
    way = cheapest_way(problem, plan, Change(1, "p0", "2"))
    found = cost_of(problem, plan, way)
    assert way.swap in ("p1", "p3")
    assert not found.broken
    others = [cost_of(problem, plan, Change(1, "p0", swap=one)) for one in ("p1", "p3")]
    assert (len(found.broken), found.cost) == min((len(one.broken), one.cost) for one in others)
    free = Problem(people(5), tables(3, 2), 1)
    assert cheapest_way(free, Plan([[0, 0, 1, 1, 2]]), Change(0, "p0", "3")) == Change(0, "p0", "3")


def test_sentences_can_be_translated_and_named():
    problem = GOLDEN["NGO at each table"][0]
    polish = {
        CONFLICTS["presence"][
            1
        ]: "ktoś z %(type)s przy każdym stole: %(have)s < %(need)s, zabraknie przy %(lacking)s",
        "In each round: %(sentence)s.": "W każdej rundzie %(sentence)s.",
    }
    speaker = Speaker(
        problem,
        lambda one, many, n: polish[one if n == 1 else many],
        lambda kind, one: {"NGO": "organizacji"}[one],
    )
    assert speaker.conflict(explain(problem)[0]) == (
        "W każdej rundzie ktoś z organizacji przy każdym stole: 6 < 8, zabraknie przy 2."
    )
