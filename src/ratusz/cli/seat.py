"""The command `seat`: who sits where in each round, from a list of people and a plan of tables and rules."""

from __future__ import annotations

import io
import os
import signal
import zipfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ratusz.cli.rank import SHOWN, plain_errors, read
from ratusz.engines.contracts import EngineError, Progress

if TYPE_CHECKING:
    from ratusz.engines.seating import Plan, Problem, Quality, Repair, Solution
    from ratusz.engines.seating.explain import Conflict, Speaker


def seat(
    people: Annotated[
        Path, typer.Argument(metavar="PEOPLE.csv", help="People, one a line; `id` names them.")
    ],
    plan: Annotated[Path, typer.Option(metavar="PLAN.toml", help="Rounds, tables, rules and weights.")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder for the results; made if missing.")],
    seconds: Annotated[
        float | None,
        typer.Option(
            min=0.05,
            max=86_400,
            help="How long to search; less if the best is proved. Default: 10, a repair 1.",
        ),
    ] = None,
    moves: Annotated[
        int | None,
        typer.Option(
            min=1, help="A number of proposals in place of a time: same input and seed, same bytes."
        ),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, max=2**31 - 1, help="Seed of the search.")] = 1,
    previous: Annotated[
        Path | None,
        typer.Option(metavar="SEATING.csv", help="A plan to repair: as few people as possible move."),
    ] = None,
    done_rounds: Annotated[
        int, typer.Option(min=0, metavar="N", help="Its rounds that are over; they stay as they were.")
    ] = 0,
    absent: Annotated[
        str, typer.Option(metavar="ID,ID", help="People who are not there in the rounds to come.")
    ] = "",
) -> None:
    """Seat people at tables over several rounds: new faces, a good mix, wishes, and the hard rules kept.

    Writes seating.csv, routes.csv, tables.csv, quality.json, report.html, seating.xlsx and bundle.zip; for a repair
    also moves.csv. Ctrl-C ends the search and keeps the best plan so far. Where the hard rules cannot all hold, it
    says why, writes the plan that breaks fewest and ends with status 1.
    """
    from ratusz.engines.seating import explain
    from ratusz.engines.seating.files import lead, moves_table, read_problem, write_csv, write_files

    with plain_errors():
        if previous is None and (done_rounds or absent):
            raise EngineError("--previous", "no plan", "the other options change one", "name its seating.csv")
        problem, notes = read_problem(read(people), read(plan))
        for note in notes[:SHOWN]:
            typer.echo(f"Note: {note}", err=True)
        if out.exists() and not out.is_dir():
            raise EngineError(f"--out {out}", "a file", "it must be a folder", "name another")
        budget = {"seconds": seconds or (10.0 if previous is None else 1.0), "moves": moves, "seed": seed}
        moved = None
        if previous is None:
            solution = _solved(problem, budget)
        else:
            moved = _repaired(problem, previous, done_rounds, absent, budget)
            problem, solution = moved.problem, moved.solution
        speaker = explain.Speaker(problem)
        conflicts = explain.explain(problem, solution.plan)
        files = write_files(problem, solution, conflicts, notes, speaker)
        if moved is not None:
            files["moves.csv"] = write_csv(moves_table(moved), guard=True)
        out.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (out / name).write_bytes(content)
    typer.echo(lead(problem, solution))
    if moved is not None:
        seats = sum(bool(move.before) for move in moved.moved)
        typer.echo(f"Seats that change: {seats} of {moved.seated} in the rounds to come ({moved.share:.1%}).")
    for line in speaker.quality(solution.quality, solution.bounds):
        typer.echo(line)
    _tell(solution, conflicts, speaker)
    typer.echo(f"Written to {out}: {', '.join(files)}.")
    if conflicts or solution.violations or solution.quality.unseated:
        raise typer.Exit(1)


def _tell(solution: Solution, conflicts: Sequence[Conflict], speaker: Speaker) -> None:
    """Says why rules conflict and which are broken."""
    for conflict in conflicts:
        ways = "; ".join(speaker.options(conflict))
        typer.echo(speaker.conflict(conflict) + (f" Ways out: {ways}." if ways else ""), err=True)
    for violation in solution.violations[:SHOWN]:
        typer.echo(f"Broken: {speaker.violation(violation)}", err=True)
    if len(solution.violations) > SHOWN:
        typer.echo(f"Broken: {len(solution.violations) - SHOWN} more, see the report.", err=True)


def is_seating(content: bytes) -> bool:
    """Tells whether a bundle is that of a seating rather than of a ranking."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return "problem.json" in archive.namelist()
    except (zipfile.BadZipFile, OSError):
        return False


def verify_seating(content: bytes, folder: Path | None) -> None:
    """Recounts a seating bundle, and compares the seats that lie beside it; status 1 if anything differs."""
    from ratusz.engines.seating.files import bundled_seats, verify_bundle

    with plain_errors():
        verdict = verify_bundle(content)
        differences = list(verdict.differences)
        beside = folder / "seating.csv" if folder else None
        if beside and beside.exists() and read(beside) != bundled_seats(content):
            differences.append("seating.csv is not the one in the bundle")
    if differences:
        typer.echo(f"not reproduced: {len(differences)} differences.")
        for difference in differences[:SHOWN]:
            typer.echo(f"- {difference}")
        raise typer.Exit(1)
    broken = (
        "every hard rule holds"
        if not verdict.violations
        else f"{verdict.violations} broken rules, as it says"
    )
    typer.echo(
        f"reproduced: seating of {verdict.people} people, {verdict.tables} tables, {verdict.rounds} rounds; {broken}."
    )


def _solved(problem: Problem, budget: dict[str, Any]) -> Solution:
    from ratusz.engines.seating import solve, warm_up

    # Two searches at a time find more, but which one is first depends on the clock.
    threads = (
        ThreadPoolExecutor(2) if budget["moves"] is None and (os.cpu_count() or 1) > 1 else nullcontext()
    )
    with searching() as (progress, on_best, stop), threads as executor:
        warm_up()
        return solve(problem, **budget, progress=progress, on_best=on_best, stop=stop, executor=executor)


def _repaired(
    problem: Problem, previous: Path, done_rounds: int, absent: str, budget: dict[str, Any]
) -> Repair:
    from ratusz.engines.seating import repair, warm_up
    from ratusz.engines.seating.files import read_seating, refuse_unknown

    gone = [one for one in (part.strip() for part in absent.split(",")) if one]
    refuse_unknown("--absent", gone, [person.id for person in problem.people])
    old = read_seating(read(previous), problem, previous.name)
    with searching() as (progress, _, stop):
        warm_up()
        return repair(
            problem, old, done_rounds=done_rounds, absent=gone, **budget, progress=progress, stop=stop
        )


@contextmanager
def searching() -> Iterator[tuple[Progress, Callable[[Plan, Quality, float], None], Callable[[], bool]]]:
    """Gives a callback for progress, one for each better plan, and one that tells of Ctrl-C.

    At a terminal a bar shows the best plan so far. Ctrl-C only asks the search to end, so that its best plan is kept;
    a second one stops the command.
    """
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    asked: list[bool] = []

    def ask(number: int, frame: object) -> None:
        asked.append(True)
        signal.signal(signal.SIGINT, old)

    old = signal.getsignal(signal.SIGINT)
    signal.signal(signal.SIGINT, ask)
    columns = (BarColumn(), TimeElapsedColumn(), TextColumn("{task.description}"))
    bar = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
    task = bar.add_task("getting ready; Ctrl-C keeps the best plan so far", total=None)

    def better(plan: Plan, quality: Quality, seconds: float) -> None:
        bar.update(
            task,
            description=f"best so far: {quality.violations} broken rules, {quality.repeats} repeated pairs, "
            f"cost {quality.cost:,.1f}",
        )

    try:
        with bar:
            yield (
                lambda done, total: bar.update(task, completed=done, total=total),
                better,
                lambda: bool(asked),
            )
    finally:
        signal.signal(signal.SIGINT, old)
