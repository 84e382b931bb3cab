"""Background jobs of the website."""

from django.core.management import call_command
from procrastinate.contrib.django import app


@app.periodic(cron="* * * * *")
@app.task(name="website.publish_scheduled", queueing_lock="website.publish_scheduled")
def publish_scheduled(timestamp: int) -> None:
    """Publishes and takes down the pages whose hour has come, as editors have set it."""
    call_command("publish_scheduled", verbosity=0)
