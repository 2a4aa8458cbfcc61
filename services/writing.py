"""Changes over HTTP: one transaction in a thread, with the statement timeout of the readers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError
from starlette.concurrency import run_in_threadpool

from services.database import engine
from services.errors import Conflict, Unavailable, database_problem
from services.settings import Settings

T = TypeVar("T")


class Writer:
    """The connections that write; opened when the first change comes."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._engine: Engine | None = None

    async def change(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in one transaction; any failure undoes it and is a Problem."""
        return await run_in_threadpool(self._change, work)

    def close(self) -> None:
        """Close every connection."""
        if self._engine is not None:
            self._engine.dispose()

    def _change(self, work: Callable[[Connection], T]) -> T:
        self._engine = self._engine or engine(self._settings, timeout=True)
        try:
            with self._engine.begin() as connection:
                return work(connection)
        except (DataError, IntegrityError) as error:
            raise Conflict(
                "Dữ liệu gửi lên trái với điều kiện của bảng; chưa có gì được ghi.",
                "What was sent breaks a condition of the table; nothing was written.",
            ) from error
        except DBAPIError as error:
            raise database_problem(error) or Unavailable("Cơ sở dữ liệu báo lỗi.", "The database failed.") from error
