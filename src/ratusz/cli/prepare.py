# SPDX-FileCopyrightText: 2026 The Ratusz authors
# SPDX-License-Identifier: Apache-2.0
"""Brings the database and the static files up to date: `python -m ratusz.cli.prepare [--demo]`.

A process of its own, so that the supervisor stays small.
"""

from __future__ import annotations

import sys

import django
from django.core.checks import run_checks
from django.core.management import call_command
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table

from ratusz.cli.home import CannotGoOn, plain_failures


def prepare(*, demo: bool = False) -> None:
    """Applies pending migrations, makes the cache table, collects static files, loads the demo into an empty site."""
    django.setup()
    if faults := [fault for fault in run_checks() if fault.is_serious()]:
        raise CannotGoOn(" ".join(f"{fault.msg} {fault.hint or ''}".strip() for fault in faults))
    console = Console()
    migrate(console)
    with console.status("Collecting static files"):
        call_command("createcachetable", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
    if demo:
        load_demo(console)


def migrate(console: Console) -> None:
    """Applies the migrations that the database lacks, with a bar."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if not pending:
        with console.status("Checking the database"):  # what follows a migration may have been cut short
            call_command("migrate", interactive=False, verbosity=0)
        return
    with bar(console) as progress:
        task = progress.add_task("Preparing the database", total=len(pending))
        call_command("migrate", interactive=False, stdout=Applied(lambda: progress.advance(task)))


def load_demo(console: Console) -> None:
    """Loads the demo edition into a site without editions, and prints who may sign in."""
    from ratusz.apps.editions.models import Edition
    from ratusz.demo import content

    if not Edition.objects.exists():
        call_command("loaddemo")
    accounts = Table("demo account", "e-mail", "role", box=None, pad_edge=False)
    for person in content.people():
        accounts.add_row(person["full_name"], person["email"], ", ".join(person["roles"]) or person["key"])
    console.print(accounts)


def bar(console: Console) -> Progress:
    """The progress bar that all long commands share."""
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
    )


class Applied:
    """A stream that calls back for each migration that `migrate` reports as done."""

    def __init__(self, done):
        self.done = done

    def write(self, text: str) -> int:
        if "OK" in text:
            self.done()
        return len(text)

    def flush(self) -> None:
        pass


if __name__ == "__main__":
    with plain_failures():
        prepare(demo="--demo" in sys.argv)
