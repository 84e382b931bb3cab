"""Cross-efficiency: every unit judged with the weights that each unit would choose."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from ratusz.engines.contracts import EngineError, Progress, Provenance, no_progress
from ratusz.engines.efficiency import kernels
from ratusz.engines.efficiency.envelopment import Technology
from ratusz.engines.efficiency.radial import radial, radial_gains
from ratusz.engines.efficiency.sample import Sample
from ratusz.engines.efficiency.scores import provenance, unsolved


@dataclass(frozen=True)
class CrossEfficiency:
    """score (n,): mean of how a unit fares under all units' weights, its own too; matrix [judge, judged] (n, n).

    input_weights (n, m) and output_weights (n, s): each judge's weights, in the data's units.
    """

    sample: Sample
    score: np.ndarray
    matrix: np.ndarray
    input_weights: np.ndarray
    output_weights: np.ndarray
    provenance: Provenance


def cross_efficiency(
    sample: Sample, *, aim: str = "benevolent", form: str = "ratio", progress: Progress = no_progress
) -> CrossEfficiency:
    """Return input-oriented cross-efficiency under constant returns.

    A unit's best weights are often many; among them each judge takes those that are kindest to the others
    ("benevolent") or hardest on them ("aggressive"). form "difference" sums the others' u·y − v·x with v·x = 1 for the
    judge; "ratio" takes u·Σy with v·Σx = 1 over the others.

    Doyle, Green 1994, doi:10.1057/jors.1994.84 (methods II and III).

    >>> towns = Sample(("A", "B"), ("staff",), ("books",), [[1], [4]], [[1], [2]])
    >>> cross_efficiency(towns).score
    array([1. , 0.5])
    """
    started = time.perf_counter()
    if aim not in ("benevolent", "aggressive") or form not in ("ratio", "difference"):
        raise EngineError(
            "Cross-efficiency",
            f"{aim}, {form}",
            "aim is benevolent or aggressive, form ratio or difference",
            "choose",
        )
    own = radial(sample, returns="crs")
    technology = Technology.of(sample.y, sample.x)
    core, _ = technology.frame(radial_gains(sample, "input"), kernels.CRS)
    rows, s, n = technology.rows, len(sample.outputs), len(sample.units)
    totals, prices = rows.sum(axis=1), np.empty((n, rows.shape[0]))
    for o in range(n):
        others = totals - rows[:, o]
        wish = np.concatenate([others[:s], -others[s:] if form == "difference" else 0 * others[s:]])
        wish = wish if aim == "benevolent" else -wish
        norm = others[s:] if form == "ratio" and n > 1 else rows[s:, o]
        prices[o] = _judge(sample, core, rows[:, o], own.score[o], wish, norm, s, o)
        progress(o + 1, n)
    u, v = prices[:, :s] / technology.scale[:s], prices[:, s:] / technology.scale[s:]
    matrix = (u @ sample.y.T) / (v @ sample.x.T)
    return CrossEfficiency(
        sample, matrix.mean(axis=0), matrix, v, u, provenance(sample, ("cross", aim, form), started)
    )


def _judge(sample, core, point, score, wish, norm, s, o) -> np.ndarray:
    """Return the weights (p,) that maximise wish·(u, v) among the best of the unit, by the dual programme.

    Rows are the weights; columns: α of v·norm = 1, γ of u·y = θ v·x (both free, so twice), a slack per row, and the
    units that may not pass 1. A row whose right-hand side is negative is turned round.
    """
    p = point.size
    turn = np.where(wish < 0, -1.0, 1.0)
    alpha = np.concatenate([np.zeros(s), norm])
    gamma = np.concatenate([point[:s], -score * point[s:]])
    size = 1 / np.maximum(core.size, 1e-300)
    pool = np.vstack([core.rows[:s], -core.rows[s:]]) * size * turn[:, None]
    extra = np.ascontiguousarray(np.vstack([alpha, -alpha, gamma, -gamma, -np.eye(p)]) * turn)
    cost = np.concatenate([[1.0, -1.0], np.zeros(2 + p)])
    basis, value, dual = np.full(p, -1, dtype=np.int64), np.empty(p), np.empty(p)
    shut = np.zeros(4 + p, dtype=np.bool_)
    largest = max(np.abs(wish).max(), 1e-300)
    status = kernels.solve(
        pool, np.ones(pool.shape[1]), pool.shape[1], extra, cost, np.abs(wish) / largest, basis, value, dual, shut,
        np.inf, kernels.workspace(p, pool.shape[1]),
    )  # fmt: skip
    if status != kernels.OPTIMAL:
        raise unsolved(sample, o, status)
    return np.maximum(dual * turn, 0.0)
