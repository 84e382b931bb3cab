"""`ratusz efficiency` as a user types it."""

import csv
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from ratusz.cli.main import app
from ratusz.engines import efficiency

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


TRAPS = [
    ("Sopot,5,20,7,40", "Sopot,0,0,7,40", "Unit Sopot: found 0 in all of staff, budget"),
    ("Sopot,5,20,7,40", "Sopot,5,20,0,0", "Unit Sopot: found 0 in all of books, visits"),
    ("Sopot,5,20,7,40", "Sopot,0,0,0,0", "Unit Sopot: found 0 in all of staff, budget"),
    ("Sopot,5,20,7,40", "Sopot,5,20,,40", "Column books, unit Sopot: found no value"),
    (
        "Sopot,5,20,7,40",
        "Sopot,5,20,many,40",
        'Column books, unit Sopot: found "many", but it must be a number',
    ),
    ("Sopot,5,20,7,40", "Sopot,5,20,7,-40", "Column visits, unit Sopot: found -40"),
    ("Sopot,", "Tychy,", "Unit Tychy: found it 2 times"),
    ("budget,books", "budgets,books", "no column budget, but the nearest is budgets; correct the name"),
]


@pytest.mark.parametrize(("old", "new", "sentence"), TRAPS)
def test_a_trap_is_named_in_one_sentence(table, old, new, sentence):
    table.write_text(TABLE.replace(old, new), encoding="utf-8")
    result, out = run(table)
    assert_refused(result, out, sentence)


def test_one_column_twice_is_refused(table):
    result, out = run(table, inputs="staff,books")
    assert_refused(result, out, "Column books: found it 2 times")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Sopot,5,20", "Sopot,0,20"),
        ("Sopot,5,20,7,40", "Sopot,5,20,0,40"),
        ("Sopot,5,20,7,40", "Sopot,3,10,6,50"),
    ],
)
def test_zeros_and_doubles_are_scored_and_proved(table, old, new):
    table.write_text(TABLE.replace(old, new), encoding="utf-8")
    result, _ = run(table)
    assert result.exit_code == 0, result.output
    assert "Every score is proved" in result.stdout
    assert "4 units are few for 4 columns" in result.stderr


def test_one_town_is_its_own_peer(table):
    table.write_text("\n".join(TABLE.splitlines()[:2]) + "\n", encoding="utf-8")
    result, out = run(table)
    assert result.stdout.startswith("1 unit scored, 1 efficient: Ełk.\n")
    assert scored(out)["Ełk"]["score"] == "1.0"


def test_a_million_times_the_figures_changes_no_score(many):
    _, out = run(many, outputs="books")
    plain = {unit: float(row["score"]) for unit, row in scored(out).items()}
    header, *rows = [line.split(",") for line in many.read_text(encoding="utf-8").splitlines()]
    text = "\n".join(f"{t},{float(a) * 1e6!r},{b},{float(c) / 1e6!r}" for t, a, b, c in rows)
    many.write_text(",".join(header) + "\n" + text + "\n", encoding="utf-8")
    _, out = run(many, outputs="books")
    assert {unit: float(row["score"]) for unit, row in scored(out).items()} == pytest.approx(plain, abs=1e-9)


def scored(out: Path) -> dict[str, dict[str, str]]:
    """Reads a file of scores by unit."""
    with out.open(encoding="utf-8", newline="") as file:
        return {row["unit"]: row for row in csv.DictReader(file)}


@pytest.mark.parametrize(
    ("options", "model"),
    [
        ((), efficiency.radial),
        (
            ("--rts", "irs", "--orientation", "output"),
            partial(efficiency.radial, returns="irs", orientation="output"),
        ),
        (("--model", "fdh"), efficiency.free_disposal_hull),
        (("--model", "additive"), efficiency.additive),
        (("--model", "sbm", "--rts", "crs"), efficiency.slack_based),
        (("--model", "super", "--rts", "crs"), efficiency.super_efficiency),
        (("--model", "directional"), efficiency.directional),
    ],
)  # fmt: skip
def test_every_model_writes_the_scores_of_the_engine(many, options, model):
    result, out = run(many, *options, outputs="books")
    assert result.exit_code == 0, result.output
    sample = efficiency.Sample.from_csv(many.read_bytes(), ["staff", "budget"], ["books"])
    assert out.read_text(encoding="utf-8") == efficiency.scores_csv(model(sample))


def test_towns_out_of_reach_of_the_others_are_named(table):
    result, out = run(table, "--model", "super")
    assert result.exit_code == 0
    assert "Infeasible, no score: Tychy; the others cannot do what it does." in result.stderr
    assert scored(out)["Tychy"]["score"] == ""
    assert "efficient: Ełk, Opole, Tychy." in result.stdout


def test_by_products_are_scored_with_weak_or_strong_disposal(table):
    options = ("--undesirable", "visits", "--rts", "crs")
    _, out = run(table, *options, outputs="books")
    weak = scored(out)
    _, out = run(table, *options, "--disposal", "strong", outputs="books")
    strong = scored(out)
    assert list(weak["Ełk"])[3:7] == ["slack_staff", "slack_budget", "slack_visits", "slack_books"]
    assert all(float(strong[unit]["score"]) >= float(weak[unit]["score"]) - 1e-12 for unit in weak)
    result, _ = run(table, "--undesirable", "visits", outputs="books")
    assert "weak disposal goes with crs" in result.stderr


def test_periods_give_the_index_of_change_and_what_it_is_made_of(table):
    lines = TABLE.splitlines()
    text = [lines[0].replace("town,", "town,year,")]
    text += [line.replace(",", ",2025,", 1) for line in lines[1:]]
    text += [line.replace(",", ",2026,", 1).replace("Ełk,2026,3,10", "Ełk,2026,1.5,5") for line in lines[1:]]
    table.write_text("\n".join(text) + "\n", encoding="utf-8")
    result, out = run(table, "--period", "year", "--orientation", "output")
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("4 units over 2 periods: 2025, 2026.\n")
    rows = scored(out)
    assert (rows["Ełk"]["from"], rows["Ełk"]["to"]) == ("2025", "2026")
    assert float(rows["Ełk"]["index"]) == pytest.approx(2)
    for row in rows.values():
        parts = [
            float(row[f"{name}_change"]) for name in ("efficiency", "technical", "pure_efficiency", "scale")
        ]
        assert float(row["index"]) == pytest.approx(parts[0] * parts[1])
        assert parts[0] == pytest.approx(parts[2] * parts[3])


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--model", "sbm", "--rts", "fdh"), "--rts fdh: found --model sbm"),
        (("--model", "super", "--bootstrap", 50), "--bootstrap: found --model super"),
        (("--undesirable", "visits", "--model", "sbm"), "--undesirable: found --model sbm"),
        (("--undesirable", "visits", "--bootstrap", 50), "--bootstrap: found --undesirable"),
        (("--period", "staff", "--bootstrap", 50), "--period: found another model"),
        (("--period", "yaer"), "no column yaer"),
        (("--undesirable", "noise", "--rts", "crs"), "no column noise"),
    ],
)
def test_options_that_do_not_go_together_are_refused(table, options, sentence):
    result, out = run(table, *options, outputs="books")
    assert_refused(result, out, sentence)
