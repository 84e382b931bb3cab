"""Recompute a published ranking by other code: plain NumPy, no kernel, nothing shared with the engine.

Only the formulae are the same. `recompute` is the program that each bundle carries as verify.py; here our own copy
of it runs, never the one that is found in a bundle. `redraw` draws the variants anew from the seed.
"""

from __future__ import annotations

import csv
import io
import json
import tomllib
import zipfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ratusz.engines.composite.method import MOST_RUNS
from ratusz.engines.composite.recompute import differences
from ratusz.engines.composite.redraw import redraw
from ratusz.engines.contracts import EngineError, Progress, no_progress

if TYPE_CHECKING:
    from ratusz.engines.composite.ranking import Ranking
    from ratusz.engines.composite.table import Table

FORMATS = ("ratusz-ranking-1", "ratusz-ranking-2")
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
    """Return the verdict on a bundle's bytes. Raises `EngineError` if it is no bundle at all.

    Both formats are understood: the first, of 2026, has no variants.csv and no verify.py.
    """
    files = _open(content)
    manifest = json.loads(files["manifest.json"])
    try:
        units = sum(1 for _ in csv.reader(io.StringIO(files["data.csv"].decode(errors="replace")))) - 1
        found = tuple(_differences(files, manifest, progress))
    except (csv.Error, RecursionError) as error:
        raise EngineError(
            "Bundle", f"a file that is no table or no method ({error})", "its files are as `rank` wrote them",
            "download the bundle again",
        ) from None  # fmt: skip
    return Verdict(manifest["name"], units, manifest["runs"], found)


def verify(table: Table, ranking: Ranking, progress: Progress = no_progress) -> tuple[str, ...]:
    """Return what differs between a ranking in memory and its recomputation; empty if nothing does."""
    from ratusz.engines.composite.bundle import bundle_files

    files = bundle_files(table, ranking)
    return tuple(_differences(files, json.loads(files["manifest.json"]), progress))


def _differences(files: dict[str, bytes], manifest: dict, progress: Progress) -> list[str]:
    first_format = manifest["format"] == FORMATS[0]
    found = [] if first_format else list(differences(files, progress))
    rows = list(csv.reader(io.StringIO(files.get("variants.csv", b"").decode(errors="replace"))))
    wrong = "variants.csv: its columns or its number of rows are not those of the method and the seed"
    if not first_format and len(rows) != manifest["runs"] + 1:
        return [*found, wrong]
    try:
        drawn = redraw(tomllib.loads(files["method.toml"].decode()), manifest["seed"], manifest["runs"])
    except (LookupError, ValueError, TypeError, AttributeError, ArithmeticError, RecursionError) as error:
        return [
            *found,
            f"the variants cannot be drawn from method.toml and the seed ({type(error).__name__}: {error})",
        ]
    if first_format:
        out = io.StringIO()
        csv.writer(out).writerows(drawn)
        return list(differences({**files, "variants.csv": out.getvalue().encode()}, progress))
    if rows[0] != drawn[0] or len(rows) != len(drawn):
        return [*found, wrong]
    other = [k for k, pair in enumerate(zip(rows, drawn, strict=True)) if k and not _same(*pair)]
    if other:
        found.append(
            f"variants.csv: {len(other)} variants are not those of the seed, first number {other[0]}"
        )
    return found


def _same(row: list[str], drawn: list[float]) -> bool:
    try:
        return len(row) == len(drawn) and all(
            abs(float(old) - new) <= 1e-11 * abs(new) for old, new in zip(row, drawn, strict=True)
        )
    except ValueError:
        return False


def _open(content: bytes) -> dict[str, bytes]:
    needed = ["data.csv", "method.toml", "scores.csv", "ranks.csv", "manifest.json"]
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > LARGEST_BUNDLE:
                raise EngineError("Bundle", "more than 500 MB", "that is no ranking bundle", "check the file")
            files = {name: archive.read(name) for name in archive.namelist()}
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError) as error:
        raise EngineError(
            "Bundle", f"an unreadable file ({error})", "it must be a zip", "download it again"
        ) from None
    form = _format(files.get("manifest.json", b""))
    if form == FORMATS[1]:
        needed += ["variants.csv", "verify.py"]
    missing = [name for name in needed if name not in files]
    if missing:
        raise EngineError(
            "Bundle", f"no {missing[0]}", "a ranking bundle holds it", "download the bundle again"
        )
    if form not in FORMATS:
        raise EngineError(
            "Bundle", "an unknown manifest", "it must be " + " or ".join(FORMATS), "update Ratusz"
        )
    return files


def _format(content: bytes) -> str | None:
    try:
        manifest = json.loads(content)
        kinds = {"format": str, "name": str, "seed": int, "runs": int, "method_hash": str, "sha256": dict}
        known = all(isinstance(manifest[k], t) for k, t in kinds.items()) and manifest["runs"] <= MOST_RUNS
        return manifest["format"] if known else None
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
