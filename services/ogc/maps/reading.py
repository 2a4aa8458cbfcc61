"""Reading what a map shows: shapes in EPSG:3857, as fine as the scale can show, and the fields their look needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from fastapi import Request
from sqlalchemy import ARRAY, ColumnElement, Float, Integer, LargeBinary, bindparam, func, literal_column, select

from boundaries.tables import area_shape
from services.database import Statement
from services.errors import BadParameter
from services.ogc.collections import Collection
from services.ogc.features.statements import narrowed, values
from services.ogc.maps.frame import Frame
from services.ogc.parameters import Query
from services.ogc.systems import CRS84
from services.tiles.statements import AREA_IDS, BANDS, KEPT
from styles.marks import Categories, Heat, Look, Steps
from styles.outlines import Shapes

MOST = 100_000  # features in one picture
_FINE = 0.3  # of a pixel: what is lost when a shape is simplified
_CELL = 51.2  # pixels along a cell of points, as in the tiles

_CELLS = """
SELECT c.{n} AS n, c.{x} / c.{n} AS x, c.{y} / c.{n} AS y FROM toancanh_derived.cell c
WHERE c.layer = %(layer)s AND c.z = %(z)s AND c.x BETWEEN %(left)s AND %(right)s AND c.y BETWEEN %(top)s AND %(low)s AND c.{n} > 0
"""


@dataclass(frozen=True)
class Taken:
    """What was read of one collection: shapes of EPSG:3857 or cells of points (n, x, y), and the fields of its look."""

    ids: list[int] = field(default_factory=list)
    shapes: Shapes = field(default_factory=lambda: np.empty(0, dtype=object))
    fields: dict[str, Sequence[Any]] = field(default_factory=dict)
    parts: dict[str, Shapes] = field(default_factory=dict)
    cells: list[tuple[int, float, float]] | None = None


async def areas(request: Request, frame: Frame, ids: list[int]) -> Taken:
    """Read the outlines of areas by their numbers."""
    statement = _once(("areas", band(frame)), lambda: _by_number(band(frame)))
    rows = await request.app.state.reader.rows(statement, _edges(frame) | {"ids": ids}, binary=True)
    return _taken(rows, ())


async def features(request: Request, one: Collection, frame: Frame, look: Look, query: Query) -> Taken:
    """Read the features of a layer that the picture shows; BadParameter for too many."""
    reader, layer = request.app.state.reader, one.layer
    if layer.points_from is not None and frame.zoom < layer.points_from:
        return await _cells(request, one, frame, query)
    names = _fields(look)
    parts = tuple(
        {mark.part for mark in look if mark.part and not isinstance(mark, Heat) and frame.zoom >= mark.minzoom}
    )
    key = ("features", one.id, one.viewer.role, one.viewer.provinces, band(frame), names, parts, _form(query))
    statement = _once(key, lambda: _of_layer(one, query, frame, names, parts))
    rows = await reader.rows(statement, values(one, query) | _edges(frame), binary=True)
    if len(rows) > MOST:
        raise BadParameter(
            "bbox",
            f"Vùng này có hơn {MOST} đối tượng của “{layer.title}”; hãy thu hẹp bbox.",
            f"There are more than {MOST} features of “{layer.title_en}” here; ask for a smaller bbox.",
        )
    return _taken(rows, names, parts)


def band(frame: Frame) -> int:
    """Return the band of generalised outlines that is good for the scale of a picture."""
    return next((number for number in BANDS if frame.zoom < number + 1), BANDS[-1])


async def _cells(request: Request, one: Collection, frame: Frame, query: Query) -> Taken:
    """Points gathered in the cells of the tiles: those the database keeps, else counted now."""
    reader, layer, viewer = request.app.state.reader, one.layer, one.viewer
    z = max(int(frame.zoom), layer.minzoom)
    size = 2 * np.pi * 6378137.0 / 2**z
    if layer.id in KEPT and not (query.filters or query.span or viewer.provinces):
        n, x, y = ("n", "sum_x", "sum_y") if viewer.staff else ("public_n", "public_x", "public_y")
        west, south, east, north = frame.mercator
        half, last = np.pi * 6378137.0, 2**z - 1
        found = await reader.rows(
            _CELLS.format(n=n, x=x, y=y),
            {
                "layer": layer.id, "z": z,
                "left": _tile((west + half) / size, last), "right": _tile((east + half) / size, last),
                "top": _tile((half - north) / size, last), "low": _tile((half - south) / size, last),
            },
        )  # fmt: skip
        return Taken(cells=[(int(n), float(x), float(y)) for n, x, y in found])
    key = ("cells", one.id, viewer.role, viewer.provinces, _form(query))
    statement = _once(key, lambda: _counted(one, query))
    found = await reader.rows(statement, values(one, query) | _edges(frame) | {"size": size * _CELL / 512})
    return Taken(cells=[(int(n), float(x), float(y)) for n, x, y in found])


def _tile(number: float, last: int) -> int:
    return int(min(max(number, 0), last))


def _edges(frame: Frame) -> dict[str, float]:
    """The box that is read: wider than the picture by what a line or a disc may reach into it."""
    west, south, east, north = frame.mercator
    margin = (east - west) / frame.width * 32
    fine = min((east - west) / frame.width, (north - south) / frame.height) * _FINE
    return {
        "m_west": west - margin, "m_south": south - margin, "m_east": east + margin, "m_north": north + margin,
        "m_fine": fine,
    }  # fmt: skip


def _envelope() -> ColumnElement[Any]:
    sides = (bindparam(f"m_{name}", type_=Float) for name in ("west", "south", "east", "north"))
    return func.ST_MakeEnvelope(*sides, literal_column("3857"))


def _by_number(band_: int) -> Statement:
    shape = area_shape.c.geom
    # As rows: a plan for any numbers would compare each outline with all of an array, 0.7 s for the country's communes.
    wanted = func.unnest(bindparam("ids", type_=ARRAY(Integer))).table_valued("id").render_derived("wanted")
    return Statement(
        select(area_shape.c.area_id, _binary(func.ST_ClipByBox2D(shape, _envelope())))
        .join(wanted, area_shape.c.area_id == wanted.c.id)
        .where(area_shape.c.band == literal_column(str(band_)))  # written out, so that its partial index is used
        .where(shape.op("&&")(_envelope()))
        .order_by(area_shape.c.area_id)  # what is drawn over what must not change under one tag
    )


def _of_layer(one: Collection, query: Query, frame: Frame, names: tuple[str, ...], parts: tuple[str, ...]) -> Statement:
    r = narrowed(one, query).subquery("r")
    columns = [r.c[one.layer.id_column]]
    if one.id in AREA_IDS:
        outline = area_shape.c.geom
        rows = (
            select(*columns, _binary(func.ST_ClipByBox2D(outline, _envelope())))
            .join(area_shape, area_shape.c.area_id == r.c[one.layer.id_column])
            .where(area_shape.c.band == literal_column(str(band(frame))))
        )
        return Statement(rows.where(outline.op("&&")(_envelope())).order_by(columns[0]))
    shape: ColumnElement[Any] = r.c.geom_3857
    fine = bindparam("m_fine", type_=Float)
    drawn = shape if one.layer.geometry == "Point" else func.ST_Simplify(shape, fine, literal_column("true"))
    rows = select(*columns, _binary(drawn), *(_binary(r.c[part]) for part in parts), *(r.c[name] for name in names))
    return Statement(rows.where(shape.op("&&")(_envelope())).order_by(columns[0]).limit(literal_column(str(MOST + 1))))


def _counted(one: Collection, query: Query) -> Statement:
    r = narrowed(one, query).subquery("r")
    x, y, size = func.ST_X(r.c.geom_3857), func.ST_Y(r.c.geom_3857), bindparam("size", type_=Float)
    return Statement(
        select(func.count(), func.avg(x), func.avg(y))
        .where(r.c.geom_3857.op("&&")(_envelope()))
        .group_by(func.floor(x / size), func.floor(y / size))
    )


def _binary(shape: ColumnElement[Any]) -> ColumnElement[bytes]:
    return func.ST_AsBinary(shape, type_=LargeBinary)


def _taken(rows: Sequence[tuple[Any, ...]], names: Sequence[str], parts: Sequence[str] = ()) -> Taken:
    columns: list[tuple[Any, ...]] = list(zip(*rows, strict=True)) or [()] * (2 + len(parts) + len(names))
    return Taken(
        ids=list(columns[0]),
        shapes=shapely.from_wkb(np.array(columns[1], dtype=object)),
        parts={
            name: shapely.from_wkb(np.array(column, dtype=object))
            for name, column in zip(parts, columns[2:], strict=False)
        },
        fields=dict(zip(names, columns[2 + len(parts) :], strict=True)),
    )


def _fields(look: Look) -> tuple[str, ...]:
    paints = (getattr(mark, "colour", None) for mark in look)
    return tuple(sorted({paint.field for paint in paints if isinstance(paint, Categories | Steps)}))


_compiled: dict[object, Statement] = {}


def _once(key: object, build: Any) -> Statement:
    if key not in _compiled:
        if len(_compiled) > 500:
            _compiled.clear()
        _compiled[key] = build()
    return _compiled[key]


def _form(query: Query) -> object:
    return tuple(name for name, _ in query.filters), query.span and tuple(side is None for side in query.span)


def asked_of(filters: tuple[tuple[str, tuple[Any, ...]], ...], span: Any) -> Query:
    """Return what is asked of the features of a layer, for any box."""
    return Query(limit=MOST, box_system=CRS84, system=CRS84, filters=filters, span=span)
