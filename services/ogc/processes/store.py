"""Jobs in the database: made with their place in the queue in one transaction, read by who knows their id."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
from procrastinate import App
from psycopg.rows import tuple_row
from sqlalchemy import make_url

from layers.viewer import Role, Viewer
from services.database import Reader, database_url
from services.errors import NotFound, TooMany
from services.jobs import PROCESSES, SCHEMA, job_app
from services.language import Language
from services.ogc.processes.process import Json
from services.settings import Settings

_NO_JOB = "http://www.opengis.net/def/exceptions/ogcapi-processes-1/1.0/no-such-job"


@dataclass(frozen=True)
class Job:
    """A run of a process that was put in the queue."""

    id: UUID
    process: str
    status: str
    message: str
    progress: int
    owner: str
    role: Role
    provinces: list[str]
    lang: Language
    base: str
    raw: bool
    results: dict[str, Json] | None
    problem: Json | None
    created: datetime
    started: datetime | None
    finished: datetime | None
    updated: datetime

    @property
    def viewer(self) -> Viewer:
        """Who asked for it."""
        return Viewer(name=self.owner, role=self.role, provinces=tuple(self.provinces))


_COLUMNS = ", ".join("(asked->>'raw')::boolean" if f.name == "raw" else f.name for f in fields(Job))
_ONE = f"SELECT {_COLUMNS} FROM toancanh.process_job WHERE id = %(id)s"
_WAITING = """
SELECT count(*) FROM toancanh.process_job WHERE client = %(client)s AND status IN ('accepted', 'running')
"""
_MAKE = """
INSERT INTO toancanh.process_job (id, process, status, owner, role, provinces, client, lang, base, asked)
VALUES (%(id)s, %(process)s, 'accepted', %(owner)s, %(role)s, %(provinces)s, %(client)s, %(lang)s, %(base)s, %(asked)s)
"""


def no_job() -> NotFound:
    """Say that there is no such job (any more)."""
    return NotFound(
        "Không có việc này; kết quả chỉ được giữ một thời gian.",
        "There is no such job; results are kept for some time only.",
        kind=_NO_JOB,
    )


class Jobs:
    """The jobs of processes; reads go through the pool, each change is a transaction on a connection of its own."""

    def __init__(self, settings: Settings, reader: Reader) -> None:
        self._reader = reader
        self._settings = settings
        self._queue: App = job_app(settings)
        self._address = make_url(database_url(settings)).set(drivername="postgresql")

    def folder(self, number: UUID) -> Path:
        """Return where the files of a job lie."""
        return self._settings.data / "jobs" / str(number)

    async def make(self, process: str, asked: Json, *, viewer: Viewer, client: str, lang: Language, base: str) -> UUID:
        """Put a job in the queue and return its id; TooMany where the client has enough that wait."""
        number = uuid4()
        most = self._settings.jobs_waiting
        async with await self._connected() as connection:
            await connection.execute("SELECT pg_advisory_xact_lock(hashtext(%(client)s))", {"client": client})
            row = await (await connection.execute(_WAITING, {"client": client})).fetchone()
            if row is not None and row[0] >= most:
                raise TooMany(
                    f"Bạn đã có {most} việc đang chờ hoặc đang chạy; hãy đợi một việc xong hoặc huỷ bớt.",
                    f"You have {most} jobs that wait or run; let one end or dismiss some.",
                )
            bound = {
                "id": number, "process": process, "owner": viewer.name, "role": viewer.role,
                "provinces": list(viewer.provinces), "client": client, "lang": lang, "base": base,
                "asked": json.dumps(asked),
            }  # fmt: skip
            await connection.execute(_MAKE, bound)
            await self._put(connection, number)
        return number

    async def again(self, number: UUID) -> None:
        """Put a job that was interrupted back in the queue."""
        async with await self._connected() as connection:
            await self._put(connection, number)

    async def _put(self, connection: psycopg.AsyncConnection[Any], number: UUID) -> None:
        deferred = self._queue.tasks[PROCESSES].configure(connection=connection)
        ticket = await deferred.defer_async(job=str(number))
        await connection.execute(
            "UPDATE toancanh.process_job SET status = 'accepted', progress = 0, ticket = %(ticket)s, updated = now() "
            "WHERE id = %(id)s",
            {"id": number, "ticket": ticket},
        )

    async def get(self, number: str) -> Job:
        """Return a job; NotFound for one that is not there (any more)."""
        try:
            row = await self._reader.row(_ONE, {"id": UUID(number)})
        except ValueError:
            row = None
        if row is None:
            raise no_job()
        return Job(*row)

    async def asked(self, number: UUID) -> Json:
        """Return what a job was asked for."""
        found: Json = await self._reader.value(
            "SELECT asked FROM toancanh.process_job WHERE id = %(id)s", {"id": number}
        )
        return found

    async def listed(self, where: str, bound: Mapping[str, Any], limit: int) -> list[Job]:
        """Return jobs that fulfil a condition (text of ours), the newest first."""
        rows = await self._reader.rows(
            f"SELECT {_COLUMNS} FROM toancanh.process_job WHERE {where} ORDER BY created DESC, id LIMIT %(limit)s",
            {**bound, "limit": limit},
        )
        return [Job(*row) for row in rows]

    async def change(self, number: UUID, *, only: tuple[str, ...] = (), **values: Any) -> bool:
        """Set columns of a job, where its status is one of `only`; return whether it was."""
        marks = [f"{name} = %({name})s" for name in values]
        bound = {n: json.dumps(v) if isinstance(v, dict) else v for n, v in values.items()}
        async with await self._connected() as connection:
            done = await connection.execute(
                f"UPDATE toancanh.process_job SET {', '.join([*marks, 'updated = now()'])} "
                "WHERE id = %(id)s AND (%(only)s::text[] = '{}' OR status = ANY(%(only)s))",
                {**bound, "id": number, "only": list(only)},
            )
            return done.rowcount == 1

    async def dismiss(self, job: Job) -> None:
        """Take a job out of the queue, stop it, or throw its results away."""
        async with await self._connected() as connection:
            done = await connection.execute(
                "UPDATE toancanh.process_job SET status = 'dismissed', results = NULL, updated = now(), "
                "finished = coalesce(finished, now()) WHERE id = %(id)s RETURNING ticket",
                {"id": job.id},
            )
            row = await done.fetchone()
            if row is not None and row[0] is not None and job.status in ("accepted", "running"):
                await self._queue.job_manager.cancel_job_by_id_async(row[0], abort=True, connection=connection)
        shutil.rmtree(self.folder(job.id), ignore_errors=True)

    async def forget(self) -> int:
        """Remove jobs older than the settings keep them, with their files; return how many."""
        async with await self._connected() as connection:
            done = await connection.execute(
                "DELETE FROM toancanh.process_job WHERE status NOT IN ('accepted', 'running') "
                "AND finished < now() - make_interval(hours => %(hours)s) RETURNING id",
                {"hours": self._settings.jobs_keep_h},
            )
            gone = [row[0] for row in await done.fetchall()]
        for number in gone:
            shutil.rmtree(self.folder(number), ignore_errors=True)
        return len(gone)

    async def _connected(self) -> psycopg.AsyncConnection[Any]:
        return await psycopg.AsyncConnection.connect(
            self._address.render_as_string(hide_password=False),
            options=f"-c search_path={SCHEMA},public -c application_name=toancanh",
            row_factory=tuple_row,
        )
