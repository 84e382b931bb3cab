"""A picture as a file of its own: title, drawing and source, with colours that need no style sheet."""

import re
from collections.abc import Sequence

from ratusz.apps.core.pictures.cards import BAR, BRICK, INK, INK_2, LINE, PAPER, SANS, SERIF, SLATE, fit, wrap
from ratusz.apps.core.pictures.svg import Picture, Svg, element, text

WIDTH, EDGE = 960, 36
ROOT = re.compile(r"<svg\b[^>]*>")
# What core/static/core/ratusz.css says of a picture on a light page, in words that every program knows.
STYLE = f"""
text {{ fill: {INK_2}; font-family: {SANS}; }}
.strong {{ fill: {INK}; font-weight: 600; }}
.title {{ fill: {INK}; font-family: {SERIF}; font-weight: 600; }}
.axis {{ stroke: {LINE}; }} .grid-line {{ stroke: #e7e8e2; }}
.stripe {{ fill: {SLATE}; fill-opacity: .07; }}
.bar {{ fill: {BAR}; }} .box {{ fill: {BAR}; opacity: .65; }}
.range {{ stroke: #5c6876; }} .median {{ stroke: {INK}; }}
.dot {{ fill: {SLATE}; }} .on-dot, .on-own {{ fill: #fff; font-weight: 600; }}
.own {{ fill: {BRICK}; stroke: {PAPER}; }} .others {{ fill: {SLATE}; opacity: .45; }}
.line {{ fill: none; stroke: {SLATE}; }} .line-own {{ fill: none; stroke: {BRICK}; }}
.land {{ fill: #eeeee8; stroke: #c9ccc4; }} .leader {{ fill: none; stroke: #5c6876; }}
.city {{ fill: {SLATE}; fill-opacity: .55; stroke: {PAPER}; }}
.city-own {{ fill: {BRICK}; fill-opacity: .9; stroke: {PAPER}; }}
.halo {{ stroke: {PAPER}; paint-order: stroke; stroke-linejoin: round; }}
.cell-0 {{ fill: none; }}
{" ".join(f".cell-{k} {{ fill: {SLATE}; fill-opacity: {k * 0.045:.3f}; }}" for k in range(1, 8))}
"""


def as_file(picture: Picture, *, source: Sequence[str], width: int = WIDTH) -> str:
    """The picture as an SVG document of its own, on paper, with its title above and the lines of its source below."""
    size, lines = fit(picture.title, width - 2 * EDGE, largest=30, smallest=24)
    top = EDGE + len(lines) * size * 1.15 + 14
    tall, drawing = _sized(picture.svg, width - 2 * EDGE, top)
    below = [part for line in source for part in wrap(line, width - 2 * EDGE, 13)]
    height = round(top + tall + 24 + 18 * len(below) + EDGE / 2)
    head = [
        text(line, class_="title", x=EDGE, y=EDGE + size * (0.85 + 1.15 * k), font_size=size)
        for k, line in enumerate(lines)
    ]
    return Svg(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        + element(
            "svg",
            element("style", STYLE),
            element("rect", width=width, height=height, fill=PAPER),
            *head,
            drawing,
            *(
                text(part, x=EDGE, y=top + tall + 24 + 18 * (k + 0.7), font_size=13)
                for k, part in enumerate(below)
            ),
            xmlns="http://www.w3.org/2000/svg",
            viewBox=f"0 0 {width} {height}",
            width=width,
            height=height,
        )
    )


def as_png(picture: Picture, *, source: Sequence[str], width: int = WIDTH, scale: float = 2.0) -> bytes:
    """The same as a PNG, twice as fine as the screen's points."""
    import vl_convert  # slow to load and needed on few pages

    return vl_convert.svg_to_png(as_file(picture, source=source, width=width), scale=scale)


def _sized(svg: str, width: float, top: float) -> tuple[float, str]:
    """The height of the drawing at a width, and the drawing put at its place."""
    opening = ROOT.match(svg)[0]
    if found := re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', opening):
        wide, high = float(found[1]), float(found[2])
        width = min(width, 1.7 * wide)
        tall, box = high * width / wide, f" {found[0]}"
    else:
        tall, box = float(re.search(r'height="([\d.]+)"', opening)[1]), ""
    place = f'<svg x="{EDGE}" y="{top:g}" width="{width:g}" height="{tall:g}"{box}>'
    return tall, place + svg[len(opening) :]
