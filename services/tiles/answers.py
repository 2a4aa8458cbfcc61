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
from starlette.types import Receive, Scope, Send

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

    @property
    def key(self) -> tuple[Any, ...]:
        """What its bytes depend on, apart from the revision."""
        return (self.layer.id, self.role, self.provinces, self.tile, self.filters, self.day)


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

    async def _respond(self, request: Request) -> Response:
        viewer = viewer_of(request)
        wanted = self._wanted(request, viewer)
        revision = self._app.state.revisions[revision_name(wanted.layer.id)]
        key: tuple[Any, ...] = (wanted.key, revision)
        if wanted.layer.id in statements.AREA_IDS and wanted.day is None:
            key = (*key, today())
        etag = tag(*key)
        headers = _headers(wanted, etag, viewer, revision)
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
    )


def _headers(wanted: Wanted, etag: str, viewer: Viewer, revision: int) -> dict[str, str]:
    if viewer.staff:
        return {"Cache-Control": "private, no-store", "Vary": "Authorization, Accept-Encoding"}
    # Only under the revision that is true now may a tile be kept for good; a process may hear of a new one a moment
    # late, and areas without a date change with the day.
    lasting = wanted.version == str(revision) and (wanted.day is not None or wanted.layer.id not in statements.AREA_IDS)
    keep = "public, max-age=31536000, immutable" if lasting else "public, max-age=2, must-revalidate"
    return {"Cache-Control": keep, "ETag": etag, "Vary": "Authorization, Accept-Encoding"}


def _zip(body: bytes) -> bytes:
    if not body:
        return b""
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, 31)
    return packer.compress(body) + packer.flush()
