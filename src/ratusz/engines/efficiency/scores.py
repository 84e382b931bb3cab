"""The result of a model: a score per unit, with the peers, slacks, targets and prices that prove it."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

import ratusz
from ratusz.engines.contracts import Provenance, stable_hash
from ratusz.engines.efficiency import kernels
from ratusz.engines.efficiency.envelopment import Solution
from ratusz.engines.efficiency.sample import Sample

EFFICIENT = 1e-9


@dataclass(frozen=True)
class Scores:
    """Scores of n units by one model. Arrays follow `sample.units`; everything is in the units of the data.

    model "radial", "directional", "additive", "super" or "fdh"; orientation "input", "output" or "" ; returns "crs",
    "vrs", "drs", "irs" or "fdh". score (n,): share of the inputs that would suffice (input, ≤ 1), multiple of the
    outputs that is within reach (output, ≥ 1), distance along the direction (directional), weighted sum of slacks
    (additive); super-efficiency passes 1 to the other side. feasible (n,): False where no combination of the others can
    do what the unit does; its score is NaN. distance (n,) is β, the length of the step along the gains.
    peers (n, k): places of units, −1 none, with intensities (n, k). slacks: what remains after the step.
    input_prices, output_prices, level: the dual certificate: no unit j of the technology has
    output_prices·y_j − input_prices·x_j + level above 0. For "fdh" there is none: NaN. bound: by-products that
    cannot be thrown away freely; they have no slack and their price may have any sign.
    """

    sample: Sample
    model: str
    returns: str
    orientation: str
    score: np.ndarray
    feasible: np.ndarray
    distance: np.ndarray
    input_gains: np.ndarray
    output_gains: np.ndarray
    peers: np.ndarray
    intensities: np.ndarray
    input_slacks: np.ndarray
    output_slacks: np.ndarray
    input_prices: np.ndarray
    output_prices: np.ndarray
    level: np.ndarray
    slack_weights: np.ndarray
    provenance: Provenance
    bound: tuple[str, ...] = ()

    @property
    def input_targets(self) -> np.ndarray:
        """What the peers would use in the unit's place, (n, m)."""
        return self.sample.x - self.distance[:, None] * self.input_gains - self.input_slacks

    @property
    def output_targets(self) -> np.ndarray:
        """What the peers would bring about in the unit's place, (n, s)."""
        return self.sample.y + self.distance[:, None] * self.output_gains + self.output_slacks

    @property
    def efficient(self) -> np.ndarray:
        """Units for which the peers can neither shorten any input nor lengthen any output, (n,) bool."""
        slack = np.hstack(
            [self.input_slacks / self._mean(self.sample.x), self.output_slacks / self._mean(self.sample.y)]
        )
        with np.errstate(invalid="ignore"):
            return self.feasible & (self.distance <= EFFICIENT) & (slack.sum(axis=1) <= 1e-7)

    @staticmethod
    def _mean(values: np.ndarray) -> np.ndarray:
        return np.abs(values).mean(axis=0)

    def peers_of(self, unit: str) -> dict[str, float]:
        """Return the peers of a unit with their intensities, largest first.

        >>> from ratusz.engines.efficiency import Sample, radial
        >>> towns = Sample(("A", "B", "C"), ("staff",), ("books",), [[1], [4], [4]], [[1], [3], [2]])
        >>> radial(towns, returns="crs").peers_of("C")
        {'A': 2.0}
        """
        row = self.sample.units.index(unit)
        found = zip(self.peers[row], self.intensities[row], strict=True)
        named = [(self.sample.units[j], float(v)) for j, v in found if j >= 0]
        return dict(sorted(named, key=lambda pair: -pair[1]))


def assemble(
    sample: Sample,
    solution: Solution,
    *,
    model: str,
    returns: str,
    orientation: str,
    score: np.ndarray,
    gains: np.ndarray,
    weights: np.ndarray,
    settings: tuple,
    started: float,
) -> Scores:
    """Return the scores of a solution; refuse one whose programmes did not all end."""
    bad = np.flatnonzero(np.isin(solution.status, (kernels.UNBOUNDED, kernels.STALLED)))
    if bad.size:
        raise unsolved(sample, int(bad[0]), int(solution.status[bad[0]]))
    s = len(sample.outputs)
    feasible = solution.status == kernels.OPTIMAL
    return Scores(
        sample, model, returns, orientation, np.where(feasible, score, np.nan), feasible, solution.beta,
        gains[:, s:], gains[:, :s], solution.peers, solution.intensities, solution.slacks[:, s:],
        solution.slacks[:, :s], solution.prices[:, s:], solution.prices[:, :s], solution.level, weights,
        provenance(sample, (model, returns, orientation, *settings), started),
    )  # fmt: skip


def unsolved(sample: Sample, row: int, status: int) -> Exception:
    """Return the error for a unit whose programme has no end."""
    from ratusz.engines.contracts import EngineError

    if status == kernels.UNBOUNDED:
        return EngineError(
            f"Unit {sample.units[row]}", "no limit", "its score must have one in this model and direction",
            "choose another orientation or variable returns",
        )  # fmt: skip
    return EngineError(
        f"Unit {sample.units[row]}", "no answer within the solver's precision",
        "inputs and outputs must be of comparable exactness", "check its figures for misplaced decimal signs",
    )  # fmt: skip


def provenance(
    sample: Sample, settings: tuple, started: float, *, seed: int = 0, runs: int = 0
) -> Provenance:
    """Return where a result comes from: the data and the settings, hashed."""
    return Provenance(
        ratusz.__version__, stable_hash(sample.hash(), settings), seed, runs, time.perf_counter() - started
    )
