"""Which administrative areas a query of OGC API – EDR means, and where they are."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import Request
from shapely.geometry.base import BaseGeometry

from boundaries.vintages import CURRENT, Vintage
from layers.viewer import Viewer
from services.errors import NotFound
from services.gazetteer import Area, Places
from services.ogc.edr.asked import Ask
from services.ogc.holdings import Figures
from services.ogc.systems import System

_AT = """
SELECT a.id FROM toancanh.area a, {shape} AS q (geom)
WHERE a.level = %(level)s AND a.valid_from <= %(day)s AND (a.valid_to IS NULL OR a.valid_to > %(day)s)
  AND a.geom && q.geom AND {test}
ORDER BY a.code
"""
_SHAPE = "(SELECT {made})"
_GIVEN = "ST_GeomFromText(%(shape)s, %(srid)s)"
_INSIDE = "(ST_Intersects(a.label, q.geom) OR ST_Covers(a.geom, q.geom))"
_AROUND = "ST_Intersects(a.geom, q.geom)"
# Outlines as the map draws them at a middle zoom: neighbours share their edges.
_OUTLINES = """
SELECT s.area_id, ST_AsGeoJSON({shape}, {digits}, 0)
FROM toancanh.area_shape s WHERE s.area_id = ANY(%(areas)s) AND s.band = 7
"""
_LABELS = """
SELECT a.id, ST_X(p.label), ST_Y(p.label) FROM toancanh.area a, LATERAL (SELECT {shape} AS label) p WHERE a.id = ANY(%(areas)s)
"""


def location(places: Places, ask: Ask, code: str) -> list[Area]:
    """The area of a code, or with `level` the areas of that level in it; NotFound for a code that is none."""
    found = places.find(code, ask.vintage)
    if ask.level is None or ask.level == found.level:
        return [found]
    inside = places.inside(found, ask.level, ask.vintage or CURRENT)
    if not inside:
        raise NotFound(
            f"Trong {found.full_name} không có đơn vị cấp {ask.level}.",
            f"There are no areas of the level {ask.level} in {found.name_en}.",
        )
    return inside


def levels(ask: Ask) -> dict[str, list[Figures]]:
    """The level each indicator is read at where places are told by a shape: the one asked for, else its lowest."""
    found: dict[str, list[Figures]] = {}
    for one in ask.figures:
        there = [h.level for h in one.held if ask.vintage is None or h.boundary == ask.vintage.start] or list(
            one.levels
        )
        found.setdefault(ask.level or min(there), []).append(one)  # commune before province
    return found


async def within(request: Request, places: Places, ask: Ask, shape: BaseGeometry, level: str) -> list[Area]:
    """The areas of a level around points, or whose label point lies in polygons; around polygons that lie in one area."""
    test = _INSIDE if "Polygon" in shape.geom_type else _AROUND
    made = f"ST_FlipCoordinates({_GIVEN})" if ask.system.swapped else _GIVEN
    if not ask.system.stored:
        made = f"ST_MakeValid(ST_Transform({made}, 4326))"
    vintage: Vintage = ask.vintage or CURRENT
    statement = _AT.format(shape=_SHAPE.format(made=made), test=test)
    bound = {"level": level, "day": vintage.start, "shape": shape.wkt, "srid": ask.system.srid}
    rows = await request.app.state.reader.rows(statement, bound)
    return [places.by_id[number] for (number,) in rows]


def readable(areas: Sequence[Area], viewer: Viewer) -> list[Area]:
    """The areas whose figures the viewer may read."""
    return [area for area in areas if not viewer.provinces or area.province_code in viewer.provinces]


async def outlines(request: Request, areas: Sequence[Area], system: System) -> dict[int, str]:
    """Return outlines of areas as GeoJSON text in a system, by number of the area."""
    statement = _OUTLINES.format(shape=_in(system, "s.geom", 3857), digits=min(system.digits, 5))
    return dict(await request.app.state.reader.rows(statement, {"areas": [area.id for area in areas]}))


async def labels(request: Request, areas: Sequence[Area], system: System) -> dict[int, tuple[float, float]]:
    """Return a point inside each area in a system, in its order of axes, by number of the area."""
    if system.stored and not system.swapped:
        return {area.id: (round(area.label[0], 7), round(area.label[1], 7)) for area in areas}
    statement = _LABELS.format(shape=_in(system, "a.label", 4326))
    rows = await request.app.state.reader.rows(statement, {"areas": [area.id for area in areas]})
    return {number: (round(x, system.digits), round(y, system.digits)) for number, x, y in rows}


def _in(system: System, shape: str, stored: int) -> str:
    made = shape if system.srid == stored else f"ST_Transform({shape}, {system.srid})"
    return f"ST_FlipCoordinates({made})" if system.swapped else made
