"""Vector tiles of layers as one PMTiles archive, which a plain file server or a viewer without a server can read."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer
from sqlalchemy import Connection

from layers.layer import Layer
from layers.viewer import PUBLIC
from services.database import Statement
from services.errors import NotFound
from services.ogc.collections import Collection
from services.ogc.holdings import Box, extent_statement
from services.tiles import grid, statements
from services.tiles.answers import zipped
from services.tiles.tilesets import vector_layers

DEEPEST = 12
"""The last zoom where nothing else is asked for: viewers draw what is nearer from it."""

Progress = Callable[[int, int], None]
"""Called with a zoom that is done and the tiles written so far."""


@dataclass(frozen=True)
class Written:
    """What an archive holds."""

    tiles: int
    bytes: int
    lowest: int
    highest: int


def write(
    connection: Connection,
    layers: Sequence[Layer],
    path: Path,
    *,
    day: date,
    highest: int = DEEPEST,
    progress: Progress = lambda *_: None,
) -> Written:
    """Write what the public sees of layers on a day into an archive (WebMercatorQuad), each with its own source-layers.

    The file takes its place when it is whole. Raises NotFound where none of the layers holds anything.
    """
    driver: psycopg.Connection[Any] = connection.connection.driver_connection  # type: ignore[assignment]
    cursor = driver.cursor(binary=True)
    boxes = {layer.id: box for layer in layers if (box := _box(cursor, layer))}
    if not boxes:
        raise NotFound("Các lớp này chưa có đối tượng nào.", "There is nothing in these layers yet.")
    lowest = min(layer.minzoom for layer in layers)
    west, south, east, north = (pick(box[i] for box in boxes.values()) for i, pick in enumerate((min, min, max, max)))
    part, count = path.with_name(path.name + ".part"), 0
    try:
        with part.open("wb") as file:
            writer: Any = Writer(file)  # type: ignore[no-untyped-call]
            for z in range(lowest, highest + 1):
                for number, place in sorted(_places(z, boxes.values())):
                    body = b"".join(_tile(cursor, layer, place, day) for layer in layers if layer.id in boxes)
                    if body:
                        writer.write_tile(number, zipped(body))
                        count += 1
                progress(z, count)
            if not count:
                raise NotFound("Không có mảnh nào ở các mức này.", "There are no tiles at these zooms.")
            writer.finalize(_header((west, south, east, north), lowest), _metadata(layers))
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)
    return Written(count, path.stat().st_size, lowest, highest)


def _box(cursor: psycopg.Cursor[Any], layer: Layer) -> Box | None:
    row = _asked(cursor, extent_statement(layer, PUBLIC), {})
    return None if row is None or row[1] is None else (row[1], row[2], row[3], row[4])


def _places(z: int, boxes: Iterable[Box]) -> Iterator[tuple[int, grid.Tile]]:
    """Every tile of a zoom that a box touches, once, with its number along the archive's curve."""
    seen = set()
    for box in boxes:
        held: dict[str, Any] = grid.limits(grid.MERCATOR, box, z, z)[0]
        for x in range(held["minTileCol"], held["maxTileCol"] + 1):
            seen |= {(x, y) for y in range(held["minTileRow"], held["maxTileRow"] + 1)}
    return ((zxy_to_tileid(z, x, y), grid.Tile(z, x, y)) for x, y in seen)


def _tile(cursor: psycopg.Cursor[Any], layer: Layer, place: grid.Tile, day: date) -> bytes:
    if not layer.minzoom <= place.z <= layer.maxzoom:
        return b""
    statement, values = statements.tile(layer, PUBLIC, place, filters=(), day=layer.moment or day)
    row = _asked(cursor, statement, values)
    return bytes(row[0]) if row and row[0] else b""


def _asked(cursor: psycopg.Cursor[Any], statement: Statement, values: dict[str, Any]) -> Any:
    return cursor.execute(statement.text, {**statement.fixed, **values}, prepare=True).fetchone()


def _header(box: Box, lowest: int) -> dict[str, Any]:
    west, south, east, north = box
    return {
        "tile_type": TileType.MVT,
        "tile_compression": Compression.GZIP,
        "min_lon_e7": int(west * 1e7),
        "min_lat_e7": int(south * 1e7),
        "max_lon_e7": int(east * 1e7),
        "max_lat_e7": int(north * 1e7),
        "center_zoom": lowest + 2,
        "center_lon_e7": int((west + east) / 2 * 1e7),
        "center_lat_e7": int((south + north) / 2 * 1e7),
    }


def _metadata(layers: Sequence[Layer]) -> dict[str, Any]:
    return {
        "name": "Toàn Cảnh",
        "description": "; ".join(layer.title for layer in layers),
        "type": "overlay",
        "vector_layers": [one for layer in layers for one in vector_layers(Collection(layer, PUBLIC))],
    }
