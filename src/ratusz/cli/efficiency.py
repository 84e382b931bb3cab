"""The command `efficiency`: who does most with what they have, from one table."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ratusz.cli.rank import SHOWN, plain_errors, progress_bar, read, shared
from ratusz.engines.contracts import EngineError


class Returns(StrEnum):
    """Returns to scale, or the free disposal hull."""

    CRS = "crs"
    VRS = "vrs"
    DRS = "drs"
    IRS = "irs"
    FDH = "fdh"


class Orientation(StrEnum):
    """What is measured: the inputs that could be saved, or the outputs that could be gained."""

    INPUT = "input"
    OUTPUT = "output"


def efficiency(
    data: Annotated[
        Path, typer.Argument(metavar="DATA.csv", help="Units down, columns across; the first names the unit.")
    ],
    inputs: Annotated[str, typer.Option(metavar="A,B", help="Columns of what is used; commas between.")],
    outputs: Annotated[str, typer.Option(metavar="C,D", help="Columns of what is brought about.")],
    out: Annotated[
        Path, typer.Option(metavar="SCORES.csv", help="File for the scores; its folder is made if missing.")
    ],
    rts: Annotated[
        Returns,
        typer.Option(
            help="Returns to scale: constant, variable, decreasing or increasing; fdh: single peers, no mixtures."
        ),
    ] = Returns.VRS,
    orientation: Annotated[
        Orientation, typer.Option(help="Same with less, or more with the same.")
    ] = Orientation.INPUT,
    bootstrap: Annotated[
        int, typer.Option(min=0, metavar="RUNS", help="Resamples for bias and 95 % intervals; 0 for none.")
    ] = 0,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the resamples.")] = 1,
    workers: Annotated[
        int | None,
        typer.Option(
            min=1, help="Processes to share the work; none: threads on every core. Changes no figure."
        ),
    ] = None,
) -> None:
    """Score the units of a table by data envelopment analysis: score, peers, slacks and targets.

    Every score is proved by its prices before anything is written. Same input and seed: same bytes.
    """
    from ratusz.engines.efficiency import Sample, free_disposal_hull, radial, scores_csv, verify
    from ratusz.engines.efficiency import bootstrap as resample

    with plain_errors(), shared(workers) as executor, progress_bar("Scoring") as progress:
        sample = Sample.from_csv(read(data), names("--inputs", inputs), names("--outputs", outputs))
        choice = {"orientation": orientation.value, "progress": progress}
        if rts is Returns.FDH:
            if bootstrap:
                raise EngineError(
                    "--bootstrap", "--rts fdh", "resampling needs mixtures of units", "choose another --rts"
                )
            scores = free_disposal_hull(sample, **choice)
        else:
            choice |= {"returns": rts.value, "executor": executor}
            scores = radial(sample, **choice)
        verdict = verify(scores)
        if not verdict.proved:
            raise EngineError(
                verdict.differences[0], "a score without proof", "every score is proved before it is written",
                "check the unit's figures for misplaced decimal signs",
            )  # fmt: skip
        spread = resample(sample, runs=bootstrap, seed=seed, **choice) if bootstrap else None
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(scores_csv(scores, spread), encoding="utf-8", newline="")
    best = [unit for unit, good in zip(sample.units, scores.efficient, strict=True) if good]
    shown = ", ".join(best[:SHOWN]) + (f" and {len(best) - SHOWN} more" if len(best) > SHOWN else "")
    typer.echo(f"{len(sample.units)} units scored, {len(best)} efficient: {shown}.")
    typer.echo(f"Written to {out}. Every score is proved (largest gap {verdict.gap:.0e}).")


def names(option: str, text: str) -> list[str]:
    """Returns the columns of a list with commas."""
    found = [name.strip() for name in text.split(",")]
    if not all(found):
        raise EngineError(option, f'"{text}"', "it names columns with commas between", "name at least one")
    return found
