"""`ratusz seat` as a user types it: the how-to page, its files, its repairs and what it refuses."""

import csv
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from threading import Thread

import pytest
from typer.testing import CliRunner

from ratusz.cli.main import app
from ratusz.engines import seating
from ratusz.engines.seating.files import read_problem, read_seating

HOW_TO = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "seat-people.md"
FILES = [
    "bundle.zip", "quality.json", "report.html", "routes.csv", "seating.csv", "seating.xlsx", "tables.csv",
]  # fmt: skip


def ratusz(*arguments: object):
    return CliRunner().invoke(app, [str(a) for a in arguments])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the people and the plan of the how-to page."""
    text = HOW_TO.read_text(encoding="utf-8")
    for kind, name in (("csv", "people.csv"), ("toml", "plan.toml")):
        found = re.search(rf"```{kind}\n(.*?)```", text, re.DOTALL)
        (tmp_path / name).write_text(found[1], encoding="utf-8")
    return tmp_path


def seat(folder: Path, out: str = "seats", *options: object):
    budget = () if "--moves" in options or "--seconds" in options else ("--moves", 50_000)
    return ratusz(
        "seat",
        folder / "people.csv",
        "--plan",
        folder / "plan.toml",
        "--out",
        folder / out,
        *budget,
        *options,
    )


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def read_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_page_is_walked(folder):
    text = HOW_TO.read_text(encoding="utf-8")
    result = seat(folder, "seats", "--seconds", "0.5")
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[0] == re.search(r"```text\n(.*)\n```", text)[1]
    assert result.stderr == ""
    assert sorted(path.name for path in (folder / "seats").iterdir()) == FILES
    rows = read_rows(folder / "seats" / "seating.csv")
    assert list(rows[0]) == ["round", "table", "person"]
    assert len(rows) == 35
    assert {(row["round"], row["table"]) for row in rows if row["person"] == "kuba"} == {
        ("1", "Square"), ("2", "Square"), ("3", "Square"),
    }  # fmt: skip
    problem, _ = read_problem((folder / "people.csv").read_bytes(), (folder / "plan.toml").read_bytes())
    plan = read_seating((folder / "seats" / "seating.csv").read_bytes(), problem)
    assert seating.verify(problem, plan).clean
    verified = ratusz("verify", folder / "seats")
    assert verified.exit_code == 0
    assert verified.stdout == "reproduced: seating of 12 people, 3 tables, 3 rounds; every hard rule holds.\n"


def test_code_of_the_page_runs(folder):
    code = re.search(r"```python\n(.*?)```", HOW_TO.read_text(encoding="utf-8"), re.DOTALL)[1]
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith(" True\n")


def test_same_moves_and_seed_give_the_same_bytes(folder):
    read = []
    for out, seed in (("one", 7), ("two", 7), ("three", 8)):
        assert seat(folder, out, "--seed", seed).exit_code == 0
        read.append({name: (folder / out / name).read_bytes() for name in FILES})
        time.sleep(0.01)
    assert read[0] == read[1]
    assert read[0] != read[2]


def test_polish_spreadsheet_gives_the_same_seats(folder):
    seat(folder, "plain")
    text = (folder / "people.csv").read_text(encoding="utf-8")
    (folder / "people.csv").write_bytes(text.replace(",", ";").replace("\n", "\r\n").encode("cp1250"))
    seat(folder, "polish")
    for name in FILES:
        assert (folder / "plain" / name).read_bytes() == (folder / "polish" / name).read_bytes()


def test_rules_that_conflict_are_explained_and_the_plan_still_comes(folder):
    change(folder / "people.csv", "Clean River,Tychy,water,,", "Clean River,Tychy,water,,1-2")
    change(folder / "people.csv", "Green Yards,Żory,,,", "Green Yards,Żory,,,")
    change(folder / "people.csv", "City Bees,Opole,,,", "City Bees,Opole,,,1|2")
    result = seat(folder)
    assert result.exit_code == 1
    told = re.sub(
        r"\s+", " ", re.findall(r"```text\n(.*?)```", HOW_TO.read_text(encoding="utf-8"), re.DOTALL)[1]
    )
    assert result.stderr.splitlines()[0] == told.strip()
    assert re.fullmatch(r"Broken: Round 3, table \w+: lacks one of NGO\.", result.stderr.splitlines()[1])
    assert "one hard rule is broken" in result.stdout
    assert told.split(" Ways")[0].replace("<", "&lt;") in (folder / "seats" / "report.html").read_text(
        encoding="utf-8"
    )
    verified = ratusz("verify", folder / "seats" / "bundle.zip")
    assert verified.exit_code == 0
    assert "1 broken rules, as it says" in verified.stdout


def test_a_type_that_nobody_has_is_lacking_everywhere(folder):
    change(folder / "plan.toml", 'type = "NGO"', 'type = "union"')
    result = seat(folder)
    assert result.exit_code == 1
    assert 'nobody has the type "union".' in result.stderr.splitlines()[0]
    assert "In each round: union at each table is impossible: 0 < 3; 3 tables will lack one." in result.stderr
    assert "hard rules are broken 9 times" in result.stdout
    assert ratusz("verify", folder / "seats").exit_code == 0


def test_repair_moves_few_and_keeps_what_is_over(folder):
    seat(folder)
    result = seat(
        folder, "new", "--previous", folder / "seats" / "seating.csv", "--done-rounds", 1, "--absent", "ewa"
    )
    assert result.exit_code == 0, result.output
    assert sorted(path.name for path in (folder / "new").iterdir()) == sorted([*FILES, "moves.csv"])
    before, after = (read_rows(folder / out / "seating.csv") for out in ("seats", "new"))
    assert [row for row in before if row["round"] == "1"] == [row for row in after if row["round"] == "1"]
    assert not [row for row in after if row["person"] == "ewa" and row["round"] != "1"]
    old = {(row["round"], row["person"]): row["table"] for row in before}
    moved = [row for row in after if old[row["round"], row["person"]] != row["table"]]
    assert f"Seats that change: {len(moved)} of 21 in the rounds to come" in result.stdout
    assert [(row["round"], row["person"], row["to"]) for row in read_rows(folder / "new" / "moves.csv")] == [
        (row["round"], row["person"], row["table"])
        for row in sorted(moved, key=lambda row: (row["round"], row["person"]))
    ]
    assert ratusz("verify", folder / "new").exit_code == 0


def test_verify_ends_with_status_1_when_seats_were_changed(folder):
    seat(folder)
    change(folder / "seats" / "seating.csv", "3,", "2,")
    result = ratusz("verify", folder / "seats")
    assert result.exit_code == 1
    assert "- seating.csv is not the one in the bundle" in result.stdout
    assert ratusz("verify", folder / "seats" / "bundle.zip").exit_code == 0


def assert_refused(result, folder: Path, *sentences: str) -> None:
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    assert result.stderr.startswith("ratusz: ")
    for sentence in sentences:
        assert sentence in result.stderr
    assert not (folder / "seats").exists()


def test_mistakes_of_both_files_are_told_at_once_and_nothing_is_written(folder):
    change(folder / "people.csv", "bo,Bo", "ada,Bo")
    change(folder / "plan.toml", "capacity = 4", "capacty = -4")
    assert_refused(
        seat(folder),
        folder,
        "ratusz: 4 mistakes in the files:\n",
        '- PEOPLE.csv, line 3, column id: found "ada", but it stands in line 2 already',
        '- PLAN.toml, table 1 "River": found the unknown key capacty, but the nearest known key is capacity',
        '- PLAN.toml, table 1 "River": found no capacity',
        '- PLAN.toml, wish 1, key others: found "bo", but nobody in PEOPLE.csv has this id',
    )


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--absent", "ada"), "--previous: found no plan"),
        (("--previous", "none.csv"), "there is no file none.csv"),
    ],
)
def test_options_that_do_not_go_together_are_refused(folder, options, sentence):
    assert_refused(seat(folder, "seats", *options), folder, sentence)


def test_repair_refuses_whom_it_does_not_know(folder):
    previous = folder / "before.csv"
    previous.write_text("round,table,person\n1,River,adda\n", encoding="utf-8")
    assert_refused(
        seat(folder, "seats", "--previous", previous),
        folder,
        'before.csv, line 2, column person: found "adda"',
        "write ada",
    )
    previous.write_text("round,table,person\n1,River,ada\n", encoding="utf-8")
    assert_refused(
        seat(folder, "seats", "--previous", previous, "--absent", "eva"),
        folder,
        "--absent: found eva",
        "write ewa",
    )
    assert_refused(
        seat(folder, "seats", "--previous", previous, "--done-rounds", 4), folder, "Rounds played: found 4"
    )


def test_missing_files_and_files_for_folders_are_refused(folder):
    (folder / "people.csv").rename(folder / "others.csv")
    assert_refused(seat(folder), folder, "there is no file")
    (folder / "others.csv").rename(folder / "people.csv")
    result = seat(folder, "plan.toml")
    assert result.exit_code == 2
    assert "found a file, but it must be a folder" in result.stderr


def test_interrupt_keeps_the_best_plan_so_far(folder):
    change(
        folder / "plan.toml", "rounds = 3", "rounds = 8"
    )  # nobody can be new for so long: the search goes on
    before = signal.getsignal(signal.SIGINT)

    def interrupt() -> None:
        while signal.getsignal(signal.SIGINT) is before:
            time.sleep(0.05)
        time.sleep(0.3)
        os.kill(os.getpid(), signal.SIGINT)

    began = time.monotonic()
    Thread(target=interrupt, daemon=True).start()
    result = seat(folder, "seats", "--seconds", 60)
    assert time.monotonic() - began < 30
    assert result.exit_code == 0, result.output
    assert "every hard rule holds" in result.stdout
    assert len(read_rows(folder / "seats" / "seating.csv")) == 90
    assert signal.getsignal(signal.SIGINT) is before
