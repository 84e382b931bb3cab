"""Opinion groups: seconds, memory and stability on large and on real conversations, beside red-dwarf where it is given.

Real conversations are read from RATUSZ_SHARED (../shared/data beside the repository). RED_DWARF names the Python of
an environment of its own in which red-dwarf is installed.
"""

from __future__ import annotations

import csv
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np

from ratusz.engines.opinion import POLIS, Opinions, Votes, adjusted_rand, analyse, some_of, verify
from ratusz.engines.opinion.files import read_conversation

SHARED = Path(os.environ.get("RATUSZ_SHARED") or Path(__file__).resolve().parents[2] / "shared" / "data")
# people, statements, votes: seconds and MB at most
LARGE = {(33_422, 783, 1_870_000): (3.0, 500), (100_000, 1_000, 4_700_000): (8.0, None)}
REAL_SECONDS = 0.5
DRAWS = 8
SURE = 0.8
LEAST_SURE = 0.89
LEAST_REPLAY = 0.93
CHECKPOINTS = 20
PEER_SECONDS = 300
PEER = """
import csv, sys, time
from reddwarf.implementations.polis import run_pipeline
with open(sys.argv[1], newline="") as file:
    votes = [
        {"participant_id": int(r["p"]), "statement_id": int(r["s"]), "vote": int(r["v"]), "modified": 0}
        for r in csv.DictReader(file)
    ]
began = time.perf_counter()
run_pipeline(votes=votes)
seconds = time.perf_counter() - began
# Not ru_maxrss: that counts what the process was before it became this program.
peak = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(seconds, peak / 1024)
"""


def synthetic(people: int, statements: int, number: int) -> Votes:
    """Returns about that many votes of people in three groups."""
    rng = np.random.default_rng(0)
    group = rng.integers(0, 3, people)
    opinions = rng.normal(0, 1, (3, statements))
    cells = rng.integers(0, people * statements, int(number * 1.04))
    cells = np.unique(cells)
    rows, columns = cells // statements, cells % statements
    values = np.clip(np.round(opinions[group[rows], columns] * 0.7 + rng.normal(0, 0.8, len(cells))), -1, 1)
    return Votes(
        tuple(map(str, range(people))), tuple(map(str, range(statements))),
        rows, columns, values.astype(np.int8), np.zeros(statements, dtype=bool),
    )  # fmt: skip


def alone(work: str) -> tuple[float, float, dict]:
    """Returns what a process of its own says of a size: seconds, peak memory in MB, and more."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.opinion", work], capture_output=True, text=True, check=True
    )
    told = json.loads(done.stdout)
    return told["seconds"], told["peak"], told


def measure(work: str) -> None:
    """Prints seconds, memory before and at the peak, and what was found, as JSON."""
    votes = synthetic(*map(int, work.split(",")))
    analyse(synthetic(60, 20, 800))  # compiled code is read from disk
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    began = time.perf_counter()
    found = analyse(votes)
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    began = time.perf_counter()
    clean = verify(found).clean
    facts = {
        "seconds": seconds, "before": before, "peak": peak, "votes": len(votes.values),
        "groups": found.grouping.number, "clean": clean, "recount": time.perf_counter() - began,
    }  # fmt: skip
    print(json.dumps(facts))


def large() -> int:
    """Prints the large sizes; returns how many missed their target."""
    missed = 0
    print("large conversations, votes of three groups (a process each):")
    for size, (most, memory) in LARGE.items():
        seconds, peak, told = alone(",".join(map(str, size)))
        bad = seconds > most or (memory is not None and peak > memory) or not told["clean"]
        missed += bad
        limit = f" and {memory} MB" if memory else ""
        print(
            f"    {size[0]:,} × {size[1]:,}, {told['votes']:,} votes: {seconds:.2f} s, peak {peak:.0f} MB "
            f"(at most {most:g} s{limit}{', MISSED' if bad else ''}); {told['groups']} groups; "
            f"recount {told['recount']:.1f} s; dense table alone {size[0] * size[1] * 8 / 2**20:.0f} MB"
        )
        if size[0] < 50_000:
            print(f"        {beside(synthetic(*size))}")
    return missed


def beside(votes: Votes) -> str:
    """Returns what red-dwarf takes for the same votes, in its own environment."""
    python = os.environ.get("RED_DWARF")
    if not python:
        return "red-dwarf: not here (RED_DWARF names no Python)"
    with tempfile.NamedTemporaryFile("w", suffix=".csv", newline="") as file:
        rows = csv.writer(file)
        rows.writerow("psv")
        rows.writerows(zip(votes.rows.tolist(), votes.columns.tolist(), votes.values.tolist(), strict=True))
        file.flush()
        try:
            done = subprocess.run(
                [python, "-c", PEER, file.name], capture_output=True, text=True, timeout=PEER_SECONDS
            )
        except subprocess.TimeoutExpired:
            return f"red-dwarf: more than {PEER_SECONDS} s"
    if done.returncode:
        return f"red-dwarf: {(done.stderr.strip().splitlines() or ['ended'])[-1][:120]}"
    seconds, peak = map(float, done.stdout.split()[-2:])
    return f"red-dwarf: {seconds:.2f} s, peak {peak:.0f} MB"


def timed(work: Callable[[], Opinions]) -> tuple[Opinions, float]:
    """Returns a result and the least seconds of three runs."""
    best = np.inf
    for _run in range(3):
        began = time.perf_counter()
        found = work()
        best = min(best, time.perf_counter() - began)
    return found, best


def stability(votes: Votes) -> tuple[float, float, float]:
    """Returns the mean pairwise ARI without a fifth of the votes: all people, sure ones, Polis' way."""
    runs = []
    for seed in range(DRAWS):
        kept = np.random.default_rng(100 + seed).random(len(votes.values)) >= 0.2
        fewer = some_of(votes, kept)
        found = analyse(fewer, seed=seed).grouping
        sure = np.where(found.confidence > SURE, found.labels, -1)
        runs.append((found.labels, sure, analyse(fewer, mode=POLIS).grouping.labels))
    ours, sure, polis = (
        float(np.mean([adjusted_rand(a, b) for a, b in combinations(kind, 2)]))
        for kind in zip(*runs, strict=True)
    )
    return ours, sure, polis


def replay(log: Path) -> tuple[float, float]:
    """Returns the mean ARI between neighbouring pictures of a conversation that grows in time, and of the last one to
    what is computed at the close without looking back."""
    head, *lines = log.read_text(encoding="utf-8").splitlines()
    lines.sort(key=lambda line: int(line.split(",", 1)[0]))
    pictures: list[Opinions] = []
    for step in range(1, CHECKPOINTS + 1):
        votes = read_conversation("\n".join([head, *lines[: len(lines) * step // CHECKPOINTS]])).votes
        pictures.append(analyse(votes, before=pictures[-1] if pictures else None))
    last = pictures[-1]
    return float(np.mean([_kept(a, b) for a, b in pairwise(pictures)])), _kept(last, analyse(last.votes))


def _kept(before: Opinions, now: Opinions) -> float:
    known = dict(zip(before.votes.participants, before.grouping.labels.tolist(), strict=True))
    old = np.array([known.get(person, -1) for person in now.votes.participants])
    return adjusted_rand(old, now.grouping.labels)


def real() -> int:
    """Prints the real conversations; returns how many missed a target."""
    folders = sorted(path.parent for path in SHARED.glob("debate/*/participants-votes.csv"))
    if not folders:
        print(f"no real conversations in {SHARED}: set RATUSZ_SHARED")
        return 0
    missed = 0
    print(
        f"real conversations (at most {REAL_SECONDS} s; ARI without a fifth of the votes above Polis', sure people at "
        f"least {LEAST_SURE}):"
    )
    for folder in folders:
        votes = read_conversation((folder / "participants-votes.csv").read_bytes()).votes
        found, seconds = timed(lambda votes=votes: analyse(votes))
        ours, sure, polis = stability(votes)
        bad = seconds > REAL_SECONDS or ours <= polis or sure < LEAST_SURE
        log = folder / "votes.csv"
        told = ""
        if log.exists():
            calm, close = replay(log)
            told = f", replay {calm:.3f}, its end to the close {close:.2f}"
            bad |= calm < LEAST_REPLAY
        missed += bad
        print(
            f"    {folder.name[:32]:32} {votes.shape[0]:5} × {votes.shape[1]:3}, {len(votes.values):7,} votes: "
            f"{seconds:.2f} s, {found.grouping.number} groups, ARI {ours:.2f} (Polis {polis:.2f}), sure {sure:.2f}"
            f"{told}{', MISSED' if bad else ''};  {beside(votes)}"
        )
    print(f"    replay: mean ARI between neighbouring pictures of {CHECKPOINTS}, at least {LEAST_REPLAY}")
    return missed


def main() -> int:
    """Prints the figures; returns how many missed their target."""
    began = time.perf_counter()
    analyse(synthetic(60, 20, 800))
    print(f"kernels ready after {time.perf_counter() - began:.2f} s (cached on disk from then on)")
    return large() + real()


if __name__ == "__main__":
    if len(sys.argv) > 1:
        measure(sys.argv[1])
    else:
        raise SystemExit(main())
