"""A small map of the whole country for the corner: where the area lies, and the two archipelagos by name."""

from __future__ import annotations

import math
from collections.abc import Iterable
from html import escape

import shapely
from shapely.geometry.base import BaseGeometry

from styles.basemap import ARCHIPELAGOS
from styles.palette import ACCENT, OUTLINE_STRONG, SEA, TEXT_SEA, Tone

WEST, SOUTH, EAST, NORTH = 101.9, 6.2, 118.2, 23.6
_WIDTH = 200.0  # units of the drawing
_SCALE = _WIDTH / (EAST - WEST)
_LAND = Tone("#f3f2ee", "#2b353d")
# Islands of the archipelagos are drawn as dots: at this scale their outlines would vanish.
ARCHIPELAGO_BOXES = (shapely.box(110.9, 15.4, 113.2, 17.4), shapely.box(111.2, 6.4, 117.9, 12.1))


def inset(provinces: Iterable[tuple[str, BaseGeometry]], home: str, *, lang: str, title: str) -> str:
    """Return an SVG of the provinces (code, EPSG:4326) with the province `home` marked, and both archipelagos named."""
    dots, mainland = islets(provinces)
    land = [_path(part) for code, part in mainland if code != home]
    marked = [_path(part) for code, part in mainland if code == home]
    height = _y(SOUTH) - _y(NORTH)
    return (
        f'<svg class="tc-inset" viewBox="0 0 {_WIDTH:g} {height:.0f}" role="img" aria-label="{escape(title)}">'
        f'<rect width="100%" height="100%" fill="{SEA.light}"/>'
        f'<path d="{"".join(land)}" fill="{_LAND.light}" stroke="{OUTLINE_STRONG.light}" stroke-width=".35"/>'
        f'<path d="{"".join(marked)}" fill="{ACCENT.light}" stroke="{ACCENT.light}" stroke-width=".6"/>'
        + "".join(
            f'<circle cx="{_x(lon):.1f}" cy="{_y(lat):.1f}" r=".9" fill="{TEXT_SEA.light}"/>' for lon, lat in dots
        )
        + "".join(
            _name(en if lang == "en" else vi, box)
            for (vi, en, _, _), box in zip(ARCHIPELAGOS, ARCHIPELAGO_BOXES, strict=True)
        )
        + "</svg>"
    )


def islets(
    provinces: Iterable[tuple[str, BaseGeometry]],
) -> tuple[list[tuple[float, float]], list[tuple[str, BaseGeometry]]]:
    """Take the islands of the two archipelagos (longitude, latitude) out of the provinces; the rest in single parts."""
    dots: list[tuple[float, float]] = []
    rest: list[tuple[str, BaseGeometry]] = []
    for code, shape in provinces:
        for part in shapely.get_parts(shape):
            if any(box.contains(part.centroid) for box in ARCHIPELAGO_BOXES):
                dots.append((part.centroid.x, part.centroid.y))
            else:
                rest.append((code, part))
    return dots, rest


def _name(text: str, box: BaseGeometry) -> str:
    """The name in two lines above the islands, at the right edge: the archipelago, then the country in brackets."""
    name, _, country = text.partition(" (")
    x, y = _WIDTH - 4, _y(box.bounds[3])
    return (
        f'<text class="tc-isle-name" text-anchor="end" fill="{TEXT_SEA.light}" y="{y:.1f}">'
        f'<tspan x="{x:g}" dy="-1.3em">{escape(name)}</tspan>'
        f'<tspan x="{x:g}" dy="1.12em">({escape(country)}</tspan></text>'
    )


def _x(lon: float) -> float:
    return (lon - WEST) * _SCALE


def _y(lat: float) -> float:
    return (_mercator(NORTH) - _mercator(lat)) * _SCALE


def _mercator(lat: float) -> float:
    return math.degrees(math.asinh(math.tan(math.radians(lat))))


def _path(part: BaseGeometry) -> str:
    ring = shapely.get_coordinates(shapely.get_exterior_ring(shapely.simplify(part, 0.02)))
    return "M" + "L".join(f"{_x(lon):.1f} {_y(lat):.1f}" for lon, lat in ring[:-1]) + "Z"
