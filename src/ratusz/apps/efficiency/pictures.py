"""The pictures of a study: a score with its interval, cities by what they have and what comes of it, each choice."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from django.utils.translation import gettext as _

from ratusz.apps.core.pictures import Picture
from ratusz.apps.core.pictures.svg import Svg, canvas, element, share, text

MARGIN = 0.03


def score_interval(*, score: float, low: float, high: float, least: float, title: str) -> Svg:
    """A dot for the score and a bar from `low` to `high` on an axis from `least` to 1; `title` says the same.

    Rows of a table share the axis, so their bars can be compared.
    """

    def along(value: float) -> float:
        return MARGIN + (1 - 2 * MARGIN) * min(max((value - least) / ((1 - least) or 1), 0), 1)

    left, right = along(low), along(high)
    return canvas(
        [
            element("line", class_="axis", x1=share(MARGIN), x2=share(1 - MARGIN), y1="50%", y2="50%"),
            element(
                "rect", class_="bar", x=share(left), width=share(max(right - left, 0.008)), y="30%", height="40%", rx=4
            ),
            element("circle", class_="dot", cx=share(along(score)), cy="50%", r=4.5),
        ],
        title=title,
        class_="pic pic-rank",
    )  # fmt: skip


@dataclass(frozen=True)
class Point:
    """A city by one input and one output, with both as written."""

    name: str
    x: float
    y: float
    x_written: str
    y_written: str
    efficient: bool
    own: bool = False


def scatter(
    points: Sequence[Point], *, title: str, headings: tuple[str, str, str], labels: int = 7
) -> Picture:
    """Cities with the input to the right and the output upwards; efficient ones are filled and named.

    The headings name the units, so that the figures stand without them.
    """
    width, height, left, right, top, bottom = 440, 330, 48, 16, 24, 52
    xs, ys = [p.x for p in points], [p.y for p in points]
    low, high, floor, ceiling = min(xs), max(xs), min(ys), max(ys)

    def place(x: float, y: float) -> tuple[float, float]:
        along, up = (x - low) / ((high - low) or 1), (y - floor) / ((ceiling - floor) or 1)
        return (
            left + (width - left - right) * (0.03 + 0.94 * along),
            height - bottom - (height - top - bottom) * (0.03 + 0.94 * up),
        )

    axis, ground = height - bottom, width - right
    parts = [
        element("line", class_="axis", x1=left, x2=ground, y1=axis, y2=axis),
        element("line", class_="axis", x1=left, x2=left, y1=top, y2=axis),
        text(f"{headings[1]} →", x=ground, y=height - 8, text_anchor="end", font_size=13),
        text(f"↑ {headings[2]}", x=4, y=13, font_size=13),
    ]
    for end, anchor in ((min, "start"), (max, "end")):
        point = end(points, key=lambda p: p.x)
        at = place(point.x, floor)[0]
        parts.append(text(point.x_written, x=at, y=axis + 16, text_anchor=anchor, font_size=12))
        point = end(points, key=lambda p: p.y)
        at = place(low, point.y)[1]
        parts.append(text(point.y_written, x=left - 6, y=at + 4, text_anchor="end", font_size=12))
    named: list[tuple[float, float]] = []
    for point in sorted(points, key=lambda p: (p.own, p.efficient)):
        x, y = place(point.x, point.y)
        note = element("title", escape(f"{point.name}: {point.x_written}; {point.y_written}"))
        style = "own" if point.own else "dot" if point.efficient else "others"
        parts.append(element("circle", note, class_=style, cx=x, cy=y, r=5.5 if point.own else 4))
    for point in sorted((p for p in points if p.own or p.efficient), key=lambda p: (not p.own, -p.y)):
        x, y = place(point.x, point.y)
        free = all(abs(x - a) > 80 or abs(y - b) > 14 for a, b in named)
        if point.own or (free and len(named) < labels):
            anchor = "end" if x > width * 0.8 else "start"
            shift = -8 if anchor == "end" else 8
            style = "strong" if point.own else None
            parts.append(
                text(point.name, class_=style, x=x + shift, y=y + 4, text_anchor=anchor, font_size=12)
            )
            named.append((x, y))
    svg = canvas(parts, title=title, class_="pic efficiency-scatter", viewBox=f"0 0 {width} {height}")
    rows = tuple((p.name, p.x_written, p.y_written) for p in points)
    return Picture(svg, title, headings, rows)


# A small cloud of cities for the pictures of the choices: (input, output) on a field of 100 by 70.
CLOUD = ((12, 14), (24, 34), (44, 50), (76, 58), (34, 26), (52, 30), (66, 42), (86, 46), (84, 22))
LINES = {
    "vrs": ((12, 8), (12, 14), (24, 34), (44, 50), (76, 58), (96, 58)),
    "crs": ((0, 0), (47, 67)),
    "drs": ((0, 0), (24, 34), (44, 50), (76, 58), (96, 58)),
    "irs": ((12, 8), (12, 14), (24, 34), (47, 67)),
}


def choice(value: str) -> Svg:
    """The small picture of a choice: the line of best practice, or the way on which a city's distance is measured."""
    words = {
        "vrs": _("The line bends: it joins the best small, middle and large cities."),
        "crs": _("One straight line from zero through the best ratio."),
        "drs": _("The line begins at zero and bends downwards for large cities."),
        "irs": _("The line begins at the smallest city and then rises straight."),
        "input": _("An arrow leads to the left: the same comes of less."),
        "output": _("An arrow leads upwards: more comes of the same."),
    }
    line = LINES.get(value, LINES["vrs"])
    parts = [
        element("line", class_="axis", x1=6, x2=104, y1=72, y2=72),
        element("line", class_="axis", x1=6, x2=6, y1=4, y2=72),
        element(
            "polyline", class_="line-own", fill="none", stroke_width=2,
            points=" ".join(f"{6 + x},{72 - y}" for x, y in line),
        ),
    ]  # fmt: skip
    parts += [element("circle", class_="others", cx=6 + x, cy=72 - y, r=2.5) for x, y in CLOUD]
    if value in ("input", "output"):
        (x, y), (a, b) = (66, 42), (34, 42) if value == "input" else (66, 55.5)
        turn = ((4, -3), (4, 3)) if value == "input" else ((-3, 4), (3, 4))
        parts.append(element("circle", class_="own", cx=6 + x, cy=72 - y, r=4))
        parts.append(
            element("line", class_="line-own", x1=6 + x, y1=72 - y, x2=6 + a, y2=72 - b, stroke_width=2)
        )
        parts += [
            element(
                "line", class_="line-own", x1=6 + a, y1=72 - b, x2=6 + a + i, y2=72 - b + j, stroke_width=2
            )
            for i, j in turn
        ]
    return canvas(parts, title=words[value], class_="pic efficiency-choice", viewBox="0 0 110 78")
