"""The files of a conversation as bytes, and a bundle whose groups and figures anybody can have recomputed.

Nothing here depends on the clock: the same votes, mode and seed give the same bytes.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import math
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ratusz.engines.contracts import EngineError, Progress, no_progress
from ratusz.engines.opinion.conversation import Opinions, analyse
from ratusz.engines.opinion.files import tables
from ratusz.engines.opinion.files.report import write_report
from ratusz.engines.opinion.verify import verify
from ratusz.engines.opinion.votes import Votes

FORMAT = "ratusz-opinion-1"
LARGEST_BUNDLE = 2_000_000_000
SHOWN = 20
_TABLES = ("participants.csv", "statements.csv", "representative.csv", "consensus.csv")
_NEEDED = ("votes.csv", *_TABLES, "result.json", "manifest.json")


@dataclass(frozen=True)
class Verdict:
    """What recomputing found: no difference means that the groups are those of the votes and the seed."""

    participants: int
    statements: int
    votes: int
    groups: int
    differences: tuple[str, ...]

    @property
    def reproduced(self) -> bool:
        """Whether everything was found again."""
        return not self.differences


def write_files(
    opinions: Opinions, texts: dict[str, str] | None = None, notes: tuple[str, ...] = ()
) -> dict[str, bytes]:
    """Return participants.csv, statements.csv, representative.csv, consensus.csv, report.html and bundle.zip."""
    texts = texts or {}
    files = _results(opinions, texts)
    return {
        **files,
        "report.html": write_report(opinions, texts, notes).encode(),
        "bundle.zip": _bundle(opinions, files),
    }


def write_bundle(opinions: Opinions, texts: dict[str, str] | None = None) -> bytes:
    """Return the bundle alone."""
    return _bundle(opinions, _results(opinions, texts or {}))


def _results(o: Opinions, texts: dict[str, str]) -> dict[str, bytes]:
    rows = (
        tables.participants(o),
        tables.statements(o, texts),
        tables.representative(o),
        tables.consensus(o),
    )
    return {name: tables.write_csv(table) for name, table in zip(_TABLES, rows, strict=True)}


def _result(o: Opinions) -> bytes:
    return _json(
        {
            "mode": o.mode,
            "seed": o.provenance.seed,
            "version": o.provenance.version,
            "input_hash": o.provenance.input_hash,
            "groups": o.grouping.number,
            "stability": {str(k): tables.figure(value) for k, value in o.grouping.stability.items()},
        }
    )


def _json(document: object) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _bundle(o: Opinions, results: dict[str, bytes]) -> bytes:
    files = {**results, "votes.csv": _votes(o.votes), "result.json": _result(o)}
    sums = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    files["manifest.json"] = _json({"format": FORMAT, "sha256": sums})
    out = io.BytesIO()
    # Stored, not deflated: compressors differ between machines, and the bytes must not.
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            archive.writestr(entry, content)
    return out.getvalue()


def _votes(votes: Votes) -> bytes:
    """The votes that stand, by participant and statement."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(["participant", "statement", "vote"])
    people, said = votes.participants, votes.statements
    columns, values = votes.columns.tolist(), votes.values.tolist()
    rows.writerows(
        (people[i], said[j], v) for i, j, v in zip(votes.rows.tolist(), columns, values, strict=True)
    )
    return out.getvalue().encode()


# --- recomputing


def verify_bundle(content: bytes, progress: Progress = no_progress) -> Verdict:
    """Return the verdict on a bundle's bytes: groups are computed again from its votes and seed, figures recounted.

    Raises `EngineError` if it is no bundle at all.
    """
    files = _open(content)
    try:
        manifest, claimed = json.loads(files["manifest.json"]), json.loads(files["result.json"])
        if manifest["format"] != FORMAT:
            raise ValueError("an unknown format")
        differences = [
            f"{name} is not the file that the manifest was made for"
            for name in _NEEDED[:-1]
            if hashlib.sha256(files[name]).hexdigest() != manifest["sha256"][name]
        ]
        votes, texts = _read_votes(files)
        if votes.hash != claimed["input_hash"]:
            differences.append("votes.csv: these are not the votes that the result names")
        opinions = analyse(votes, mode=claimed["mode"], seed=int(claimed["seed"]), progress=progress)
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError) as error:
        if isinstance(error, EngineError):
            raise
        raise EngineError(
            "Bundle", f"a file that cannot be read ({error})", "its files are as `opinion` wrote them",
            "download the bundle again",
        ) from None  # fmt: skip
    differences += verify(opinions).differences
    if opinions.grouping.number != claimed["groups"]:
        differences.append(f"result.json: {claimed['groups']} groups, recomputed {opinions.grouping.number}")
    for name, found in _results(opinions, texts).items():
        differences += _compared(name, files[name], found)
    return Verdict(*votes.shape, len(votes.values), opinions.grouping.number, tuple(differences))


def bundled(content: bytes) -> dict[str, bytes]:
    """Return the tables of a bundle by name."""
    files = _open(content)
    return {name: files[name] for name in _TABLES}


def bundled_votes(content: bytes) -> tuple[Votes, dict[str, str], tuple[int | None, ...]]:
    """Return the votes of a bundle, the statements' texts, and the group of each participant (None: too few votes)."""
    files = _open(content)
    votes, texts = _read_votes(files)
    groups = (row["group"] for row in _records(files["participants.csv"]))
    return votes, texts, tuple(int(group) if group else None for group in groups)


def _read_votes(files: dict[str, bytes]) -> tuple[Votes, dict[str, str]]:
    """The votes of a bundle, and the statements' texts."""
    people = [row["participant"] for row in _records(files["participants.csv"])]
    listed = _records(files["statements.csv"])
    said = [row["statement"] for row in listed]
    texts = {row["statement"]: tables.unguarded(row["text"]) for row in listed}
    row_of, column_of = ({name: k for k, name in enumerate(names)} for names in (people, said))
    cast = _records(files["votes.csv"])
    votes = Votes(
        participants=tuple(people),
        statements=tuple(said),
        rows=np.array([row_of[vote["participant"]] for vote in cast], dtype=np.int64),
        columns=np.array([column_of[vote["statement"]] for vote in cast], dtype=np.int64),
        values=np.array([int(vote["vote"]) for vote in cast], dtype=np.int8),
        excluded=np.array([row["counted"] == "no" for row in listed], dtype=bool),
    )
    cells = votes.rows * max(len(said), 1) + votes.columns
    if (np.diff(cells) <= 0).any() or not np.isin(votes.values, (1, 0, -1)).all():
        raise ValueError("votes.csv out of order, or a vote that is none of 1, 0, -1")
    return votes, texts


def _records(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def _compared(name: str, claimed: bytes, found: bytes) -> Iterator[str]:
    if claimed == found:
        return
    said, again = (list(csv.reader(io.StringIO(text.decode(), newline=""))) for text in (claimed, found))
    if len(said) != len(again):
        yield f"{name}: {len(said) - 1} lines, recomputed {len(again) - 1}"
        return
    shown = 0
    for line, (old, new) in enumerate(zip(said, again, strict=True), 1):
        if len(old) != len(new):
            yield f"{name}, line {line}: {len(old)} cells, recomputed {len(new)}"
            return
        for column, one, other in zip(again[0], old, new, strict=True):
            if not _same(one, other):
                yield f"{name}, line {line}, {column}: {one or 'nothing'}, recomputed {other or 'nothing'}"
                shown += 1
                if shown == SHOWN:
                    return


def _same(one: str, other: str) -> bool:
    """Equal texts, or numbers with a point that differ by no more than machines do."""
    if one == other:
        return True
    try:
        return ("." in one or "." in other) and math.isclose(
            float(one), float(other), rel_tol=1e-6, abs_tol=1e-9
        )
    except ValueError:
        return False


def _open(content: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > LARGEST_BUNDLE:
                raise EngineError("Bundle", "more than 2 GB", "that is no opinion bundle", "check the file")
            files = {name: archive.read(name) for name in archive.namelist()}
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError) as error:
        raise EngineError(
            "Bundle", f"an unreadable file ({error})", "it must be a zip", "download it again"
        ) from None
    for name in _NEEDED:
        if name not in files:
            raise EngineError(
                "Bundle", f"no {name}", "an opinion bundle holds it", "download the bundle again"
            )
    return files
