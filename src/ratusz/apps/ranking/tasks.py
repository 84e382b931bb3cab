"""Background jobs: each fetches by id and calls a service."""

from procrastinate.contrib.django import app


@app.task(name="ranking.execute_run", queue="ranking")
def execute_run(run_id: int) -> None:
    from ratusz.apps.ranking import services  # the services defer this task

    services.execute_run(run_id=run_id)


@app.task(name="ranking.tell_cities", queue="mail")
def tell_cities(method_id: int) -> None:
    from ratusz.apps.ranking import notices

    notices.tell_cities_of_new_version(method_id=method_id)


@app.periodic(cron="* * * * *")
@app.task(name="ranking.mark_stale_runs", queue="ranking", pass_context=False)
def mark_stale_runs(timestamp: int) -> None:
    from ratusz.apps.ranking import services

    services.mark_stale_runs()
