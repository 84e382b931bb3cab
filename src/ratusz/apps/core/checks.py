"""What must hold before the site may start."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error

LOOPBACK = {"127.0.0.1", "localhost", "[::1]", "::1"}


def reasons_against_demo() -> list[str]:
    """Why demo mode, which signs anybody in with one click, must not run with these settings."""
    if not settings.DEMO:
        return []
    reasons = [
        f"ALLOWED_HOSTS names {host}, which is not this machine alone."
        for host in settings.ALLOWED_HOSTS
        if host not in LOOPBACK
    ]
    address = urlsplit(settings.BASE_URL)
    if address.hostname not in LOOPBACK:
        reasons.append(f"RATUSZ_BASE_URL is {settings.BASE_URL}, which is not this machine alone.")
    if address.scheme == "https" and not settings.DEBUG:
        reasons.append("RATUSZ_BASE_URL is https, as in production.")
    return reasons


def demo_stays_on_loopback(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """An error for each way in which demo mode could be reached from elsewhere."""
    hint = "Unset RATUSZ_DEMO, or serve the demo on 127.0.0.1 only."
    return [Error(f"Demo mode refuses to start: {reason}", hint=hint, id="ratusz.E001")
            for reason in reasons_against_demo()]  # fmt: skip


def refuse_unsafe_demo() -> None:
    """Stops a server that would run the demo where others can reach it."""
    if reasons := reasons_against_demo():
        raise SystemExit(" ".join(["Demo mode refuses to start:", *reasons, "Unset RATUSZ_DEMO."]))
