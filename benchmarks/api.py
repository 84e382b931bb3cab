"""Speed of the API and the bulk files over HTTP with 2,477 gminas and 160,000 figures; memory of a streamed file.

Starts a database and a web server of its own on the loopback interface and stops both. Nothing is asserted.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from benchmarks.web import ROOT, SECONDS, Reading, answer, fetch, server, site

GMINAS = """
from tests.ranking.factories import published_ranking_of_all_gminas as make
from django.db import connection
make()
with connection.cursor() as cursor:
    cursor.execute('''
        INSERT INTO cities_observation (city_id, indicator_id, year, value, source_id, flag, updated_at)
        SELECT city_id, indicator_id, year - back, value * (1 - 0.01 * back), source_id, '', updated_at
        FROM cities_observation, generate_series(1, 15) AS back
    ''')
"""
PAGES = (
    ("page of 100 results", "/api/v1/rankings/2026/1/results"),
    ("page of 1,000 results", "/api/v1/rankings/2026/1/results?limit=1000"),
    ("page of 100 figures", "/api/v1/observations"),
    ("page of 100 figures, 150,000 later", "/api/v1/observations?offset=150000"),
    ("one city in full", "/api/v1/rankings/2026/1/results/0201011"),
)
FILES = ("observations.csv", "observations.json", "observations.xlsx", "results.csv")


def main() -> int:
    """Prints a line for each kind of address."""
    with site() as environment:
        environment |= {"TRUSTED_PROXIES": "1"}
        subprocess.run(
            [sys.executable, "-m", "django", "shell", "-c", GMINAS], env=environment, cwd=ROOT, check=True
        )
        with server("ratusz.config.asgi:application", environment) as port:
            print(f"{'':38}{'readers':>8}{'req/s':>8}{'errors':>8}{'p50 ms':>8}{'p95 ms':>8}")
            for name, path in PAGES:
                fetch(port, path)
                for readers in (1, 8):
                    line(name, readers, asyncio.run(read(port, path, readers)))
            before = memory(port)
            for name in FILES:
                began = time.perf_counter()
                size = download(port, f"/open-data/2026/{name}")
                took = time.perf_counter() - began
                print(
                    f"{name:38}{size / 1e6:10.1f} MB{took:8.1f} s, peak of all workers {memory(port):.0f} MB"
                )
            print(f"peak of all workers before the files: {before:.0f} MB")
    return 0


def line(name: str, readers: int, reading: Reading) -> None:
    """Prints what the readers of an address met."""
    print(
        f"{name:38}{readers:8d}{reading.rate:8.0f}{reading.errors:8d}"
        f"{reading.percentile(0.5) * 1000:8.1f}{reading.percentile(0.95) * 1000:8.1f}",
        flush=True,
    )


async def read(port: int, path: str, readers: int) -> Reading:
    """Reads an address over and over, from ever new callers, so that no limit is met."""
    seconds: list[float] = []
    errors = 0
    began = time.perf_counter()

    async def one_reader(number: int) -> None:
        nonlocal errors
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        turn = 0
        while time.perf_counter() - began < SECONDS:
            start = time.perf_counter()
            caller = f"X-Forwarded-For: 10.{number}.{turn // 200}.1"
            writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{caller}\r\n\r\n".encode())
            errors += await asyncio.wait_for(answer(reader), timeout=30) != 200
            seconds.append(time.perf_counter() - start)
            turn += 1
        writer.close()

    await asyncio.gather(*(one_reader(number) for number in range(readers)))
    return Reading(seconds, errors, time.perf_counter() - began)


def download(port: int, path: str) -> int:
    """The bytes of a file."""
    size = 0
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=300) as file:
        while piece := file.read(1 << 20):
            size += len(piece)
    return size


def memory(port: int) -> float:
    """The largest resident size that a process of the server has had, in MB."""
    peaks = [0]
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if str(port) in (process / "cmdline").read_text() or ours(process):
                status = (process / "status").read_text()
                peaks.append(int(status.split("VmHWM:")[1].split()[0]))
        except (OSError, IndexError):
            continue
    return max(peaks) / 1024


def ours(process: Path) -> bool:
    """True for a child of the server, which has another command line."""
    parent = (process / "stat").read_text().rsplit(")", 1)[1].split()[1]
    return "granian" in Path(f"/proc/{parent}/cmdline").read_text() and parent != str(os.getpid())


if __name__ == "__main__":
    sys.exit(main())
