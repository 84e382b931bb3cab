"""The command `efficiency`: who does most with what they have, from one table."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ratusz.cli.rank import SHOWN, plain_errors, progress_bar, read
from ratusz.cli.sharing import Cluster, Workers, shared
from ratusz.engines.contracts import EngineError, Progress

if TYPE_CHECKING:
    from ratusz.engines.efficiency import Scores


class Model(StrEnum):
    """What a score measures."""

    RADIAL = "radial"
    FDH = "fdh"
    ADDITIVE = "additive"
    SBM = "sbm"
    SUPER = "super"
    DIRECTIONAL = "directional"


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


class Disposal(StrEnum):
    """Whether a by-product falls only together with the outputs, or like an input."""

    WEAK = "weak"
    STRONG = "strong"


def efficiency(
    data: Annotated[
        Path, typer.Argument(metavar="DATA.csv", help="Units down, columns across; the first names the unit.")
    ],
    inputs: Annotated[str, typer.Option(metavar="A,B", help="Columns of what is used; commas between.")],
    outputs: Annotated[str, typer.Option(metavar="C,D", help="Columns of what is brought about.")],
    out: Annotated[
        Path, typer.Option(metavar="SCORES.csv", help="File for the scores; its folder is made if missing.")
    ],
    model: Annotated[
        Model,
        typer.Option(
            help="radial: all inputs or outputs by the same share; fdh: the same against single units; additive: sum "
            "of slacks; sbm: slack-based measure; super: radial against the others only; directional: distance."
        ),
    ] = Model.RADIAL,
    rts: Annotated[
        Returns,
        typer.Option(
            help="Returns to scale: constant, variable, decreasing or increasing; fdh: single peers, no mixtures."
        ),
    ] = Returns.VRS,
    orientation: Annotated[
        Orientation, typer.Option(help="Same with less, or more with the same (radial, fdh, super).")
    ] = Orientation.INPUT,
    undesirable: Annotated[
        str, typer.Option(metavar="E", help="Columns of by-products that nobody wants: less is better.")
    ] = "",
    disposal: Annotated[
        Disposal,
        typer.Option(
            help="By-products fall only together with the outputs (weak, with --rts crs), or like inputs."
        ),
    ] = Disposal.WEAK,
    period: Annotated[
        str,
        typer.Option(
            metavar="F", help="Column of the period: writes the Malmquist index of change instead of scores."
        ),
    ] = "",
    bootstrap: Annotated[
        int, typer.Option(min=0, metavar="RUNS", help="Resamples for bias and 95 % intervals; 0 for none.")
    ] = 0,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the resamples.")] = 1,
    workers: Workers = None,
    cluster: Cluster = None,
) -> None:
    """Score the units of a table by data envelopment analysis: score, peers, slacks and targets.

    Every score is proved by its prices before anything is written. Same input and seed: same bytes.
    """
    from ratusz.engines import efficiency as engine

    with plain_errors(), shared(workers, cluster) as executor, progress_bar("Scoring") as progress:
        used, made, unwanted = (
            names("--inputs", inputs), names("--outputs", outputs), names("--undesirable", undesirable or None),
        )  # fmt: skip
        if model is Model.FDH:
            rts = Returns.FDH
        _refuse(model, rts, bool(unwanted), bool(period), bool(bootstrap))
        if period:
            _change(read(data), used, made, period, orientation.value, out, progress, executor)
            return
        sample = engine.Sample.from_csv(read(data), used + unwanted, made)
        measure = _measure(model, rts.value, orientation.value, unwanted, disposal.value)
        scores = measure(sample, progress=progress, executor=executor)
        verdict = engine.verify(scores, executor=executor)
        if not verdict.proved:
            raise EngineError(
                verdict.differences[0], "a score without proof", "every score is proved before it is written",
                "check the unit's figures for misplaced decimal signs",
            )  # fmt: skip
        spread = None
        if bootstrap:
            spread = engine.bootstrap(
                sample, returns=rts.value, orientation=orientation.value, runs=bootstrap, seed=seed,
                progress=progress, executor=executor,
            )  # fmt: skip
        _write(out, engine.scores_csv(scores, spread))
    for warning in sample.warnings:
        typer.echo(f"Note: {warning}", err=True)
    if not scores.feasible.all():
        alone = [unit for unit, can in zip(sample.units, scores.feasible, strict=True) if not can]
        typer.echo(f"Infeasible, no score: {_listed(alone)}; the others cannot do what it does.", err=True)
    best = [unit for unit, good in zip(sample.units, _best(scores), strict=True) if good]
    counted = "1 unit" if len(sample.units) == 1 else f"{len(sample.units)} units"
    typer.echo(f"{counted} scored, {len(best)} efficient: {_listed(best)}.")
    typer.echo(f"Written to {out}. Every score is proved (largest gap {verdict.gap:.0e}).")


def names(option: str, text: str | None) -> list[str]:
    """Returns the columns of a list with commas; none for no list."""
    if text is None:
        return []
    found = [name.strip() for name in text.split(",")]
    if not all(found):
        raise EngineError(option, f'"{text}"', "it names columns with commas between", "name at least one")
    return found


def _refuse(model: Model, rts: Returns, unwanted: bool, period: bool, bootstrap: bool) -> None:
    """Refuses options that do not go together."""
    plain = model in (Model.RADIAL, Model.FDH)
    fdh = rts is Returns.FDH
    asked = [
        (bootstrap and fdh, "--bootstrap", "--rts fdh", "resampling needs mixtures of units", "choose another --rts"),
        (fdh and not plain, "--rts fdh", f"--model {model}", "single peers go with the radial model", "choose one"),
        (bootstrap and not plain, "--bootstrap", f"--model {model}", "it resamples radial scores", "leave one out"),
        (bootstrap and unwanted, "--bootstrap", "--undesirable", "it resamples radial scores", "leave one out"),
        (
            unwanted and (fdh or model not in (Model.RADIAL, Model.DIRECTIONAL)), "--undesirable",
            f"--model {model}", "by-products have a directional model of their own", "leave one out",
        ),
        (
            period and (bootstrap or unwanted or fdh or not plain), "--period",
            "another model, --undesirable or --bootstrap", "change is measured by radial scores", "leave it out",
        ),
    ]  # fmt: skip
    for wrong, where, found, rule, step in asked:
        if wrong:
            raise EngineError(where, found, rule, step)


def _measure(
    model: Model, returns: str, orientation: str, unwanted: list[str], disposal: str
) -> Callable[..., Scores]:
    """Returns the model as a function of a sample, progress and executor."""
    from ratusz.engines import efficiency as engine

    if unwanted:
        return partial(engine.undesirable, by_products=unwanted, returns=returns, disposal=disposal)
    if returns == "fdh":
        return partial(engine.free_disposal_hull, orientation=orientation)
    if model in (Model.RADIAL, Model.SUPER):
        chosen = engine.radial if model is Model.RADIAL else engine.super_efficiency
        return partial(chosen, returns=returns, orientation=orientation)
    chosen = {
        Model.ADDITIVE: engine.additive,
        Model.SBM: engine.slack_based,
        Model.DIRECTIONAL: engine.directional,
    }
    return partial(chosen[model], returns=returns)


def _best(scores: Scores) -> list[bool]:
    """Returns who is efficient; by super-efficiency also those that the others cannot reach."""
    if scores.model != "super":
        return list(scores.efficient)
    sign = 1 if scores.orientation == "input" else -1
    return [
        not can or sign * (score - 1) >= 0 for score, can in zip(scores.score, scores.feasible, strict=True)
    ]


def _change(
    content: bytes,
    inputs: list[str],
    outputs: list[str],
    period: str,
    orientation: str,
    out: Path,
    progress: Progress,
    executor: Executor | None,
) -> None:
    from ratusz.engines import efficiency as engine

    samples = engine.Sample.by_period(content, inputs, outputs, period)
    change = engine.malmquist(samples, orientation=orientation, progress=progress, executor=executor)
    _write(out, engine.malmquist_csv(change))
    typer.echo(f"{len(change.units)} units over {len(samples)} periods: {', '.join(samples)}.")
    typer.echo(f"Written to {out}. An index above 1 is a gain.")


def _listed(units: list[str]) -> str:
    return ", ".join(units[:SHOWN]) + (f" and {len(units) - SHOWN} more" if len(units) > SHOWN else "")


def _write(out: Path, text: str) -> None:
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(text, encoding="utf-8", newline="")
