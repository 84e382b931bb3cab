"""The command `opinion`: groups of opinion from an export of votes, and what unites and divides them."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Annotated

import typer

from ratusz.cli.rank import SHOWN, plain_errors, progress_bar, read
from ratusz.engines.contracts import EngineError


def opinion(
    votes: Annotated[
        Path,
        typer.Argument(
            metavar="VOTES.csv", help="A Polis export: votes.csv (a log) or participants-votes.csv (a table)."
        ),
    ],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder for the results; made if missing.")],
    comments: Annotated[
        Path | None,
        typer.Option(metavar="COMMENTS.csv", help="Wording of the statements, and which were rejected."),
    ] = None,
    polis_compatible: Annotated[
        bool,
        typer.Option("--polis-compatible", help="Groups and lists by the formulae of Polis."),
    ] = False,
    reverse: Annotated[
        bool, typer.Option("--reverse", help="-1 stands for agree, as in a Polis database.")
    ] = False,
    seed: Annotated[int, typer.Option(min=0, max=2**31 - 1, help="Seed of the draws.")] = 0,
) -> None:
    """Find groups of opinion in votes: who votes alike, how sure that is, what sets groups apart and unites them.

    Writes participants.csv, statements.csv, representative.csv, consensus.csv, report.html and bundle.zip. The same
    votes and seed give the same bytes.
    """
    from ratusz.engines.opinion import DEFAULT, POLIS, analyse
    from ratusz.engines.opinion.files import lead, read_conversation, write_files

    with plain_errors():
        if out.exists() and not out.is_dir():
            raise EngineError(f"--out {out}", "a file", "it must be a folder", "name another")
        conversation = read_conversation(
            read(votes),
            read(comments) if comments else None,
            reverse=reverse,
            name=votes.name,
            comments_name=comments.name if comments else "",
        )
        for note in conversation.notes[:SHOWN]:
            typer.echo(f"Note: {note}", err=True)
        with progress_bar("Draws") as progress:
            mode = POLIS if polis_compatible else DEFAULT
            opinions = analyse(conversation.votes, mode=mode, seed=seed, progress=progress)
        files = write_files(opinions, conversation.texts, conversation.notes)
        out.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (out / name).write_bytes(content)
    typer.echo(lead(opinions))
    typer.echo(f"Written to {out}: {', '.join(files)}.")


def is_opinion(content: bytes) -> bool:
    """Tells whether a bundle is that of a conversation."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return {"votes.csv", "participants.csv"} <= set(archive.namelist())
    except (zipfile.BadZipFile, OSError):
        return False


def verify_opinion(content: bytes, folder: Path | None) -> None:
    """Recomputes an opinion bundle, and compares the tables that lie beside it; status 1 if anything differs."""
    from ratusz.engines.opinion.files.bundle import bundled, verify_bundle

    with plain_errors():
        with progress_bar("Recomputing") as progress:
            verdict = verify_bundle(content, progress)
        differences = list(verdict.differences)
        for name, table in bundled(content).items():
            beside = folder / name if folder else None
            if beside and beside.exists() and read(beside) != table:
                differences.append(f"{name} is not the one in the bundle")
    if differences:
        typer.echo(f"not reproduced: {len(differences)} differences.")
        for difference in differences[:SHOWN]:
            typer.echo(f"- {difference}")
        raise typer.Exit(1)
    groups = f"{verdict.groups} groups" if verdict.groups > 1 else "no stable groups"
    typer.echo(
        f"reproduced: {verdict.votes:,} votes of {verdict.participants:,} people on {verdict.statements:,} statements; "
        f"{groups}."
    )
