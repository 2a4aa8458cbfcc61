"""The application, which answers what is asked for most before FastAPI's middleware and its long list of routes."""

from __future__ import annotations

import gzip
import re
from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import FastAPI, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from geo.errors import Problem
from services.errors import TooMany
from services.limits import Limits, telling

Endpoint = Callable[[Request], Awaitable[Response]]
Raw = tuple[int, list[tuple[bytes, bytes]], bytes]  # status, headers and body as they go over the wire

# What the common middleware says to pages of other origins; it answers their preflight requests itself.
_CROSS = [(b"access-control-allow-origin", b"*"), (b"access-control-expose-headers", b"*")]
_SMALL, _LARGE = 1024, 128 * 1024  # bytes: not worth compressing, and too many to let other requests wait


class Front(FastAPI):
    """FastAPI with addresses that are served first: middleware and routes cost more than a tile or a feature does.

    Their answers are compressed and opened to other origins here. All that is not a plain GET goes the usual way.
    """

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self._first: list[tuple[re.Pattern[str], Endpoint]] = []
        self._also: list[tuple[str, str, Callable[[], None]]] = []
        self._at_hand: list[Callable[[Scope], Raw | None]] = []
        self._checks: list[Callable[[Scope], None]] = []
        self._limits: Limits | None = None

    def serve_at_hand(self, find: Callable[[Scope], Raw | None]) -> None:
        """Ask `find` for a finished answer before a request is looked at any further; None sends it the usual way."""
        self._at_hand.append(find)

    def limit(self, limits: Limits) -> None:
        """Count what is not at hand, and answer no more than clients may ask."""
        self._limits = limits

    def check(self, check: Callable[[Scope], None]) -> None:
        """Call `check` with every request that is not at hand; a Problem it raises is the answer."""
        self._checks.append(check)

    def serve_first(self, path: str, endpoint: Endpoint) -> None:
        """Add an address whose GET requests go straight to the endpoint; it is an ordinary route as well."""
        route = Route(path, endpoint, methods=["GET"])
        self.router.routes.append(route)
        self._first.append((route.path_regex, endpoint))

    def serve_also(self, alias: str, path: str, enter: Callable[[], None]) -> None:
        """Serve all below a path at another one as well, once `enter` is called; `alias` in the scope says which."""
        self._also.append((alias, path, enter))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        for alias, path, enter in self._also:
            if scope["type"] == "http" and (scope["path"] + "/").startswith(alias + "/"):
                enter()
                scope = {**scope, "path": path + scope["path"][len(alias) :], "alias": alias}
        if scope["type"] == "http" and scope["method"] == "GET" and not scope.get("root_path"):
            for find in self._at_hand:
                if raw := find(scope):
                    await send({"type": "http.response.start", "status": raw[0], "headers": raw[1]})
                    await send({"type": "http.response.body", "body": raw[2]})
                    return
        if scope["type"] == "http":
            scope = _named(scope)
            if self._limits is not None:
                try:
                    bucket = self._limits.take(scope)
                except TooMany as error:
                    await self._answer(_raising(error), {**scope, "app": self}, receive, send)
                    return
                send = telling(bucket, send) if bucket else send
            try:
                for check in self._checks:
                    check(scope)
            except Problem as error:
                await self._answer(_raising(error), {**scope, "app": self}, receive, send)
                return
        if scope["type"] == "http" and scope["method"] == "GET" and not scope.get("root_path"):
            for pattern, endpoint in self._first:
                if found := pattern.match(scope["path"]):
                    scope["app"] = self
                    scope["path_params"] = found.groupdict()
                    await self._answer(endpoint, scope, receive, send)
                    return
        await super().__call__(scope, receive, send)

    async def _answer(self, endpoint: Endpoint, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive, send)
        try:
            response = await endpoint(request)
        except Exception as error:
            handlers = self.exception_handlers
            handler = next((handlers[kind] for kind in type(error).__mro__ if kind in handlers), None)
            if handler is None:
                raise
            made = handler(request, error)
            response = await made if isinstance(made, Awaitable) else made
        for name, value in scope["headers"]:
            if name == b"origin":
                response.raw_headers = [*response.raw_headers, *_CROSS]
            elif name == b"accept-encoding" and b"gzip" in value and len(getattr(response, "body", b"")) > _SMALL:
                await _compress(response)
        await response(scope, receive, send)


def _named(scope: Scope) -> Scope:
    """Let a key in X-API-Key be read as one in Authorization, which goes first where both are sent."""
    names = {name: value for name, value in scope["headers"] if name in (b"authorization", b"x-api-key")}
    if b"x-api-key" not in names or b"authorization" in names:
        return scope
    return {**scope, "headers": [*scope["headers"], (b"authorization", b"Bearer " + names[b"x-api-key"])]}


def _raising(error: Exception) -> Endpoint:
    async def endpoint(_: Request) -> Response:
        raise error

    return endpoint


async def _compress(response: Response) -> None:
    """Compress a body that is not yet, with the least effort: more would take longer than it saves on the way."""
    headers = dict(response.raw_headers)
    if b"content-encoding" in headers:
        return
    body = bytes(response.body)
    packed = await run_in_threadpool(_zip, body) if len(body) > _LARGE else _zip(body)
    vary = [headers[b"vary"]] if b"vary" in headers else []
    headers |= {
        b"content-encoding": b"gzip",
        b"content-length": str(len(packed)).encode(),
        b"vary": b", ".join([*vary, b"Accept-Encoding"]),
    }
    response.body, response.raw_headers = packed, list(headers.items())


def _zip(body: bytes) -> bytes:
    return gzip.compress(body, 1, mtime=0)


def asked_simply(scope: Scope) -> tuple[bytes, bool] | None:
    """Return the entity tag that is known already and whether gzip is taken; None for staff and for other sites."""
    known, zipped = b"", False
    for name, value in scope["headers"]:
        if name == b"accept-encoding":
            zipped = b"gzip" in value
        elif name == b"if-none-match":
            known = value
        elif name in (b"authorization", b"x-api-key", b"origin"):
            return None
    return known, zipped
