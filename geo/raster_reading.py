"""Reading a part of a raster in a coordinate system and at a size: planned first, so that what is too large is not read."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.ma as ma
import rasterio
from affine import Affine
from pyproj import CRS
from rasterio.enums import Resampling
from rasterio.io import DatasetReader
from rasterio.warp import calculate_default_transform, reproject
from rasterio.windows import Window

Box = tuple[float, float, float, float]
_EDGE = 1e-6  # part of a cell by which a box may touch a neighbour without asking for it


@dataclass(frozen=True)
class Frame:
    """A grid to be read: north up, `transform` of its first cell's corner in `crs` (x before y)."""

    crs: CRS
    transform: Affine
    width: int
    height: int

    @property
    def bounds(self) -> Box:
        """West, south, east, north in `crs`."""
        west, north = self.transform.c, self.transform.f
        return west, north + self.transform.e * self.height, west + self.transform.a * self.width, north

    def part(self, box: Box) -> Frame | None:
        """Return the cells that a box (west, south, east, north) touches; None where it touches none."""
        left, right = (self._cell(side, self.transform.c, self.transform.a, self.width) for side in (box[0], box[2]))
        upper, lower = (self._cell(side, self.transform.f, self.transform.e, self.height) for side in (box[3], box[1]))
        first, last = max(0, math.floor(left + _EDGE)), min(self.width, math.ceil(right - _EDGE))
        top, bottom = max(0, math.floor(upper + _EDGE)), min(self.height, math.ceil(lower - _EDGE))
        if box[0] == box[2]:
            last = min(self.width, max(last, first + 1))
        if box[1] == box[3]:
            bottom = min(self.height, max(bottom, top + 1))
        if last <= first or bottom <= top:
            return None
        return Frame(self.crs, self.transform @ Affine.translation(first, top), last - first, bottom - top)

    @staticmethod
    def _cell(side: float, origin: float, step: float, count: int) -> float:
        """Where a side lies, counted in cells; sides far off, or open, lie one cell beyond."""
        return min(max((side - origin) / step, -1.0), count + 1.0)

    def sized(self, width: int, height: int) -> Frame:
        """Return the same ground in another number of cells."""
        scale = Affine.scale(self.width / width, self.height / height)
        return replace(self, transform=self.transform @ scale, width=width, height=height)


def frame_of(path: Path, crs: CRS | None = None) -> Frame:
    """Return the whole raster's grid, in its own system or as fine in another one."""
    with rasterio.open(path) as opened:
        own = CRS.from_wkt(opened.crs.to_wkt())
        if crs is None or _same(own, crs):
            return Frame(own, opened.transform, opened.width, opened.height)
        transform, width, height = calculate_default_transform(
            opened.crs, rasterio.CRS.from_wkt(crs.to_wkt()), opened.width, opened.height, *opened.bounds
        )
        return Frame(crs, transform, int(width), int(height))


def read(path: Path, frame: Frame, bands: Sequence[int]) -> ma.MaskedArray[Any, Any]:
    """Read bands (from 1) of a frame: (band, row, column), masked where there is nothing.

    In the raster's own system and size the cells are those that are stored. Fewer cells are averages of real numbers
    and the nearest of whole ones, other systems are read by the nearest cell.
    """
    with rasterio.open(path) as opened:
        own = CRS.from_wkt(opened.crs.to_wkt())
        if _same(own, frame.crs):
            return _cut(opened, frame, bands)
        ratio = _ratio(opened, frame)
        level = sum(1 for factor in opened.overviews(1) if factor <= ratio) - 1
    options = {"overview_level": level} if level >= 0 else {}
    with rasterio.open(path, **options) as opened:
        return _warped(opened, frame, bands)


def _cut(opened: DatasetReader, frame: Frame, bands: Sequence[int]) -> ma.MaskedArray[Any, Any]:
    place = ~opened.transform
    left, top = place @ (frame.bounds[0], frame.bounds[3])
    right, bottom = place @ (frame.bounds[2], frame.bounds[1])
    window = Window(round(left, 6), round(top, 6), round(right - left, 6), round(bottom - top, 6))
    shrinks = window.width > frame.width or window.height > frame.height
    real = all(opened.dtypes[number - 1].startswith("float") for number in bands)
    resampling = Resampling.average if shrinks and real else Resampling.nearest
    shape = (len(bands), frame.height, frame.width)
    found: ma.MaskedArray[Any, Any] = opened.read(
        list(bands), window=window, out_shape=shape, masked=True, resampling=resampling
    )
    return found


def _warped(opened: DatasetReader, frame: Frame, bands: Sequence[int]) -> ma.MaskedArray[Any, Any]:
    crs = rasterio.CRS.from_wkt(frame.crs.to_wkt())
    shape = (frame.height, frame.width)
    values = np.zeros((len(bands), *shape), dtype=opened.dtypes[bands[0] - 1])
    there = np.zeros((len(bands), *shape), dtype=np.uint8)
    for i, number in enumerate(bands):
        nodata = opened.nodatavals[number - 1]
        common = {"dst_transform": frame.transform, "dst_crs": crs, "resampling": Resampling.nearest}
        reproject(rasterio.band(opened, number), values[i], src_nodata=nodata, dst_nodata=nodata, **common)
        mask = opened.read_masks(number)
        reproject(mask, there[i], src_transform=opened.transform, src_crs=opened.crs, src_nodata=None, **common)
    return ma.MaskedArray(values, mask=there == 0)


def _ratio(opened: DatasetReader, frame: Frame) -> float:
    """How many stored cells a side one of the frame stands for."""
    whole = calculate_default_transform(
        opened.crs, rasterio.CRS.from_wkt(frame.crs.to_wkt()), opened.width, opened.height, *opened.bounds
    )[0]
    return float(min(frame.transform.a / whole.a, frame.transform.e / whole.e))


def _same(one: CRS, other: CRS) -> bool:
    return one.equals(other, ignore_axis_order=True)
