"""A worker's sign of life: an advisory lock that PostgreSQL lets go of when the process dies.

So a killed worker is known at once, and a slow one is never taken for dead. What it has done so far stands in the
row of its job, and a row that no longer runs stops it.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection
from django.db.models import QuerySet

WRITE_EVERY = 0.5  # seconds between two writes of the progress


class StoppedError(Exception):
    """The job is no longer wanted: somebody stopped it, or it was taken for dead."""


@contextmanager
def lifeline(space: int, job: int) -> Iterator[None]:
    """Holds the lock of a job on this session; `space` is the kind of job, four letters in ASCII."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", [space, job])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [space, job])


@contextmanager
def lifeline_if_free(space: int, job: int) -> Iterator[bool]:
    """Holds the lock as `lifeline` does if nobody else holds it, and says whether that is so."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [space, job])
        (free,) = cursor.fetchone()
    try:
        yield free
    finally:
        if free:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [space, job])


def is_alive(space: int, job: int) -> bool:
    """True while some session holds the lock of the job."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND classid = %s AND objid = %s"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
            [space, job],
        )
        return cursor.fetchone() is not None


def progress_into(running: QuerySet) -> Callable[[int, int], None]:
    """A callback that writes the share done into the row; raises StoppedError once the row is not running."""
    last = 0.0

    def progress(done: int, total: int) -> None:
        nonlocal last
        if time.monotonic() - last < WRITE_EVERY:
            return
        last = time.monotonic()
        # The last hundredth is the saving.
        if not running.update(progress=0.99 * done / max(total, 1)):
            raise StoppedError

    return progress
