"""Polis exports: a log of vote events or a table of people by statements, and the list of comments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ratusz.engines.contracts import EngineError
from ratusz.engines.delimited import numbered_rows
from ratusz.engines.opinion.votes import AGREE, DISAGREE, Votes, from_events, from_matrix

PERSON = ("voter-id", "voter_id", "participant", "participant-id", "pid")
STATEMENT = ("comment-id", "comment_id", "statement", "statement-id", "tid")
VOTE = ("vote",)
MOMENT = ("timestamp", "created", "modified")
TEXT = ("comment-body", "comment_body", "text", "txt", "body")
MODERATED = ("moderated", "mod")
META = ("is-meta", "is_meta", "meta")
# What a table says about a person before the statements begin.
ABOUT = ("xid", "group-id", "n-comments", "n-votes", "n-agree", "n-disagree")
REJECTED = "-1"
YES = ("true", "t", "1", "yes")

Rows = list[tuple[int, list[str]]]


@dataclass(frozen=True, slots=True)
class Conversation:
    """Votes, the wording of statements by id as far as it is known, and notes on how the files were taken."""

    votes: Votes
    texts: dict[str, str]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Comments:
    texts: dict[str, str]
    excluded: tuple[str, ...]
    agrees: dict[str, int]
    disagrees: dict[str, int]


def read_conversation(
    votes: bytes | str,
    comments: bytes | str | None = None,
    *,
    reverse: bool = False,
    name: str = "votes.csv",
    comments_name: str = "comments.csv",
) -> Conversation:
    """Return the conversation of a log of votes or a table of people by statements, told apart by the header.

    Comments that were rejected (moderated -1) or are about the voter (is-meta) count for nothing. `reverse` takes
    -1 for agree, as Polis' database does; the totals beside the votes decide where it is not given.
    """
    rows, _delimiter = numbered_rows(votes, name)
    if not rows:
        raise EngineError(name, "no line at all", "it is a Polis export of votes", "export it again")
    known = _read_comments(comments, comments_name) if comments is not None else _Comments({}, (), {}, {})
    header = [cell.strip().lower() for cell in rows[0][1]]
    if _place(header, VOTE) is not None:
        found, turned = _read_log(rows, header, known, reverse, name)
    else:
        found, turned = _read_table(rows, known, reverse, name)
    notes = []
    if turned and not reverse:
        notes.append(f"{name}: -1 was taken for agree, because the totals beside the votes say so.")
    unknown = sum(statement not in known.texts for statement in found.statements)
    if comments is not None and unknown:
        notes.append(f"{comments_name}: {unknown} of {found.shape[1]} statements with votes are not in it.")
    if found.excluded.any():
        notes.append(
            f"{int(found.excluded.sum())} statements count for nothing: rejected, or about the voter."
        )
    return Conversation(found, known.texts, tuple(notes))


def _read_log(
    rows: Rows, header: list[str], known: _Comments, reverse: bool, name: str
) -> tuple[Votes, bool]:
    person, statement = (_needed(header, names, name) for names in (PERSON, STATEMENT))
    vote, moment = _place(header, VOTE), _place(header, MOMENT)
    assert vote is not None
    people, said, cast, moments = [], [], [], []
    for line, row in rows[1:]:
        cells = [_cell(row, k) for k in (person, statement)]
        for column, cell in zip((person, statement), cells, strict=True):
            if not cell:
                raise EngineError(
                    f"{name}, line {line}, column {header[column]}", "nothing", "each vote has one",
                    "fill it in or delete the line",
                )  # fmt: skip
        people.append(cells[0])
        said.append(cells[1])
        cast.append(_vote(_cell(row, vote), f"{name}, line {line}, column {header[vote]}"))
        if moment is not None:
            moments.append(_moment(_cell(row, moment), f"{name}, line {line}, column {header[moment]}"))
    _refuse_none(cast, name)
    values = np.array(cast, dtype=np.int8)
    when = moments if moment is not None else None
    votes = from_events(people, said, values, moments=when, excluded=known.excluded)
    turned = reverse or _contradicted(votes, known)
    return (_turned(votes) if turned else votes), turned


def _read_table(rows: Rows, known: _Comments, reverse: bool, name: str) -> tuple[Votes, bool]:
    header = [cell.strip() for cell in rows[0][1]]
    person = _needed([cell.lower() for cell in header], PERSON, name)
    places = [k for k, cell in enumerate(header) if k != person and cell and cell.lower() not in ABOUT]
    statements = [header[k] for k in places]
    if not places:
        raise EngineError(
            name, "neither a column vote nor one column for each statement",
            "it is a log (comment-id, voter-id, vote) or a table of people by statements",
            "export votes.csv or participants-votes.csv from Polis",
        )  # fmt: skip
    _refuse_doubles(statements, f"{name}, line {rows[0][0]}", "statement")
    people: list[str] = []
    matrix = np.full((len(rows) - 1, len(places)), np.nan)
    for i, (line, row) in enumerate(rows[1:]):
        if not (one := _cell(row, person)):
            raise EngineError(
                f"{name}, line {line}, column {header[person]}", "nothing", "each line has its participant",
                "fill it in or delete the line",
            )  # fmt: skip
        people.append(one)
        for j, k in enumerate(places):
            if cell := _cell(row, k):
                matrix[i, j] = _vote(cell, f"{name}, line {line}, column {header[k]}")
    _refuse_doubles(people, name, "participant")
    _refuse_none(matrix[~np.isnan(matrix)], name)
    votes = from_matrix(people, statements, matrix, excluded=known.excluded)
    turned = reverse or _contradicted(votes, known) or _totals_contradict(rows, matrix)
    return (_turned(votes) if turned else votes), turned


def _read_comments(content: bytes | str, name: str) -> _Comments:
    rows, _delimiter = numbered_rows(content, name)
    header = [cell.strip().lower() for cell in rows[0][1]] if rows else []
    key = _needed(header, STATEMENT, name)
    texts: dict[str, str] = {}
    excluded: list[str] = []
    totals: dict[str, dict[str, int]] = {"agrees": {}, "disagrees": {}}
    for line, row in rows[1:]:
        one = _cell(row, key)
        if not one or one in texts:
            raise EngineError(
                f"{name}, line {line}, column {header[key]}", f'"{one}"' if one else "nothing",
                "each comment has an id of its own", "correct it or delete the line",
            )  # fmt: skip
        texts[one] = _cell(row, _place(header, TEXT))
        meta = _cell(row, _place(header, META)).lower() in YES
        if meta or _cell(row, _place(header, MODERATED)) == REJECTED:
            excluded.append(one)
        for what, numbers in totals.items():
            if (number := _cell(row, _place(header, (what,)))).isdecimal():
                numbers[one] = int(number)
    return _Comments(texts, tuple(excluded), totals["agrees"], totals["disagrees"])


# --- which sign means agree


def _contradicted(votes: Votes, known: _Comments) -> bool:
    """Whether the comments' totals fit better when -1 is agree."""
    column = {statement: j for j, statement in enumerate(votes.statements)}
    shared = [s for s in column if s in known.agrees and s in known.disagrees]
    ones, minus = (
        np.bincount(votes.columns[votes.values == v], minlength=votes.shape[1]) for v in (AGREE, DISAGREE)
    )
    j = [column[s] for s in shared]
    said = np.array([[known.agrees[s], known.disagrees[s]] for s in shared]).reshape(-1, 2)
    return _fits_reversed(np.stack([ones[j], minus[j]], axis=1), said)


def _totals_contradict(rows: Rows, matrix: np.ndarray) -> bool:
    """Whether the people's own totals in the table fit better when -1 is agree."""
    header = [cell.strip().lower() for cell in rows[0][1]]
    places = [_place(header, (what,)) for what in ("n-agree", "n-disagree")]
    said = [[_cell(row, k) for k in places] for _line, row in rows[1:]]
    whole = [i for i, pair in enumerate(said) if all(cell.isdecimal() for cell in pair)]
    counted = np.stack([(matrix == AGREE).sum(axis=1), (matrix == DISAGREE).sum(axis=1)], axis=1)
    return _fits_reversed(counted[whole], np.array([said[i] for i in whole], dtype=int).reshape(-1, 2))


def _fits_reversed(counted: np.ndarray, said: np.ndarray) -> bool:
    return bool(np.abs(counted[:, ::-1] - said).sum() < np.abs(counted - said).sum())


def _turned(votes: Votes) -> Votes:
    return Votes(
        votes.participants, votes.statements, votes.rows, votes.columns, -votes.values, votes.excluded
    )


# --- cells


def _place(header: list[str], names: Sequence[str]) -> int | None:
    return next((header.index(one) for one in names if one in header), None)


def _needed(header: list[str], names: Sequence[str], file: str) -> int:
    place = _place(header, names)
    if place is None:
        listed = ", ".join(header[:8]) or "nothing"
        raise EngineError(
            f"{file}, first line", listed, f"a Polis export has a column {names[0]}", f"name it {names[0]}"
        )
    return place


def _cell(row: list[str], place: int | None) -> str:
    return row[place].strip() if place is not None and place < len(row) else ""


def _vote(cell: str, where: str) -> int:
    # float() accepts "nan", "1_0" and digits of other scripts.
    value = {"1": 1, "0": 0, "-1": -1, "1.0": 1, "0.0": 0, "-1.0": -1, "+1": 1, "-0": 0, "-0.0": 0}.get(cell)
    if value is None:
        raise EngineError(
            where, f'"{cell[:40]}"' if cell else "nothing", "a vote is 1 (agree), 0 (pass) or -1 (disagree)",
            "correct the value or leave the line out",
        )  # fmt: skip
    return value


def _moment(cell: str, where: str) -> int:
    if not (cell.isascii() and cell.isdecimal() and len(cell) < 19):
        raise EngineError(
            where, f'"{cell[:40]}"', "it is a whole number of milliseconds since 1970",
            "correct it, or leave the column out: the order of the lines counts then",
        )  # fmt: skip
    return int(cell)


def _refuse_doubles(names: list[str], where: str, what: str) -> None:
    seen: set[str] = set()
    for one in names:
        if one in seen:
            raise EngineError(where, f'the {what} "{one}" twice', "each stands once", "delete one of the two")
        seen.add(one)


def _refuse_none(cast: Sequence[int] | np.ndarray, name: str) -> None:
    if not len(cast):
        raise EngineError(name, "no vote", "groups come from votes", "export it after people have voted")
