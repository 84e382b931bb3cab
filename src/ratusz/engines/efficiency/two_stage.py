"""Why some are more efficient: scores explained by circumstances (Simar and Wilson 2007)."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np
from scipy.special import log_ndtr, ndtr, ndtri

from ratusz.engines.contracts import EngineError, Progress, Provenance, no_progress
from ratusz.engines.efficiency import kernels
from ratusz.engines.efficiency.bootstrap import FEWEST, block_sizes
from ratusz.engines.efficiency.envelopment import Technology, in_parts, returns_code
from ratusz.engines.efficiency.radial import radial, radial_gains
from ratusz.engines.efficiency.sample import Sample
from ratusz.engines.efficiency.scores import provenance

_STEPS = 100


@dataclass(frozen=True)
class TwoStage:
    """What circumstances do to inefficiency δ (1 or more: 1/score for inputs, the score for outputs).

    names (q + 1,): "constant" and the circumstances; coefficients, errors, lower and upper (q + 1,): change of δ per
    unit of the circumstance, its standard error and its interval; above 0 = makes inefficient. sigma: spread of what
    the circumstances do not explain. inefficiency (n,): the δ that were explained, corrected for bias if asked for.
    """

    names: tuple[str, ...]
    coefficients: np.ndarray
    errors: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    sigma: float
    inefficiency: np.ndarray
    confidence: float
    provenance: Provenance


def two_stage(
    sample: Sample,
    circumstances: Sequence[str],
    values: np.ndarray,
    *,
    returns: str = "vrs",
    orientation: str = "output",
    corrected: bool = True,
    first_runs: int = 100,
    runs: int = 2000,
    seed: int = 1,
    confidence: float = 0.95,
    progress: Progress = no_progress,
    executor: Executor | None = None,
) -> TwoStage:
    """Return a truncated regression of inefficiency on circumstances, with bootstrap intervals.

    values (n, q): circumstances that a unit cannot choose, finite. corrected: algorithm 2, in which `first_runs`
    parametric resamples first take the bias out of every score; else algorithm 1, which explains the inefficient units'
    plain scores. Ordinary or Tobit regressions of scores are wrong because scores depend on each other.

    Simar, Wilson 2007, doi:10.1016/j.jeconom.2005.07.009.

    >>> rng = np.random.default_rng(1)
    >>> hills, staff = rng.uniform(0, 1, 80), rng.uniform(1, 9, 80)
    >>> books = staff / (1 + 0.8 * hills + np.abs(rng.normal(0, 0.1, 80)))
    >>> towns = Sample([f"t{i}" for i in range(80)], ["staff"], ["books"], staff[:, None], books[:, None])
    >>> found = two_stage(towns, ["hills"], hills[:, None], returns="crs", runs=100)
    >>> bool(found.lower[1] < 0.8 < found.upper[1])
    True
    """
    started = time.perf_counter()
    if min(first_runs, runs) < FEWEST:
        raise EngineError(
            "Two stages", f"{min(first_runs, runs)} runs", f"{FEWEST} is the least", "ask for 100 and 2,000"
        )
    if not 0 < confidence < 1:
        raise EngineError(
            "Two stages", f"confidence {confidence:g}", "it lies between 0 and 1", "ask for 0.95"
        )
    z = _design(sample, tuple(circumstances), values)
    plain = radial(sample, returns=returns, orientation=orientation, executor=executor).score
    delta = np.maximum(1 / plain if orientation == "input" else plain, 1.0)
    above = delta > 1 + 1e-8
    if above.sum() <= z.shape[1] + 1:
        raise EngineError(
            "Two stages", f"{int(above.sum())} inefficient units", f"{z.shape[1] + 2} are the least for "
            f"{z.shape[1] - 1} circumstances", "use fewer columns or more units",
        )  # fmt: skip
    beta, sigma = truncated_regression(delta[above], z[above])
    first, second = np.random.SeedSequence(seed).spawn(2)
    kept = above
    if corrected:
        technology = Technology.of(sample.y, sample.x)
        gain = np.ascontiguousarray(radial_gains(sample, orientation) / technology.scale)
        shared = (
            technology.rows, technology.outputs, delta, z @ beta, sigma, gain, returns_code(returns),
            orientation == "input",
        )  # fmt: skip
        drawn = _in_blocks(_first, shared, first_runs, first, no_progress, executor)
        delta = np.maximum(2 * delta - drawn.mean(axis=0), 1.0)
        kept = np.ones(delta.size, dtype=np.bool_)
        beta, sigma = truncated_regression(delta, z)
    found = _in_blocks(_second, (z[kept], beta, sigma), runs, second, progress, executor)
    tail = (1 - confidence) / 2
    low, high = np.quantile(found - beta, (tail, 1 - tail), axis=0)
    return TwoStage(
        ("constant", *circumstances), beta, found.std(axis=0, ddof=1), beta - high, beta - low, sigma, delta,
        confidence,
        provenance(
            sample, ("two stages", tuple(circumstances), z, returns, orientation, corrected, first_runs, confidence),
            started, seed=seed, runs=runs,
        ),
    )  # fmt: skip


def truncated_regression(y: np.ndarray, z: np.ndarray) -> tuple[np.ndarray, float]:
    """Return (coefficients, sigma) of y (n,) ≥ 1 on z (n, q): normal errors, cut off where y would be below 1.

    Newton's method in (β/σ, 1/σ), in which the likelihood has one top (Orme 1989, doi:10.1016/0165-1765(89)90109-9).
    """
    start = np.linalg.lstsq(z, y, rcond=None)[0]
    scale = 1 / max(float(np.std(y - z @ start)), 1e-6)
    at = np.append(start * scale, scale)
    value, gradient, curve = _likelihood(at, y, z)
    for _ in range(_STEPS):
        step = -np.linalg.lstsq(curve, gradient, rcond=None)[0]
        if step @ gradient <= 0:
            step = gradient / np.abs(gradient).max()
        length = 1.0
        there, new = at, (value, gradient, curve)
        while length > 1e-12:
            candidate = at + length * step
            if candidate[-1] > 0:
                found = _likelihood(candidate, y, z)
                if found[0] >= value:
                    there, new = candidate, found
                    break
            length /= 2
        done = np.abs(there - at).max() <= 1e-10 * np.abs(at).max()
        at, (value, gradient, curve) = there, new
        if done:
            break
    return at[:-1] / at[-1], float(1 / at[-1])


def _likelihood(at: np.ndarray, y: np.ndarray, z: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
    """Return log likelihood, gradient and matrix of second derivatives at (β/σ, 1/σ)."""
    g, h = at[:-1], at[-1]
    mean = z @ g
    left, room = h * y - mean, mean - h
    inside = log_ndtr(room)
    mills = np.exp(-0.5 * room**2 - 0.5 * np.log(2 * np.pi) - inside)
    bend = mills * (room + mills)
    value = y.size * np.log(h) - 0.5 * (left**2).sum() - inside.sum()
    gradient = np.append(z.T @ (left - mills), y.size / h - (left * y).sum() + mills.sum())
    cross = z.T @ (y - bend)
    corner = -y.size / h**2 - (y**2).sum() + bend.sum()
    curve = np.block([[(z.T * (bend - 1)) @ z, cross[:, None]], [cross[None, :], np.array([[corner]])]])
    return float(value), gradient, curve


def _draw(mean: np.ndarray, sigma: float, runs: int, rng: np.random.Generator) -> np.ndarray:
    """Return (runs, n) normal numbers around mean (n,), none below 1."""
    share = ndtr((mean - 1) / sigma) * (1 - rng.random((runs, mean.size)))
    return np.maximum(mean - sigma * ndtri(np.maximum(share, 1e-300)), 1.0)


def _in_blocks(work, shared, runs, seed, progress, executor) -> np.ndarray:
    sizes = block_sizes(runs)
    parts = list(zip(sizes, seed.spawn(len(sizes)), strict=True))
    return np.concatenate(in_parts(work, shared, parts, sizes, progress, executor))


def _first(shared: tuple, runs: int, seed: np.random.SeedSequence) -> np.ndarray:
    rows, outputs, delta, mean, sigma, gain, code, moves_inputs = shared
    drawn = _draw(mean, sigma, runs, np.random.default_rng(seed))
    factors = drawn / delta if moves_inputs else delta / drawn
    beta = kernels.replicate(rows, outputs, factors, gain, code, moves_inputs)
    return 1 / (1 - beta) if moves_inputs else 1 + beta


def _second(shared: tuple, runs: int, seed: np.random.SeedSequence) -> np.ndarray:
    z, beta, sigma = shared
    drawn = _draw(z @ beta, sigma, runs, np.random.default_rng(seed))
    return np.array([truncated_regression(y, z)[0] for y in drawn])


def _design(sample: Sample, names: tuple[str, ...], values: np.ndarray) -> np.ndarray:
    values = np.array(values, dtype=np.float64)
    if values.shape != (len(sample.units), len(names)) or not names:
        raise EngineError(
            "Circumstances", f"values of shape {values.shape}",
            f"{len(sample.units)} units × {len(names)} names need that shape", "pass one row per unit",
        )  # fmt: skip
    for row, column in np.argwhere(~np.isfinite(values)):
        raise EngineError(
            f"Column {names[column]}, unit {sample.units[row]}", "no value",
            "every unit needs every circumstance", "fill the cell in, or leave the unit or the column out",
        )  # fmt: skip
    z = np.column_stack([np.ones(len(values)), values])
    norm = np.abs(z).max(axis=0)
    if np.linalg.matrix_rank(z / np.where(norm > 0, norm, 1)) < z.shape[1]:
        raise EngineError(
            "Circumstances",
            ", ".join(names),
            "none may be constant or follow from the others",
            "leave one out",
        )
    return z
