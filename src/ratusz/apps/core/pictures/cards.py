"""The picture that a link to a page shows elsewhere: 1200 × 630 pixels (Open Graph)."""

from collections.abc import Sequence
from html import escape

from ratusz.apps.core.pictures.maps import text_width
from ratusz.apps.core.pictures.svg import element, text

WIDTH, HEIGHT, EDGE = 1200, 630, 84
INK, INK_2, PAPER, BRICK, SLATE, BAR, LINE = (
    "#16202c",
    "#465361",
    "#faf9f5",
    "#a8371f",
    "#2c5b74",
    "#b9cfda",
    "#d9dcd6",
)
SERIF = (
    "Iowan Old Style, Palatino Linotype, 'Source Serif 4', Noto Serif, DejaVu Serif, Liberation Serif, serif"
)
SANS = "Segoe UI, Roboto, Noto Sans, DejaVu Sans, Liberation Sans, sans-serif"
MARK = "M0 22h7v18H0zM9 13h8v27H9zM19 9l6.5-9L32 9v31H19zM25.5 10a3.5 3.5 0 1 0 .01 0z"


def og_card(
    *,
    site: str,
    kicker: str,
    title: str,
    note: str = "",
    interval: Sequence[float] = (),
    interval_note: str = "",
) -> bytes:
    """A PNG of the card: `interval` is (rank, low, high, count), drawn with its words beside it."""
    import vl_convert  # slow to load and needed on few pages

    return vl_convert.svg_to_png(
        og_svg(
            site=site, kicker=kicker, title=title, note=note, interval=interval, interval_note=interval_note
        )
    )


def og_svg(
    *,
    site: str,
    kicker: str,
    title: str,
    note: str = "",
    interval: Sequence[float] = (),
    interval_note: str = "",
) -> str:
    """The card as SVG with colours of its own: outside our pages there is no style sheet."""
    size, lines = fit(title, WIDTH - 2 * EDGE)
    top = 345 - (len(lines) - 1) * size * 0.55 - (40 if interval else 0)
    parts = [
        element("rect", width=WIDTH, height=HEIGHT, fill=PAPER),
        element("rect", width=14, height=HEIGHT, fill=BRICK),
        element(
            "path", d=MARK, fill=BRICK, fill_rule="evenodd", transform=f"translate({EDGE} 64) scale(1.3)"
        ),
        text(site, x=EDGE + 62, y=104, font_family=SERIF, font_size=34, font_weight=600, fill=INK),
        text(
            kicker,
            x=EDGE,
            y=top - size * 0.92 - 26,
            font_family=SANS,
            font_size=27,
            font_weight=600,
            fill=BRICK,
        ),
    ]
    for index, line in enumerate(lines):
        parts.append(
            text(
                line,
                x=EDGE,
                y=top + index * size * 1.12,
                font_family=SERIF,
                font_size=size,
                font_weight=600,
                fill=INK,
            )
        )
    below = top + (len(lines) - 1) * size * 1.12 + 66
    parts.append(text(note, x=EDGE, y=below, font_family=SANS, font_size=32, fill=INK_2))
    if interval:
        parts.append(_interval(*interval, y=548.0))
        parts.append(text(interval_note, x=EDGE, y=602, font_family=SANS, font_size=24, fill=INK_2))
    return element(
        "svg",
        element("title", escape(title)),
        *parts,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {WIDTH} {HEIGHT}",
        width=WIDTH,
        height=HEIGHT,
    )


def _interval(rank: float, low: float, high: float, count: int, *, y: float) -> str:
    def x(place: float) -> float:
        return EDGE + (WIDTH - 2 * EDGE) * (place - 1) / max(count - 1, 1)

    return (
        element("line", x1=EDGE, x2=WIDTH - EDGE, y1=y, y2=y, stroke=LINE, stroke_width=3)
        + element("rect", x=x(low) - 9, width=x(high) - x(low) + 18, y=y - 11, height=22, rx=11, fill=BAR)
        + element("circle", cx=x(rank), cy=y, r=15, fill=SLATE)
    )


def fit(
    title: str, width: float, largest: int = 92, smallest: int = 46, most: int = 3
) -> tuple[int, list[str]]:
    """The largest size at which the title fits, and its lines; a longer one is cut ("…")."""
    for size in range(largest, smallest - 1, -6):
        lines = wrap(title, width, size)
        if len(lines) <= (1 if size > 80 else 2 if size > 56 else most):
            return size, lines
    lines = wrap(title, width, smallest)
    if len(lines) > most:
        lines = [*lines[: most - 1], lines[most - 1].rstrip(" ,.;:") + "…"]
    return smallest, lines


def wrap(title: str, width: float, size: float) -> list[str]:
    """The words of the title in lines no wider than `width`; a single word that is too wide is cut."""
    lines = [""]
    for word in title.split():
        while text_width(word, size) > width:
            keep = next(
                n for n in range(len(word) - 1, 0, -1) if n == 1 or text_width(word[:n] + "-", size) <= width
            )
            lines += [word[:keep] + "-"] if lines[-1] else []
            lines[-1] = lines[-1] or word[:keep] + "-"
            lines.append("")
            word = word[keep:]
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and text_width(longer, size) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines
