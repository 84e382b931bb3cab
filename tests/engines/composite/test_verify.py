"""The files of a ranking: their form, their bytes, and that a change in any of them is found."""

import csv
import hashlib
import io
import json
import re
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ratusz.engines.composite import (
    EngineError,
    Normalisation,
    rank,
    verify,
    verify_bundle,
    write_bundle,
    write_files,
)


@pytest.fixture
def result(towns, town_method):
    table = replace(towns, labels={"size": ("a", "b", "a", "b", "a", "b")})
    return table, rank(table, replace(town_method, class_column="size"), runs=64)


def unpack(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def pack(files: dict[str, bytes], resign: bool = True) -> bytes:
    if resign:
        manifest = json.loads(files["manifest.json"])
        manifest["sha256"] = {
            name: hashlib.sha256(content).hexdigest()
            for name, content in files.items()
            if name != "manifest.json"
        }
        files = {**files, "manifest.json": json.dumps(manifest).encode()}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def test_bundle_is_reproduced(result):
    verdict = verify_bundle(write_bundle(*result))
    assert verdict.reproduced
    assert (verdict.name, verdict.units, verdict.runs) == ("Towns", 6, 64)


# Runs verify.py where of all that is installed NumPy alone can be imported.
ALONE = """
import runpy, sys
class NumPyAlone:
    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        if top not in sys.stdlib_module_names and top != "numpy":
            raise ImportError(name)
sys.meta_path.insert(0, NumPyAlone())
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


def run_verifier(*arguments: Path) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-I", "-c", ALONE, *map(str, arguments)], capture_output=True, text=True, timeout=120
    )
    assert done.stderr == ""
    return done.returncode, done.stdout


def test_verifier_in_the_bundle_needs_numpy_alone(result, tmp_path):
    content = write_bundle(*result)
    files = unpack(content)
    for name, text in files.items():
        (tmp_path / name).write_bytes(text)
    assert run_verifier(tmp_path / "verify.py") == (0, "reproduced\n")
    bundle = tmp_path.parent / "bundle.zip"
    bundle.write_bytes(content)
    assert run_verifier(tmp_path / "verify.py", bundle) == (0, "reproduced\n")
    ranks = files["ranks.csv"].replace(b"\nBytom,", b"\nBytom,1", 1)
    (tmp_path / "ranks.csv").write_bytes(ranks)
    status, said = run_verifier(tmp_path / "verify.py")
    assert status == 1
    assert said.startswith("not reproduced:\n- ranks.csv is not the file that the manifest was made for")
    assert "- ranks.csv: Bytom, rank is 1" in said


@pytest.mark.parametrize(
    "name", ["data.csv", "method.toml", "variants.csv", "scores.csv", "ranks.csv", "verify.py"]
)
def test_verifier_in_the_bundle_finds_a_change_in_each_file(result, name, tmp_path):
    files = unpack(write_bundle(*result))
    for each, content in files.items():
        (tmp_path / each).write_bytes(content + b"\n" if each == name else content)
    status, said = run_verifier(tmp_path / "verify.py")
    assert (status, f"- {name} is not the file" in said) == (1, True)


def test_verifier_in_the_bundle_is_short(result):
    assert len(unpack(write_bundle(*result))["verify.py"].splitlines()) <= 150


def test_no_code_of_a_bundle_is_run(result, tmp_path):
    files = unpack(write_bundle(*result))
    mark = tmp_path / "ran"
    evil = f"open({str(mark)!r}, 'w')\ndifferences = lambda *_: ()\n".encode()
    assert verify_bundle(pack({**files, "verify.py": evil})).reproduced
    assert not verify_bundle(pack({**files, "verify.py": evil}, resign=False)).reproduced
    assert not mark.exists()


@pytest.mark.parametrize("name", ["spread", "dirichlet", "exact"])
def test_bundle_of_the_first_format_is_reproduced(name):
    """Published before bundles held their variants and a verifier; they must verify for good."""
    content = (Path(__file__).parent / "published" / f"format-1-{name}.zip").read_bytes()
    verdict = verify_bundle(content)
    assert verdict.reproduced, verdict.differences
    assert (verdict.units, verdict.runs > 1) == (7, True)
    files = unpack(content)
    changed = files["ranks.csv"].replace(b",1,", b",2,", 1)
    assert not verify_bundle(pack({**files, "ranks.csv": changed})).reproduced


def test_variants_that_the_seed_does_not_draw_are_found(result):
    files = unpack(write_bundle(*result))
    lines = files["variants.csv"].decode().splitlines()
    for changed in ([*lines[:-1], lines[1]], lines[:-1], [lines[0].replace("Money", "Cash"), *lines[1:]]):
        verdict = verify_bundle(pack({**files, "variants.csv": "\n".join(changed).encode()}))
        assert any("variants.csv" in found for found in verdict.differences)


def test_same_ranking_gives_the_same_bytes(result, towns):
    table, ranking = result
    again = rank(table, ranking.method, runs=64)
    assert again.provenance.seconds != ranking.provenance.seconds
    assert write_files(table, again) == write_files(table, ranking)


def test_form_of_the_files(result):
    table, ranking = result
    empty = replace(table, values=np.where(np.arange(6)[:, None] == 2, np.nan, table.values))
    ranking = rank(empty, ranking.method, runs=64)
    files = write_files(empty, ranking)
    assert list(files) == ["scores.csv", "ranks.csv", "report.html", "bundle.zip"]
    scores = list(csv.reader(io.StringIO(files["scores.csv"].decode())))
    assert scores[0] == ["unit", "Money", "Air", "Index"]
    assert [row[0] for row in scores[1:]] == ["Bytom", "Chełm", "Łódź", "Opole", "Żory", "Ełk"]
    assert scores[-1][1:] == ["", "", ""]
    ranks = list(csv.reader(io.StringIO(files["ranks.csv"].decode())))
    assert ranks[0][:6] == ["unit", "rank", "median", "p05", "p95", "p_first"]
    assert ranks[0][6:] == ["class", "class_rank", "class_median", "class_p05", "class_p95", "class_p_first"]
    assert [row[1] for row in ranks[1:]] == ["1", "2", "3", "4", "5", ""]
    assert "Ełk" in json.loads(unpack(files["bundle.zip"])["manifest.json"])["not_classified"]


def test_without_runs_the_intervals_are_empty(towns, town_method):
    ranking = rank(towns, town_method, runs=0)
    files = write_files(towns, ranking)
    assert b",1,,,,\n" in files["ranks.csv"]
    assert verify_bundle(files["bundle.zip"]).reproduced


@pytest.mark.parametrize(
    ("name", "old", "new", "found"),
    [
        ("scores.csv", rb"(Bytom,[^,]+,[^,]+),\d+", rb"\1,99", "scores.csv: Bytom, Index is 99"),
        ("ranks.csv", rb"\n([^,]+),1,", rb"\n\1,2,", "rank is 2, recomputed 1"),
        ("ranks.csv", rb"\n([^,]+,1,[^,]+,[^,]+,[^,]+),[^,]+,", rb"\n\1,0.123,", "p_first is 0.123"),
        ("data.csv", rb"Bytom,a,3,", rb"Bytom,a,2.9,", "scores.csv: Bytom, Money"),
        ("data.csv", rb"Bytom,a,3,", rb"Bytom,a,many,", "cannot be recomputed"),
        ("data.csv", rb"\nBytom,", rb"\nBytow,", "or the units differ"),
        ("method.toml", rb"weight = 60", rb"weight = 61", "method.toml is not"),
        ("method.toml", rb"spread = 0.25", rb"spread = 0.9", "64 variants are not those of the seed"),
        ("scores.csv", rb"unit,Money", rb"unit,Cash", "the columns ["),
        ("ranks.csv", rb",b,", rb",c,", "class is c, recomputed b"),
        ("ranks.csv", rb",b,", rb",", "the columns ["),
        ("scores.csv", rb"Bytom", b"\xff\xfe", "or the units differ"),
        ("data.csv", rb"Bytom", b"\xff\xfe", "cannot be recomputed"),
        ("method.toml", rb"spread = 0.25", rb'spread = "much"', "cannot be recomputed"),
        ("method.toml", rb"(?s).*", rb"", "cannot be recomputed"),
    ],
)
def test_a_changed_file_is_found_even_with_a_new_checksum(result, name, old, new, found):
    files = unpack(write_bundle(*result))
    changed = re.sub(old, new, files[name], count=1)
    assert changed != files[name]
    verdict = verify_bundle(pack({**files, name: changed}))
    assert not verdict.reproduced
    assert any(found in difference for difference in verdict.differences), verdict.differences


def test_a_changed_file_is_found_by_its_checksum(result):
    files = unpack(write_bundle(*result))
    verdict = verify_bundle(pack({**files, "data.csv": files["data.csv"] + b"\n"}, resign=False))
    assert any("SHA-256" in difference for difference in verdict.differences)


def test_another_seed_is_found(result):
    files = unpack(write_bundle(*result))
    manifest = json.loads(files["manifest.json"]) | {"seed": 77}
    assert not verify_bundle(pack({**files, "manifest.json": json.dumps(manifest).encode()})).reproduced


def test_what_is_no_bundle_is_refused(result):
    files = unpack(write_bundle(*result))
    for content in (b"", b"not a zip", pack({"a": b""}, resign=False)):
        with pytest.raises(EngineError, match="Bundle"):
            verify_bundle(content)
    for manifest in (b"{}", b"[]", b"{", b'{"format": "other"}'):
        with pytest.raises(EngineError, match="unknown manifest"):
            verify_bundle(pack({**files, "manifest.json": manifest}, resign=False))


def test_verifier_finds_a_wrong_result_in_memory(towns, town_method):
    ranking = rank(towns, town_method, runs=16)
    assert verify(towns, ranking) == ()
    assert verify(towns, replace(ranking, ranks=ranking.ranks[::-1].copy()))
    assert verify(towns, replace(ranking, scores=ranking.scores + 1e-6))
    assert verify(towns, replace(ranking, method=replace(town_method, normalisation=Normalisation("rank"))))


def test_report_stands_alone_and_escapes_names(towns, town_method):
    table = replace(towns, units=("<script>alert(1)</script>", *towns.units[1:]))
    ranking = rank(table, replace(town_method, name='Towns & "cities" <b>'), runs=64)
    page = write_files(table, ranking)["report.html"].decode()
    assert page.startswith('<!doctype html>\n<html lang="en">')
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert not re.search(r"(src|href|url\(|@import|https?:)", page)
    assert page.count("<caption>") == page.count("<table>") >= 2
    assert "<svg viewBox" in page
    assert '<title id="pt">' in page
    assert "<desc" in page
    assert str(ranking.provenance.seconds) not in page
