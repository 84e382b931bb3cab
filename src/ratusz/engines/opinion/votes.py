"""Votes of participants on statements: the last vote of a person on a statement counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from ratusz.engines.contracts import EngineError, stable_hash

AGREE, PASS, DISAGREE = 1, 0, -1


@dataclass(frozen=True, slots=True, eq=False)
class Votes:
    """A sparse table of votes; rows and columns stand in the order of their first vote.

    `rows`, `columns` (int64) and `values` (int8: 1 agree, 0 pass, -1 disagree) hold one entry for each pair
    that was voted on, sorted by row and column. A statement in `excluded` (rejected, or about the voter
    rather than the question) counts for nothing but stays in the table, so that nobody's votes are lost.
    """

    participants: tuple[str, ...]
    statements: tuple[str, ...]
    rows: np.ndarray
    columns: np.ndarray
    values: np.ndarray
    excluded: np.ndarray

    @property
    def shape(self) -> tuple[int, int]:
        return len(self.participants), len(self.statements)

    @property
    def votes_of_participants(self) -> np.ndarray:
        """How many statements each participant voted on, excluded ones too (int64)."""
        return np.bincount(self.rows, minlength=self.shape[0])

    def counted(self) -> np.ndarray:
        """True for the entries whose statement counts (bool, one per entry)."""
        return ~self.excluded[self.columns]

    def table(self, values: np.ndarray) -> csr_array:
        """A sparse array (participants × statements) of one value for each entry; zeros stay entries."""
        start = np.zeros(self.shape[0] + 1, dtype=np.int64)
        np.cumsum(self.votes_of_participants, out=start[1:])
        return csr_array((values, self.columns, start), shape=self.shape)

    @property
    def hash(self) -> str:
        """SHA-256 (hex) of everything that a result depends on."""
        return stable_hash(
            self.participants, self.statements, self.rows, self.columns, self.values, self.excluded
        )


def from_events(
    participants: Sequence[str],
    statements: Sequence[str],
    values: Sequence[int] | np.ndarray,
    *,
    moments: Sequence[float] | np.ndarray | None = None,
    excluded: Sequence[str] = (),
) -> Votes:
    """Return the votes that stand after a log of events.

    `moments` gives the order in time (ties and None: the order of the log). A statement in `excluded` on which
    nobody voted is of no account. Raises EngineError for a vote that is none of 1, 0, -1.

    >>> votes = from_events(["ala", "olo", "ala"], ["s1", "s1", "s1"], [1, -1, 0])
    >>> votes.participants, votes.values.tolist()
    (('ala', 'olo'), [0, -1])
    """
    cast = np.asarray(values)
    if not len(participants) == len(statements) == len(cast):
        raise EngineError(
            "Votes", f"{len(participants)}, {len(statements)} and {len(cast)}",
            "there is one participant, one statement and one value for each vote", "give lists of equal length",
        )  # fmt: skip
    wrong = np.flatnonzero(~np.isin(cast, (AGREE, PASS, DISAGREE)))
    if len(wrong):
        k = int(wrong[0])
        raise EngineError(
            f"Vote {k + 1} (participant {participants[k]}, statement {statements[k]})", cast[k],
            "a vote is 1 (agree), 0 (pass) or -1 (disagree)", "correct the value or leave the line out",
        )  # fmt: skip
    order = np.arange(len(cast)) if moments is None else np.argsort(np.asarray(moments), kind="stable")
    people, row = _numbered([participants[k] for k in order])
    said, column = _numbered([statements[k] for k in order])
    # Later events come later in `order`: the last entry of each pair stands.
    pair = row * max(len(said), 1) + column
    _pairs, last = np.unique(pair[::-1], return_index=True)
    kept = len(pair) - 1 - last
    gone = set(excluded)
    return Votes(
        participants=people,
        statements=said,
        rows=row[kept],
        columns=column[kept],
        values=cast[order][kept].astype(np.int8),
        excluded=np.array([statement in gone for statement in said], dtype=bool),
    )


def from_matrix(
    participants: Sequence[str],
    statements: Sequence[str],
    matrix: np.ndarray,
    *,
    excluded: Sequence[str] = (),
) -> Votes:
    """Return the votes of a table (participants × statements) in which NaN stands for no vote."""
    matrix = np.asarray(matrix, dtype=float)
    row, column = np.nonzero(~np.isnan(matrix))
    wrong = np.flatnonzero(~np.isin(matrix[row, column], (AGREE, PASS, DISAGREE)))
    if len(wrong):
        i, j = row[wrong[0]], column[wrong[0]]
        raise EngineError(
            f"Participant {participants[i]}, statement {statements[j]}", matrix[i, j],
            "a vote is 1 (agree), 0 (pass), -1 (disagree) or empty", "correct the value",
        )  # fmt: skip
    gone = set(excluded)
    return Votes(
        participants=tuple(participants),
        statements=tuple(statements),
        rows=row.astype(np.int64),
        columns=column.astype(np.int64),
        values=matrix[row, column].astype(np.int8),
        excluded=np.array([statement in gone for statement in statements], dtype=bool),
    )


def some_of(votes: Votes, kept: np.ndarray) -> Votes:
    """The same table with the entries in which `kept` (bool) holds; people and statements stay."""
    return Votes(
        votes.participants, votes.statements, votes.rows[kept], votes.columns[kept], votes.values[kept],
        votes.excluded,
    )  # fmt: skip


def by_name(votes: Votes) -> tuple[Votes, np.ndarray, np.ndarray]:
    """Return the votes with people and statements in the order of their names, and which row and column each was.

    What is drawn at random over this table does not depend on the order in which the votes arrived.
    """
    people, said = (
        np.argsort(np.array(names, dtype=object), kind="stable")
        for names in (votes.participants, votes.statements)
    )
    row_of, column_of = np.empty_like(people), np.empty_like(said)
    row_of[people], column_of[said] = np.arange(len(people)), np.arange(len(said))
    rows, columns = row_of[votes.rows], column_of[votes.columns]
    order = np.argsort(rows * max(len(said), 1) + columns, kind="stable")
    sorted_votes = Votes(
        tuple(votes.participants[i] for i in people),
        tuple(votes.statements[j] for j in said),
        rows[order],
        columns[order],
        votes.values[order],
        votes.excluded[said],
    )
    return sorted_votes, people, said


def _numbered(names: list[str]) -> tuple[tuple[str, ...], np.ndarray]:
    """Distinct names in order of appearance, and the number of each name."""
    numbers: dict[str, int] = {}
    index = np.fromiter((numbers.setdefault(name, len(numbers)) for name in names), np.int64, len(names))
    return tuple(numbers), index
