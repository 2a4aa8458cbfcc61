"""How new each layer's data are, known at once in every server process through LISTEN and NOTIFY."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable

import psycopg
from sqlalchemy import make_url

from layers.revision import CHANNEL

LONGEST_PAUSE_S = 5.0
_log = logging.getLogger(__name__)


class Revisions:
    """A counter for every name (a layer's id, `areas`, `observations`), kept current by a listening connection."""

    def __init__(self, url: str) -> None:
        self._address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        self._values: dict[str, int] = {}
        self._listeners: list[Callable[[str], None]] = []
        self._task: asyncio.Task[None] | None = None

    def __getitem__(self, name: str) -> int:
        return self._values.get(name, 0)

    def all(self) -> tuple[tuple[str, int], ...]:
        """Return every name with its revision: what changes with anything at all."""
        return tuple(sorted(self._values.items()))

    def on_change(self, listener: Callable[[str], None]) -> None:
        """Call `listener(name)` whenever the revision of a name changed."""
        self._listeners.append(listener)

    async def start(self) -> None:
        """Read all revisions once and go on listening in the background."""
        connection = await self._connect()
        self._task = asyncio.create_task(self._listen(connection))

    async def stop(self) -> None:
        """End listening."""
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _connect(self) -> psycopg.AsyncConnection[tuple[str, int]]:
        connection = await psycopg.AsyncConnection.connect(self._address, autocommit=True)
        await connection.execute(f"LISTEN {CHANNEL}")
        await self._read(connection)
        return connection

    async def _read(self, connection: psycopg.AsyncConnection[tuple[str, int]]) -> None:
        rows = await (await connection.execute("SELECT name, value FROM toancanh.revision")).fetchall()
        changed = [name for name, value in rows if self._values.get(name) != value]
        self._values = dict(rows)
        for name in changed:
            for listener in self._listeners:
                listener(name)

    async def _listen(self, connection: psycopg.AsyncConnection[tuple[str, int]]) -> None:
        while True:
            try:
                # One at a time: the connection cannot read while it waits. Whatever is missed between is read by the
                # next notice, or after the pause.
                async for _ in connection.notifies(timeout=LONGEST_PAUSE_S, stop_after=1):
                    pass
                await self._read(connection)
                continue
            except psycopg.Error as error:
                _log.warning("lost the listening connection, trying again: %s", type(error).__name__)
            with contextlib.suppress(psycopg.Error):
                await connection.close()
            await asyncio.sleep(1)
            with contextlib.suppress(psycopg.Error):
                connection = await self._connect()
