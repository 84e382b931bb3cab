"""Conversations whose answer is known: planted groups, and votes that mean nothing."""

from itertools import combinations

import numpy as np

from ratusz.engines.opinion import Opinions, Votes, adjusted_rand, from_matrix


def planted(
    groups: int, people: int, statements: int, *, seen: float = 0.6, noise: float = 0.5, seed: int = 0
):
    """Returns votes of people who follow their group's opinions but for noise, and the group of each."""
    rng = np.random.default_rng(seed)
    truth = np.arange(people) % groups
    opinions = rng.normal(0, 1, (groups, statements))
    matrix = np.clip(np.round(opinions[truth] + rng.normal(0, noise, (people, statements))), -1, 1)
    return table(matrix, seen, rng), truth


def random_votes(people: int, statements: int, *, seen: float = 0.5, seed: int = 0) -> Votes:
    """Returns votes that are thrown by dice."""
    rng = np.random.default_rng(seed)
    return table(rng.integers(-1, 2, (people, statements)).astype(float), seen, rng)


def table(matrix: np.ndarray, seen: float, rng: np.random.Generator) -> Votes:
    matrix[rng.random(matrix.shape) > seen] = np.nan
    people, statements = matrix.shape
    return from_matrix([f"p{i}" for i in range(people)], [f"s{j}" for j in range(statements)], matrix)


def agreement(labels: list[np.ndarray]) -> float:
    """Returns the mean adjusted Rand index of all pairs."""
    return float(np.mean([adjusted_rand(a, b) for a, b in combinations(labels, 2)]))


def since(before: Opinions, now: Opinions) -> float:
    """Returns how far the groups of two pictures agree over the people who are in both."""
    known = dict(zip(before.votes.participants, before.grouping.labels.tolist(), strict=True))
    old = np.array([known.get(person, -1) for person in now.votes.participants])
    return adjusted_rand(old, now.grouping.labels)
