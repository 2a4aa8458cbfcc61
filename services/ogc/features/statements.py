"""SQL that lets PostGIS write the features of a page as GeoJSON bytes, compiled once for each shape of request."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    DateTime,
    Float,
    Select,
    Text,
    and_,
    bindparam,
    cast,
    func,
    literal_column,
    select,
    true,
)

from layers.layer import Field, FieldType
from services.database import Statement
from services.ogc.collections import Collection
from services.ogc.cql2 import sql
from services.ogc.fields import among
from services.ogc.links import VIET_NAM, today
from services.ogc.parameters import Query
from services.ogc.systems import System

_OPEN = (date(1, 1, 1), date(9999, 12, 31))
_MOST = 2000  # shapes of statements kept; `properties` and `sortby` could make any number
_PLAIN: dict[FieldType, str] = {
    "text": "text",
    "number": "float8",
    "integer": "bigint",
    "boolean": "boolean",
    "date": "date",
    "datetime": "timestamptz",
}
_compiled: dict[object, Statement] = {}


def page(one: Collection, query: Query, *, wide: bool = True) -> tuple[Statement, dict[str, Any]]:
    """Return the statement of one page – rows (feature as bytes, id) – and its values; one row more than the limit.

    Unless the box is `wide`, the features in it are found by place and then sorted: the planner would walk the ids,
    which is slow where features that lie together were also recorded together.
    """
    found = values(one, query) | {"limit": query.limit + 1, "offset": query.offset, "after": query.after}
    return (_once(one, query, "page", _page) if wide else _once(one, query, "near", _near)), found


def table(one: Collection, query: Query) -> tuple[Statement, dict[str, Any]]:
    """Return the statement of a page as plain columns – id, the fields, WKB (x, y) – and its values."""
    return _once(one, query, "table", _table), values(one, query) | {
        "limit": query.limit,
        "offset": query.offset,
        "after": query.after,
    }


def matched(one: Collection, query: Query, *, most: int) -> tuple[Statement, dict[str, Any]]:
    """Return the statement that counts what a query matches, up to `most`, and its values."""
    return _once(one, query, "count", _count), values(one, query) | {"limit": most}


def item(one: Collection, query: Query, number: int) -> tuple[Statement, dict[str, Any]]:
    """Return the statement of one feature by its id, and its values."""
    return _once(one, query, "item", _item), values(one, query) | {"item": number}


def values(one: Collection, query: Query) -> dict[str, Any]:
    """Return the values of everything that narrows the rows."""
    found: dict[str, Any] = {f"f_{name}": list(wanted) for name, wanted in query.filters}
    if query.filter:
        found |= query.filter.values
    if query.box:
        west, south, east, north = query.box
        if query.box_system.swapped:
            west, south, east, north = south, west, north, east
        found |= {"west": west, "south": south, "east": east, "north": north}
    if one.figures is not None:
        return found
    if query.span:
        first, last = query.span
        found |= {"first": first, "last": last}
        if one.ranged:
            found["first"] = first.astimezone(VIET_NAM).date() if first else _OPEN[0]
            found["last"] = last.astimezone(VIET_NAM).date() if last else _OPEN[1]
    elif _today_only(one):
        day = one.layer.moment or today()
        found |= {"first": day, "last": day}
    return found


def _once(one: Collection, query: Query, form: str, build: Callable[[Collection, Query], Select[Any]]) -> Statement:
    """Compile a statement once for everything its text depends on, which is no value."""
    key = (
        form,
        one.layer.table.name if one.figures else one.id,  # type: ignore[attr-defined]
        one.viewer.role,
        one.viewer.provinces,
        tuple(name for name, _ in query.filters),
        query.filter and query.filter.tree,
        query.box and (query.box_system, query.crosses),
        query.span and tuple(side is None for side in query.span),
        query.system,
        query.properties,
        query.sort,
        query.geometry,
        query.after is None,
    )
    if key not in _compiled:
        if len(_compiled) > _MOST:
            _compiled.clear()
        _compiled[key] = Statement(build(one, query))
    return _compiled[key]


def _near(one: Collection, query: Query) -> Select[Any]:
    return _page(one, query, by=one.layer.table.c[one.layer.id_column] + literal_column("0"))


def _page(one: Collection, query: Query, *, by: ColumnElement[Any] | None = None) -> Select[Any]:
    return _written(one, query, _rows(one, query, by=by))


def _table(one: Collection, query: Query) -> Select[Any]:
    r = _rows(one, query).subquery("r")
    columns: list[ColumnElement[Any]] = [
        literal_column(f'r."{field.name}"::{_PLAIN[field.type]}') for field in asked(one, query)
    ]
    if query.geometry:
        columns.append(literal_column(f"ST_AsBinary({_in_system(query.system)})"))
    return select(literal_column(f'r."{one.layer.id_column}"::bigint'), *columns).select_from(r)


def _sorted(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Texts sort as Vietnamese does: a, ă, â … d, đ."""
    return column.collate("vi-x-icu") if isinstance(column.type, Text) else column


def _rows(one: Collection, query: Query, *, by: ColumnElement[Any] | None = None) -> Select[Any]:
    table = one.layer.table
    key = table.c[one.layer.id_column]
    order = [
        (key.desc() if down else key.asc()).nulls_last()
        for name, down in query.sort
        for key in [_sorted(table.c[name])]
    ]
    rows = narrowed(one, query).order_by(*order, key if by is None else by).limit(bindparam("limit", type_=BigInteger))
    if query.after is not None and not query.sort:
        rows = rows.where(key > bindparam("after", type_=BigInteger))
    else:
        rows = rows.offset(bindparam("offset", type_=BigInteger))
    return rows


def _item(one: Collection, query: Query) -> Select[Any]:
    key = one.layer.table.c[one.layer.id_column]
    rows: Select[Any] = one.layer.rows(one.viewer) if one.figures is None else narrowed(one, query)
    return _written(one, query, rows.where(key == bindparam("item", type_=BigInteger)))


def _count(one: Collection, query: Query) -> Select[Any]:
    rows: Select[Any] = narrowed(one, query).with_only_columns(literal_column("1"), maintain_column_froms=True)
    return select(func.count()).select_from(rows.limit(bindparam("limit", type_=BigInteger)).subquery("few"))


def _written(one: Collection, query: Query, rows: Select[Any]) -> Select[Any]:
    # The text is made outside the page: otherwise it is also made for rows that OFFSET skips.
    r = rows.subquery("r")
    return select(_feature(one, query), r.c[one.layer.id_column]).select_from(r)


def narrowed(one: Collection, query: Query) -> Select[Any]:
    """Return the viewer's rows of a layer, narrowed to what the query asks for."""
    table = one.layer.table
    rows: Select[Any] = one.layer.rows(one.viewer)
    for name, _ in query.filters:
        rows = rows.where(among(name, table.c[name]))
    if query.box:
        rows = rows.where(func.ST_Intersects(table.c.geom, _envelope(query)))
    if query.filter:
        rows = rows.where(sql.condition(query.filter.tree, table))
    if one.figures is None and (query.span or _today_only(one)):
        rows = rows.where(_when(one, query))
    return rows


def _today_only(one: Collection) -> bool:
    """Whether a request without datetime is about the features of today: areas, not plans of the past."""
    return one.ranged and not one.layer.date


def _when(one: Collection, query: Query) -> ColumnElement[bool]:
    table = one.layer.table
    kind: Any = Date if one.ranged else DateTime(timezone=True)
    first, last = bindparam("first", type_=kind), bindparam("last", type_=kind)
    if one.ranged:
        return (table.c.valid_from <= last) & (table.c.valid_to.is_(None) | (table.c.valid_to > first))
    if not one.layer.date or query.span is None:
        return true()
    column = table.c[one.layer.date]
    moment = func.timezone("Asia/Ho_Chi_Minh", cast(column, DateTime)) if isinstance(column.type, Date) else column
    tests = [moment >= first] if query.span[0] else []
    tests += [moment <= last] if query.span[1] else []
    return and_(true(), *tests)


def _envelope(query: Query) -> ColumnElement[Any]:
    """Return the box as a geometry in EPSG:4326; one that crosses the 180th meridian as its two halves."""
    srid = query.box_system.srid
    west, south, east, north = (bindparam(n, type_=Float) for n in ("west", "south", "east", "north"))
    whole = func.ST_MakeEnvelope(west, south, east, north, srid)
    if query.crosses:
        left = func.ST_MakeEnvelope(west, south, literal_column("180"), north, srid)
        return func.ST_Collect(left, func.ST_MakeEnvelope(literal_column("-180"), south, east, north, srid))
    if query.box_system.stored:
        return whole
    # A straight side of one system is a curve in another: points along it keep the box true.
    step = func.greatest(east - west, north - south) / 16
    return func.ST_Transform(func.ST_Segmentize(whole, step), 4326)


def _feature(one: Collection, query: Query) -> ColumnElement[Any]:
    fields = asked(one, query)
    record = ", ".join(_property(field) for field in fields)
    properties = f"(SELECT row_to_json(p) FROM (SELECT {record}) p)::text" if fields else "'{}'"
    return literal_column(
        f"""convert_to('{{"type":"Feature","id":' || r."{one.layer.id_column}" || ',"geometry":' || """
        f"""{geometry_text(query.system, wanted=query.geometry)} || ',"properties":' || {properties} || '}}', 'UTF8')"""
    )


def asked(one: Collection, query: Query) -> list[Field]:
    """Return the fields that a query asks for."""
    return [field for field in one.fields if query.properties is None or field.name in query.properties]


def _property(field: Field) -> str:
    column = f'r."{field.name}"'
    if field.type != "number":
        return column
    # Clients take the type of a column from its first features: a whole number must still look like 60.0.
    whole = f"{column} = trunc({column}) AND abs({column}) < 1e15"
    return f'CASE WHEN {whole} THEN {column}::numeric(17, 1) ELSE {column}::numeric END AS "{field.name}"'


def geometry_text(system: System, *, wanted: bool = True) -> str:
    """Return the SQL of a row's geometry as GeoJSON text in a system, `null` where there is none."""
    if not wanted:
        return "'null'"
    shape = _in_system(system)
    if system.swapped:
        shape = f"ST_FlipCoordinates({shape})"
    return f"coalesce(ST_AsGeoJSON({shape}, {system.digits}, 0), 'null')"


def _in_system(system: System) -> str:
    # A number: PROJ text costs 60 times as much.
    return "r.geom" if system.stored else f"ST_Transform(r.geom, {system.srid})"
