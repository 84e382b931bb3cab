"""The tree of a composite indicator: indicators at the leaves, aggregates of any depth above them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ratusz.engines.contracts import EngineError

TRANSFORMS = ("log",)
DEEPEST = 30  # aggregates one above the other


@dataclass(frozen=True, slots=True)
class Indicator:
    """One measured column: its place in the tree, direction (1: more is better, -1: less), weight, base.

    `error` is the standard error (or half the width) of a figure in the column's own unit; `transform` "log"
    compares logarithms; target and goalposts stay in the indicator's own unit.
    """

    code: str
    parent: str
    name: str = ""
    direction: int = 1
    weight: float | None = None
    denominator: str | None = None
    target: float | None = None
    unit: str = ""
    goalposts: tuple[float, float] | None = None
    error: float | None = None
    transform: str | None = None

    def bent(self, value: float) -> float:
        """Return a figure on the scale on which the indicator is compared: its logarithm if `transform` says so."""
        return float(np.log(value)) if self.transform == "log" else value

    def unbent(self, value: float) -> float:
        """Return the figure that `bent` takes to `value`."""
        return float(np.exp(value)) if self.transform == "log" else value


@dataclass(frozen=True, slots=True)
class Aggregate:
    """One computed level (pillar, sub-index, index); `mean` and `power` replace the method's for its children.

    `note` tells where the weights of its children come from; it changes no score.
    """

    code: str
    parent: str | None = None
    name: str = ""
    weight: float | None = None
    mean: str | None = None
    power: float | None = None
    note: str = ""


@dataclass(frozen=True)
class Framework:
    """The whole tree, checked when built: one root, no cycle, no childless aggregate, every code once."""

    indicators: tuple[Indicator, ...]
    aggregates: tuple[Aggregate, ...]

    def __post_init__(self) -> None:
        self._check_codes()
        self._check_parents()
        self._check_paths()

    def _check_codes(self) -> None:
        if not self.indicators:
            raise EngineError(
                "Framework", "no indicator", "an index needs at least one", "add an [[indicator]]"
            )
        if not self.aggregates:
            raise EngineError(
                "Framework", "no aggregate", "an index needs a root", "add an [[aggregate]] without a parent"
            )
        seen: set[str] = set()
        for node in (*self.indicators, *self.aggregates):
            if not node.code:
                raise EngineError("Framework", "an empty code", "every node has a code", "give it one")
            if node.code in seen:
                raise EngineError(
                    "Framework",
                    f"the code {node.code} twice",
                    "every code is used once",
                    "rename or delete one",
                )
            seen.add(node.code)
        for indicator in self.indicators:
            if indicator.direction not in (1, -1):
                raise EngineError(
                    f"Indicator {indicator.code}",
                    f"direction {indicator.direction}",
                    "direction is 1 (more is better) or -1 (less is better)",
                    "correct it",
                )
            if indicator.goalposts is not None and not indicator.goalposts[0] < indicator.goalposts[1]:
                raise EngineError(
                    f"Indicator {indicator.code}",
                    "goalposts {:g} and {:g}".format(*indicator.goalposts),
                    "the first is below the second, whatever the direction",
                    "correct them",
                )
            self._check_scale(indicator)

    def _check_scale(self, indicator: Indicator) -> None:
        where = f"Indicator {indicator.code}"
        if indicator.transform not in (None, *TRANSFORMS):
            raise EngineError(
                where,
                f"the transform {indicator.transform}",
                "it must be one of " + ", ".join(TRANSFORMS),
                "correct it",
            )
        if indicator.error is not None and not indicator.error >= 0:
            raise EngineError(
                where,
                f"the error {indicator.error:g}",
                "it must be 0 or more, in the column's unit",
                "correct it",
            )
        posts = (*(indicator.goalposts or ()), *(() if indicator.target is None else (indicator.target,)))
        if indicator.transform == "log" and any(not post > 0 for post in posts):
            raise EngineError(
                where,
                f"a target or goalpost of {min(posts):g}",
                "a logarithm takes only values above 0",
                "raise it, or delete the transform",
            )

    def _check_parents(self) -> None:
        roots = [a.code for a in self.aggregates if a.parent is None]
        if len(roots) != 1:
            found = "no aggregate without a parent" if not roots else "several roots: " + ", ".join(roots)
            raise EngineError(
                "Framework",
                found,
                "exactly one aggregate is the index",
                "give every other aggregate a parent",
            )
        known = {a.code for a in self.aggregates}
        for node in (*self.indicators, *self.aggregates):
            if node.parent is not None and node.parent not in known:
                raise EngineError(
                    f"Node {node.code}",
                    f"the parent {node.parent}",
                    "a parent must be one of the aggregates",
                    f"add an [[aggregate]] with code {node.parent} or correct the parent",
                )
        parents = {node.parent for node in (*self.indicators, *self.aggregates)}
        for aggregate in self.aggregates:
            if aggregate.code not in parents:
                raise EngineError(
                    f"Aggregate {aggregate.code}",
                    "no children",
                    "an aggregate needs at least one",
                    "delete it",
                )

    def _check_paths(self) -> None:
        parent = {a.code: a.parent for a in self.aggregates}
        for aggregate in self.aggregates:
            code, steps = aggregate.parent, 0
            while code is not None:
                code, steps = parent[code], steps + 1
                if steps > len(parent):
                    raise EngineError(
                        f"Aggregate {aggregate.code}",
                        "a circle of parents",
                        "the framework is a tree",
                        "break it",
                    )
            if steps > DEEPEST:
                raise EngineError(
                    f"Aggregate {aggregate.code}",
                    f"{steps} aggregates above it",
                    f"a tree has at most {DEEPEST} levels",
                    "give it a parent nearer to the index",
                )

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """The indicators' codes in declared order."""
        return tuple(i.code for i in self.indicators)

    @cached_property
    def levels(self) -> tuple[Aggregate, ...]:
        """The aggregates from the deepest to the index: children always come before their parent."""
        parent = {a.code: a.parent for a in self.aggregates}

        def depth(code: str) -> int:
            above = parent[code]
            return 0 if above is None else 1 + depth(above)

        return tuple(sorted(self.aggregates, key=lambda a: -depth(a.code)))

    @property
    def root(self) -> Aggregate:
        """The index itself."""
        return self.levels[-1]

    @cached_property
    def nodes(self) -> tuple[Indicator | Aggregate, ...]:
        """All nodes in the order of weight vectors: indicators as declared, then `levels`."""
        return (*self.indicators, *self.levels)

    @cached_property
    def position(self) -> dict[str, int]:
        """The place of each code in `nodes`."""
        return {node.code: k for k, node in enumerate(self.nodes)}

    @cached_property
    def siblings(self) -> tuple[np.ndarray, ...]:
        """For each aggregate in `levels`, the positions of its children in `nodes`."""
        below: dict[str, list[int]] = {a.code: [] for a in self.levels}
        for k, node in enumerate(self.nodes):
            if node.parent is not None:
                below[node.parent].append(k)
        return tuple(np.array(below[a.code], dtype=np.int64) for a in self.levels)

    @cached_property
    def directions(self) -> np.ndarray:
        """(p,) direction of each indicator, 1 or -1."""
        return np.array([i.direction for i in self.indicators], dtype=np.float64)

    @cached_property
    def leaves(self) -> tuple[np.ndarray, ...]:
        """For each aggregate in `levels`, the indicators anywhere below it."""
        p = len(self.indicators)
        found: list[np.ndarray] = []
        for children in self.siblings:
            parts = [found[c - p] if c >= p else np.array([c]) for c in children]
            found.append(np.sort(np.concatenate(parts)))
        return tuple(found)
