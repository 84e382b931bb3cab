# SPDX-FileCopyrightText: 2026 The Ratusz authors
# SPDX-License-Identifier: Apache-2.0
"""Measures what a seating plan costs as people and rounds grow, and draws it for the documentation.

`python tools/seating_cost.py measure` writes docs/images/seating-cost.csv (a minute of one core), `… draw` writes the
picture and the table on the page from it.
"""

from __future__ import annotations

import csv
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # benchmarks and tools are no installed packages

from tools import cost_chart  # noqa: E402 - found on the path of the line before

FIGURES = ROOT / "docs" / "images" / "seating-cost.csv"
PICTURE = FIGURES.with_suffix(".svg")
PAGE = ROOT / "docs" / "explanation" / "seating.md"
TABLES = (13, 25, 50, 100, 200)
SIZE = 10
ROUNDS = (3, 6)
LONGEST = 60.0
STEPS = {"usable": "every rule kept", "good": "nobody meets twice, every wish held"}
TITLE = "Seconds until a plan is usable, and good, as people and rounds grow"
TEXT = (
    "Both axes grow by factors. Tables of 10, 5 types, 8 topics, pairs that must sit apart and wishes; 3 and 6 rounds; "
    "one thread. The lower lines: a plan that keeps every rule; the upper ones: moreover no repeat and every wish. "
    "A table has the figures."
)


def measure() -> None:
    """Writes the file of figures."""
    from benchmarks.seating import ruled
    from ratusz.engines.seating import solve, warm_up

    warm_up()
    with FIGURES.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["people", "rounds", "step", "cpu_seconds"])
        for tables in TABLES:
            for rounds in ROUNDS:
                found: dict[str, float] = {}
                began = time.process_time()

                def note(plan, quality, seconds, found=found, began=began) -> None:
                    if not quality.violations and not quality.unseated:
                        found.setdefault("usable", time.process_time() - began)
                        if not quality.repeats and not quality.missed:
                            found.setdefault("good", time.process_time() - began)

                solve(
                    ruled(tables, SIZE, rounds),
                    seconds=LONGEST if tables > 50 else LONGEST / 4,
                    on_best=note,
                    stop=lambda found=found: "good" in found,
                )
                for step in STEPS:
                    if step in found:
                        writer.writerow([tables * SIZE, rounds, step, f"{found[step]:.3f}"])
                print(f"{tables * SIZE:,} people, {rounds} rounds: {found}", flush=True)


def draw() -> None:
    """Writes the picture, and the table on the page."""
    with FIGURES.open(encoding="utf-8", newline="") as file:
        rows = [
            {
                "people": int(row["people"]),
                "rounds": f"{row['rounds']} rounds",
                "step": row["step"],
                "seconds": float(row["cpu_seconds"]),
            }
            for row in csv.DictReader(file)
        ]
    cost_chart.write(PICTURE, chart(rows), title=TITLE, text=TEXT)
    cost_chart.put(PAGE, "| people | usable, 3", table(rows))


def chart(rows: list[dict]) -> dict:
    """The Vega-Lite specification."""
    kinds = sorted({(row["step"], row["rounds"]) for row in rows})
    ends = [
        max((r for r in rows if (r["step"], r["rounds"]) == kind), key=lambda r: r["people"])
        for kind in kinds
    ]
    both = {
        "x": {
            "field": "people",
            "type": "quantitative",
            "scale": {"type": "log", "domain": [110, 5000], "nice": False},
            "axis": {
                **cost_chart.AXIS,
                "title": "People",
                "values": [125, 250, 500, 1000, 2000],
                "format": ",",
            },
        },
        "y": {
            "field": "seconds",
            "type": "quantitative",
            "scale": {"type": "log", "domain": [0.003, 60], "nice": False},
            "axis": {**cost_chart.AXIS, "title": "CPU seconds", "values": [0.01, 0.1, 1, 10], "format": "~g"},
        },
        "color": {
            "field": "step",
            "scale": {"domain": ["good", "usable"], "range": [cost_chart.BRICK, cost_chart.SLATE]},
            "legend": None,
        },
    }
    dash = {
        "field": "rounds",
        "scale": {"domain": ["6 rounds", "3 rounds"], "range": [[1, 0], [6, 4]]},
        "legend": None,
    }
    named = [{**end, "name": f"{end['step']}, {end['rounds']}"} for end in ends]
    return cost_chart.lines(rows, named, both, dash)


def table(rows: list[dict]) -> str:
    """The same figures as a Markdown table."""
    found = {(r["people"], r["step"], r["rounds"]): r["seconds"] for r in rows}
    columns = [(step, f"{rounds} rounds") for step in STEPS for rounds in ROUNDS]
    lines = [
        f"| people | {' | '.join(f'{step}, {rounds}' for step, rounds in columns)} |",
        "|---|---|---|---|---|",
    ]
    for people in sorted({row["people"] for row in rows}):
        cells = [found.get((people, *column)) for column in columns]
        lines.append(f"| {people:,} | {' | '.join('–' if c is None else f'{c:.2g}' for c in cells)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    if sys.argv[1:] not in (["measure"], ["draw"]):
        sys.exit("python tools/seating_cost.py measure|draw")
    measure() if sys.argv[1] == "measure" else draw()
