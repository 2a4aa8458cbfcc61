"""One table from what went wrong to what a person reads: RFC 9457 problems over HTTP, one sentence on the terminal."""

from __future__ import annotations

import errno
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from psycopg import errors as pg
from sqlalchemy.exc import DBAPIError

from geo.errors import Problem


class NotFound(Problem):
    """What was asked for is not here."""


class BadParameter(Problem):
    """A parameter cannot be understood; `parameter` is its name."""

    def __init__(self, parameter: str, vi: str, en: str) -> None:
        super().__init__(vi, en)
        self.parameter = parameter


class BadProperty(BadParameter):
    """A property of a feature that was sent cannot be kept; `parameter` is its name."""


class Forbidden(Problem):
    """The viewer may not do this."""


class NotAllowed(Problem):
    """The resource does not take this method; `allow` are those it takes."""

    def __init__(self, allow: str, vi: str, en: str) -> None:
        super().__init__(vi, en)
        self.headers = {"Allow": allow}


class NotUnderstood(Problem):
    """What was sent is of a media type that is not taken."""


class Changed(Problem):
    """It is no longer what the client last read."""


class Conflict(Problem):
    """What was sent does not fit what is there."""


class NotAcceptable(Problem):
    """The format that was asked for is not offered."""


class TooLarge(Problem):
    """What was sent is larger than what is taken."""


class TooMany(Problem):
    """More was asked at once than one client may; `headers` say when to come again."""

    def __init__(self, vi: str, en: str, *, hint: str = "", headers: Mapping[str, str] | None = None) -> None:
        super().__init__(vi, en, hint=hint)
        self.headers = dict(headers or {})


class Unavailable(Problem):
    """The database does not answer."""


class BadToken(Problem):
    """A token was sent, and it is not the right one."""


STATUS: dict[type[BaseException], HTTPStatus] = {
    NotFound: HTTPStatus.NOT_FOUND,
    BadParameter: HTTPStatus.BAD_REQUEST,
    BadProperty: HTTPStatus.UNPROCESSABLE_ENTITY,
    BadToken: HTTPStatus.UNAUTHORIZED,
    Forbidden: HTTPStatus.FORBIDDEN,
    NotAcceptable: HTTPStatus.NOT_ACCEPTABLE,
    NotAllowed: HTTPStatus.METHOD_NOT_ALLOWED,
    NotUnderstood: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    Changed: HTTPStatus.PRECONDITION_FAILED,
    Conflict: HTTPStatus.CONFLICT,
    TooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    TooMany: HTTPStatus.TOO_MANY_REQUESTS,
    Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    Problem: HTTPStatus.UNPROCESSABLE_ENTITY,
}


def status_of(problem: BaseException) -> HTTPStatus:
    """Return the HTTP status of a problem: that of its nearest class in the table."""
    for kind in type(problem).__mro__:
        if kind in STATUS:
            return STATUS[kind]
    return HTTPStatus.INTERNAL_SERVER_ERROR


def headers_of(problem: BaseException) -> dict[str, str]:
    """Return the headers that tell a client what to do about a problem."""
    asks = {"WWW-Authenticate": 'Basic realm="Toan Canh"'} if status_of(problem) == HTTPStatus.UNAUTHORIZED else {}
    return {**asks, **getattr(problem, "headers", {})}


def problem_document(problem: Problem, *, lang: str, instance: str) -> dict[str, Any]:
    """Return the RFC 9457 document of a problem."""
    status = status_of(problem)
    document: dict[str, Any] = {
        "type": problem.kind or "about:blank",
        "title": status.phrase,
        "status": status.value,
        "detail": problem.sentence(lang),
        "instance": instance,
    }
    if isinstance(problem, BadParameter):
        document["parameter"] = problem.parameter
    if problem.hint:
        document["hint"] = problem.hint
    return document


def database_problem(error: BaseException) -> Problem | None:
    """Return the sentence for a failure of the database or the disk, or nothing when it is a fault of ours.

    The driver's own text never leaves the house: it may hold statements, names and values.
    """
    cause = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(cause, pg.DiskFull) or (isinstance(cause, OSError) and cause.errno == errno.ENOSPC):
        return Problem(
            "Hết dung lượng đĩa; chưa có gì được ghi. Hãy giải phóng đĩa rồi chạy lại.",
            "The disk is full; nothing was written. Free some space and run it again.",
        )
    if isinstance(cause, pg.QueryCanceled):
        return Unavailable(
            "Yêu cầu quá nặng nên đã dừng; hãy thu hẹp vùng hoặc số lượng.",
            "The request took too long and was stopped; ask for a smaller area or fewer items.",
        )
    if isinstance(cause, pg.UndefinedTable):
        return Unavailable(
            "Cơ sở dữ liệu chưa có cấu trúc của phiên bản này; hãy chạy toancanh migrate.",
            "The database lacks the tables of this version; run toancanh migrate.",
        )
    if isinstance(cause, pg.OperationalError):
        return Unavailable(
            "Không kết nối được cơ sở dữ liệu; hãy kiểm tra PostgreSQL rồi thử lại (toancanh doctor chỉ ra chỗ hỏng).",
            "The database does not answer; check PostgreSQL and try again (toancanh doctor shows what is wrong).",
        )
    return None
