"""Jobs of the first stage; each fetches by id and calls a service, so running one twice does no harm."""

from procrastinate.contrib.django import app

from ratusz.apps.cities.services import bdl


@app.task(name="cities.fetch_from_bdl", queue="imports")
def fetch_from_bdl(fetch_id: int) -> None:
    """Fetches figures into imports that wait for confirmation."""
    bdl.fetch_from_bdl(fetch_id)


def start(fetch_id: int) -> None:
    """Defers the job in the running transaction."""
    fetch_from_bdl.defer(fetch_id=fetch_id)
