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


@app.periodic(cron="7 * * * *")
@app.task(name="dialogue.send_reading", queueing_lock="dialogue.send_reading", pass_context=False)
def send_reading(timestamp: int) -> None:
    """Sends the reading where its moment has come; nobody gets it twice."""
    from ratusz.apps.dialogue import services
    from ratusz.apps.dialogue.queries.registration import sessions_with_reading_due

    for session in sessions_with_reading_due():
        services.send_reading(by=None, session=session)


@app.periodic(cron="40 3 * * *")
@app.task(name="dialogue.delete_needs", queueing_lock="dialogue.delete_needs", pass_context=False)
def delete_needs(timestamp: int) -> None:
    """Deletes what people needed on days gone by."""
    from ratusz.apps.dialogue import services
    from ratusz.apps.dialogue.queries.registration import sessions_with_needs_to_delete

    for session in sessions_with_needs_to_delete():
        services.delete_needs(by=None, session=session)
