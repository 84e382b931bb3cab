"""`--workers` and `--cluster`: who does the work changes no byte of any file."""

import operator
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from ratusz.cli import sharing
from ratusz.cli.main import app

HOW_TO = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "rank-a-table.md"
RANKING = ("bundle.zip", "ranks.csv", "report.html", "scores.csv")


@contextmanager
def running(folder: Path, workers: int) -> Iterator[tuple[str, list[subprocess.Popen]]]:
    """Starts a Dask scheduler and workers on this machine; gives the address, and the processes to end."""
    processes: list[subprocess.Popen] = []

    def start(kind: str, *options: str) -> None:
        command = [sys.executable, "-m", f"distributed.cli.dask_{kind}", "--no-dashboard", *options]
        place = ["--scheduler-file", "place.json"]
        with (folder / f"{len(processes)}.log").open("wb") as log:
            processes.append(subprocess.Popen([*command, *place], cwd=folder, stdout=log, stderr=log))

    try:
        start("scheduler", "--host", "127.0.0.1", "--port", "0")
        for _ in range(workers):
            start("worker", "--nthreads", "1", "--no-nanny")
        yield _address(folder / "place.json", workers), processes
    finally:
        # The scheduler last: workers say goodbye to it.
        for process in processes[::-1]:
            process.terminate()
            process.wait(20)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Dask scheduler with two worker processes on this machine."""
    with running(tmp_path_factory.mktemp("cluster"), 2) as (address, _):
        yield address


def _address(place: Path, workers: int) -> str:
    from distributed import Client

    with Client(scheduler_file=str(place), timeout=60, set_as_default=False) as client:
        client.wait_for_workers(workers, timeout=60)
        return client.scheduler.address


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the table and the method of the how-to page, and a table of 1,500 towns for efficiency."""
    text = HOW_TO.read_text(encoding="utf-8")
    for kind, name in (("csv", "towns.csv"), ("toml", "towns.toml")):
        (tmp_path / name).write_text(re.search(rf"```{kind}\n(.*?)```", text, re.DOTALL)[1], encoding="utf-8")
    rng = np.random.default_rng(8)
    used = rng.uniform(1, 9, (1500, 2))
    made = used.mean(axis=1) ** 0.7 * rng.uniform(0.5, 1, 1500)
    lines = [f"t{i},{a!r},{b!r},{c!r}" for i, (a, b, c) in enumerate(np.column_stack([used, made]).tolist())]
    (tmp_path / "many.csv").write_text(
        "town,staff,budget,books\n" + "\n".join(lines) + "\n", encoding="utf-8"
    )
    return tmp_path


def ratusz(*arguments: object):
    return CliRunner().invoke(app, [str(a) for a in arguments])


def rank(folder: Path, out: str, *options: object) -> list[bytes]:
    """Ranks the table in 2,000 variants and returns the files."""
    files = ("--method", folder / "towns.toml", "--out", folder / out)
    result = ratusz("rank", folder / "towns.csv", *files, "--runs", 2000, *options)
    assert result.exit_code == 0, result.output
    return [(folder / out / name).read_bytes() for name in RANKING]


def score(folder: Path, *options: object) -> bytes:
    """Scores the towns and returns the file."""
    columns = ("--inputs", "staff,budget", "--outputs", "books")
    result = ratusz("efficiency", folder / "many.csv", *columns, "--out", folder / "scores.csv", *options)
    assert result.exit_code == 0, result.output
    return (folder / "scores.csv").read_bytes()


@pytest.mark.slow
def test_a_cluster_and_processes_rank_to_the_same_bytes(folder, cluster):
    alone = rank(folder, "alone", "--workers", 1)
    assert rank(folder, "cluster", "--cluster", cluster) == alone
    assert rank(folder, "processes", "--workers", 2) == alone


@pytest.mark.slow
@pytest.mark.parametrize(
    "options", [("--bootstrap", 100), ("--model", "sbm"), ("--model", "super"), ("--rts", "fdh")]
)
def test_a_cluster_and_processes_score_to_the_same_bytes(folder, cluster, options):
    alone = score(folder, *options, "--workers", 1)
    assert score(folder, *options, "--cluster", cluster) == alone
    assert score(folder, *options, "--workers", 2) == alone


@pytest.mark.slow
def test_what_all_parts_share_travels_once(cluster):
    from distributed import Client

    with Client(cluster, set_as_default=False) as client:
        pool = sharing.ClusterExecutor(client)
        common = (*range(6), np.arange(200_000.0))
        sent = []
        send = client._send_to_scheduler
        client._send_to_scheduler = lambda message: (sent.append(len(repr(message))), send(message))
        found = [pool.submit(operator.getitem, common, i) for i in range(6)]
        assert [future.result(30) for future in found] == list(range(6))
        assert sum(sent) < 50_000
        assert pool.submit(operator.getitem, ("another",), 0).result(30) == "another"


@pytest.mark.slow
def test_a_mistake_found_by_a_worker_is_one_sentence(folder, cluster):
    # The lowest figure of a scale is 0, which a geometric mean cannot take: a worker finds it in its variants.
    method = folder / "towns.toml"
    text = method.read_text(encoding="utf-8")
    means = '[uncertainty]\naggregation = ["arithmetic", "geometric"]'
    method.write_text(text.replace("[uncertainty]", means), encoding="utf-8")
    files = ("--method", method, "--out", folder / "out", "--runs", 2000)
    result = ratusz("rank", folder / "towns.csv", *files, "--cluster", cluster)
    assert_refused(result, "geometric")


def assert_refused(result, sentence: str) -> None:
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    assert result.stderr.startswith("ratusz: ")
    assert result.stderr.count("\n") == 1
    assert sentence in result.stderr


def refused(folder: Path, *options: object):
    columns = ("--inputs", "staff,budget", "--outputs", "books")
    return ratusz("efficiency", folder / "many.csv", *columns, "--out", folder / "scores.csv", *options)


def test_cluster_and_workers_exclude_each_other(folder):
    result = refused(folder, "--cluster", "tcp://127.0.0.1:9", "--workers", 2)
    assert_refused(
        result, "--cluster: found --workers 2 beside it, but the work goes to processes here or to a cluster"
    )


@pytest.mark.parametrize(
    "address", ["nonsense", "http://127.0.0.1:8786", "tcp://127.0.0.1", "tcp://a:b", "tcp://"]
)
def test_what_is_no_address_is_refused(folder, address):
    assert_refused(refused(folder, "--cluster", address), "write it as tcp://HOST:PORT")


def test_an_address_where_nobody_answers_is_refused(folder):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert_refused(
        refused(folder, "--cluster", f"tcp://127.0.0.1:{port}"), "found no Dask scheduler at tcp://"
    )


def test_an_address_that_says_nothing_is_refused(folder, monkeypatch):
    monkeypatch.setattr(sharing, "PATIENCE", 1.0)
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert_refused(
            refused(folder, "--cluster", f"tcp://127.0.0.1:{port}"), "it must answer within 1 seconds"
        )


@pytest.mark.slow
def test_a_cluster_that_ends_while_it_works_is_one_sentence(folder):
    def work() -> None:
        with running(folder, 1) as (address, processes), sharing.shared(None, address) as pool:
            waiting = pool.submit(time.sleep, 60)
            for process in processes[::-1]:
                process.kill()
            waiting.result(60)

    with pytest.raises(sharing.EngineError, match="workers must live until the end"):
        work()


def test_without_the_extra_the_command_says_what_to_install(folder, monkeypatch):
    monkeypatch.setattr(sharing, "find_spec", lambda name: None)
    assert_refused(
        refused(folder, "--cluster", "tcp://127.0.0.1:9"), 'install it: pip install "ratusz[cluster]"'
    )
