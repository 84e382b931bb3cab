"""kill -9 in the middle of an import: nothing is half-saved, and the import starts again or says that it must."""

import os
import signal
import subprocess
import sys
import time

import pytest
from django.db import connection

from ratusz.apps.accounts.models import User
from ratusz.apps.cities.models import Observation, Population
from ratusz.apps.core.imports import services
from ratusz.apps.core.models import ImportBatch, ImportChange
from tests.cities.conftest import upload

# The killed process must see what the test wrote, so that the test commits.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

WIDE = "Kod;Nazwa;unemployment 2022;population 2022\n1061011;Łódź;4,7;650000\n1465011;Warszawa;1,5;1860000\n"

# Applies the batch in a process of its own and stops where it is told to, with the lock held.
WORKER = """
import sys, time
import django
django.setup()
from django.db import connection
connection.settings_dict["NAME"] = sys.argv[1]
from ratusz.apps.core.imports import ledger, services
from ratusz.apps.cities.models import Observation
original = ledger.Ledger.upsert
def upsert(self, model, rows, **how):
    if sys.argv[3] == "before" or model is Observation:
        if sys.argv[3] == "after":
            original(self, model, rows, **how)
        print("here", flush=True)
        time.sleep(60)
    return original(self, model, rows, **how)
ledger.Ledger.upsert = upsert
services.apply(int(sys.argv[2]))
"""


@pytest.fixture
def organiser(edition) -> User:
    """An administrator: after a committing test the pages are gone on which organisers have rights."""
    return User.objects.create_superuser("ada@example.org")


def killed_worker(batch: ImportBatch, when: str) -> None:
    """Runs a worker up to the moment and kills it as the system would."""
    settings = connection.settings_dict
    command = [sys.executable, "-c", WORKER, settings["NAME"], str(batch.pk), when]
    worker = subprocess.Popen(command, stdout=subprocess.PIPE, env=os.environ | _address(settings))
    try:
        assert worker.stdout.readline() == b"here\n"
        assert services.is_being_saved(batch)
        os.kill(worker.pid, signal.SIGKILL)
    finally:
        worker.kill()
        worker.wait()
        worker.stdout.close()
    for _ in range(100):
        if not services.is_being_saved(batch):
            return
        time.sleep(0.05)


def _address(settings: dict) -> dict[str, str]:
    """The address of the test database for another process."""
    pairs = (
        ("host", "HOST"),
        ("port", "PORT"),
        ("user", "USER"),
        ("password", "PASSWORD"),
        ("dbname", "NAME"),
    )
    return {"DATABASE_URL": " ".join(f"{name}={settings[key]}" for name, key in pairs if settings.get(key))}


@pytest.mark.parametrize("when", ["before", "middle", "after"])
def test_worker_killed_while_it_saves_leaves_nothing_and_the_import_runs_again(
    edition, organiser, cities66, unemployment, when
):
    populations = Population.objects.count()
    batch = upload(organiser, edition, WIDE)
    services.confirm(by=organiser, batch=batch, revision=batch.revision, start=lambda pk: None)
    killed_worker(batch, when)
    batch.refresh_from_db()
    assert batch.state == ImportBatch.State.RUNNING
    assert not services.is_being_saved(batch)
    assert (
        Observation.objects.count(),
        Population.objects.count() - populations,
        ImportChange.objects.count(),
    ) == (0, 0, 0)
    # What the queue does by itself when the worker's heartbeat is gone.
    services.apply(batch.pk)
    batch.refresh_from_db()
    assert batch.state == ImportBatch.State.APPLIED
    assert (
        Observation.objects.count(),
        Population.objects.count() - populations,
        ImportChange.objects.count(),
    ) == (2, 2, 4)


def test_interrupted_import_can_be_started_again_by_hand(edition, organiser, cities66, unemployment):
    batch = upload(organiser, edition, WIDE)
    services.confirm(by=organiser, batch=batch, revision=batch.revision, start=lambda pk: None)
    killed_worker(batch, "middle")
    started = []
    services.restart(by=organiser, batch=batch, start=started.append)
    assert started == [batch.pk]
    services.apply(batch.pk)
    assert Observation.objects.count() == 2


def test_confirmation_and_job_are_one_transaction(edition, organiser, cities66, unemployment):
    """A web process killed between the two would otherwise lose what was confirmed."""
    from procrastinate.contrib.django.models import ProcrastinateJob

    from ratusz.apps.core.imports import tasks

    batch = upload(organiser, edition, WIDE)

    def start_and_die(pk: int) -> None:
        tasks.start(pk)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        services.confirm(by=organiser, batch=batch, revision=batch.revision, start=start_and_die)
    batch.refresh_from_db()
    assert (batch.state, ProcrastinateJob.objects.filter(args__batch_id=batch.pk).count()) == ("preview", 0)
    services.confirm(by=organiser, batch=batch, revision=batch.revision, start=tasks.start)
    assert ProcrastinateJob.objects.filter(args__batch_id=batch.pk).count() == 1


def test_interrupted_jobs_go_back_into_the_queue(edition, organiser, cities66, unemployment):
    from asgiref.sync import async_to_sync
    from procrastinate.contrib.django import app
    from procrastinate.contrib.django.models import ProcrastinateJob

    from ratusz.apps.core.imports import tasks

    batch = upload(organiser, edition, WIDE)
    services.confirm(by=organiser, batch=batch, revision=batch.revision, start=tasks.start)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '5 minutes') RETURNING id"
        )
        worker = cursor.fetchone()[0]
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s WHERE args->>'batch_id' = %s",
            [worker, str(batch.pk)],
        )

    async def resume() -> None:
        for job in await app.job_manager.get_stalled_jobs():
            await app.job_manager.retry_job(job)

    async_to_sync(resume)()
    assert ProcrastinateJob.objects.get(args__batch_id=batch.pk).status == "todo"
