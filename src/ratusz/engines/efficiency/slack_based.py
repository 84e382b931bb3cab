"""The slack-based measure: every input and output may fall short by a share of its own."""

from __future__ import annotations

import time
from concurrent.futures import Executor

import numpy as np

from ratusz.engines.contracts import EngineError, Progress, no_progress
from ratusz.engines.efficiency import kernels
from ratusz.engines.efficiency.envelopment import (
    PART,
    Solution,
    Technology,
    both,
    in_parts,
    returns_code,
    tidy,
)
from ratusz.engines.efficiency.radial import radial_gains
from ratusz.engines.efficiency.sample import Sample
from ratusz.engines.efficiency.scores import Scores, assemble

_AGREES = 1e-8


def slack_based(
    sample: Sample,
    *,
    returns: str = "crs",
    progress: Progress = no_progress,
    executor: Executor | None = None,
) -> Scores:
    """Return the measure ρ (n,), 1 = efficient: mean share of inputs kept over mean multiple of outputs reached.

        ρ = (1 − 1/m Σ s⁻/x) / (1 + 1/s Σ s⁺/y)

    solved as a linear programme (Charnes–Cooper). An input that a unit does not use counts as kept; an output of 0 is
    refused, because no multiple of it means anything.

    Tone 2001, doi:10.1016/S0377-2217(99)00407-5.

    >>> towns = Sample(("A", "B"), ("staff", "cars"), ("books",), [[1, 1], [4, 2]], [[1], [1]])
    >>> slack_based(towns).score
    array([1.   , 0.375])
    """
    started = time.perf_counter()
    sample.refuse_negative("the slack-based measure")
    for row, column in np.argwhere(sample.y == 0):
        raise EngineError(
            f"Column {sample.outputs[column]}, unit {sample.units[row]}", 0,
            "the slack-based measure needs outputs above 0", "leave the column or the unit out, or use a radial model",
        )  # fmt: skip
    code = returns_code(returns)
    points = both(sample)
    n, p = points.shape
    k = p + (1 if code == kernels.CRS else 2)
    core, _ = Technology.of(sample.y, sample.x).frame(radial_gains(sample, "input"), code, executor)
    sizes = [min(PART, n - first) for first in range(0, n, PART)]
    parts = [(first, points[first : first + PART]) for first in range(0, n, PART)]
    found = in_parts(_part, (core, len(sample.outputs), code, k), parts, sizes, progress, executor)
    status, score, peers, intensities, slacks, prices, level = (
        np.concatenate(block) for block in zip(*found, strict=True)
    )
    solution = Solution(status, np.zeros(n), *tidy(peers, intensities), slacks, prices, level)
    return assemble(
        sample, solution, model="sbm", returns=returns, orientation="", score=score, gains=np.zeros((n, p)),
        weights=np.zeros((n, p)), settings=(), started=started,
    )  # fmt: skip


def _part(shared: tuple, first: int, points: np.ndarray) -> tuple[np.ndarray, ...]:
    """Return the solved programmes of points (r, p), whose units stand in the sample from `first` on."""
    programme, k, (n, p) = _Programme(*shared), shared[3], points.shape
    status, score, level = np.zeros(n, dtype=np.int64), np.full(n, np.nan), np.zeros(n)
    peers, intensities = np.full((n, k), -1, dtype=np.int64), np.zeros((n, k))
    slacks, prices = np.zeros((n, p)), np.zeros((n, p))
    for o in range(n):
        status[o], score[o], found, slacks[o], prices[o], level[o] = programme.solve(points[o])
        for place, (number, intensity) in enumerate(found):
            peers[o, place], intensities[o, place] = first + o if number < 0 else number, intensity
    return status, score, peers, intensities, slacks, prices, level


class _Programme:
    """Tone's programme for one unit after another, every row divided by the unit's own figure.

    Rows: outputs, inputs, Σ λ (unless crs), scale. Extras: 0 the factor t, 1 the unit, 2 the slack of Σ λ, 3.. slacks.
    """

    def __init__(self, core: Technology, outputs: int, code: int, k: int):
        p = core.rows.shape[0]
        self.core, self.outputs, self.code, self.k, self.p = core, outputs, code, k, p
        self.reference = core.rows * core.scale[:, None]
        self.pool = np.zeros((k, core.numbers.size))
        self.extra, self.b = np.zeros((3 + p, k)), np.zeros(k)
        self.b[-1] = 1.0
        self.extra[0, -1] = 1.0
        if k > p + 1:
            self.pool[p] = 1.0
            self.extra[0, p], self.extra[1, p] = -1.0, 1.0
            self.extra[2, p] = {kernels.DRS: 1.0, kernels.IRS: -1.0}.get(code, 0.0)
        for r in range(p):
            self.extra[3 + r, r] = -1.0 if r < outputs else 1.0
        self.extra[3 : 3 + outputs, -1] = 1.0 / outputs
        self.space = kernels.workspace(k, core.numbers.size)

    def solve(self, point: np.ndarray) -> tuple:
        """Return (status, ρ, [(place or −1 for the unit itself, intensity)], slacks, prices, level)."""
        p, q, outputs = self.p, 3 + self.p, self.outputs
        used = point > 0
        unit = np.where(used, point, self.core.scale)
        self.pool[:p] = self.reference / unit[:, None]
        column = 1.0 / np.maximum(np.abs(self.pool).max(axis=0, initial=0.0), 1e-300)
        pool = self.pool * column
        self.extra[0, :p], self.extra[1, :p] = -1.0 * used, 1.0 * used
        cost = np.zeros(q)
        cost[0] = 1.0
        cost[3 + outputs :] = np.where(used[outputs:], -1.0, 0.0) / (p - outputs)
        basis = np.array([0, 1, *range(3, q)] if self.k > p + 1 else [0, 1, *range(4, q)])
        value, dual = np.empty(self.k), np.empty(self.k)
        shut = np.zeros(q, dtype=np.bool_)
        shut[2] = self.code < kernels.DRS
        status = kernels.solve(
            pool, np.ones(pool.shape[1]), pool.shape[1], self.extra, cost, self.b, basis, value, dual, shut, np.inf,
            self.space,
        )  # fmt: skip
        if status != kernels.OPTIMAL:
            return status, np.nan, [], np.nan, np.nan, np.nan
        t = value[basis == 0].sum()
        if t <= 0:
            return kernels.STALLED, np.nan, [], np.nan, np.nan, np.nan
        peers, slacks, mix = [], np.zeros(p), np.zeros(p)
        for j, v in zip(basis, np.maximum(value, 0.0) / t, strict=True):
            if j >= q + self.k:
                place = j - q - self.k
                peers.append((int(self.core.numbers[place]), v * column[place]))
                mix += v * pool[:p, place]
            elif j == 1:
                peers.append((-1, v))
                mix += v * used
            elif 3 <= j < q:
                slacks[j - 3] = v * unit[j - 3]
        short = slacks / unit
        target = used + np.where(np.arange(p) < outputs, short, -short)
        said = (1 - (short * used)[outputs:].mean()) / (1 + short[:outputs].mean())
        if not (
            abs(said - dual[-1]) <= _AGREES and (np.abs(mix - target) <= _AGREES * (1 + np.abs(target))).all()
        ):
            return kernels.STALLED, np.nan, [], np.nan, np.nan, np.nan
        prices = np.where(np.arange(p) < outputs, dual[:p], -dual[:p]) / unit
        return status, dual[-1], peers, slacks, prices, dual[p] if self.k > p + 1 else 0.0
