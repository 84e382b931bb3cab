"""Rounds in which nobody meets twice, and maximally diverse groups, beside the best values known.

Reads the reference data from RATUSZ_SHARED, or from ../shared/data beside the repository.
"""

from __future__ import annotations

import csv
import os
import time
from pathlib import Path

import numpy as np

from ratusz.engines.seating.designs import bound, construct, verify_design
from ratusz.engines.seating.diversity import diversify, read_mdgplib, verify_grouping

SECONDS = 20.0  # for each shape
LARGEST = 60
# tables, size: rounds to reach, beyond the list
BEYOND = {
    (20, 6): 13,
    (18, 5): 14,
    (15, 6): 10,
    (12, 7): 7,
    (14, 6): 9,
    (22, 5): 16,
    (10, 5): 8,
    (10, 10): 4,
}
# seconds for each of five seeds, and what the authors' three-phase search reaches in them
GROUPINGS = {
    "RanReal_n240_ss_01": (20.0, 155_187),
    "RanInt_n240_ds_01": (20.0, 160_553),
    "Geo_n240_ss_01": (20.0, 188_812),
    "Geo_n240_ds_01": (20.0, 200_304),
    "RanReal_n120_ss_01": (3.0, 47_352),
    "RanInt_n120_ds_01": (3.0, 51_120),
}


def folder() -> Path:
    """Returns where the reference data of seating are."""
    beside = Path(__file__).resolve().parent.parent.parent / "shared" / "data"
    return Path(os.environ.get("RATUSZ_SHARED") or beside) / "seating"


def listed(file: Path) -> dict[tuple[int, int], int]:
    """Returns the rounds of a public list of schedules by tables and size, for tables of one size."""
    with file.open(encoding="utf-8", newline="") as rows:
        shapes = [(row["groups"].split("x"), row["rounds_zero_repeat"]) for row in csv.DictReader(rows)]
    return {(int(shape[0]), int(shape[1])): int(rounds) for shape, rounds in shapes if len(shape) == 2}


def designs(known: dict[tuple[int, int], int]) -> int:
    """Prints what is found for every shape; returns how many have fewer rounds than they should."""
    aims = {shape: rounds for shape, rounds in known.items() if shape[0] * shape[1] <= LARGEST} | BEYOND
    missed, longest = 0, 0.0
    for (tables, size), rounds in aims.items():
        sizes = (size,) * tables
        began = time.perf_counter()
        found = construct(tables * size, sizes, rounds, seconds=SECONDS, rng=np.random.default_rng(1))
        took = time.perf_counter() - began
        good = found is not None and len(found) == rounds and verify_design(found, sizes)
        missed += not good
        longest = max(longest, took)
        if took > 0.2 or not good or (tables, size) in BEYOND or (tables, size) == (8, 4):
            print(
                f"{tables} × {size}: {rounds if good else 'MISSED, not ' + str(rounds)} rounds in {took:.2f} s"
                f" (list {known.get((tables, size), '–')}, counting allows {bound(sizes)})",
                flush=True,
            )
    print(
        f"{len(aims) - missed} of {len(aims)} shapes; the slowest took {longest:.2f} s (at most {SECONDS:g})"
    )
    return missed


def groupings(source: Path) -> int:
    """Prints the mean of five seeds for every instance; returns how many are below the reference."""
    missed = 0
    for name, (seconds, reference) in GROUPINGS.items():
        table, lower, upper = read_mdgplib(source / f"{name}.txt")
        found = [diversify(table, lower, upper, seconds=seconds, seed=seed) for seed in range(5)]
        values = [one.value for one in found]
        good = (
            all(verify_grouping(table, lower, upper, one) for one in found) and np.mean(values) >= reference
        )
        missed += not good
        print(
            f"{name}: mean {np.mean(values):,.1f}, best {max(values):,.1f} in {seconds:g} s"
            f" (at least {reference:,}{'' if good else ', MISSED'})",
            flush=True,
        )
    return missed


def main() -> int:
    """Prints the figures; returns how many missed their target."""
    source = folder()
    if not source.is_dir():
        print(f"no reference data in {source}: set RATUSZ_SHARED to their folder")
        return 0
    construct(12, (3,) * 4, 4, rng=np.random.default_rng(0))
    diversify(np.ones((4, 4)), [2, 2], [2, 2], moves=10)
    return designs(listed(source / "sgp_best_known.csv")) + groupings(source / "mdgplib")


if __name__ == "__main__":
    raise SystemExit(main())
