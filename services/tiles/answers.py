"""Tiles over HTTP: made once for each revision of the data, then answered from memory."""

from __future__ import annotations

import asyncio
import gzip
import time
import zlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from fastapi import FastAPI, Request
from starlette.responses import Response
from starlette.types import Scope

from layers.viewer import PUBLIC
from services.accounts import viewer_of
from services.cache import Answer, Answers
from services.front import Raw, asked_simply
from services.ogc.links import MVT, VIET_NAM, matches, tag
from services.tiles import statements
from services.tiles.wanted import Wanted, read

_LEVEL = 3  # zlib: one more would cost more time than it saves bytes on the way
_MEMORY = 4096  # addresses of tiles that are remembered

Headers = list[tuple[bytes, bytes]]
_ZIPPED = ((b"content-type", MVT.encode()), (b"content-encoding", b"gzip"))


@dataclass(frozen=True, slots=True)
class Current:
    """A tile as it is under one revision on one day: what it is kept under and what is sent before it."""

    wanted: Wanted
    revision: int
    day: date
    until: float  # the end of that day
    key: tuple[Any, ...]
    etag: str
    headers: Headers


class Finished(Response):
    """An answer whose headers are as they go over the wire."""

    def __init__(self, status: int, headers: Headers, body: bytes = b"") -> None:
        self.status_code, self.raw_headers, self.body, self.background = status, headers, body, None


class Tiles:
    """The tiles of one application; `answer` is the endpoint of their addresses."""

    def __init__(self, app: FastAPI) -> None:
        self._state = app.state
        self._answers = Answers(app.state.settings.tile_cache_mb * 2**20)
        self._making: dict[object, asyncio.Future[Answer]] = {}
        self._current: dict[tuple[str, bytes], Current] = {}

    async def answer(self, request: Request) -> Response:
        """Answer one request."""
        asked = dict(request.scope["headers"])
        one = self._find(request, asked.get(b"authorization"))
        known = asked.get(b"if-none-match")
        if known is not None and one.etag and matches(known.decode("latin-1"), one.etag):
            return Finished(304, one.headers)
        body = (self._answers.get(one.key) or await self._once(one)).body
        if not body:
            return Finished(204, one.headers)
        headers = [*one.headers, (b"content-type", MVT.encode())]
        if b"gzip" in asked.get(b"accept-encoding", b""):
            headers.append((b"content-encoding", b"gzip"))
        else:
            body = gzip.decompress(body)
        return Finished(200, [*headers, (b"content-length", str(len(body)).encode())], body)

    def at_hand(self, scope: Scope) -> Raw | None:
        """Return what a wall of screens asks for: a tile in memory, zipped, for the public; None for all else."""
        one = self._current.get((scope["path"], scope["query_string"]))
        if one is None or one.revision != self._state.revisions[one.wanted.revision] or time.time() >= one.until:
            return None
        if (asked := asked_simply(scope)) is None:
            return None
        known, zipped = asked
        if known and matches(known.decode("latin-1"), one.etag):
            return 304, one.headers, b""
        answer = self._answers.get(one.key) if zipped else None
        if answer is None or not answer.body:
            return None
        return 200, [*one.headers, *_ZIPPED, (b"content-length", b"%d" % len(answer.body))], answer.body

    def _find(self, request: Request, authorization: bytes | None) -> Current:
        """Read an address; the last ones of the public are remembered: a wall of screens asks for the same again."""
        address = (request.scope["path"], request.scope["query_string"])
        found = self._current.get(address) if authorization is None else None
        if found and found.revision == self._state.revisions[found.wanted.revision] and time.time() < found.until:
            return found
        viewer = (
            viewer_of(authorization.decode("latin-1"), self._state.settings, self._state.keys)
            if authorization
            else PUBLIC
        )
        found = self._now(found.wanted if found else read(request, viewer))
        if viewer is PUBLIC:
            if len(self._current) >= _MEMORY:
                self._current.clear()
            self._current[address] = found
        return found

    def _now(self, wanted: Wanted) -> Current:
        revision = self._state.revisions[wanted.revision]
        moment = datetime.now(VIET_NAM)
        midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        key = wanted.under(revision, moment.date())
        etag = "" if wanted.viewer.staff else tag(*key)
        return Current(
            wanted, revision, moment.date(), midnight.timestamp(), key, etag, _headers(wanted, etag, revision)
        )

    async def _once(self, one: Current) -> Answer:
        """Make a tile once, however many ask for it at the same moment."""
        making = self._making.get(one.key)
        if making is not None:
            return await asyncio.shield(making)
        making = self._making[one.key] = asyncio.get_running_loop().create_future()
        try:
            answer = await self._make(one)
            making.set_result(answer)
        except Exception as error:
            making.set_exception(error)
            making.exception()  # seen here, even where nobody else waits
            raise
        finally:
            del self._making[one.key]
            making.cancel()  # where this request was given up: whoever waits is told
        return answer

    async def _make(self, one: Current) -> Answer:
        wanted = one.wanted
        statement, values = statements.tile(
            wanted.layer, wanted.viewer, wanted.tile, filters=wanted.filters, day=wanted.day or one.day
        )
        body = await self._state.reader.value(statement, values, binary=True) or b""
        return self._answers.put(one.key, Answer(zipped(body), MVT, one.etag, zipped=True))


def _headers(wanted: Wanted, etag: str, revision: int) -> Headers:
    vary = (b"vary", b"Authorization, X-API-Key, Accept-Encoding")
    if wanted.viewer.staff:
        return [(b"cache-control", b"private, no-store"), vary]
    # Only under the revision that is true now may a tile be kept for good; a process may hear of a new one a moment
    # late, and areas without a date change with the day.
    lasting = wanted.version == str(revision) and (wanted.day is not None or not wanted.dated)
    keep = b"public, max-age=31536000, immutable" if lasting else b"public, max-age=2, must-revalidate"
    return [(b"cache-control", keep), (b"etag", etag.encode()), vary]


def zipped(body: bytes) -> bytes:
    """Compress a tile as it is kept and sent."""
    if not body:
        return b""
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, 31)
    return packer.compress(body) + packer.flush()
