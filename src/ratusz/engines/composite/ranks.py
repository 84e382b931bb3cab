"""Places from scores: 1 is best, ties share the lowest place; within each class too."""

from __future__ import annotations

import numpy as np

from ratusz.engines.composite import kernels


def rank(scores: np.ndarray, classes: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Return ranks and ranks within class, (n,) integers each. `classes`: (n,) class numbers from 0, or None.

    Scores closer than 1e-11 of the largest score are tied, so that rounding never decides a place.

    >>> rank(np.array([3.0, 9.0, 9.0, 1.0]))[0]
    array([3, 1, 1, 4])
    """
    n = scores.size
    group = np.zeros(n, dtype=np.int64) if classes is None else classes.astype(np.int64)
    overall, within = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
    kernels.rank_scores(np.ascontiguousarray(scores), group, int(group.max(initial=0)) + 1, overall, within)
    return overall, within
