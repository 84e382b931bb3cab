"""The formulae once more, in plain NumPy and dictionaries: what `verify` compares a published ranking with.

It shares no code with the engine and reads the canonical texts alone. Shorter and slower is right here.
"""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Callable, Iterator

import numpy as np
from scipy.special import gammaincinv
from scipy.stats import qmc

from ratusz.engines.contracts import Progress


def recompute(
    text: str, method: dict, seed: int, runs: int, progress: Progress
) -> dict[str, list[list[object]]]:
    reader = csv.DictReader(io.StringIO(text))
    rows = list(reader)
    unit_column = reader.fieldnames[0]
    class_column = method.get("data", {}).get("class")
    indicators, aggregates = method["indicator"], method["aggregate"]
    observed = np.array([[_cell(row, i) for i in indicators] for row in rows])
    keep, values = _screen_and_impute(observed, rows, method)
    ranked = [row for row, k in zip(rows, keep, strict=True) if k]
    units = [row[unit_column] for row in ranked]
    out = [row[unit_column] for row, k in zip(rows, keep, strict=True) if not k]
    tree = _Tree(indicators, aggregates, method["weights"]["scheme"], method["aggregation"].get("power"))
    normal = _normalise(_treat(values, method["treatment"]), indicators, method["normalisation"], units)
    scores = tree.scores(normal, tree.weights, method["aggregation"]["mean"])
    levels = tree.levels
    index = scores[levels[-1]]
    classes = [row[class_column] for row in ranked] if class_column else None
    sheets = {
        "scores.csv": [["unit", *levels]],
        "ranks.csv": [["unit", "rank", "median", "p05", "p95", "p_first"]],
    }
    if classes:
        sheets["ranks.csv"][0] += ["class", *(f"class_{c}" for c in sheets["ranks.csv"][0][1:])]
    ranks = _ranks(index)
    variants = _variants(values, tree, method, units, seed, runs, progress) if runs else ()
    every = np.array([_ranks(s) for s in variants]) if runs else None
    within = None
    for i, unit in enumerate(units):
        sheets["scores.csv"].append([unit, *(scores[level][i] for level in levels)])
        sheets["ranks.csv"].append([unit, ranks[i], *_summary(every, i)])
    if classes:
        labels = np.array(classes)
        for label in sorted(set(classes)):
            members = np.flatnonzero(labels == label)
            # Among members, the order of overall ranks is the order of scores, ties included.
            nominal = _ranks_of(-ranks[members])
            within = np.array([_ranks_of(-row[members]) for row in every]) if runs else None
            for k, i in enumerate(members):
                sheets["ranks.csv"][i + 1] += [label, nominal[k], *_summary(within, k)]
    for sheet in sheets.values():
        sheet += [[unit, *(None for _ in sheet[0][1:])] for unit in out]
    return sheets


def _cell(row: dict[str, str], indicator: dict) -> float:
    value = float(row[indicator["code"]] or "nan")
    base = indicator.get("denominator")
    return value / float(row[base] or "nan") if base else value


def _screen_and_impute(observed: np.ndarray, rows: list[dict], method: dict) -> tuple[np.ndarray, np.ndarray]:
    def enough(values: np.ndarray) -> np.ndarray:
        there = ~np.isnan(values)
        share = there.sum(axis=1) / there.shape[1]
        keep = (share > 0) & (share >= screening["coverage"] - 1e-9)
        if screening["branch_coverage"] > 0:
            for below in _branches(method):
                keep &= there[:, below].mean(axis=1) >= screening["branch_coverage"] - 1e-9
        return keep

    def fill(values: np.ndarray, members: list[dict]) -> np.ndarray:
        kind = imputation["method"]
        if kind == "none":
            return values
        if kind == "nearest":
            return _nearest(values, imputation["neighbours"])
        groups = [row[imputation["group"]] if kind.startswith("group") else "" for row in members]
        filled = values.copy()
        for i, j in zip(*np.nonzero(np.isnan(values)), strict=True):
            peers = [values[k, j] for k in range(len(groups)) if groups[k] == groups[i]]
            peers = [x for x in peers if x == x]
            if peers:
                filled[i, j] = np.median(peers) if kind.endswith("median") else np.mean(peers)
        return filled

    screening, imputation = method["screening"], method["imputation"]
    if screening["counted"] == "after imputation":
        values = fill(observed, rows)
        keep = enough(values)
        return keep, values[keep]
    keep = enough(observed)
    return keep, fill(observed[keep], [row for row, k in zip(rows, keep, strict=True) if k])


def _nearest(values: np.ndarray, neighbours: int) -> np.ndarray:
    spread = [np.std([x for x in column if x == x] or [0.0]) for column in values.T]
    filled = values.copy()
    for i, j in zip(*np.nonzero(np.isnan(values)), strict=True):
        found = []
        for row in values:
            gaps = [
                (x - y) / s
                for x, y, s in zip(values[i], row, spread, strict=True)
                if s > 0 and x == x and y == y
            ]
            if gaps and row[j] == row[j]:
                found.append((np.sqrt(np.mean(np.square(gaps))), row[j]))
        if found:
            far = sorted(found)[min(neighbours, len(found)) - 1][0]
            filled[i, j] = np.mean([value for distance, value in found if distance <= far + 1e-9])
    return filled


def _branches(method: dict) -> list[list[int]]:
    parent = {a["code"]: a.get("parent") for a in method["aggregate"]}
    below: dict[str, list[int]] = {code: [] for code in parent}
    for j, indicator in enumerate(method["indicator"]):
        code = indicator["parent"]
        while code is not None:
            below[code].append(j)
            code = parent[code]
    return list(below.values())


class _Tree:
    """The framework as nested dictionaries of children and weights."""

    def __init__(self, indicators: list[dict], aggregates: list[dict], scheme: str, power: float | None):
        self.codes = [i["code"] for i in indicators]
        self.own_mean = {a["code"]: a.get("mean") for a in aggregates}
        self.power = {a["code"]: a.get("power", power) for a in aggregates}
        parent = {a["code"]: a.get("parent") for a in aggregates}

        def depth(code: str) -> int:
            return 0 if parent[code] is None else 1 + depth(parent[code])

        self.levels = sorted(parent, key=depth, reverse=True)
        self.children: dict[str, list[str]] = {code: [] for code in parent}
        declared = {a["code"]: a for a in aggregates}
        nodes = [*indicators, *(declared[code] for code in self.levels)]
        for node in nodes:
            if node.get("parent") is not None:
                self.children[node["parent"]].append(node["code"])
        self.order = [node["code"] for node in nodes]
        self.weights = {
            node["code"]: 1.0 if scheme == "equal" else float(node.get("weight") or 1.0) for node in nodes
        }
        self.weights[self.levels[-1]] = 1.0

    def scores(self, normal: np.ndarray, weights: dict[str, float], mean: str) -> dict[str, np.ndarray]:
        """Return the scores of every aggregate by its code."""
        known = {code: normal[:, j] for j, code in enumerate(self.codes)}
        for code in self.levels:
            x = np.array([known[c] for c in self.children[code]])
            w = np.array([weights[c] for c in self.children[code]])
            known[code] = _mean(x, w, self.own_mean[code] or mean, self.power[code])
        return {code: known[code] for code in self.levels}


def _mean(x: np.ndarray, w: np.ndarray, kind: str, power: float | None) -> np.ndarray:
    there = ~np.isnan(x) & (w[:, None] > 0)
    total = w @ there
    if kind == "copeland":
        return _copeland(np.where(there, x, np.nan), w)
    with np.errstate(divide="ignore", invalid="ignore"):
        if kind == "arithmetic":
            return w @ np.where(there, x, 0.0) / total
        if kind == "geometric":
            return np.exp(w @ np.log(np.where(there, x, 1.0)) / total)
        if kind == "generalised":
            if power == 0:
                return _mean(x, w, "geometric", None)
            return (w @ np.where(there, np.where(there, x, 1.0) ** power, 0.0) / total) ** (1 / power)
        if kind == "mazziotta-pareto":
            middle, k = w @ np.where(there, x, 0.0) / total, there.sum(axis=0)
            square = w @ np.where(there, (x - middle) ** 2, 0.0) / total * k
            return middle - np.where(k > 1, square / np.where(k > 1, k - 1, 1), 0.0) / middle
        return total / (w @ np.where(there, 1.0 / np.where(there, x, 1.0), 0.0))


def _copeland(x: np.ndarray, w: np.ndarray) -> np.ndarray:
    score = np.where(np.isnan(x).all(axis=0), np.nan, 0.0)
    near = np.array([1e-11 * np.nanmax(np.abs(row)) if (row == row).any() else 0.0 for row in x])
    for a, b in itertools.permutations(range(x.shape[1]), 2):
        apart = x[:, a] - x[:, b]
        known = ~np.isnan(apart)
        lead = np.sum(w[known] * np.where(np.abs(apart) > near, np.sign(apart), 0.0)[known])
        if abs(lead) > 2e-12 * w[known].sum():
            score[a] += np.sign(lead)
    return score


def _shape(x: np.ndarray) -> tuple[float, float]:
    n = x.size
    d = x - x.mean() if n else x
    m2 = np.mean(d**2) if n else 0.0
    if n < 4 or not m2 > 0:
        return np.nan, np.nan
    g1, g2 = np.mean(d**3) / m2**1.5, np.mean(d**4) / m2**2 - 3
    return g1 * np.sqrt(n * (n - 1)) / (n - 2), ((n + 1) * g2 + 6) * (n - 1) / ((n - 2) * (n - 3))


def _treat(values: np.ndarray, treatment: dict) -> np.ndarray:
    if treatment["method"] == "none":
        return values
    treated = values.copy()
    for j in range(values.shape[1]):
        there = ~np.isnan(values[:, j])
        x = values[there, j]

        def fails(x: np.ndarray) -> bool:
            skewness, kurtosis = _shape(x)
            return bool(abs(skewness) >= treatment["skewness"] and kurtosis >= treatment["kurtosis"])

        if treatment["method"] == "box-cox":
            treated[there, j] = _box_cox(x) if fails(x) else x
            continue
        y = x.copy()
        for _ in range(treatment["winmax"]):
            distinct = np.unique(y)
            if not fails(y) or distinct.size < 3:
                break
            y = np.minimum(y, distinct[-2]) if _shape(y)[0] >= 0 else np.maximum(y, distinct[1])
        if fails(y):
            y = np.log(x - x.min() + 0.01 * (x.max() - x.min()))
        treated[there, j] = y
    return treated


def _box_cox(x: np.ndarray) -> np.ndarray:
    if x.min() <= 0:
        x = x - x.min() + 0.01 * (x.max() - x.min())
    middle = np.exp(np.mean(np.log(x)))

    def bent(x: np.ndarray, hundredths: int) -> np.ndarray:
        power = hundredths / 100
        return (x**power - 1) / power if power else np.log(x)

    return bent(x, min(range(-200, 201), key=lambda k: np.var(bent(x / middle, k))))


def _normalise(values: np.ndarray, indicators: list[dict], how: dict, units: list[str]) -> np.ndarray:
    out = np.full(values.shape, np.nan)
    for j, indicator in enumerate(indicators):
        direction = indicator["direction"]
        there = ~np.isnan(values[:, j])
        x = values[there, j] * direction
        if x.size == 0 or x.max() == x.min():
            raise ValueError("a constant indicator")
        match how["method"]:
            case "min-max":
                y = how["lower"] + (how["upper"] - how["lower"]) * (x - x.min()) / (x.max() - x.min())
            case "z-score":
                y = how["mean"] + how["sd"] * (x - x.mean()) / x.std(ddof=1)
            case "scaled":
                y = (x - how.get("subtract", 0.0)) / how.get("divide", 1.0)
            case "distance to maximum":
                y = (x - x.min()) / (x.max() - x.min())
            case "fraction of maximum":
                y = x / x.max()
            case "goalposts":
                low, high = sorted(post * direction for post in indicator["goalposts"])
                share = (np.minimum(np.maximum(x, low), high) - low) / (high - low)
                y = how["lower"] + (how["upper"] - how["lower"]) * share
            case "distance to reference" | "distance to target" as kind:
                given = (
                    values[units.index(how["reference"]), j] if "reference" in kind else indicator["target"]
                )
                y = (x - x.min()) / (given * direction - x.min())
                y = np.minimum(y, 1.0) if how.get("cap") else y
            case kind:
                y = np.searchsorted(np.sort(x), x) + (1.0 if kind == "rank" else 0.0)
                y = y / (x.size - 1) if kind == "prank" else y
        out[there, j] = y
    return out


def _ranks(scores: np.ndarray) -> np.ndarray:
    return _ranks_of(scores, 1e-11 * np.max(np.abs(scores)))


def _ranks_of(scores: np.ndarray, tolerance: float = 0.0) -> np.ndarray:
    order = np.argsort(-scores)
    falls = np.append(True, -np.diff(scores[order]) > tolerance)
    ranks = np.empty(scores.size, dtype=np.int64)
    ranks[order] = np.maximum.accumulate(np.where(falls, np.arange(1, scores.size + 1), 1))
    return ranks


def _summary(every: np.ndarray | None, i: int) -> list[float | None]:
    if every is None:
        return [None] * 4
    return [*np.quantile(every[:, i], [0.5, 0.05, 0.95]), float(np.mean(every[:, i] == 1))]


def _variants(
    values: np.ndarray, tree: _Tree, method: dict, units: list[str], seed: int, runs: int, progress: Progress
) -> Iterator[np.ndarray]:
    u = method["uncertainty"]
    treatments = u["treatment"] or [method["treatment"]]
    normalisations = u["normalisation"] or [method["normalisation"]]
    means = u["aggregation"] or [method["aggregation"]["mean"]]
    left_out = [None, *tree.codes] if u["leave_one_out"] else [None]
    sets = u["weights"]["sets"] or [{}]
    cache: dict[tuple[int, int], np.ndarray] = {}
    lists = (treatments, normalisations, means, left_out, sets)
    for done, (picks, weights) in enumerate(_draw(lists, tree, u["weights"], seed, runs), 1):
        t, m, a, leave, _ = picks
        if (t, m) not in cache:
            cache[t, m] = _normalise(
                _treat(values, treatments[t]), method["indicator"], normalisations[m], units
            )
        if left_out[leave] is not None:
            weights[left_out[leave]] = 0.0
        scores = tree.scores(cache[t, m], weights, means[a])
        yield scores[tree.levels[-1]]
        progress(done, runs)


def _draw(
    lists: tuple[list, ...], tree: _Tree, noise: dict, seed: int, runs: int
) -> Iterator[tuple[tuple[int, ...], dict[str, float]]]:
    """Yield which item of each list a run takes, and its weights."""
    sizes = [len(items) for items in lists]
    kin = _varied(tree, noise)
    if not kin and np.prod(sizes, dtype=float) == runs:
        for picks in itertools.product(*(range(s) for s in sizes)):
            yield picks, {**tree.weights, **lists[4][picks[4]]}
        return
    free = [k for k, size in enumerate(sizes) if size > 1]
    varied = [code for code in tree.order if any(code in siblings for siblings in kin)]
    width = len(free) + len(varied)
    power = int(np.ceil(np.log2(runs))) if runs > 1 else 1
    points = (
        qmc.Sobol(width, rng=np.random.default_rng(seed)).random_base2(power)
        if width
        else np.zeros((runs, 0))
    )
    for point in points[:runs]:
        picks = [0] * 5
        for k, x in zip(free, point, strict=False):
            picks[k] = min(int(x * sizes[k]), sizes[k] - 1)
        weights = {**tree.weights, **lists[4][picks[4]]}
        u = dict(zip(varied, point[len(free) :], strict=True))
        _NOISE[bool(noise["spread"])](weights, kin, u, noise)
        yield tuple(picks), weights


def _varied(tree: _Tree, noise: dict) -> list[list[str]]:
    if not (noise["spread"] or noise["concentration"]):
        return []
    wanted = {"all": tree.order, "indicators": tree.codes, "aggregates": tree.levels}[noise["on"]]
    kin = [[c for c in siblings if c in wanted] for siblings in tree.children.values() if len(siblings) > 1]
    return [siblings for siblings in kin if siblings]


def _spread(weights: dict[str, float], kin: list[list[str]], u: dict[str, float], noise: dict) -> None:
    for code, x in u.items():
        weights[code] *= 1 - noise["spread"] + 2 * noise["spread"] * x


def _dirichlet(weights: dict[str, float], kin: list[list[str]], u: dict[str, float], noise: dict) -> None:
    for siblings in kin:
        total = sum(weights[c] for c in siblings)
        gamma = {
            c: max(
                gammaincinv(noise["concentration"] * weights[c] / total, min(max(u[c], 1e-12), 1 - 1e-12)),
                1e-12,
            )
            for c in siblings
        }
        for c in siblings:
            weights[c] = total * gamma[c] / sum(gamma.values())


_NOISE: dict[bool, Callable] = {True: _spread, False: _dirichlet}
