"""`ratusz opinion` as a user types it: the how-to page, Polis' two exports, and what it refuses."""

import csv
import io
import re
import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ratusz.cli.main import app
from tests.engines.opinion.conversations import planted, random_votes

HOW_TO = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "find-opinion-groups.md"
FILES = [
    "bundle.zip", "consensus.csv", "participants.csv", "report.html", "representative.csv", "statements.csv",
]  # fmt: skip


def ratusz(*arguments: object):
    return CliRunner().invoke(app, [str(a) for a in arguments])


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(path: Path, rows: list[list[object]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


@pytest.fixture
def log(tmp_path) -> Path:
    """Polis' log of a conversation of two groups, and its comments beside it."""
    votes, _truth = planted(2, 90, 20, noise=0.3)
    write(
        tmp_path / "comments.csv",
        [["timestamp", "comment-id", "author-id", "agrees", "disagrees", "moderated", "comment-body"]]
        + [
            [1, name, 0, *((votes.values[votes.columns == j] == v).sum() for v in (1, -1)), -1 if j == 4 else 1,
             "=1+1 <b>żółw</b>" if j == 5 else f"Statement {j}"]
            for j, name in enumerate(votes.statements)
        ],
    )  # fmt: skip
    return write(
        tmp_path / "votes.csv",
        [["timestamp", "datetime", "comment-id", "voter-id", "vote"]]
        + [
            [1000 + e, "", votes.statements[j], votes.participants[i], v]
            for e, (i, j, v) in enumerate(zip(votes.rows, votes.columns, votes.values, strict=True))
        ],
    )


def test_page_is_walked(tmp_path):
    text = HOW_TO.read_text(encoding="utf-8")
    votes = tmp_path / "votes.csv"
    votes.write_text(re.search(r"```csv\n(.*?)```", text, re.DOTALL)[1], encoding="utf-8")
    result = ratusz("opinion", votes, "--out", tmp_path / "results")
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[0] == re.search(r"```text\n(.*)\n", text)[1]
    assert sorted(path.name for path in (tmp_path / "results").iterdir()) == FILES


def test_log_with_comments(log, tmp_path):
    out = tmp_path / "out"
    result = ratusz("opinion", log, "--comments", tmp_path / "comments.csv", "--out", out, "--seed", 3)
    assert result.exit_code == 0, result.output
    assert "1 statements count for nothing" in result.stderr
    people = rows_of(out / "participants.csv")
    assert list(people[0]) == ["participant", "group", "confidence", "x", "y"]
    assert len(people) == 90
    assert {row["group"] for row in people} == {"0", "1"}
    assert list(rows_of(out / "representative.csv")[0]) == ["group", "statement", "direction", "rank"]
    statements = {row["statement"]: row for row in rows_of(out / "statements.csv")}
    assert len(statements) == 20
    assert statements["s4"]["counted"] == "no"
    assert statements["s5"]["text"] == "'=1+1 <b>żółw</b>"
    listed = {
        row["statement"] for name in ("representative", "consensus") for row in rows_of(out / f"{name}.csv")
    }
    assert listed
    assert "s4" not in listed
    report = (out / "report.html").read_text(encoding="utf-8")
    assert "<svg" in report
    assert "<b>żółw" not in report
    assert not re.search(r'(?:src|href)="(?!#)', report)
    again = tmp_path / "again"
    ratusz("opinion", log, "--comments", tmp_path / "comments.csv", "--out", again, "--seed", 3)
    assert all((out / name).read_bytes() == (again / name).read_bytes() for name in FILES)


def test_table_and_log_say_the_same(log, tmp_path):
    cells = {(row["voter-id"], row["comment-id"]): row["vote"] for row in rows_of(log)}
    people, said = (sorted({key[k] for key in cells}) for k in (0, 1))
    head = ["participant", "xid", "group-id", "n-comments", "n-votes", "n-agree", "n-disagree"]
    table = [[*head, *said]]
    for person in people:
        own = [cells.get((person, one), "") for one in said]
        table.append([person, "", "", 0, sum(c != "" for c in own), own.count("1"), own.count("-1"), *own])
    write(tmp_path / "participants-votes.csv", table)
    for name, source in (("a", log), ("b", tmp_path / "participants-votes.csv")):
        assert ratusz("opinion", source, "--out", tmp_path / name).exit_code == 0
    one, other = (
        {row["participant"]: row["group"] for row in rows_of(tmp_path / name / "participants.csv")}
        for name in "ab"
    )
    assert one == other


def test_reversed_votes_are_noticed(log, tmp_path):
    text = [line.rsplit(",", 1) for line in log.read_text(encoding="utf-8").splitlines()]
    turned = {"1": "-1", "-1": "1"}
    log.write_text("\n".join(f"{a},{turned.get(b, b)}" for a, b in text), encoding="utf-8")
    noticed = ratusz("opinion", log, "--comments", tmp_path / "comments.csv", "--out", tmp_path / "a")
    assert "-1 was taken for agree" in noticed.stderr
    said = ratusz(
        "opinion", log, "--comments", tmp_path / "comments.csv", "--reverse", "--out", tmp_path / "b"
    )
    assert "-1 was taken" not in said.stderr
    for name in FILES:
        if name != "report.html":  # which carries the note
            assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


@pytest.mark.parametrize("option", [(), ("--polis-compatible",)])
def test_bundle_is_reproduced(log, tmp_path, option):
    out = tmp_path / "out"
    ratusz("opinion", log, "--comments", tmp_path / "comments.csv", "--out", out, *option)
    for bundle in (out, out / "bundle.zip"):
        result = ratusz("verify", bundle)
        assert result.exit_code == 0, result.output
        assert result.stdout.startswith("reproduced: ")
        assert "90 people on 20 statements; 2 groups." in result.stdout


def retold(bundle: Path, name: str, old: str, new: str) -> None:
    """Changes a file in a bundle, its manifest left as it is."""
    with zipfile.ZipFile(bundle) as archive:
        files = {one: archive.read(one) for one in archive.namelist()}
    text = files[name].decode()
    assert re.search(old, text, re.MULTILINE)
    files[name] = re.sub(old, new, text, count=1, flags=re.MULTILINE).encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for one, content in files.items():
            archive.writestr(one, content)
    bundle.write_bytes(out.getvalue())


@pytest.mark.parametrize(
    ("name", "old", "new", "found"),
    [
        ("participants.csv", r"^p1,1,", "p1,0,", "participants.csv, line 3, group"),
        ("statements.csv", r"^(s2,.*),yes,(\d+),", r"\1,yes,1,", "statements.csv, line"),
        ("representative.csv", r"agree,1$", "disagree,1", "representative.csv, line 2, direction"),
        ("votes.csv", r"^p1,(s\d+),1$", r"p1,\1,-1", "not the votes that the result names"),
        ("result.json", r'"seed": 0', '"seed": 4', "result.json is not the file"),
    ],
)
def test_tampered_bundle_is_named(log, tmp_path, name, old, new, found):
    ratusz("opinion", log, "--out", tmp_path / "out")
    retold(tmp_path / "out" / "bundle.zip", name, old, new)
    result = ratusz("verify", tmp_path / "out" / "bundle.zip")
    assert result.exit_code == 1, result.output
    assert result.stdout.startswith("not reproduced: ")
    assert found in result.stdout


def test_table_beside_the_bundle_is_compared(log, tmp_path):
    ratusz("opinion", log, "--out", tmp_path / "out")
    with (tmp_path / "out" / "consensus.csv").open("a", encoding="utf-8") as file:
        file.write("s1,agree,9,1,0,1,1,1\n")
    result = ratusz("verify", tmp_path / "out")
    assert result.exit_code == 1
    assert "consensus.csv is not the one in the bundle" in result.stdout


def test_no_groups_is_an_answer(tmp_path):
    votes = random_votes(60, 15)
    rows = [["participant", "statement", "vote"]] + [
        [votes.participants[i], votes.statements[j], v]
        for i, j, v in zip(votes.rows, votes.columns, votes.values, strict=True)
    ]
    result = ratusz("opinion", write(tmp_path / "votes.csv", rows), "--out", tmp_path / "out")
    assert result.exit_code == 0
    assert "no stable groups of opinion" in result.stdout
    assert "no stable groups" in ratusz("verify", tmp_path / "out").stdout


LOG = "timestamp,comment-id,voter-id,vote\n"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (f"{LOG}1,s,p,2\n", 'votes.csv, line 2, column vote: found "2", but a vote is 1 (agree)'),
        (f"{LOG}1,s,p,\n", "votes.csv, line 2, column vote: found nothing"),
        (f"{LOG}1,s,p,nan\n", 'votes.csv, line 2, column vote: found "nan"'),
        (f"{LOG}1,,p,1\n", "votes.csv, line 2, column comment-id: found nothing"),
        (f"{LOG}yesterday,s,p,1\n", 'line 2, column timestamp: found "yesterday"'),
        (LOG, "votes.csv: found no vote"),
        ("", "votes.csv: found no line at all"),
        ("a,b,vote\n1,2,1\n", "a Polis export has a column voter-id"),
        ("participant,n-votes\np,1\n", "neither a column vote nor one column for each statement"),
        ("participant,s1,s2\np,1,x\n", 'votes.csv, line 2, column s2: found "x"'),
        ("participant,s1,s1\np,1,1\n", 'the statement "s1" twice'),
        ("participant,s1\np,1\np,0\n", 'the participant "p" twice'),
        ("participant,s1\np,\n", "found no vote"),
        (b"PK\x03\x04 ", "a spreadsheet workbook"),
    ],
)
def test_bad_votes_are_refused(tmp_path, content, sentence):
    path = tmp_path / "votes.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    result = ratusz("opinion", path, "--out", tmp_path / "out")
    assert result.exit_code == 2
    assert sentence in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert not (tmp_path / "out").exists()


def test_bad_comments_are_refused(log, tmp_path):
    for content, sentence in (
        ("comment-body\nhello\n", "comments.csv, first line: found comment-body"),
        ("comment-id,comment-body\n1,a\n1,b\n", 'comments.csv, line 3, column comment-id: found "1"'),
    ):
        (tmp_path / "comments.csv").write_text(content, encoding="utf-8")
        result = ratusz("opinion", log, "--comments", tmp_path / "comments.csv", "--out", tmp_path / "out")
        assert result.exit_code == 2
        assert sentence in result.stderr


def test_files_that_are_missing_or_in_the_way(log, tmp_path):
    assert "there is no file" in ratusz("opinion", tmp_path / "none.csv", "--out", tmp_path / "out").stderr
    assert "it must be a folder" in ratusz("opinion", log, "--out", log).stderr


def test_broken_bundle_is_refused(log, tmp_path):
    out = tmp_path / "out"
    ratusz("opinion", log, "--out", out)
    retold(out / "bundle.zip", "result.json", r"\{", "[")
    result = ratusz("verify", out / "bundle.zip")
    assert result.exit_code == 2
    assert "download the bundle again" in result.stderr
