"""Which ground a picture shows: a box, a part named axis by axis, or what lies around a point at a scale."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from starlette.datastructures import QueryParams

from services.errors import BadParameter
from services.ogc.maps.frame import PIXEL, Box, carried, carry, ground
from services.ogc.parameters import box as read_box
from services.ogc.systems import System, system

_AXES = {"lon": 0, "long": 0, "lat": 1, "x": 0, "y": 1, "e": 0, "n": 1}
_PART = re.compile(r'\s*([A-Za-z]+)\(\s*"?([^:"()]*)"?\s*:\s*"?([^:"()]*)"?\s*\)\s*')


@dataclass(frozen=True)
class Ground:
    """What a request says of the ground, in units of the picture's system: a box, or a middle; metres in a pixel."""

    box: Box | None
    middle: tuple[float, float] | None
    metres: float | None


def ground_asked(given: QueryParams, to: System, whole: Box) -> Ground:
    """Read bbox, subset, center and scale-denominator; `whole` is the box (EPSG:4326) of what is not said of an axis."""
    named = _box(given, to)
    part = _subset(given, to, whole)
    if named and part:
        raise BadParameter("subset", "Chỉ dùng một trong bbox và subset.", "Use one of bbox and subset.")
    found = named or part
    middle = _center(given, to)
    if middle and found:
        raise BadParameter(
            "center", "center không đi cùng bbox hoặc subset.", "center does not go together with bbox or subset."
        )
    metres = _scale(given)
    if metres and found and ("width" in given or "height" in given):
        raise BadParameter(
            "scale-denominator",
            "scale-denominator và bbox đã định cỡ ảnh; bỏ width và height.",
            "scale-denominator and bbox already say how large the picture is; leave width and height out.",
        )
    return Ground(found, middle, metres)


def around(middle: tuple[float, float], to: System, metres: float, width: int, height: int) -> Box:
    """Return the box of `width` × `height` pixels of so many metres around a point."""
    x, y = middle
    # The ground is measured at the middle; half a degree or so of it is enough to know how long a unit is there.
    unit = 0.01 if to.srid in (4326, 4756) else 1000.0
    across, up = ground((x - unit, y - unit, x + unit, y + unit), to)
    half_x, half_y = metres * width / (across / unit), metres * height / (up / unit)
    return checked("center", (x - half_x, y - half_y, x + half_x, y + half_y))


def checked(name: str, sides: Box) -> Box:
    """Return a box that has an extent; BadParameter otherwise."""
    west, south, east, north = sides
    if not all(math.isfinite(side) and abs(side) < 1e9 for side in sides) or west >= east or south >= north:
        raise BadParameter(
            name,
            f"{name} không có diện tích trong hệ toạ độ của bản đồ.",
            f"{name} has no extent in the coordinate system of the map.",
        )
    return sides


def _box(given: QueryParams, to: System) -> Box | None:
    named = system("bbox-crs", given.get("bbox-crs"))
    asked = read_box(given.get("bbox"), named)
    if asked is None:
        return None
    sides = (asked[1], asked[0], asked[3], asked[2]) if named.swapped else asked
    return checked("bbox", carried(checked("bbox", sides), named.srid, to.srid))


def _subset(given: QueryParams, to: System, whole: Box) -> Box | None:
    texts = given.getlist("subset")
    if not texts:
        return None
    named = system("subset-crs", given.get("subset-crs"))
    sides = list(carried(whole, 4326, named.srid))
    degrees = named.srid in (4326, 4756)
    for axis, low, high in _parts(texts):
        if axis not in _AXES or degrees != (axis in ("lon", "long", "lat")):
            axes = "Lon, Lat" if degrees else "x, y"
            raise BadParameter("subset", f"Trục của subset là {axes}.", f"The axes of subset are {axes}.")
        for text, at in ((low, _AXES[axis]), (high, _AXES[axis] + 2)):
            if text != "*":
                sides[at] = _number("subset", text)
    found = checked("subset", (sides[0], sides[1], sides[2], sides[3]))
    return checked("subset", carried(found, named.srid, to.srid))


def _parts(texts: Iterable[str]) -> list[tuple[str, str, str]]:
    found = []
    for text in texts:
        for part in re.split(r"(?<=\))\s*,", text):
            match = _PART.fullmatch(part)
            if match is None:
                raise BadParameter(
                    "subset",
                    "subset viết như Lon(108:109),Lat(11.5:12).",
                    "subset is written like Lon(108:109),Lat(11.5:12).",
                )
            found.append((match[1].lower(), match[2].strip(), match[3].strip()))
    return found


def _center(given: QueryParams, to: System) -> tuple[float, float] | None:
    text = given.get("center")
    if text is None:
        return None
    named = system("center-crs", given.get("center-crs"))
    numbers = [_number("center", part) for part in text.split(",")]
    if len(numbers) != 2:
        raise BadParameter(
            "center", "center gồm hai số, ví dụ 108.44,11.94.", "center is two numbers, such as 108.44,11.94."
        )
    first, second = reversed(numbers) if named.swapped else numbers
    x, y = carry(np.array([first]), np.array([second]), named.srid, to.srid)
    return float(x[0]), float(y[0])


def _scale(given: QueryParams) -> float | None:
    text = given.get("scale-denominator")
    if text is None:
        return None
    scale = _number("scale-denominator", text)
    if not 100 <= scale <= 1e9:
        raise BadParameter(
            "scale-denominator",
            "scale-denominator là mẫu số tỷ lệ từ 100 đến 1000000000.",
            "scale-denominator is the denominator of a scale, 100 to 1000000000.",
        )
    return scale * PIXEL


def _number(name: str, text: str) -> float:
    try:
        found = float(text)
    except ValueError:
        found = math.nan
    if not math.isfinite(found):
        raise BadParameter(
            name, f"“{text[:40]}” trong {name} không phải là số.", f"“{text[:40]}” in {name} is not a number."
        )
    return found
