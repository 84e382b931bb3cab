"""Weights of the tree: percentages, relative numbers or equal; and what each node weighs in the index."""

from __future__ import annotations

import numpy as np

from ratusz.engines.composite.framework import Framework
from ratusz.engines.contracts import EngineError

SCHEMES = ("percent", "relative", "equal")


def resolve(framework: Framework, scheme: str = "percent") -> np.ndarray:
    """Return the weight of every node, (p + q,), in the order of `framework.nodes`; the root weighs 1.

    `percent`: siblings sum to 100, or none of them states a weight (then they weigh the same). `relative`:
    siblings state any positive numbers, or none does. `equal`: nobody states a weight, or all the same.
    """
    weights = np.ones(len(framework.nodes))
    for parent, children in zip(framework.levels, framework.siblings, strict=True):
        given = [(framework.nodes[k].code, framework.nodes[k].weight) for k in children]
        stated = [(code, weight) for code, weight in given if weight is not None]
        if not stated:
            continue
        _check_siblings(parent.code, given, scheme)
        if scheme != "equal":
            weights[children] = [weight for _, weight in stated]
    return weights


def _check_siblings(parent: str, given: list[tuple[str, float | None]], scheme: str) -> None:
    where = f"Weights under {parent}"
    for code, weight in given:
        if weight is None:
            raise EngineError(
                where,
                f"no weight for {code}",
                "either all siblings state a weight or none does",
                "add or remove it",
            )
        if not (np.isfinite(weight) and weight > 0):
            raise EngineError(
                where, f"{code} = {weight:g}", "a weight must be positive", "raise it or delete the node"
            )
    values = [weight for _, weight in given]
    total = float(np.sum(values))
    if scheme == "percent" and abs(total - 100) > 1e-6:
        raise EngineError(
            where,
            f"the sum {total:.10g}",
            "weights of siblings must sum to 100",
            'change a weight, or set scheme = "relative" under [weights] to use any positive numbers',
        )
    if scheme == "equal" and max(values) != min(values):
        raise EngineError(
            where,
            "different weights",
            'the scheme is "equal"',
            'delete the weights or set scheme = "relative" or "percent" under [weights]',
        )


def effective(framework: Framework, weights: np.ndarray) -> np.ndarray:
    """Return each node's share of the index, shape (p + q,): the product of sibling shares down from the root."""
    p = len(framework.indicators)
    share = np.zeros(len(framework.nodes))
    share[-1] = 1.0
    for k in range(len(framework.levels) - 1, -1, -1):
        children = framework.siblings[k]
        share[children] = share[p + k] * weights[children] / weights[children].sum()
    return share
