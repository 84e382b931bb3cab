"""From a method to the fields that say the same, and what is suggested where there is no method yet."""

from collections.abc import Sequence
from typing import Any

from ratusz.apps.ranking import choices, rules
from ratusz.apps.ranking.editor import numbers
from ratusz.engines import composite

SUGGESTED_TREATMENT = composite.Treatment("winsorise", winmax=3)
SUGGESTED_UNCERTAINTY = composite.Uncertainty(runs=10_000)
ALTERNATIVES = ("imputation", "treatment", "normalisation")
DEFAULTS = {
    "neighbours": "5", "winmax": "3", "skewness": "2", "kurtosis": "3.5", "lower": "0", "upper": "100", "centre": "0",
    "sd": "1", "subtract": "0", "divide": "1", "spread": "25", "concentration": "100", "on": "all",
    "branch_coverage": "0", "top": "3", "data_error": "0", "error_shape": "normal",
}  # fmt: skip


def chosen(base: composite.Method | None, step: str) -> Any:
    """What a method says at a step, or what is suggested."""
    if base is not None:
        return getattr(base, step)
    return {
        "imputation": composite.Imputation(), "treatment": SUGGESTED_TREATMENT,
        "normalisation": composite.Normalisation(),
    }[step]  # fmt: skip


def noise_of(noise: composite.Noise) -> str:
    """Which way of varying weights it is."""
    return (
        "sets"
        if noise.sets
        else "concentration"
        if noise.concentration
        else "spread"
        if noise.spread
        else "none"
    )


SKEWED = {"skewness", "kurtosis"}
TELLING = {
    "winsorise": {"winmax", *SKEWED}, "box-cox": SKEWED, "min-max": {"lower", "upper"}, "goalposts": {"lower", "upper"},
    "z-score": {"mean", "sd"}, "scaled": {"subtract", "divide"}, "distance to reference": {"reference"},
    "nearest": {"neighbours"},
}  # fmt: skip


def described(step: str, item: Any) -> str:
    """An alternative of the file in words, with the numbers in which it differs from the usual."""
    name = str(choices.choice(step, item.method).name)
    usual = type(item)(item.method)
    values = [
        getattr(item, key)
        for key in sorted(TELLING.get(item.method, ()))
        if getattr(item, key) != getattr(usual, key)
    ]
    more = [numbers.written(value) if isinstance(value, int | float) else str(value) for value in values]
    return f"{name} ({'; '.join(more)})" if more else name


def read(base: composite.Method | None, names: tuple[str, str]) -> dict[str, Any]:
    """The fields that say the same as a method; suggestions where there is none yet."""
    screening = base.screening if base else composite.Screening()
    treatment, scale, fill = (chosen(base, s) for s in ("treatment", "normalisation", "imputation"))
    u = base.uncertainty if base else SUGGESTED_UNCERTAINTY
    noise = u.weights
    exact = {
        "coverage": screening.coverage, "branch_coverage": screening.branch_coverage,
        "indicator_coverage": screening.indicator_coverage, "skewness": treatment.skewness,
        "kurtosis": treatment.kurtosis, "lower": scale.lower, "upper": scale.upper, "centre": scale.mean,
        "sd": scale.sd, "subtract": scale.subtract, "divide": scale.divide, "power": base.power if base else None,
        "spread": noise.spread or None, "concentration": noise.concentration or None,
        "data_error": u.data_error.share,
    }  # fmt: skip
    shares = {"coverage", "branch_coverage", "indicator_coverage", "spread", "data_error"}
    found: dict[str, Any] = {
        name: numbers.written(value * 100 if name in shares and value is not None else value)
        for name, value in exact.items()
    }
    for name in ("spread", "concentration"):
        found[name] = found[name] or DEFAULTS[name]
    found |= {
        "name_pl": names[0], "name_en": names[1], "exact": exact, "counted": screening.counted,
        "class_column": (base.class_column or "") if base else rules.CLASS_COLUMN,
        "imputation": fill.method, "group": fill.group or "", "neighbours": fill.neighbours,
        "treatment": treatment.method, "winmax": treatment.winmax, "normalisation": scale.method,
        "reference": scale.reference or "", "cap": scale.cap, "beyond": scale.beyond,
        "error_shape": u.data_error.shape, "mean": base.mean if base else "arithmetic",
        "noise": noise_of(noise), "on": noise.on, "sets": "\n".join(_line(one) for one in noise.sets),
        "leave_one_out": u.leave_one_out, "runs": u.runs, "seed": u.seed, "top": u.top,
        "other_mean": [m for m in u.aggregation if m != (base.mean if base else "")],
    }  # fmt: skip
    for step in ALTERNATIVES:
        own, listed = chosen(base, step), getattr(u, step)
        found[f"other_{step}"] = [f"@{k}" for k, item in enumerate(listed) if item != own]
    return found


def _line(one: Sequence[tuple[str, float]]) -> str:
    def quoted(code: str) -> str:
        return code if code.replace("-", "").replace("_", "").isalnum() and code.isascii() else f'"{code}"'

    return ", ".join(f"{quoted(code)} = {weight!r}" for code, weight in one)
