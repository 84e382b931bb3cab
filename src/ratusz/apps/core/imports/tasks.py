"""Jobs of the import; each fetches by id and calls a service, so running one twice does no harm."""

from procrastinate.contrib.django import app

from ratusz.apps.core.imports import services


@app.task(name="core.apply_import", queue="imports")
def apply_import(batch_id: int) -> None:
    """Writes a confirmed batch."""
    services.apply(batch_id)


def start(batch_id: int) -> None:
    """Defers the job in the running transaction: it exists when and only when the confirmation does."""
    apply_import.defer(batch_id=batch_id)
