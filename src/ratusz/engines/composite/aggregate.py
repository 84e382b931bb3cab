"""From indicators to the index: weighted means up the tree over the children that have a value.

The three plain means run in compiled code; a tree that uses any other choice is computed level by level.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ratusz.engines.composite import kernels, outranking
from ratusz.engines.composite.framework import Framework
from ratusz.engines.contracts import EngineError

PLAIN = ("arithmetic", "geometric", "harmonic")
METHODS = (*PLAIN, "generalised", "copeland", "mazziotta-pareto", "adjusted mazziotta-pareto")


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
    power: np.ndarray

    @classmethod
    def build(cls, framework: Framework, mean: str, power: float | None = None) -> Tree:
        """Return the tree in which every aggregate without a mean (or power) of its own uses `mean` (`power`)."""
        sizes = [len(children) for children in framework.siblings]
        chosen = {a.code: METHODS.index(a.mean or mean) for a in framework.levels}
        above = [kernels.ARITHMETIC if a.parent is None else chosen[a.parent] for a in framework.levels]
        return cls(
            framework,
            np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
            np.concatenate(framework.siblings).astype(np.int64),
            np.array([chosen[a.code] for a in framework.levels], dtype=np.int64),
            np.array(above, dtype=np.int64),
            np.array([(power if a.power is None else a.power) or 0.0 for a in framework.levels]),
        )

    @property
    def plain(self) -> bool:
        """Whether the compiled means are enough."""
        return bool((self.mean < len(PLAIN)).all())

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
    if not tree.plain:
        return _level_by_level(normalised, tree, weights, units)
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


def power_mean(values: np.ndarray, weights: np.ndarray, power: float) -> np.ndarray:
    """Return (Σ w x^p / Σ w)^(1/p) of each row of positive (n, k) values; p = 0 is the geometric mean.

    Known values alone count; NaN where there is none. Hardy, Littlewood, Pólya 1934, chapter 2.

    >>> power_mean(np.array([[1.0, 4.0]]), np.array([1.0, 1.0]), 0.5)
    array([2.25])
    """
    there = ~np.isnan(values)
    total = there @ weights
    # Dividing by the largest value keeps every power in range.
    largest = np.max(values, axis=1, where=there, initial=0.0)
    scaled = np.where(there, values, 1.0) / np.where(largest > 0, largest, 1.0)[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        if power == 0:
            return largest * np.exp((np.log(scaled) * there) @ weights / total)
        return largest * ((scaled**power * there) @ weights / total) ** (1 / power)


def mazziotta_pareto(
    values: np.ndarray, weights: np.ndarray, penalty: float = -1.0, *, adjusted: bool = False
) -> np.ndarray:
    """Return mean + penalty · s²/mean of each row of (n, k) values: an uneven profile costs score.

    s² = Σ w (x - mean)² / Σ w over the k known values, times k/(k - 1) unless `adjusted`; `penalty` 1 adds
    instead, for indices of harm. De Muro, Mazziotta, Pareto 2011, https://doi.org/10.1007/s11205-010-9727-z;
    adjusted: Mazziotta, Pareto 2016, https://doi.org/10.1007/s11205-015-0998-2.

    >>> mazziotta_pareto(np.array([[90.0, 110.0], [100.0, 100.0]]), np.array([1.0, 1.0]))
    array([ 98., 100.])
    """
    there = ~np.isnan(values)
    total, known = there @ weights, there.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.where(there, values, 0.0) @ weights / total
        square = np.where(there, (values - mean[:, None]) ** 2, 0.0) @ weights / total
        if not adjusted:
            square = np.where(known > 1, square * known / np.maximum(known - 1, 1), 0.0)
        return mean + penalty * square / mean


def _level_by_level(
    normalised: np.ndarray, tree: Tree, weights: np.ndarray, units: tuple[str, ...] | None
) -> np.ndarray:
    known = list(normalised.T)
    for k, children in enumerate(tree.framework.siblings):
        used = children[weights[children] > 0]
        kind = METHODS[tree.mean[k]]
        if not used.size:
            known.append(np.full(normalised.shape[0], np.nan))
            continue
        x, w = np.array([known[c] for c in used]).T, weights[used]
        if kind not in ("arithmetic", "copeland") and (x <= 0).any():
            i, j = np.argwhere(x <= 0)[0]
            raise EngineError(
                f"{tree.framework.nodes[used[j]].code}, unit {units[i] if units else i + 1}",
                f"the value {x[i, j]:g}",
                f"the {kind} mean above it takes only values above 0",
                'normalise to a positive scale, such as "min-max" with lower = 1 and upper = 100',
            )
        known.append(_COMBINE[kind](x, w, tree.power[k]))
    return np.array(known[normalised.shape[1] :]).T


def _arithmetic(x: np.ndarray, w: np.ndarray, power: float) -> np.ndarray:
    there = ~np.isnan(x)
    with np.errstate(invalid="ignore"):
        return np.where(there, x, 0.0) @ w / (there @ w)


_COMBINE = {
    "arithmetic": _arithmetic,
    "geometric": lambda x, w, power: power_mean(x, w, 0.0),
    "harmonic": lambda x, w, power: power_mean(x, w, -1.0),
    "generalised": power_mean,
    "copeland": lambda x, w, power: outranking.copeland(x, w),
    "mazziotta-pareto": lambda x, w, power: mazziotta_pareto(x, w),
    "adjusted mazziotta-pareto": lambda x, w, power: mazziotta_pareto(x, w, adjusted=True),
}
