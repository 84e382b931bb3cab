"""A map of Poland with cities as circles and labels that never cover one another."""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path

from ratusz.apps.core.pictures.svg import Picture, canvas, element, text

WIDTH, HEIGHT = 480, 448
FONT = 14
# Transverse Mercator on a sphere around 19° E, as the official maps of Poland (PUWG 1992) are drawn.
_CENTRE, _SCALE, _LEFT, _TOP = math.radians(19), 4250.0, -0.0533, 0.9593


def project(lon: float, lat: float) -> tuple[float, float]:
    """Where a place lies in the picture, in its own units from the upper left corner."""
    phi, lam = math.radians(lat), math.radians(lon) - _CENTRE
    x = math.atanh(math.cos(phi) * math.sin(lam))
    y = math.atan2(math.tan(phi), math.cos(lam))
    return (x - _LEFT) * _SCALE, (_TOP - y) * _SCALE


@dataclass(frozen=True)
class MapCity:
    """A city on the map: its size gives the circle's area, `note` is what its row in the table says."""

    name: str
    lon: float
    lat: float
    size: float
    note: str = ""
    own: bool = False
    label: bool = False


@dataclass(frozen=True)
class Box:
    """A rectangle of the picture that a label, a circle or the frame takes."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "Box") -> bool:
        """True where the two share any area."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def inside(self, other: "Box") -> bool:
        """True where this box lies wholly within the other."""
        return (
            other.left <= self.left
            and self.right <= other.right
            and other.top <= self.top
            and self.bottom <= other.bottom
        )


@dataclass(frozen=True)
class Label:
    """Where a label is written, and from where its leader line comes when it had to move away."""

    city: MapCity
    box: Box
    anchor: str
    leader: tuple[float, float, float, float] | None


FRAME = Box(-6, -2, WIDTH + 6, HEIGHT + 2)
_DIRECTIONS = [(1, 0), (-1, 0), (0.8, -0.75), (0.8, 0.75), (-0.8, -0.75), (-0.8, 0.75), (0, -1), (0, 1)]
_FAR = [(math.cos(step * math.pi / 12), math.sin(step * math.pi / 12)) for step in range(24)]


@cache
def poland() -> dict:
    """The outline and the voivodeship borders, with their attribution."""
    return json.loads((Path(__file__).parent / "poland.json").read_text(encoding="utf-8"))


def map_of_poland(
    cities: Sequence[MapCity],
    *,
    title: str,
    headings: tuple[str, str],
    description: str = "",
    radius: float = 17,
) -> Picture:
    """The map and the table beside it; `radius` is the circle of the largest city."""
    largest = max((city.size for city in cities), default=1) or 1
    spots = {
        city: (*project(city.lon, city.lat), max(2.6, radius * math.sqrt(city.size / largest)))
        for city in cities
    }
    shapes = poland()
    parts = [
        element("path", class_="land", d=shapes["land"], stroke_width=0.8),
        element("path", class_="land", fill="none", d=shapes["borders"], stroke_width=0.8, fill_opacity=0),
    ]
    for city, (x, y, r) in sorted(spots.items(), key=lambda item: (item[0].own, -item[1][2])):
        name = element("title", escape(f"{city.name} {city.note}".strip()))
        parts.append(
            element(
                "circle", name, class_="city-own" if city.own else "city", cx=x, cy=y, r=r, stroke_width=0.8
            )
        )
    labels = place_labels(spots)
    parts += [
        element(
            "path", class_="leader", d="M{:.1f} {:.1f}L{:.1f} {:.1f}".format(*label.leader), stroke_width=0.8
        )
        for label in labels
        if label.leader
    ]
    for label in labels:
        x = {"start": label.box.left, "end": label.box.right}.get(
            label.anchor, (label.box.left + label.box.right) / 2
        )
        style = "halo strong" if label.city.own else "halo"
        place = {"x": x, "y": label.box.bottom - FONT * 0.28, "text_anchor": label.anchor}
        parts.append(text(label.city.name, class_=style, font_size=FONT, stroke_width=3, **place))
    svg = canvas(
        parts, title=title, description=description, class_="pic pic-map", viewBox=f"0 0 {WIDTH} {HEIGHT}"
    )
    return Picture(svg, title, headings, tuple((city.name, city.note) for city in cities))


def place_labels(spots: dict[MapCity, tuple[float, float, float]]) -> list[Label]:
    """A place for each label asked for: near its circle, or further off with a leader line.

    Own cities choose first, then the larger ones. No label covers another label, a labelled circle or a
    leader line; a label without any free place is left out (its city is in the table).
    """
    wanted = sorted(
        (city for city in spots if city.label), key=lambda city: (not city.own, -city.size, city.name)
    )
    circles = {city: Box(x - r, y - r, x + r, y + r) for city, (x, y, r) in spots.items()}
    placed: list[Label] = []
    for city in wanted:
        best: tuple[float, Label] | None = None
        for cost, label in _candidates(city, *spots[city]):
            if best is not None and cost >= best[0]:
                continue
            cost += _crowding(label, city, circles, placed)
            if best is None or cost < best[0]:
                best = (cost, label)
        if best is not None and best[0] < 1000:
            placed.append(best[1])
    return placed


def _candidates(city: MapCity, x: float, y: float, r: float) -> "list[tuple[float, Label]]":
    width, height = text_width(city.name, FONT), FONT * 1.15
    found = []
    for rank, (dx, dy) in enumerate(_DIRECTIONS):
        found.append(
            (rank * 0.8, _label(city, x + dx * (r + 4), y + dy * (r + 3), dx, dy, width, height, None))
        )
    for distance in (16, 26, 38, 52, 68):
        for dx, dy in _FAR:
            ex, ey = x + dx * (r + distance), y + dy * (r + distance)
            leader = (x + dx * r, y + dy * r, ex - dx * 2, ey - dy * 2)
            found.append(
                (10 + distance / 2 + abs(dy) * 2, _label(city, ex, ey, dx, dy, width, height, leader))
            )
    return found


def _label(
    city: MapCity, x: float, y: float, dx: float, dy: float, width: float, height: float, leader: tuple | None
) -> Label:
    """The label whose nearest edge touches (x, y), seen from its circle in direction (dx, dy)."""
    anchor = "start" if dx > 0.3 else "end" if dx < -0.3 else "middle"
    left = {"start": x, "end": x - width, "middle": x - width / 2}[anchor]
    top = y - height / 2 + (height / 2) * (dy if anchor == "middle" else dy * 0.55)
    return Label(city, Box(left, top, left + width, top + height), anchor, leader)


def _crowding(label: Label, city: MapCity, circles: dict[MapCity, Box], placed: list[Label]) -> float:
    """What a place costs: 1000 and more where something would be covered that must stay readable."""
    cost = 0.0 if label.box.inside(FRAME) else 1000.0
    # Between two named circles a reader could take the name for that of the other.
    near = Box(label.box.left - 8, label.box.top, label.box.right + 8, label.box.bottom)
    for other, circle in circles.items():
        if other is not city and label.box.meets(circle):
            cost += 1000 if other.label else 6
        elif other.label and near.meets(circle) and not circles[city].meets(circle):
            cost += 8
    for other in placed:
        if label.box.meets(other.box):
            cost += 1000
        if other.leader and _crosses(other.leader, label.box):
            cost += 1000
        if label.leader and _crosses(label.leader, other.box):
            cost += 1000
        if label.leader and other.leader and _intersect(label.leader, other.leader):
            cost += 1000
    return cost


def _crosses(line: tuple[float, float, float, float], box: Box) -> bool:
    """True where a leader line runs through a box (looked at in small steps)."""
    x1, y1, x2, y2 = line
    steps = max(int(math.hypot(x2 - x1, y2 - y1) / 2), 1)
    points = ((x1 + (x2 - x1) * i / steps, y1 + (y2 - y1) * i / steps) for i in range(steps + 1))
    return any(box.left < x < box.right and box.top < y < box.bottom for x, y in points)


def _intersect(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> bool:
    """True where two leader lines cross."""

    def side(px: float, py: float, qx: float, qy: float, rx: float, ry: float) -> float:
        return (qx - px) * (ry - py) - (qy - py) * (rx - px)

    return side(*a, *b[:2]) * side(*a, *b[2:]) < 0 and side(*b, *a[:2]) * side(*b, *a[2:]) < 0


_NARROW, _WIDE = set("fijlrtIJ.,-' łí"), set("mwMWŻŹQOÓ@")


def text_width(words: str, size: float) -> float:
    """An upper estimate of the width of a text in a wide sans serif: fonts differ, collisions must not."""
    return size * sum(
        0.38 if c in _NARROW else 0.98 if c in _WIDE else 0.74 if c.isupper() else 0.63 for c in words
    )
