# SPDX-FileCopyrightText: 2026 The Ratusz authors
# SPDX-License-Identifier: Apache-2.0
"""The home of a site: its folder, its database, and the one sentence for each thing that can be missing."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import json
import os
import shutil
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import typer

from ratusz.config import postgres

LEAST_SPACE = 200 * 1024 * 1024


class CannotGoOn(Exception):
    """Says in one plain sentence what stops the command, and what to do next."""


@contextlib.contextmanager
def plain_failures() -> Iterator[None]:
    """Turns what a person can mend into one sentence and exit status 1; a fault of ours stays a traceback."""
    try:
        yield
    except (CannotGoOn, postgres.PostgresUnavailable) as error:
        fail(str(error))
    except OSError as error:
        if error.errno == errno.ENOSPC:
            fail(full_disk(home_folder()))
        if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS} and error.filename:
            fail(
                f"no permission to write {error.filename}: change its owner, or set RATUSZ_HOME to another folder."
            )
        raise
    except Exception as error:
        management = sys.modules.get("django.core.management.base")
        if management and isinstance(error, management.CommandError):
            fail(str(error))
        # PostgreSQL on a full disk shows as a lost connection, Django as an interrupted write.
        if (home := home_folder()).exists() and shutil.disk_usage(home).free < LEAST_SPACE // 10:
            fail(full_disk(home))
        raise


def fail(sentence: str) -> NoReturn:
    """Prints the sentence where errors go and ends the command."""
    typer.secho(f"ratusz: {sentence}", err=True, fg="red")
    raise SystemExit(1)


def home_folder() -> Path:
    """The folder in RATUSZ_HOME, `./var` when it is not set."""
    return Path(os.environ.get("RATUSZ_HOME") or "var").resolve()


def open_home() -> Path:
    """The home, made when it is new; its path is in the environment of every process that we start."""
    home = home_folder()
    if home.exists() and not home.is_dir():
        raise CannotGoOn(f"{home} is not a folder: set RATUSZ_HOME to one.")
    home.mkdir(parents=True, exist_ok=True)
    os.environ["RATUSZ_HOME"] = str(home)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ratusz.config.settings")
    return home


def check_space(home: Path, needed: int = LEAST_SPACE) -> None:
    """Refuses to begin what a nearly full disk would break in the middle."""
    if shutil.disk_usage(home).free < needed:
        raise CannotGoOn(full_disk(home, needed))


def full_disk(home: Path, needed: int = LEAST_SPACE) -> str:
    """The sentence for a full disk."""
    free = shutil.disk_usage(home if home.exists() else home.anchor).free
    return (
        f"the disk that holds {home} is full ({free // 1_000_000} MB free): free at least "
        f"{max(needed, LEAST_SPACE) // 1_000_000} MB, or set RATUSZ_HOME to a folder on another disk."
    )


def check_port(host: str, port: int) -> None:
    """Refuses a port that another program holds."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError as error:
            raise CannotGoOn(
                f"port {port} is for root only: choose one above 1023, PORT=8001 make run."
            ) from error
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                free = 8001 if port != 8001 else 8002
                raise CannotGoOn(
                    f"port {port} on {host} is taken by another program: PORT={free} make run."
                ) from error
            raise CannotGoOn(
                f"this machine has no address {host}: leave --host out to use 127.0.0.1."
            ) from error


@contextlib.contextmanager
def alone_in(home: Path, address: str) -> Iterator[None]:
    """Holds the home for this process; a second one learns who holds it. The kernel frees it if we die."""
    with (home / "serve.lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotGoOn(already_running(home, file.seek(0) or file.read())) from None
        file.truncate(0)
        file.write(json.dumps({"pid": os.getpid(), "address": address}))
        file.flush()
        yield
        file.truncate(0)


def already_running(home: Path, note: str) -> str:
    """The sentence for a home that another process holds."""
    try:
        holder = json.loads(note)
    except ValueError:  # the holder has just begun
        return f"another Ratusz is starting in {home}: wait for it, or set RATUSZ_HOME to another folder."
    return (
        f"Ratusz already runs in {home} (process {holder['pid']}, {holder['address']}): stop it with "
        f"`kill {holder['pid']}`, or start a second one with PORT=8001 RATUSZ_HOME=other-folder make run."
    )


@contextlib.contextmanager
def database(home: Path) -> Iterator[str]:
    """Keeps the database within reach: the one in DATABASE_URL, else the embedded one, started if need be."""
    if outside := os.environ.get("DATABASE_URL"):
        check_database(outside)
        yield outside
    else:
        with postgres.running(home) as address:
            yield address


def check_database(address: str) -> None:
    """Refuses an outside database that does not answer; never shows its password."""
    import psycopg

    try:
        parts = psycopg.conninfo.conninfo_to_dict(address)
    except psycopg.Error:
        raise CannotGoOn(
            "DATABASE_URL cannot be read: write it as postgresql://user:password@host:5432/database."
        ) from None
    place = f"{parts.get('host', 'localhost')}:{parts.get('port', 5432)}/{parts.get('dbname', '')}"
    try:
        psycopg.connect(address, connect_timeout=5).close()
    except psycopg.Error as error:
        reason = str(error).strip().splitlines()[-1].strip() if str(error).strip() else "no answer"
        if password := parts.get("password"):
            reason = reason.replace(str(password), "…")
        raise CannotGoOn(
            f"the database {place} cannot be reached ({reason}): start it, correct DATABASE_URL, or unset it to "
            "use the embedded PostgreSQL."
        ) from None
