"""Outlines of many shapes as arrays: what Agg draws is cut from them without a Python object for each point or ring."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from matplotlib.path import Path

Shapes = npt.NDArray[np.object_]

_TOGETHER = 4000  # points in one drawing: fewer calls, and no outline too long for the rasteriser


@dataclass(frozen=True)
class Outlines:
    """Points of all outlines, what each does (matplotlib's path codes), and where each shape begins and ends in them."""

    points: npt.NDArray[np.float64]
    codes: npt.NDArray[np.uint8]
    ends: npt.NDArray[np.int64]  # one more than there are shapes, from 0

    def one(self, number: int) -> Path | None:
        """Return the outline of one shape; None for one without any."""
        return self._part(number, number + 1)

    def some(self, first: int, last: int) -> Iterator[Path]:
        """Yield the outlines of the shapes from `first` to before `last`, several together."""
        while first < last:
            upto = int(np.searchsorted(self.ends, self.ends[first] + _TOGETHER, side="right")) - 1
            upto = min(max(upto, first + 1), last)
            if part := self._part(first, upto):
                yield part
            first = upto

    def _part(self, first: int, last: int) -> Path | None:
        begin, end = int(self.ends[first]), int(self.ends[last])
        return Path(self.points[begin:end], self.codes[begin:end]) if end > begin else None


def outlines(shapes: Shapes) -> Outlines:
    """Return the outlines of polygons or of lines (single or of several parts); holes run against their shells."""
    kinds = shapely.get_type_id(shapes)
    closed = bool(np.isin(kinds, (3, 6)).any())
    known = np.isin(kinds, (3, 6) if closed else (1, 5))
    if not known.any():
        return Outlines(np.empty((0, 2)), np.empty(0, dtype=np.uint8), np.zeros(len(shapes) + 1, dtype=np.int64))
    _, points, offsets = shapely.to_ragged_array(shapes[known], include_z=False)
    rings = offsets[0].astype(np.int64)
    # From the shapes down to their points: geometries of several parts have one level more.
    ends: npt.NDArray[np.int64] = offsets[-1].astype(np.int64)
    for level in reversed(offsets[:-1]):
        ends = level[ends].astype(np.int64)
    codes = np.full(len(points), Path.LINETO, dtype=np.uint8)
    whole = rings[1:] > rings[:-1]
    codes[rings[:-1][whole]] = Path.MOVETO
    if closed:
        codes[rings[1:][whole] - 1] = Path.CLOSEPOLY
        points = _oriented(points, rings, offsets[1].astype(np.int64))
    sizes = np.zeros(len(shapes), dtype=np.int64)
    sizes[known] = np.diff(ends)
    return Outlines(points, codes, np.concatenate([[0], sizes.cumsum()]).astype(np.int64))


def _oriented(
    points: npt.NDArray[np.float64], rings: npt.NDArray[np.int64], polygons: npt.NDArray[np.int64]
) -> npt.NDArray[np.float64]:
    """Turn rings round so that shells run against the clock and holes with it: only so are holes left open.

    `rings` are the bounds of rings in the points, `polygons` those of polygons in the rings. All at once: GEOS takes
    many times as long, one polygon after the other.
    """
    sizes = np.diff(rings)
    ring = np.repeat(np.arange(len(sizes)), sizes)
    # From each ring's first point: far from zero the products would lose the digits that tell the sign.
    x, y = (points - points[rings[:-1][ring]]).T
    cross = np.append(x[:-1] * y[1:] - x[1:] * y[:-1], 0.0)
    cross[rings[1:][sizes > 0] - 1] = 0.0
    area = np.bincount(ring, weights=cross, minlength=len(sizes))
    shell = np.zeros(len(sizes), dtype=bool)
    shell[polygons[:-1][np.diff(polygons) > 0]] = True
    turned = (area < 0) == shell
    at = np.arange(len(points))
    return points[np.where(turned[ring], rings[:-1][ring] + rings[1:][ring] - 1 - at, at)]
