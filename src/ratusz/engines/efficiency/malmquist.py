"""Productivity over time: the Malmquist index and what it is made of."""

from __future__ import annotations

import time
from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np

from ratusz.engines.contracts import EngineError, Progress, Provenance, no_progress, stable_hash
from ratusz.engines.efficiency import kernels
from ratusz.engines.efficiency.envelopment import Technology, both, envelop
from ratusz.engines.efficiency.radial import radial, radial_gains
from ratusz.engines.efficiency.sample import Sample
from ratusz.engines.efficiency.scores import provenance


@dataclass(frozen=True)
class Malmquist:
    """Changes between neighbouring periods, each (n, T − 1), above 1 = better; index = efficiency × technology.

    since and periods (T − 1,) name the earlier and the later period of each pair. efficiency: has the unit come closer
    to the frontier; technology: has the frontier moved where the unit works; efficiency = pure × scale (variable
    returns). NaN where a score across periods does not exist.
    """

    units: tuple[str, ...]
    since: tuple[str, ...]
    periods: tuple[str, ...]
    index: np.ndarray
    efficiency: np.ndarray
    technology: np.ndarray
    pure: np.ndarray
    scale: np.ndarray
    provenance: Provenance


def malmquist(
    periods: Mapping[str, Sample],
    *,
    orientation: str = "input",
    progress: Progress = no_progress,
    executor: Executor | None = None,
) -> Malmquist:
    """Return the Malmquist index under constant returns, from each period to the next.

    Periods stand in the given order; all hold the same units (in any order) and columns. The orientation matters for
    pure and scale alone: under constant returns what can be saved says what can be gained.

    Färe, Grosskopf, Norris, Zhang 1994 (American Economic Review 84, 66–83); Caves, Christensen, Diewert 1982,
    doi:10.2307/1913388.

    >>> old = Sample(("A", "B"), ("staff",), ("books",), [[2], [4]], [[1], [1]])
    >>> new = Sample(("A", "B"), ("staff",), ("books",), [[1], [4]], [[1], [1]])
    >>> malmquist({"2025": old, "2026": new}).index.ravel()
    array([2., 1.])
    """
    started = time.perf_counter()
    names = tuple(periods)
    samples = _aligned(periods)
    steps = len(names) - 1
    constant = [radial(s, returns="crs", executor=executor).score for s in samples]
    variable = [radial(s, returns="vrs", orientation=orientation, executor=executor).score for s in samples]
    backward, forward = np.empty((2, len(samples[0].units), steps))
    for t in range(steps):
        backward[:, t] = _across(samples[t], samples[t + 1], executor)
        forward[:, t] = _across(samples[t + 1], samples[t], executor)
        progress(t + 1, steps)
    theta, pure_theta = np.array(constant).T, np.array(variable).T
    efficiency = theta[:, 1:] / theta[:, :-1]
    technology = np.sqrt(backward / theta[:, 1:] * theta[:, :-1] / forward)
    if orientation == "output":
        pure_theta = 1 / pure_theta
    pure = pure_theta[:, 1:] / pure_theta[:, :-1]
    hashes = stable_hash(names, [s.hash() for s in samples])
    return Malmquist(
        samples[0].units, names[:-1], names[1:],
        efficiency * technology, efficiency, technology, pure, efficiency / pure,
        provenance(samples[0], ("malmquist", orientation, hashes), started),
    )  # fmt: skip


def _across(reference: Sample, points: Sample, executor: Executor | None) -> np.ndarray:
    """Return the input scores (n,) of one period's units against another period's frontier."""
    core, _ = Technology.of(reference.y, reference.x).frame(
        radial_gains(reference, "input"), kernels.CRS, executor
    )
    solution = envelop(core, both(points), radial_gains(points, "input"), kernels.CRS, executor=executor)
    return np.where(solution.status == kernels.OPTIMAL, 1 - solution.beta, np.nan)


def _aligned(periods: Mapping[str, Sample]) -> list[Sample]:
    if len(periods) < 2:
        raise EngineError("Periods", len(periods), "change needs at least two", "add a period")
    first = next(iter(periods.values()))
    aligned = []
    for name, sample in periods.items():
        if (sample.inputs, sample.outputs) != (first.inputs, first.outputs):
            raise EngineError(
                f"Period {name}", f"columns {', '.join(sample.inputs + sample.outputs)}",
                f"all periods have {', '.join(first.inputs + first.outputs)}", "use the same columns in every period",
            )  # fmt: skip
        if odd := sorted(set(sample.units) ^ set(first.units)):
            raise EngineError(
                f"Period {name}",
                f"{odd[0]} in some periods only",
                "every unit is in every period",
                "leave it out",
            )
        place = {unit: i for i, unit in enumerate(sample.units)}
        aligned.append(sample.take([place[unit] for unit in first.units]))
        aligned[-1].refuse_negative("the Malmquist index")
    return aligned
