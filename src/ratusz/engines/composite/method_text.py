"""The canonical text of a method: every key stated in a fixed order, so that its hash identifies it for good.

Keys of later versions are written only where they say something, so that the hashes of older methods hold.
"""

from __future__ import annotations

import re
from typing import Any

from ratusz.engines.composite.impute import Imputation
from ratusz.engines.composite.method import DataError, Method
from ratusz.engines.composite.normalise import Normalisation
from ratusz.engines.composite.treat import Treatment


def _quote(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + re.sub(r"[\x00-\x1f\x7f]", lambda m: f"\\u{ord(m[0]):04x}", escaped) + '"'


def _key(text: str) -> str:
    return text if re.fullmatch(r"[A-Za-z0-9_-]+", text) else _quote(text)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _quote(value)
    if isinstance(value, float):
        return repr(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, int):
        return repr(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_key(k)} = {_value(v)}" for k, v in value.items()) + "}"
    return "[" + ", ".join(_value(v) for v in value) + "]"


def _lines(pairs: dict[str, Any]) -> list[str]:
    return [f"{key} = {_value(value)}" for key, value in pairs.items() if value is not None]


def _imputation_keys(i: Imputation, section: Imputation | None = None) -> dict[str, Any]:
    told = i.method == "nearest" or i.neighbours != (section or Imputation()).neighbours
    keys = {"method": i.method, "group": i.group, "neighbours": i.neighbours if told else None}
    return {key: value for key, value in keys.items() if value is not None}


def _error_keys(e: DataError) -> dict[str, Any]:
    return {"share": e.share, "shape": e.shape}


def _treatment_keys(t: Treatment) -> dict[str, Any]:
    return {"method": t.method, "winmax": t.winmax, "skewness": t.skewness, "kurtosis": t.kurtosis}


def _normalisation_keys(m: Normalisation, section: Normalisation | None = None) -> dict[str, Any]:
    # Keys of later versions are written only where reading would not find them, so older hashes hold.
    later = {
        "subtract": m.subtract,
        "divide": m.divide,
        "reference": m.reference,
        "cap": m.cap,
        "beyond": m.beyond,
    }
    implied = section if section is not None and section.method == m.method else Normalisation()
    keys = {"method": m.method, "lower": m.lower, "upper": m.upper, "mean": m.mean, "sd": m.sd}
    plain = Normalisation()
    return keys | {
        key: value
        for key, value in later.items()
        if value != getattr(plain, key) or (value != getattr(implied, key) and value is not None)
    }


def write_method(method: Method) -> str:
    """Return the canonical text of a method: every key stated, in a fixed order."""
    screening, u = method.screening, method.uncertainty
    noise: dict[str, Any] = {
        "spread": u.weights.spread,
        "concentration": u.weights.concentration,
        "on": u.weights.on,
    }
    noise["sets"] = [dict(one) for one in u.weights.sets]
    out = _lines({"name": method.name, "version": method.version})
    for title, pairs in (
        ("data", {"unit": method.unit_column, "class": method.class_column}),
        ("weights", {"scheme": method.scheme}),
        (
            "screening",
            {
                "coverage": screening.coverage,
                "branch_coverage": screening.branch_coverage,
                "indicator_coverage": screening.indicator_coverage,
                "counted": screening.counted,
            },
        ),
        ("imputation", _imputation_keys(method.imputation)),
        ("treatment", _treatment_keys(method.treatment)),
        ("normalisation", _normalisation_keys(method.normalisation)),
        ("aggregation", {"mean": method.mean, "power": method.power}),
        (
            "uncertainty",
            {
                "runs": u.runs,
                "seed": u.seed,
                "top": u.top,
                "treatment": [_treatment_keys(t) for t in u.treatment],
                "normalisation": [_normalisation_keys(m, method.normalisation) for m in u.normalisation],
                "aggregation": list(u.aggregation),
                "weights": noise,
                "leave_one_out": u.leave_one_out,
                "imputation": [_imputation_keys(i, method.imputation) for i in u.imputation] or None,
                "data_error": None if u.data_error == DataError() else _error_keys(u.data_error),
            },
        ),
    ):
        out += ["", f"[{title}]", *_lines(pairs)]
    for a in method.framework.aggregates:
        pairs = {
            "code": a.code,
            "parent": a.parent,
            "name": a.name or None,
            "weight": a.weight,
            "mean": a.mean,
            "power": a.power,
            "note": a.note or None,
        }
        out += ["", "[[aggregate]]", *_lines(pairs)]
    for i in method.framework.indicators:
        pairs = {
            "code": i.code,
            "parent": i.parent,
            "name": i.name or None,
            "direction": i.direction,
            "weight": i.weight,
            "denominator": i.denominator,
            "target": i.target,
            "unit": i.unit or None,
            "goalposts": i.goalposts,
            "error": i.error,
            "transform": i.transform,
        }
        out += ["", "[[indicator]]", *_lines(pairs)]
    return "\n".join(out) + "\n"
