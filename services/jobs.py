"""Work in the background, queued in PostgreSQL: what runs by the clock and what takes longer than a request."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import TYPE_CHECKING

from procrastinate import App, JobContext, PsycopgConnector
from procrastinate.job_context import AbortReason
from sqlalchemy import make_url, text

from layers.indicators.quality_store import refresh as refresh_quality
from layers.indicators.rollup import refresh
from services.database import database_url, engine
from services.settings import Settings

if TYPE_CHECKING:
    from services.ogc.processes.running import Runner

SCHEMA = "jobs"  # procrastinate's tables have a schema of their own
PROCESSES = "process"
"""Name of the task that runs one job of a process."""

_AT_ONCE = 2  # so that one long job does not let all others wait
_HEARTBEAT_S = 5
_STALLED_S = 20  # a worker that is silent so long is gone
_PATIENCE_S = 2  # given to running jobs at the end of a worker
_HOUR = 3600
_log = logging.getLogger(__name__)


def job_app(settings: Settings, runner: Runner | None = None) -> App:
    """Make the queue with its tasks; nothing is global, so that tests may make several. Only a worker has a runner."""
    address = make_url(database_url(settings)).set(drivername="postgresql").render_as_string(hide_password=False)
    app = App(connector=PsycopgConnector(conninfo=address, kwargs={"options": f"-c search_path={SCHEMA},public"}))

    @app.periodic(cron="30 2 * * *")
    @app.task(name="maintain", queueing_lock="maintain", lock="maintain")
    def maintain(timestamp: int = 0) -> None:
        """Every night: bring roll-ups, slices and quality in line with the observations, and the planner's knowledge too."""
        _log.info("maintenance of %s", timestamp)
        made = engine(settings)
        with made.begin() as connection:
            refresh(connection)
            refresh_quality(connection)
        with made.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM (ANALYZE)"))
        made.dispose()

    @app.task(name=PROCESSES, pass_context=True)
    async def process(context: JobContext, job: str) -> None:
        """Run one job of a process of the OGC API."""
        assert runner is not None
        ends = lambda: context.abort_reason() == AbortReason.SHUTDOWN  # noqa: E731
        await runner.run(job, attempt=context.job.attempts, ends=ends)

    return app


async def work(settings: Settings) -> None:
    """Work off the queue until SIGINT or SIGTERM; jobs that were interrupted are taken up again."""
    from services.ogc.processes.running import Runner

    runner = Runner(settings)
    app = job_app(settings, runner)
    async with app.open_async():
        after = asyncio.create_task(_look_after(app, runner))
        try:
            await app.run_worker_async(
                concurrency=_AT_ONCE,
                shutdown_graceful_timeout=_PATIENCE_S,
                update_heartbeat_interval=_HEARTBEAT_S,
                stalled_worker_timeout=_STALLED_S,
                delete_jobs="successful",
            )
        finally:
            after.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await after
            await runner.close()


async def _look_after(app: App, runner: Runner) -> None:
    """Every few seconds put back what a lost worker left, every hour forget what is old."""
    turn = 0
    while True:
        try:
            await app.job_manager.prune_stalled_workers(_STALLED_S)
            for lost in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=_STALLED_S):
                if lost.id is not None:
                    _log.warning("job %s of %s was lost with its worker, taken up again", lost.id, lost.task_name)
                    await app.job_manager.retry_job(lost)
            if turn % (_HOUR // _HEARTBEAT_S) == 0:
                await runner.forget()
        except Exception:
            _log.exception("looking after the jobs failed, trying again")
        turn += 1
        await asyncio.sleep(_HEARTBEAT_S)
