"""Where the national land is: the public-domain outline, corrected by the published extents of the communes."""

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
import shapely
from rasterio.features import rasterize
from rasterio.transform import Affine
from scipy import ndimage  # type: ignore[import-untyped]

from boundaries.extents import KM_PER_DEGREE, km_per_degree_east

WEST, SOUTH, EAST, NORTH = 102.1, 8.3, 109.5, 23.46  # all of the country but the two far archipelagos

# The outline is drawn for 1:10,000,000 and is off by some kilometres in places. Whether a place is land follows from
# its signed distance to that outline (km) and from how far outside the nearest extent it lies (`reach`, 1 on the rim).
# Weights of (distance, reach, distance × reach) and the constant were fitted once to official outlines.
AT_THE_BORDER = (0.34, -2.84, 0.35, 2.32)
AT_THE_COAST = (0.96, -1.62, -0.09, 1.86)
BORDER_KM = 12.0  # foreign land nearer than this: the border rule holds
OUTLINE_KM = 6.0  # further than this from the outline, the outline is right


@dataclass(frozen=True)
class Grid:
    """A raster of square cells (degrees, EPSG:4326) over the country, rows from north to south."""

    step: float

    @property
    def lon(self) -> np.ndarray:
        """Longitudes of the middles of the columns."""
        return WEST + (np.arange(round((EAST - WEST) / self.step)) + 0.5) * self.step

    @property
    def lat(self) -> np.ndarray:
        """Latitudes of the middles of the rows."""
        return NORTH - (np.arange(round((NORTH - SOUTH) / self.step)) + 0.5) * self.step

    @property
    def shape(self) -> tuple[int, int]:
        """Rows, columns."""
        return len(self.lat), len(self.lon)

    @property
    def transform(self) -> Affine:
        """Column and row -> longitude and latitude."""
        return Affine(self.step, 0, WEST, 0, -self.step, NORTH)


@cache
def outline() -> shapely.MultiPolygon:
    """The land of Viet Nam (EPSG:4326) at 1:10,000,000: Natural Earth, public domain."""
    return _read("vietnam_land.geojson")


@cache
def neighbours() -> shapely.MultiPolygon:
    """The land around Viet Nam (EPSG:4326), without borders and names, running on a little under the land border."""
    return _read("land.geojson")


def landness(grid: Grid, reach: np.ndarray) -> np.ndarray:
    """A field that is positive on the national land and negative elsewhere; its zero line is the outline.

    `reach` (rows, columns): distance to the nearest believable extent, in units of that extent.
    """
    inside = _burn(outline(), grid)
    km = (KM_PER_DEGREE * grid.step, float(km_per_degree_east(np.array([16.0]))[0]) * grid.step)
    distance = _distance(inside, km) - _distance(~inside, km)
    border = _near_border(inside, _burn(neighbours(), grid), km)
    capped, near = np.clip(reach, 0, 3), np.clip(distance, -OUTLINE_KM, OUTLINE_KM)
    field = np.where(border, *(a * near + b * capped + c * near * capped + d for a, b, c, d in _RULES))
    field = np.where(distance > OUTLINE_KM, 3.0, np.where(distance < -OUTLINE_KM, -3.0, field))
    return np.asarray(ndimage.gaussian_filter(np.clip(field, -3, 3), 1.0))


_RULES = (AT_THE_BORDER, AT_THE_COAST)


def _near_border(inside: np.ndarray, foreign: np.ndarray, cell: tuple[float, float]) -> np.ndarray:
    """Cells within BORDER_KM of foreign land; a sixth of the resolution is fine enough."""
    coarse = _distance((~foreign | inside)[::6, ::6], (6 * cell[0], 6 * cell[1])) < BORDER_KM
    rows, columns = inside.shape
    return np.repeat(np.repeat(coarse, 6, axis=0), 6, axis=1)[:rows, :columns]


def _distance(mask: np.ndarray, cell: tuple[float, float]) -> np.ndarray:
    """Distance (km) of the true cells to the nearest false one; 0 on false cells."""
    return np.asarray(ndimage.distance_transform_edt(mask, sampling=cell))


def _burn(land: shapely.MultiPolygon, grid: Grid) -> np.ndarray:
    burnt = rasterize([(land, 1)], out_shape=grid.shape, transform=grid.transform, dtype="uint8")
    return np.asarray(burnt, dtype=bool)


def _read(name: str) -> shapely.MultiPolygon:
    text = (resources.files("boundaries") / "data" / name).read_text(encoding="utf-8")
    parts = [shapely.geometry.shape(feature["geometry"]) for feature in json.loads(text)["features"]]
    return shapely.MultiPolygon([p for part in parts for p in shapely.get_parts(part)])
