"""Speed of the public pages over HTTP, with a bare Django view in the same server beside it.

Starts a database, the demo edition and the web server of its own on the loopback interface, reads pages for a
bounded time, and stops everything. Nothing of a running site is touched.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ratusz.config import postgres

ROOT = Path(__file__).resolve().parent.parent
WORKERS = 2
READERS = 8
SECONDS = 6.0
MOST_REQUESTS = 20_000
SINGLE_REQUESTS = 120
HOME_TARGET = 100.0  # page views per second, without an error
RANKING_TARGET = 0.080  # seconds, p95, 66 cities
GMINAS_TARGET = 0.250  # seconds, p95, 2,477 gminas
GMINAS = "from tests.ranking.factories import published_ranking_of_all_gminas as make; make()"


@dataclass
class Reading:
    """What the readers met: seconds of each answer, and how many answers were wrong."""

    seconds: list[float]
    errors: int
    wall: float

    @property
    def rate(self) -> float:
        return len(self.seconds) / self.wall if self.wall else 0.0

    def percentile(self, share: float) -> float:
        return (
            statistics.quantiles(self.seconds, n=100)[round(share * 100) - 1]
            if len(self.seconds) > 1
            else 0.0
        )


def main() -> int:
    """Prints the figures and returns 1 when a target is missed."""
    with site("--demo") as environment:
        with server("benchmarks.hello:application", environment, "--factory") as port:
            baseline = read(port, "/pl/")
        with server("ratusz.config.asgi:application", environment) as port:
            fetch(port, "/pl/")
            front = read(port, "/pl/")
            fresh = read(port, "/pl/?fresh=1")
            ranking = first_ranking(port)
            alone = read(port, ranking, readers=1, most=SINGLE_REQUESTS) if ranking else None
    with site() as environment:
        subprocess.run(
            [sys.executable, "-m", "django", "shell", "-c", GMINAS], env=environment, cwd=ROOT, check=True
        )
        with server("ratusz.config.asgi:application", environment) as port:
            gminas = read(port, first_ranking(port), readers=1, most=SINGLE_REQUESTS)
    return report(baseline, front, fresh, alone, gminas)


@contextlib.contextmanager
def site(*options: str) -> Iterator[dict[str, str]]:
    """The environment of a fresh site with a database of its own, which goes when the block ends."""
    with (
        tempfile.TemporaryDirectory(prefix="ratusz-bench-") as folder,
        postgres.running(Path(folder)) as address,
    ):
        settings = {
            "DATABASE_URL": address,
            "RATUSZ_HOME": folder,
            "RATUSZ_DEMO": "1",
            "RATUSZ_DB_POOL": "1",
            "DJANGO_SETTINGS_MODULE": "ratusz.config.settings",
        }
        began = time.monotonic()
        subprocess.run(
            [sys.executable, "-m", "ratusz.cli.prepare", *options], env=os.environ | settings, check=True
        )
        print(
            f"site{' with the demo edition' if options else ''} ready in {time.monotonic() - began:.0f} s",
            flush=True,
        )
        yield os.environ | settings


def report(baseline: Reading, front: Reading, fresh: Reading, alone: Reading | None, gminas: Reading) -> int:
    """Prints a line for each figure; returns 1 when a target is missed."""
    print(f"{'':34}{'req/s':>9}{'errors':>8}{'p50 ms':>9}{'p95 ms':>9}{'of bare':>9}")
    lines = [
        ("bare Django view (baseline)", baseline),
        ("home page", front),
        ("home page, cache passed by", fresh),
    ]
    if alone:
        lines.append(("ranking of 66 cities, one reader", alone))
    lines.append(("ranking of 2,477, one reader", gminas))
    for name, reading in lines:
        share = reading.rate / baseline.rate if baseline.rate else 0.0
        print(
            f"{name:34}{reading.rate:9.0f}{reading.errors:8d}{reading.percentile(0.5) * 1000:9.1f}"
            f"{reading.percentile(0.95) * 1000:9.1f}{share:9.0%}"
        )
    missed = []
    if front.rate < HOME_TARGET or front.errors:
        missed.append(f"home page: at least {HOME_TARGET:.0f} views/s and no error")
    if alone and (alone.percentile(0.95) > RANKING_TARGET or alone.errors):
        missed.append(f"ranking: p95 at most {RANKING_TARGET * 1000:.0f} ms and no error")
    if gminas.percentile(0.95) > GMINAS_TARGET or gminas.errors:
        missed.append(f"ranking of 2,477: p95 at most {GMINAS_TARGET * 1000:.0f} ms and no error")
    for target in missed:
        print(f"MISSED {target}")
    return len(missed) and 1


@contextlib.contextmanager
def server(application: str, environment: dict[str, str], *options: str) -> Iterator[int]:
    """Runs the web server as `ratusz serve` does, on a free port of the loopback interface."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "granian", application, "--interface", "asginl", "--host", "127.0.0.1"]
    command += ["--port", str(port), "--workers", str(WORKERS), "--log-level", "warning", *options]
    process = subprocess.Popen(command, env=environment, cwd=ROOT)
    try:
        for _ in range(300):
            if process.poll() is not None:
                raise SystemExit(f"The server of {application} stopped with status {process.returncode}.")
            with contextlib.suppress(OSError):
                fetch(port, "/pl/")
                break
            time.sleep(0.1)
        else:
            raise SystemExit(f"The server of {application} did not answer within 30 seconds.")
        yield port
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()


def fetch(port: int, path: str) -> int:
    """The status of one answer."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=30) as answer:
            answer.read()
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


def first_ranking(port: int) -> str:
    """The address of the newest ranking of the demo; empty when it has none."""
    for year in (2026, 2025, 2024):
        if fetch(port, f"/pl/ranking/{year}/") == 200:
            return f"/pl/ranking/{year}/"
    return ""


def read(port: int, path: str, *, readers: int = READERS, most: int = MOST_REQUESTS) -> Reading:
    """Reads a page over and over with a few readers, each on a connection of its own."""
    return asyncio.run(_read(port, path, readers, most))


async def _read(port: int, path: str, readers: int, most: int) -> Reading:
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept: text/html\r\n\r\n".encode()
    seconds: list[float] = []
    errors = 0
    began = time.perf_counter()

    async def one_reader() -> None:
        nonlocal errors
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while time.perf_counter() - began < SECONDS and len(seconds) + errors < most:
            start = time.perf_counter()
            writer.write(request)
            try:
                status = await asyncio.wait_for(answer(reader), timeout=10)
            except (TimeoutError, OSError, ValueError, asyncio.IncompleteReadError):
                errors += 1
                writer.close()
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                continue
            seconds.append(time.perf_counter() - start)
            errors += status != 200
        writer.close()

    await asyncio.gather(*(one_reader() for _ in range(readers)))
    return Reading(seconds, errors, time.perf_counter() - began)


async def answer(reader: asyncio.StreamReader) -> int:
    """The status of the next answer on the connection, its body read to the end."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    status = int(head.split(" ", 2)[1])
    headers = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
    if "content-length" in headers:
        await reader.readexactly(int(headers["content-length"]))
    elif headers.get("transfer-encoding") == "chunked":
        while size := int((await reader.readline()).strip() or b"0", 16):
            await reader.readexactly(size + 2)
        await reader.readline()
    return status
