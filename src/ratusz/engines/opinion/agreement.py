"""How far two groupings of the same people agree, and which group of the one is which of the other."""

from __future__ import annotations

import numpy as np
from scipy.optimize import linear_sum_assignment

from ratusz.engines.opinion.kernels import contingency


def adjusted_rand(a: np.ndarray, b: np.ndarray) -> float:
    """Return the adjusted Rand index over the people who have a label (not -1) in both.

    Hubert, Arabie 1985, doi:10.1007/BF01908075. 1: the same groups; 0: no more than by chance.

    >>> adjusted_rand(np.array([0, 0, 1, 1]), np.array([1, 1, 0, 0]))
    1.0
    """
    table = contingency(a, b, int(a.max(initial=-1)) + 1, int(b.max(initial=-1)) + 1)
    n = table.sum()
    both, rows, columns = (_pairs(x) for x in (table, table.sum(axis=1), table.sum(axis=0)))
    every = n * (n - 1) / 2
    expected = rows * columns / every if every else 0.0
    most = (rows + columns) / 2
    return 1.0 if most == expected else float((both - expected) / (most - expected))


def _pairs(counts: np.ndarray) -> float:
    return float((counts * (counts - 1) / 2).sum())


def names_by(labels: np.ndarray, reference: np.ndarray, number: int) -> np.ndarray:
    """Return for each label the reference's that most people keep (number,) (Kuhn 1955, doi:10.1002/nav.3800020109)."""
    rows, columns = linear_sum_assignment(-contingency(labels, reference, number, number))
    name = np.empty(number, dtype=np.int64)
    name[rows] = columns
    return name


def matched(labels: np.ndarray, reference: np.ndarray, number: int) -> np.ndarray:
    """Return the labels renamed so that most people keep the reference's; -1 stays."""
    return np.where(labels >= 0, names_by(labels, reference, number)[labels], -1)
