"""The proof of a score, written apart from the solver: peers that reach it, and prices that nobody beats."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np
from numba import njit

from ratusz.engines.contracts import no_progress
from ratusz.engines.efficiency.envelopment import in_parts
from ratusz.engines.efficiency.scores import Scores

TOLERANCE = 1e-8
_BLOCK = 8192
_CHUNK = 512


@dataclass(frozen=True)
class Verdict:
    """Whether every score is proved: differences in words, and the largest gap between reached and possible."""

    differences: tuple[str, ...]
    gap: float

    @property
    def proved(self) -> bool:
        """True if nothing differs."""
        return not self.differences


def verify(result: Scores, tolerance: float = TOLERANCE, *, executor: Executor | None = None) -> Verdict:
    """Return whether each score is optimal, by plain arithmetic on the data.

    The peers' mix must lie where score and slacks say (so the score is reached), no unit may beat the unit's prices
    (so no better one exists), and both must give the same number. Deviations are relative to the unit's figures.
    Infeasible units of super-efficiency and the second phase's slacks are not judged; free disposal hull scores are
    recomputed by enumeration.

    >>> from ratusz.engines.efficiency import Sample, radial
    >>> towns = Sample(("A", "B", "C"), ("staff",), ("books",), [[1], [4], [4]], [[1], [3], [2]])
    >>> verify(radial(towns)).proved
    True
    """
    found: list[str] = []
    gap = 0.0
    rows = np.flatnonzero(result.feasible)
    check = _enumerated(result, rows) if result.returns == "fdh" else _certified(result, rows, executor)
    for what, size in check:
        gap = max(gap, float(np.max(size, initial=0.0)))
        found += [
            f"{result.sample.units[rows[i]]}: {what} ({size[i]:.2g})"
            for i in np.flatnonzero(~(size <= tolerance))
        ]
    return Verdict(tuple(found), gap)


def _certified(
    result: Scores, rows: np.ndarray, executor: Executor | None
) -> Iterator[tuple[str, np.ndarray]]:
    x, y = result.sample.x, result.sample.y
    beta = result.distance[rows]
    total, used, made = _mixed(result, rows)
    per_x, per_y = np.abs(x).mean(axis=0), np.abs(y).mean(axis=0)
    own = np.maximum(np.max(np.abs(x[rows]) / per_x, axis=1), np.max(np.abs(y[rows]) / per_y, axis=1))[
        :, None
    ]
    yield (
        "the peers use something else",
        np.max(np.abs(used - result.input_targets[rows]) / per_x / own, axis=1),
    )
    yield (
        "the peers produce something else",
        np.max(np.abs(made - result.output_targets[rows]) / per_y / own, axis=1),
    )
    yield (
        "negative slack",
        np.max(
            np.maximum(
                -np.hstack([result.input_slacks[rows] / per_x, result.output_slacks[rows] / per_y]) / own, 0
            ),
            axis=1,
        ),
    )
    off = {
        "crs": 0 * total,
        "vrs": abs(total - 1),
        "drs": np.maximum(total - 1, 0),
        "irs": np.maximum(1 - total, 0),
    }
    yield "the intensities break the returns to scale", off[result.returns]
    u, v, w = result.output_prices[rows], result.input_prices[rows], result.level[rows]
    # What a price of the whole column would buy, so that the size of a unit of measurement does not matter.
    worth = np.maximum(np.max(np.abs(u) * per_y, axis=1), np.max(np.abs(v) * per_x, axis=1)) * own[:, 0]
    free = ~np.isin(result.sample.inputs, result.bound)
    yield (
        "a price is negative",
        np.maximum(-np.hstack([u * per_y, (v * per_x)[:, free]]).min(axis=1), 0) / (worth / own[:, 0]),
    )
    wrong = {"crs": abs(w), "vrs": 0 * w, "drs": np.maximum(w, 0), "irs": np.maximum(-w, 0)}
    yield "the price of the returns row has the wrong sign", wrong[result.returns]
    yield "a unit beats the prices", _beaten(result, rows, worth, executor)
    possible = (v * x[rows]).sum(axis=1) - (u * y[rows]).sum(axis=1) - w
    if result.model == "sbm":
        rho = result.score[rows]
        with np.errstate(divide="ignore"):
            kept, reached = 1 / (x.shape[1] * x[rows]), rho[:, None] / (y.shape[1] * y[rows])
        short = np.hstack([(reached - u) / reached, np.where(x[rows] > 0, (kept - v) / kept, 0)])
        yield "a price is below the worth of its slack", np.maximum(short, 0).max(axis=1)
        yield "score and prices differ", np.abs(rho + possible - 1)
        with np.errstate(divide="ignore", invalid="ignore"):
            saved = np.where(x[rows] > 0, result.input_slacks[rows] / x[rows], 0).mean(axis=1)
        said = (1 - saved) / (1 + (result.output_slacks[rows] / y[rows]).mean(axis=1))
        yield "score and slacks differ", np.abs(said - rho)
        return
    if result.model == "additive":
        weights = result.slack_weights[rows]
        short = np.maximum(weights - np.hstack([u, v]), 0) / weights
        yield "a price is below the weight of its slack", short.max(axis=1)
        yield "score and prices differ", np.abs(possible - result.score[rows]) / np.maximum(worth, 1)
        slacks = np.hstack([result.output_slacks[rows], result.input_slacks[rows]])
        yield (
            "score and slacks differ",
            np.abs((weights * slacks).sum(axis=1) - result.score[rows]) / np.maximum(worth, 1),
        )
        return
    step = (u * result.output_gains[rows]).sum(axis=1) + (v * result.input_gains[rows]).sum(axis=1)
    yield "the prices are not scaled to the direction", np.abs(step - 1)
    yield "score and prices differ", np.abs(possible - beta) / np.maximum(np.abs(beta), 1)
    said = {"input": 1 - beta, "output": 1 + beta, "": beta}[result.orientation]
    yield "score and distance differ", np.abs(said - result.score[rows])


def _mixed(result: Scores, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return what the peers of some units add up to: intensities (r,), inputs (r, m), outputs (r, s)."""
    peers = result.peers[rows]
    share = np.where(peers >= 0, result.intensities[rows], 0.0)
    used = np.einsum("rk,rkm->rm", share, result.sample.x[peers])
    return share.sum(axis=1), used, np.einsum("rk,rks->rs", share, result.sample.y[peers])


def _beaten(result: Scores, rows: np.ndarray, worth: np.ndarray, executor: Executor | None) -> np.ndarray:
    """Return (r,): by how much any unit of the whole sample beats each unit's prices, relative to what is traded."""
    one = np.ones((len(result.sample.units), 1))
    figures = np.ascontiguousarray(np.hstack([result.sample.y, result.sample.x, one]).T)
    prices = np.column_stack([result.output_prices[rows], -result.input_prices[rows], result.level[rows]])
    spared = rows if result.model == "super" else np.full(rows.size, -1)
    parts = [
        tuple(np.ascontiguousarray(a[first : first + _BLOCK]) for a in (prices, worth, spared))
        for first in range(0, rows.size, _BLOCK)
    ]
    found = in_parts(_most, (figures,), parts, [len(part[1]) for part in parts], no_progress, executor)
    return np.concatenate([np.zeros(0), *found])


def _most(shared: tuple, prices: np.ndarray, worth: np.ndarray, spared: np.ndarray) -> np.ndarray:
    return _judge(*shared, prices, worth, spared)


@njit(cache=True, nogil=True)
def _judge(figures, prices, worth, spared):
    """Returns (r,): the most that prices (r, q) earn with any of the figures (q, n), over what is traded then."""
    most = np.zeros(prices.shape[0])
    columns, n = figures.shape
    profit = np.empty(_CHUNK)
    for i in range(prices.shape[0]):
        for first in range(0, n, _CHUNK):
            count = min(_CHUNK, n - first)
            profit[:] = 0.0
            for c in range(0, columns - columns % 2, 2):
                # Two columns at a time: half the passes.
                price, other = prices[i, c], prices[i, c + 1]
                row, next_row = figures[c, first : first + count], figures[c + 1, first : first + count]
                for j in range(count):
                    profit[j] += price * row[j] + other * next_row[j]
            if columns % 2:
                price, row = prices[i, columns - 1], figures[columns - 1, first : first + count]
                for j in range(count):
                    profit[j] += price * row[j]
            for j in range(count):
                if profit[j] > 0.0 and first + j != spared[i]:
                    traded = worth[i]
                    for c in range(columns):
                        traded += abs(prices[i, c] * figures[c, first + j])
                    most[i] = max(most[i], profit[j] / traded)
    return most


def _enumerated(result: Scores, rows: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
    x, y = result.sample.x, result.sample.y
    best = np.empty(rows.size)
    with np.errstate(divide="ignore", invalid="ignore"):
        for place, o in enumerate(rows):
            if result.orientation == "input":
                ratio = np.where(x[o] > 0, x / x[o], np.where(x > 0, np.inf, 0)).max(axis=1)
                best[place] = ratio[(y >= y[o]).all(axis=1)].min()
            else:
                ratio = np.where(y[o] > 0, y / y[o], np.inf).min(axis=1)
                best[place] = ratio[(x <= x[o]).all(axis=1)].max()
    yield "enumeration finds another score", np.abs(best - result.score[rows])
