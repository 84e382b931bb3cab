# SPDX-FileCopyrightText: 2026 The Ratusz authors
# SPDX-License-Identifier: Apache-2.0
"""The commands that run a site: init, serve, demo, manage, backup, restore."""

from __future__ import annotations

import http.client
import os
import sys
import threading
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from ratusz.cli import home as homes
from ratusz.cli.archive import backup, restore
from ratusz.cli.supervisor import Child, keep_alive, run_once, stop_signals
from ratusz.config import postgres

__all__ = ["backup", "demo", "init", "manage", "register", "restore", "serve"]

PHASES = [
    "measure",
    "verify",
    "rank",
    "call",
    "judge",
    "convene",
    "session",
    "recommend",
    "commit",
    "consult",
    "follow_up",
    "over",
]
HOPELESS = 4  # deaths in a row before the site has answered once
LOOPBACK = {"127.0.0.1", "::1", "localhost"}


def register(app: typer.Typer) -> None:
    """Adds the commands of this module to the command line."""
    for command in (init, serve, demo, backup, restore):
        app.command()(command)
    everything = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}
    app.command(context_settings=everything)(manage)


def serve(
    port: Annotated[int, typer.Option(envvar="PORT", min=1, max=65535, help="Port of the site.")] = 8000,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    demo: Annotated[
        bool, typer.Option(envvar="RATUSZ_DEMO", help="Load the demo edition into an empty site.")
    ] = False,
    workers: Annotated[int, typer.Option(envvar="RATUSZ_WORKERS", min=1, help="Web processes.")] = 2,
) -> None:
    """Run the site: database, web and worker, until Ctrl-C."""
    console = Console(highlight=False)
    with homes.plain_failures():
        if demo and host not in LOOPBACK:
            raise homes.CannotGoOn(
                f"the demo signs anybody in as anybody and may not listen on {host}: leave out --demo or --host."
            )
        home = homes.open_home()
        shown = host if host in LOOPBACK else "127.0.0.1"
        address = f"http://{f'[{shown}]' if ':' in shown else shown}:{port}/"
        with homes.alone_in(home, address), stop_signals() as stop:
            homes.check_space(home)
            homes.check_port(host, port)
            console.print(f"Starting the database in {home}")
            with homes.database(home) as url:
                environment = {"DATABASE_URL": url, "PORT": str(port), "RATUSZ_DEMO": "1" if demo else "0"}
                if prepared(demo, environment, stop):
                    site = [web(host, port, workers, environment), worker(environment)]
                    run_site(console, site, address, home, stop)
            console.print("Stopped.")


def prepared(demo: bool, environment: dict[str, str], stop: threading.Event) -> bool:
    """Brings the site up to date in a process of its own; False when it was asked to stop meanwhile."""
    command = [sys.executable, "-m", "ratusz.cli.prepare", *(["--demo"] if demo else [])]
    status = run_once(Child("preparation", command, environment), stop)
    if status:
        raise SystemExit(status)  # it has said why
    return status == 0


def web(host: str, port: int, workers: int, environment: dict[str, str]) -> Child:
    """The web server."""
    command = [sys.executable, "-m", "granian", "ratusz.config.asgi:application", "--interface", "asginl"]
    command += ["--host", host, "--port", str(port), "--workers", str(workers), "--log-level", "warning"]
    command += ["--respawn-failed-workers", "--respawn-interval", "0.5", "--workers-kill-timeout", "10"]
    return Child("web server", command, {**environment, "RATUSZ_DB_POOL": "1"})


def worker(environment: dict[str, str]) -> Child:
    """The worker: a short job (a mail) need not wait for a long one (a ranking); what is done leaves the table."""
    command = [sys.executable, "-m", "django", "procrastinate", "worker", "--shutdown-graceful-timeout", "10"]
    return Child("worker", [*command, "--concurrency", "2", "--delete-jobs", "successful"], environment)


def run_site(console: Console, site: list[Child], address: str, home: Path, stop: threading.Event) -> None:
    """Keeps web, worker and the embedded database running until asked to stop."""
    ready = threading.Event()
    threading.Thread(target=greet, args=(console, address, ready, stop), daemon=True).start()

    def look_after() -> None:
        revive_database(home, console)
        if not ready.is_set() and any(child.deaths >= HOPELESS for child in site):
            raise homes.CannotGoOn("the site does not start: the reason is above.")

    keep_alive(site, stop, console.print, look_after)
    console.print("Stopping web and worker; the database follows.")


def greet(console: Console, address: str, ready: threading.Event, stop: threading.Event) -> None:
    """Prints the address as soon as the site answers there."""
    began = time.monotonic()
    while not stop.wait(0.2):
        if answers(address):
            ready.set()
            seconds = time.monotonic() - began
            console.print(
                f"\n[bold]Ratusz runs at {address}[/bold] (ready in {seconds:.0f} s). Ctrl-C stops it."
            )
            return


def answers(address: str) -> bool:
    """True when an HTTP server gives any answer at the address."""
    host, _, port = address.removeprefix("http://").rstrip("/").rpartition(":")
    connection = http.client.HTTPConnection(host.strip("[]"), int(port), timeout=10)
    try:
        connection.request("HEAD", "/robots.txt")
        return connection.getresponse().status > 0
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def revive_database(home: Path, console: Console) -> None:
    """Starts the embedded database again when it died; does nothing to an outside one."""
    if os.environ.get("DATABASE_URL") or postgres.running_pid(postgres.data_folder(home)) is not None:
        return
    console.print("The database died; it starts again.")
    postgres.start(home)


def init(
    email: Annotated[str, typer.Option(help="E-mail address of the first administrator.")] = "",
) -> None:
    """Make the home, the database and the first administrator."""
    with homes.plain_failures():
        home = homes.open_home()
        homes.check_space(home)
        with homes.database(home) as url:
            os.environ["DATABASE_URL"] = url
            from ratusz.cli.prepare import prepare

            prepare()
            add_administrator(email)
        typer.echo(f"The site is ready in {home}. Start it with: ratusz serve")


def add_administrator(email: str) -> None:
    """Makes the administrator unless there is one; asks for the address at a terminal."""
    from django.contrib.auth import get_user_model
    from django.core.exceptions import ValidationError
    from django.core.validators import validate_email

    people = get_user_model().objects
    if not email:
        if people.filter(is_superuser=True).exists():
            return
        if not sys.stdin.isatty():
            typer.echo("No administrator was made: run `ratusz init --email you@example.org` to add one.")
            return
        email = typer.prompt("E-mail address of the administrator")
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        raise homes.CannotGoOn(
            f"“{email}” is not an e-mail address: give one like you@example.org."
        ) from None
    if people.filter(email=email).exists():
        people.filter(email=email).update(is_staff=True, is_superuser=True)
        typer.echo(f"{email} is an administrator now.")
    else:
        people.create_superuser(email)
        typer.echo(f"Made the administrator {email}, who signs in with a code sent to that address.")


def demo(
    phase: Annotated[
        str, typer.Option(help=f"Move the demo edition to this phase: {', '.join(PHASES)}.")
    ] = "",
) -> None:
    """Load the demo edition, or move it to any phase of its life."""
    with homes.plain_failures():
        home = homes.open_home()
        homes.check_space(home)
        os.environ["RATUSZ_DEMO"] = "1"
        with homes.database(home) as url:
            os.environ["DATABASE_URL"] = url
            from django.core.management import call_command

            from ratusz.cli.prepare import prepare

            prepare()
            call_command("loaddemo")
            if phase:
                call_command("demo_phase", phase)


def manage(context: typer.Context) -> None:
    """Run a Django management command in the home, for example `ratusz manage shell`."""
    with homes.plain_failures():
        home = homes.open_home()
        with homes.database(home) as url:
            os.environ["DATABASE_URL"] = url
            from django.core.management import execute_from_command_line

            execute_from_command_line(["ratusz manage", *context.args])
