"""Tiles as a standard of the OGC API: where tile sets are described and what the server declares of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from services.language import Language
from services.ogc.collections import Collection
from services.ogc.links import JSON, MVT, link
from services.ogc.offer import RELATION, Offer, conforms
from services.ogc.operations import choice, in_path, operation
from services.tiles import tilesets
from services.tiles.grid import GRIDS

_HERE = "/collections/{collectionId}/tiles"
_GRID, _TILE = "{tileMatrixSetId}", "{tileMatrix}/{tileRow}/{tileCol}"


def _landing(base: str, lang: Language) -> list[dict[str, Any]]:
    title = "Tile matrix sets" if lang == "en" else "Lưới mảnh"
    return [link(f"{base}/tileMatrixSets", f"{RELATION}tiling-schemes", JSON, title)]


def _links(one: Collection, base: str, lang: Language) -> list[dict[str, Any]]:
    if not one.tiled:
        return []
    title = "Vector tiles" if lang == "en" else "Mảnh bản đồ vec-tơ"
    return [link(f"{base}/collections/{one.id}/tiles", f"{RELATION}tilesets-vector", JSON, title)]


def _operations(_there: Sequence[Collection], _lang: Language) -> dict[str, Any]:
    return {
        path: operation(name, kind, [*names, "f", "lang"])
        for path, name, kind, names in (
            ("/tileMatrixSets", "getTileMatrixSets", JSON, []),
            (f"/tileMatrixSets/{_GRID}", "getTileMatrixSet", JSON, ["tileMatrixSetId"]),
            (_HERE, "getTileSets", JSON, ["tiledId"]),
            (f"{_HERE}/{_GRID}", "getTileSet", JSON, ["tiledId", "tileMatrixSetId"]),
            (
                f"{_HERE}/{_GRID}/{_TILE}",
                "getTile",
                MVT,
                ["tiledId", "tileMatrixSetId", "tileMatrix", "tileRow", "tileCol", "datetime"],
            ),
        )
    }


def _components(there: Sequence[Collection], _lang: Language) -> dict[str, Any]:
    number = {"type": "integer", "minimum": 0}
    return {
        "tiledId": choice("collectionId", [one.id for one in there if one.tiled]),
        "tileMatrixSetId": choice("tileMatrixSetId", list(GRIDS)),
        **{name: in_path(name, number) for name in ("tileMatrix", "tileRow", "tileCol")},
    }


OFFER = Offer(
    conformance=conforms("ogcapi-tiles-1/1.0", "core", "tileset", "tilesets-list", "geodata-tilesets", "mvt"),
    routes=(
        ("/ogc/collections/{collection}/tiles", tilesets.tilesets, ("GET",)),
        ("/ogc/collections/{collection}/tiles/{grid}", tilesets.tileset, ("GET",)),
        ("/ogc/tileMatrixSets", tilesets.grids, ("GET",)),
        ("/ogc/tileMatrixSets/{grid}", tilesets.one_grid, ("GET",)),
    ),
    landing=_landing,
    links=_links,
    operations=_operations,
    components=_components,
)
