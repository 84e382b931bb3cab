"""The files of a ranking as bytes: scores, ranks and a bundle from which anyone can recompute them.

Nothing here depends on the clock or the machine: the same ranking gives the same bytes.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import zipfile
from pathlib import Path

import numpy as np

from ratusz.engines.composite import recompute, uncertainty, weights
from ratusz.engines.composite.method import Method
from ratusz.engines.composite.ranking import Ranking
from ratusz.engines.composite.report import write_report
from ratusz.engines.composite.table import Table

FORMAT = "ratusz-ranking-2"

# What the program says to those who edit it.
_FOR_US = re.compile(r"# (`bundle|ruff:)")


def write_files(table: Table, ranking: Ranking) -> dict[str, bytes]:
    """Return scores.csv, ranks.csv, report.html and bundle.zip as bytes by file name."""
    return {
        "scores.csv": write_scores(ranking),
        "ranks.csv": write_ranks(ranking),
        "report.html": write_report(ranking).encode(),
        "bundle.zip": write_bundle(table, ranking),
    }


def write_scores(ranking: Ranking) -> bytes:
    """Return unit and one column per level (deepest first, the index last), units in the table's order.

    Units that are not classified stand at the end without scores: no score is never a zero.
    """
    rows = [["unit", *ranking.levels]]
    for i, unit in enumerate(ranking.units):
        rows.append([unit, *(_decimal(v) for v in ranking.scores[i])])
    rows += [[out.unit, *("" for _ in ranking.levels)] for out in ranking.unclassified]
    return _csv(rows)


def write_ranks(ranking: Ranking) -> bytes:
    """Return unit, rank, median, p05, p95, p_first (and the class with its own ranks), best first.

    Without runs the last four are empty; units that are not classified stand at the end with empty cells.
    """
    header = ["unit", "rank", "median", "p05", "p95", "p_first"]
    if ranking.classes:
        header += ["class", "class_rank", "class_median", "class_p05", "class_p95", "class_p_first"]
    rows = [header]
    for i in sorted(range(len(ranking.units)), key=lambda i: (ranking.ranks[i], ranking.units[i])):
        row = [ranking.units[i], str(ranking.ranks[i]), *_spread(ranking.spread, i)]
        if ranking.classes:
            row += [ranking.classes[i], str(ranking.class_ranks[i]), *_spread(ranking.class_spread, i)]
        rows.append(row)
    rows += [[out.unit, *("" for _ in header[1:])] for out in ranking.unclassified]
    return _csv(rows)


def write_variants(ranking: Ranking) -> bytes:
    """Return one row per run: which item of each list it takes, the key of its data errors, weights that vary.

    Items count from 0; key 0 means the data as they are; weight 0 leaves a node out.
    """
    method, provenance = ranking.method, ranking.provenance
    header = ["imputation", "treatment", "normalisation", "aggregation", "data error"]
    if not provenance.runs:
        return _csv([header])
    plan = uncertainty.plan(method, provenance.runs, provenance.seed)
    base = weights.resolve(method.framework, method.scheme)
    moved = np.flatnonzero((plan.weights != base).any(axis=0))
    picks = np.array([plan.imputation, plan.treatment, plan.normalisation, plan.mean, plan.error]).T
    rows = [header + [f"weight of {method.framework.nodes[k].code}" for k in moved]]
    for chosen, drawn in zip(picks.tolist(), plan.weights[:, moved].tolist(), strict=True):
        rows.append([*map(str, chosen), *map(_decimal, drawn)])
    return _csv(rows)


def write_verifier(method: Method) -> bytes:
    """Return the program that recomputes a ranking by this method: `recompute` without what the method never uses.

    A reader of the bundle reads no formula in vain.
    """
    used, lines, dropped = _features(method), [], None
    for line in Path(recompute.__file__).read_text(encoding="utf-8").splitlines():
        indent = len(line) - len(line.lstrip())
        if line and dropped is not None and indent <= dropped:
            dropped = None
        text, _, mark = line.partition("  # only ")
        if dropped is None and mark and used.isdisjoint(mark.split(", ")):
            dropped = indent
        if dropped is None and not _FOR_US.match(line):
            lines.append(text)
    return re.sub(r"\n+(?=def |if __name__)", r"\n\n", "\n".join(lines) + "\n").encode()


def _features(method: Method) -> set[str]:
    """Return what the marks of `recompute` call the choices that a method makes, alone or in a variant."""
    u, framework = method.uncertainty, method.framework
    fills = {i.method for i in (method.imputation, *u.imputation)} - {"none"}
    own = {
        "imputation": fills,
        "data error": method.data_errors,
        "uniform": u.data_error.shape == "uniform",
        "spread": u.weights.spread,
        "classes": method.class_column,
        "branches": method.screening.branch_coverage,
        "denominator": any(i.denominator for i in framework.indicators),
        "log": any(i.transform for i in framework.indicators),
    }
    return {
        *(name for name, used in own.items() if used),
        *fills,
        *(t.method for t in (method.treatment, *u.treatment)),
        *(n.method for n in (method.normalisation, *u.normalisation)),
        *(method.mean, *u.aggregation),
        *(a.mean for a in framework.aggregates if a.mean),
    }


def write_bundle(table: Table, ranking: Ranking) -> bytes:
    """Return the zip that `verify_bundle` recomputes: data, method, variants, results, verifier, manifest."""
    out = io.BytesIO()
    # Stored, not deflated: compressors differ between machines, and the bytes must not.
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, content in sorted(bundle_files(table, ranking).items()):
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            archive.writestr(entry, content)
    return out.getvalue()


def bundle_files(table: Table, ranking: Ranking) -> dict[str, bytes]:
    """Return the files of a bundle by name."""
    files = {
        "data.csv": table.to_csv(ranking.method).encode(),
        "method.toml": ranking.method.to_toml().encode(),
        "variants.csv": write_variants(ranking),
        "scores.csv": write_scores(ranking),
        "ranks.csv": write_ranks(ranking),
        "verify.py": write_verifier(ranking.method),
    }
    manifest = {
        "format": FORMAT,
        "name": ranking.method.name,
        "version": ranking.provenance.version,
        "seed": ranking.provenance.seed,
        "runs": ranking.provenance.runs,
        "exact": ranking.exact,
        "input_hash": ranking.provenance.input_hash,
        "method_hash": ranking.method.hash(),
        "not_classified": {out.unit: out.reason for out in ranking.unclassified},
        "sha256": {name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    return {**files, "manifest.json": text.encode()}


def _spread(spread, i: int) -> list[str]:
    if spread is None:
        return ["", "", "", ""]
    return [_decimal(v[i]) for v in (spread.median, spread.p05, spread.p95, spread.p_first)]


def _decimal(value: float) -> str:
    # 13 digits: finer than any agreement that is asked for, coarser than the last bits in which machines differ.
    return "" if np.isnan(value) else format(float(value) + 0.0, ".13g")


def _csv(rows: list[list[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue().encode()
