# SPDX-FileCopyrightText: 2026 The Ratusz authors
# SPDX-License-Identifier: Apache-2.0
"""One file that holds a whole site: pg_dump's own format, the media and a manifest with a hash of each file."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import io
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import Annotated, BinaryIO

import typer
from rich.progress import BarColumn, DownloadColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from ratusz import __version__
from ratusz.cli import home as homes
from ratusz.config import postgres

FORMAT = 1
MANIFEST, DUMP, SECRET = "manifest.json", "database.dump", "secret_key"
CHUNK = 1024 * 1024


def backup(
    file: Annotated[Path, typer.Argument(help="File to write, for example ratusz-2026-05-01.tar.")],
) -> None:
    """Write the whole site, database and media, to one file."""
    with homes.plain_failures():
        home = homes.open_home()
        if file.is_dir():
            raise homes.CannotGoOn(f"{file} is a folder: name a file, for example {file / 'ratusz.tar'}.")
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_name(file.name + ".part")
        with homes.database(home) as url, tempfile.TemporaryDirectory(dir=file.parent) as scratch:
            dump = Path(scratch) / DUMP
            with Progress(
                SpinnerColumn(), TextColumn("Dumping the database"), TimeElapsedColumn()
            ) as progress:
                progress.add_task("")
                client(
                    "pg_dump",
                    "--format=custom",
                    "--no-owner",
                    "--no-privileges",
                    "--file",
                    str(dump),
                    url=url,
                )
            members = {DUMP: dump, **site_files(home)}
            try:
                write_archive(part, members)
                part.replace(file)
            finally:
                part.unlink(missing_ok=True)
        typer.echo(
            f"Wrote {file}: {file.stat().st_size / 1e6:.1f} MB, {len(members)} files. Keep it as safe as the site."
        )


def restore(
    file: Annotated[Path, typer.Argument(help="File that `ratusz backup` wrote.")],
    force: Annotated[bool, typer.Option("--force", help="Replace the site that is in the home now.")] = False,
) -> None:
    """Bring a backup back into an empty home."""
    with homes.plain_failures():
        home = homes.open_home()
        with homes.alone_in(home, "restoring"), opened(file) as (archive, manifest):
            homes.check_space(
                home, 2 * sum(entry["size"] for entry in manifest["files"].values()) + homes.LEAST_SPACE
            )
            with (
                homes.database(home) as url,
                tempfile.TemporaryDirectory(dir=home, prefix="restore.") as scratch,
            ):
                if not force:
                    refuse_if_used(home, url)
                unpack(archive, manifest, Path(scratch))
                with Progress(
                    SpinnerColumn(), TextColumn("Restoring the database"), TimeElapsedColumn()
                ) as progress:
                    progress.add_task("")
                    replace_database(Path(scratch), url)
                replace_files(Path(scratch), home)
        typer.echo(f"Restored the site of {manifest['made']} into {home}. Start it with: ratusz serve")


def site_files(home: Path) -> dict[str, Path]:
    """The files of the home that belong to the site, by their name in the archive."""
    found = {SECRET: home / SECRET} if (home / SECRET).exists() else {}
    media = home / "media"
    for path in sorted(media.rglob("*")):
        if path.is_file() and not path.is_symlink():
            found[f"media/{path.relative_to(media).as_posix()}"] = path
    return found


def write_archive(target: Path, members: dict[str, Path]) -> None:
    """Writes the members and, last, the manifest; only its owner may read the file."""
    files = {}
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as raw, tarfile.open(fileobj=raw, mode="w") as archive:
        with bytes_bar("Writing", sum(path.stat().st_size for path in members.values())) as advance:
            for name, path in members.items():
                with path.open("rb") as source:
                    info = archive.gettarinfo(arcname=name, fileobj=source)
                    info.uid = info.gid = 0
                    info.uname = info.gname = ""
                    reader = Hashing(source, advance)
                    archive.addfile(info, reader)
                files[name] = {"size": info.size, "sha256": reader.digest.hexdigest()}
        made = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
        manifest = {"format": FORMAT, "ratusz": __version__, "made": made, "files": files}
        add_bytes(archive, MANIFEST, json.dumps(manifest, indent=1).encode())


def add_bytes(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    """Adds one file that exists in memory only."""
    info = tarfile.TarInfo(name)
    info.size, info.mode = len(content), 0o600
    archive.addfile(info, io.BytesIO(content))


class Hashing:
    """A file that hashes and counts what is read from it."""

    def __init__(self, source: BinaryIO, advance: Callable[[int], object]):
        self.source, self.advance, self.digest = source, advance, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        chunk = self.source.read(size)
        self.digest.update(chunk)
        self.advance(len(chunk))
        return chunk


@contextlib.contextmanager
def opened(file: Path) -> Iterator[tuple[tarfile.TarFile, dict]]:
    """The archive and its manifest; a sentence when the file is no backup or comes from a newer Ratusz."""
    if not file.is_file():
        raise homes.CannotGoOn(
            f"there is no file {file}: give the path of a file that `ratusz backup` wrote."
        )
    broken = homes.CannotGoOn(
        f"{file} is not a whole backup of Ratusz: take another copy of it, or an older backup."
    )
    try:
        with tarfile.open(file, "r:") as archive:
            try:
                manifest = json.load(archive.extractfile(MANIFEST))
                newer = manifest["format"] > FORMAT or version(manifest["ratusz"]) > version(__version__)
                sound = all({"size", "sha256"} <= entry.keys() for entry in manifest["files"].values())
            except (KeyError, ValueError, TypeError, AttributeError) as error:
                raise broken from error
            if newer:
                raise homes.CannotGoOn(
                    f"{file} was written by Ratusz {manifest['ratusz']}, this is {__version__}: upgrade, then restore."
                )
            if not sound or DUMP not in manifest["files"]:
                raise broken
            yield archive, manifest
    except (tarfile.TarError, EOFError) as error:
        raise broken from error


def version(text: str) -> tuple[int, ...]:
    """A release number that can be compared."""
    return tuple(int(part) for part in text.split(".")[:3] if part.isdigit())


def refuse_if_used(home: Path, url: str) -> None:
    """Refuses a home that holds a site already."""
    import psycopg

    with psycopg.connect(url) as connection:
        used = connection.execute(
            "SELECT EXISTS (SELECT FROM pg_tables WHERE schemaname = 'public')"
        ).fetchone()[0]
    if used or any(path.is_file() for path in (home / "media").rglob("*")):
        raise homes.CannotGoOn(
            f"{home} holds a site already: set RATUSZ_HOME to an empty folder, or add --force to replace it."
        )


def unpack(archive: tarfile.TarFile, manifest: dict, target: Path) -> None:
    """Writes each file that the manifest names, and only those, after comparing its hash."""
    with bytes_bar("Unpacking", sum(entry["size"] for entry in manifest["files"].values())) as advance:
        for name, entry in manifest["files"].items():
            parts = PurePosixPath(name).parts
            if ".." in parts or name.startswith("/") or (name not in {DUMP, SECRET} and parts[0] != "media"):
                raise tarfile.TarError(f"a name that leads outside: {name}")
            source = archive.extractfile(name)
            if source is None:
                raise tarfile.TarError(f"not a file: {name}")
            path = target / name
            path.parent.mkdir(parents=True, exist_ok=True)
            reader = Hashing(source, advance)
            with path.open("wb") as out:
                shutil.copyfileobj(reader, out, CHUNK)
            if reader.digest.hexdigest() != entry["sha256"]:
                raise tarfile.TarError(f"damaged: {name}")


def replace_database(scratch: Path, url: str) -> None:
    """Replaces what is in the database by the dump, in one transaction: all of it or nothing."""
    script = scratch / "database.sql"
    client("pg_restore", "--no-owner", "--no-privileges", "--file", str(script), str(scratch / DUMP))
    options = [
        "--no-psqlrc",
        "--quiet",
        "--set",
        "ON_ERROR_STOP=1",
        "--single-transaction",
        "--output",
        os.devnull,
    ]
    fresh = ["--command", "DROP SCHEMA public CASCADE", "--command", "CREATE SCHEMA public"]
    client("psql", *options, *fresh, "--file", str(script), url=url)


def replace_files(scratch: Path, home: Path) -> None:
    """Puts the restored media and key in place of those of the home."""
    old = scratch / "replaced"
    if (home / "media").exists():
        (home / "media").rename(old)
    if (scratch / "media").exists():
        (scratch / "media").rename(home / "media")
    if (scratch / SECRET).exists():
        (scratch / SECRET).chmod(0o600)
        (scratch / SECRET).replace(home / SECRET)


def client(program: str, *arguments: str, url: str | None = None) -> None:
    """Runs a PostgreSQL client; the address goes through the environment, where `ps` does not show a password."""
    environment = dict(os.environ)
    if url:
        import psycopg

        given = psycopg.conninfo.conninfo_to_dict(url)
        names = {option.keyword.decode(): option.envvar for option in psycopg.pq.Conninfo.get_defaults()}
        environment |= {names[key].decode(): str(value) for key, value in given.items() if names.get(key)}
    answer = subprocess.run(
        [postgres.programs() / program, *arguments],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    if answer.returncode:
        if "No space left" in answer.stderr:
            raise OSError(28, answer.stderr)
        reason = answer.stderr.strip().splitlines() or ["it said nothing"]
        raise homes.CannotGoOn(f"{program} failed and nothing was changed: {reason[0]}")


@contextlib.contextmanager
def bytes_bar(title: str, total: int) -> Iterator[Callable[[int], None]]:
    """A progress bar in bytes; yields the function that moves it."""
    columns = (SpinnerColumn(), TextColumn(title), BarColumn(), DownloadColumn(), TimeElapsedColumn())
    with Progress(*columns) as progress:
        task = progress.add_task(title, total=total)
        yield lambda size: progress.advance(task, size)
