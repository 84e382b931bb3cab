"""Sessions to seat: plain, with rules, and of the size of a real Dialogue Session."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ratusz.engines.seating import Person, Presence, Problem, Table, Wish


def plain(tables: int, size: int, rounds: int) -> Problem:
    """Returns people of whom only one thing is asked: that nobody meets twice."""
    return Problem(
        tuple(Person(f"p{i}") for i in range(tables * size)),
        tuple(Table(f"t{t}", size) for t in range(tables)),
        rounds,
    )


def ruled(tables: int, size: int, rounds: int, *, seed: int = 0) -> Problem:
    """Returns the mixed case: 5 types, 8 topics of which each wishes 3, n/5 pairs apart, n/3 wishes."""
    rng = np.random.default_rng(seed)
    people = tables * size
    pairs: list[tuple[int, int]] = []
    while len(pairs) < people // 5 + people // 3:
        one, other = sorted(rng.choice(people, 2, replace=False).tolist())
        if (one, other) not in pairs:
            pairs.append((one, other))
    named = [(f"p{one}", f"p{other}") for one, other in pairs]
    return Problem(
        tuple(
            Person(
                f"p{i}",
                type=f"type {rng.integers(5)}",
                topics=tuple(f"topic {t}" for t in rng.permutation(8)[:3]),
            )
            for i in range(people)
        ),
        tuple(Table(f"t{t}", size, topic=f"topic {t % 8}") for t in range(tables)),
        rounds,
        apart=tuple(named[: people // 5]),
        wishes=tuple(Wish((one,), (other,)) for one, other in named[people // 5 :]),
    )


def dialogue() -> Problem:
    """Returns 96 people at 12 tables and 2 circles: one round of circles, then three of mixed tables."""
    rng = np.random.default_rng(2026)
    kinds = ["city"] * 40 + ["business"] * 20 + ["ngo"] * 14 + ["expert"] * 12 + ["public"] * 10
    people = []
    for i, kind in enumerate(kinds):
        people.append(
            Person(
                f"p{i}",
                type=kind,
                organisation=f"{kind} {i // 2}",
                profession=("treasurer", "planner")[i % 2] if kind == "city" else "",
                context=("small", "large")[i % 2] if kind == "city" else "",
                topics=tuple(f"topic {t}" for t in rng.permutation(6)[:2]),
                step_free=i % 30 == 7,
                languages=frozenset({"pl"}) if i % 20 != 9 else frozenset({"en"}),
            )
        )
    talk = frozenset({1, 2, 3})
    tables = [
        Table(
            f"t{t}",
            9,
            5,
            topic=f"topic {t % 6}",
            language="pl" if t else "",
            step_free=t % 3 != 2,
            moderator=f"p{74 + t}" if t < 10 else "",
            rounds=talk,
        )
        for t in range(12)
    ]
    tables += [
        Table(f"c{k}", 20, rounds=frozenset({0}), types=frozenset({"city"}), professions=frozenset({name}))
        for k, name in enumerate(("treasurer", "planner"))
    ]
    return Problem(
        tuple(people),
        tuple(tables),
        4,
        apart=(("p41", "p3"), ("p42", "p5"), ("p60", "p61"), ("p40", "p44")),
        together=(("p10", "p12"),),
        presence=(Presence("ngo"),),
        wishes=tuple(
            Wish((f"p{2 * k}", f"p{2 * k + 1}"), (f"p{2 * k + 20}", f"p{2 * k + 21}")) for k in range(8)
        ),
    )


def without(problem: Problem, **changes: object) -> Problem:
    """Returns the problem with some of its fields changed."""
    return replace(problem, **changes)
