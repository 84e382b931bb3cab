"""What a kind of import must know. An app registers one object per kind; the workflow is the same for all."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.http import HttpRequest

from ratusz.apps.core.errors import Text
from ratusz.apps.core.imports.guess import ColumnGuess
from ratusz.apps.core.imports.ledger import Ledger
from ratusz.apps.core.imports.parse import Table

ERROR, WARNING, NOTE = "error", "warning", "note"
Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Role:
    """What a column can be used for; the choices of the select above it."""

    key: str
    label: Text
    group: Text = ""
    wants_year: bool = False


@dataclass(frozen=True, slots=True)
class RowMessage:
    """One thing found in one row. An error leaves the row (or its one cell) out of the import."""

    line: int
    severity: str
    code: str
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Question:
    """Something suspicious that only a person can decide; each option has a text of its own."""

    key: str
    code: str
    data: dict[str, Any]
    options: tuple[str, ...]
    suggested: str = ""
    examples: tuple[str, ...] = ()


@dataclass(slots=True)
class Check:
    """What a file would do under a mapping and decisions. `plan` is what `write` needs; nothing is saved."""

    messages: list[RowMessage] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    problems: list[tuple[str, dict[str, Any]]] = field(default_factory=list)  # what stops the whole import
    plan: Any = None


class Target(ABC):
    """A kind of import: who may do it, what columns can mean, what a row must fulfil, how it is written."""

    key: str
    label: Text
    description: Text

    @abstractmethod
    def edition_now(self, request: HttpRequest) -> Any:
        """The edition that a new upload belongs to; None for data that belong to none."""

    @abstractmethod
    def may(self, by: Any, edition_id: int | None) -> bool:
        """True when the person may import this now."""

    @abstractmethod
    def may_see(self, by: Any, edition_id: int | None) -> bool:
        """True when the person may look at imports of this kind, also after the phase in which they are made."""

    @abstractmethod
    def require(self, by: Any, edition_id: int | None) -> None:
        """Raises NotAllowed with the reason."""

    @abstractmethod
    def roles(self) -> Sequence[Role]:
        """The roles that a column can have, in the order of the select; the empty one is added."""

    @abstractmethod
    def options(self) -> dict[str, forms.Field]:
        """Fields that hold for the whole file, such as its source and year."""

    @abstractmethod
    def guess(
        self, table: Table, columns: Sequence[ColumnGuess], file_name: str, known: Mapping[str, str]
    ) -> dict:
        """The mapping to start from; `known` gives roles that people chose for the same headers before."""

    @abstractmethod
    def check(self, table: Table, mapping: dict, decisions: Mapping[str, str]) -> Check:
        """Reads every row under the mapping and the decisions; saves nothing."""

    @abstractmethod
    def write(self, plan: Any, ledger: Ledger, progress: Progress) -> None:
        """Writes the plan through the ledger, inside the transaction of the import."""

    def series(self, table: Table, mapping: dict) -> list[str]:
        """The labels of the series in a long table; empty when each column is a series."""
        return []


_TARGETS: dict[str, Target] = {}


def register(target: Target) -> None:
    """Makes a kind of import known; an app calls it when it is ready."""
    _TARGETS[target.key] = target


def target(key: str) -> Target:
    """The kind of import with this key."""
    return _TARGETS[key]


def known() -> list[Target]:
    """Every kind of import, in the order of registration."""
    return list(_TARGETS.values())
