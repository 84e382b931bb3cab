"""Jobs that every deployment needs. The worker finds the jobs of imports through this module."""

from procrastinate.contrib.django import app

from ratusz.apps.core.imports.tasks import apply_import

__all__ = ["apply_import", "resume_interrupted_jobs"]


@app.periodic(cron="* * * * *")
@app.task(name="core.resume_interrupted_jobs", queueing_lock="core.resume_interrupted_jobs", pass_context=True)
async def resume_interrupted_jobs(context, timestamp: int) -> int:
    """Puts jobs whose worker died back into the queue; every job fetches by id and may run twice."""
    manager = context.app.job_manager
    count = 0
    for job in await manager.get_stalled_jobs():
        await manager.retry_job(job)
        count += 1
    return count
