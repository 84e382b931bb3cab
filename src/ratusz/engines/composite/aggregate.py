"""From indicators to the index: weighted means up the tree over the children that have a value."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ratusz.engines.composite import kernels
from ratusz.engines.composite.framework import Framework
from ratusz.engines.contracts import EngineError

METHODS = ("arithmetic", "geometric", "harmonic")


@dataclass(frozen=True)
class Leaves:
    """Normalised indicators as the kernels need them: (3, p, n) transformed, (p, n) known, (p,) complete."""

    transformed: np.ndarray
    present: np.ndarray
    complete: np.ndarray


@dataclass(frozen=True)
class Tree:
    """The framework in the layout of the kernels, with the mean of every aggregate chosen."""

    framework: Framework
    start: np.ndarray
    child: np.ndarray
    mean: np.ndarray
    above: np.ndarray

    @classmethod
    def build(cls, framework: Framework, mean: str) -> Tree:
        """Return the tree in which every aggregate without a mean of its own uses `mean`."""
        sizes = [len(children) for children in framework.siblings]
        chosen = {a.code: METHODS.index(a.mean or mean) for a in framework.levels}
        above = [kernels.ARITHMETIC if a.parent is None else chosen[a.parent] for a in framework.levels]
        return cls(
            framework,
            np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
            np.concatenate(framework.siblings).astype(np.int64),
            np.array([chosen[a.code] for a in framework.levels], dtype=np.int64),
            np.array(above, dtype=np.int64),
        )

    def leaves(self, normalised: np.ndarray, units: tuple[str, ...]) -> Leaves:
        """Return (n, p) normalised values as the kernels need them; refuse what a mean cannot take."""
        framework = self.framework
        p = len(framework.indicators)
        kinds = np.zeros(3, dtype=np.bool_)
        for k, children in enumerate(framework.siblings):
            below = children[children < p]
            kinds[self.mean[k]] |= below.size > 0
            if self.mean[k] != kernels.ARITHMETIC:
                self._check_positive(normalised, below, units, METHODS[self.mean[k]])
        columns = np.ascontiguousarray(normalised.T)
        known = ~np.isnan(columns)
        transformed = np.zeros((3, *columns.shape))
        kernels.transform_leaves(columns, kinds, transformed)
        return Leaves(transformed, known.astype(np.float64), known.all(axis=1))

    def _check_positive(
        self, normalised: np.ndarray, below: np.ndarray, units: tuple[str, ...], mean: str
    ) -> None:
        rows, columns = np.nonzero(normalised[:, below] <= 0)
        if rows.size:
            code = self.framework.codes[below[columns[0]]]
            raise EngineError(
                f"Indicator {code}, unit {units[rows[0]]}",
                f"the normalised value {normalised[rows[0], below[columns[0]]]:g}",
                f"a {mean} mean takes only values above 0",
                'normalise to a positive scale, such as "min-max" with lower = 1 and upper = 100, '
                "or use the arithmetic mean",
            )

    def failed(self, k: int) -> EngineError:
        """Return the error for an aggregate whose value its parent's mean cannot take."""
        return EngineError(
            f"Aggregate {self.framework.levels[k].code}",
            "a value of 0 or less",
            f"the {METHODS[self.above[k]]} mean above it takes only values above 0",
            'normalise to a positive scale, such as "min-max" with lower = 1 and upper = 100',
        )


def aggregate(
    normalised: np.ndarray, tree: Tree, weights: np.ndarray, units: tuple[str, ...] | None = None
) -> np.ndarray:
    """Return scores of all aggregates, (n, q) in the order of `framework.levels`, NaN where no child is known.

    `normalised`: (n, p), NaN where missing; `weights`: (p + q,) in the order of `framework.nodes`.
    """
    n = normalised.shape[0]
    leaves = tree.leaves(normalised, units or tuple(str(i + 1) for i in range(n)))
    q = tree.mean.size
    value, there, whole = np.zeros((q, n)), np.zeros((q, n)), np.zeros(q, dtype=np.bool_)
    failed = kernels.tree_means(
        leaves.transformed, leaves.present, leaves.complete, tree.start, tree.child, weights,
        tree.mean, tree.above, value, there, whole,
    )  # fmt: skip
    if failed >= 0:
        raise tree.failed(failed)
    for k in range(q):
        if not whole[k]:
            value[k, there[k] == 0] = np.nan
        if tree.above[k] == kernels.GEOMETRIC:
            value[k] = np.exp(value[k])
        elif tree.above[k] == kernels.HARMONIC:
            value[k] = 1.0 / value[k]
    return np.ascontiguousarray(value.T)
