"""The HTTP application, composed of its services."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Mapping
from importlib.metadata import version
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from psycopg import Error as DriverError
from psycopg.errors import UndefinedColumn, UndefinedTable
from psycopg_pool import PoolTimeout
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Match

from geo.errors import Problem
from layers.indicators import catalogue
from layers.indicators.sync import KEPT, kept
from services import api, ogc, page, share, tiles
from services.database import Reader, database_url
from services.errors import (
    BadParameter,
    NotAllowed,
    NotFound,
    Unavailable,
    database_problem,
    headers_of,
    problem_document,
)
from services.front import Front
from services.keys import Keys
from services.language import language
from services.limits import Limits
from services.lost import lost, reads_pages
from services.ogc import pages
from services.revisions import Revisions
from services.settings import Settings
from services.writing import Writer


def create_app(settings: Settings | None = None) -> Front:
    """Make the application; nothing is global, so that tests may make several."""
    settings = settings or Settings()
    catalogue.use(settings.catalogue)
    url = database_url(settings)

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        await app.state.reader.open()
        await app.state.revisions.start()
        await app.state.keys.start(app.state.revisions)
        await _keep_readable(app.state.reader)
        try:
            yield
        finally:
            await app.state.revisions.stop()
            await app.state.keys.stop()
            app.state.writer.close()
            await app.state.reader.close()

    app = Front(
        title="Toàn Cảnh",
        version=version("toancanh"),
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
    )
    app.state.settings = settings
    app.state.reader = Reader(url, size=settings.pool_size, timeout_ms=settings.statement_timeout_ms)
    app.state.writer = Writer(settings)
    app.state.keys = Keys(app.state.reader, app.state.writer)
    app.limit(Limits(app.state))
    app.state.revisions = Revisions(url)
    app.add_middleware(GZipMiddleware, minimum_size=1024, compresslevel=1)
    app.add_middleware(
        CORSMiddleware,
        allow_origins=["*"],
        allow_methods=["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"],
        allow_headers=["*"],  # no cookies are known here: other sites' pages must name a key themselves
        expose_headers=["*"],
        max_age=86400,
    )
    _handle_errors(app)
    for service in (api, tiles, ogc, share, page):  # page last: it answers whatever is left
        service.install(app)
    return app


async def _keep_readable(reader: Reader) -> None:
    """Let indicators be found that the catalogue has no longer and that have figures."""
    with contextlib.suppress(UndefinedColumn, UndefinedTable):  # a database that is still to be migrated
        catalogue.keep(kept(await reader.rows(KEPT)))


def _taken(app: FastAPI, request: Request, told: Mapping[str, str]) -> list[str]:
    """Return the methods that an address takes: those of the route that refused, and of others at the same address."""
    there = (route for route in app.router.routes if route.matches(request.scope)[0] != Match.NONE)
    further = {method for route in there for method in getattr(route, "methods", None) or ()}
    return sorted(further | {method for method in told.get("Allow", "").split(", ") if method})


def _handle_errors(app: FastAPI) -> None:
    def answer(request: Request, problem: Problem) -> Response:
        if reads_pages(request):
            return lost(request, problem, language(request))
        document = problem_document(problem, lang=language(request), instance=request.url.path)
        return written(request, document, headers_of(problem))

    def written(request: Request, document: dict[str, Any], headers: dict[str, str]) -> Response:
        if pages.reads_pages(request):
            return pages.problem(request, document, headers)
        return JSONResponse(document, document["status"], media_type="application/problem+json", headers=headers)

    @app.exception_handler(Problem)
    async def _(request: Request, error: Problem) -> Response:
        return answer(request, error)

    @app.exception_handler(DriverError)
    @app.exception_handler(PoolTimeout)
    async def _(request: Request, error: Exception) -> Response:
        return answer(request, database_problem(error) or Unavailable("Cơ sở dữ liệu báo lỗi.", "The database failed."))

    @app.exception_handler(RequestValidationError)
    async def _(request: Request, error: RequestValidationError) -> Response:
        place = error.errors()[0]["loc"]
        name = str(place[-1])
        return answer(
            request,
            BadParameter(name, f"Tham số {name} không hợp lệ.", f"The parameter {name} is not valid."),
        )

    @app.exception_handler(HTTPException)
    async def _(request: Request, error: HTTPException) -> Response:
        if error.status_code == 404:
            return answer(request, NotFound("Không có trang này.", "There is no such page."))
        headers = dict(error.headers or {})
        if error.status_code == 405:
            allow = ", ".join(_taken(app, request, error.headers or {}))
            vi, en = "Địa chỉ này không nhận {}; chỉ nhận {}.", "This address does not take {}; it takes {}."
            return answer(request, NotAllowed(allow, *(text.format(request.method, allow) for text in (vi, en))))
        document = {
            "type": "about:blank",
            "title": error.detail,
            "status": error.status_code,
            "detail": error.detail,
            "instance": request.url.path,
        }
        return written(request, document, headers)
