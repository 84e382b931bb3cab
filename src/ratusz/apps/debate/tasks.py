"""Background jobs of the debate: each fetches by id and calls a service."""

from procrastinate.contrib.django import app


@app.periodic(cron="* * * * *")
@app.task(name="debate.compute_results", queueing_lock="debate.compute_results", pass_context=False)
def compute_results(timestamp: int) -> None:
    """Computes what closed conversations say, once; where too few voted there is nothing to compute."""
    from ratusz.apps.core.errors import DomainError
    from ratusz.apps.debate import queries, services

    for conversation in queries.conversations_to_compute():
        try:
            services.compute_result(by=None, conversation=conversation)
        except DomainError as error:
            if error.code != "too_few":
                raise


@app.periodic(cron="* * * * *")
@app.task(name="debate.paint", queueing_lock="debate.paint", pass_context=False)
def paint(timestamp: int = 0) -> int:
    """Paints the live pictures of open conversations while votes come; votes ask for it, the clock looks after it."""
    from ratusz.apps.debate import services

    return services.keep_painting()
