"""One command starts three processes, keeps them alive and stops them all."""

import signal
import socket
import subprocess
import sys

import psutil
import psycopg
import pytest

from ratusz.config import postgres
from tests.house.conftest import RATUSZ, environment, free_port, ratusz, wait_until

pytestmark = pytest.mark.slow


def gone(processes: list[psutil.Process]) -> bool:
    """True when none of the processes runs any more; a zombie of somebody else's does not run."""
    return not any(p.is_running() and p.status() != psutil.STATUS_ZOMBIE for p in processes)


def connects(home) -> bool:
    """True when the database of the home accepts connections."""
    try:
        psycopg.connect(postgres.url(home)).close()
    except psycopg.OperationalError:
        return False
    return True


def test_serve_stopped_by_sigterm_leaves_no_process_and_keeps_the_data(home, start):
    site = start(home).wait()
    processes = site.everything()
    names = " ".join(" ".join(p.cmdline()) for p in processes)
    assert "granian" in names
    assert "procrastinate" in names
    assert "postgres" in names
    with psycopg.connect(postgres.url(home)) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS one")
    assert site.stop(signal.SIGTERM) == 0
    wait_until(lambda: gone(processes), 5)

    again = start(home).wait()
    with psycopg.connect(postgres.url(home)) as connection:
        assert connection.execute("SELECT one FROM kept").fetchone() == (1,)
    processes = again.everything()
    assert again.stop(signal.SIGINT) == 0
    wait_until(lambda: gone(processes), 5)


def test_second_start_says_who_runs_and_the_first_goes_on(home, start):
    site = start(home).wait()
    answer = ratusz(home, "serve", PORT=str(free_port()))
    assert answer.returncode == 1
    assert f"process {site.process.pid}, http://127.0.0.1:{site.port}/" in answer.stderr
    assert "Traceback" not in answer.stderr
    assert site.status()


def test_killed_web_and_worker_start_again(home, start):
    site = start(home).wait()
    for word in ("granian", "procrastinate"):
        victim = site.child(word)
        victim.kill()
        wait_until(lambda word=word, victim=victim: (new := site.child(word)) and new.pid != victim.pid)
    wait_until(site.status)
    text = site.log.read_text()
    assert "The web server was killed by signal 9; it starts again." in text
    assert "The worker was killed by signal 9; it starts again." in text


def test_killed_database_starts_again(home, start):
    site = start(home).wait()
    victim = postgres.running_pid(postgres.data_folder(home))
    psutil.Process(victim).kill()
    wait_until(lambda: postgres.running_pid(postgres.data_folder(home)) not in {victim, None})
    wait_until(lambda: connects(home))
    assert "The database died; it starts again." in site.log.read_text()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent died")
def test_killed_supervisor_takes_its_children_along_and_the_next_start_works(home, start):
    site = start(home).wait()
    children = psutil.Process(site.process.pid).children(recursive=True)
    site.process.kill()
    wait_until(lambda: gone(children), 25)
    assert start(home).wait().stop() == 0


def test_stop_during_the_preparation_is_clean(tmp_path, start):
    site = start(tmp_path / "new")
    wait_until(lambda: site.child("ratusz.cli.prepare"))
    processes = site.everything()
    assert site.stop() == 0
    wait_until(lambda: gone(processes), 5)


def test_taken_port_is_one_sentence(home):
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        answer = ratusz(home, "serve", PORT=str(port))
    assert answer.returncode == 1
    assert answer.stderr.strip().splitlines() == [
        f"ratusz: port {port} on 127.0.0.1 is taken by another program: PORT=8001 make run."
    ]


def test_unreachable_database_is_one_sentence_without_the_password(tmp_path):
    answer = ratusz(
        tmp_path / "h", "serve", PORT=str(free_port()), DATABASE_URL="postgresql://me:hush@127.0.0.1:1/town"
    )
    assert answer.returncode == 1
    (line,) = answer.stderr.strip().splitlines()
    assert line.startswith("ratusz: the database 127.0.0.1:1/town cannot be reached (")
    assert "correct DATABASE_URL" in line
    assert "hush" not in answer.stdout + answer.stderr


def test_unreadable_database_url_is_one_sentence(tmp_path):
    answer = ratusz(tmp_path / "h", "serve", PORT=str(free_port()), DATABASE_URL="not a url")
    (line,) = answer.stderr.strip().splitlines()
    assert "DATABASE_URL cannot be read" in line


def test_demo_refuses_to_listen_beyond_this_machine(tmp_path):
    answer = ratusz(tmp_path / "h", "serve", "--demo", "--host", "0.0.0.0")
    assert answer.returncode == 1
    assert "may not listen on 0.0.0.0" in answer.stderr
    assert not (tmp_path / "h").exists()


def test_home_that_is_a_file_is_one_sentence(tmp_path):
    (tmp_path / "h").write_text("")
    assert ratusz(tmp_path / "h", "serve").stderr.startswith(f"ratusz: {tmp_path / 'h'} is not a folder")


@pytest.mark.parametrize(
    "options", ["size=60m", "size=400m,nr_inodes=300"], ids=["nearly full", "filled meanwhile"]
)
def test_full_disk_is_one_sentence(tmp_path, options):
    root = psutil.Process().uids().effective == 0
    if not root and "nr_inodes" in options:
        pytest.skip(
            "PostgreSQL refuses to start as the root that is only mapped, which is all we can be here"
        )
    small = tmp_path / "small"
    small.mkdir()
    script = f'mount -t tmpfs -o {options},mode=755 tmpfs "{small}" && exec "{RATUSZ}" serve'
    # A mount of our own that nobody else sees and that is gone with the command.
    command = ["unshare", "--mount", "--map-root-user", "sh", "-c", script]
    if root:
        command.remove("--map-root-user")
    if subprocess.run([*command[:-1], "true"], capture_output=True).returncode:
        pytest.skip("this system does not allow a mount of one's own")
    answer = subprocess.run(
        command,
        env=environment(small / "home", PORT=str(free_port())),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert answer.returncode == 1, answer.stdout
    (line,) = answer.stderr.strip().splitlines()
    assert "is full" in line
    assert "set RATUSZ_HOME" in line
