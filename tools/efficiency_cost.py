# SPDX-FileCopyrightText: 2026 The Ratusz authors
# SPDX-License-Identifier: Apache-2.0
"""Measures what efficiency costs as units grow, and draws it for the documentation.

`python tools/efficiency_cost.py measure` writes docs/images/efficiency-cost.csv (two minutes of one core), `… draw`
writes the picture and the table on the page from it.
"""

from __future__ import annotations

import csv
import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # benchmarks is no installed package

FIGURES = ROOT / "docs" / "images" / "efficiency-cost.csv"
PICTURE = FIGURES.with_suffix(".svg")
PAGE = ROOT / "docs" / "explanation" / "efficiency.md"
SIZES = (500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000)
LARGEST_GENERAL = 5_000
NAMES = {"ratusz": "Ratusz", "highspy": "HiGHS, warm starts"}
INK, FAINT, LINE, PAPER = "#16202c", "#4a5766", "#d9dcd6", "#faf9f5"
BRICK, SLATE = "#a8371f", "#2c5b74"
TITLE = "CPU seconds to score n units against each other"
TEXT = (
    "Both axes grow by factors. Three inputs, three outputs, input-oriented, one thread; Ratusz up to 100,000 units, "
    "HiGHS with one model and warm starts up to 5,000, for constant and variable returns. A table has the figures."
)


def measure() -> None:
    """Writes the file of figures."""
    from benchmarks.efficiency import case, cpu, general
    from ratusz.engines.efficiency import radial

    radial(case(50))
    with FIGURES.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["units", "returns", "solver", "cpu_seconds"])
        for units in SIZES:
            for returns in ("crs", "vrs"):
                sample = case(units)
                ours = cpu(lambda s=sample, r=returns: radial(s, returns=r), 3 if units <= 20_000 else 1)
                writer.writerow([units, returns, "ratusz", f"{ours:.4f}"])
                if units <= LARGEST_GENERAL:
                    theirs = cpu(lambda s=sample, r=returns, n=units: general(s, r, n))
                    writer.writerow([units, returns, "highspy", f"{theirs:.4f}"])
            print(f"n = {units:,}", flush=True)


def draw() -> None:
    """Writes the picture, and the table on the page."""
    import vl_convert

    with FIGURES.open(encoding="utf-8", newline="") as file:
        rows = [
            {
                "units": int(row["units"]),
                "seconds": float(row["cpu_seconds"]),
                "solver": NAMES[row["solver"]],
                "returns": row["returns"],
            }
            for row in csv.DictReader(file)
        ]
    svg = vl_convert.vegalite_to_svg(json.dumps(chart(rows)))
    words = '<svg role="img" aria-labelledby="t d" xmlns="http://www.w3.org/2000/svg"'
    svg = re.sub(r"<svg [^>]*?(?=width=|viewBox=)", words + " ", svg, count=1)
    svg = re.sub(
        r"(<svg [^>]*>)", rf'\1<title id="t">{TITLE}</title><desc id="d">{TEXT}</desc>', svg, count=1
    )
    PICTURE.write_text(svg + "\n", encoding="utf-8")
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(
        re.sub(r"\| units \| Ratusz crs.*?(?=\n\n)", table(rows), page, flags=re.DOTALL), encoding="utf-8"
    )


def chart(rows: list[dict]) -> dict:
    """The Vega-Lite specification."""
    label = {
        "labelColor": INK,
        "titleColor": INK,
        "labelFontSize": 13,
        "titleFontSize": 13,
        "titleFontWeight": "normal",
    }
    axis = {**label, "grid": True, "gridColor": LINE, "domainColor": FAINT, "tickColor": FAINT}
    ends = [
        max((r for r in rows if key(r) == one), key=lambda r: r["units"])
        for one in sorted({key(r) for r in rows})
    ]
    x = {
        "field": "units",
        "type": "quantitative",
        "scale": {"type": "log", "domain": [400, 260_000], "nice": False},
        "axis": {
            **axis,
            "title": "Units (n)",
            "values": [500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000],
            "format": ",",
        },
    }
    y = {
        "field": "seconds",
        "type": "quantitative",
        "scale": {"type": "log", "domain": [0.003, 100], "nice": False},
        "axis": {**axis, "title": "CPU seconds", "values": [0.01, 0.1, 1, 10, 100], "format": "~g"},
    }
    colour = {
        "field": "solver",
        "scale": {"domain": list(NAMES.values()), "range": [BRICK, SLATE]},
        "legend": None,
    }
    dash = {
        "field": "returns",
        "scale": {"domain": ["crs", "vrs"], "range": [[1, 0], [6, 4]]},
        "legend": None,
    }
    both = {"x": x, "y": y, "color": colour}
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": 620,
        "height": 400,
        "padding": 12,
        "background": PAPER,
        "config": {"font": "system-ui, 'Segoe UI', 'Noto Sans', sans-serif", "view": {"stroke": None}},
        "data": {"values": rows},
        "layer": [
            {"mark": {"type": "line", "strokeWidth": 2}, "encoding": {**both, "strokeDash": dash}},
            {"mark": {"type": "point", "filled": True, "size": 46, "opacity": 1}, "encoding": both},
            {
                "data": {"values": [{**end, "name": f"{end['solver']}, {end['returns']}"} for end in ends]},
                "mark": {"type": "text", "align": "left", "dx": 9, "fontSize": 13},
                "encoding": {**both, "text": {"field": "name"}},
            },
        ],
    }


def key(row: dict) -> tuple[str, str]:
    """The line that a figure belongs to."""
    return row["solver"], row["returns"]


def table(rows: list[dict]) -> str:
    """The same figures as a Markdown table."""
    found = {(r["units"], *key(r)): r["seconds"] for r in rows}
    lines = [
        "| units | Ratusz crs | HiGHS crs | times | Ratusz vrs | HiGHS vrs | times |",
        "|---|---|---|---|---|---|---|",
    ]
    for units in SIZES:
        cells = [f"{units:,}"]
        for returns in ("crs", "vrs"):
            ours, theirs = (found.get((units, name, returns)) for name in NAMES.values())
            cells += [f"{ours:.2g}" if ours < 10 else f"{ours:.0f}"]
            cells += (
                [f"{theirs:.2g}" if theirs < 10 else f"{theirs:.0f}", f"{theirs / ours:.0f}"]
                if theirs
                else ["", ""]
            )
        lines.append(f"| {' | '.join(cells)} |".replace("|  |", "| |").replace("|  |", "| |"))
    return "\n".join(lines)


if __name__ == "__main__":
    if sys.argv[1:] not in (["measure"], ["draw"]):
        sys.exit("python tools/efficiency_cost.py measure|draw")
    measure() if sys.argv[1] == "measure" else draw()
