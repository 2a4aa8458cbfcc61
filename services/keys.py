"""The keys in use, held in every server process and known anew as soon as one is added or revoked."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from psycopg import Error as DriverError
from psycopg.errors import UndefinedTable
from sqlalchemy import Connection, text

from geo.errors import Problem
from layers.viewer import Viewer
from services.database import Reader
from services.key_table import hashed
from services.revisions import Revisions
from services.writing import Writer

NOTED_S = 60
"""Seconds between two writings of when keys were last used."""

_READ = "SELECT hash, id, name, role, provinces, rate FROM toancanh.api_key WHERE revoked_at IS NULL"
_USED = text("UPDATE toancanh.api_key SET used_at = greatest(used_at, :at) WHERE id = :id")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Held:
    """A key in use: who comes with it, and how many requests a minute it may make (None: as its role)."""

    id: int
    viewer: Viewer
    rate: int | None


class Keys:
    """The keys of one application."""

    def __init__(self, reader: Reader, writer: Writer) -> None:
        self._reader, self._writer = reader, writer
        self._held: Mapping[str, Held] = {}
        self._used: dict[int, datetime] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def find(self, secret: str) -> Held | None:
        """Return the key in use with this secret, and note that it was used."""
        if not self._held:
            return None
        found = self._held.get(hashed(secret))
        if found is not None:
            self._used[found.id] = datetime.now(UTC)
        return found

    async def start(self, revisions: Revisions) -> None:
        """Read the keys, go on following their changes, and write down now and then when they were used."""
        await self._read()
        revisions.on_change(self._changed)
        self._keep(asyncio.create_task(self._note()))

    async def stop(self) -> None:
        """End following; what is still to be noted is written."""
        for task in list(self._tasks):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        await self._write()

    def _changed(self, name: str) -> None:
        if name == "keys":
            self._keep(asyncio.create_task(self._read()))

    def _keep(self, task: asyncio.Task[None]) -> None:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _read(self) -> None:
        try:
            rows = await self._reader.rows(_READ)
        except UndefinedTable:  # a database that is still to be migrated
            return
        except DriverError as error:
            _log.warning("the keys could not be read: %s", type(error).__name__)
            return
        self._held = {
            told: Held(number, Viewer(name=name, role=role, provinces=tuple(provinces)), rate)
            for told, number, name, role, provinces, rate in rows
        }

    async def _note(self) -> None:
        while True:
            await asyncio.sleep(NOTED_S)
            await self._write()

    async def _write(self) -> None:
        used, self._used = self._used, {}
        if not used:
            return

        def write(connection: Connection) -> None:
            connection.execute(_USED, [{"id": number, "at": at} for number, at in used.items()])

        with contextlib.suppress(Problem):  # of no weight: the next use is noted again
            await self._writer.change(write)
