"""The clock that wakes the jobs; it keeps no state: a restart or a second one changes nothing."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.app import App
from scheduler.jobs import JOBS, Job

log = structlog.get_logger()


async def tick(app: App, now: datetime) -> int:
    """Do at one instant what every job finds to do; return how much that was."""
    # Most instants bring nothing: one look for all of them is enough to know.
    quiet = not await app.database.read(
        lambda tx: any(job.wanted(tx, app.world, now) for job in JOBS)
    )
    return 0 if quiet else sum([await _run(app, job, now) for job in JOBS])


async def _run(app: App, job: Job, now: datetime) -> int:
    if not await app.database.read(lambda tx: job.wanted(tx, app.world, now)):
        return 0
    done = await app.database.run(lambda tx: job.work(tx, app.world, now))
    log.debug("job.done", job=job.name, count=done)
    app.receiver.posted.set()
    return done


@asynccontextmanager
async def timer(app: App) -> AsyncIterator[None]:
    """Run the jobs on the application's clock for as long as the context is open."""

    async def wake(job: Job) -> None:
        try:
            await _run(app, job, app.clock.now())
        except Exception:
            # The next waking tries again: everything is planned anew from the database.
            log.exception("job.failed", job=job.name)

    scheduler = AsyncIOScheduler(timezone="UTC")
    for job in JOBS:
        scheduler.add_job(
            wake,
            "interval",
            args=[job],
            seconds=job.every.total_seconds(),
            misfire_grace_time=None,
            coalesce=True,
            max_instances=1,
        )
    scheduler.start()
    try:
        yield
    finally:
        scheduler.shutdown(wait=False)
        await asyncio.sleep(0)
