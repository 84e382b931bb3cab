"""Places of many cities over editions, one line for each: what rose, what fell, and where the method changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from ratusz.apps.core.pictures.ranks import apart
from ratusz.apps.core.pictures.svg import Picture, canvas, element, share, text

LEFT, RIGHT = 0.05, 0.57  # of the width; the names stand to the right
TOP, BOTTOM = 34, 34
CLOSEST, WIDEST, TALLEST = 9.0, 30.0, 620.0


@dataclass(frozen=True)
class Bump:
    """One city's places: `ranks[i]` in edition i, None where it had none; `written[i]` such as "3="."""

    name: str
    ranks: Sequence[int | None]
    written: Sequence[str]
    own: bool = False


def bump_chart(
    bumps: Sequence[Bump],
    editions: Sequence[str],
    *,
    breaks: Sequence[bool],
    break_label: str,
    title: str,
    place_heading: str,
    description: str = "",
) -> Picture:
    """Lines between places of neighbouring editions, first on top; a gap stays a gap.

    `breaks[i]` draws a dashed stroke between edition i and the next: their methods differ.
    """
    lowest = max((rank for bump in bumps for rank in bump.ranks if rank is not None), default=1)
    gap = min(max(TALLEST / max(lowest - 1, 1), CLOSEST), WIDEST)
    height = round(TOP + gap * (lowest - 1) + BOTTOM)

    def x(index: int) -> float:
        return LEFT + (RIGHT - LEFT) * (index / (len(editions) - 1) if len(editions) > 1 else 1.0)

    def y(rank: int) -> float:
        return TOP + gap * (rank - 1)

    parts: list[str] = []
    for index, edition in enumerate(editions):
        at = share(x(index))
        parts.append(element("line", class_="grid-line", x1=at, x2=at, y1=TOP - 10, y2=height - BOTTOM + 10))
        parts.append(text(edition, x=at, y=height - 8, text_anchor="middle", font_size=13))
    for index, changed in enumerate(breaks):
        if changed:
            at = share((x(index) + x(index + 1)) / 2)
            ends = {"x1": at, "x2": at, "y1": TOP - 14, "y2": height - BOTTOM + 10}
            parts.append(element("line", class_="range", stroke_dasharray="3 4", **ends))
            if len(editions) <= 4:
                parts.append(text(break_label, x=at, y=12, text_anchor="middle", font_size=11))
    large = gap >= 18
    for bump in sorted(bumps, key=lambda b: b.own):
        parts += _line(bump, editions, x, y, large)
    names = [(y(rank), b.name, b.own) for b in bumps if (rank := b.ranks[-1]) is not None]
    for at, name, own in apart(names, height - BOTTOM + 6):
        parts.append(text(name, class_="strong" if own else None, x="61%", y=at + 4, font_size=12))
    rows = tuple(
        (bump.name, *bump.written)
        for bump in sorted(bumps, key=lambda b: (b.ranks[-1] is None, b.ranks[-1] or 0))
    )
    svg = canvas(
        parts, title=title, description=description, class_="pic pic-bump", height=height, width="100%"
    )
    return Picture(svg, title, (place_heading, *editions), rows)


def _line(bump: Bump, editions: Sequence[str], x: object, y: object, large: bool) -> list[str]:
    style, known = ("line-own" if bump.own else "line"), list(enumerate(bump.ranks))
    parts = []
    for (i, a), (j, b) in pairwise(known):
        if a is not None and b is not None:
            ends = {"x1": share(x(i)), "x2": share(x(j)), "y1": y(a), "y2": y(b)}
            parts.append(element("line", class_=style, stroke_width=3 if bump.own else 1.75, **ends))
    for index, rank in known:
        if rank is None:
            continue
        label = element("title", escape(f"{bump.name}, {editions[index]}: {bump.written[index]}"))
        dot = {"class_": "own" if bump.own else "dot", "cx": share(x(index)), "cy": y(rank)}
        parts.append(element("circle", label, r=10 if large else 4, **dot))
        if large:
            place = {"x": share(x(index)), "y": y(rank) + 4, "text_anchor": "middle", "font_size": 11}
            parts.append(text(bump.written[index], class_="on-own" if bump.own else "on-dot", **place))
    return parts
