"""Jobs that every deployment needs. The worker finds the jobs of imports through this module."""

from django.conf import settings
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app

from ratusz.apps.core import mail_queue
from ratusz.apps.core.imports.tasks import apply_import

__all__ = ["apply_import", "forget_texts_of_mails", "resume_interrupted_jobs", "send_mail"]

# After 8, 64 and 512 seconds: the last try still comes while a sign-in code holds.
RETRIES = RetryStrategy(max_attempts=3, exponential_wait=8, retry_exceptions=[mail_queue.MailServerError])


@app.task(name="core.send_mail", queue="mail", retry=RETRIES, pass_context=True)
def send_mail(context: JobContext, mail_id: int) -> None:
    """Sends a waiting mail."""
    mail_queue.deliver(mail_id, last=context.job.attempts >= RETRIES.max_attempts)


@app.periodic(cron="20 3 * * *")
@app.task(name="core.forget_texts_of_mails", queueing_lock="core.forget_texts_of_mails")
def forget_texts_of_mails(timestamp: int) -> None:
    """Drops the texts of old mails; the demo keeps its mailbox."""
    if not settings.DEMO:
        mail_queue.forget_texts()


@app.periodic(cron="* * * * *")
@app.task(
    name="core.resume_interrupted_jobs", queueing_lock="core.resume_interrupted_jobs", pass_context=True
)
async def resume_interrupted_jobs(context, timestamp: int) -> int:
    """Puts jobs whose worker died back into the queue; every job fetches by id and may run twice."""
    manager = context.app.job_manager
    count = 0
    for job in await manager.get_stalled_jobs():
        await manager.retry_job(job)
        count += 1
    return count
