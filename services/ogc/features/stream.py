"""Large pages of GeoJSON, sent while they are read: neither the server nor the client waits for the whole."""

from __future__ import annotations

import json
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from services.ogc.collections import Collection
from services.ogc.features.table import pieces
from services.ogc.links import GEOJSON, now
from services.ogc.parameters import Query

LARGE = 1000  # features from which a page is sent in pieces
_PIECE = 500

# Given what was sent and the id of the last feature when there are more: the links and the number matched.
Ending = Callable[[int, int | None], Awaitable[tuple[list[dict[str, str]], int]]]


async def answer(
    request: Request, one: Collection, query: Query, ending: Ending, headers: dict[str, str]
) -> StreamingResponse:
    """Answer a page in pieces; links and counts stand after the features, because only then are they known."""
    found = pieces(request, one, query, most=query.limit + 1, piece=_PIECE)
    first: list[tuple[bytes, int]] = await anext(
        found, []
    )  # what is wrong with the request comes to light before anything is sent
    body = _written(first, found, query.limit, ending)
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers = headers | {"Content-Encoding": "gzip", "Vary": f"{headers.get('Vary', '')}, Accept-Encoding"}
        body = _packed(body)
    return StreamingResponse(body, media_type=GEOJSON, headers=headers)


async def _written(
    first: list[tuple[bytes, int]], rest: AsyncIterator[list[tuple[bytes, int]]], limit: int, ending: Ending
) -> AsyncIterator[bytes]:
    yield b'{"type":"FeatureCollection","features":[\n'
    sent, last, more, rows = 0, 0, False, first
    while rows and not more:
        more = sent + len(rows) > limit
        rows = rows[: limit - sent]
        if rows:
            yield (b",\n" if sent else b"") + b",\n".join([row[0] for row in rows])
            sent, last = sent + len(rows), rows[-1][1]
        rows = [] if more else await anext(rest, [])
    links, total = await ending(sent, last if more else None)
    told = {"numberReturned": sent, "numberMatched": total, "timeStamp": now(), "links": links}
    yield b"\n]," + json.dumps(told, ensure_ascii=False)[1:].encode() + b"\n"


async def _packed(body: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    packer = zlib.compressobj(1, zlib.DEFLATED, 31)
    async for piece in body:
        yield await run_in_threadpool(packer.compress, piece)
    yield packer.flush()
