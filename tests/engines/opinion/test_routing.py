"""Every statement is read in every group, and what is uncertain is shown more."""

import numpy as np

from ratusz.engines.opinion import Counts, analyse, chances, next_statement
from ratusz.engines.opinion.routing import FLOOR
from tests.engines.opinion.conversations import planted


def empty(groups: int, statements: int) -> Counts:
    return Counts(*(np.zeros((groups, statements), dtype=np.int64) for _ in range(3)))


def test_floor_after_5000_votes():
    rng = np.random.default_rng(1)
    groups, statements = 3, 60
    opinions = rng.normal(0, 1, (groups, statements))
    counts = empty(groups, statements)
    open_statements = np.ones(statements, dtype=bool)
    for vote in range(5000):
        # One group of ten in a hundred people, as happens.
        group = int(rng.choice(groups, p=[0.5, 0.36, 0.14]))
        if vote % 20 == 0:
            open_statements = np.ones(statements, dtype=bool)
        shown = next_statement(counts, group, open_statements, rng)
        open_statements[shown] = False
        value = np.clip(round(opinions[group, shown] + rng.normal(0, 0.5)), -1, 1)
        counts.seen[group, shown] += 1
        counts.agree[group, shown] += value == 1
        counts.disagree[group, shown] += value == -1
    assert counts.seen.min() >= FLOOR
    chance = chances(counts, 0, np.ones(statements, dtype=bool))
    assert np.ptp(chance) > 0.2 * chance.mean()


def test_below_the_floor_comes_first():
    counts = empty(2, 4)
    counts.seen[0] = [FLOOR, FLOOR - 1, 100, 0]
    chance = chances(counts, 0, np.ones(4, dtype=bool))
    assert chance[0] == chance[2] == 0
    assert chance[3] > chance[1] > 0
    assert chance.sum() == 1


def test_uncertain_and_telling_statements_come_more_often():
    counts = empty(2, 3)
    counts.seen[:] = 40
    counts.agree[:] = [[20, 39, 36], [20, 39, 4]]
    chance = chances(counts, 0, np.ones(3, dtype=bool))
    assert chance[0] > chance[1]
    assert chance[2] > chance[1]
    assert chance.min() > 0


def test_nothing_open():
    counts = empty(1, 3)
    assert chances(counts, 0, np.zeros(3, dtype=bool)).tolist() == [0, 0, 0]
    assert next_statement(counts, 0, np.zeros(3, dtype=bool), np.random.default_rng(0)) is None


def test_priorities_of_polis_are_not_all_equal():
    votes, _truth = planted(2, 80, 20)
    priority = analyse(votes).priority
    assert np.ptp(priority) > 0.5 * priority.mean()
