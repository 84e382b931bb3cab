"""Pictures of a city against its class: the range of one indicator, a distribution, a shaded cell."""

import math
from collections.abc import Callable, Sequence
from html import escape

from ratusz.apps.core.pictures.svg import Picture, Svg, canvas, element, share, text

MARGIN = 0.03
SHADES = 7


def _scale(low: float, high: float, direction: int) -> Callable[[float], float]:
    """A function from a value to its place on the line; better is always to the right."""
    width = high - low

    def place(value: float) -> float:
        along = 0.5 if width <= 0 else (min(max(value, low), high) - low) / width
        return MARGIN + (1 - 2 * MARGIN) * (along if direction > 0 else 1 - along)

    return place


def class_range(
    *,
    value: float | None,
    minimum: float,
    q1: float,
    median: float,
    q3: float,
    maximum: float,
    direction: int = 1,
    title: str,
) -> Svg:
    """One indicator of one city in its class: a line from worst to best, a box for the middle half, a dot.

    Better is always to the right, also where less is better. Without a value there is no dot, never a zero.
    """
    if not minimum <= q1 <= median <= q3 <= maximum:
        raise ValueError("a class needs minimum <= q1 <= median <= q3 <= maximum")
    place = _scale(minimum, maximum, direction)
    left, right = sorted((place(q1), place(q3)))
    parts = [
        element("line", class_="range", x1=share(MARGIN), x2=share(1 - MARGIN), y1="50%", y2="50%"),
        element(
            "rect",
            class_="box",
            x=share(left),
            width=share(max(right - left, 0.004)),
            y="22%",
            height="56%",
            rx=2,
        ),
        element(
            "line",
            class_="median",
            x1=share(place(median)),
            x2=share(place(median)),
            y1="18%",
            y2="82%",
            stroke_width=2,
        ),
    ]
    if value is not None and not math.isnan(value):
        parts.append(element("circle", class_="own", cx=share(place(value)), cy="50%", r=5.5))
    return canvas(parts, title=title, class_="pic pic-rank")


def distribution(
    values: Sequence[tuple[str, float, str]],
    *,
    own: str,
    title: str,
    headings: tuple[str, str],
    direction: int = 1,
    description: str = "",
) -> Picture:
    """Every city of a class as a dot on one line, `own` standing out: (name, value, value as written)."""
    known = [item for item in values if item[1] is not None and not math.isnan(item[1])]
    if not known:
        return Picture(Svg(), title, headings, ())
    ordered = sorted(known, key=lambda item: item[1])
    place = _scale(ordered[0][1], ordered[-1][1], direction)
    parts = [element("line", class_="axis", x1=share(MARGIN), x2=share(1 - MARGIN), y1=40, y2=40)]
    mine: list[str] = []
    lasts: list[float] = []  # the last dot of each row
    for name, value, written in ordered:
        at = place(value)
        # A dot that would cover its neighbour moves up one row.
        level = next((i for i, last in enumerate(lasts) if abs(at - last) >= 0.012), min(len(lasts), 3))
        lasts[level : level + 1] = [at]
        label = element("title", escape(f"{name}: {written}"))
        if name == own:
            anchor = "start" if at < 0.2 else "end" if at > 0.8 else "middle"
            mine.append(element("circle", label, class_="own", cx=share(at), cy=40 - 7 * level, r=6))
            mine.append(
                text(
                    f"{name} {written}", class_="strong", x=share(at), y=62, text_anchor=anchor, font_size=13
                )
            )
        else:
            parts.append(element("circle", label, class_="others", cx=share(at), cy=40 - 7 * level, r=4))
    worst, best = (ordered[0], ordered[-1]) if direction > 0 else (ordered[-1], ordered[0])
    parts.append(text(worst[2], x=share(MARGIN), y=82, font_size=12))
    parts.append(text(best[2], x=share(1 - MARGIN), y=82, text_anchor="end", font_size=12))
    svg = canvas(parts + mine, title=title, description=description, class_="pic", width="100%", height=88)
    rows = tuple((name, written) for name, _value, written in (ordered[::-1] if direction > 0 else ordered))
    return Picture(svg, title, headings, rows)


def shade(score: float | None, low: float = 0, high: float = 100) -> str:
    """The class of a table cell, `shade-1` (lowest) to `shade-7`; nothing where there is no score."""
    if score is None or math.isnan(score) or high <= low:
        return ""
    along = min(max((score - low) / (high - low), 0), 1)
    return f"shade-{min(int(along * SHADES) + 1, SHADES)}"
