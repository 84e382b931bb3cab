"""A clock that the demo can set, so that each edition is lived at its own dates, through the services."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, tzinfo

from django.utils import timezone


@contextmanager
def standing_at(moment: datetime) -> Iterator[None]:
    """Makes `timezone.now()` answer with the moment; for the demo's commands, whose process serves nobody else."""

    class Standing(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:
            return moment.astimezone(tz)

    # `now` looks this name up at each call, so the columns whose default is `timezone.now` follow too.
    real = timezone.datetime
    timezone.datetime = Standing
    try:
        yield
    finally:
        timezone.datetime = real
