"""A real web server on the database of a test, which may be killed and started again."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import psutil
from django.conf import settings
from django.db import connection
from django.test import Client


class Web:
    """The web server as `ratusz serve` starts it, on the database of the test, with two workers."""

    def __init__(self, home: Path):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        known = connection.settings_dict
        parts = {
            "host": known["HOST"],
            "port": known["PORT"],
            "user": known["USER"],
            "password": known["PASSWORD"],
        }
        options = "&".join(f"{key}={value}" for key, value in parts.items() if value)
        self.environment = os.environ | {
            "DATABASE_URL": f"postgresql:///{known['NAME']}?{options}",
            "RATUSZ_HOME": str(home),
            "RATUSZ_DEMO": "0",
            "SECRET_KEY": settings.SECRET_KEY,
            "RATUSZ_DB_POOL": "1",
            "RATUSZ_DEBUG": "1",  # static files come from their sources
            "PORT": str(self.port),
        }
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "granian", "ratusz.config.asgi:application", "--interface", "asginl"]
        command += ["--host", "127.0.0.1", "--port", str(self.port), "--workers", "2"]
        command += ["--respawn-failed-workers", "--respawn-interval", "0.5", "--workers-kill-timeout", "10"]
        self.process = subprocess.Popen(
            [*command, "--log-level", "warning"], env=self.environment, stdin=subprocess.DEVNULL
        )

    def wait(self) -> "Web":
        deadline = time.monotonic() + 60
        while True:
            with contextlib.suppress(httpx.HTTPError):
                if httpx.get(f"{self.address}/robots.txt", timeout=10).status_code:
                    return self
            assert self.process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.1)

    def kill(self) -> None:
        """kill -9 of the server and of all its workers."""
        for process in [
            *psutil.Process(self.process.pid).children(recursive=True),
            psutil.Process(self.process.pid),
        ]:
            process.kill()
        self.process.wait(10)

    def stop(self) -> float:
        """Asks the server to stop, as the supervisor does; the seconds that it took."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)
        return time.monotonic() - began


def cookies_of(user):
    client = Client()
    client.force_login(user)
    return {"sessionid": client.cookies["sessionid"].value}
