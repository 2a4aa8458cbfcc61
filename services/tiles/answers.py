"""Tiles over HTTP: made once for each revision of the data, then answered from memory."""

from __future__ import annotations

import asyncio
import gzip
import zlib
from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import date
from typing import Any

from fastapi import FastAPI, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from layers.catalogue import catalogue
from layers.layer import Layer
from layers.viewer import Viewer
from services.accounts import viewer as viewer_of
from services.cache import Answer, Answers
from services.errors import BadParameter, NotFound
from services.ogc.fields import filter_value
from services.ogc.links import MVT, VIET_NAM, fresh, revision_name, tag, today
from services.ogc.parameters import span
from services.tiles import grid, statements

_LEVEL = 3  # zlib: one more would cost more time than it saves bytes on the way
_KNOWN = frozenset({"f", "v", "lang", "datetime"})
_MEMORY = 4096  # addresses of tiles whose reading is remembered


@dataclass(frozen=True, slots=True)
class Wanted:
    """One tile as it is asked for; equal ones have equal bytes as long as the revision is the same."""

    layer: Layer
    role: str
    provinces: tuple[str, ...]
    tile: grid.Tile
    filters: tuple[tuple[str, tuple[Any, ...]], ...]
    day: date | None
    version: str | None

    revision: str  # the name its revision is counted under
    dated: bool  # whether it changes with the day

    def under(self, revision: int) -> tuple[Any, ...]:
        """Return everything its bytes depend on."""
        day = self.day or (today() if self.dated else None)
        return (self.layer.id, self.role, self.provinces, self.tile, self.filters, day, revision)


class Shortcut:
    """ASGI middleware before all others: a tile that is at hand leaves at once."""

    def __init__(self, app: ASGIApp, tiles: Tiles) -> None:
        self._next = app
        self._tiles = tiles

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a tile that is at hand, and pass on everything else."""
        if scope["type"] == "http" and scope["method"] == "GET" and "/tiles/" in scope["path"]:
            found = self._tiles.at_hand(scope)
            if found is not None:
                status, headers, body = found
                await send({"type": "http.response.start", "status": status, "headers": headers})
                await send({"type": "http.response.body", "body": body})
                return
        await self._next(scope, receive, send)


class Tiles:
    """The ASGI application at `/ogc/collections/{collection}/tiles/WebMercatorQuad/{z}/{y}/{x}`."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app
        self._answers = Answers(app.state.settings.tile_cache_mb * 2**20)
        self._making: dict[object, asyncio.Future[Answer]] = {}
        self._read: dict[object, Wanted] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        if scope["method"] not in ("GET", "HEAD"):
            response = Response(status_code=405, headers={"Allow": "GET, HEAD"})
        else:
            response = await self._respond(request)
        await response(scope, receive, send)

    def at_hand(self, scope: Scope) -> tuple[int, list[tuple[bytes, bytes]], bytes] | None:
        """Return status, headers and body of a tile the public asked for before and that still holds; else None."""
        wanted = self._read.get((scope["path"], scope["query_string"], "public", ()))
        if wanted is None:
            return None
        asked = dict(scope["headers"])
        if b"authorization" in asked or b"gzip" not in asked.get(b"accept-encoding", b""):
            return None
        revision = self._app.state.revisions[wanted.revision]
        answer = self._answers.get(wanted.under(revision))
        if answer is None:
            return None
        headers = [
            (name.lower().encode(), value.encode()) for name, value in _headers(wanted, answer.etag, revision).items()
        ]
        if b"origin" in asked:
            headers += [(b"access-control-allow-origin", b"*"), (b"access-control-expose-headers", b"*")]
        if asked.get(b"if-none-match") == answer.etag.encode():
            return 304, headers, b""
        if not answer.body:
            return 204, headers, b""
        headers += [
            (b"content-type", MVT.encode()),
            (b"content-encoding", b"gzip"),
            (b"content-length", str(len(answer.body)).encode()),
        ]
        return 200, headers, answer.body

    async def _respond(self, request: Request) -> Response:
        viewer = viewer_of(request)
        wanted = self._wanted(request, viewer)
        revision = self._app.state.revisions[wanted.revision]
        key = wanted.under(revision)
        etag = tag(*key)
        headers = _headers(wanted, etag, revision)
        if not viewer.staff and fresh(request, etag):
            return Response(status_code=304, headers=headers)
        answer = self._answers.get(key) or await self._once(key, self._make(key, wanted, viewer, etag))
        if not answer.body:
            return Response(status_code=204, headers=headers)
        body = answer.body
        if "gzip" in request.headers.get("accept-encoding", ""):
            headers["Content-Encoding"] = "gzip"
        else:
            body = gzip.decompress(body)
        return Response(body, media_type=MVT, headers=headers)

    def _wanted(self, request: Request, viewer: Viewer) -> Wanted:
        """Read an address; the last ones are remembered, a wall of screens asks for the same again and again."""
        address = (request.scope["path"], request.scope["query_string"], viewer.role, viewer.provinces)
        found = self._read.get(address)
        if found is None:
            found = _parse(request, viewer)
            if len(self._read) >= _MEMORY:
                self._read.clear()
            self._read[address] = found
        return found

    async def _once(self, key: object, make: Awaitable[Answer]) -> Answer:
        """Make a tile once, however many ask for it at the same moment."""
        task = self._making.get(key)
        if task is None:
            task = asyncio.ensure_future(make)
            self._making[key] = task
            task.add_done_callback(lambda _: self._making.pop(key, None))
        else:
            make.close()  # type: ignore[attr-defined]
        return await asyncio.shield(task)

    async def _make(self, key: object, wanted: Wanted, viewer: Viewer, etag: str) -> Answer:
        statement, values = statements.tile(
            wanted.layer, viewer, wanted.tile, filters=wanted.filters, day=wanted.day or today()
        )
        body = await self._app.state.reader.value(statement, values, binary=True) or b""
        return self._answers.put(key, Answer(_zip(body), MVT, etag, zipped=True))


def _parse(request: Request, viewer: Viewer) -> Wanted:
    path = request.path_params
    layer = catalogue.get(path["collection"])
    if layer is None or not layer.readable(viewer):
        raise NotFound(
            f"Không có mảnh bản đồ của “{path['collection'][:80]}”.",
            f"There are no tiles of “{path['collection'][:80]}”.",
        )
    tile = grid.read(path["z"], path["y"], path["x"], lowest=layer.minzoom, highest=min(layer.maxzoom, grid.DEEPEST))
    fields = statements.filters_of(layer, viewer)
    filters: dict[str, list[Any]] = {}
    for name, text in request.query_params.multi_items():
        if name in fields:
            filters.setdefault(name, []).append(filter_value(fields[name], text))
        elif name not in _KNOWN or (name == "f" and text != "mvt"):
            raise BadParameter(
                name, f"Không có tham số “{name[:60]}” ở đây.", f"There is no parameter “{name[:60]}” here."
            )
    when = request.query_params.get("datetime")
    moment = span(when)[0] if when else None
    ranged = layer.id in statements.AREA_IDS
    return Wanted(
        layer=layer,
        role=viewer.role,
        provinces=viewer.provinces,
        tile=tile,
        filters=tuple((name, tuple(values)) for name, values in sorted(filters.items())),
        day=moment.astimezone(VIET_NAM).date() if moment and ranged else None,
        version=request.query_params.get("v"),
        revision=revision_name(layer.id),
        dated=ranged,
    )


def _headers(wanted: Wanted, etag: str, revision: int) -> dict[str, str]:
    if wanted.role != "public":
        return {"Cache-Control": "private, no-store", "Vary": "Authorization, Accept-Encoding"}
    # Only under the revision that is true now may a tile be kept for good; a process may hear of a new one a moment
    # late, and areas without a date change with the day.
    lasting = wanted.version == str(revision) and (wanted.day is not None or not wanted.dated)
    keep = "public, max-age=31536000, immutable" if lasting else "public, max-age=2, must-revalidate"
    return {"Cache-Control": keep, "ETag": etag, "Vary": "Authorization, Accept-Encoding"}


def _zip(body: bytes) -> bytes:
    if not body:
        return b""
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, 31)
    return packer.compress(body) + packer.flush()
