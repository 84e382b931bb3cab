"""What size costs: scale efficiency, the class of returns to scale, and frontiers of groups."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np

from ratusz.engines.contracts import EngineError, Progress, no_progress
from ratusz.engines.efficiency.radial import radial
from ratusz.engines.efficiency.sample import Sample
from ratusz.engines.efficiency.scores import Scores

SAME = 1e-8


@dataclass(frozen=True)
class Scale:
    """Scale efficiency (n,), the part of the score that is due to size, and the class of each unit's returns.

    efficiency is the constant-returns score over the variable-returns score; returns (n,) texts: "constant",
    "increasing" (the unit would gain by growing) or "decreasing" (by shrinking).
    """

    constant: Scores
    variable: Scores
    efficiency: np.ndarray
    returns: tuple[str, ...]


def scale_efficiency(
    sample: Sample,
    *,
    orientation: str = "input",
    progress: Progress = no_progress,
    executor: Executor | None = None,
) -> Scale:
    """Return scale efficiency and returns to scale, from scores by constant, variable and decreasing returns.

    Färe, Grosskopf, Lovell 1985, doi:10.1007/978-94-015-7721-2.

    >>> towns = Sample(("A", "B", "C"), ("staff",), ("books",), [[1], [2], [4]], [[1], [3], [4]])
    >>> scale_efficiency(towns).returns
    ('increasing', 'constant', 'decreasing')
    """
    constant, variable, decreasing = (
        radial(sample, returns=returns, orientation=orientation, progress=progress, executor=executor)
        for returns in ("crs", "vrs", "drs")
    )
    ratio = constant.score / variable.score
    classes = np.where(
        np.abs(ratio - 1) <= SAME,
        "constant",
        np.where(np.abs(decreasing.score - variable.score) <= SAME, "decreasing", "increasing"),
    )
    return Scale(constant, variable, ratio, tuple(str(c) for c in classes))


def radial_by_group(
    sample: Sample,
    groups: Sequence[str],
    *,
    returns: str = "vrs",
    orientation: str = "input",
    progress: Progress = no_progress,
    executor: Executor | None = None,
) -> dict[str, Scores]:
    """Return the radial scores of each group against its own units only, by group name in alphabetical order.

    >>> towns = Sample(("A", "B", "C"), ("staff",), ("books",), [[1], [4], [4]], [[1], [3], [2]])
    >>> radial_by_group(towns, ["small", "large", "large"], returns="crs")["large"].score.round(3)
    array([1.   , 0.667])
    """
    if len(groups) != len(sample.units):
        raise EngineError(
            "Groups", f"{len(groups)} names", f"there are {len(sample.units)} units", "pass one per unit"
        )
    names = np.array(groups)
    return {
        str(group): radial(
            sample.take(np.flatnonzero(names == group)), returns=returns, orientation=orientation,
            progress=progress, executor=executor,
        )
        for group in np.unique(names)
    }  # fmt: skip
