"""`ratusz rank` and `ratusz verify` as a user types them."""

import io
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ratusz import __version__
from ratusz.cli.main import app

HOW_TO = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "rank-a-table.md"
FILES = ("bundle.zip", "ranks.csv", "report.html", "scores.csv")


def ratusz(*arguments: object):
    return CliRunner().invoke(app, [str(a) for a in arguments])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the table and the method of the how-to page."""
    text = HOW_TO.read_text(encoding="utf-8")
    for kind, name in (("csv", "towns.csv"), ("toml", "towns.toml")):
        found = re.search(rf"```{kind}\n(.*?)```", text, re.DOTALL)
        (tmp_path / name).write_text(found[1], encoding="utf-8")
    return tmp_path


def rank(folder: Path, out: str = "out", *options: object):
    return ratusz(
        "rank", folder / "towns.csv", "--method", folder / "towns.toml", "--out", folder / out, *options
    )


def assert_refused(result, sentence: str) -> None:
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    assert result.stderr.startswith("ratusz: ")
    assert result.stderr.count("\n") == 1
    assert sentence in result.stderr


def test_rank_writes_four_files_that_verify_reproduces(folder):
    result = rank(folder)
    assert result.exit_code == 0, result.output
    assert sorted(path.name for path in (folder / "out").iterdir()) == sorted(FILES)
    assert result.stdout.startswith("6 units ranked; first: Tychy, kept in ")
    verified = ratusz("verify", folder / "out" / "bundle.zip")
    assert verified.exit_code == 0
    assert verified.stdout == "reproduced: Six towns, 6 units, 1,000 runs.\n"


def test_same_input_and_seed_give_the_same_bytes(folder):
    rank(folder, "one", "--runs", 300, "--seed", 7)
    rank(folder, "two", "--runs", 300, "--seed", 7)
    rank(folder, "three", "--runs", 300, "--seed", 8)
    read = [[(folder / out / name).read_bytes() for name in FILES] for out in ("one", "two", "three")]
    assert read[0] == read[1]
    assert read[0][1] != read[2][1]
    assert read[0][3] == read[2][3]


@pytest.mark.parametrize("workers", [1, 2])
def test_workers_change_no_byte(folder, workers):
    rank(folder, "one", "--runs", 600, "--workers", workers)
    rank(folder, "two", "--runs", 600)
    for name in FILES:
        assert (folder / "one" / name).read_bytes() == (folder / "two" / name).read_bytes()


def test_polish_spreadsheet_gives_the_same_result(folder):
    rank(folder, "plain")
    text = (folder / "towns.csv").read_text(encoding="utf-8")
    text = text.replace(",", ";").replace("127000", "127 000,0").replace("\n", "\r\n")
    (folder / "towns.csv").write_bytes(text.encode("cp1250"))
    rank(folder, "polish")
    for name in FILES:
        assert (folder / "plain" / name).read_bytes() == (folder / "polish" / name).read_bytes()


def test_verify_ends_with_status_1_when_a_figure_differs(folder):
    rank(folder, "out", "--runs", 50)
    bundle = folder / "out" / "bundle.zip"
    out = io.BytesIO()
    with zipfile.ZipFile(bundle) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"Tychy,large,5600", b"Tychy,large,5300"))
    bundle.write_bytes(out.getvalue())
    result = ratusz("verify", bundle)
    assert result.exit_code == 1
    assert result.stdout.startswith("not reproduced: ")
    assert "- data.csv is not the file that the manifest was made for" in result.stdout
    assert "- scores.csv: Żory, Money is 73.33333333333, recomputed" in result.stdout


def test_units_without_data_are_reported_and_left_out(folder):
    with (folder / "towns.csv").open("a", encoding="utf-8") as file:
        file.write("Sopot,small,5000,,,32000\n")
    result = rank(folder)
    assert result.exit_code == 0
    assert "Not classified: Sopot, 1 of 3 indicators (33.3%); at least 60% are needed." in result.stderr
    assert (folder / "out" / "ranks.csv").read_text(encoding="utf-8").splitlines()[-1] == "Sopot" + "," * 11


def test_mistakes_give_one_sentence_and_status_2_and_write_nothing(folder):
    method, data = folder / "towns.toml", folder / "towns.csv"
    good, table = method.read_text(encoding="utf-8"), data.read_text(encoding="utf-8")
    method.write_text(good.replace("weight = 60", "weight = 59"), encoding="utf-8")
    assert_refused(
        rank(folder), "Weights under Index: found the sum 99, but weights of siblings must sum to 100"
    )
    method.write_text(good.replace('"Trees"', '"Bushes"'), encoding="utf-8")
    assert_refused(rank(folder), "no column Bushes")
    method.write_bytes("name = 'Łódź'".encode("cp1250"))
    assert_refused(rank(folder), "not UTF-8")
    method.write_text(good, encoding="utf-8")
    data.write_text(table.replace("4350", "a lot"), encoding="utf-8")
    assert_refused(rank(folder), 'Column Income, unit Ełk: found "a lot"')
    data.unlink()
    assert_refused(rank(folder), "there is no file")
    data.mkdir()
    assert_refused(rank(folder), "found a folder")
    assert not (folder / "out").exists()


def test_folder_that_is_a_file_is_refused(folder):
    (folder / "out").write_text("mine", encoding="utf-8")
    assert_refused(rank(folder), "cannot be used")
    assert (folder / "out").read_text(encoding="utf-8") == "mine"


def test_what_is_no_bundle_is_refused(folder):
    assert_refused(ratusz("verify", folder / "towns.csv"), "Bundle: found an unreadable file")
    assert_refused(ratusz("verify", folder / "none.zip"), "there is no file")


WITHOUT_DJANGO = """
import sys

class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"django", "wagtail", "psycopg", "procrastinate", "httpx", "openpyxl", "granian"}:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

import importlib.util
found = importlib.util.find_spec
importlib.util.find_spec = lambda name, package=None: None if name in {"django", "wagtail"} else found(name, package)
sys.meta_path.insert(0, Blocked())
from ratusz.cli.main import app
app()
"""


def without_django(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", WITHOUT_DJANGO, *(str(a) for a in arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120)


def test_ranking_works_without_django(folder):
    options = ("--method", folder / "towns.toml", "--out", folder / "out", "--runs", 20)
    done = without_django("rank", folder / "towns.csv", *options)
    assert done.returncode == 0, done.stderr
    assert without_django("verify", folder / "out" / "bundle.zip").stdout.startswith("reproduced")


def test_commands_of_the_site_say_what_they_need():
    for name in ("init", "serve", "demo", "manage", "backup", "restore"):
        done = without_django(name, "--anything")
        assert done.returncode == 2
        assert done.stderr == (
            f'ratusz: "{name}" needs the web platform; install it with: pip install "ratusz[web]"\n'
        )


def test_version_is_printed():
    assert ratusz("--version").stdout == f"ratusz {__version__}\n"
