"""Draws the variants of a method anew from its seed, in plain Python: what `verify` compares variants.csv with.

It shares no code with the engine. Bundles of the first format, which hold no variants, are recomputed from it.
"""

from __future__ import annotations

import itertools
from math import prod

import numpy as np
from scipy.special import gammaincinv
from scipy.stats import qmc

CHOICES = ("imputation", "treatment", "normalisation", "aggregation", "data error")


def redraw(method: dict, seed: int, runs: int) -> list[list[float | str]]:
    """Return variants.csv as rows, its header first, from the canonical method text as a dictionary."""
    nodes, base, families = _tree(method)
    u = method["uncertainty"]
    noise = u["weights"]
    left_out = [None, *(i["code"] for i in method["indicator"])] if u["leave_one_out"] else [None]
    sets = noise["sets"] or [{}]
    sizes = [
        *(len(u.get(choice) or [None]) for choice in CHOICES[:4]),
        len(left_out),
        len(sets),
    ]
    kin = _varied(families, noise, method)
    varied = [code for code in nodes if any(code in siblings for siblings in kin)]
    errors = "data_error" in u or any("error" in i for i in method["indicator"])
    rows = []
    for picks, point in _points(sizes, len(varied), errors, seed, runs):
        weights = {**base, **sets[picks[5]]}
        vary(weights, kin, dict(zip(varied, point, strict=False)), noise)
        if left_out[picks[4]] is not None:
            weights[left_out[picks[4]]] = 0.0
        key = int(point[-1] * 2**30) + 1 if errors else 0
        rows.append([*picks[:4], key, *(weights[code] for code in nodes)])
    moved = [k for k, code in enumerate(nodes) if any(row[5 + k] != base[code] for row in rows)]
    header = [*CHOICES, *(f"weight of {nodes[k]}" for k in moved)]
    return [header, *([*row[:5], *(row[5 + k] for k in moved)] for row in rows)]


def _tree(method: dict) -> tuple[list[str], dict[str, float], list[list[str]]]:
    """Return all codes (indicators, then aggregates from the deepest), their weights, and families of siblings."""
    parent = {a["code"]: a.get("parent") for a in method["aggregate"]}

    def depth(code: str) -> int:
        return 0 if parent[code] is None else 1 + depth(parent[code])

    levels = sorted(parent, key=depth, reverse=True)
    declared = {node["code"]: node for node in (*method["indicator"], *method["aggregate"])}
    nodes = [*(i["code"] for i in method["indicator"]), *levels]
    equal = method["weights"]["scheme"] == "equal"
    base = {code: 1.0 if equal else float(declared[code].get("weight") or 1.0) for code in nodes}
    base[levels[-1]] = 1.0
    families = [[code for code in nodes if declared[code].get("parent") == level] for level in levels]
    return nodes, base, families


def _varied(families: list[list[str]], noise: dict, method: dict) -> list[list[str]]:
    if not (noise["spread"] or noise["concentration"]):
        return []
    indicators = {i["code"] for i in method["indicator"]}
    wanted = {"all": {True, False}, "indicators": {True}, "aggregates": {False}}[noise["on"]]
    kin = [[c for c in siblings if (c in indicators) in wanted] for siblings in families if len(siblings) > 1]
    return [siblings for siblings in kin if siblings]


def _points(sizes: list[int], varied: int, errors: bool, seed: int, runs: int):
    """Yield which item of each list a run takes, and the coordinates of what varies continuously."""
    if not varied and not errors and prod(sizes) == runs:
        yield from ((picks, ()) for picks in itertools.product(*(range(size) for size in sizes)))
        return
    free = [k for k, size in enumerate(sizes) if size > 1]
    sequence = qmc.Sobol(len(free) + varied + errors, rng=np.random.default_rng(seed))
    for point in sequence.random_base2(int(np.ceil(np.log2(runs))) if runs > 1 else 1)[:runs]:
        picks = [0] * len(sizes)
        for k, x in zip(free, point, strict=False):
            picks[k] = min(int(x * sizes[k]), sizes[k] - 1)
        yield picks, point[len(free) :]


def vary(weights: dict[str, float], kin: list[list[str]], u: dict[str, float], noise: dict) -> None:
    """Move the weights of siblings, in place, to where the coordinates `u` say."""
    for siblings in kin:
        if noise["spread"]:
            for code in siblings:
                weights[code] *= 1 - noise["spread"] + 2 * noise["spread"] * u[code]
            continue
        total = sum(weights[code] for code in siblings)
        draws = {}
        for code in siblings:
            place = min(max(u[code], 1e-12), 1 - 1e-12)
            draws[code] = max(gammaincinv(noise["concentration"] * weights[code] / total, place), 1e-12)
        for code in siblings:
            weights[code] = total * draws[code] / sum(draws.values())
