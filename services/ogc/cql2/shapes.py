"""Shapes in a filter: GeoJSON or a box, in any system of the feeds, as WKB in EPSG:4326."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import shapely
from pyproj import CRS
from shapely.geometry import shape

from geo.crs import carry, reference
from services.errors import BadParameter
from services.ogc.systems import System

MOST = 5000  # vertices
_SIDES = 16  # points along the side of a box that is straight in another system

_KINDS = frozenset(
    {"Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon", "GeometryCollection"}
)


def read(found: dict[str, Any], system: System) -> bytes:
    """Return WKB (EPSG:4326, longitude first) of a literal of CQL2 JSON; BadParameter says what is wrong with it."""
    _bound(found.get("bbox", found.get("coordinates", found.get("geometries"))))
    try:
        made: Any = _box(found["bbox"], system) if "bbox" in found else _shape(found)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, shapely.errors.ShapelyError):
        raise _wrong("không đọc được", "cannot be read") from None
    if shapely.get_num_coordinates(made) > MOST:
        raise _many()
    if made.is_empty or not np.isfinite(shapely.get_coordinates(made)).all():
        raise _wrong("không có toạ độ", "has no coordinates")
    if not made.is_valid:
        raise _wrong("không hợp lệ (tự cắt, hoặc vòng không đóng)", "is not valid (it crosses itself or is not closed)")
    if system.swapped:
        made = shapely.transform(made, lambda xy: xy[:, ::-1])
    if not system.stored:
        step = max(made.bounds[2] - made.bounds[0], made.bounds[3] - made.bounds[1]) / _SIDES
        straight = shapely.segmentize(made, step) if step > 0 else made
        made = carry(np.array([straight], dtype=object), reference(CRS.from_epsg(system.srid)))[0]
    west, south, east, north = made.bounds
    if not (all(map(math.isfinite, made.bounds)) and -180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise _wrong("nằm ngoài trái đất", "lies outside the earth")
    return bytes(shapely.to_wkb(made))


def mixed(wkb: bytes) -> bool:
    """Whether a shape is a collection of several kinds."""
    return bool(shapely.from_wkb(wkb).geom_type == "GeometryCollection")


def _shape(found: dict[str, Any]) -> Any:
    if found.get("type") not in _KINDS:
        raise ValueError
    made: Any = shapely.force_2d(shape(found))
    if made.geom_type != "GeometryCollection":
        return made
    kinds = {part.geom_type for part in made.geoms}
    gathered: dict[str, Any] = {
        "Point": shapely.MultiPoint,
        "LineString": shapely.MultiLineString,
        "Polygon": shapely.MultiPolygon,
    }
    return gathered[kinds.pop()](list(made.geoms)) if len(kinds) == 1 and kinds <= gathered.keys() else made


def _box(sides: list[Any], system: System) -> Any:
    numbers = [float(side) for side in sides]
    if len(numbers) == 6:
        numbers = [*numbers[0:2], *numbers[3:5]]
    west, south, east, north = numbers
    across = 1 if system.swapped else 0
    lows, highs = [west, south], [east, north]
    if system.stored and lows[across] > highs[across]:  # over the 180th meridian
        halves: list[Any] = []
        for low, high in ((lows[across], 180.0), (-180.0, highs[across])):
            one, other = list(lows), list(highs)
            one[across], other[across] = low, high
            halves.append(shapely.box(one[0], one[1], other[0], other[1]))
        return shapely.MultiPolygon(halves)
    if west > east or south > north:
        raise ValueError
    return shapely.box(west, south, east, north)


def _bound(coordinates: Any) -> None:
    """Refuse more numbers than are taken before anything is made of them."""
    waiting, seen = [coordinates], 0
    while waiting:
        one = waiting.pop()
        seen += 1
        if isinstance(one, list):
            waiting += one
        elif isinstance(one, dict):
            waiting += one.values()
        if seen > MOST * 4:
            raise _many()


def _many() -> BadParameter:
    return _wrong(f"có quá nhiều đỉnh (nhiều nhất {MOST})", f"has too many vertices (at most {MOST})")


def _wrong(vi: str, en: str) -> BadParameter:
    return BadParameter("filter", f"Hình trong filter {vi}.", f"A shape in filter {en}.")
