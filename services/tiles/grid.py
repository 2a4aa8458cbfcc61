"""The grids of tiles, WebMercatorQuad and WorldCRS84Quad: where a tile lies and how a grid describes itself."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from services.errors import BadParameter, NotFound
from services.ogc.systems import CRS84

NAME = "WebMercatorQuad"
DEEPEST = 22
EXTENT = 4096  # units of a tile's own grid
BUFFER = 64  # units drawn beyond the edge, so that outlines and discs meet across it

_HALF = 20037508.342789244
_SCALE = 559082264.0287178  # denominator at zoom 0 with 256 pixels of 0.28 mm

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Grid:
    """A quad tree of tiles in one system; `wide` is its number of columns at zoom 0 (one row), `half` half its height.

    `deeper` is how many zooms a zoom of WebMercatorQuad shows the same detail later; `to` brings a longitude and a
    latitude into the system.
    """

    id: str
    title: str
    crs: str
    srid: int
    wide: int
    half: float
    deeper: int
    set_: str
    to: Callable[[float, float], tuple[float, float]]
    back: Callable[[float, float], tuple[float, float]]

    @property
    def uri(self) -> str:
        """The URI of the tile matrix set."""
        return f"http://www.opengis.net/def/tilematrixset/OGC/1.0/{self.id}"

    @property
    def deepest(self) -> int:
        """The last zoom."""
        return DEEPEST - self.deeper

    def zooms(self, lowest: int, highest: int) -> tuple[int, int]:
        """Return zooms of WebMercatorQuad as those of this grid."""
        return max(0, lowest - self.deeper), max(0, min(highest, DEEPEST) - self.deeper)


def _mercator(lon: float, lat: float) -> tuple[float, float]:
    bent = math.asinh(math.tan(math.radians(max(-85.05, min(85.05, lat)))))
    return math.radians(lon) * _HALF / math.pi, bent * _HALF / math.pi


def _from_mercator(x: float, y: float) -> tuple[float, float]:
    return x / _HALF * 180, math.degrees(math.atan(math.sinh(y / _HALF * math.pi)))


def _plain(lon: float, lat: float) -> tuple[float, float]:
    return lon, lat


MERCATOR = Grid(
    NAME, "Google Maps Compatible for the World", "http://www.opengis.net/def/crs/EPSG/0/3857", 3857, 1, _HALF, 0,
    "http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible", _mercator, _from_mercator,
)  # fmt: skip
DEGREES = Grid(
    "WorldCRS84Quad", "CRS84 for the World", CRS84.uri, 4326, 2, 90.0, 1,
    "http://www.opengis.net/def/wkss/OGC/1.0/GoogleCRS84Quad", _plain, _plain,
)  # fmt: skip
GRIDS = {one.id: one for one in (MERCATOR, DEGREES)}


class Tile(NamedTuple):
    """One tile: zoom, column, row (row 0 is north)."""

    z: int
    x: int
    y: int
    grid: Grid = MERCATOR

    @property
    def detail(self) -> int:
        """The zoom of WebMercatorQuad that shows the same detail."""
        return self.z + self.grid.deeper

    @property
    def bounds(self) -> Box:
        """West, south, east, north in the system of the grid."""
        half = self.grid.half
        size, west = 2 * half / 2**self.z, -half * self.grid.wide
        return (
            self.x * size + west,
            half - (self.y + 1) * size,
            (self.x + 1) * size + west,
            half - self.y * size,
        )

    @property
    def degrees(self) -> Box:
        """West, south, east, north in EPSG:4326."""
        west, south, east, north = self.bounds
        return (*self.grid.back(west, south), *self.grid.back(east, north))

    @property
    def metres(self) -> Box:
        """West, south, east, north in EPSG:3857."""
        west, south, east, north = self.degrees
        return self.bounds if self.grid is MERCATOR else (*_mercator(west, south), *_mercator(east, north))


def find(name: str) -> Grid:
    """Return a grid by its id; NotFound for another."""
    if name not in GRIDS:
        listed = ", ".join(GRIDS)
        raise NotFound(f"Không có lưới “{name[:40]}”; có {listed}.", f"There is no grid “{name[:40]}” among {listed}.")
    return GRIDS[name]


def read(grid: Grid, z: str, y: str, x: str, *, lowest: int = 0, highest: int = DEEPEST) -> Tile:
    """Read the address of a tile; BadParameter where it is no whole number, NotFound outside the grid or the zooms.

    The zooms are those of WebMercatorQuad.
    """
    for name, text in (("tileMatrix", z), ("tileRow", y), ("tileCol", x)):
        if not text.isascii() or not text.removeprefix("-").isdecimal() or len(text) > 12:
            raise BadParameter(
                name,
                f"{name} phải là số nguyên, không phải “{text[:40]}”.",
                f"{name} must be a whole number, not “{text[:40]}”.",
            )
    tile = Tile(int(z), int(x), int(y), grid)
    lowest, highest = grid.zooms(lowest, highest)
    within = lowest <= tile.z <= highest and 0 <= tile.x < grid.wide * 2**tile.z and 0 <= tile.y < 2**tile.z
    if not within:
        raise NotFound(
            f"Mảnh {z}/{y}/{x} nằm ngoài lưới (mức {lowest}–{highest}).",
            f"The tile {z}/{y}/{x} is outside the grid (zooms {lowest}–{highest}).",
        )
    return tile


def description(grid: Grid) -> dict[str, Any]:
    """Return the tile matrix set as OGC 2D Tile Matrix Set 2.0 JSON."""
    return {
        "id": grid.id,
        "title": grid.title,
        "uri": grid.uri,
        "crs": grid.crs,
        "orderedAxes": ["X", "Y"] if grid is MERCATOR else ["Lon", "Lat"],
        "wellKnownScaleSet": grid.set_,
        "tileMatrices": [
            {
                "id": str(z),
                "scaleDenominator": _SCALE / 2 ** (z + grid.deeper),
                "cellSize": 2 * grid.half / 256 / 2**z,
                "cornerOfOrigin": "topLeft",
                "pointOfOrigin": [-grid.half * grid.wide, grid.half],
                "tileWidth": 256,
                "tileHeight": 256,
                "matrixWidth": grid.wide * 2**z,
                "matrixHeight": 2**z,
            }
            for z in range(grid.deepest + 1)
        ],
    }


def limits(grid: Grid, box: Box, lowest: int, highest: int) -> list[dict[str, int | str]]:
    """Return the rows and columns of each zoom of the grid that a box (EPSG:4326) touches."""
    west, south = grid.to(*box[:2])
    east, north = grid.to(*box[2:])
    found: list[dict[str, int | str]] = []
    for z in range(lowest, highest + 1):
        size, columns, rows = 2 * grid.half / 2**z, grid.wide * 2**z, 2**z

        def held(at: float, most: int, size: float = size) -> int:
            return min(most - 1, max(0, int(at / size)))

        found.append(
            {
                "tileMatrix": str(z),
                "minTileRow": held(grid.half - north, rows),
                "maxTileRow": held(grid.half - south, rows),
                "minTileCol": held(west + grid.half * grid.wide, columns),
                "maxTileCol": held(east + grid.half * grid.wide, columns),
            }
        )
    return found
