"""Real starts of a real site: each test gets a home of its own, copied from one that was made once."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from ratusz.config import postgres

RATUSZ = Path(sys.executable).with_name("ratusz")
ADMIN = "admin@example.org"


def environment(home: Path, **more: str) -> dict[str, str]:
    """What a command sees: this home and nothing of the test run's own settings."""
    hidden = {"DATABASE_URL", "RATUSZ_DEMO", "PORT", "SECRET_KEY"}
    kept = {name: value for name, value in os.environ.items() if name not in hidden}
    return {**kept, "RATUSZ_HOME": str(home), "COLUMNS": "400", **more}


def ratusz(home: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Runs a command of ratusz to its end."""
    return subprocess.run(
        [RATUSZ, *arguments],
        env=environment(home, **more),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
    )


def free_port() -> int:
    """A port that nobody holds now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(condition: Callable[[], object], seconds: float = 90) -> None:
    """Waits for a condition, or fails."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"waited {seconds} s in vain"
        time.sleep(0.1)


class Site:
    """A running `ratusz serve`."""

    def __init__(self, home: Path, **more: str):
        self.home, self.port = home, free_port()
        self.log = home.with_suffix(".log")
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [RATUSZ, "serve", "--workers", "1"],
                env=environment(home, PORT=str(self.port), **more),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def status(self) -> int | None:
        """The HTTP status of the robots page; None while nobody answers."""
        try:
            return urllib.request.urlopen(f"http://127.0.0.1:{self.port}/robots.txt", timeout=10).status
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return None

    def wait(self) -> "Site":
        """Waits until the site answers and the worker is there."""
        wait_until(lambda: (self.status() and self.child("procrastinate")) or self.process.poll() is not None)
        assert self.process.poll() is None, self.log.read_text()
        return self

    def child(self, word: str) -> psutil.Process | None:
        """The direct child whose command holds a word."""
        with contextlib.suppress(psutil.Error):
            for process in psutil.Process(self.process.pid).children():
                if any(word in part for part in process.cmdline()):
                    return process
        return None

    def everything(self) -> list[psutil.Process]:
        """The supervisor, all its descendants and the database server."""
        supervisor = psutil.Process(self.process.pid)
        found = [supervisor, *supervisor.children(recursive=True)]
        if server := postgres.running_pid(postgres.data_folder(self.home)):
            found += [psutil.Process(server), *psutil.Process(server).children(recursive=True)]
        return found

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Asks the site to stop and returns its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(40)


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    """A folder that other accounts may pass, as PostgreSQL must when root runs the tests; pytest's own is closed."""
    with tempfile.TemporaryDirectory(prefix="ratusz-house-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.fixture(scope="session")
def made_home() -> Iterator[Path]:
    """A home with a migrated database and one administrator, not running."""
    with tempfile.TemporaryDirectory(prefix="ratusz-house-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        home = Path(folder) / "home"
        answer = ratusz(home, "init", "--email", ADMIN)
        assert answer.returncode == 0, answer.stderr
        assert f"Made the administrator {ADMIN}" in answer.stdout
        yield home


@pytest.fixture
def home(made_home: Path, tmp_path: Path) -> Path:
    """A copy of the made home for one test."""
    copy = tmp_path / "home"
    # The owner of the cluster must stay its owner, which copytree does not see to.
    subprocess.run(["cp", "-a", made_home, copy], check=True)
    return copy


@pytest.fixture
def start(request: pytest.FixtureRequest) -> Iterator[Callable[..., Site]]:
    """Starts a site that is stopped after the test whatever happens."""
    sites: list[Site] = []

    def begin(home: Path, **more: str) -> Site:
        sites.append(Site(home, **more))
        return sites[-1]

    yield begin
    for site in sites:
        with contextlib.suppress(psutil.Error, subprocess.TimeoutExpired):
            left = site.everything()
            site.stop()
            for process in left:
                with contextlib.suppress(psutil.Error):
                    process.kill()
        postgres.stop(site.home)
