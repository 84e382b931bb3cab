"""The board of "My edition": each stage says what it asks of a person now and what came of earlier work."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from ratusz.apps.accounts.models import User
from ratusz.apps.core.errors import Text
from ratusz.apps.editions.models import Edition


@dataclass(frozen=True)
class Task:
    """Something asked of the person, with the moment by which and the page where it is done."""

    title: Text
    url: str
    why: Text = ""
    due: datetime | None = None


@dataclass(frozen=True)
class Outcome:
    """What came of something the person did; `text` stands in place of the moment."""

    title: Text
    url: str = ""
    text: Text = ""
    at: datetime | None = None


Provider = Callable[[User, Edition], Iterable[Task | Outcome]]

_providers: list[Provider] = []


def register(provider: Provider) -> None:
    """Adds a stage's provider; it is asked for each person and edition with few queries."""
    if provider not in _providers:
        _providers.append(provider)


def board_of(user: User, edition: Edition) -> tuple[list[Task], list[Outcome]]:
    """What is asked of the person (the soonest first) and what came of it (the newest first)."""
    entries = [entry for provider in _providers for entry in provider(user, edition)]
    tasks = [entry for entry in entries if isinstance(entry, Task)]
    outcomes = [entry for entry in entries if isinstance(entry, Outcome)]
    tasks.sort(key=lambda task: (task.due is None, task.due.timestamp() if task.due else 0))
    outcomes.sort(key=lambda outcome: outcome.at.timestamp() if outcome.at else 0, reverse=True)
    return tasks, outcomes
