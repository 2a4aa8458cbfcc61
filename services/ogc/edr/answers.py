"""OGC API – Environmental Data Retrieval: all indicators of all areas as one collection."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from fastapi import Request
from starlette.responses import Response

from layers.viewer import Viewer
from services.accounts import viewer as viewer_of
from services.ogc.edr import coverage_json, places
from services.ogc.edr.asked import Ask, ask, shape
from services.ogc.edr.reading import Table, tables
from services.ogc.edr.tables import CSV, geojson, table
from services.ogc.figures.answers import Written, books_of, figures_of, kept, written
from services.ogc.links import GEOJSON, base_url

ID = "indicators"


async def location(request: Request) -> Response:
    """Answer the figures of one area, or with `level` of the areas in it."""
    viewer, wanted = await _asked(request)

    async def make() -> Written:
        books = await books_of(request)
        areas = places.location(books.places, wanted, request.path_params["location"])
        return await _written(request, wanted, await tables(books, wanted, places.readable(areas, viewer)))

    return await _told(request, viewer, wanted, make)


async def area(request: Request) -> Response:
    """Answer the figures of the areas in a polygon."""
    return await _around(request, ("Polygon", "MultiPolygon"))


async def position(request: Request) -> Response:
    """Answer the figures of the areas that hold a point."""
    return await _around(request, ("Point", "MultiPoint"))


async def _around(request: Request, kinds: tuple[str, ...]) -> Response:
    viewer, wanted = await _asked(request, "coords")
    drawn = shape(request, kinds, wanted.system)

    async def make() -> Written:
        books = await books_of(request)
        made: list[Table] = []
        for level, some in places.levels(wanted).items():
            areas = await places.within(request, books.places, wanted, drawn, level)
            made += await tables(books, wanted.only(some), places.readable(areas, viewer))
        return await _written(request, wanted, made)

    return await _told(request, viewer, wanted, make)


async def _asked(request: Request, *more: str) -> tuple[Viewer, Ask]:
    viewer = viewer_of(request)
    return viewer, ask(request, await figures_of(request, viewer), *more)


async def _told(request: Request, viewer: Viewer, wanted: Ask, make: Callable[[], Awaitable[Written]]) -> Response:
    response = await kept(request, viewer, make)
    response.headers["Content-Crs"] = f"<{wanted.system.uri}>"
    return response


async def _written(request: Request, wanted: Ask, made: Sequence[Table]) -> Written:
    home = f"{base_url(request)}/collections/{ID}/locations"
    areas = list({area.id: area for table in made for area in table.areas}.values())
    if wanted.form == "GeoJSON":
        shapes = await places.outlines(request, areas, wanted.system)
        return Written(await written(made, geojson, made, shapes, home), GEOJSON)
    labels = await places.labels(request, areas, wanted.system)
    if wanted.form == "CSV":
        return Written(await written(made, table, made, labels), CSV, "indicators.csv")
    body = await written(made, coverage_json.written, made, labels, wanted.system, home)
    return Written(body, coverage_json.MEDIA)
