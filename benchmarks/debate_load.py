"""A hall votes: a thousand people over HTTP against `ratusz serve` with its own database, then counted by key.

The people are a second process. They hold a handful of statements as phones do, vote each for themselves, and send a
vote again with its key until the server has taken it. One more screen listens to the stream and fetches each picture.
In the second run a web process and the worker are killed (kill -9) in the middle.

DEBATE_LOAD_SECONDS (300) says how long each run takes.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg

from ratusz.config import postgres

ROOT = Path(__file__).resolve().parent.parent
PEOPLE = 1000
RATE = 200  # votes a second, of all together
STATEMENTS = 120
SECONDS = int(os.environ.get("DEBATE_LOAD_SECONDS", "300"))
VOTE_TARGET = 0.250  # seconds, p95
SCREEN_TARGET = 2.0  # seconds from sending a vote to a screen that has it, p95
ARRIVAL = 15.0  # seconds within which they all come
PATIENCE = 30.0  # seconds for which people go on sending what was not taken
READY_WITHIN = 180
MAKE = """
from tests.debate.factories import make_conversation
from ratusz.apps.debate.models import Statement
made = make_conversation(slug="hala", statements=0)
Statement.objects.bulk_create(
    Statement(conversation=made, number=n, text_pl=f"Zdanie numer {n} o tym, co dalej z miastem.", state="accepted")
    for n in range(1, %d)
)
print("made", made.pk, made.edition.year)
"""


def main() -> int:
    """Prints the figures of both runs; returns 1 when a target is missed."""
    missed = []
    for kills in (False, True):
        name = "with kill -9 of a web process and of the worker" if kills else "undisturbed"
        print(f"{PEOPLE} people, {RATE} votes/s for {SECONDS} s, {name}", flush=True)
        with site() as (process, port, database):
            missed += [f"{name}: {one}" for one in run(process, port, database, kills)]
    for one in missed:
        print(f"MISSED {one}")
    return len(missed) and 1


@contextlib.contextmanager
def site() -> Iterator[tuple[subprocess.Popen, int, str]]:
    """Runs `ratusz serve` in a home of its own: the process, its port and the address of its database."""
    with tempfile.TemporaryDirectory(prefix="ratusz-load-") as folder:
        home = Path(folder)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        kept = {key: value for key, value in os.environ.items() if key not in {"DATABASE_URL", "RATUSZ_DEMO"}}
        environment = kept | {"RATUSZ_HOME": folder, "PORT": str(port)}
        with (home / "site.log").open("w") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "ratusz.cli.main", "serve"],
                env=environment,
                cwd=ROOT,
                stdout=log,
                stderr=log,
            )
        try:
            wait_for(port, process, home / "site.log")
            address = postgres.url(home)
            settings = {"DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "ratusz.config.settings"}
            subprocess.run(
                [sys.executable, "-m", "django", "shell", "-v", "0", "-c", MAKE % STATEMENTS],
                env=environment | settings, cwd=ROOT, check=True, stdout=subprocess.DEVNULL,
            )  # fmt: skip
            yield process, port, address
        finally:
            process.terminate()
            process.wait(60)


def wait_for(port: int, process: subprocess.Popen, log: Path) -> None:
    """Waits until the site accepts connections."""
    for _turn in range(READY_WITHIN * 5):
        if process.poll() is not None:
            raise SystemExit(f"The site stopped:\n{log.read_text()[-2000:]}")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.2)
    raise SystemExit(f"The site did not start within {READY_WITHIN} s:\n{log.read_text()[-2000:]}")


def run(process: subprocess.Popen, port: int, database: str, kills: bool) -> list[str]:
    """Lets the people vote, kills what is to be killed, counts, and returns what was missed."""
    with tempfile.NamedTemporaryFile("r", suffix=".json") as told:
        people = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.debate_load", str(port), told.name], cwd=ROOT, env=os.environ
        )
        if kills:
            time.sleep(ARRIVAL / 2 + SECONDS / 3)
            kill(process.pid, "granian", deepest=True)
            time.sleep(SECONDS / 3)
            kill(process.pid, "procrastinate", deepest=False)
        if people.wait(SECONDS + PATIENCE + 120):
            raise SystemExit("The people ended with an error.")
        said = json.load(told)
    with psycopg.connect(database) as connection:
        stored = dict(connection.execute("SELECT key::text, id FROM debate_vote").fetchall())
        count = connection.execute("SELECT count(*) FROM debate_vote").fetchone()[0]
        joined = connection.execute("SELECT count(*) FROM debate_participant").fetchone()[0]
        pairs = connection.execute(
            "SELECT count(*) FROM (SELECT DISTINCT participant_id, statement_id FROM debate_vote) AS pair"
        ).fetchone()[0]
    return report(said, stored, count, joined, pairs, kills)


def kill(parent: int, name: str, *, deepest: bool) -> None:
    """Kills a process of that name below the parent with SIGKILL: a child's child, or the child itself."""
    found = [pid for pid in below(parent) if name in Path(f"/proc/{pid}/cmdline").read_text()]
    victim = found[-1] if deepest else found[0]
    os.kill(victim, signal.SIGKILL)
    print(f"    killed {name} ({victim})", flush=True)


def below(parent: int) -> list[int]:
    """All processes below one, parents first."""
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return [pid for child in map(int, children) for pid in (child, *below(child))]


def report(
    said: dict[str, Any], stored: dict[str, int], count: int, joined: int, pairs: int, kills: bool
) -> list[str]:
    """Prints what happened; returns the targets that were missed."""
    taken = said["taken"]
    lost = [key for key in taken if key not in stored]
    unknown = [key for key in stored if key not in taken and key not in said["open"]]
    seconds = [one["seconds"] for one in taken.values()]
    screens = said["screens"]  # moments at which a picture with that last vote was on the screen
    delays, k = [], 0
    for pk, sent in sorted((stored[key], one["sent"]) for key, one in taken.items() if key in stored):
        while k < len(screens) and screens[k][1] < pk:
            k += 1
        if k < len(screens):
            delays.append(screens[k][0] - sent)
    rate = len(taken) / SECONDS
    print(
        f"    {len(taken):,} votes acknowledged ({rate:.0f}/s), {len(lost)} lost, {count - len(stored)} double by key,"
        f" {count - pairs} double by person and statement, {len(unknown)} nobody sent, {len(said['open'])} never taken;"
        f" {joined} participants; sent again {said['again']} times"
    )
    print(
        f"    a vote: p50 {at(seconds, 50) * 1000:.0f} ms, p95 {at(seconds, 95) * 1000:.0f} ms, longest"
        f" {max(seconds) * 1000:.0f} ms; vote to screen: p50 {at(delays, 50):.2f} s, p95 {at(delays, 95):.2f} s,"
        f" longest {max(delays):.2f} s ({len(screens)} pictures, {len(taken) - len(delays)} votes on none)"
    )
    wrong = {
        "0 lost, 0 double, nobody twice": lost or count != len(stored) or count != pairs or joined != PEOPLE,
        f"{RATE} votes/s": rate < 0.95 * RATE,
        f"p95 of a vote at most {VOTE_TARGET * 1000:.0f} ms": not kills and at(seconds, 95) > VOTE_TARGET,
        f"p95 of vote to screen at most {SCREEN_TARGET:.0f} s": not kills and at(delays, 95) > SCREEN_TARGET,
        "every vote taken in the end, and shown": said["open"] or len(delays) < len(taken),
    }
    return [target for target, is_wrong in wrong.items() if is_wrong]


def at(numbers: list[float], percent: int) -> float:
    """A percentile."""
    return statistics.quantiles(numbers, n=100)[percent - 1] if len(numbers) > 1 else 0.0


class Hall:
    """The people, and what happened to them."""

    def __init__(self, port: int, base: str) -> None:
        self.port, self.base = port, base
        self.taken: dict[str, dict[str, float]] = {}
        self.open: set[str] = set()
        self.again = 0
        self.screens: list[tuple[float, int]] = []
        self.end = time.time() + SECONDS + ARRIVAL / 2  # as many votes as if all were there at once

    async def person(self, number: int) -> None:
        """Somebody who votes every few seconds until the end."""
        dice = random.Random(number)
        line = Line(self.port, f"{uuid.UUID(int=dice.getrandbits(128)).hex}")
        camp, handful, seen = number % 3, [], []
        pause = PEOPLE / RATE
        await asyncio.sleep(dice.random() * ARRIVAL)
        due = time.time()
        while due < self.end:
            if len(handful) < 4:
                asked = ",".join(str(one) for one in [*seen[-100:], *handful])
                with contextlib.suppress(OSError, ValueError, asyncio.IncompleteReadError, TimeoutError):
                    _status, body = await line.ask("GET", f"{self.base}next/?has={asked}")
                    handful += [one["number"] for one in json.loads(body)["statements"]]
            if handful:
                statement = handful.pop(0)
                seen.append(statement)
                likes = (statement * 7 + camp * 13) % 3 - 1
                value = likes if dice.random() < 0.8 else dice.choice((-1, 0, 1))
                await self.vote(line, statement, value, dice)
            due += pause * (0.5 + dice.random())
            await asyncio.sleep(max(0.0, due - time.time()))
        line.close()

    async def vote(self, line: Line, statement: int, value: int, dice: random.Random) -> None:
        """One vote, sent until it is taken."""
        key = str(uuid.UUID(int=dice.getrandbits(128), version=4))
        self.open.add(key)
        sent = time.time()
        body = json.dumps(
            {"me": line.me, "votes": [{"key": key, "statement": statement, "value": value}]}
        ).encode()
        while time.time() < self.end + PATIENCE:
            began = time.perf_counter()
            try:
                status, answer = await line.ask("POST", f"{self.base}votes/", body)
                if status == 200 and json.loads(answer) == {"votes": [{"key": key}]}:
                    self.taken[key] = {"sent": sent, "seconds": time.perf_counter() - began}
                    self.open.discard(key)
                    return
            except (OSError, ValueError, asyncio.IncompleteReadError, TimeoutError):
                line.close()
            self.again += 1
            await asyncio.sleep(0.5 + dice.random())

    async def screen(self) -> None:
        """The projector: it hears of a picture, fetches it, and then it is on the screen."""
        line = Line(self.port, "")
        while True:
            try:
                async for name, data in heard(self.port, f"{self.base}live/"):
                    known = self.screens[-1][1] if self.screens else 0
                    if name in ("picture", "snapshot", "pulse") and data.get("last_vote", 0) > known:
                        _status, body = await line.ask("GET", f"{self.base}hall/?json")
                        self.screens.append((time.time(), json.loads(body)["pulse"]["last_vote"]))
            except (OSError, ValueError, asyncio.IncompleteReadError, TimeoutError):
                line.close()
            await asyncio.sleep(0.5)


class Line:
    """A connection that is kept, and opened again when it broke."""

    def __init__(self, port: int, me: str) -> None:
        self.port, self.me = port, me
        self.reader: asyncio.StreamReader | None = None
        self.writer: asyncio.StreamWriter | None = None

    async def ask(self, method: str, path: str, body: bytes = b"") -> tuple[int, bytes]:
        """Status and body of the answer."""
        async with asyncio.timeout(15):
            if self.writer is None:
                self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
            cookies = "csrftoken=" + "c" * 32 + (f"; ratusz_debate={self.me}" if self.me else "")
            head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nCookie: {cookies}\r\n"
            if body:
                head += f"X-CSRFToken: {'c' * 32}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
            self.writer.write(head.encode() + b"\r\n" + body)
            head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
            length = next(line for line in head.split("\r\n") if line.startswith("content-length:"))
            return int(head.split(" ", 2)[1]), await self.reader.readexactly(int(length.partition(":")[2]))

    def close(self) -> None:
        if self.writer is not None:
            self.writer.close()
        self.reader = self.writer = None


async def heard(port: int, path: str) -> Any:
    """The events of a stream, each with its name and data."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
        name = ""
        while line := await asyncio.wait_for(reader.readline(), 40):
            text = line.decode().strip()
            if text.startswith("event: "):
                name = text[7:]
            elif text.startswith("data: "):
                yield name, json.loads(text[6:])
    finally:
        writer.close()


async def everybody(port: int, to: str) -> None:
    """Lets all people vote and writes down what happened."""
    year = await the_year(port)
    hall = Hall(port, f"/pl/debate/{year}/hala/")
    screen = asyncio.create_task(hall.screen())
    await asyncio.gather(*(hall.person(number) for number in range(PEOPLE)))
    await asyncio.sleep(6)  # the last votes reach the screen
    screen.cancel()
    facts = {"taken": hall.taken, "open": sorted(hall.open), "again": hall.again, "screens": hall.screens}
    await asyncio.to_thread(Path(to).write_text, json.dumps(facts), encoding="utf-8")


async def the_year(port: int) -> int:
    """The year of the conversation."""
    line = Line(port, "")
    for year in range(2020, 2040):
        status, _body = await line.ask("GET", f"/pl/debate/{year}/hala/next/")
        if status == 200:
            return year
    raise SystemExit("There is no conversation.")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        asyncio.run(everybody(int(sys.argv[1]), sys.argv[2]))
    else:
        raise SystemExit(main())
