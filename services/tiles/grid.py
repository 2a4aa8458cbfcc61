"""The WebMercatorQuad grid: where a tile lies and how the grid describes itself."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from services.errors import BadParameter, NotFound

NAME = "WebMercatorQuad"
URI = "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad"
CRS = "http://www.opengis.net/def/crs/EPSG/0/3857"
DEEPEST = 22
EXTENT = 4096  # units of a tile's own grid
BUFFER = 64  # units drawn beyond the edge, so that outlines and discs meet across it

_HALF = 20037508.342789244
_SCALE = 559082264.0287178  # denominator at zoom 0 with 256 pixels of 0.28 mm


class Tile(NamedTuple):
    """One tile: zoom, column, row (row 0 is north)."""

    z: int
    x: int
    y: int

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north in EPSG:3857."""
        size = 2 * _HALF / 2**self.z
        return (
            self.x * size - _HALF,
            _HALF - (self.y + 1) * size,
            (self.x + 1) * size - _HALF,
            _HALF - self.y * size,
        )

    @property
    def degrees(self) -> tuple[float, float, float, float]:
        """West, south, east, north in EPSG:4326."""
        side = 2**self.z

        def latitude(row: int) -> float:
            return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * row / side))))

        return (
            self.x / side * 360 - 180,
            latitude(self.y + 1),
            (self.x + 1) / side * 360 - 180,
            latitude(self.y),
        )


def read(z: str, y: str, x: str, *, lowest: int = 0, highest: int = DEEPEST) -> Tile:
    """Read the address of a tile; BadParameter where it is no whole number, NotFound outside the grid or the zooms."""
    for name, text in (("tileMatrix", z), ("tileRow", y), ("tileCol", x)):
        if not text.isascii() or not text.removeprefix("-").isdecimal() or len(text) > 12:
            raise BadParameter(
                name,
                f"{name} phải là số nguyên, không phải “{text[:40]}”.",
                f"{name} must be a whole number, not “{text[:40]}”.",
            )
    tile = Tile(int(z), int(x), int(y))
    within = lowest <= tile.z <= highest and 0 <= tile.x < 2**tile.z and 0 <= tile.y < 2**tile.z
    if not within:
        raise NotFound(
            f"Mảnh {z}/{y}/{x} nằm ngoài lưới (mức {lowest}–{highest}).",
            f"The tile {z}/{y}/{x} is outside the grid (zooms {lowest}–{highest}).",
        )
    return tile


def description() -> dict[str, Any]:
    """Return the tile matrix set as OGC 2D Tile Matrix Set 2.0 JSON."""
    return {
        "id": NAME,
        "title": "Google Maps Compatible for the World",
        "uri": URI,
        "crs": CRS,
        "orderedAxes": ["X", "Y"],
        "wellKnownScaleSet": "http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible",
        "tileMatrices": [
            {
                "id": str(z),
                "scaleDenominator": _SCALE / 2**z,
                "cellSize": 2 * _HALF / 256 / 2**z,
                "cornerOfOrigin": "topLeft",
                "pointOfOrigin": [-_HALF, _HALF],
                "tileWidth": 256,
                "tileHeight": 256,
                "matrixWidth": 2**z,
                "matrixHeight": 2**z,
            }
            for z in range(DEEPEST + 1)
        ],
    }


def limits(box: tuple[float, float, float, float], lowest: int, highest: int) -> list[dict[str, int | str]]:
    """Return the rows and columns of each zoom that a box (EPSG:4326) touches."""
    west, south, east, north = box
    found: list[dict[str, int | str]] = []
    for z in range(lowest, highest + 1):
        side = 2**z

        def column(lon: float, side: int = side) -> int:
            return min(side - 1, max(0, int((lon + 180) / 360 * side)))

        def row(lat: float, side: int = side) -> int:
            bent = math.asinh(math.tan(math.radians(max(-85.05, min(85.05, lat)))))
            return min(side - 1, max(0, int((1 - bent / math.pi) / 2 * side)))

        found.append(
            {
                "tileMatrix": str(z),
                "minTileRow": row(north),
                "maxTileRow": row(south),
                "minTileCol": column(west),
                "maxTileCol": column(east),
            }
        )
    return found
