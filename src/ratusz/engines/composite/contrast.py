"""Two methods on one table: who moves, and which single change moves them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.stats import kendalltau

from ratusz.engines.composite.framework import Aggregate, Framework, Indicator
from ratusz.engines.composite.method import Method
from ratusz.engines.composite.ranking import Ranking, rank
from ratusz.engines.composite.table import Table
from ratusz.engines.contracts import EngineError

ELEMENTS = ("indicators", "weights", "screening", "imputation", "treatment", "normalisation", "mean")


@dataclass(frozen=True)
class Contrast:
    """Ranks of every unit of the table under two methods, and the way from one to the other.

    ranks (n, 2), NaN where not classified; low, high (n, 2): 5 % and 95 % quantile of the ranks, NaN without runs.
    steps: what was changed one after the other, the most effective first; what only works together stands together.
    moved (n, steps): places gained by each step, which sum to the difference of the ranks where both are known.
    kendall, spearman: over units ranked by both; mean_shift: places that they move on average.
    """

    units: tuple[str, ...]
    ranks: np.ndarray
    low: np.ndarray
    high: np.ndarray
    steps: tuple[tuple[str, ...], ...]
    moved: np.ndarray
    kendall: float
    spearman: float
    mean_shift: float

    @property
    def gained(self) -> np.ndarray:
        """Places gained from the first method to the second, (n,); NaN where one has no rank."""
        return self.ranks[:, 0] - self.ranks[:, 1]


def contrast(table: Table, one: Method, other: Method, *, runs: int = 500) -> Contrast:
    """Return how the ranks of a table differ between two methods, and by which of their choices.

    The way: from `one`, each step takes over from `other` the choice that now moves the units most on average. A
    choice that cannot be computed without another one is taken together with what is left. `runs` variants of each
    method give the intervals, 0 none.

    >>> text = '[[aggregate]]\\ncode = "I"\\n' + "".join(
    ...     f'[[indicator]]\\ncode = "{c}"\\nparent = "I"\\nweight = {w}\\n' for c, w in (("a", 50), ("b", 50)))
    >>> one = Method.from_toml(text)
    >>> other = Method.from_toml(text.replace("50", "90", 1).replace("50", "10"))
    >>> table = Table(("u", "v", "w"), ("a", "b"), np.array([[1.0, 9], [2, 1], [3, 3]]))
    >>> found = contrast(table, one, other, runs=0)
    >>> found.steps, found.gained.tolist()
    ((('weights',),), [-1.0, 1.0, 0.0])
    """
    ends = [rank(table, method, runs=min(runs, method.uncertainty.runs)) for method in (one, other)]
    n = len(table.units)
    ranks, low, high = np.full((n, 2), np.nan), np.full((n, 2), np.nan), np.full((n, 2), np.nan)
    for k, found in enumerate(ends):
        rows = _rows(table, found)
        ranks[rows, k] = found.ranks
        if found.spread is not None:
            low[rows, k], high[rows, k] = found.spread.p05, found.spread.p95
    steps, moved = _way(table, one, other, ranks)
    both = ~np.isnan(ranks).any(axis=1)
    a, b = ranks[both].T
    varied = both.sum() > 1 and np.ptp(a) > 0 and np.ptp(b) > 0
    return Contrast(
        table.units, ranks, low, high, steps, moved,
        float(kendalltau(a, b).statistic) if varied else float("nan"),
        float(np.corrcoef(a, b)[0, 1]) if varied else float("nan"),
        float(np.abs(a - b).mean()) if both.any() else float("nan"),
    )  # fmt: skip


def differing(one: Method, other: Method) -> tuple[str, ...]:
    """Return the elements in which two methods differ, as far as ranks can tell."""
    return tuple(name for name in ELEMENTS if _part(one, name) != _part(other, name))


def _part(method: Method, element: str) -> object:
    framework = method.framework
    root = framework.root.code
    if element == "indicators":
        above = {
            (n.code, "" if n.parent == root else n.parent) for n in framework.nodes if n.parent is not None
        }
        return above, {
            (i.code, i.direction, i.denominator, i.transform, i.target, i.goalposts)
            for i in framework.indicators
        }
    if element == "weights":
        shares = {}
        for children in framework.siblings:
            family = [framework.nodes[k] for k in children]
            given = [1.0 if n.weight is None or method.scheme == "equal" else n.weight for n in family]
            shares |= {n.code: round(w / sum(given), 12) for n, w in zip(family, given, strict=True)}
        return shares
    if element == "mean":
        # The index may be called otherwise in the other file: its own mean counts, not its code.
        own = {
            ("" if a.code == root else a.code, a.mean or method.mean, a.power) for a in framework.aggregates
        }
        return own, method.power
    return getattr(method, element)


def with_element(method: Method, element: str, other: Method) -> Method:
    """Return the method with one element taken from another one.

    Weights go over for families of siblings that both have; a tree that is taken over keeps the weights of families
    that were there before.
    """
    if element == "mean":
        means = {a.code: (a.mean, a.power) for a in other.framework.aggregates}
        own = method.framework
        changed = tuple(
            replace(a, mean=means.get(_called(a, own, other.framework), (None, None))[0],
                    power=means.get(_called(a, own, other.framework), (None, None))[1])
            for a in own.aggregates
        )  # fmt: skip
        return replace(method, framework=replace(own, aggregates=changed), mean=other.mean, power=other.power)
    if element == "indicators":
        return _weighed(other.framework, [method, other], means_of=method)
    if element == "weights":
        return _weighed(method.framework, [other, method], means_of=method)
    return replace(method, **{element: getattr(other, element)})


def _called(node: Aggregate, own: Framework, other: Framework) -> str:
    return other.root.code if node.parent is None else node.code


def _weighed(framework: Framework, sources: list[Method], means_of: Method) -> Method:
    """The tree with the weights of each family from the first source that has it, and the means of a method."""
    given: dict[str, float] = {}
    for children in framework.siblings:
        family = tuple(framework.nodes[k].code for k in children)
        for source in sources:
            found = _families(source).get(frozenset(family))
            if found is not None:
                given |= found
                break
    means = {
        _called(a, means_of.framework, framework): (a.mean, a.power) for a in means_of.framework.aggregates
    }

    def placed(node: Aggregate | Indicator) -> Aggregate | Indicator:
        node = replace(node, weight=given.get(node.code, node.weight if node.parent is None else 1.0))
        if isinstance(node, Aggregate):
            mean, power = means.get(node.code, (None, None))
            node = replace(node, mean=mean, power=power)
        return node

    changed = Framework(
        tuple(placed(i) for i in framework.indicators), tuple(placed(a) for a in framework.aggregates)
    )
    return replace(means_of, framework=changed, scheme="relative", uncertainty=replace(
        means_of.uncertainty, weights=replace(means_of.uncertainty.weights, sets=()),
    ))  # fmt: skip


def _families(method: Method) -> dict[frozenset[str], dict[str, float]]:
    framework, found = method.framework, {}
    for children in framework.siblings:
        family = [framework.nodes[k] for k in children]
        equal = method.scheme == "equal" or family[0].weight is None
        found[frozenset(n.code for n in family)] = {n.code: 1.0 if equal else float(n.weight) for n in family}
    return found


def _rows(table: Table, found: Ranking) -> list[int]:
    place = {unit: k for k, unit in enumerate(table.units)}
    return [place[unit] for unit in found.units]


def _ranks(table: Table, method: Method) -> np.ndarray:
    found = rank(table, method, runs=0)
    ranks = np.full(len(table.units), np.nan)
    ranks[_rows(table, found)] = found.ranks
    return ranks


def _way(
    table: Table, one: Method, other: Method, ends: np.ndarray
) -> tuple[tuple[tuple[str, ...], ...], np.ndarray]:
    left, method, now = list(differing(one, other)), one, ends[:, 0]
    steps: list[tuple[str, ...]] = []
    moved: list[np.ndarray] = []
    while len(left) > 1:
        tried = []
        for name in left:
            try:
                changed = with_element(method, name, other)
                ranks = _ranks(table, changed)
            except EngineError:
                continue  # needs another change first
            shift = np.abs(now - ranks)
            known = shift[~np.isnan(shift)]
            tried.append((float(known.mean()) if known.size else 0.0, name, changed, ranks))
        if not tried:
            break
        _, name, method, ranks = max(tried, key=lambda t: t[0])
        left.remove(name)
        steps.append((name,))
        moved.append(now - ranks)
        now = ranks
    if left:
        steps.append(tuple(left))
        moved.append(now - ends[:, 1])
    return tuple(steps), np.array(moved).T if moved else np.zeros((len(table.units), 0))
