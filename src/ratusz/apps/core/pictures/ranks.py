"""Pictures of places: the interval of a rank, and ranks over editions."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from ratusz.apps.core.pictures.svg import Picture, Svg, canvas, element, share, text

MARGIN = 0.03  # of the width, so that the dot of the first and the last place is whole


def _along(rank: float, count: int) -> float:
    return MARGIN + (1 - 2 * MARGIN) * (rank - 1) / max(count - 1, 1)


def rank_interval(
    *, rank: float, low: float, high: float, count: int, title: str, before: float | None = None
) -> Svg:
    """A dot for the place and a bar from `low` to `high` (5–95 %) on an axis from 1 to `count`.

    `before` is a stroke where the place was; `title` says the same in words. Rows of a table share the axis,
    so their bars can be compared.
    """
    if not 1 <= low <= high <= count:
        raise ValueError(f"a rank interval needs 1 <= low <= high <= count, not {low}, {high}, {count}")
    left, right = _along(low, count) - 0.006, _along(high, count) + 0.006
    return canvas(
        [
            element("line", class_="axis", x1=share(MARGIN), x2=share(1 - MARGIN), y1="50%", y2="50%"),
            element(
                "rect", class_="bar", x=share(left), width=share(right - left), y="30%", height="40%", rx=4
            ),
            *([] if before is None else [_stroke(_along(before, count))]),
            element("circle", class_="dot", cx=share(_along(rank, count)), cy="50%", r=4.5),
        ],
        title=title,
        class_="pic pic-rank",
    )


def _stroke(at: float) -> str:
    return element("line", class_="median", x1=share(at), x2=share(at), y1="10%", y2="90%", stroke_width=2)


@dataclass(frozen=True)
class Track:
    """One city's places: `ranks[i]` in edition i, None where it was not classified."""

    name: str
    ranks: Sequence[int | None]
    own: bool = False


def rank_history(
    tracks: Sequence[Track],
    editions: Sequence[str],
    *,
    count: int,
    title: str,
    place_heading: str,
    description: str = "",
) -> Picture:
    """Places over editions, the first place on top; own cities stand out, a gap stays a gap."""
    height, top, bottom = 240, 18, 34
    span = height - top - bottom

    def x(index: int) -> float:
        return 0.1 + 0.68 * (index / max(len(editions) - 1, 1) if len(editions) > 1 else 0.5)

    def y(rank: int) -> float:
        return top + span * (rank - 1) / max(count - 1, 1)

    parts = []
    for rank in dict.fromkeys((1, max(1, round(count / 2)), count)):
        parts.append(element("line", class_="grid-line", x1="7%", x2="80%", y1=y(rank), y2=y(rank)))
        parts.append(text(str(rank), x="5%", y=y(rank) + 4, text_anchor="end", font_size=12))
    for index, edition in enumerate(editions):
        parts.append(text(edition, x=share(x(index)), y=height - 8, text_anchor="middle", font_size=12))
    names: list[tuple[float, str, bool]] = []
    for track in sorted(tracks, key=lambda track: track.own):
        style, known = ("line-own" if track.own else "line"), list(enumerate(track.ranks))
        for (i, a), (j, b) in pairwise(known):
            if a is not None and b is not None:
                ends = {"x1": share(x(i)), "x2": share(x(j)), "y1": y(a), "y2": y(b)}
                parts.append(element("line", class_=style, stroke_width=2.5 if track.own else 1.5, **ends))
        for index, rank in known:
            if rank is not None:
                dot = element("title", escape(f"{editions[index]}: {rank}"))
                style = "own" if track.own else "dot"
                parts.append(
                    element(
                        "circle", dot, class_=style, cx=share(x(index)), cy=y(rank), r=4.5 if track.own else 3
                    )
                )
        last = next((rank for rank in reversed(track.ranks) if rank is not None), None)
        if last is not None:
            names.append((y(last), track.name, track.own))
    for line, name, own in apart(names, height - bottom):
        parts.append(text(name, class_="strong" if own else None, x="81%", y=line + 4, font_size=12))
    rows = tuple(
        (track.name, *("–" if rank is None else str(rank) for rank in track.ranks))
        for track in sorted(tracks, key=lambda track: not track.own)
    )
    svg = canvas(
        parts, title=title, description=description, class_="pic pic-history", height=height, width="100%"
    )
    return Picture(svg, title, (place_heading, *editions), rows)


def apart(
    names: list[tuple[float, str, bool]], lowest: float, gap: float = 15
) -> list[tuple[float, str, bool]]:
    """The labels moved up or down until none covers another."""
    placed: list[tuple[float, str, bool]] = []
    for y, name, own in sorted(names):
        placed.append((max(y, placed[-1][0] + gap) if placed else y, name, own))
    over = placed[-1][0] - lowest if placed else 0
    if over > 0:
        limit = lowest
        for index in range(len(placed) - 1, -1, -1):
            y, name, own = placed[index]
            placed[index] = (min(y, limit), name, own)
            limit = placed[index][0] - gap
    return placed
