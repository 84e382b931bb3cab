"""Measures large files in the background."""

import contextlib

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued


@app.task(name="api.measure_files")
def measure_files(year: int) -> None:
    """Measures the files of an edition, so that the page can say how large they are."""
    from ratusz.apps.api import queries  # queries asks for this job
    from ratusz.apps.editions.api import edition_of

    queries.measure(edition_of(year))


def measure_later(year: int) -> None:
    """Asks the worker to measure the files of an edition, once however often the page is read."""
    with contextlib.suppress(AlreadyEnqueued), transaction.atomic():
        measure_files.configure(queueing_lock=f"api.measure_files:{year}").defer(year=year)
