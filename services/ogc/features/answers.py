"""Features: pages and single items, written by PostGIS and handed through as bytes."""

from __future__ import annotations

import json
from typing import Any

from fastapi import Request
from psycopg import DataError
from starlette.responses import Response

from services.accounts import viewer as viewer_of
from services.errors import NotFound
from services.language import language
from services.ogc import pages
from services.ogc.collections import Collection, collection, holdings
from services.ogc.cql2 import parameter as cql2
from services.ogc.features import engine, formats, statements, stream
from services.ogc.features.versions import version
from services.ogc.figures.pictures import chosen
from services.ogc.links import (
    GEOJSON,
    HTML,
    base_url,
    fresh,
    keeping,
    link,
    not_modified,
    now,
    revision_name,
    tag,
    with_parameters,
)
from services.ogc.parameters import FILES, Query, format_of, parse, parse_item

_WIDE = 0.3  # part of a layer's extent from which a box does not narrow it much
_EXACT = 100_000  # a narrowed query is counted up to this; what matches more is estimated by the planner


async def items(request: Request) -> Response:
    """Answer a page of features."""
    viewer = viewer_of(request)
    one = await collection(request, request.path_params["collection"], viewer)
    form = format_of(request, "json", "html", *engine.FORMATS, *FILES)
    query = parse(request, one, most=request.app.state.settings.items_limit)
    base, lang = base_url(request), language(request)
    etag = _tag(request, one, form, base, lang)
    if not viewer.staff and fresh(request, etag):
        return not_modified(viewer, etag)
    headers = keeping(viewer, etag) | {"Content-Crs": f"<{query.system.uri}>"}
    try:
        if form in FILES:
            whole = "limit" not in request.query_params
            return await formats.answer(request, one, query, form, whole=whole, headers=headers)
        if form == "json" and query.limit > stream.LARGE:
            return await stream.answer(request, one, query, _ending(request, one, query, base), headers)
        rows, total = await _read(request, one, query)
    except DataError:
        if query.filter is None:
            raise
        raise cql2.out_of_range() from None
    more = len(rows) > query.limit
    rows = rows[: query.limit]
    links = _page_links(request, one, query, base, next_after=rows[-1][1] if more else None)
    if form == "html":
        return await pages.items(
            request, one, query, [json.loads(row[0]) for row in rows], total=total, links=links, headers=headers
        )
    if form in engine.FORMATS:
        features = [json.loads(row[0]) for row in rows]
        document = {
            "type": "FeatureCollection",
            "numberMatched": total,
            "numberReturned": len(rows),
            "features": features,
            "links": links,
        }
        return await engine.write(request, one, document, form, headers)
    counts = f'"timeStamp":"{now()}","numberReturned":{len(rows)},"numberMatched":{total}'
    head = f'{{"type":"FeatureCollection",{counts},"links":{json.dumps(links, ensure_ascii=False)},"features":[\n'
    body = head.encode() + b",\n".join([row[0] for row in rows]) + b"\n]}\n"
    return Response(body, media_type=GEOJSON, headers=headers)


async def item(request: Request) -> Response:
    """Answer one feature."""
    viewer = viewer_of(request)
    one = await collection(request, request.path_params["collection"], viewer)
    form = format_of(request, "json", "html", "jsonld")
    query = parse_item(request, one)
    base, lang = base_url(request), language(request)
    etag = _tag(request, one, form, base, lang)
    text: str = request.path_params["feature"]
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None
    row = await _one(request, one, query, number) if number is not None else None
    if row is None:
        raise NotFound(
            f"Không có đối tượng “{text[:40]}” trong “{one.title(lang)}”.",
            f"There is no feature “{text[:40]}” in “{one.id}”.",
        )
    if not viewer.staff and fresh(request, etag):
        return not_modified(viewer, etag)
    headers = keeping(viewer, etag) | {"Content-Crs": f"<{query.system.uri}>"}
    if viewer.staff and form == "json":
        headers["ETag"] = version(query.system, row[0])
    if form == "html":
        return await pages.item(request, one, json.loads(row[0]), headers=headers)
    if form == "jsonld":
        return await engine.write(request, one, json.loads(row[0]) | {"links": []}, form, headers)
    here = f"{base}/collections/{one.id}"
    links = [
        link(f"{here}/items/{number}", "self", GEOJSON),
        link(f"{here}/items/{number}?f=html", "alternate", HTML),
        link(here, "collection", "application/json"),
    ]
    body = row[0][:-1] + b',"links":' + json.dumps(links).encode() + b"}"
    return Response(body, media_type=GEOJSON, headers=headers)


def _tag(request: Request, one: Collection, form: str, base: str, lang: str) -> str:
    revisions = request.app.state.revisions
    names = {revision_name(one.id), "areas"} if one.figures else {revision_name(one.id)}
    query = sorted(request.query_params.multi_items())
    return tag(
        request.scope["path"], query, form, base, lang, one.viewer.role, [revisions[name] for name in sorted(names)]
    )


def _ending(request: Request, one: Collection, query: Query, base: str) -> stream.Ending:
    """Return what finds the links and the number matched once the features of a page are sent."""

    async def find(sent: int, last: int | None) -> tuple[list[dict[str, str]], int]:
        links = _page_links(request, one, query, base, next_after=last)
        if last is None and query.after is None and (sent or query.offset == 0):
            return links, query.offset + sent
        return links, await _matched(request, one, query, await chosen(request, one, query) or {})

    return find


async def _read(request: Request, one: Collection, query: Query) -> tuple[list[tuple[bytes, int]], int]:
    """Return the rows of a page (one more than the limit when there are more) and the number matched."""
    binds = await chosen(request, one, query)
    if binds is None:
        return [], 0
    reader = request.app.state.reader
    statement, found = statements.page(one, query, wide=await _wide(request, one, query))
    rows = list(await reader.rows(statement, found | binds, binary=True))
    if len(rows) <= query.limit and query.after is None and (rows or query.offset == 0):
        return rows, query.offset + len(rows)  # the last page: nothing left to count
    return rows, await _matched(request, one, query, binds)


async def _matched(request: Request, one: Collection, query: Query, binds: dict[str, Any]) -> int:
    if not (query.filters or query.filter or query.box or query.span or one.figures):
        return (await holdings(request).extent(one.layer, one.viewer)).count
    reader = request.app.state.reader
    statement, found = statements.matched(one, query, most=_EXACT + 1)

    async def find() -> int:
        counted = int(await reader.value(statement, found | binds))
        if counted <= _EXACT:
            return counted
        every = {**statement.fixed, **found, **binds, "limit": None}
        plan = await reader.value("EXPLAIN (FORMAT JSON) " + statement.text, every)
        return max(counted, int(plan[0]["Plan"]["Plans"][0]["Plan Rows"]))

    narrow = (
        query.filters,
        query.filter and query.filter.key,
        query.box,
        query.box_system,
        query.span,
        query.level,
        query.boundary,
        query.period,
    )
    key = (one.id, one.viewer.role, one.viewer.provinces, *narrow)
    return await holdings(request).count(key, revision_name(one.id), find)


async def _wide(request: Request, one: Collection, query: Query) -> bool:
    """Whether a request is for all places, or for a good part of where the features of a layer are."""
    if query.box is None or one.figures is not None:
        return True
    extent = (await holdings(request).extent(one.layer, one.viewer)).box
    if extent is None or not query.box_system.stored or query.crosses:
        return False
    west, south, east, north = query.box
    if query.box_system.swapped:
        west, south, east, north = south, west, north, east
    width = min(east, extent[2]) - max(west, extent[0])
    height = min(north, extent[3]) - max(south, extent[1])
    whole = (extent[2] - extent[0]) * (extent[3] - extent[1])
    return width > 0 and height > 0 and width * height > whole * _WIDE


async def _one(request: Request, one: Collection, query: Query, number: int) -> tuple[bytes, int] | None:
    binds = await chosen(request, one, query)
    if binds is None:
        return None
    statement, found = statements.item(one, query, number)
    row: tuple[bytes, int] | None = await request.app.state.reader.row(statement, found | binds, binary=True)
    return row


def _page_links(
    request: Request, one: Collection, query: Query, base: str, *, next_after: int | None
) -> list[dict[str, str]]:
    """Return the links of a page; every other parameter of the request stays in them."""
    address = f"{base}/collections/{one.id}/items"
    given = request.query_params.multi_items()
    rest = [(name, value) for name, value in given if name not in ("offset", "after")]
    other = [(name, value) for name, value in given if name not in ("f",)]
    form = request.query_params.get("f", "json")
    links = [
        link(with_parameters(address, given), "self", HTML if form == "html" else GEOJSON),
        link(
            with_parameters(address, [*other, ("f", "json" if form == "html" else "html")]),
            "alternate",
            GEOJSON if form == "html" else HTML,
        ),
        link(f"{base}/collections/{one.id}", "collection", "application/json"),
    ]
    kind = HTML if form == "html" else GEOJSON
    if next_after is not None:
        step = [("offset", str(query.offset + query.limit))]
        if not query.sort:  # going on from the last id costs the same on every page
            step.append(("after", str(next_after)))
        links.append(link(with_parameters(address, [*rest, *step]), "next", kind))
    if query.offset:
        back = [("offset", str(max(0, query.offset - query.limit)))]
        links.append(link(with_parameters(address, [*rest, *back]), "prev", kind))
    return links
