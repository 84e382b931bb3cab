"""A real worker, killed in the middle of a run: nothing half-saved, and the run says that it must be started again."""

import os
import signal
import subprocess
import sys
import time

import pytest
from django.db import connection

from ratusz.apps.ranking import services
from ratusz.apps.ranking.models import RankedCity, Ranking, Run
from tests.ranking import factories

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE = 90  # seconds, on a machine with other things to do


def worker():
    """Starts `procrastinate worker` on the database of the tests."""
    settings = connection.settings_dict
    address = f"postgresql://{settings['USER']}:{settings['PASSWORD']}@/{settings['NAME']}"
    query = f"?host={settings['HOST']}" + (f"&port={settings['PORT']}" if settings["PORT"] else "")
    return subprocess.Popen(
        [sys.executable, "-m", "django", "procrastinate", "worker", "--queues", "ranking"],
        env=os.environ
        | {"DATABASE_URL": address + query, "DJANGO_SETTINGS_MODULE": "ratusz.config.settings"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def wait_for(condition):
    """Waits until the condition holds; fails after a while."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(0.1)
    pytest.fail("waited too long")


def state(run):
    run.refresh_from_db()
    return run.state


def test_killed_worker_leaves_nothing_half_saved_and_the_run_is_started_again():
    edition = factories.edition()
    factories.figures(edition, factories.random_values(300))
    method = factories.locked(edition)
    by = factories.organiser(edition)
    run = services.request_run(method=method, by=by, variants=1_000_000)
    process = worker()
    try:
        wait_for(lambda: state(run) == Run.State.RUNNING and run.progress > 0)
        assert services.mark_stale_runs() == 0  # alive, however slow
        process.send_signal(signal.SIGKILL)
        process.wait()
        wait_for(lambda: services.mark_stale_runs() or state(run) == Run.State.INTERRUPTED)
    finally:
        process.kill()
        process.wait()
    assert state(run) == Run.State.INTERRUPTED
    assert run.error
    assert not Ranking.objects.exists()
    assert not RankedCity.objects.exists()

    again = services.request_run(method=method, by=by, variants=100)
    process = worker()
    try:
        wait_for(lambda: state(again) == Run.State.DONE)
    finally:
        process.terminate()
        process.wait()
    assert again.ranking.rows.count() == 300
    assert state(run) == Run.State.INTERRUPTED
