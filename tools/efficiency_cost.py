# SPDX-FileCopyrightText: 2026 The Ratusz authors
# SPDX-License-Identifier: Apache-2.0
"""Measures what efficiency costs as units grow, and draws it for the documentation.

`python tools/efficiency_cost.py measure` writes docs/images/efficiency-cost.csv (two minutes of one core), `… draw`
writes the picture and the table on the page from it.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # benchmarks and tools are no installed packages

from tools import cost_chart  # noqa: E402 - found on the path of the line before

FIGURES = ROOT / "docs" / "images" / "efficiency-cost.csv"
PICTURE = FIGURES.with_suffix(".svg")
PAGE = ROOT / "docs" / "explanation" / "efficiency.md"
SIZES = (500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000)
LARGEST_GENERAL = 5_000
NAMES = {"ratusz": "Ratusz", "highspy": "HiGHS, warm starts"}
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
    cost_chart.write(PICTURE, chart(rows), title=TITLE, text=TEXT)
    cost_chart.put(PAGE, "| units | Ratusz crs", table(rows))


def chart(rows: list[dict]) -> dict:
    """The Vega-Lite specification."""
    ends = [
        max((r for r in rows if key(r) == one), key=lambda r: r["units"])
        for one in sorted({key(r) for r in rows})
    ]
    x = {
        "field": "units",
        "type": "quantitative",
        "scale": {"type": "log", "domain": [400, 260_000], "nice": False},
        "axis": {
            **cost_chart.AXIS,
            "title": "Units (n)",
            "values": [500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000],
            "format": ",",
        },
    }
    y = {
        "field": "seconds",
        "type": "quantitative",
        "scale": {"type": "log", "domain": [0.003, 100], "nice": False},
        "axis": {
            **cost_chart.AXIS,
            "title": "CPU seconds",
            "values": [0.01, 0.1, 1, 10, 100],
            "format": "~g",
        },
    }
    colour = {
        "field": "solver",
        "scale": {"domain": list(NAMES.values()), "range": [cost_chart.BRICK, cost_chart.SLATE]},
        "legend": None,
    }
    dash = {
        "field": "returns",
        "scale": {"domain": ["crs", "vrs"], "range": [[1, 0], [6, 4]]},
        "legend": None,
    }
    both = {"x": x, "y": y, "color": colour}
    named = [{**end, "name": f"{end['solver']}, {end['returns']}"} for end in ends]
    return cost_chart.lines(rows, named, both, dash)


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
