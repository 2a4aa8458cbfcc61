"""The descriptions of tiles: tile sets of a collection, TileJSON and the grid."""

from __future__ import annotations

from typing import Any

from fastapi import Request
from starlette.responses import Response

from services.accounts import viewer as viewer_of
from services.errors import BadParameter, NotFound
from services.language import language
from services.ogc.answers import answer
from services.ogc.collections import Collection, collection, holdings
from services.ogc.fields import schema
from services.ogc.links import HTML, JSON, MVT, base_url, link, revision_name
from services.ogc.systems import CRS84
from services.tiles import grid, statements

_SCHEME = "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme"
_DIMENSIONS = {"Point": 0, "Line": 1, "Polygon": 2}


async def grids(request: Request) -> Response:
    """Answer the list of grids."""
    here = f"{base_url(request)}/tileMatrixSets"
    sets = [
        {
            "id": one.id,
            "title": one.title,
            "uri": one.uri,
            "crs": one.crs,
            "links": [link(f"{here}/{one.id}", "self", JSON, one.title)],
        }
        for one in grid.GRIDS.values()
    ]
    links = [link(f"{here}/{one.id}", _SCHEME, JSON, one.id) for one in grid.GRIDS.values()]
    return await answer(request, {"tileMatrixSets": sets, "links": links}, page="generic")


async def one_grid(request: Request) -> Response:
    """Answer one grid."""
    found = grid.find(request.path_params["grid"])
    return await answer(request, grid.description(found), page="generic")


async def tilesets(request: Request) -> Response:
    """Answer the tile sets of a collection: one in each grid."""
    one = await _tiled(request)
    base, lang = base_url(request), language(request)
    here = f"{base}/collections/{one.id}/tiles"
    document = {
        "title": one.title(lang),
        "links": [
            link(here, "self", JSON),
            link(f"{here}?f=html", "alternate", HTML),
            *(link(f"{here}/{set_.id}", "item", JSON, set_.id) for set_ in grid.GRIDS.values()),
        ],
        "tilesets": [
            {
                "title": f"{one.title(lang)} ({set_.id})",
                "dataType": "vector",
                "crs": set_.crs,
                "tileMatrixSetURI": set_.uri,
                "links": [
                    link(f"{here}/{set_.id}", "self", JSON, one.title(lang)),
                    link(f"{base}/tileMatrixSets/{set_.id}", _SCHEME, JSON, set_.id),
                    _template(here, set_),
                ],
            }
            for set_ in grid.GRIDS.values()
        ],
    }
    return await answer(request, document, page="generic", one=one)


async def tileset(request: Request) -> Response:
    """Answer the description of a collection's tiles, as OGC metadata or (f=tilejson) TileJSON."""
    one = await _tiled(request)
    set_ = grid.find(request.path_params["grid"])
    base, lang = base_url(request), language(request)
    here = f"{base}/collections/{one.id}/tiles"
    box = (await holdings(request).extent(one.layer, one.viewer)).box or (102.0, 6.5, 118.0, 23.5)
    lowest, highest = set_.zooms(one.layer.minzoom, one.layer.maxzoom)
    if request.query_params.get("f") == "tilejson":
        if set_ is not grid.MERCATOR:
            raise BadParameter(
                "f", f"TileJSON chỉ có cho lưới {grid.NAME}.", f"TileJSON is there for the grid {grid.NAME} only."
            )
        revision = request.app.state.revisions[revision_name(one.id)]
        document: dict[str, Any] = {
            "tilejson": "3.0.0",
            "name": one.title(lang),
            "description": one.description(lang),
            "tiles": [f"{here}/{set_.id}/{{z}}/{{y}}/{{x}}?f=mvt&v={revision}"],
            "minzoom": lowest,
            "maxzoom": highest,
            "bounds": [round(side, 6) for side in box],
            "vector_layers": vector_layers(one),
        }
        return await answer(request, document, page="generic", one=one, formats=_FORMATS)
    fields = {field.name: schema(field, lang) for field in statements.attributes_of(one.layer, one.viewer)}
    document = {
        "title": one.title(lang),
        "description": one.description(lang),
        "dataType": "vector",
        "crs": set_.crs,
        "tileMatrixSetURI": set_.uri,
        "tileMatrixSetLimits": grid.limits(set_, box, lowest, highest),
        "boundingBox": {"lowerLeft": [box[0], box[1]], "upperRight": [box[2], box[3]], "crs": CRS84.uri},
        "layers": [
            {
                "id": name,
                "title": one.title(lang),
                "dataType": "vector",
                "geometryDimension": dimension,
                "minTileMatrix": str(set_.zooms(low, high)[0]),
                "maxTileMatrix": str(set_.zooms(low, high)[1]),
                "propertiesSchema": {
                    "type": "object",
                    "properties": {key: fields.get(key, {"type": "string"}) for key in names},
                },
            }
            for (name, names, low, high), dimension in zip(_sources(one), _dimensions(one), strict=True)
        ],
        "links": [
            link(f"{here}/{set_.id}", "self", JSON, one.title(lang)),
            *([link(f"{here}/{set_.id}?f=tilejson", "describedby", JSON, "TileJSON")] if set_ is grid.MERCATOR else []),
            link(f"{base}/tileMatrixSets/{set_.id}", _SCHEME, JSON, set_.id),
            _template(here, set_),
        ],
    }
    return await answer(request, document, page="generic", one=one, formats=_FORMATS)


def vector_layers(one: Collection) -> list[dict[str, Any]]:
    """Return the source-layers of a collection's tiles as TileJSON lists them."""
    return [
        {"id": name, "fields": dict.fromkeys(fields, "String"), "minzoom": low, "maxzoom": high}
        for name, fields, low, high in _sources(one)
    ]


_FORMATS = ("json", "html", "tilejson")


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


def _template(here: str, set_: grid.Grid) -> dict[str, Any]:
    made: dict[str, Any] = link(
        f"{here}/{set_.id}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}?f=mvt", "item", MVT, "Mapbox Vector Tiles"
    )
    return made | {"templated": True}
