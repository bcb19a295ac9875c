"""The worker: runs the queue, takes up what a killed worker left, outlasts a database restart."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import cast

from procrastinate import App
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Status
from procrastinate.manager import JobManager

from zhian.kernel.use_cases import unguarded

STALLED_AFTER = 6.0  # seconds without a heartbeat before a dead worker's jobs run again
PATIENCE = 30.0  # seconds to get a job's end written while the database restarts
_log = logging.getLogger(__name__)


class PatientManager(JobManager):
    """Writes the end of a job even when the database is just restarting.

    Otherwise the job would stay under way for good, for its worker lives and looks after it.
    """

    async def finish_job_by_id_async(self, job_id: int, status: Status, delete_job: bool) -> None:
        """As its base, again and again for PATIENCE."""

        async def write() -> None:
            await super(PatientManager, self).finish_job_by_id_async(job_id, status, delete_job)

        await _patiently(write)

    async def retry_job_by_id_async(
        self,
        job_id: int,
        retry_at: datetime,
        priority: int | None = None,
        queue: str | None = None,
        lock: str | None = None,
    ) -> None:
        """As its base, again and again for PATIENCE."""

        async def write() -> None:
            await super(PatientManager, self).retry_job_by_id_async(
                job_id, retry_at, priority, queue, lock
            )

        await _patiently(write)


async def _patiently(write: Callable[[], Awaitable[None]]) -> None:
    until = asyncio.get_running_loop().time() + PATIENCE
    while True:
        try:
            await write()
        except ConnectorException as error:
            settled = "not found" in str(error.__cause__ or error)  # somebody else ended the job
            if settled or asyncio.get_running_loop().time() > until:
                raise
            await asyncio.sleep(0.5)
        else:
            return


def work() -> None:
    """Run until told to stop."""
    asyncio.run(run_worker())


async def run_worker(*, wait: bool = True) -> None:
    """Work the queue; jobs of a worker that died are taken up again."""
    connector = cast(DjangoConnector, app.connector).get_worker_connector()
    working = app.with_connector(connector)
    async with working.open_async():
        working.job_manager = PatientManager(working.connector)
        rescuer = asyncio.create_task(_rescue(working))
        try:
            await working.run_worker_async(
                wait=wait,
                concurrency=2,
                fetch_job_polling_interval=1.0,
                update_heartbeat_interval=STALLED_AFTER / 4,
                stalled_worker_timeout=STALLED_AFTER,
            )
        finally:
            rescuer.cancel()


async def _rescue(working: App) -> None:
    """Put the jobs of dead workers back into the queue, for as long as this worker lives."""
    while True:
        try:
            await rescue_once(working)
        except ConnectorException as error:
            _log.warning("the queue could not be looked after: %s", error)
        await asyncio.sleep(STALLED_AFTER / 4)


async def rescue_once(working: App) -> int:
    """Put them back once; returns how many."""
    await working.job_manager.prune_stalled_workers(STALLED_AFTER)
    stalled = list(
        await working.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER)
    )
    with unguarded("job queue"):
        for job in stalled:
            await working.job_manager.retry_job(job)
    return len(stalled)
