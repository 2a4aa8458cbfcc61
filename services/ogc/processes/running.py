"""The worker's side of jobs: running one, stopping it, and taking up what an end of the worker interrupted."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import shutil
import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from fastapi import FastAPI, Request

from geo.errors import Problem
from services.errors import Unavailable, database_problem, problem_document
from services.ogc.links import JSON, site_url
from services.ogc.processes.answering import written
from services.ogc.processes.jobs import jobs_of
from services.ogc.processes.listed import PROCESSES
from services.ogc.processes.process import Json, Stopped, Value, Work
from services.ogc.processes.store import Job, Jobs
from services.settings import Settings

_TOLD_S = 0.5  # shortest time between two notes of progress
_ATTEMPTS = 3
_ENDINGS = {
    JSON: "json",
    "application/geo+json": "geojson",
    "text/csv": "csv",
    "image/tiff; application=geotiff": "tif",
}
_INTERRUPTED = Unavailable(
    f"Việc bị ngắt {_ATTEMPTS} lần khi đang chạy nên không chạy lại nữa.",
    f"The job was interrupted {_ATTEMPTS} times while it ran and is not run again.",
)
_log = logging.getLogger(__name__)


class Runner:
    """What a worker runs jobs with: the application, made when the first job comes and closed with the worker."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._stack = contextlib.AsyncExitStack()
        self._app: FastAPI | None = None
        self._lock = asyncio.Lock()

    async def run(self, number: str, *, attempt: int, ends: Callable[[], bool]) -> None:
        """Run a job; afterwards its results or its problem stand in the database.

        `attempt` counts from 0. What is cancelled because the worker `ends` goes back into the queue.
        """
        app = await self._opened()
        jobs = jobs_of(app)
        try:
            job = await jobs.get(number)
        except Problem:
            return  # forgotten meanwhile
        asked = await jobs.asked(job.id)
        now = datetime.now(UTC)
        if not await jobs.change(job.id, only=("accepted", "running"), status="running", started=now, progress=0):
            return
        stop, done = threading.Event(), False
        try:
            if attempt >= _ATTEMPTS:
                raise _INTERRUPTED
            work = _work(app, jobs, job, stop)
            results = await PROCESSES[job.process].run(work, asked["inputs"])
            kept = _keep(jobs.folder(job.id), {name: results[name] for name in asked["outputs"]})
            ended = {"progress": 100, "results": kept, "finished": datetime.now(UTC)}
            done = await jobs.change(job.id, only=("running",), status="successful", **ended)
        except asyncio.CancelledError:
            stop.set()
            if ends():
                await jobs.again(job.id)
            raise
        except Stopped:
            pass  # dismissed
        except Exception as error:
            await _fail(jobs, job, error)
        finally:
            if not done:
                shutil.rmtree(jobs.folder(job.id), ignore_errors=True)

    async def forget(self) -> None:
        """Remove what is older than the settings keep it."""
        await jobs_of(await self._opened()).forget()

    async def close(self) -> None:
        """Close the application's connections."""
        await self._stack.aclose()

    async def _opened(self) -> FastAPI:
        async with self._lock:
            if self._app is None:
                from services.app import create_app

                made = create_app(self._settings)
                await self._stack.enter_async_context(made.router.lifespan_context(made))
                self._app = made
            return self._app


async def _fail(jobs: Jobs, job: Job, error: Exception) -> None:
    problem = error if isinstance(error, Problem) else database_problem(error)
    if problem is None:
        _log.exception("job %s of %s failed", job.id, job.process, exc_info=error)
        problem = Unavailable(
            "Có lỗi của hệ thống khi chạy; người vận hành xem nhật ký của tiến trình nền.",
            "A fault of the system ended the job; the operator finds it in the worker's log.",
        )
    document = problem_document(problem, lang=job.lang, instance=f"/ogc/jobs/{job.id}")
    await jobs.change(job.id, only=("running",), status="failed", problem=document, finished=datetime.now(UTC))


def _work(app: FastAPI, jobs: Jobs, job: Job, stop: threading.Event) -> Work:
    folder = jobs.folder(job.id)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    last = 0.0

    async def tell(part: float) -> None:
        nonlocal last
        if time.monotonic() - last < _TOLD_S:
            return
        last = time.monotonic()
        # What was dismissed meanwhile is no longer wanted.
        if not await jobs.change(job.id, only=("running",), progress=min(99, int(part * 100))):
            stop.set()
        work.check()

    work = Work(request=_request(app, job), viewer=job.viewer, lang=job.lang, folder=folder, tell=tell, stop=stop)
    return work


def _request(app: FastAPI, job: Job) -> Request:
    """Return a request like the one the job was asked with: its address, language and application."""
    scheme, _, rest = site_url(job.base).partition("://")
    host, _, prefix = rest.partition("/")
    headers = [
        (b"host", host.encode("latin-1")),
        (b"accept-language", job.lang.encode()),
        (b"x-forwarded-prefix", f"/{prefix}".encode() if prefix else b""),
    ]
    return Request({
        "type": "http", "method": "GET", "scheme": scheme, "path": f"/ogc/processes/{job.process}/execution",
        "query_string": b"", "headers": headers, "app": app, "server": (host, None), "root_path": "",
        "alias": job.base.removeprefix(site_url(job.base)),
    })  # fmt: skip


def _keep(folder: Path, results: Mapping[str, Value]) -> Json:
    """Write the outputs as files and return what lies where."""
    kept: Json = {}
    for name, value in results.items():
        ending = _ENDINGS.get(value.kind, "bin")
        path = value.data if isinstance(value.data, Path) else folder / f"{name}.{ending}"
        if not value.file:
            path.write_bytes(written(value))
        kept[name] = {"type": value.kind, "name": path.name, "bytes": path.stat().st_size}
    return kept
