# SPDX-FileCopyrightText: 2026 The Ratusz authors
# SPDX-License-Identifier: Apache-2.0
"""Derives the small map of Poland from the voivodeship borders of the state register (PRG, GUGiK).

    python tools/poland.py VOIVODESHIPS.geojson > src/ratusz/apps/core/pictures/poland.json

Borders between two voivodeships are simplified once, so neighbours never drift apart.
"""

from __future__ import annotations

import json
import re
import sys
from collections import defaultdict
from itertools import pairwise

from ratusz.apps.core.pictures.maps import HEIGHT, WIDTH, project

TOLERANCE = 0.55  # of the picture's own units: half a pixel on a screen
Point = tuple[float, float]
Arc = list[Point]


def main(path: str) -> None:
    """Prints the map of the file as JSON."""
    with open(path, encoding="utf-8") as file:
        rings = [ring for feature in json.load(file)["features"] for ring in rings_of(feature["geometry"])]
    rings = snap(rings)
    owners: dict[frozenset, int] = defaultdict(int)
    for ring in rings:
        for segment in segments(ring):
            owners[segment] += 1
    outer = [tuple(segment) for segment, count in owners.items() if count == 1]
    inner = [tuple(segment) for segment, count in owners.items() if count > 1]
    nodes = {point for point, neighbours in graph(outer + inner).items() if len(neighbours) != 2}
    coast = join([simplify(arc) for arc in chains(outer, nodes)])
    print(
        json.dumps(
            {
                "attribution": "granice: PRG GUGiK",
                "source": "Państwowy Rejestr Granic, voivodeships; simplified",
                "width": WIDTH,
                "height": HEIGHT,
                "land": "".join(path_of(ring) + "z" for ring in coast if len(ring) > 6),
                "borders": "".join(path_of(simplify(arc)) for arc in chains(inner, nodes)),
            },
            ensure_ascii=False,
            indent=1,
        )
    )


def rings_of(geometry: dict) -> list[Arc]:
    """Every ring of a polygon or multipolygon, as tuples."""
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return [[(x, y) for x, y, *_ in ring] for polygon in polygons for ring in polygon]


def snap(rings: list[Arc], close: float = 0.0002) -> list[Arc]:
    """The rings with points that differ only by rounding made one, so that neighbours share their border."""
    known: dict[tuple[int, int], list[Point]] = defaultdict(list)

    def same(point: Point) -> Point:
        column, row = int(point[0] / close), int(point[1] / close)
        around = ((column + dx, row + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1))
        for found in (found for cell in around for found in known[cell]):
            if abs(found[0] - point[0]) < close and abs(found[1] - point[1]) < close:
                return found
        known[column, row].append(point)
        return point

    return [[same(point) for point in ring] for ring in rings]


def segments(ring: Arc) -> list[frozenset]:
    """The undirected edges of a closed ring."""
    return [frozenset((a, b)) for a, b in pairwise(ring) if a != b]


def graph(edges: list[tuple[Point, Point]]) -> dict[Point, set[Point]]:
    """Which points each point is joined with."""
    found: dict[Point, set[Point]] = defaultdict(set)
    for a, b in edges:
        found[a].add(b)
        found[b].add(a)
    return found


def chains(edges: list[tuple[Point, Point]], nodes: set[Point]) -> list[Arc]:
    """The edges joined to lines that begin and end at a node, or close on themselves."""
    left = graph(edges)
    found = []
    starts = sorted(point for point in left if point in nodes) + sorted(left)
    for start in starts:
        while left[start]:
            arc = [start]
            while left[arc[-1]]:
                here = arc[-1]
                there = min(left[here])
                left[here].discard(there)
                left[there].discard(here)
                arc.append(there)
                if there in nodes or there == start:
                    break
            found.append(arc)
    return found


def simplify(arc: Arc) -> Arc:
    """The line in the picture's units with fewer points (Douglas and Peucker 1973)."""
    points = [project(*point) for point in arc]
    if points[0] == points[-1] and len(points) > 3:
        half = len(points) // 2
        return reduce(points[: half + 1])[:-1] + reduce(points[half:])
    return reduce(points)


def reduce(points: Arc) -> Arc:
    """The points without those that lie closer than the tolerance to the line between the kept ones."""
    if len(points) < 3:
        return points
    (ax, ay), (bx, by) = points[0], points[-1]
    length = max(((bx - ax) ** 2 + (by - ay) ** 2) ** 0.5, 1e-9)
    distances = [abs((bx - ax) * (ay - y) - (ax - x) * (by - ay)) / length for x, y in points[1:-1]]
    far = max(range(len(distances)), key=distances.__getitem__)
    if distances[far] < TOLERANCE:
        return [points[0], points[-1]]
    return reduce(points[: far + 2])[:-1] + reduce(points[far + 1 :])


def join(arcs: list[Arc]) -> list[Arc]:
    """Arcs laid end to end to closed rings."""
    arcs, rings = list(arcs), []
    while arcs:
        ring = arcs.pop(0)
        while ring[0] != ring[-1]:
            index = next(i for i, arc in enumerate(arcs) if ring[-1] in (arc[0], arc[-1]))
            arc = arcs.pop(index)
            ring = ring + (arc if arc[0] == ring[-1] else arc[::-1])[1:]
        rings.append(ring)
    return rings


def path_of(points: Arc) -> str:
    """SVG path data in tenths of a unit, relative steps."""
    tenths = [(round(x * 10), round(y * 10)) for x, y in points]
    steps = [(bx - ax, by - ay) for (ax, ay), (bx, by) in pairwise(tenths)]
    text = " ".join(f"{dx / 10:g} {dy / 10:g}" for dx, dy in steps if (dx, dy) != (0, 0))
    start = f"M{tenths[0][0] / 10:g} {tenths[0][1] / 10:g}l"
    return start + re.sub(r"(?<!\d)0\.", ".", text).replace(" -", "-")


if __name__ == "__main__":
    main(sys.argv[1])
