"""`ratusz efficiency` as a user types it."""

import csv
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from ratusz.cli.main import app

TABLE = "town,staff,budget,books,visits\nEłk,3,10,6,50\nOpole,4,9,7,60\nSopot,5,20,7,40\nTychy,6,12,12,90\n"


def ratusz(*arguments: object):
    return CliRunner().invoke(app, [str(a) for a in arguments])


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """A table of four towns."""
    path = tmp_path / "towns.csv"
    path.write_text(TABLE, encoding="utf-8")
    return path


def run(table: Path, *options: object, inputs: str = "staff,budget", outputs: str = "books,visits"):
    out = table.parent / "out" / "scores.csv"
    return ratusz("efficiency", table, "--inputs", inputs, "--outputs", outputs, "--out", out, *options), out


def assert_refused(result, out: Path, sentence: str) -> None:
    assert result.exit_code == 2, result.output
    assert result.stderr.startswith("ratusz: ")
    assert result.stderr.count("\n") == 1
    assert sentence in result.stderr
    assert not out.exists()


def test_scores_peers_slacks_and_targets_are_written(table):
    result, out = run(table, "--rts", "crs", "--orientation", "input")
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("4 units scored, 2 efficient: Ełk, Tychy.\n")
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0])[:3] == ["unit", "score", "peers"]
    assert list(rows[0])[3:] == [
        f"{k}_{c}" for k in ("slack", "target") for c in ("staff", "budget", "books", "visits")
    ]
    sopot = rows[2]
    assert 0 < float(sopot["score"]) < 1
    assert float(sopot["target_staff"]) == pytest.approx(
        5 * float(sopot["score"]) - float(sopot["slack_staff"])
    )
    assert rows[0]["peers"] == "Ełk=1.0"


def test_the_same_table_in_polish_dress_gives_the_same_bytes(table):
    _, out = run(table)
    plain = out.read_bytes()
    table.write_bytes(TABLE.replace(",", ";").replace("20", "20,0").replace("\n", "\r\n").encode("cp1250"))
    _, out = run(table)
    assert out.read_bytes() == plain


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("Opole,4", "Opole,", "Column staff, unit Opole: found no value, but efficiency needs every input"),
        (
            "Opole,4",
            "Opole,-4",
            "Column staff, unit Opole: found -4, but a radial model needs values of 0 or more",
        ),
        ("Opole", "Ełk", "Unit Ełk: found it 2 times"),
        ("staff", "people", "no column staff"),
    ],
)
def test_a_table_that_cannot_be_scored_is_refused_in_one_sentence(table, old, new, sentence):
    table.write_text(TABLE.replace(old, new), encoding="utf-8")
    result, out = run(table)
    assert_refused(result, out, sentence)


def test_an_empty_name_is_refused(table):
    result, out = run(table, inputs="staff,,budget")
    assert_refused(result, out, '--inputs: found "staff,,budget"')


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """A table of 40 towns with scattered efficiency."""
    rng = np.random.default_rng(8)
    staff = rng.uniform(1, 9, (40, 2))
    books = staff.mean(axis=1) ** 0.7 * rng.uniform(0.5, 1, 40)
    lines = [
        f"t{i},{a!r},{b!r},{c!r}" for i, (a, b, c) in enumerate(np.column_stack([staff, books]).tolist())
    ]
    path = tmp_path / "many.csv"
    path.write_text("town,staff,budget,books\n" + "\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_bootstrap_adds_bias_and_interval_from_the_seed(many):
    read = []
    for seed in (1, 1, 2):
        result, out = run(many, "--bootstrap", 60, "--seed", seed, outputs="books")
        assert result.exit_code == 0, result.output
        read.append(out.read_bytes())
    assert read[0] == read[1] != read[2]
    rows = list(csv.DictReader(read[0].decode().splitlines()))
    assert list(rows[0])[-4:] == ["bias_corrected", "bias", "lower", "upper"]
    for row in rows:
        assert (
            float(row["lower"])
            <= float(row["bias_corrected"])
            <= float(row["upper"])
            <= float(row["score"]) + 1e-9
        )


@pytest.mark.slow
def test_threads_and_processes_write_the_same_bytes(many):
    read = []
    for workers in ((), ("--workers", 1), ("--workers", 2)):
        result, out = run(many, "--bootstrap", 60, *workers, outputs="books")
        assert result.exit_code == 0, result.output
        read.append(out.read_bytes())
    assert read[0] == read[1] == read[2]


def test_free_disposal_hull_names_one_peer_and_takes_no_bootstrap(table):
    result, out = run(table, "--rts", "fdh")
    assert result.exit_code == 0
    with out.open(encoding="utf-8", newline="") as file:
        assert all(row["peers"].count("=") == 1 for row in csv.DictReader(file))
    out.unlink()
    result, out = run(table, "--rts", "fdh", "--bootstrap", 50)
    assert_refused(result, out, "--bootstrap: found --rts fdh")


def test_too_few_runs_are_refused(table):
    result, out = run(table, "--bootstrap", 5)
    assert_refused(result, out, "Bootstrap: found 5 runs")
