"""A tessellation of the country: each place belongs to the area whose published extents reach it best."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from boundaries.coast import Grid
from boundaries.extents import KM_PER_DEGREE, km_per_degree_east

HEART = 0.15  # weight of the distance to the published point of the present commune, against that to the extent
REACH = 2.0  # an extent is asked about places up to so many half widths from its middle

# The fit: how much of an error is taken back in a turn, how far a weight may go, and the error of the first turn
# (share of the radius; logarithm of the area) beyond which the published point or area is not believed.
TURNS, PUSH, MOST = 4, 0.3, 0.6
BELIEVED_SHIFT, BELIEVED_AREA = 0.35, 0.40


@dataclass(frozen=True)
class Cells:
    """Extents that compete for the ground (arrays over extents) and the areas they belong to (arrays over areas)."""

    lon: np.ndarray
    lat: np.ndarray
    half_width: np.ndarray
    half_height: np.ndarray
    of: np.ndarray  # extent -> area
    heart_lon: np.ndarray
    heart_lat: np.ndarray
    km2: np.ndarray
    weight: np.ndarray
    east: np.ndarray
    north: np.ndarray

    @property
    def radius(self) -> np.ndarray:
        """Radius (km) of a disc as large as the area."""
        return np.sqrt(self.km2 / np.pi)


def cells(extents: pd.DataFrame, areas: pd.DataFrame, km2: np.ndarray) -> Cells:
    """Extents (rows of `extents.extents()`) and present communes (rows of the register) before the fit."""
    zero = np.zeros(len(areas))
    return Cells(
        lon=extents.lon.to_numpy(),
        lat=extents.lat.to_numpy(),
        half_width=extents.half_width.to_numpy(),
        half_height=extents.half_height.to_numpy(),
        of=extents.new.to_numpy(),
        heart_lon=areas.lon.to_numpy(),
        heart_lat=areas.lat.to_numpy(),
        km2=km2,
        weight=zero,
        east=zero,
        north=zero,
    )


def nearest(grid: Grid, competing: Cells) -> tuple[np.ndarray, np.ndarray]:
    """For each grid cell the extent that reaches it best (-1 where none does) and how far it has to reach."""
    best = np.full(grid.shape, np.float32(9))
    winner = np.full(grid.shape, np.int16(-1))
    for number, rows, columns, cost in _windows(grid, competing):
        there = best[rows, columns]
        np.putmask(winner[rows, columns], cost < there, number)
        np.minimum(there, cost, out=there)
    return winner, best


def fitted(grid: Grid, competing: Cells, land: np.ndarray) -> Cells:
    """The same extents with weights under which areas and centroids agree better with the published ones."""
    km2_of_row = KM_PER_DEGREE * km_per_degree_east(grid.lat) * grid.step**2
    now, trusted = competing, (np.array(True), np.array(True))
    for turn in range(TURNS):
        winner, _ = nearest(grid, now)
        row, column = np.nonzero(land & (winner >= 0))
        area = now.of[winner[row, column]]
        km2, count = km2_of_row[row], len(now.km2)
        got = np.bincount(area, km2, count)
        x, y = _from_heart(now, area, grid.lon[column], grid.lat[row])
        shift_x = np.bincount(area, km2 * x, count) / np.maximum(got, 1e-9)
        shift_y = np.bincount(area, km2 * y, count) / np.maximum(got, 1e-9)
        if turn == 0:
            trusted = (
                np.hypot(shift_x, shift_y) < BELIEVED_SHIFT,
                np.abs(np.log(np.maximum(got, 0.01) / now.km2)) < BELIEVED_AREA,
            )
        short = trusted[1] * (now.km2 - got) / np.maximum(now.km2, got)
        now = replace(
            now,
            weight=np.clip(now.weight + PUSH * short, -1.5 * MOST, 1.5 * MOST),
            east=np.clip(now.east - PUSH * trusted[0] * np.clip(shift_x, -0.5, 0.5), -MOST, MOST),
            north=np.clip(now.north - PUSH * trusted[0] * np.clip(shift_y, -0.5, 0.5), -MOST, MOST),
        )
    return now


def reach(competing: Cells, number: np.ndarray, lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    """How far extents (their numbers) have to reach to places (degrees); all arrays of one shape."""
    u = (lon - competing.lon[number]) / competing.half_width[number]
    v = (lat - competing.lat[number]) / competing.half_height[number]
    area = competing.of[number]
    x, y = _from_heart(competing, area, lon, lat)
    flat = HEART * (x * x + y * y) - competing.east[area] * x - competing.north[area] * y - competing.weight[area]
    return np.asarray((1 - HEART) * np.sqrt(u**4 + v**4) + flat)


def _from_heart(competing: Cells, area: np.ndarray, lon: np.ndarray, lat: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Offsets east and north of places from the published point of an area, in radii of the area."""
    radius = competing.radius[area]
    # One scale per area, not per place: a window's costs are then sums of a row and a column.
    east = km_per_degree_east(competing.heart_lat[area])
    x = (lon - competing.heart_lon[area]) * east / radius
    return x, (lat - competing.heart_lat[area]) * KM_PER_DEGREE / radius


def _windows(grid: Grid, competing: Cells) -> Iterator[tuple[int, slice, slice, np.ndarray]]:
    """For each extent the window around it and how far it has to reach to each place there: number, rows, columns."""
    area, lons, lats = competing.of, grid.lon, grid.lat
    # Small extents within a large commune still have to cover it where its other extents are lost.
    wide = np.maximum(REACH * competing.half_width, competing.radius[area] / 105)
    high = np.maximum(REACH * competing.half_height, competing.radius[area] / KM_PER_DEGREE)
    left, right = (np.searchsorted(lons, competing.lon + sign * wide).tolist() for sign in (-1, 1))
    top, bottom = (np.searchsorted(-lats, -competing.lat + sign * high).tolist() for sign in (-1, 1))
    to_x = km_per_degree_east(competing.heart_lat) / competing.radius
    to_y = KM_PER_DEGREE / competing.radius
    for number, a in enumerate(area.tolist()):
        columns, rows = slice(left[number], right[number]), slice(top[number], bottom[number])
        if columns.start == columns.stop or rows.start == rows.stop:
            continue
        lon, lat = lons[columns], lats[rows]
        u4 = ((lon - competing.lon[number]) / competing.half_width[number]) ** 4
        v4 = ((lat - competing.lat[number]) / competing.half_height[number]) ** 4
        x, y = (lon - competing.heart_lon[a]) * to_x[a], (lat - competing.heart_lat[a]) * to_y[a]
        across = x * (HEART * x - competing.east[a]) - competing.weight[a]
        down = y * (HEART * y - competing.north[a])
        cost = np.add.outer(v4.astype(np.float32), u4.astype(np.float32))
        np.sqrt(cost, out=cost)
        cost *= np.float32(1 - HEART)
        cost += across.astype(np.float32)
        cost += down.astype(np.float32)[:, None]
        yield number, rows, columns, cost
