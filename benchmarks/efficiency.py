"""Speed of data envelopment analysis, with a general solver (HiGHS) in the same run beside it."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from scipy.optimize import linprog

from ratusz.engines.efficiency import Sample, bootstrap, radial, verify

AIMS = {("crs", 500): 0.05, ("vrs", 500): 0.05, ("crs", 5000): 0.5, ("vrs", 5000): 0.8}


def case(units: int) -> Sample:
    """Returns units with three inputs and three outputs, Cobb–Douglas with half-normal inefficiency."""
    rng = np.random.default_rng(2026)
    x = rng.uniform(5, 100, (units, 3))
    mix = rng.uniform(0.2, 1, (units, 3))
    mix /= np.linalg.norm(mix, axis=1, keepdims=True)
    level = np.prod(x, axis=1) ** 0.25 * np.exp(-np.abs(rng.normal(0, 0.3, units)))
    return Sample(
        tuple(f"u{i}" for i in range(units)), ("a", "b", "c"), ("d", "e", "f"), x, mix * level[:, None]
    )


def cpu(work: Callable[[], object], repeat: int = 1) -> float:
    """Returns the CPU seconds of one call, the best of a few."""
    best = np.inf
    for _ in range(repeat):
        began = time.process_time()
        work()
        best = min(best, time.process_time() - began)
    return best


def general(sample: Sample, returns: str, units: int) -> np.ndarray:
    """Returns the first scores by one HiGHS model that is changed from unit to unit and so starts warm."""
    import highspy

    n, m, s = len(sample.units), sample.x.shape[1], sample.y.shape[1]
    x, y = sample.x / sample.x.mean(axis=0), sample.y / sample.y.mean(axis=0)
    model = highspy.Highs()
    model.setOptionValue("output_flag", False)
    model.setOptionValue("threads", 1)
    model.addVar(0.0, highspy.kHighsInf)
    model.changeColCost(0, 1.0)
    for _ in range(n):
        model.addVar(0.0, highspy.kHighsInf)
    places = np.arange(1, n + 1, dtype=np.int32)
    for column in y.T:
        model.addRow(0.0, highspy.kHighsInf, n, places, column)
    for column in x.T:
        model.addRow(0.0, highspy.kHighsInf, n, places, -column)
    if returns == "vrs":
        model.addRow(1.0, 1.0, n, places, np.ones(n))
    found = np.empty(units)
    for o in range(units):
        for r in range(s):
            model.changeRowBounds(r, y[o, r], highspy.kHighsInf)
        for i in range(m):
            model.changeCoeff(s + i, 0, x[o, i])
        model.run()
        found[o] = model.getObjectiveValue()
    return found


def general_cold(sample: Sample, returns: str, units: int) -> np.ndarray:
    """Returns the first scores by one scipy call each, for where highspy is not installed."""
    n, m = sample.x.shape
    x, y = sample.x / sample.x.mean(axis=0), sample.y / sample.y.mean(axis=0)
    found = np.empty(units)
    for o in range(units):
        rows = np.vstack([np.column_stack([-x[o], x.T]), np.column_stack([np.zeros(y.shape[1]), -y.T])])
        one = {"A_eq": [np.r_[0, np.ones(n)]], "b_eq": [1]} if returns == "vrs" else {}
        found[o] = linprog(np.r_[1, np.zeros(n)], A_ub=rows, b_ub=np.r_[np.zeros(m), -y[o]], **one).fun
    return found


def solver() -> tuple[str, Callable[[Sample, str, int], np.ndarray]]:
    """Returns the general solver that is installed, and its name."""
    try:
        import highspy  # noqa: F401
    except ImportError:
        return "scipy's HiGHS, one call per unit", general_cold
    return "highspy, one model, warm start", general


def main() -> int:
    """Prints the figures; returns how many missed their target."""
    began = time.process_time()
    radial(case(50))
    bootstrap(case(50), runs=25)
    print(f"kernels ready after {time.process_time() - began:.2f} CPU s (cached on disk from then on)")
    name, baseline = solver()
    print(f"3 inputs, 3 outputs, input-oriented, CPU seconds of one thread; beside: {name}")
    missed = 0
    for (returns, units), aim in AIMS.items():
        sample = case(units)
        ours = cpu(lambda s=sample, r=returns: radial(s, returns=r), 3)
        asked = min(units, 250)
        scores = radial(sample, returns=returns).score
        theirs = cpu(lambda s=sample, r=returns, a=asked: baseline(s, r, a)) * units / asked
        apart = np.abs(baseline(sample, returns, asked) - scores[:asked]).max()
        missed += ours > aim
        target = f"(at most {aim:g}{'' if ours <= aim else ', MISSED'})"
        beside = f"{theirs:8.2f} s{' (from 250 units)' if asked < units else ''}   {theirs / ours:5.0f} times"
        print(
            f"{returns} n = {units:<7,} {ours:8.3f} s {target}   HiGHS {beside}   scores differ by {apart:.0e}"
        )
    sample = case(500)
    with ThreadPoolExecutor(2) as pool:
        wall = time.perf_counter()
        used = cpu(lambda: bootstrap(sample, runs=2000, executor=pool))
        wall = time.perf_counter() - wall
    missed += used > 10
    print(
        f"bootstrap, n = 500, 2,000 runs, vrs: {used:.1f} CPU s (at most 10), {wall:.1f} s by the clock on two threads"
    )
    sample = case(100_000)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    with ThreadPoolExecutor(2) as pool:
        wall, used = time.perf_counter(), time.process_time()
        result = radial(sample, executor=pool)
        wall, used = time.perf_counter() - wall, time.process_time() - used
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    missed += wall > 60 or peak > 1536
    print(f"vrs n = 100,000: {used:.1f} CPU s, {wall:.1f} s by the clock on two threads (at most 60),")
    print(
        f"    {len(np.unique(result.peers)) - 1:,} peers, peak {peak:.0f} MB, {before:.0f} before (at most 1,536)"
    )
    part = verify(radial(case(5000)))
    print(
        f"every score of n = 5,000 proved by its prices over all units: {part.proved}, largest gap {part.gap:.0e}"
    )
    return missed + (not part.proved)


if __name__ == "__main__":
    raise SystemExit(main())
