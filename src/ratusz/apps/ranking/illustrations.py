"""A small picture for each choice of a method: one example, computed by the engine, drawn as SVG."""

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ratusz.apps.core.pictures.svg import Picture, canvas, element, text
from ratusz.apps.core.templatetags.formats import number, percent
from ratusz.engines import composite
from ratusz.engines.composite import aggregate, impute, normalise, treat, uncertainty, weights

WIDTH, HEIGHT = 240, 96
LEFT, RIGHT = 14, 226


def illustration(step: str, code: str) -> Picture | None:
    """The picture of an option, with the numbers it shows as a table; None for one that has none."""
    return _drawn(step, code, get_language() or "pl")


@lru_cache(maxsize=256)
def _drawn(step: str, code: str, _language: str) -> Picture | None:
    draw = DRAWN.get(step)
    try:
        return draw(code) if draw else None
    except (composite.EngineError, KeyError):
        return None  # an option newer than its example: its words stand alone


def _svg(parts: list[str], title: str) -> str:
    return canvas(parts, title=title, class_="pic pic-choice", viewBox=f"0 0 {WIDTH} {HEIGHT}", width=WIDTH)


def _words(x: float, y: float, words: str, *, anchor: str = "middle", style: str | None = None) -> str:
    return text(words, x=x, y=y, text_anchor=anchor, font_size=10, class_=style)


def _along(value: float, low: float, high: float) -> float:
    return LEFT + (RIGHT - LEFT) * (float(value) - low) / ((high - low) or 1)


# A missing figure: two indicators of eight cities, one gap

KNOWN = np.array([[1.0, 18], [2, 30], [2.6, 22], [3.4, 41], [4.6, 52], [5.4, 78], [6.2, 58], [5.0, np.nan]])
GROUPS = ("a", "a", "a", "a", "b", "b", "b", "b")


def _imputation(code: str) -> Picture:
    group = "group" if code.startswith("group") else None
    filled = impute.impute(KNOWN, composite.Imputation(code, group, 2), GROUPS)
    value, at = float(filled[-1, 1]), KNOWN[-1, 0]

    def x(v: float) -> float:
        return 30 + 190 * (v - 0.5) / 6.2

    def y(v: float) -> float:
        return 78 - 64 * (v - 10) / 70

    parts = [
        element("line", class_="axis", x1=24, x2=228, y1=82, y2=82),
        element("line", class_="axis", x1=24, x2=24, y1=8, y2=82),
        element("line", class_="leader", x1=x(at), x2=x(at), y1=10, y2=82, stroke_dasharray="3 3"),
    ]
    for (a, b), name in zip(KNOWN[:-1], GROUPS[:-1], strict=True):
        if group and name == "a":
            parts.append(element("circle", class_="range", cx=x(a), cy=y(b), r=3.5, fill="none"))
        else:
            parts.append(element("circle", class_="dot", cx=x(a), cy=y(b), r=4))
    gap = _("the city with a gap")
    if np.isnan(value):
        title = _("Seven cities have both figures; the eighth has one, and its gap stays empty.")
        parts.append(_words(x(at), 93, "?", style="strong"))
    else:
        title = _("Seven cities have both figures; the gap of the eighth is filled with %(value)s.") % {
            "value": number(value, 1)
        }
        parts.append(element("circle", class_="own", cx=x(at), cy=y(value), r=5.5))
        parts.append(_words(x(at), 93, number(value, 1), style="strong"))
    rows = (
        *tuple(
            (_("city %(n)d") % {"n": k}, number(a, 1), number(b)) for k, (a, b) in enumerate(KNOWN[:-1], 1)
        ),
        (gap, number(at, 1), number(value, 1)),
    )
    return Picture(_svg(parts, title), title, (_("City"), _("Indicator 1"), _("Indicator 2")), tuple(rows))


# Outliers: one indicator of twelve cities, one far away

SKEWED = np.array([[4.0, 5, 6, 6.5, 7, 8, 8.5, 9, 10, 11, 12, 60]]).T


def _treatment(code: str) -> Picture:
    treated, _record = treat.treat(SKEWED, composite.Treatment(code, winmax=1))
    parts = []
    for values, y, name in ((SKEWED, 28, _("before")), (treated, 74, _("after"))):
        low, high = values.min(), values.max()
        parts.append(element("line", class_="axis", x1=LEFT, x2=RIGHT, y1=y, y2=y))
        parts.append(_words(LEFT, y - 12, name, anchor="start"))
        for k, value in enumerate(values[:, 0]):
            last = k == len(values) - 1
            parts.append(
                element("circle", class_="own" if last else "dot", cx=_along(value, low, high), cy=y, r=4.5)
            )
    middle = int((_share(treated[:, 0]) > 0.25).sum())
    title = _(
        "Twelve cities on one indicator, one of them far ahead. Afterwards %(count)d of them are past a quarter of "
        "the scale; before it was %(before)d."
    ) % {"count": middle, "before": int((_share(SKEWED[:, 0]) > 0.25).sum())}
    rows = tuple(
        (_("city %(n)d") % {"n": k}, number(a, 1), number(b, 2))
        for k, (a, b) in enumerate(zip(SKEWED[:, 0], treated[:, 0], strict=True), 1)
    )
    return Picture(_svg(parts, title), title, (_("City"), _("before"), _("after")), rows)


def _share(values: np.ndarray) -> np.ndarray:
    return (values - values.min()) / (values.max() - values.min())


# One scale: five cities

RAW = np.array([[20.0], [30], [35], [50], [90]])
SCALE = composite.Framework(
    (composite.Indicator("a", "i", target=80.0, goalposts=(25.0, 75.0)),), (composite.Aggregate("i"),)
)


def _normalisation(code: str) -> Picture:
    units = tuple("abcde")
    chosen = composite.Normalisation(code, subtract=20.0, divide=10.0, reference="d")
    scaled = normalise.scale(RAW, SCALE, chosen, units)[:, 0]
    places = 0 if np.allclose(scaled, scaled.round()) or np.abs(scaled).max() > 20 else 2
    parts = [element("line", class_="axis", x1=LEFT, x2=RIGHT, y1=y, y2=y) for y in (24, 70)]
    low, high = float(scaled.min()), float(scaled.max())
    above, below = -100.0, -100.0
    for value, found in zip(RAW[:, 0], scaled, strict=True):
        a, b = _along(value, 20, 90), _along(found, low, high)
        parts.append(element("line", class_="leader", x1=a, x2=b, y1=24, y2=70))
        parts.append(element("circle", class_="others", cx=a, cy=24, r=4))
        parts.append(element("circle", class_="dot", cx=b, cy=70, r=4))
        if a - above >= 16:
            parts.append(_words(a, 14, number(value)))
            above = a
        if b - below >= 26:
            parts.append(_words(b, 88, number(found, places), style="strong"))
            below = b
    listed = ", ".join(f"{number(v)} → {number(s, places)}" for v, s in zip(RAW[:, 0], scaled, strict=True))
    title = _("Figures of five cities above, the same on the common scale below: %(list)s.") % {
        "list": listed
    }
    rows = tuple((number(v), number(s, places)) for v, s in zip(RAW[:, 0], scaled, strict=True))
    return Picture(_svg(parts, title), title, (_("Figure"), _("On the scale")), rows)


# A mean: an even city and an uneven one (a third completes the duels)

CITIES = np.array([[90.0, 20, 40], [48, 48, 48], [30, 60, 35]])
THREE = composite.Framework(tuple(composite.Indicator(c, "i") for c in "abc"), (composite.Aggregate("i"),))


def _mean(code: str) -> Picture:
    tree = aggregate.Tree.build(THREE, code, 0.5)
    scores = aggregate.aggregate(CITIES, tree, np.ones(4))[:, -1]
    parts, rows = [], []
    names = (_("uneven"), _("even"))
    low = min(0.0, float(scores[:2].min()))
    high = max(float(scores[:2].max()), 60.0 if code != "copeland" else 2.0)
    for k, name in enumerate(names):
        y = 8 + 44 * k
        for j, value in enumerate(CITIES[k]):
            parts.append(element("rect", class_="bar", x=48, y=y + 7 * j, width=0.55 * value, height=5.5))
        parts.append(_words(44, y + 14, name, anchor="end"))
        start, end = (116 + 78 * (v - low) / (high - low) for v in (0.0, float(scores[k])))
        parts.append(
            element(
                "rect", class_="own", x=min(start, end), y=y + 2, width=max(abs(end - start), 1), height=16
            )
        )
        places = 0 if float(scores[k]).is_integer() else 1
        parts.append(_words(198, y + 14, number(scores[k], places), anchor="start", style="strong"))
        rows.append((name, *(number(v) for v in CITIES[k]), number(scores[k], places)))
    title = _("An uneven city with 90, 20 and 40 scores %(a)s; an even one with three times 48 scores %(b)s.") % {
        "a": rows[0][-1], "b": rows[1][-1],
    }  # fmt: skip
    headings = (_("City"), "1", "2", "3", _("Score"))
    return Picture(_svg(parts, title), title, headings, tuple(rows))


# Weights: what three siblings get, and how far they are varied

SHARES = {"percent": (50.0, 30.0, 20.0), "relative": (2.0, 1.0, 1.0), "equal": (None, None, None)}


def _weighed(given: tuple[float | None, ...]) -> composite.Framework:
    indicators = tuple(composite.Indicator(c, "i", weight=w) for c, w in zip("abc", given, strict=True))
    return composite.Framework(indicators, (composite.Aggregate("i"),))


def _scheme(code: str) -> Picture:
    framework = _weighed(SHARES[code])
    shares = weights.effective(framework, weights.resolve(framework, code))[:3]
    parts, rows = [], []
    for j, (given, share) in enumerate(zip(SHARES[code], shares, strict=True)):
        y = 10 + 28 * j
        stated = "–" if given is None else number(given)
        parts.append(_words(34, y + 13, stated, anchor="end"))
        parts.append(element("rect", class_="bar", x=44, y=y, width=260 * share, height=18))
        parts.append(_words(50 + 260 * share, y + 13, percent(share), anchor="start", style="strong"))
        rows.append((stated, percent(share)))
    title = _("Three siblings: stated %(stated)s, shares %(shares)s.") % {
        "stated": ", ".join(row[0] for row in rows), "shares": ", ".join(row[1] for row in rows),
    }  # fmt: skip
    return Picture(_svg(parts, title), title, (_("Stated"), _("Share")), tuple(rows))


NOISES = {
    "none": composite.Noise(),
    "spread": composite.Noise(spread=0.25),
    "concentration": composite.Noise(concentration=20.0),
    "sets": composite.Noise(sets=((("a", 50.0),), (("a", 30.0), ("c", 40.0)), (("a", 40.0), ("b", 40.0)))),
}


def _noise(code: str) -> Picture:
    framework = _weighed(SHARES["percent"])
    chosen = composite.Uncertainty(weights=NOISES[code], leave_one_out=False)
    drawn = uncertainty.plan(composite.Method(framework, uncertainty=chosen), 256, 1).weights[:, :3]
    shares = drawn / drawn.sum(axis=1, keepdims=True)
    parts, rows = [], []
    for j in range(3):
        y, own = 18 + 28 * j, SHARES["percent"][j] / 100
        low, high = (float(v) for v in np.quantile(shares[:, j], (0.05, 0.95)))
        x1, x2 = (30 + 260 * v for v in (low, high))
        parts.append(element("line", class_="axis", x1=30, x2=RIGHT, y1=y, y2=y))
        parts.append(element("rect", class_="bar", x=x1, y=y - 6, width=max(x2 - x1, 1), height=12, rx=3))
        parts.append(element("circle", class_="own", cx=30 + 260 * own, cy=y, r=5))
        parts.append(_words(26, y + 4, percent(own), anchor="end"))
        rows.append((percent(own), f"{percent(low)}–{percent(high)}"))
    title = _("Weights of 50, 30 and 20 in the variants, nine in ten of them: %(ranges)s.") % {
        "ranges": ", ".join(row[1] for row in rows)
    }
    return Picture(_svg(parts, title), title, (_("Weight"), _("In the variants")), tuple(rows))


DRAWN: dict[str, Callable[[str], Picture]] = {
    "imputation": _imputation,
    "treatment": _treatment,
    "normalisation": _normalisation,
    "mean": _mean,
    "scheme": _scheme,
    "noise": _noise,
}
