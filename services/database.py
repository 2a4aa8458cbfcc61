"""Connections: one synchronous engine for commands and jobs, one asynchronous pool for reading over HTTP."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from psycopg import AsyncConnection
from psycopg import Error as DriverError
from psycopg.rows import tuple_row
from psycopg_pool import AsyncConnectionPool
from sqlalchemy import ClauseElement, Connection, Engine, create_engine, make_url
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

from services.cluster import private_cluster, running
from services.errors import database_problem
from services.settings import Settings

_DIALECT = PGDialect_psycopg()  # type: ignore[no-untyped-call]
_SESSION = "-c search_path=public,toancanh -c application_name=toancanh"


def database_url(settings: Settings) -> str:
    """Return the address of the database: the setting, or the private cluster (which must be running)."""
    return settings.database_url or private_cluster(settings.data).url()


def engine(settings: Settings, *, timeout: bool = False) -> Engine:
    """Return an engine for commands and jobs; long work has no statement timeout unless `timeout` is asked for."""
    options = _SESSION + (f" -c statement_timeout={settings.statement_timeout_ms}" if timeout else "")
    return create_engine(database_url(settings), connect_args={"options": options}, pool_pre_ping=True)


@contextlib.contextmanager
def opened(settings: Settings) -> Iterator[Engine]:
    """Give an engine for one command; the private cluster is started for it where it does not run yet."""
    with contextlib.ExitStack() as stack:
        if settings.database_url is None:
            stack.enter_context(running(private_cluster(settings.data)))
        made = engine(settings)
        stack.callback(made.dispose)
        yield made


@contextlib.contextmanager
def transaction(*, write: bool) -> Iterator[Connection]:
    """One transaction on the database of the settings; without `write`, or after any failure, nothing stays.

    Failures of the driver during bulk copies become the same sentences as those of other statements.
    """
    with opened(Settings()) as made:
        try:
            with made.connect() as connection, connection.begin() as change:
                yield connection
                if not write:
                    change.rollback()
        except DriverError as error:
            if (problem := database_problem(error)) is None:
                raise
            raise problem from error


def unpacked(raw: bytes, form: str) -> npt.NDArray[Any]:
    """Read an array as the database sends it: twenty bytes, then each value after its length; none is null.

    A picture of the nation has thousands of values: as Python numbers between they would take longer than the query.
    """
    return np.frombuffer(raw[20:], dtype=[("length", ">i4"), ("value", form)])["value"]


class Statement:
    """A SQLAlchemy statement compiled once: its text and the values fixed in it."""

    __slots__ = ("fixed", "text")

    def __init__(self, clause: ClauseElement) -> None:
        compiled = clause.compile(dialect=_DIALECT, compile_kwargs={"render_postcompile": True})
        self.text: str = compiled.string
        self.fixed: dict[str, Any] = dict(compiled.params)


class Reader:
    """The asynchronous pool that every HTTP read goes through; each call is one read-only transaction."""

    def __init__(self, url: str, *, size: int, timeout_ms: int) -> None:
        address = make_url(url).set(drivername="postgresql")
        self._pool: AsyncConnectionPool[AsyncConnection[tuple[Any, ...]]] = AsyncConnectionPool(
            address.render_as_string(hide_password=False),
            min_size=2,
            max_size=size,
            open=False,
            timeout=10,
            kwargs={
                "options": f"{_SESSION} -c statement_timeout={timeout_ms} -c default_transaction_read_only=on",
                "autocommit": True,  # a single SELECT is a transaction of its own: no BEGIN and COMMIT to wait for
                "row_factory": tuple_row,
                "prepare_threshold": 2,
            },
        )

    async def open(self) -> None:
        """Open the pool; raises when the database does not answer within ten seconds."""
        await self._pool.open(wait=True, timeout=10)

    async def close(self) -> None:
        """Close every connection."""
        await self._pool.close()

    async def rows(
        self, statement: str | Statement, values: Mapping[str, Any] | None = None, *, binary: bool = False
    ) -> Sequence[tuple[Any, ...]]:
        """Run one statement and return its rows as tuples; parameters are named, `%(name)s`."""
        text, bound = (
            (statement, values)
            if isinstance(statement, str)
            else (statement.text, {**statement.fixed, **(values or {})})
        )
        # Taken and given back by hand: the pool's own context adds a commit, which costs as much as a small statement's
        # way to the server. What was broken off half-way is closed by the pool.
        connection = await self._pool.getconn()
        try:
            cursor = await connection.execute(text, bound or None, binary=binary)
            return await cursor.fetchall()
        finally:
            await self._pool.putconn(connection)

    async def row(
        self, statement: str | Statement, values: Mapping[str, Any] | None = None, *, binary: bool = False
    ) -> tuple[Any, ...] | None:
        """Run one statement and return its first row, or nothing."""
        found = await self.rows(statement, values, binary=binary)
        return found[0] if found else None

    async def value(
        self, statement: str | Statement, values: Mapping[str, Any] | None = None, *, binary: bool = False
    ) -> Any:
        """Run one statement and return the first column of its first row, or nothing."""
        found = await self.row(statement, values, binary=binary)
        return found[0] if found else None
