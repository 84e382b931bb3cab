"""Benefit of the doubt: a composite index in which each unit is seen in the light that suits it best."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np

from ratusz.engines.contracts import EngineError, Progress, Provenance, no_progress
from ratusz.engines.efficiency import kernels
from ratusz.engines.efficiency.envelopment import Technology, both, envelop
from ratusz.engines.efficiency.radial import radial_gains
from ratusz.engines.efficiency.sample import Sample
from ratusz.engines.efficiency.scores import provenance, unsolved


@dataclass(frozen=True)
class BenefitOfDoubt:
    """score (n,) in (0, 1]; weights (n, q) of the indicators as measured; shares (n, q) of the score, sums 1.

    benchmarks (n, k): places of the units that set the standard, −1 none.
    """

    units: tuple[str, ...]
    indicators: tuple[str, ...]
    score: np.ndarray
    weights: np.ndarray
    shares: np.ndarray
    benchmarks: np.ndarray
    provenance: Provenance


def benefit_of_the_doubt(
    units: Sequence[str],
    indicators: Sequence[str],
    values: np.ndarray,
    *,
    limits: tuple[float, float] | None = None,
    progress: Progress = no_progress,
    executor: Executor | None = None,
) -> BenefitOfDoubt:
    """Return the best score each unit can have when it chooses the weights, and nobody may pass 1 under them.

    values (n, q): indicators of 0 or more, larger = better. limits (lower, upper): each indicator's share of the unit's
    own score stays within them.

    Melyn, Moesen 1991; Cherchye, Moesen, Rogge, Van Puyenbroeck 2007, doi:10.1007/s11205-006-9029-7.

    >>> index = benefit_of_the_doubt(["A", "B", "C"], ["air", "rail"], np.array([[4, 1], [1, 4], [2, 2.0]]))
    >>> index.score
    array([1. , 1. , 0.8])
    """
    started = time.perf_counter()
    values = np.array(values, dtype=np.float64)
    sample = Sample(tuple(units), ("the same for all",), tuple(indicators), np.ones((len(units), 1)), values)
    sample.refuse_negative("benefit of the doubt")
    low, high = _checked(sample, limits)
    technology = Technology.of(sample.y, sample.x)
    gains = radial_gains(sample, "input")
    core, bases = technology.frame(gains, kernels.CRS, executor)
    points = both(sample)
    solution = envelop(
        core, points, gains, kernels.CRS, own=points, own_numbers=np.arange(len(points)), limits=(low, high),
        bases=bases if limits is None else None, progress=progress, executor=executor,
    )  # fmt: skip
    for row in np.flatnonzero(solution.status != kernels.OPTIMAL):
        raise unsolved(sample, int(row), int(solution.status[row]))
    weights = np.maximum(solution.prices[:, : values.shape[1]], 0.0)
    score = 1 - solution.beta
    return BenefitOfDoubt(
        sample.units, sample.outputs, score, weights, weights * values / score[:, None], solution.peers,
        provenance(sample, ("benefit of the doubt", low, high), started),
    )  # fmt: skip


def _checked(sample: Sample, limits: tuple[float, float] | None) -> tuple[float, float]:
    if limits is None:
        return 0.0, 0.0
    low, high = (float(limit) for limit in limits)
    q = len(sample.outputs)
    if not 0 <= low <= 1 / q <= high <= 1:
        raise EngineError(
            "Limits of shares", f"{low:g} to {high:g}",
            f"shares of {q} indicators sum to 1, so the limits lie around {1 / q:.3g}", "widen them",
        )  # fmt: skip
    for row, column in np.argwhere((sample.y == 0) & (low > 0)):
        raise EngineError(
            f"Column {sample.outputs[column]}, unit {sample.units[row]}", 0,
            "an indicator at 0 cannot have a share of the score", "set the lower limit to 0 or move the scale above 0",
        )  # fmt: skip
    return low, high
