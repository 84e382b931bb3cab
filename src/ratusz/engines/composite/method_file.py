"""The method file: one TOML text, read strictly: an unknown key is a mistake."""

from __future__ import annotations

import math
import re
import tomllib
from typing import Any

from ratusz.engines.composite import aggregate, impute, normalise, treat, weights
from ratusz.engines.composite.framework import TRANSFORMS, Aggregate, Framework, Indicator
from ratusz.engines.composite.impute import Imputation
from ratusz.engines.composite.method import ERRORS, MOST_RUNS, DataError, Method, Noise, Uncertainty
from ratusz.engines.composite.normalise import Normalisation
from ratusz.engines.composite.screen import Screening
from ratusz.engines.composite.treat import Treatment
from ratusz.engines.contracts import EngineError

LARGEST_FILE = 1_000_000  # characters
_MOST = 1_000_000_000
_LARGEST_SEED = 2**63 - 1


class _Section:
    """One TOML table whose keys are taken one by one, typed; `close` refuses what is left over."""

    def __init__(self, where: str, raw: Any):
        if not isinstance(raw, dict):
            raise EngineError(
                where, _shown(raw), "it must be a table of keys", f"write it as [{where}] with keys below"
            )
        self.where = where
        self.raw = dict(raw)
        self.known: list[str] = []

    def refuse(self, key: str, value: Any, rule: str) -> EngineError:
        return EngineError(f"{self.where}, key {key}", _shown(value), rule, "correct the method file")

    def take(self, key: str, default: Any = None) -> Any:
        self.known.append(key)
        return self.raw.pop(key, default)

    def number(self, key: str, default: Any, low: float | None = None, high: float | None = None) -> Any:
        value = self.take(key, default)
        if value is None:
            return None
        if not _is_finite(value):
            raise self.refuse(key, value, "it must be a number")
        if (low is not None and value < low) or (high is not None and value > high):
            limits = f"at least {low:g}" if high is None else f"between {low:g} and {high:g}"
            raise self.refuse(key, value, f"it must be {limits}")
        return float(value)

    def whole(self, key: str, default: int, low: int = 0, high: int = _MOST) -> int:
        value = self.take(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or value < low:
            raise self.refuse(key, value, f"it must be a whole number, at least {low}")
        if value > high:
            raise self.refuse(key, value, f"it must be at most {high}")
        return value

    def text(self, key: str, default: str | None = "", required: bool = False) -> Any:
        value = self.take(key, default)
        if required and value in ("", None):
            raise EngineError(self.where, f"no {key}", f"{key} is required", f'add {key} = "…"')
        if value is not None and not isinstance(value, str):
            raise self.refuse(key, value, "it must be text in quotes")
        if value is not None and "\0" in value:
            raise self.refuse(key, value, "it must not hold a null character")
        return value or default

    def flag(self, key: str, default: bool) -> bool:
        value = self.take(key, default)
        if not isinstance(value, bool):
            raise self.refuse(key, value, "it must be true or false")
        return value

    def choice(self, key: str, options: tuple[str, ...], default: str | None) -> Any:
        value = self.take(key, default)
        return None if value is None else _choice(value, options, f"{self.where}, key {key}")

    def close(self) -> None:
        if self.raw:
            key = next(iter(self.raw))
            raise EngineError(
                self.where,
                f"the unknown key {key}",
                "known keys are " + ", ".join(dict.fromkeys(self.known)),
                "delete or rename it",
            )


def _shown(value: Any) -> str:
    """The value in an error: short, and without the digits of a number that has thousands of them."""
    if isinstance(value, int) and abs(value) > 10**30:
        return "a number of very many digits"
    try:
        text = repr(value)
    except ValueError:  # such a number inside a list
        return "numbers of very many digits"
    return text if len(text) <= 80 else text[:79] + "…"


def _is_finite(value: Any) -> bool:
    """Tell whether a value is a number that floating point holds; TOML has infinities and endless integers."""
    try:
        return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
    except OverflowError:
        return False


def _parse(text: str) -> dict[str, Any]:
    if len(text) > LARGEST_FILE:
        raise EngineError(
            "Method file",
            f"{len(text)} characters",
            f"it may have at most {LARGEST_FILE}",
            "shorten it; figures belong in the data file",
        )
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise EngineError(
            "Method file", "brackets within brackets, too deep to read", "it must be valid TOML", "correct it"
        ) from None
    except ValueError as error:  # broken TOML, or a number of thousands of digits
        raise EngineError(
            "Method file", f"broken TOML ({error})", "it must be valid TOML", "correct it"
        ) from None


def _fold(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())


def _choice(value: Any, options: tuple[str, ...], where: str) -> str:
    for option in options:
        if isinstance(value, str) and _fold(value) == _fold(option):
            return option
    raise EngineError(
        where,
        _shown(value),
        "it must be one of " + ", ".join(f'"{o}"' for o in options),
        "correct the method file",
    )


def read_method(text: str) -> Method:
    """Return the method of a TOML text; every mistake is an `EngineError` that names the key."""
    top = _Section("Method file", _parse(text.removeprefix("\ufeff")))
    sections = {
        key: _Section(key, top.take(key, {}))
        for key in (
            "data", "weights", "screening", "imputation", "treatment", "normalisation", "aggregation", "uncertainty",
        )
    }  # fmt: skip
    version = top.take("version", "1")
    framework = Framework(
        tuple(_read_indicator(item, k) for k, item in enumerate(_array(top, "indicator"), 1)),
        tuple(_read_aggregate(item, k) for k, item in enumerate(_array(top, "aggregate"), 1)),
    )
    imputation = _read_imputation(sections["imputation"], Imputation())
    treatment = _read_treatment(sections["treatment"], Treatment())
    normalisation = _read_normalisation(sections["normalisation"], Normalisation())
    method = Method(
        framework=framework,
        name=top.text("name", "Index"),
        version=str(version),
        unit_column=sections["data"].text("unit", None),
        class_column=sections["data"].text("class", None),
        scheme=sections["weights"].choice("scheme", weights.SCHEMES, "percent"),
        screening=_read_screening(sections["screening"]),
        imputation=imputation,
        treatment=treatment,
        normalisation=normalisation,
        mean=sections["aggregation"].choice("mean", aggregate.METHODS, "arithmetic"),
        power=sections["aggregation"].number("power", None, -100, 100),
        uncertainty=_read_uncertainty(
            sections["uncertainty"], framework, imputation, treatment, normalisation
        ),
    )
    for section in (top, *sections.values()):
        section.close()
    return method


def _array(top: _Section, key: str) -> list[Any]:
    value = top.take(key, [])
    if not isinstance(value, list):
        raise EngineError(f"Method file, {key}", "a single table", "nodes are lists", f"write [[{key}]]")
    return value


def _read_indicator(raw: Any, number: int) -> Indicator:
    section = _Section(f"indicator {number}", raw)
    code = section.text("code", required=True)
    section.where = f"Indicator {code}"
    direction = section.take("direction", 1)
    if direction not in (1, -1) or isinstance(direction, bool):
        raise section.refuse("direction", direction, "it is 1 (more is better) or -1 (less is better)")
    indicator = Indicator(
        code,
        section.text("parent", required=True),
        section.text("name"),
        int(direction),
        section.number("weight", None),
        section.text("denominator", None),
        section.number("target", None),
        section.text("unit"),
        _read_goalposts(section),
        section.number("error", None, 0),
        section.choice("transform", TRANSFORMS, None),
    )
    section.close()
    return indicator


def _read_goalposts(section: _Section) -> tuple[float, float] | None:
    value = section.take("goalposts")
    if value is None:
        return None
    if not (isinstance(value, list) and len(value) == 2 and all(map(_is_finite, value))):
        raise section.refuse("goalposts", value, "it must be two numbers, [low, high]")
    return float(value[0]), float(value[1])


def _read_aggregate(raw: Any, number: int) -> Aggregate:
    section = _Section(f"aggregate {number}", raw)
    code = section.text("code", required=True)
    section.where = f"Aggregate {code}"
    node = Aggregate(
        code,
        section.text("parent", None),
        section.text("name"),
        section.number("weight", None),
        section.choice("mean", aggregate.METHODS, None),
        section.number("power", None, -100, 100),
        section.text("note"),
    )
    section.close()
    return node


def _read_screening(section: _Section) -> Screening:
    return Screening(
        section.number("coverage", 0.8, 0, 1),
        section.number("branch_coverage", 0.0, 0, 1),
        section.number("indicator_coverage", 0.5, 0, 1),
        section.choice("counted", ("before imputation", "after imputation"), "before imputation"),
    )


def _read_imputation(section: _Section, default: Imputation) -> Imputation:
    method = section.choice("method", impute.METHODS, default.method)
    group = section.text("group", default.group if method.startswith("group") else None)
    if method.startswith("group") and group is None:
        raise EngineError(
            section.where, "no group", f'"{method}" needs a text column', 'add group = "column name"'
        )
    return Imputation(method, group, section.whole("neighbours", default.neighbours, 1))


def _read_treatment(section: _Section, default: Treatment) -> Treatment:
    implied = "winsorise" if "winmax" in section.raw else default.method
    return Treatment(
        section.choice("method", treat.METHODS, implied),
        section.whole("winmax", default.winmax),
        section.number("skewness", default.skewness, 0),
        section.number("kurtosis", default.kurtosis),
    )


def _read_normalisation(section: _Section, default: Normalisation) -> Normalisation:
    implied = default.method
    if {"lower", "upper"} & section.raw.keys():
        implied = "min-max"
    elif {"mean", "sd"} & section.raw.keys():
        implied = "z-score"
    method = section.choice("method", normalise.METHODS, implied)
    own = default if method == default.method else Normalisation()
    found = Normalisation(
        method,
        section.number("lower", default.lower),
        section.number("upper", default.upper),
        section.number("mean", default.mean),
        section.number("sd", default.sd),
        section.number("subtract", own.subtract),
        section.number("divide", own.divide),
        section.text("reference", own.reference),
        section.flag("cap", own.cap),
        section.flag("beyond", own.beyond),
    )
    if found.divide == 0:
        raise section.refuse("divide", found.divide, "it must not be 0")
    if found.method == "distance to reference" and found.reference is None:
        raise EngineError(
            section.where,
            "no reference",
            f'"{found.method}" needs a unit',
            'add reference = "name of a unit"',
        )
    if not found.lower < found.upper:
        raise section.refuse("upper", found.upper, f"it must be above lower = {found.lower:g}")
    if not found.sd > 0:
        raise section.refuse("sd", found.sd, "it must be above 0")
    return found


def _read_uncertainty(
    section: _Section,
    framework: Framework,
    imputation: Imputation,
    treatment: Treatment,
    normalisation: Normalisation,
) -> Uncertainty:
    default = Uncertainty()
    runs = section.whole("runs", default.runs, high=MOST_RUNS)
    seed = section.whole("seed", default.seed, high=_LARGEST_SEED)
    top = section.whole("top", default.top, 1)
    imputations = _alternatives(section, "imputation", _read_imputation, imputation)
    treatments = _alternatives(section, "treatment", _read_treatment, treatment)
    normalisations = _alternatives(section, "normalisation", _read_normalisation, normalisation)
    means = section.take("aggregation", [])
    if not isinstance(means, list):
        raise section.refuse("aggregation", means, "it must be a list")
    leave = section.flag("leave_one_out", default.leave_one_out)
    noise = section.take("weights")
    return Uncertainty(
        runs,
        seed,
        top,
        treatments,
        normalisations,
        tuple(_choice(m, aggregate.METHODS, "uncertainty, key aggregation") for m in means),
        default.weights if noise is None else _read_noise(_Section("uncertainty.weights", noise), framework),
        leave,
        imputations,
        _read_data_error(_Section("uncertainty.data_error", section.take("data_error", {}))),
    )


def _read_data_error(section: _Section) -> DataError:
    found = DataError(section.number("share", 0.0, 0, 1), section.choice("shape", ERRORS, "normal"))
    section.close()
    return found


def _alternatives(section: _Section, key: str, read: Any, default: Any) -> tuple[Any, ...]:
    """Return the choices of a list whose items are a method's name or a table of the step's own keys."""
    items = section.take(key, [])
    if not isinstance(items, list):
        raise section.refuse(key, items, "it must be a list")
    found = []
    for item in items:
        inner = _Section(f"uncertainty.{key}", {"method": item} if isinstance(item, str) else item)
        found.append(read(inner, default))
        inner.close()
    return tuple(found)


def _read_noise(section: _Section, framework: Framework) -> Noise:
    spread = section.number("spread", 0.0, 0, 0.99)
    concentration = section.number("concentration", 0.0, 0)
    on = section.choice("on", ("all", "indicators", "aggregates"), "all")
    sets = section.take("sets", [])
    if not isinstance(sets, list) or not all(isinstance(s, dict) for s in sets):
        raise section.refuse("sets", sets, "it must be a list of tables, each {code = weight, …}")
    if sum((spread > 0, concentration > 0, bool(sets))) > 1:
        raise EngineError(
            section.where, "several kinds", "use one of spread, concentration, sets", "delete the others"
        )
    section.close()
    read = []
    for number, one in enumerate(sets, 1):
        inner = _Section(f"uncertainty.weights, set {number}", one)
        for code in one:
            if code not in framework.position:
                raise inner.refuse(code, one[code], "it must be an indicator or aggregate of the framework")
            if not (_is_finite(one[code]) and one[code] > 0):
                raise inner.refuse(code, one[code], "a weight must be a positive number")
        read.append(tuple((code, float(weight)) for code, weight in one.items()))
    return Noise(spread, concentration, on, tuple(read))
