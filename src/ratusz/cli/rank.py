"""The commands `rank` and `verify`: a ranking from two files, and the proof that it can be found again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from ratusz.cli.sharing import Cluster, Workers, shared
from ratusz.engines.contracts import EngineError, Progress, no_progress

SHOWN = 20


def rank(
    data: Annotated[
        Path, typer.Argument(metavar="DATA.csv", help="Units down, columns across; the first names the unit.")
    ],
    method: Annotated[Path, typer.Option(metavar="METHOD.toml", help="The method file.")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder for the results; made if missing.")],
    runs: Annotated[
        int | None, typer.Option(min=0, help="Variants to try; 0 for none. Default: as the method says.")
    ] = None,
    seed: Annotated[
        int | None, typer.Option(min=0, help="Seed of the variants. Default: as the method says.")
    ] = None,
    workers: Workers = None,
    cluster: Cluster = None,
) -> None:
    """Rank the units of a table by a method, with rank intervals.

    Writes scores.csv, ranks.csv, report.html and bundle.zip. Same input and seed: same bytes.
    """
    from ratusz.engines.composite import Method, Table, rank, write_files

    with plain_errors(), shared(workers, cluster) as executor, progress_bar("Trying variants") as progress:
        chosen = Method.from_toml(read(method).decode("utf-8-sig"))
        table = Table.from_csv(read(data), chosen)
        ranking = rank(table, chosen, runs=runs, seed=seed, progress=progress, executor=executor)
        files = write_files(table, ranking)
        out.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (out / name).write_bytes(content)
    for warning in ranking.warnings:
        typer.echo(f"Note: {warning}", err=True)
    for left in ranking.unclassified[:SHOWN]:
        typer.echo(f"Not classified: {left.unit}, {left.reason}.", err=True)
    if len(ranking.unclassified) > SHOWN:
        typer.echo(f"Not classified: {len(ranking.unclassified) - SHOWN} more, see the report.", err=True)
    leaders = ", ".join(u for u, place in zip(ranking.units, ranking.ranks, strict=True) if place == 1)
    kept = (
        f", kept in {ranking.stability_first:.1%} of {ranking.provenance.runs:,} variants"
        if ranking.spread
        else ""
    )
    typer.echo(f"{len(ranking.units)} units ranked; first: {leaders}{kept}.")
    typer.echo(f"Written to {out}: {', '.join(files)}.")


def verify(
    bundle: Annotated[
        Path,
        typer.Argument(
            metavar="BUNDLE.zip",
            help="The bundle that `rank`, `seat`, `opinion` or a site has written, or its folder.",
        ),
    ],
) -> None:
    """Recompute a bundle by independent code: says "reproduced", or what differs (status 1)."""
    from ratusz.cli.opinion import is_opinion, verify_opinion
    from ratusz.cli.seat import is_seating, verify_seating
    from ratusz.engines.composite import verify_bundle

    with plain_errors():
        folder = bundle if (bundle / "bundle.zip").is_file() else None
        content = read(folder / "bundle.zip" if folder else bundle)
    if is_seating(content):
        verify_seating(content, folder)
        return
    if is_opinion(content):
        verify_opinion(content, folder)
        return
    with plain_errors(), progress_bar("Recomputing") as progress:
        verdict = verify_bundle(content, progress)
    if verdict.reproduced:
        typer.echo(f"reproduced: {verdict.name}, {verdict.units} units, {verdict.runs:,} runs.")
        return
    typer.echo(f"not reproduced: {len(verdict.differences)} differences.")
    for difference in verdict.differences[:SHOWN]:
        typer.echo(f"- {difference}")
    if len(verdict.differences) > SHOWN:
        typer.echo(f"- and {len(verdict.differences) - SHOWN} more")
    raise typer.Exit(1)


def read(path: Path) -> bytes:
    """Returns the bytes of a file."""
    if path.is_dir():
        raise EngineError(f"File {path}", "a folder", "it must be a file", "name the file in it")
    return path.read_bytes()


@contextmanager
def plain_errors() -> Iterator[None]:
    """Turns what can go wrong with the user's files into one sentence and status 2."""
    try:
        yield
    except UnicodeDecodeError:
        stop("the method file is not UTF-8 text; save it as UTF-8.")
    except EngineError as error:
        stop(str(error))
    except FileNotFoundError as error:
        stop(f"there is no file {error.filename}; check the path.")
    except OSError as error:
        stop(f"{error.filename or 'the file'} cannot be used: {error.strerror or error}.")


def stop(sentence: str) -> NoReturn:
    """Prints the sentence and ends with status 2."""
    typer.echo(f"ratusz: {sentence}", err=True)
    raise typer.Exit(2) from None


@contextmanager
def progress_bar(label: str) -> Iterator[Progress]:
    """Gives a callback that draws a bar at a terminal and does nothing elsewhere."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    if not console.is_terminal:
        yield no_progress
        return
    columns = (TextColumn(label), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(label, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
