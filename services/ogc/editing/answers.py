"""Editing over HTTP: features created, replaced, updated and deleted by staff (OGC API – Features Part 4)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import TypeVar

from fastapi import Request
from sqlalchemy import Connection
from starlette.responses import Response

from services.accounts import viewer as viewer_of
from services.bodies import body as body_of
from services.errors import BadToken, Forbidden, NotAllowed, NotUnderstood
from services.ogc.collections import Collection, collection
from services.ogc.editing import rows
from services.ogc.editing.sent import MOST_BYTES, Sent, editable, read
from services.ogc.features.versions import version
from services.ogc.links import GEOJSON, JSON, base_url, keeping, revision_name
from services.ogc.parameters import COMMON, refuse_unknown
from services.ogc.systems import CRS84, System, system

T = TypeVar("T")

MERGE = "application/merge-patch+json"
_READ = "GET, HEAD, OPTIONS"
_SEEN_S = 0.5  # longest time an answer waits until this process knows of its own change


async def options(request: Request) -> Response:
    """Say which methods a collection's items, or one of them, answer to this viewer."""
    viewer = viewer_of(request)
    one = await collection(request, request.path_params["collection"], viewer)
    allow = _allowed(request, one)
    headers = {"Allow": allow if viewer.staff else _READ, "Vary": "Authorization, X-API-Key"}
    if "PATCH" in headers["Allow"]:
        headers["Accept-Patch"] = f"{MERGE}, {GEOJSON}"
    return _spelled(Response(status_code=204, headers=headers))


async def create(request: Request) -> Response:
    """Add a feature: 201 and where it is."""
    one = await _writable(request)
    sent, crs = await _sent(request, one, whole=True)
    made = await _write(request, one, lambda connection: rows.create(connection, rows.Edit(one=one), sent, crs))
    place = f"{base_url(request)}/collections/{one.id}/items/{made.number}"
    return _answer(request, one, made, status=201, location=place)


async def replace(request: Request) -> Response:
    """Replace a feature: properties that are not sent are emptied."""
    return await _change(request, whole=True)


async def change(request: Request) -> Response:
    """Update what is sent of a feature (RFC 7396)."""
    return await _change(request, whole=False)


async def remove(request: Request) -> Response:
    """Delete a feature."""
    one = await _writable(request)
    edit, number = rows.Edit(one=one, match=request.headers.get("if-match")), _number(request, one)
    await _write(request, one, lambda connection: rows.remove(connection, edit, number))
    return Response(status_code=204)


async def _change(request: Request, *, whole: bool) -> Response:
    one = await _writable(request)
    edit, number = rows.Edit(one=one, match=request.headers.get("if-match")), _number(request, one)
    sent, crs = await _sent(request, one, whole=whole)
    made = await _write(request, one, lambda connection: rows.change(connection, edit, number, sent, crs, whole=whole))
    return _answer(request, one, made, status=204)


async def _writable(request: Request) -> Collection:
    """Return the collection where the viewer may write it; NotAllowed, BadToken or Forbidden where not."""
    viewer = viewer_of(request)
    one = await collection(request, request.path_params["collection"], viewer)
    refuse_unknown(request, COMMON)
    if not editable(one.layer):
        raise NotAllowed(
            _READ, f"Tập dữ liệu “{one.id}” không sửa được ở đây.", f"The collection “{one.id}” cannot be edited here."
        )
    if not viewer.staff and "authorization" not in request.headers:
        raise BadToken("Cần mã truy cập của cán bộ để sửa dữ liệu.", "Editing needs the key of a member of staff.")
    if not viewer.staff:
        raise Forbidden("Mã truy cập này chỉ để xem.", "This key may only read.")
    return one


def _allowed(request: Request, one: Collection) -> str:
    if not editable(one.layer):
        return _READ
    return f"{_READ}, PUT, PATCH, DELETE" if "feature" in request.path_params else f"{_READ}, POST"


async def _sent(request: Request, one: Collection, *, whole: bool) -> tuple[Sent, System]:
    """Read the body and the coordinate system it is in."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    taken = (GEOJSON, JSON) if whole else (MERGE, GEOJSON, JSON)
    if kind not in taken:  # a form of another site's page could send nothing else without asking first
        listed = ", ".join(taken)
        raise NotUnderstood(f"Content-Type phải là một trong: {listed}.", f"The Content-Type must be one of: {listed}.")
    crs = system("Content-Crs", request.headers.get("content-crs", "").strip().strip("<>"))
    return read(await body_of(request, MOST_BYTES), one.layer, whole=whole), crs


def _number(request: Request, one: Collection) -> int:
    text: str = request.path_params["feature"]
    if text.isascii() and text.isdecimal() and len(text) < 19:
        return int(text)
    raise rows.missing(one, text)


async def _write(request: Request, one: Collection, work: Callable[[Connection], T]) -> T:
    """Make a change and wait until this process knows of it, so that whoever made it reads it."""
    revisions, name = request.app.state.revisions, revision_name(one.id)
    before, begun = revisions[name], time.monotonic()
    made: T = await request.app.state.writer.change(work)
    while revisions[name] == before and time.monotonic() - begun < _SEEN_S:
        await asyncio.sleep(0.005)
    return made


def _answer(request: Request, one: Collection, made: rows.Written, *, status: int, location: str = "") -> Response:
    headers = keeping(one.viewer) | {"ETag": version(CRS84, made.body)}
    if location:
        headers["Location"] = location
    told = {
        "The polygon was not valid and has been repaired: look at it again": made.repaired,
        "The place lies in no commune: right at sea, else check the coordinates": made.outside,
    }
    if any(told.values()):
        headers["Warning"] = ", ".join(f'299 - "{words}"' for words, so in told.items() if so)
    if "return=representation" in request.headers.get("prefer", "").replace(" ", ""):
        headers |= {"Content-Crs": f"<{CRS84.uri}>", "Preference-Applied": "return=representation"}
        return _spelled(Response(made.body, 201 if location else 200, media_type=GEOJSON, headers=headers))
    return _spelled(Response(status_code=status, headers=headers))


class _Printed(bytes):
    """The name of a header that stays as it is written: servers of ASGI make every name small."""

    def lower(self) -> bytes:
        return self


_PRINTED = {b"allow": _Printed(b"Allow"), b"location": _Printed(b"Location")}


def _spelled(answer: Response) -> Response:
    """Write two names of headers as the standards print them: QGIS compares them letter by letter."""
    answer.raw_headers = [(_PRINTED.get(name, name), value) for name, value in answer.raw_headers]
    return answer
