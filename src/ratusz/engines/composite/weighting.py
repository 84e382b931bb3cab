"""Weights proposed by data or by people: they become part of a method only once they are written into it.

So a method stays one text that is locked before results are known, whatever its weights come from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import least_squares

from ratusz.engines.composite.method import Method
from ratusz.engines.composite.ranking import Ranking
from ratusz.engines.composite.statistics import correlate, principal_components
from ratusz.engines.contracts import EngineError


@dataclass(frozen=True)
class Proposal:
    """Weights of siblings in percent, (k,) summing to 100.

    negative: codes whose weight came out at 0 or less (such a proposal cannot be written into a method);
    measure (k,): what the weights were made from; agreement: how well they serve their purpose, 0 to 1.
    """

    codes: tuple[str, ...]
    weights: np.ndarray
    negative: tuple[str, ...]
    measure: np.ndarray
    agreement: float


def principal(values: np.ndarray, codes: tuple[str, ...]) -> Proposal:
    """Return weights proportional to the first principal component of normalised (n, k) values.

    Its sign makes the sum of coefficients positive; who has a negative one is reported, never turned around.
    measure: coefficients; agreement: the share of variance that the component carries. OECD, JRC 2008,
    https://doi.org/10.1787/9789264043466-en.
    """
    found = principal_components(values, codes)
    return _proposal(codes, found.vectors[:, 0], float(found.shares[0]))


def entropy(values: np.ndarray, codes: tuple[str, ...]) -> Proposal:
    """Return weights proportional to 1 - entropy of each column of (n, k) values of 0 or more.

    The more a column tells units apart, the more it weighs. measure: 1 - entropy. Shannon 1948,
    https://doi.org/10.1002/j.1538-7305.1948.tb01338.x; Hwang, Yoon 1981, https://doi.org/10.1007/978-3-642-48318-9.

    >>> entropy(np.array([[1.0, 5.0], [1.1, 1.0], [0.9, 0.0]]), ("a", "b")).weights.round(1)
    array([ 0.5, 99.5])
    """
    measure = np.zeros(len(codes))
    for j, column in enumerate(values.T):
        x = column[~np.isnan(column)]
        if x.size < 2 or (x < 0).any() or not x.sum() > 0:
            raise EngineError(
                f"Indicator {codes[j]}",
                f"the value {x.min():g}" if x.size else "no value",
                "entropy needs two values of 0 or more, not all 0",
                'normalise with "min-max" first',
            )
        share = x[x > 0] / x.sum()
        measure[j] = max(1 + float(share @ np.log(share)) / np.log(x.size), 0.0)
    return _proposal(codes, measure, 1.0)


def critic(values: np.ndarray, codes: tuple[str, ...]) -> Proposal:
    """Return CRITIC weights of normalised (n, k) values: spread times what the other columns do not tell.

    measure: s_j Σ_k (1 - r_jk). Diakoulaki, Mavrotas, Papayannakis 1995,
    https://doi.org/10.1016/0305-0548(94)00059-H.

    >>> critic(np.array([[0.0, 0, 1], [0.5, 0.5, 0], [1, 1, 0.5]]), ("a", "b", "c")).weights.round(1)
    array([25., 25., 50.])
    """
    r = correlate(values, codes).r
    for j in np.flatnonzero(np.isnan(r).any(axis=1)):
        raise EngineError(
            f"Indicator {codes[j]}",
            "a correlation that is not defined",
            "every pair needs three common units and columns that vary",
            "drop the indicator or fill its gaps",
        )
    spread = np.array([column[~np.isnan(column)].std(ddof=1) for column in values.T])
    return _proposal(codes, spread * (1 - r).sum(axis=1), 1.0)


def budget(points: Mapping[str, Mapping[str, float]], codes: tuple[str, ...]) -> Proposal:
    """Return the mean of what experts allot: 100 points each over the codes; 0 and absent are the same.

    measure: standard deviations between experts (n - 1); agreement: 1 - half the mean absolute distance of an
    expert's shares from the mean ones.

    >>> budget({"A": {"a": 60, "b": 40}, "B": {"a": 20, "b": 80}}, ("a", "b")).weights
    array([40., 60.])
    """
    if not points:
        raise EngineError("Budget allocation", "no expert", "at least one allots points", "add a sheet")
    sheets = []
    for expert, given in points.items():
        for code, value in given.items():
            if code not in codes or not value >= 0:
                raise EngineError(
                    f"Points of {expert}, {code}",
                    f"{value:g}",
                    "points are 0 or more and go to " + ", ".join(codes),
                    "correct the sheet",
                )
        total = sum(given.values())
        if abs(total - 100) > 1e-6:
            raise EngineError(
                f"Points of {expert}", f"the sum {total:.10g}", "points sum to 100", "correct the sheet"
            )
        sheets.append([float(given.get(code, 0.0)) for code in codes])
    table = np.array(sheets)
    mean = table.mean(axis=0)
    spread = table.std(axis=0, ddof=1) if len(table) > 1 else np.zeros(len(codes))
    distance = float(np.abs(table - mean).sum(axis=1).mean()) / 200
    return replace(_proposal(codes, mean, 1 - distance), measure=spread)


def balanced(values: np.ndarray, codes: tuple[str, ...], shares: np.ndarray | None = None) -> Proposal:
    """Return weights under which each column matters as much as it should: equally, or by `shares` (k,).

    What matters is the correlation of a column with the weighted mean, over complete units of normalised
    (n, k) values; measure: the correlations reached; agreement: 1 - the largest difference between their
    shares and those asked for. Exact where positive weights can do it (one linear system); else the best within a
    tenth and ten times of weights that only even out the spreads. Becker, Saisana, Paruolo, Vandecasteele 2017,
    https://doi.org/10.1016/j.ecolind.2017.03.056.
    """
    x = values[~np.isnan(values).any(axis=1)]
    k = len(codes)
    principal_components(values, codes)  # refuses what has no correlations
    wanted = np.full(k, 1.0 / k) if shares is None else np.asarray(shares, dtype=np.float64) / np.sum(shares)
    if wanted.shape != (k,) or not (wanted > 0).all():
        raise EngineError(
            "Balanced weights",
            f"the shares {wanted.tolist()}",
            f"{k} shares above 0 are needed",
            "correct them",
        )
    covariance = np.cov(x.T).reshape(k, k)
    spread = np.sqrt(np.diag(covariance))

    def reached(w: np.ndarray) -> np.ndarray:
        return (covariance @ w) / (spread * np.sqrt(max(w @ covariance @ w, 1e-300)))

    def away(logs: np.ndarray) -> np.ndarray:
        # Directions, not shares: they stay defined where correlations cancel out.
        r = reached(np.exp(logs))
        return np.append(r / max(np.linalg.norm(r), 1e-12) - wanted / np.linalg.norm(wanted), 1e-9 * logs)

    # The correlations are in proportion to `wanted` exactly if covariance · w is to spread · wanted.
    w = np.linalg.lstsq(covariance, spread * wanted, rcond=None)[0]
    if not ((w > 1e-9 * np.abs(w).max()).all() and np.allclose(covariance @ w, spread * wanted)):
        start = np.log(wanted / spread)
        bounds = (start - np.log(10), start + np.log(10))
        w = np.exp(least_squares(away, start, bounds=bounds, xtol=1e-12, ftol=1e-12, gtol=1e-12).x)
    r = reached(w)
    total = r.sum()
    agreement = max(1 - float(np.abs(r / total - wanted).max()), 0.0) if total > 0 else 0.0
    return replace(_proposal(codes, w, agreement), measure=r)


def doubt(shares: np.ndarray, codes: tuple[str, ...]) -> Proposal:
    """Return the mean of the shares (n, k) that units give each code of their own best score, rows summing to 1.

    Such are `shares` of `efficiency.benefit_of_the_doubt`: nobody's favourite weights, everybody's voice.
    measure: standard deviations between units (n - 1); agreement: 1 - half the mean absolute distance of a unit's
    shares from the mean ones. Cherchye, Moesen, Rogge, Van Puyenbroeck 2007, https://doi.org/10.1007/s11205-006-9029-7.

    >>> doubt(np.array([[0.9, 0.1], [0.5, 0.5]]), ("a", "b")).weights
    array([70., 30.])
    """
    table = np.asarray(shares, dtype=np.float64)
    if table.ndim != 2 or table.shape[1] != len(codes) or not len(table) or not (table >= 0).all():
        raise EngineError(
            "Benefit of the doubt",
            f"shares of shape {table.shape}",
            f"a row per unit and a share of 0 or more for each of {len(codes)} codes are needed",
            "pass `shares` of the benefit of the doubt",
        )
    for row, total in enumerate(table.sum(axis=1), 1):
        if abs(total - 1) > 1e-6:
            raise EngineError(
                f"Benefit of the doubt, unit {row}",
                f"the sum {total:.10g}",
                "shares sum to 1",
                "correct them",
            )
    return budget(
        {
            f"unit {row}": dict(zip(codes, 100 * own / own.sum(), strict=True))
            for row, own in enumerate(table, 1)
        },
        codes,
    )


def family(ranking: Ranking, parent: str) -> tuple[np.ndarray, tuple[str, ...]]:
    """Return the normalised values (n, k) and the codes of an aggregate's children: what proposals are made from."""
    framework = ranking.method.framework
    for level, children in zip(framework.levels, framework.siblings, strict=True):
        if level.code == parent:
            nodes = np.hstack([ranking.normalised, ranking.scores])
            return nodes[:, children], tuple(framework.nodes[k].code for k in children)
    raise EngineError(
        "Weights", f"the aggregate {parent}", "it must be one of the framework's", "correct the code"
    )


def adopt(method: Method, *proposals: Proposal) -> Method:
    """Return the method with the weights of one or more families of siblings replaced by proposals.

    Refuses a proposal with weights that are not positive, or for nodes that are not all children of one parent.
    """
    framework, weights = method.framework, {}
    families = [{framework.nodes[k].code for k in children} for children in framework.siblings]
    for proposal in proposals:
        if set(proposal.codes) not in families:
            raise EngineError(
                "Weights",
                "a proposal for " + ", ".join(proposal.codes),
                "it must cover exactly the children of one aggregate",
                "propose weights for siblings",
            )
        if proposal.negative:
            raise EngineError(
                "Weights",
                "no positive weight for " + ", ".join(proposal.negative),
                "a weight must be positive",
                "check the direction of the indicator, drop it or choose other weights",
            )
        weights.update(zip(proposal.codes, (float(w) for w in proposal.weights), strict=True))
    changed = replace(
        framework,
        indicators=tuple(replace(i, weight=weights.get(i.code, i.weight)) for i in framework.indicators),
        aggregates=tuple(replace(a, weight=weights.get(a.code, a.weight)) for a in framework.aggregates),
    )
    return replace(
        method, framework=changed, scheme="relative" if method.scheme == "equal" else method.scheme
    )


def _proposal(codes: tuple[str, ...], measure: np.ndarray, agreement: float) -> Proposal:
    total = measure.sum()
    if not total > 1e-12 * np.abs(measure).max(initial=0.0):
        raise EngineError(
            "Weights of " + ", ".join(codes),
            "measures that sum to 0",
            "weights cannot be made from them",
            "choose other weights",
        )
    weights = 100 * measure / total
    negative = tuple(code for code, weight in zip(codes, weights, strict=True) if not weight > 1e-9)
    return Proposal(codes, weights, negative, measure, agreement)
