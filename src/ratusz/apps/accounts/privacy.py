"""Where each stage says what it keeps about a person, and takes the person out of it."""

from collections.abc import Callable
from typing import Any

from ratusz.apps.accounts.models import User

Exporter = Callable[[User], Any]
Eraser = Callable[[User], None]

_exporters: dict[str, Exporter] = {}
_erasers: dict[str, Eraser] = {}


def register_exporter(name: str, function: Exporter) -> None:
    """Adds a section to the export of one's own data; the function returns what JSON can hold."""
    _exporters[name] = function


def register_eraser(name: str, function: Eraser) -> None:
    """Adds what another stage does when a person is erased, within the same transaction."""
    _erasers[name] = function


def export(user: User) -> dict[str, Any]:
    """Everything the system keeps that names the person, by section."""
    return {name: function(user) for name, function in _exporters.items()}


def erase_elsewhere(user: User) -> None:
    """Runs the erasers of all stages."""
    for function in _erasers.values():
        function(user)
