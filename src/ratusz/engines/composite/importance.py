"""What each node really decides: its stated weight is one thing, how the index follows it another."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ratusz.engines.composite.ranking import Ranking
from ratusz.engines.composite.statistics import correlate


@dataclass(frozen=True)
class Importance:
    """For each node but the index, in the order of `framework.nodes`: codes; weight, its share of the index (k,).

    main_effect (k,): the share of the index's variance that goes with the node alone, its squared correlation, NaN
    where it is not defined; sign (k,): -1 where the index falls as the node rises.
    """

    codes: tuple[str, ...]
    weight: np.ndarray
    main_effect: np.ndarray
    sign: np.ndarray


def importance(ranking: Ranking) -> Importance:
    """Return what each indicator and aggregate contributes to the differences between units.

    Becker, Saisana, Paruolo, Vandecasteele 2017, https://doi.org/10.1016/j.ecolind.2017.03.056, with the straight
    line as the regression: a first-order sensitivity index of the score.
    """
    nodes = np.hstack([ranking.normalised, ranking.scores])
    k = nodes.shape[1] - 1
    r = np.array([_with_index(nodes[:, j], nodes[:, -1]) for j in range(k)])
    codes = tuple(node.code for node in ranking.method.framework.nodes[:k])
    return Importance(codes, ranking.effective_weights[:k], r**2, np.sign(r))


def _with_index(column: np.ndarray, index: np.ndarray) -> float:
    return float(correlate(np.column_stack([column, index]), ("node", "index")).r[0, 1])
