"""A worker's sign of life: an advisory lock that PostgreSQL lets go of when the process dies.

So a killed worker is known at once, and a slow one is never taken for dead.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


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


def is_alive(space: int, job: int) -> bool:
    """True while some session holds the lock of the job."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND classid = %s AND objid = %s"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
            [space, job],
        )
        return cursor.fetchone() is not None
