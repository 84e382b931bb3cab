"""The embedded PostgreSQL by itself."""

import os
import subprocess
import sys

import psycopg
import pytest

from ratusz.config import postgres

pytestmark = pytest.mark.slow


@pytest.fixture
def place(tmp_path):
    yield tmp_path
    postgres.stop(tmp_path)


def test_cluster_knows_polish_letters_and_listens_to_no_network(place):
    with postgres.running(place, durable=False) as url, psycopg.connect(url) as connection:
        row = connection.execute(
            "SELECT upper('zażółć gęślą'), lower('ŁÓDŹ'), current_setting('listen_addresses'),"
            " current_setting('server_encoding')"
        ).fetchone()
    assert row == ("ZAŻÓŁĆ GĘŚLĄ", "łódź", "", "UTF8")


def test_socket_and_data_are_closed_to_others(place):
    with postgres.running(place, durable=False):
        assert postgres.socket_folder(place).stat().st_mode & 0o077 == 0
        assert postgres.data_folder(place).stat().st_mode & 0o077 == 0


def test_home_with_a_long_path_works(place):
    deep = place / ("a-folder-with-a-rather-long-name-" * 4) / "home"
    with postgres.running(deep, durable=False) as url, psycopg.connect(url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_last_one_out_stops_the_server(place):
    code = (
        "import sys, pathlib; from ratusz.config import postgres\n"
        "with postgres.running(pathlib.Path(sys.argv[1]), durable=False): print('in', flush=True); sys.stdin.read()"
    )
    data = postgres.data_folder(place)
    with postgres.running(place, durable=False):
        other = subprocess.Popen(
            [sys.executable, "-c", code, place], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert other.stdout.readline() == "in\n"
    assert postgres.running_pid(data) is not None
    other.communicate("")
    assert other.returncode == 0
    assert postgres.running_pid(data) is None


def test_stale_file_with_the_number_of_another_process_is_no_hindrance(place):
    with postgres.running(place, durable=False):
        note = (postgres.data_folder(place) / "postmaster.pid").read_text()
    lines = [str(os.getpid()), *note.splitlines()[1:]]
    (postgres.data_folder(place) / "postmaster.pid").write_text("\n".join(lines))
    assert postgres.running_pid(postgres.data_folder(place)) is None
    with postgres.running(place, durable=False) as url:
        psycopg.connect(url).close()


def test_data_of_another_version_is_one_sentence(place):
    data = postgres.data_folder(place)
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("9\n")
    with pytest.raises(postgres.PostgresUnavailable, match="belong to PostgreSQL 9, which is not installed"):
        postgres.start(place)


def test_machine_without_postgresql_is_one_sentence(monkeypatch):
    monkeypatch.setattr(postgres, "candidates", lambda: iter(()))
    with pytest.raises(postgres.PostgresUnavailable, match="package postgresql, or set DATABASE_URL"):
        postgres.programs()
