"""Models that measure along a line: radial (CCR, BCC, DRS, IRS), directional, hyperbolic, super-efficiency; additive.

One linear programme for all, for a unit (x, y) and gains (g_x, g_y):

    maximise β   subject to   Σ λ_j x_j + s⁻ = x − β g_x,   Σ λ_j y_j − s⁺ = y + β g_y,   λ, s ≥ 0

Σ λ is free (crs), 1 (vrs), at most 1 (drs) or at least 1 (irs). Then, among the optima, the largest Σ w s.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import replace

import numpy as np

from ratusz.engines.contracts import EngineError, Progress, no_progress
from ratusz.engines.efficiency.envelopment import Technology, both, envelop, returns_code
from ratusz.engines.efficiency.sample import Sample
from ratusz.engines.efficiency.scores import Scores, assemble


def radial(
    sample: Sample,
    *,
    returns: str = "vrs",
    orientation: str = "input",
    slack_weights: str = "ones",
    progress: Progress = no_progress,
    executor: Executor | None = None,
) -> Scores:
    """Return Farrell scores: the same outputs with less (input, ≤ 1), or more from the same inputs (output, ≥ 1).

    Parameters
    ----------
    returns : "crs" (CCR), "vrs" (BCC), "drs" or "irs".
    slack_weights : "ones" adds second-phase slacks as measured; "ranges" divides each by its column's range, so that
        units of measurement do not matter.
    executor : where parts of 1,024 units are sent; None computes here. The result is the same to the last bit.

    Charnes, Cooper, Rhodes 1978, doi:10.1016/0377-2217(78)90138-8; Banker, Charnes, Cooper 1984,
    doi:10.1287/mnsc.30.9.1078.

    >>> towns = Sample(("A", "B", "C"), ("staff",), ("books",), [[1], [4], [4]], [[1], [3], [2]])
    >>> radial(towns, returns="vrs").score
    array([1.   , 1.   , 0.625])
    >>> radial(towns, returns="crs", orientation="output").score
    array([1.        , 1.33333333, 2.        ])
    """
    started = time.perf_counter()
    sample.refuse_negative("a radial model")
    gains = radial_gains(sample, orientation)
    weights = weights_of(sample, slack_weights)
    solution = _along(sample, gains, returns, weights, progress, executor)
    score = 1 - solution.beta if orientation == "input" else 1 + solution.beta
    return assemble(
        sample, solution, model="radial", returns=returns, orientation=orientation, score=score, gains=gains,
        weights=weights, settings=(slack_weights,), started=started,
    )  # fmt: skip


def directional(
    sample: Sample,
    *,
    input_direction: object = "own",
    output_direction: object = "own",
    returns: str = "vrs",
    slack_weights: str = "ones",
    progress: Progress = no_progress,
    executor: Executor | None = None,
) -> Scores:
    """Return directional distances (n,): how many times the direction fits between the unit and the frontier; 0 = best.

    A direction is "own" (the unit's own values), or numbers of 0 or more per column, in the data's units. Negative
    values are allowed with variable returns and a direction in numbers: the model does not mind where zero is.

    Chambers, Chung, Färe 1996, doi:10.1006/jeth.1996.0096.

    >>> towns = Sample(("A", "B", "C"), ("staff",), ("books",), [[1], [4], [4]], [[1], [3], [2]])
    >>> directional(towns, input_direction=[1], output_direction=[1]).score.round(6)
    array([0. , 0. , 0.6])
    """
    started = time.perf_counter()
    gains = np.hstack(
        [
            _direction(sample.y, output_direction, sample.outputs),
            _direction(sample.x, input_direction, sample.inputs),
        ]
    )
    if any(isinstance(d, str) for d in (input_direction, output_direction)):
        sample.refuse_negative('the direction "own"')
    for row in np.flatnonzero(~gains.any(axis=1)):
        raise EngineError(
            f"Unit {sample.units[row]}",
            "a direction of zeros",
            "a direction leads somewhere",
            "give one above 0",
        )
    weights = weights_of(sample, slack_weights)
    moved, offset = _moved(sample, returns, "the directional model")
    solution = _along(moved, gains, returns, weights, progress, executor)
    result = assemble(
        sample, solution, model="directional", returns=returns, orientation="",
        score=np.maximum(solution.beta, 0.0), gains=gains,
        weights=weights, settings=(slack_weights, gains), started=started,
    )  # fmt: skip
    return _moved_back(result, offset)


def additive(
    sample: Sample,
    *,
    returns: str = "vrs",
    slack_weights: str = "ones",
    progress: Progress = no_progress,
    executor: Executor | None = None,
) -> Scores:
    """Return the largest weighted sum of slacks (n,): all that could be saved and gained at once; 0 = efficient.

    slack_weights "ranges" is the range-adjusted measure (without dividing by the number of columns). Negative values
    are allowed with variable returns.

    Charnes, Cooper, Golany, Seiford, Stutz 1985, doi:10.1016/0304-4076(85)90133-2.

    >>> towns = Sample(("A", "B", "C"), ("staff",), ("books",), [[1], [4], [4]], [[1], [3], [2]])
    >>> additive(towns).score.round(9)
    array([0. , 0. , 1.5])
    """
    started = time.perf_counter()
    weights = weights_of(sample, slack_weights)
    moved, offset = _moved(sample, returns, "the additive model")
    code = returns_code(returns)
    technology = Technology.of(moved.y, moved.x)
    points = both(moved)
    core, _ = technology.frame(radial_gains(moved, "input"), code, executor)
    nothing = np.zeros_like(points)
    solution = envelop(
        core, points, nothing, code, own=points, own_numbers=np.arange(len(points)), weights=weights, additive=True,
        progress=progress, executor=executor,
    )  # fmt: skip
    score = (solution.slacks * weights).sum(axis=1)
    result = assemble(
        sample, solution, model="additive", returns=returns, orientation="", score=score, gains=nothing,
        weights=weights, settings=(slack_weights,), started=started,
    )  # fmt: skip
    return _moved_back(result, offset)


def undesirable(
    sample: Sample,
    by_products: Sequence[str],
    *,
    returns: str = "crs",
    disposal: str = "weak",
    slack_weights: str = "ones",
    progress: Progress = no_progress,
    executor: Executor | None = None,
) -> Scores:
    """Return how far outputs can grow while undesirable by-products shrink by the same share (n,); 0 = best.

    by_products: columns that the sample lists among its inputs; the other inputs stay as they are. disposal "weak": a
    by-product falls only together with the outputs (constant returns); "strong": it falls like any input.

    Chung, Färe, Grosskopf 1997, doi:10.1006/jema.1997.0146.

    >>> plants = Sample(("A", "B"), ("coal", "smoke"), ("power",), [[1, 1], [2, 3]], [[2], [2]])
    >>> undesirable(plants, ["smoke"], disposal="strong").score.round(6)
    array([0. , 0.5])
    """
    started = time.perf_counter()
    sample.refuse_negative("the model of by-products")
    for name in by_products:
        if name not in sample.inputs:
            raise EngineError(
                "By-products", name, f"they are among the inputs {', '.join(sample.inputs)}", "list it"
            )
    if disposal not in ("weak", "strong"):
        raise EngineError("Disposal", f'"{disposal}"', "it is weak or strong", "choose one")
    if disposal == "weak" and returns != "crs":
        raise EngineError(
            "Returns to scale",
            f'"{returns}"',
            "weak disposal goes with crs",
            'choose crs or disposal "strong"',
        )
    unwanted = np.isin(sample.inputs, by_products)
    gains = np.hstack([sample.y, np.where(unwanted, sample.x, 0.0)])
    weights = weights_of(sample, slack_weights)
    if disposal == "strong":
        solution = _along(sample, gains, returns, weights, progress, executor)
    else:
        # The frame is that of free disposal: here every unit may matter.
        tight = np.concatenate([np.zeros(len(sample.outputs), dtype=np.bool_), unwanted])
        solution = envelop(
            Technology.of(sample.y, sample.x), both(sample), gains, returns_code(returns), weights=weights,
            tight=tight, progress=progress, executor=executor,
        )  # fmt: skip
    result = assemble(
        sample, solution, model="directional", returns=returns, orientation="",
        score=np.maximum(solution.beta, 0.0), gains=gains,
        weights=weights, settings=("by-products", tuple(by_products), disposal, slack_weights), started=started,
    )  # fmt: skip
    return replace(result, bound=tuple(by_products) if disposal == "weak" else ())


def super_efficiency(
    sample: Sample,
    *,
    returns: str = "crs",
    orientation: str = "input",
    slack_weights: str = "ones",
    progress: Progress = no_progress,
    executor: Executor | None = None,
) -> Scores:
    """Return radial scores against the others only, so that efficient units differ too; infeasible ones are NaN.

    A unit is infeasible (`feasible` False) where no combination of the others reaches its outputs (input orientation,
    variable returns), or uses no more of an input it does not use.

    Andersen, Petersen 1993, doi:10.1287/mnsc.39.10.1261.

    >>> towns = Sample(("A", "B", "C"), ("staff",), ("books",), [[1], [4], [4]], [[1], [3], [2]])
    >>> super_efficiency(towns).score.round(6)
    array([1.333333, 0.75    , 0.5     ])
    >>> super_efficiency(towns, returns="vrs").feasible
    array([ True, False,  True])
    """
    started = time.perf_counter()
    sample.refuse_negative("super-efficiency")
    code = returns_code(returns)
    gains = radial_gains(sample, orientation)
    weights = weights_of(sample, slack_weights)
    technology = Technology.of(sample.y, sample.x)
    points = both(sample)
    core, bases = technology.frame(gains, code, executor)
    # Leaving out a unit behind the frame changes nothing; one of the frame is measured against all the others,
    # because units that it hid may now matter.
    solution = envelop(
        core, points, gains, code, own=points, own_numbers=np.arange(len(points)), weights=weights, bases=bases,
        executor=executor,
    )  # fmt: skip
    rows = np.sort(core.numbers)
    alone = envelop(
        technology, points[rows], gains[rows], code, weights=weights[rows], skip=rows, progress=progress,
        executor=executor,
    )  # fmt: skip
    solution = solution.with_rows(rows, alone)
    score = 1 - solution.beta if orientation == "input" else 1 + solution.beta
    return assemble(
        sample, solution, model="super", returns=returns, orientation=orientation, score=score, gains=gains,
        weights=weights, settings=(slack_weights,), started=started,
    )  # fmt: skip


def hyperbolic(
    sample: Sample, *, progress: Progress = no_progress, executor: Executor | None = None
) -> np.ndarray:
    """Return graph scores (n,) under constant returns: inputs shrink to G·x while outputs grow to y/G; G = √θ.

    Färe, Grosskopf, Lovell 1985, doi:10.1007/978-94-015-7721-2.

    >>> towns = Sample(("A", "B"), ("staff",), ("books",), [[1], [4]], [[1], [1]])
    >>> hyperbolic(towns)
    array([1. , 0.5])
    """
    return np.sqrt(radial(sample, returns="crs", progress=progress, executor=executor).score)


def radial_gains(sample: Sample, orientation: str) -> np.ndarray:
    """Return the direction of each unit's score, (n, s + m), outputs first: the inputs or the outputs themselves."""
    if orientation == "input":
        return np.hstack([np.zeros_like(sample.y), sample.x])
    if orientation == "output":
        return np.hstack([sample.y, np.zeros_like(sample.x)])
    raise EngineError("Orientation", f'"{orientation}"', "it is input or output", "choose one")


def weights_of(sample: Sample, slack_weights: str) -> np.ndarray:
    """Return the weight of each slack, (n, s + m), outputs first."""
    values = both(sample)
    if slack_weights == "ones":
        return np.ones_like(values)
    if slack_weights == "ranges":
        spread = values.max(axis=0) - values.min(axis=0)
        return np.broadcast_to(1 / np.where(spread > 0, spread, 1.0), values.shape)
    raise EngineError("Weights of slacks", f'"{slack_weights}"', "they are ones or ranges", "choose one")


def _along(sample, gains, returns, weights, progress, executor):
    code = returns_code(returns)
    technology = Technology.of(sample.y, sample.x)
    points = both(sample)
    core, bases = technology.frame(gains, code, executor)
    return envelop(
        core, points, gains, code, own=points, own_numbers=np.arange(len(points)), weights=weights, bases=bases,
        progress=progress, executor=executor,
    )  # fmt: skip


def _direction(values: np.ndarray, given: object, names: tuple[str, ...]) -> np.ndarray:
    if isinstance(given, str) and given == "own":
        return values
    try:
        direction = np.array(given, dtype=np.float64)
    except (TypeError, ValueError):
        direction = np.array([np.nan])
    if direction.shape != (len(names),) or not np.isfinite(direction).all() or (direction < 0).any():
        raise EngineError(
            "Direction",
            given,
            f'it is "own" or a number of 0 or more for each of {", ".join(names)}',
            "correct it",
        )
    return np.broadcast_to(direction, values.shape).copy()


def _moved(sample: Sample, returns: str, model: str) -> tuple[Sample, np.ndarray]:
    """Return the sample with negative columns moved above 0, and by how much, (s + m,): allowed where Σ λ = 1."""
    values = both(sample)
    low = values.min(axis=0)
    offset = np.where(low < 0, values.max(axis=0) - 2 * low, 0.0)
    if not offset.any():
        return sample, offset
    if returns != "vrs":
        sample.refuse_negative(f"{model} without variable returns")
    s = len(sample.outputs)
    return replace(sample, x=sample.x + offset[s:], y=sample.y + offset[:s]), offset


def _moved_back(result: Scores, offset: np.ndarray) -> Scores:
    if not offset.any():
        return result
    s = len(result.sample.outputs)
    level = result.level + result.output_prices @ offset[:s] - result.input_prices @ offset[s:]
    return replace(result, level=level)
