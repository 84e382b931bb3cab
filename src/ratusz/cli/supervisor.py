# SPDX-FileCopyrightText: 2026 The Ratusz authors
# SPDX-License-Identifier: Apache-2.0
"""Keeps child processes alive until it is told to stop, and leaves none behind."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

PATIENCE = 20.0  # seconds that a child has to finish what it is doing
LONGEST_PAUSE = 30.0  # seconds between two restarts of a child that keeps dying
LIBC = ctypes.CDLL(None)
PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of <linux/prctl.h>
STEADY = 60.0  # seconds after which a child counts as healthy again


@dataclass
class Child:
    """One process with its own process group, and how often it died of late."""

    name: str
    command: list[str]
    environment: dict[str, str]
    process: subprocess.Popen | None = None
    started: float = 0.0
    deaths: int = 0
    due: float = field(default=0.0)

    def start(self) -> None:
        """Starts the process in a group of its own, so that Ctrl-C reaches the supervisor alone."""
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            self.command,
            env={**os.environ, **self.environment},
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=die_with_parent,  # noqa: PLW1509 - one call into libc, which takes no lock
        )

    def alive(self) -> bool:
        """True while the process runs."""
        return self.process is not None and self.process.poll() is None

    def signal(self, number: int) -> None:
        """Sends a signal to the process alone."""
        if self.alive():
            self.process.send_signal(number)

    def sweep(self) -> None:
        """Kills what is left of the process group, so that a successor finds its port free."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def die_with_parent() -> None:
    """Asks the kernel, where it is Linux, to end this process when the supervisor is killed."""
    if sys.platform == "linux":
        LIBC.prctl(PARENT_DEATH_SIGNAL, signal.SIGTERM)


@contextlib.contextmanager
def stop_signals() -> Iterator[threading.Event]:
    """An event that Ctrl-C, SIGTERM and a closed terminal set instead of ending the process."""
    asked = threading.Event()
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, lambda *_: asked.set()) for number in numbers}
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def run_once(child: Child, stop: threading.Event) -> int | None:
    """Runs a child to its end and returns its exit status; None when it was stopped on request."""
    child.start()
    try:
        while child.alive():
            if stop.wait(0.05):
                child.signal(signal.SIGTERM)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    child.process.wait(PATIENCE)
                return None
    finally:
        child.sweep()
    return child.process.returncode


def keep_alive(
    children: list[Child],
    stop: threading.Event,
    say: Callable[[str], None],
    each_second: Callable[[], None] = lambda: None,
) -> None:
    """Keeps the children running until the event is set, then stops them all."""
    for child in children:
        child.start()
    checked = time.monotonic()
    try:
        while not stop.wait(0.2):
            now = time.monotonic()
            for child in children:
                restart_if_dead(child, now, say)
            if now - checked >= 1:
                checked = now
                each_second()
    finally:
        stop_all(children)


def restart_if_dead(child: Child, now: float, say: Callable[[str], None]) -> None:
    """Starts a dead child again, at once the first time and more and more slowly when it keeps dying."""
    if child.alive():
        return
    if child.process is not None:
        status = child.process.poll()
        child.sweep()
        child.process = None
        child.deaths = 1 if now - child.started > STEADY else child.deaths + 1
        pause = 0.0 if child.deaths == 1 else min(2.0 ** (child.deaths - 2), LONGEST_PAUSE)
        child.due = now + pause
        ended = f"was killed by signal {-status}" if status and status < 0 else f"ended with status {status}"
        say(f"The {child.name} {ended}; it starts again{f' in {pause:.0f} s' if pause else ''}.")
    if now >= child.due:
        child.start()


def stop_all(children: list[Child]) -> None:
    """Asks all children to finish, waits, and kills what does not."""
    for child in children:
        child.signal(signal.SIGTERM)
    deadline = time.monotonic() + PATIENCE
    for child in children:
        if child.process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.process.wait(max(0.0, deadline - time.monotonic()))
            child.sweep()
