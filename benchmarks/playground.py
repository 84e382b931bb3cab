"""Time of the server between a slider and its places: the part of the page that htmx asks for, over HTTP.

Each request makes another choice, so none is answered from what was kept.
"""

from __future__ import annotations

import subprocess
import sys
import time
from itertools import count

from benchmarks.web import GMINAS, ROOT, Reading, fetch, first_ranking, server, site

TARGET = 0.100  # seconds, p95, places and intervals of 66 cities, or places of 2,477
REQUESTS = 120
numbers = count(1)


def main() -> int:
    """Prints the figures and returns 1 when the target is missed."""
    with site("--demo") as environment, server("ratusz.config.asgi:application", environment) as port:
        cities = moved(port, first_ranking(port))
    with site() as environment:
        subprocess.run(
            [sys.executable, "-m", "django", "shell", "-c", GMINAS], env=environment, cwd=ROOT, check=True
        )
        with server("ratusz.config.asgi:application", environment) as port:
            ranking = first_ranking(port)
            places = moved(port, ranking)
            intervals = moved(port, ranking, "&intervals=1", requests=40)
    print(
        f"66 cities, places and intervals of 512 variants:      {line(cities)} (aim: p95 ≤ {TARGET * 1000:.0f} ms)"
    )
    print(
        f"2,477 cities, places at once:                         {line(places)} (aim: p95 ≤ {TARGET * 1000:.0f} ms)"
    )
    print(f"2,477 cities, intervals of 128 variants when asked:   {line(intervals)}")
    errors = cities.errors + places.errors + intervals.errors
    return int(bool(errors) or max(cities.percentile(0.95), places.percentile(0.95)) > TARGET)


def moved(port: int, ranking: str, more: str = "", *, requests: int = REQUESTS) -> Reading:
    """Answers to as many choices, one after the other; the first, which load the compiled kernels, are not counted."""
    seconds, errors, started = [], 0, 0.0
    for k in range(-8, requests):
        path = (
            f"{ranking}playground/places/?w-economy={next(numbers) % 100}&w-people={next(numbers) % 97}{more}"
        )
        if k == 0:
            started = time.perf_counter()
        start = time.perf_counter()
        wrong = fetch(port, path) != 200
        if k >= 0:
            seconds.append(time.perf_counter() - start)
            errors += wrong
    return Reading(seconds, errors, time.perf_counter() - started)


def line(found: Reading) -> str:
    """The figures of one reading."""
    p50, p95 = found.percentile(0.5) * 1000, found.percentile(0.95) * 1000
    return f"p50 {p50:6.1f} ms  p95 {p95:6.1f} ms  errors {found.errors}"


if __name__ == "__main__":
    sys.exit(main())
