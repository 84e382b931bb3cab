"""How sure a score is: the smoothed bootstrap of Simar and Wilson (1998)."""

from __future__ import annotations

import time
from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np

from ratusz.engines.contracts import EngineError, Progress, Provenance, no_progress
from ratusz.engines.efficiency import kernels
from ratusz.engines.efficiency.envelopment import Technology, in_parts, returns_code
from ratusz.engines.efficiency.radial import radial, radial_gains
from ratusz.engines.efficiency.sample import Sample
from ratusz.engines.efficiency.scores import provenance

BLOCK = 25
FEWEST = 20


@dataclass(frozen=True)
class Bootstrap:
    """Scores as if the true frontier were known; arrays (n,).

    A sample never holds the best that is possible, so plain scores flatter. bias = how much, by resampling; corrected =
    score − bias; lower and upper bound the true score with the given confidence; variance is that of the resampled
    inefficiencies (1/score for inputs, the score for outputs), in which bias and bounds are found; bandwidth is the
    width h of the smoothing.
    """

    score: np.ndarray
    bias: np.ndarray
    corrected: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    variance: np.ndarray
    confidence: float
    bandwidth: float
    provenance: Provenance


def bootstrap(
    sample: Sample,
    *,
    returns: str = "vrs",
    orientation: str = "input",
    runs: int = 2000,
    seed: int = 1,
    confidence: float = 0.95,
    progress: Progress = no_progress,
    executor: Executor | None = None,
) -> Bootstrap:
    """Return bias-corrected radial scores with intervals.

    Each run draws inefficiencies from their smoothed distribution (normal kernel, reflected at 1, with the variance of
    the reflected data), moves every unit to the frontier and back by a drawn one, and scores the true units against
    that sample. The width is Silverman's rule on the reflected inefficiencies above 1, corrected for the number and
    spread of all (Daraio, Simar 2007, p. 61, doi:10.1007/978-0-387-35231-2). Runs come in blocks of 25, each with its
    own generator from the seed, so that an executor changes nothing.

    Simar, Wilson 1998, doi:10.1287/mnsc.44.1.49; intervals as in Simar, Wilson 2000, doi:10.1080/02664760050081951.

    >>> rng = np.random.default_rng(1)
    >>> staff = rng.uniform(1, 9, (30, 1))
    >>> books = staff**0.6 * rng.uniform(0.5, 1, (30, 1))
    >>> found = bootstrap(Sample([f"t{i}" for i in range(30)], ["staff"], ["books"], staff, books), runs=100)
    >>> bool((found.corrected < found.score).all()), bool((found.lower <= found.upper).all())
    (True, True)
    """
    started = time.perf_counter()
    if runs < FEWEST:
        raise EngineError(
            "Bootstrap", f"{runs} runs", f"{FEWEST} is the least that gives an interval", "ask for 2,000"
        )
    if not 0 < confidence < 1:
        raise EngineError(
            "Bootstrap", f"confidence {confidence:g}", "it lies between 0 and 1", "ask for 0.95"
        )
    code = returns_code(returns)
    plain = radial(sample, returns=returns, orientation=orientation, executor=executor)
    moves_inputs = orientation == "input"
    # Inefficiency as a number of 1 or more, whichever way it is measured.
    delta = np.maximum(1 / plain.score if moves_inputs else plain.score, 1.0)
    width = bandwidth(delta)
    technology = Technology.of(sample.y, sample.x)
    gain = np.ascontiguousarray(radial_gains(sample, orientation) / technology.scale)
    seeds = np.random.SeedSequence(seed).spawn(-(-runs // BLOCK))
    shared = (technology.rows, technology.outputs, delta, width, gain, code, moves_inputs)
    sizes = block_sizes(runs)
    beta = np.concatenate(
        in_parts(_block, shared, list(zip(sizes, seeds, strict=True)), sizes, progress, executor)
    )
    drawn = 1 / (1 - beta) if moves_inputs else 1 + beta
    tail = (1 - confidence) / 2
    low, high = np.quantile(drawn, (tail, 1 - tail), axis=0)
    # Error of a drawn inefficiency against the sample's, taken for the error of the sample's against the true one.
    true = [2 * delta - value for value in (drawn.mean(axis=0), low, high)]
    corrected, *bounds = [1 / value if moves_inputs else value for value in true]
    return Bootstrap(
        plain.score, plain.score - corrected, corrected, np.minimum(*bounds), np.maximum(*bounds),
        drawn.var(axis=0, ddof=1), confidence, width,
        provenance(sample, ("bootstrap", returns, orientation, confidence), started, seed=seed, runs=runs),
    )  # fmt: skip


def bandwidth(delta: np.ndarray) -> float:
    """Return the smoothing width of inefficiencies (n,), each 1 or more."""
    above = delta[delta > 1 + 1e-6]
    if above.size < 2:
        raise EngineError(
            "Bootstrap", f"{above.size} inefficient units of {delta.size}",
            "the spread of inefficiency must show", "use fewer columns or more units",
        )  # fmt: skip
    mirrored = np.concatenate([above, 2 - above])
    spread = mirrored.std(ddof=1)
    quarters = np.subtract(*np.quantile(mirrored, (0.75, 0.25)))
    rule = 0.9 * min(spread, quarters / 1.34) * mirrored.size ** (-0.2)
    return float(rule * (2 * above.size / delta.size) ** 0.2 * delta.std(ddof=1) / spread)


def draw(delta: np.ndarray, width: float, runs: int, rng: np.random.Generator) -> np.ndarray:
    """Return inefficiencies (runs, n), each 1 or more, from the smoothed distribution of delta (n,)."""
    excess = rng.choice(delta - 1, (runs, delta.size))
    smooth = np.abs(excess + width * rng.standard_normal(excess.shape))
    # Smoothing widens the reflected distribution, whose mean is 1; this takes it back to its variance.
    return 1 + smooth / np.sqrt(1 + width**2 / np.mean((delta - 1) ** 2))


def block_sizes(runs: int) -> list[int]:
    """Return the numbers of runs per block."""
    return [min(BLOCK, runs - done) for done in range(0, runs, BLOCK)]


def _block(shared: tuple, runs: int, seed: np.random.SeedSequence) -> np.ndarray:
    rows, outputs, delta, width, gain, code, moves_inputs = shared
    drawn = draw(delta, width, runs, np.random.default_rng(seed))
    factors = drawn / delta if moves_inputs else delta / drawn
    return kernels.replicate(rows, outputs, factors, gain, code, moves_inputs)
