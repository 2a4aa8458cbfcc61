"""OGC API – Environmental Data Retrieval: all indicators of all areas as one collection."""

from __future__ import annotations

import json
from collections.abc import Sequence

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from layers.viewer import Viewer
from services.accounts import viewer as viewer_of
from services.books import Books
from services.language import language
from services.ogc import coverage_json, edr_places, edr_tables
from services.ogc.collections import holdings
from services.ogc.edr_ask import Ask, ask, shape
from services.ogc.edr_read import Table, tables
from services.ogc.holdings import Figures
from services.ogc.links import GEOJSON, base_url, fresh, keeping, not_modified, tag

ID = "indicators"


async def figures_of(request: Request, viewer: Viewer) -> dict[str, Figures]:
    """The indicators with figures that the viewer may know of, by code."""
    there = (await holdings(request).figures()).values()
    return {one.indicator.code: one for one in there if one.indicator.public or viewer.staff}


async def location(request: Request) -> Response:
    """Answer the figures of one area, or with `level` of the areas in it."""
    viewer, wanted = await _asked(request)
    if (kept := unchanged(request, viewer)) is not None:
        return kept
    books = await books_of(request)
    areas = edr_places.location(books.places, wanted, request.path_params["location"])
    made = await tables(books, wanted, edr_places.readable(areas, viewer))
    return await _written(request, viewer, wanted, made)


async def area(request: Request) -> Response:
    """Answer the figures of the areas in a polygon."""
    return await _around(request, ("Polygon", "MultiPolygon"))


async def position(request: Request) -> Response:
    """Answer the figures of the areas that hold a point."""
    return await _around(request, ("Point", "MultiPoint"))


async def _around(request: Request, kinds: tuple[str, ...]) -> Response:
    viewer, wanted = await _asked(request, "coords")
    drawn = shape(request, kinds, wanted.system)
    if (kept := unchanged(request, viewer)) is not None:
        return kept
    books = await books_of(request)
    made: list[Table] = []
    for level, some in edr_places.levels(wanted).items():
        areas = await edr_places.within(request, books.places, wanted, drawn, level)
        made += await tables(books, wanted.only(some), edr_places.readable(areas, viewer))
    return await _written(request, viewer, wanted, made)


async def _asked(request: Request, *more: str) -> tuple[Viewer, Ask]:
    viewer = viewer_of(request)
    return viewer, ask(request, await figures_of(request, viewer), *more)


async def books_of(request: Request) -> Books:
    """Everything that figures are read from."""
    state = request.app.state
    return Books(state.reader, await state.gazetteer.places(), state.figures, state.carried, state.states)


def tag_of(request: Request, viewer: Viewer) -> str:
    """The entity tag of an answer made of figures."""
    revisions = request.app.state.revisions
    return tag(
        request.url.path, sorted(request.query_params.multi_items()), base_url(request), language(request), viewer.role,
        revisions["areas"], revisions["observations"],
    )  # fmt: skip


def unchanged(request: Request, viewer: Viewer) -> Response | None:
    """Answer 304 where the client has these figures already."""
    etag = tag_of(request, viewer)
    return not_modified(viewer, etag) if not viewer.staff and fresh(request, etag) else None


async def _written(request: Request, viewer: Viewer, wanted: Ask, made: Sequence[Table]) -> Response:
    base = f"{base_url(request)}/collections/{ID}"
    headers = keeping(viewer, tag_of(request, viewer)) | {"Content-Crs": f"<{wanted.system.uri}>"}
    areas = list({area.id: area for table in made for area in table.areas}.values())
    if wanted.form == "GeoJSON":
        shapes = await edr_places.outlines(request, areas, wanted.system)
        body = await run_in_threadpool(edr_tables.geojson, made, shapes, f"{base}/locations")
        return Response(body, media_type=GEOJSON, headers=headers)
    labels = await edr_places.labels(request, areas, wanted.system)
    if wanted.form == "CSV":
        headers["Content-Disposition"] = 'attachment; filename="indicators.csv"'
        body = await run_in_threadpool(edr_tables.table, made, labels)
        return Response(body, media_type=edr_tables.CSV, headers=headers)
    document = await run_in_threadpool(coverage_json.coverages, made, labels, wanted.system, f"{base}/locations")
    return Response(json.dumps(document, ensure_ascii=False), media_type=coverage_json.MEDIA, headers=headers)
