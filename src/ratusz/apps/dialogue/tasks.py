"""Background jobs of the Dialogue Session: each fetches by id and calls a service."""

from procrastinate.contrib.django import app


@app.task(name="dialogue.search_plan", queue="seating")
def search_plan(plan_id: int) -> None:
    from ratusz.apps.dialogue import services  # the services defer this task

    services.execute_search(plan_id=plan_id)


@app.periodic(cron="* * * * *")
@app.task(name="dialogue.end_lost_searches", queue="seating", pass_context=False)
def end_lost_searches(timestamp: int) -> None:
    from ratusz.apps.dialogue import services

    services.end_lost_searches()
