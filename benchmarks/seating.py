"""Seating: repeats and seconds beside OR-Tools CP-SAT, the aims of mixed sessions, repair, and a big session."""

from __future__ import annotations

import resource
import time
from itertools import combinations

import numpy as np

from ratusz.engines.seating import (
    Person,
    Plan,
    Problem,
    Solution,
    Table,
    Wish,
    check,
    repair,
    solve,
    verify,
    warm_up,
)

# tables, size, rounds: seconds in which no repeat is to be left
PLAIN = {(8, 4, 10): 5.0, (10, 6, 6): 0.05, (15, 8, 5): 0.01, (30, 10, 5): 0.01}
# tables, size, rounds: seconds, and the most repeats and off-mix
RULED = {(10, 6, 6): (10.0, 2, 4), (15, 8, 5): (1.0, 5, 0), (30, 10, 5): (1.0, 8, 0)}
LARGEST_FOR_CP = 60


def plain(tables: int, size: int, rounds: int) -> Problem:
    """Returns a session in which people only have to meet."""
    return Problem(
        tuple(Person(f"p{i}") for i in range(tables * size)),
        tuple(Table(f"t{t}", size) for t in range(tables)),
        rounds,
    )


def ruled(tables: int, size: int, rounds: int, seed: int = 0) -> Problem:
    """Returns a session with 5 types, 8 topics of which each wishes 3, n/5 pairs apart and n/3 wishes."""
    rng = np.random.default_rng(seed)
    people = tables * size
    pairs: dict[tuple[int, ...], None] = {}
    while len(pairs) < people // 5 + people // 3:
        pairs[tuple(sorted(rng.choice(people, 2, replace=False).tolist()))] = None
    named = [tuple(f"p{i}" for i in pair) for pair in pairs]
    return Problem(
        tuple(
            Person(f"p{i}", type=f"type {i % 5}", topics=tuple(f"topic {t}" for t in rng.permutation(8)[:3]))
            for i in range(people)
        ),
        tuple(Table(f"t{t}", size, topic=f"topic {t % 8}") for t in range(tables)),
        rounds,
        apart=tuple(named[: people // 5]),
        wishes=tuple(Wish((one,), (other,)) for one, other in named[people // 5 :]),
    )


def cp_sat(problem: Problem, seconds: float) -> Plan | None:  # noqa: C901 a model is read best in one piece
    """Returns the best plan that CP-SAT finds for the same model in the time, with two workers."""
    from ortools.sat.python import cp_model

    people, tables = problem.people, problem.tables
    model = cp_model.CpModel()
    n, count = len(people), len(tables)
    seat = np.array(
        [[[model.new_bool_var("") for _ in range(count)] for _ in range(n)] for _ in range(problem.rounds)]
    )
    terms, weights = [], problem.weights
    met: dict[tuple[int, int], list] = {pair: [] for pair in combinations(range(n), 2)}
    place = {person.id: i for i, person in enumerate(people)}
    apart = {tuple(sorted((place[a], place[b]))) for a, b in problem.apart}
    for r in range(problem.rounds):
        for i in range(n):
            model.add_exactly_one(seat[r, i])
        for t, table in enumerate(tables):
            model.add(sum(seat[r, :, t]) == table.capacity)
        for (i, j), times in met.items():
            if (i, j) in apart:
                for t in range(count):
                    model.add_at_most_one(seat[r, i, t], seat[r, j, t])
                continue
            times.append(model.new_bool_var(""))
            for t in range(count):
                model.add_bool_or(times[-1], ~seat[r, i, t], ~seat[r, j, t])
        for kind in sorted({person.type for person in people} - {""}):
            members = [i for i in range(n) if people[i].type == kind]
            for t in range(count):
                # A sum of squares by steps that cost 1, 3, 5 …: convex, so the cheap steps are taken first.
                steps = [model.new_bool_var("") for _ in range(tables[t].capacity)]
                model.add(sum(steps) == sum(seat[r, i, t] for i in members))
                terms += [weights.mix * (2 * k + 1) * step for k, step in enumerate(steps)]
        for i, person in enumerate(people):
            for t, table in enumerate(tables):
                if person.topics and table.topic:
                    rank = (
                        person.topics.index(table.topic)
                        if table.topic in person.topics
                        else len(person.topics)
                    )
                    terms.append(weights.topics * rank / len(person.topics) * seat[r, i, t])
    for times in met.values():
        if times:
            again = model.new_int_var(0, problem.rounds, "")
            model.add(again >= sum(times) - 1)
            terms.append(weights.repeats * again)
    for wish in problem.wishes:
        i, j = place[wish.people[0]], place[wish.others[0]]
        meet = []
        for r in range(problem.rounds):
            for t in range(count):
                meet.append(model.new_bool_var(""))
                model.add_implication(meet[-1], seat[r, i, t])
                model.add_implication(meet[-1], seat[r, j, t])
        missed = model.new_bool_var("")
        model.add_bool_or(*meet, missed)
        terms.append(weights.wishes * wish.weight * missed)
    model.minimize(sum(terms))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = 2
    if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    chosen = [[[solver.boolean_value(x) for x in row] for row in layer] for layer in seat]
    return Plan(np.array(chosen).argmax(axis=2))


def figures(quality) -> str:
    """Returns a quality in one line."""
    return (
        f"{quality.repeats:4} repeats, off-mix {quality.off_mix:5.1f}, {quality.wishes_missed:2} wishes missed, "
        f"topics {quality.topic_cost:.2f}, cost {quality.cost:7.1f}"
    )


def beside(problem: Problem, seconds: float) -> str:
    """Returns what CP-SAT reaches in the same time, as far as its model is not too large to be built."""
    if len(problem.people) > LARGEST_FOR_CP:
        return "CP-SAT: model too large to build in the time"
    plan = cp_sat(problem, seconds)
    if plan is None:
        return f"CP-SAT, {seconds:.0f} s: no plan"
    return f"CP-SAT, {seconds:.0f} s: {figures(verify(problem, plan).quality)}"


def quickest(problem: Problem, seconds: float) -> tuple[Solution, float]:
    """Returns a solution and the least CPU seconds of three runs."""
    runs = []
    for seed in range(3):
        began = time.process_time()
        solution = solve(problem, seconds=seconds, seed=seed)
        runs.append((solution.quality.repeats, time.process_time() - began, seed, solution))
    _, used, _, solution = min(runs)
    return solution, used


def big() -> int:
    """Prints what a session of 2,000 people takes; returns whether it missed its target."""
    problem = ruled(200, 10, 6)
    first: list[float] = []
    began = time.perf_counter()

    def note(plan: Plan, quality, seconds: float) -> None:
        if not first and not quality.violations:
            first.append(seconds)

    solution = solve(problem, seconds=30, on_best=note)
    wall = time.perf_counter() - began
    quality = check(problem, solution).quality
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print("2,000 people, 200 tables, 6 rounds (at most 60 s and 1,024 MB):")
    print(f"    {figures(quality)}; usable after {first[0]:.2f} s, {wall:.0f} s in all, peak {peak:.0f} MB")
    return int(wall > 60 or peak > 1024 or quality.repeats > 0)


def repairs() -> int:
    """Prints repairs after 8 % do not come from the third round on; returns how many missed their target."""
    missed = 0
    print("8 % absent after round 2 (at most 0.1 s, 4 % moved, sizes ±1, no more repeats):")
    for shape in RULED:
        problem = ruled(*shape)
        solution = solve(problem, seconds=2)
        names = [person.id for person in problem.people]
        absent = np.random.default_rng(1).choice(names, int(0.08 * len(names)), replace=False).tolist()
        gone = np.isin(names, absent) & (np.arange(problem.rounds) >= 2)[:, None]
        began = time.perf_counter()
        found = repair(problem, solution.plan, done_rounds=2, absent=absent, seconds=0.095)
        wall = time.perf_counter() - began
        before = verify(found.problem, Plan(np.where(gone, -1, solution.plan.seats))).quality
        after = check(found.problem, found.solution).quality
        seats = found.solution.plan.seats
        uneven = max(int(np.ptp(np.bincount(row[row >= 0]))) for row in seats[2:])
        bad = wall > 0.11 or found.share > 0.04 or uneven > 1 or after.repeats > before.repeats
        missed += bad
        print(
            f"    {len(names):3} people: {len(found.moved)} of {found.seated} seats moved ({found.share:.1%}) in "
            f"{wall:.3f} s, repeats {before.repeats} → {after.repeats}, off-mix {before.off_mix:.0f} → "
            f"{after.off_mix:.0f}, sizes differ by {uneven}{', MISSED' if bad else ''}"
        )
    return missed


def main() -> int:
    """Prints the figures; returns how many missed their target."""
    began = time.process_time()
    warm_up()
    print(f"kernels ready after {time.process_time() - began:.2f} CPU s (cached on disk from then on)")
    missed = big()
    print("nobody meets twice (CPU seconds, the best of three):")
    for shape, aim in PLAIN.items():
        problem = plain(*shape)
        solution, used = quickest(problem, max(aim, 2.0))
        repeats = check(problem, solution).quality.repeats
        bad = repeats > 0 or used > aim
        missed += bad
        print(
            f"    {len(problem.people):3} people, {shape[0]} × {shape[1]}, {shape[2]} rounds: {repeats} repeats in "
            f"{used:.3f} s (0 in {aim:g}{', MISSED' if bad else ''});  {beside(problem, 10)}"
        )
    print("with rules and all aims, default weights:")
    for shape, (seconds, most, off) in RULED.items():
        problem = ruled(*shape)
        first: list[float] = []
        solution = solve(
            problem,
            seconds=seconds,
            on_best=lambda p, q, s, f=first: f.append(s) if not q.violations and not f else None,
        )
        quality = check(problem, solution).quality
        bad = quality.repeats > most or quality.off_mix > off + 1e-9 or quality.wishes_missed > 0
        missed += bad + (first[0] > 0.3)
        print(
            f"    {len(problem.people)} people, {seconds:g} s: {figures(quality)}{' MISSED' if bad else ''}; "
            f"usable after {first[0]:.3f} s (at most 0.3)"
        )
        print(f"        {beside(problem, seconds)}")
    return missed + repairs()


if __name__ == "__main__":
    raise SystemExit(main())
