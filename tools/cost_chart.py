# SPDX-FileCopyrightText: 2026 The Ratusz authors
# SPDX-License-Identifier: Apache-2.0
"""What the pictures of cost against size share: one look, words for those who cannot see them, a table on the page."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

INK, FAINT, LINE, PAPER = "#16202c", "#4a5766", "#d9dcd6", "#faf9f5"
BRICK, SLATE = "#a8371f", "#2c5b74"
AXIS = {
    "labelColor": INK,
    "titleColor": INK,
    "labelFontSize": 13,
    "titleFontSize": 13,
    "titleFontWeight": "normal",
    "grid": True,
    "gridColor": LINE,
    "domainColor": FAINT,
    "tickColor": FAINT,
}


def lines(rows: list[dict], ends: list[dict], encoding: dict[str, Any], dash: dict[str, Any]) -> dict:
    """The Vega-Lite specification of lines with points; `ends` have the `name` that stands beside their last point."""
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": 620,
        "height": 400,
        "padding": 12,
        "background": PAPER,
        "config": {"font": "system-ui, 'Segoe UI', 'Noto Sans', sans-serif", "view": {"stroke": None}},
        "data": {"values": rows},
        "layer": [
            {"mark": {"type": "line", "strokeWidth": 2}, "encoding": {**encoding, "strokeDash": dash}},
            {"mark": {"type": "point", "filled": True, "size": 46, "opacity": 1}, "encoding": encoding},
            {
                "data": {"values": ends},
                "mark": {"type": "text", "align": "left", "dx": 9, "fontSize": 13},
                "encoding": {**encoding, "text": {"field": "name"}},
            },
        ],
    }


def write(picture: Path, specification: dict, *, title: str, text: str) -> None:
    """Writes the picture as SVG that a screen reader can tell."""
    import vl_convert

    svg = vl_convert.vegalite_to_svg(json.dumps(specification))
    words = '<svg role="img" aria-labelledby="t d" xmlns="http://www.w3.org/2000/svg"'
    svg = re.sub(r"<svg [^>]*?(?=width=|viewBox=)", words + " ", svg, count=1)
    told = rf'\1<title id="t">{title}</title><desc id="d">{text}</desc>'
    picture.write_text(re.sub(r"(<svg [^>]*>)", told, svg, count=1) + "\n", encoding="utf-8")


def put(page: Path, head: str, table: str) -> None:
    """Puts the table in the place of the one on the page whose first line begins with `head`."""
    text = page.read_text(encoding="utf-8")
    page.write_text(re.sub(rf"{re.escape(head)}.*?(?=\n\n)", table, text, flags=re.DOTALL), encoding="utf-8")
