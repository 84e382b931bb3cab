"""Speed of the composite index, with a plain NumPy loop in the same run beside it."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from dataclasses import asdict

import numpy as np

from ratusz.engines.composite import (
    Aggregate,
    Framework,
    Indicator,
    Method,
    Noise,
    Normalisation,
    Table,
    Treatment,
    Uncertainty,
    rank,
    warm_up,
)
from ratusz.engines.composite.ranking import prepare
from ratusz.engines.composite.recompute import SCALES, treat

COUNTRIES, GMINAS = 51, 2477


def case(units: int, indicators: int) -> tuple[Table, Method]:
    """Returns a synthetic table (skewed columns, 3 % missing) and a method with three pillars below the index."""
    rng = np.random.default_rng(2026)
    values = np.exp(rng.normal(0, 0.6, (units, indicators)) + 0.3 * rng.normal(0, 1, (units, 1)))
    values[rng.random(values.shape) < 0.03] = np.nan
    codes = tuple(f"i{k}" for k in range(indicators))
    nodes = tuple(Indicator(code, f"P{k % 8}", direction=1 if k % 3 else -1) for k, code in enumerate(codes))
    pillars = (
        *(Aggregate(f"P{k}", f"S{k % 2}") for k in range(8)),
        Aggregate("S0", "I"),
        Aggregate("S1", "I"),
    )
    method = Method(
        Framework(nodes, (*pillars, Aggregate("I"))),
        treatment=Treatment("winsorise"),
        normalisation=Normalisation(lower=1),
        uncertainty=Uncertainty(
            treatment=tuple(Treatment("winsorise", winmax=k) for k in range(1, 6)),
            normalisation=(Normalisation(lower=1), Normalisation("z-score", mean=100, sd=10)),
            aggregation=("arithmetic", "geometric"),
            weights=Noise(spread=0.25),
            leave_one_out=True,
        ),
    )
    return Table(tuple(f"u{k}" for k in range(units)), codes, values), method


def cpu(work: Callable[[], object], repeat: int = 1) -> float:
    """Returns the CPU seconds of one call, the best of a few."""
    best = np.inf
    for _ in range(repeat):
        began = time.process_time()
        work()
        best = min(best, time.process_time() - began)
    return best


def plain_loop(table: Table, method: Method, runs: int) -> None:
    """Treats, normalises, weighs and ranks anew in every run, as one writes it first."""
    rng = np.random.default_rng(1)
    values, u = prepare(table, method).values, method.uncertainty
    p = len(method.framework.indicators)
    for _ in range(runs):
        treatment = asdict(u.treatment[rng.integers(len(u.treatment))])
        scale = asdict(u.normalisation[rng.integers(len(u.normalisation))])
        mean = u.aggregation[rng.integers(len(u.aggregation))]
        x = values.copy()
        for j, direction in enumerate(method.framework.directions):
            there = ~np.isnan(x[:, j])
            column = direction * treat(x[there, j], treatment)
            x[there, j] = SCALES[scale["method"]](column, scale, (column.min(), column.max()))
        known = list(x.T)
        weights = rng.uniform(0.75, 1.25, len(method.framework.nodes))
        weights[rng.integers(p)] = 0
        for siblings in method.framework.siblings:
            block, w = np.array([known[s] for s in siblings]), weights[siblings]
            there = ~np.isnan(block) & (w[:, None] > 0)
            filled = np.where(there, block, 1.0)
            if mean == "geometric":
                known.append(
                    np.exp((w[:, None] * there * np.log(filled)).sum(0) / (w[:, None] * there).sum(0))
                )
            else:
                known.append((w[:, None] * there * filled).sum(0) / (w[:, None] * there).sum(0))
        np.argsort(np.argsort(-known[-1]))


def main() -> int:
    """Prints the figures; returns how many missed their target."""
    began = time.process_time()
    warm_up()
    print(f"kernels ready after {time.process_time() - began:.2f} CPU s (cached on disk from then on)")
    missed = 0

    def line(what: str, ours: float, target: float, baseline: float | None) -> None:
        nonlocal missed
        missed += ours > target
        beside = f"   plain NumPy {baseline:9.3f} s   {baseline / ours:7.0f} times" if baseline else ""
        print(
            f"{what:52} {ours:8.4f} s   (at most {target:g} s{'' if ours <= target else ', MISSED'}){beside}"
        )

    small, method = case(COUNTRIES, 49)
    large, large_method = case(GMINAS, 49)
    line("pipeline, 51 × 49", cpu(lambda: rank(small, method, runs=0), 20), 0.005, None)
    line("pipeline, 2,477 × 49", cpu(lambda: rank(large, large_method, runs=0), 5), 0.05, None)
    loop = cpu(lambda: plain_loop(small, method, 50)) * 20
    line("uncertainty, 1,000 runs of 51 × 49", cpu(lambda: rank(small, method, runs=1000), 3), 0.5, loop)
    gminas, gminas_method = case(GMINAS, 40)
    loop = cpu(lambda: plain_loop(gminas, gminas_method, 10)) * 1000
    ours = cpu(lambda: rank(gminas, gminas_method, runs=10_000))
    line("uncertainty, 10,000 runs of 2,477 × 40", ours, 30, loop)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"peak memory of all of it {peak:.0f} MB (at most 2,048)   plain NumPy: extrapolated from 50 and 10 runs"
    )
    return missed + (peak > 2048)


if __name__ == "__main__":
    raise SystemExit(main())
