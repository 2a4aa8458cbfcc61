"""The small vocabulary in which a layer says how it looks: marks, and scales from a field to a colour or a size."""

from __future__ import annotations

from dataclasses import dataclass

from styles.palette import TEXT, TEXT_HALO, Colour


@dataclass(frozen=True)
class Category:
    """One value of a coded field and how it looks; `title` is Vietnamese."""

    value: str
    colour: Colour
    title: str
    title_en: str


@dataclass(frozen=True)
class Categories:
    """A colour for each value of a coded field."""

    field: str
    items: tuple[Category, ...]
    other: Colour = "#9aa3ab"


@dataclass(frozen=True)
class Steps:
    """A colour for each interval of a number: `stops` are (lowest value, colour), the first is for all below."""

    field: str
    first: Colour
    stops: tuple[tuple[float, Colour], ...]
    unit: str = ""


@dataclass(frozen=True)
class Ramp:
    """A size in pixels that grows with zoom: pairs of (zoom, pixels)."""

    stops: tuple[tuple[float, float], ...]


Paint = Colour | Categories | Steps


def size_at(size: Ramp | float, zoom: float) -> float:
    """Return the pixels of a size at a zoom: straight between the stops, level beyond them."""
    if not isinstance(size, Ramp):
        return size
    before = size.stops[0]
    for stop in size.stops:
        if zoom <= stop[0]:
            share = (zoom - before[0]) / (stop[0] - before[0]) if stop[0] > before[0] else 1.0
            return before[1] + (stop[1] - before[1]) * max(share, 0.0)
        before = stop
    return before[1]


@dataclass(frozen=True, kw_only=True)
class Fill:
    """A filled polygon with a thin outline."""

    colour: Paint
    opacity: float = 0.6
    outline: Colour | None = None
    minzoom: float = 0
    part: str = ""


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line, or the outline of a polygon."""

    colour: Paint
    width: Ramp | float = 2.0
    dash: tuple[float, ...] = ()
    minzoom: float = 0
    part: str = ""


@dataclass(frozen=True, kw_only=True)
class Circles:
    """A disc at each point; lines and polygons of a mixed layer are left to other marks.

    `ring` goes round each disc; `gathered` is the colour of a disc that stands for many points, where the scale is too
    small for single ones. Both tell the discs of two layers apart.
    """

    colour: Paint
    radius: Ramp | float = 5.0
    ring: Colour = TEXT_HALO
    gathered: Colour = TEXT
    minzoom: float = 0
    part: str = ""


@dataclass(frozen=True, kw_only=True)
class Icon:
    """A small picture at each point, `svg` 24 × 24, turned by the degrees in the field `turn`."""

    name: str
    svg: str
    size: Ramp | float = 1.0
    turn: str = ""
    minzoom: float = 0
    part: str = ""


@dataclass(frozen=True, kw_only=True)
class Heat:
    """The density of points, for the zooms where single ones blur."""

    radius: Ramp | float = 20.0
    maxzoom: float = 11
    part: str = ""


Mark = Fill | Line | Circles | Icon | Heat
Plain = Fill | Line | Circles
"""Marks that other programs draw as well."""
Look = tuple[Mark, ...]
