"""The files of a plan as bytes, and a bundle whose claims anybody can have recounted.

Nothing here depends on the clock or the machine: the same plan gives the same bytes.
"""

from __future__ import annotations

import dataclasses
import hashlib
import io
import json
import math
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, get_type_hints

from ratusz.engines.contracts import EngineError
from ratusz.engines.seating.explain import Conflict, Speaker
from ratusz.engines.seating.files.report import write_report
from ratusz.engines.seating.files.tables import (
    read_seating,
    routes,
    table_lists,
    write_csv,
    write_seating,
    write_workbook,
)
from ratusz.engines.seating.plan import AIMS, Solution, Violation
from ratusz.engines.seating.prepare import fingerprint
from ratusz.engines.seating.problem import Person, Pin, Presence, Problem, Table, Weights, Wish
from ratusz.engines.seating.verify import verify

FORMAT = "ratusz-seating-1"
LARGEST_BUNDLE = 500_000_000
_NEEDED = ("problem.json", "seating.csv", "quality.json")
_PARTS = {"people": Person, "tables": Table, "presence": Presence, "pins": Pin, "wishes": Wish}


@dataclass(frozen=True)
class Verdict:
    """What a recount found: no difference means that the plan is as good as it says."""

    people: int
    tables: int
    rounds: int
    violations: int
    differences: tuple[str, ...]

    @property
    def reproduced(self) -> bool:
        """Whether everything was found again."""
        return not self.differences


def write_files(
    problem: Problem,
    solution: Solution,
    conflicts: Sequence[Conflict] = (),
    notes: Sequence[str] = (),
    speaker: Speaker | None = None,
) -> dict[str, bytes]:
    """Return seating.csv, routes.csv, tables.csv, quality.json, report.html, seating.xlsx and bundle.zip by name."""
    speaker = speaker or Speaker(problem)
    seating = write_seating(problem, solution.plan)
    ways, lists = routes(problem, solution.plan), table_lists(problem, solution.plan)
    quality = _quality(solution, conflicts, speaker)
    return {
        "seating.csv": seating,
        "routes.csv": write_csv(ways, guard=True),
        "tables.csv": write_csv(lists, guard=True),
        "quality.json": quality,
        "report.html": write_report(problem, solution, conflicts, notes, speaker).encode(),
        "seating.xlsx": write_workbook(
            {
                "plan": [["round", "table", "person"], *([row[0], row[1], row[4]] for row in lists[1:])],
                "routes": ways,
                "tables": lists,
                "quality": [["aim", "reached", "no plan below", "proved best"], *_aims(solution)],
            }
        ),
        "bundle.zip": _bundle(problem, solution, seating, quality),
    }


def _aims(solution: Solution) -> list[list[str | int | float]]:
    rows: list[list[str | int | float]] = []
    for aim in (*AIMS, "violations", "cost"):
        reached, least = _reached(solution, aim)
        rows.append([aim, reached, "" if least is None else least, "yes" if aim in solution.proved else ""])
    return rows


def _reached(solution: Solution, aim: str) -> tuple[float, float | None]:
    reached = getattr(solution.quality, aim)
    return _count(reached), getattr(solution.bounds, aim, None)


def _count(value: Any) -> float:
    """Return a figure, or how many there are; 12 digits: finer than any use, coarser than a machine's last bits."""
    value = len(value) if isinstance(value, tuple) else value
    return float(f"{value:.12g}") if isinstance(value, float) else value


def _quality(solution: Solution, conflicts: Sequence[Conflict], speaker: Speaker) -> bytes:
    bounds = {aim: _reached(solution, aim)[1] for aim in (*AIMS, "cost")}
    document = {
        "quality": {aim: _reached(solution, aim)[0] for aim in (*AIMS, "violations", "cost")},
        "bounds": {aim: None if least is None else _count(least) for aim, least in bounds.items()},
        "proved": sorted(solution.proved),
        "missed_wishes": [number + 1 for number in solution.quality.missed],
        "unseated": [{"round": r + 1, "person": person} for r, person in solution.quality.unseated],
        "violations": [_violation(one, speaker) for one in solution.violations],
        "conflicts": [
            {
                "code": one.code,
                "rounds": [r + 1 for r in one.rounds],
                "breach": one.breach,
                "minimal": one.minimal,
                "rules": [dataclasses.asdict(rule) for rule in one.rules],
                "sentence": speaker.conflict(one),
                "options": list(speaker.options(one)),
            }
            for one in conflicts
        ],
        "summary": list(speaker.quality(solution.quality, solution.bounds)),
        "seed": solution.provenance.seed,
        "moves": solution.moves,
        "version": solution.provenance.version,
        "input_hash": solution.provenance.input_hash,
    }
    return _json(document)


def _violation(one: Violation, speaker: Speaker) -> dict[str, Any]:
    facts = dataclasses.asdict(one) | {"round": one.round + 1, "sentence": speaker.violation(one)}
    return {key: value for key, value in facts.items() if value not in ("", ())}


def _json(document: object) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


# --- the bundle


def _bundle(problem: Problem, solution: Solution, seating: bytes, quality: bytes) -> bytes:
    files = {"problem.json": write_problem(problem), "seating.csv": seating, "quality.json": quality}
    manifest = {
        "format": FORMAT,
        "version": solution.provenance.version,
        "seed": solution.provenance.seed,
        "input_hash": fingerprint(problem),
        "sha256": {name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
    }
    out = io.BytesIO()
    # Stored, not deflated: compressors differ between machines, and the bytes must not.
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, content in sorted({**files, "manifest.json": _json(manifest)}.items()):
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            archive.writestr(entry, content)
    return out.getvalue()


def write_problem(problem: Problem) -> bytes:
    """Return the problem as JSON: every field that says something, rounds from 0 as in the engine."""
    return _json(_plain(problem))


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        said = {f.name: getattr(value, f.name) for f in dataclasses.fields(value)}
        default = {f.name: f.default for f in dataclasses.fields(value)}
        return {name: _plain(v) for name, v in said.items() if v != default[name]}
    if isinstance(value, (frozenset, tuple)):
        return [_plain(one) for one in (sorted(value) if isinstance(value, frozenset) else value)]
    return value


def read_problem_json(content: bytes) -> Problem:
    """Return the problem that `write_problem` wrote."""
    try:
        raw = json.loads(content)
        parts = {name: tuple(_made(kind, one) for one in raw.pop(name, ())) for name, kind in _PARTS.items()}
        pairs = {
            name: tuple((str(a), str(b)) for a, b in raw.pop(name, ())) for name in ("apart", "together")
        }
        weights = _made(Weights, raw.pop("weights", {}))
        return Problem(
            **parts, **pairs, weights=weights, rounds=int(raw["rounds"]), played=int(raw.get("played", 0))
        )
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise EngineError(
            "Bundle", f"a problem that cannot be read ({error})", "its files are as `seat` wrote them",
            "download the bundle again",
        ) from None  # fmt: skip


def _made(kind: type, raw: dict[str, Any]) -> Any:
    hints = get_type_hints(kind)
    values: dict[str, Any] = {}
    for name, value in raw.items():
        if isinstance(value, list):
            value = frozenset(value) if "frozenset" in str(hints[name]) else tuple(value)
        values[name] = value
    return kind(**values)


def bundled_seats(content: bytes) -> bytes:
    """Return the seating.csv of a bundle."""
    return _open(content)["seating.csv"]


def verify_bundle(content: bytes) -> Verdict:
    """Return the verdict on a bundle's bytes: rules and quality are recounted from its people, tables and seats.

    Raises `EngineError` if it is no bundle at all.
    """
    files = _open(content)
    problem = read_problem_json(files["problem.json"])
    try:
        manifest, claimed = json.loads(files["manifest.json"]), json.loads(files["quality.json"])
        if manifest["format"] != FORMAT:
            raise ValueError("an unknown format")
        report = verify(problem, read_seating(files["seating.csv"], problem))
        differences = [
            f"{name} is not the file that the manifest was made for"
            for name in _NEEDED
            if hashlib.sha256(files[name]).hexdigest() != manifest["sha256"][name]
        ]
        if manifest["input_hash"] != fingerprint(problem):
            differences.append("problem.json is not the problem that the manifest names")
        differences += _differences(report, claimed)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        if isinstance(error, EngineError):
            raise
        raise EngineError(
            "Bundle", f"a file that cannot be read ({error})", "its files are as `seat` wrote them",
            "download the bundle again",
        ) from None  # fmt: skip
    return Verdict(
        len(problem.people), len(problem.tables), problem.rounds, len(report.violations), tuple(differences)
    )


def _differences(report: Any, claimed: dict[str, Any]) -> Iterator[str]:
    for aim in (*AIMS, "violations", "cost"):
        said, found = claimed["quality"][aim], _count(getattr(report.quality, aim))
        if not math.isclose(said, found, rel_tol=1e-9, abs_tol=1e-9):
            yield f"quality.json: {aim} is {said:g}, recounted {found:g}"
        least = claimed["bounds"].get(aim)
        if least is not None and found < least - 1e-6:
            yield f"quality.json: no plan could reach {aim} below {least:g}, but this one has {found:g}"


def _open(content: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > LARGEST_BUNDLE:
                raise EngineError("Bundle", "more than 500 MB", "that is no seating bundle", "check the file")
            files = {name: archive.read(name) for name in archive.namelist()}
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError) as error:
        raise EngineError(
            "Bundle", f"an unreadable file ({error})", "it must be a zip", "download it again"
        ) from None
    for name in (*_NEEDED, "manifest.json"):
        if name not in files:
            raise EngineError(
                "Bundle", f"no {name}", "a seating bundle holds it", "download the bundle again"
            )
    return files
