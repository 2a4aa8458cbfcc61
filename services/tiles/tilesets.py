"""The descriptions of tiles: tile sets of a collection, TileJSON and the grid."""

from __future__ import annotations

from typing import Any

from fastapi import Request
from starlette.responses import Response

from services.accounts import viewer as viewer_of
from services.errors import NotFound
from services.language import language
from services.ogc.answers import answer
from services.ogc.collections import Collection, collection, holdings
from services.ogc.fields import schema
from services.ogc.links import HTML, JSON, MVT, base_url, link, revision_name
from services.tiles import grid, statements

_SCHEME = "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme"
_DIMENSIONS = {"Point": 0, "Line": 1, "Polygon": 2}


async def grids(request: Request) -> Response:
    """Answer the list of grids."""
    here = f"{base_url(request)}/tileMatrixSets"
    sets = [
        {
            "id": grid.NAME,
            "title": grid.description()["title"],
            "uri": grid.URI,
            "crs": grid.CRS,
            "links": [link(f"{here}/{grid.NAME}", "self", JSON)],
        }
    ]
    document = {"tileMatrixSets": sets, "links": [link(f"{here}/{grid.NAME}", _SCHEME, JSON, grid.NAME)]}
    return await answer(request, document, page="generic")


async def one_grid(request: Request) -> Response:
    """Answer the grid itself."""
    if request.path_params["grid"] != grid.NAME:
        raise NotFound(f"Chỉ có lưới {grid.NAME}.", f"There is only the grid {grid.NAME}.")
    return await answer(request, grid.description(), page="generic")


async def tilesets(request: Request) -> Response:
    """Answer the tile sets of a collection: one."""
    one = await _tiled(request)
    base, lang = base_url(request), language(request)
    here = f"{base}/collections/{one.id}/tiles"
    entry = {
        "title": one.title(lang),
        "dataType": "vector",
        "crs": grid.CRS,
        "tileMatrixSetURI": grid.URI,
        "links": [
            link(f"{here}/{grid.NAME}", "self", JSON, one.title(lang)),
            link(f"{base}/tileMatrixSets/{grid.NAME}", _SCHEME, JSON, grid.NAME),
            _template(here),
        ],
    }
    document = {
        "title": one.title(lang),
        "links": [
            link(here, "self", JSON),
            link(f"{here}?f=html", "alternate", HTML),
            link(f"{here}/{grid.NAME}", "item", JSON, grid.NAME),
        ],
        "tilesets": [entry],
    }
    return await answer(request, document, page="generic", one=one)


async def tileset(request: Request) -> Response:
    """Answer the description of a collection's tiles, as OGC metadata or (f=tilejson) TileJSON."""
    one = await _tiled(request)
    if request.path_params["grid"] != grid.NAME:
        raise NotFound(f"Chỉ có lưới {grid.NAME}.", f"There is only the grid {grid.NAME}.")
    base, lang = base_url(request), language(request)
    here = f"{base}/collections/{one.id}/tiles"
    box = (await holdings(request).extent(one.layer, one.viewer)).box or (102.0, 6.5, 118.0, 23.5)
    lowest, highest = one.layer.minzoom, min(one.layer.maxzoom, grid.DEEPEST)
    if request.query_params.get("f") == "tilejson":
        revision = request.app.state.revisions[revision_name(one.id)]
        document: dict[str, Any] = {
            "tilejson": "3.0.0",
            "name": one.title(lang),
            "description": one.description(lang),
            "tiles": [f"{here}/{grid.NAME}/{{z}}/{{y}}/{{x}}?f=mvt&v={revision}"],
            "minzoom": lowest,
            "maxzoom": highest,
            "bounds": [round(side, 6) for side in box],
            "vector_layers": [
                {"id": name, "fields": dict.fromkeys(fields, "String"), "minzoom": low, "maxzoom": high}
                for name, fields, low, high in _sources(one)
            ],
        }
        return await answer(request, document, page="generic", one=one, formats=_FORMATS)
    fields = {field.name: schema(field, lang) for field in statements.attributes_of(one.layer, one.viewer)}
    document = {
        "title": one.title(lang),
        "description": one.description(lang),
        "dataType": "vector",
        "crs": grid.CRS,
        "tileMatrixSetURI": grid.URI,
        "tileMatrixSetLimits": grid.limits(box, lowest, highest),
        "boundingBox": {"lowerLeft": [box[0], box[1]], "upperRight": [box[2], box[3]], "crs": _CRS84},
        "layers": [
            {
                "id": name,
                "title": one.title(lang),
                "dataType": "vector",
                "geometryDimension": dimension,
                "minTileMatrix": str(low),
                "maxTileMatrix": str(high),
                "propertiesSchema": {
                    "type": "object",
                    "properties": {key: fields.get(key, {"type": "string"}) for key in names},
                },
            }
            for (name, names, low, high), dimension in zip(_sources(one), _dimensions(one), strict=True)
        ],
        "links": [
            link(f"{here}/{grid.NAME}", "self", JSON, one.title(lang)),
            link(f"{here}/{grid.NAME}?f=tilejson", "describedby", JSON, "TileJSON"),
            link(f"{base}/tileMatrixSets/{grid.NAME}", _SCHEME, JSON, grid.NAME),
            _template(here),
        ],
    }
    return await answer(request, document, page="generic", one=one, formats=_FORMATS)


_FORMATS = ("json", "html", "tilejson")
_CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"


def _sources(one: Collection) -> list[tuple[str, tuple[str, ...], int, int]]:
    """Return the source-layers of the tiles: name, attributes, zooms."""
    layer = one.layer
    low, high = layer.minzoom, min(layer.maxzoom, grid.DEEPEST)
    if layer.id in statements.AREA_IDS:
        names_from = max(low, statements.LABELS_FROM.get(layer.id, low))
        return [
            (layer.id, ("code", "name", "parent"), low, high),
            (f"{layer.id}_label", ("code", "name", "kind"), names_from, high),
        ]
    names = tuple(field.name for field in statements.attributes_of(layer, one.viewer))
    first = layer.points_from or low
    found = [(layer.id, names, max(low, first), high)]
    if layer.points_from:
        found.append((f"{layer.id}_cells", ("n",), low, first - 1))
    return found + [(f"{layer.id}_{part}", names, statements.PARTS_FROM, high) for part in layer.parts]


def _dimensions(one: Collection) -> list[int]:
    layer = one.layer
    if layer.id in statements.AREA_IDS:
        return [2, 0]
    own = _DIMENSIONS.get(layer.geometry, 1)
    return [own, *([0] if layer.points_from else []), *(2 for _ in layer.parts)]


async def _tiled(request: Request) -> Collection:
    one = await collection(request, request.path_params["collection"], viewer_of(request))
    if not one.tiled:
        raise NotFound(
            "Số liệu chỉ tiêu không có mảnh riêng: dùng mảnh của provinces hoặc communes rồi ghép theo id.",
            "Figures have no tiles of their own: join them to the tiles of provinces or communes by id.",
        )
    return one


def _template(here: str) -> dict[str, Any]:
    made: dict[str, Any] = link(
        f"{here}/{grid.NAME}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}?f=mvt", "item", MVT, "Mapbox Vector Tiles"
    )
    return made | {"templated": True}
