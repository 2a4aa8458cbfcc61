"""What a request for a coverage asks for: box or subset, scale, system, bands; checked before anything is read."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from pathlib import Path

from fastapi import Request
from pyproj import CRS, Transformer

from geo.raster_reading import Box, Frame, frame_of
from layers.rasters import Raster
from services.errors import BadParameter
from services.ogc.parameters import COMMON, box, refuse_unknown
from services.ogc.systems import CRS84, SYSTEMS, System, system

KNOWN = COMMON | {
    "bbox", "bbox-crs", "subset", "subset-crs", "crs", "properties", "scale-factor", "scale-size", "scale-axes",
    "scaleSize", "scaleFactor", "width", "height",
}  # fmt: skip
MOST_CELLS = {"tif": 16_000_000, "png": 4_000_000, "covjson": 200_000}
_X = {"lon", "long", "longitude", "x", "e", "easting"}
_Y = {"lat", "latitude", "y", "n", "northing"}
_PART = re.compile(r"\s*([A-Za-z]{1,12})\(\s*([^(),]*)\s*\)\s*")


@dataclass(frozen=True)
class Wanted:
    """A frame to read, the system it is in, and bands by their numbers from 1."""

    frame: Frame
    system: System | None
    bands: tuple[int, ...]


def wanted(request: Request, one: Raster, path: Path, form: str) -> Wanted:
    """Read the request; BadParameter names what cannot be understood, is not there, or is too much."""
    refuse_unknown(request, KNOWN)
    asked = request.query_params
    own = own_system(one)
    target = system("crs", asked["crs"]) if "crs" in asked else own
    crs = None if target is None or target is own else CRS.from_epsg(target.srid)
    whole = frame_of(path, crs)
    frame = whole
    if (part := _box(request, own)) is not None:
        name, bounds, within = part
        carried = _in_system(bounds, within, one, whole.crs)
        found = whole.part(carried) if carried else None
        if found is None:
            raise BadParameter(name, f"{name} nằm ngoài raster này.", f"{name} lies outside this raster.")
        frame = found
    width, height = _size(request, frame)
    bands = _bands(asked.get("properties"), one)
    if width * height * len(bands) > MOST_CELLS[form]:
        most = f"{MOST_CELLS[form]:,}"
        raise BadParameter(
            "scale-size" if "scale-size" in asked else "subset",
            f"Kết quả có {width} × {height} ô, nhiều hơn {most.replace(',', '.')} ô của định dạng {form}; hãy thu hẹp bằng subset hoặc scale-factor.",
            f"The answer has {width} × {height} cells, more than {most} of the format {form}; narrow it by subset or scale-factor.",
        )
    return Wanted(
        frame if (width, height) == (frame.width, frame.height) else frame.sized(width, height), target, bands
    )


def own_system(one: Raster) -> System | None:
    """Return the system a raster is stored in; None where it has no number of EPSG."""
    if not one.crs.startswith("EPSG:"):
        return None
    srid = int(one.crs.removeprefix("EPSG:"))
    known = CRS84 if srid == 4326 else next((known for known in SYSTEMS if known.srid == srid), None)
    swapped = CRS.from_epsg(srid).axis_info[0].direction == "north" and CRS.from_epsg(srid).is_geographic
    return known or System(f"http://www.opengis.net/def/crs/EPSG/0/{srid}", srid, swapped)


def axes(geographic: bool) -> tuple[str, str]:
    """Return the names of the axes, x first."""
    return ("Lon", "Lat") if geographic else ("E", "N")


def _box(request: Request, own: System | None) -> tuple[str, Box, System] | None:
    asked = request.query_params
    if "bbox" in asked and "subset" in asked:
        raise BadParameter("subset", "Chỉ dùng một trong bbox và subset.", "Use one of bbox and subset.")
    if "bbox" in asked:
        within = system("bbox-crs", asked.get("bbox-crs"))
        given = box(asked["bbox"], within)
        assert given is not None
        south_first = (given[1], given[0], given[3], given[2])
        return "bbox", south_first if within.swapped else given, within
    if "subset" not in asked:
        return None
    within = system("subset-crs", asked["subset-crs"]) if "subset-crs" in asked else own or CRS84
    x, y = (-math.inf, math.inf), (-math.inf, math.inf)
    for name, text in _parts("subset", asked.getlist("subset")):
        low, high = _interval(text)
        if name.lower() in _X:
            x = (low, high)
        elif name.lower() in _Y:
            y = (low, high)
        else:
            raise BadParameter("subset", f"Không có trục “{name}”.", f"There is no axis “{name}”.")
    return "subset", (x[0], y[0], x[1], y[1]), within


def _parts(parameter: str, texts: list[str]) -> list[tuple[str, str]]:
    text = ",".join(texts)
    found = [(part[1], part[2].strip()) for part in _PART.finditer(text)]
    if not found or _PART.sub("", text).strip(", "):
        raise BadParameter(
            parameter,
            f"{parameter} phải có dạng Lat(11:12),Lon(108:109); trục hệ phẳng là E và N.",
            f"{parameter} must be like Lat(11:12),Lon(108:109); axes of projected systems are E and N.",
        )
    return found


def _interval(text: str) -> tuple[float, float]:
    sides = text.split(":")
    try:
        low = -math.inf if sides[0].strip() == "*" else float(sides[0])
        high = math.inf if sides[-1].strip() == "*" else float(sides[-1])
    except ValueError:
        low, high = 1.0, 0.0
    if len(sides) > 2 or math.isnan(low) or math.isnan(high) or not low <= high:
        raise BadParameter(
            "subset", f"“{text[:40]}” phải là số hoặc thấp:cao.", f"“{text[:40]}” must be a number or low:high."
        )
    return low, high


def _in_system(bounds: Box, within: System, one: Raster, crs: CRS) -> Box | None:
    """Carry a box to another system with its edge, which is bent there; None where it misses the raster."""
    given = CRS.from_epsg(within.srid)
    if given.equals(crs, ignore_axis_order=True):
        return bounds
    around = Transformer.from_crs(4326, given, always_xy=True).transform_bounds(*one.box, densify_pts=21)
    west, south = max(bounds[0], around[0]), max(bounds[1], around[1])
    east, north = min(bounds[2], around[2]), min(bounds[3], around[3])
    if west > east or south > north:
        return None
    return Transformer.from_crs(given, crs, always_xy=True).transform_bounds(west, south, east, north, densify_pts=21)


def _size(request: Request, frame: Frame) -> tuple[int, int]:
    asked = request.query_params
    factor, size = asked.get("scale-factor", asked.get("scaleFactor")), asked.get("scale-size", asked.get("scaleSize"))
    width, height = float(frame.width), float(frame.height)
    if factor is not None:
        by = _number("scale-factor", factor)
        width, height = width / by, height / by
    elif size is not None:
        for name, text in _parts("scale-size", [size]):
            cells = _number("scale-size", text)
            width, height = (cells, height) if name.lower() in _X else (width, cells)
    elif "scale-axes" in asked:
        for name, text in _parts("scale-axes", asked.getlist("scale-axes")):
            by = _number("scale-axes", text)
            width, height = (width / by, height) if name.lower() in _X else (width, height / by)
    elif "width" in asked or "height" in asked:
        ratio = width / height
        width = _number("width", asked["width"]) if "width" in asked else _number("height", asked["height"]) * ratio
        height = _number("height", asked["height"]) if "height" in asked else width / ratio
    return max(1, round(width)), max(1, round(height))


def _number(name: str, text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0.001 <= number <= 100_000:
        raise BadParameter(
            name, f"{name} phải là số dương (0,001–100.000).", f"{name} must be a positive number (0.001–100,000)."
        )
    return number


def _bands(text: str | None, one: Raster) -> tuple[int, ...]:
    names = [band["name"] for band in one.bands]
    if text is None:
        return tuple(range(1, len(names) + 1))
    found = []
    for part in text.split(","):
        if part not in names:
            raise BadParameter(
                "properties",
                f"Không có kênh “{part[:40]}”; có {', '.join(names)}.",
                f"There is no band “{part[:40]}”; there are {', '.join(names)}.",
            )
        found.append(names.index(part) + 1)
    return tuple(dict.fromkeys(found))
