"""The command line's entry: ranking, seating and opinion work alone, the site's commands need the extra "web"."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

import typer

import ratusz
from ratusz.cli.efficiency import efficiency
from ratusz.cli.opinion import opinion
from ratusz.cli.rank import rank, verify
from ratusz.cli.seat import seat

SITE_COMMANDS = ("init", "serve", "demo", "manage", "backup", "restore")

app = typer.Typer(
    name="ratusz",
    help="Measure, rank, convene, commit: one edition of Cities of the Future at a time.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback(invoke_without_command=True)
def version(show: bool = typer.Option(False, "--version", help="Print the version and stop.")) -> None:
    """Measure, rank, convene, commit: one edition of Cities of the Future at a time."""
    if show:
        typer.echo(f"ratusz {ratusz.__version__}")
        raise typer.Exit


def register(app: typer.Typer) -> None:
    """Adds all commands; without the extra "web" the site's commands say how to get it."""
    for command in (rank, verify, efficiency, seat, opinion):
        app.command()(command)
    if find_spec("django") and find_spec("wagtail"):
        import_module("ratusz.cli.server").register(app)
        return
    for name in SITE_COMMANDS:
        settings = {"allow_extra_args": True, "ignore_unknown_options": True}
        app.command(name, context_settings=settings, help='Needs the extra "web".')(needs_web)


def needs_web(ctx: typer.Context) -> None:
    """Says what to install and stops."""
    typer.echo(
        f'ratusz: "{ctx.info_name}" needs the web platform; install it with: pip install "ratusz[web]"',
        err=True,
    )
    raise typer.Exit(2)


register(app)

if __name__ == "__main__":
    app()
