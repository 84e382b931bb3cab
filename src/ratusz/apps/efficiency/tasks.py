"""Background jobs: each fetches by id and calls a service."""

from procrastinate.contrib.django import app


@app.task(name="efficiency.execute_run", queue="efficiency")
def execute_run(study_id: int) -> None:
    from ratusz.apps.efficiency import services  # the services defer this task

    services.execute_run(study_id=study_id)


@app.periodic(cron="* * * * *")
@app.task(name="efficiency.mark_stale_runs", queue="efficiency", pass_context=False)
def mark_stale_runs(timestamp: int) -> None:
    from ratusz.apps.efficiency import services

    services.mark_stale_runs()
