"""Recompute a published ranking by other code: plain NumPy, no kernel, nothing shared with the engine.

Only the formulae are the same. It reads the canonical data and method texts of a bundle (every key stated)
and compares scores to 1e-9 and ranks exactly.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import tomllib
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ratusz.engines.composite.recompute import recompute
from ratusz.engines.contracts import EngineError, Progress, no_progress

if TYPE_CHECKING:
    from ratusz.engines.composite.ranking import Ranking
    from ratusz.engines.composite.table import Table

TOLERANCE = 1e-9
LARGEST_BUNDLE = 500_000_000


@dataclass(frozen=True)
class Verdict:
    """What a recomputation found: no difference means reproduced."""

    name: str
    units: int
    runs: int
    differences: tuple[str, ...]

    @property
    def reproduced(self) -> bool:
        """Whether everything was found again."""
        return not self.differences


def verify_bundle(content: bytes, progress: Progress = no_progress) -> Verdict:
    """Return the verdict on a bundle's bytes. Raises `EngineError` if it is no bundle at all."""
    files = _open(content)
    manifest = json.loads(files["manifest.json"])
    differences = []
    for name, expected in manifest["sha256"].items():
        if name not in files or hashlib.sha256(files[name]).hexdigest() != expected:
            differences.append(f"{name} is not the file that the manifest was made for (its SHA-256 differs)")
    if manifest["method_hash"] != hashlib.sha256(files["method.toml"]).hexdigest():
        differences.append("method.toml is not the method whose hash the manifest states")
    differences += _compare(files, manifest["seed"], manifest["runs"], progress)
    units = sum(1 for _ in csv.reader(io.StringIO(files["data.csv"].decode(errors="replace")))) - 1
    return Verdict(manifest["name"], units, manifest["runs"], tuple(differences))


def verify(table: Table, ranking: Ranking, progress: Progress = no_progress) -> tuple[str, ...]:
    """Return what differs between a ranking in memory and its recomputation; empty if nothing does."""
    from ratusz.engines.composite.bundle import write_ranks, write_scores

    files = {
        "data.csv": table.to_csv(ranking.method).encode(),
        "method.toml": ranking.method.to_toml().encode(),
        "scores.csv": write_scores(ranking),
        "ranks.csv": write_ranks(ranking),
    }
    return tuple(_compare(files, ranking.provenance.seed, ranking.provenance.runs, progress))


def _open(content: bytes) -> dict[str, bytes]:
    needed = ("data.csv", "method.toml", "scores.csv", "ranks.csv", "manifest.json")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > LARGEST_BUNDLE:
                raise EngineError("Bundle", "more than 500 MB", "that is no ranking bundle", "check the file")
            files = {name: archive.read(name) for name in archive.namelist() if name in needed}
    except (zipfile.BadZipFile, OSError) as error:
        raise EngineError(
            "Bundle", f"an unreadable file ({error})", "it must be a zip", "download it again"
        ) from None
    missing = [name for name in needed if name not in files]
    if missing:
        raise EngineError(
            "Bundle", f"no {missing[0]}", "a ranking bundle holds it", "download the bundle again"
        )
    try:
        manifest = json.loads(files["manifest.json"])
        kinds = {"name": str, "seed": int, "runs": int, "method_hash": str, "sha256": dict}
        known = manifest["format"] == "ratusz-ranking-1" and all(
            isinstance(manifest[k], t) for k, t in kinds.items()
        )
    except (ValueError, KeyError, TypeError):
        known = False
    if not known:
        raise EngineError("Bundle", "an unknown manifest", "it must be ratusz-ranking-1", "update Ratusz")
    return files


def _compare(files: dict[str, bytes], seed: int, runs: int, progress: Progress) -> Iterator[str]:
    try:
        found = recompute(
            files["data.csv"].decode(), tomllib.loads(files["method.toml"].decode()), seed, runs, progress
        )
    except (LookupError, ValueError, TypeError, AttributeError, ArithmeticError, csv.Error) as error:
        yield f"the ranking cannot be recomputed from data.csv and method.toml ({type(error).__name__}: {error})"
        return
    for name in ("scores.csv", "ranks.csv"):
        yield from _compare_file(name, files[name].decode(errors="replace"), found[name])


def _compare_file(name: str, text: str, expected: list[list[object]]) -> Iterator[str]:
    rows = list(csv.reader(io.StringIO(text)))
    if not rows or any(len(row) != len(expected[0]) for row in rows) or rows[0] != expected[0]:
        yield f"{name}: the columns are {rows[0] if rows else 'missing'}, recomputed {expected[0]}"
        return
    published = {row[0]: row for row in rows[1:]}
    if len(published) != len(rows) - 1 or set(published) != {row[0] for row in expected[1:]}:
        yield f"{name}: the units differ from those of data.csv"
        return
    for row in expected[1:]:
        for column, old, new in zip(expected[0][1:], published[row[0]][1:], row[1:], strict=True):
            if not _same(old, new):
                yield f"{name}: {row[0]}, {column} is {old or 'empty'}, recomputed {_show(new)}"


def _same(old: str, new: object) -> bool:
    if isinstance(new, str):
        return old == new
    if new is None or np.isnan(new):
        return old == ""
    try:
        return abs(float(old) - float(new)) <= TOLERANCE * max(1.0, abs(float(new)))
    except ValueError:
        return False


def _show(value: object) -> str:
    return (
        value if isinstance(value, str) else "empty" if value is None or np.isnan(value) else f"{value:.13g}"
    )
