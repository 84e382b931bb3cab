"""The recount of a schedule, apart from every construction: plain loops, no shared code."""

from __future__ import annotations

from itertools import combinations

import numpy as np


def verify_design(schedule: np.ndarray, sizes: tuple[int, ...]) -> bool:
    """Return whether every round fills the tables exactly and no two people meet twice.

    >>> verify_design(np.array([[0, 0, 1, 1], [0, 1, 0, 1], [0, 1, 1, 0]]), (2, 2))
    True
    >>> verify_design(np.array([[0, 0, 1, 1], [1, 1, 0, 0]]), (2, 2))
    False
    """
    met: set[tuple[int, int]] = set()
    for row in schedule.tolist():
        tables: list[list[int]] = [[] for _ in sizes]
        for person, table in enumerate(row):
            if not 0 <= table < len(sizes):
                return False
            tables[table].append(person)
        if [len(people) for people in tables] != list(sizes):
            return False
        for people in tables:
            for pair in combinations(people, 2):
                if pair in met:
                    return False
                met.add(pair)
    return True
