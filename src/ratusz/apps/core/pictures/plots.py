"""Pictures of a whole ranking: places with their intervals, who is ahead of whom, what moves the places."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

from ratusz.apps.core.pictures.svg import Picture, canvas, element, share, text

ROW, HEAD, NAMES = 22, 26, 0.43
BAR_ROW = 58


@dataclass(frozen=True)
class Ranked:
    """One city of an interval plot: place, interval, and the number of its group from 0."""

    name: str
    place: str
    rank: float
    low: float
    high: float
    written: str
    group: int = 0


def interval_plot(
    cities: Sequence[Ranked],
    *,
    count: int,
    title: str,
    headings: tuple[str, ...],
    description: str = "",
) -> Picture:
    """A row for each city: its name, a bar from `low` to `high` and a dot for its place on one axis.

    Neighbouring groups stand on stripes: cities on one stripe cannot be told apart.
    """
    height = HEAD + ROW * len(cities) + 8

    def x(place: float) -> float:
        return NAMES + 0.04 + (0.97 - NAMES - 0.04) * (place - 1) / max(count - 1, 1)

    parts: list[str] = []
    for index, city in enumerate(cities):
        if city.group % 2 == 0:
            parts.append(
                element("rect", class_="stripe", x=0, width="100%", y=HEAD + ROW * index, height=ROW)
            )
    for place in _ticks(count):
        at = share(x(place))
        parts.append(element("line", class_="grid-line", x1=at, x2=at, y1=HEAD, y2=height - 8))
        parts.append(text(str(place), x=at, y=16, text_anchor="middle", font_size=12))
    for index, city in enumerate(cities):
        middle = HEAD + ROW * index + ROW / 2
        label = element("title", escape(f"{city.name}: {city.place} ({city.written})"))
        left, right = x(city.low) - 0.004, x(city.high) + 0.004
        parts.append(
            text(f"{city.place}  {city.name}", x=share(NAMES), y=middle + 4, text_anchor="end", font_size=12)
        )
        bar = {"x": share(left), "width": share(right - left), "y": middle - 4, "height": 8, "rx": 4}
        parts.append(element("rect", label, class_="bar", **bar))
        parts.append(element("circle", class_="dot", cx=share(x(city.rank)), cy=middle, r=4.5))
    svg = canvas(
        parts, title=title, description=description, class_="pic pic-intervals", height=height, width="100%"
    )
    return Picture(svg, title, headings, tuple((c.name, c.place, c.written) for c in cities))


def _ticks(count: int) -> list[int]:
    step = next((s for s in (1, 2, 5, 10, 20, 50, 100, 200, 500) if count / s <= 8), 1000)
    return sorted(
        {1, *(k for k in range(step, count + 1, step) if count - k >= 0.8 * step or k == count), count}
    )


def pair_matrix(
    names: Sequence[str],
    places: Sequence[str],
    cells: Sequence[Sequence[str]],
    shades: Sequence[Sequence[int]],
    strong: Sequence[Sequence[bool]],
    *,
    title: str,
    headings: tuple[str, ...],
    description: str = "",
) -> Picture:
    """A square table: in each row how often its city is ahead of the column's, the darker the surer.

    `strong` writes a cell in bold; columns are headed by the places of their cities. Drawn for files: a page shows
    the table itself.
    """
    side, left, top = 40, 190, 30
    width, height = left + side * len(names) + 8, top + 26 * len(names) + 8
    parts = []
    for k, (name, place) in enumerate(zip(names, places, strict=True)):
        middle = top + 26 * k + 13
        parts.append(text(f"{place}  {name}", x=left - 10, y=middle + 4, text_anchor="end", font_size=12))
        parts.append(text(place, x=left + side * k + side / 2, y=18, text_anchor="middle", font_size=12))
        for j, (cell, shade) in enumerate(zip(cells[k], shades[k], strict=True)):
            place_ = {"x": left + side * j, "y": middle - 12, "width": side - 2, "height": 24}
            parts.append(element("rect", class_=f"cell-{shade}", **place_))
            where = {"x": left + side * j + side / 2 - 1, "y": middle + 4, "text_anchor": "middle"}
            parts.append(text(cell, class_="strong" if strong[k][j] else None, font_size=11, **where))
    svg = canvas(
        parts, title=title, description=description, class_="pic pic-pairs", viewBox=f"0 0 {width} {height}"
    )
    rows = tuple((name, *row) for name, row in zip(names, cells, strict=True))
    return Picture(svg, title, headings, rows)


@dataclass(frozen=True)
class Share:
    """One choice of a method: its share of what moves the places, by itself and together with others."""

    name: str
    alone: float
    together: float
    alone_written: str
    together_written: str


def share_bars(
    shares: Sequence[Share],
    *,
    title: str,
    headings: tuple[str, str, str],
    percent: Callable[[float], str],
    description: str = "",
) -> Picture:
    """A row for each choice: a light bar for its total share, on it a dark one for what it does by itself."""
    height = BAR_ROW * len(shares) + 28
    widest = 0.86

    def along(value: float) -> float:
        return widest * min(max(value, 0.0), 1.0)

    parts: list[str] = []
    for value in (0.0, 0.25, 0.5, 0.75, 1.0):
        at = share(along(value))
        parts.append(element("line", class_="grid-line", x1=at, x2=at, y1=0, y2=height - 22))
        anchor = "start" if value == 0 else "middle"
        parts.append(text(percent(value), x=at, y=height - 6, text_anchor=anchor, font_size=12))
    for index, item in enumerate(shares):
        y = BAR_ROW * index
        label = element("title", escape(f"{item.name}: {item.alone_written}, {item.together_written}"))
        parts.append(text(item.name, class_="strong", x=0, y=y + 18, font_size=13))
        parts.append(
            element(
                "rect", label, class_="bar", x=0, width=share(along(item.together)), y=y + 26, height=18, rx=2
            )
        )
        parts.append(
            element("rect", class_="dot", x=0, width=share(along(item.alone)), y=y + 30, height=10, rx=2)
        )
        parts.append(
            text(item.together_written, x=share(along(item.together) + 0.012), y=y + 40, font_size=12)
        )
    svg = canvas(
        parts, title=title, description=description, class_="pic pic-shares", height=height, width="100%"
    )
    rows = tuple((item.name, item.alone_written, item.together_written) for item in shares)
    return Picture(svg, title, headings, rows)
