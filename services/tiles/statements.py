"""SQL in which PostGIS makes a whole tile, written once for each layer, role and set of filters."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ARRAY, Date, Select, any_, bindparam, literal_column, select

from layers.catalogue import AREAS
from layers.layer import Field, Layer
from layers.viewer import Viewer
from services.database import Statement
from services.ogc.fields import among, fields_of
from services.tiles.grid import BUFFER, DEEPEST, EXTENT, MERCATOR, Grid, Tile

BANDS = (5, 7, 9, 11, DEEPEST)  # zooms up to which each generalised outline is good
LABELS_FROM = {"communes": 8, "former-districts": 7, "former-communes": 9}  # below this names could not be read
PARTS_FROM = 14
KEPT = frozenset({"cameras", "citizen-reports"})  # layers whose cells the database keeps (migration 0003)
_CELLS = 10  # cells along one side of a tile of 512 pixels: about 50 pixels each
_REACH = 5000  # metres of EPSG:3857 that a part may reach beyond its point

AREA_IDS = frozenset(layer.id for layer in AREAS)

_compiled: dict[object, Statement] = {}


def filters_of(layer: Layer, viewer: Viewer) -> dict[str, Field]:
    """Return the fields that tiles can be filtered by: coded ones, as in the map's legend."""
    if layer.id in AREA_IDS:
        return {field.name: field for field in fields_of(layer, viewer) if field.name == "kind"}
    return {field.name: field for field in fields_of(layer, viewer) if field.filter}


def attributes_of(layer: Layer, viewer: Viewer) -> tuple[Field, ...]:
    """Return the fields that travel in the tiles of a feature layer."""
    return tuple(field for field in layer.fields_for(viewer) if field.tile or field.filter)


def cells(layer: Layer, z: int) -> bool:
    """Whether points are summed in cells at this zoom."""
    return layer.points_from is not None and z < layer.points_from


def tile(
    layer: Layer, viewer: Viewer, place: Tile, *, filters: tuple[tuple[str, tuple[Any, ...]], ...], day: date
) -> tuple[Statement, dict[str, Any]]:
    """Return the statement that makes one tile – one value, bytes – and its values."""
    west, south, east, north = place.metres
    margin = (east - west) * BUFFER / EXTENT
    values: dict[str, Any] = {"w": west, "s": south, "e": east, "n": north, "margin": margin}
    grid = place.grid
    if grid is not MERCATOR:
        values |= dict(zip(("own_w", "own_s", "own_e", "own_n"), place.bounds, strict=True))
    if layer.id in AREA_IDS:
        band = next(band for band in BANDS if place.detail <= band)
        named = place.detail >= LABELS_FROM.get(layer.id, 0)
        kinds = bool(filters)
        key: object = (layer.id, viewer.role, viewer.provinces, band, named, kinds, grid.id)
        if key not in _compiled:
            _compiled[key] = _areas(layer, viewer, grid, band, named, kinds)
        left, low, right, high = place.degrees
        values |= {f"f_{name}": list(wanted) for name, wanted in filters}
        return _compiled[key], values | {"left": left, "low": low, "right": right, "high": high, "day": day}
    names = tuple(name for name, _ in filters)
    form = "parts" if layer.parts and place.detail >= PARTS_FROM else "features"
    if cells(layer, place.detail):
        plain = not names and not viewer.provinces and grid is MERCATOR
        form = "kept" if plain and layer.id in KEPT else "cells"
        values |= {"z": place.z, "x": place.x, "y": place.y}
    key = (layer.id, viewer.role, viewer.provinces, form, names, grid.id)
    if key not in _compiled:
        _compiled[key] = _features(layer, viewer, grid, names, form)
    values |= {f"f_{name}": list(wanted) for name, wanted in filters}
    return _compiled[key], values | ({"size": (east - west) / _CELLS} if form == "cells" else {})


# One look at the edges for the whole statement; as a scalar query the planner still uses the GiST index with it.
# `tile` is where things are drawn, in the grid's own system; `flat` and `wide` find them, in EPSG:3857.
_EDGES = """
WITH edge AS MATERIALIZED (
  SELECT {own} AS tile, {flat} AS flat,
         ST_MakeEnvelope(%(w)s::float8 - %(margin)s::float8, %(s)s::float8 - %(margin)s::float8,
                         %(e)s::float8 + %(margin)s::float8, %(n)s::float8 + %(margin)s::float8, 3857) AS wide
)
"""
_FLAT = "ST_MakeEnvelope(%(w)s::float8, %(s)s::float8, %(e)s::float8, %(n)s::float8, 3857)"
_OWN = "ST_MakeEnvelope(%(own_w)s::float8, %(own_s)s::float8, %(own_e)s::float8, %(own_n)s::float8, {srid})"
# EPSG:3857 by its formula: ST_Transform spends milliseconds of each statement on finding its operation.
_LABEL = """ST_SetSRID(ST_MakePoint(radians(ST_X(a.label)) * 6378137,
            ln(tan(radians(45 + ST_Y(a.label) / 2))) * 6378137), 3857)"""
_TILE, _WIDE, _BARE = "(SELECT tile FROM edge)", "(SELECT wide FROM edge)", "(SELECT flat FROM edge)"


def _areas(layer: Layer, viewer: Viewer, grid: Grid, band: int, named: bool, kinds: bool) -> Statement:
    table = layer.table
    day = bindparam("day", type_=Date)
    rows: Select[Any] = layer.rows(viewer).where(
        (table.c.valid_from <= day) & (table.c.valid_to.is_(None) | (table.c.valid_to > day))
    )
    if kinds:
        rows = rows.where(table.c.kind == any_(bindparam("f_kind", type_=ARRAY(table.c.kind.type))))
    inner = _inner(rows)
    parent = "CASE WHEN r.code = r.province_code THEN 'VN' ELSE r.province_code END"
    # band = a number written out, so that the partial index of the band is used
    shapes = f"""
      SELECT r.id, r.code, r.name, {parent} AS parent, {_geometry("s.geom", grid)}
      FROM toancanh.area_shape s JOIN ({inner.text}) r ON r.id = s.area_id
      WHERE s.band = {band} AND s.geom && {_WIDE}
    """
    text = f"{_edges(grid)} SELECT {_mvt(layer.id, shapes)}"
    if named:  # the half-open edges put each name into exactly one tile
        labels = f"""
          SELECT r.id, r.code, r.name, r.kind, {_geometry(_LABEL, grid, clip=False)}
          FROM ({inner.text}) r JOIN toancanh.area a ON a.id = r.id
          WHERE a.geom && ST_MakeEnvelope(%(left)s::float8, %(low)s::float8, %(right)s::float8, %(high)s::float8, 4326)
            AND ST_X(a.label) >= %(left)s::float8 AND ST_X(a.label) < %(right)s::float8
            AND ST_Y(a.label) > %(low)s::float8 AND ST_Y(a.label) <= %(high)s::float8
        """
        text += f" || {_mvt(layer.id + '_label', labels)}"
    return _statement(text, inner)


def _features(layer: Layer, viewer: Viewer, grid: Grid, names: tuple[str, ...], form: str) -> Statement:
    table = layer.table
    rows: Select[Any] = layer.rows(viewer)
    for name in names:
        rows = rows.where(among(name, table.c[name]))
    inner = _inner(rows)
    if form == "kept":
        return _statement(
            f"{_edges(grid)} SELECT {_mvt(layer.id + '_cells', _kept_rows(layer, viewer), key='')}", inner
        )
    if form == "cells":
        return _statement(f"{_edges(grid)} SELECT {_mvt(layer.id + '_cells', _cell_rows(inner, grid), key='')}", inner)
    columns = ", ".join([f"r.{layer.id_column}", *(f"r.{field.name}" for field in attributes_of(layer, viewer))])
    shapes = f"""
      SELECT {columns}, {_geometry("r.geom_3857", grid)} FROM ({inner.text}) r WHERE r.geom_3857 && {_WIDE}
    """
    made = [_mvt(layer.id, shapes, key=layer.id_column)]
    if form == "parts":
        for part in layer.parts:  # found by the index on the points they belong to
            shapes = f"""
              SELECT {columns}, {_geometry("r." + part, grid)} FROM ({inner.text}) r
              WHERE r.geom_3857 && ST_Expand({_WIDE}, {_REACH}) AND r.{part} && {_WIDE}
            """
            made.append(_mvt(f"{layer.id}_{part}", shapes, key=layer.id_column))
    return _statement(f"{_edges(grid)} SELECT {' || '.join(made)}", inner)


def _cell_rows(inner: Statement, grid: Grid) -> str:
    place = "ST_SetSRID(ST_MakePoint(avg(p.x), avg(p.y)), 3857)"
    return f"""
      SELECT count(*)::int AS n, {_geometry(place, grid, clip=False)}
      FROM (SELECT ST_X(r.geom_3857) AS x, ST_Y(r.geom_3857) AS y
            FROM ({inner.text}) r WHERE r.geom_3857 && {_BARE}) p
      WHERE p.x >= %(w)s::float8 AND p.x < %(e)s::float8 AND p.y > %(s)s::float8 AND p.y <= %(n)s::float8
      GROUP BY floor((p.x - %(w)s::float8) / %(size)s::float8), floor((%(n)s::float8 - p.y) / %(size)s::float8)
    """


def _kept_rows(layer: Layer, viewer: Viewer) -> str:
    """Return the cells that the database keeps as points come and go: what all see, or what staff see."""
    n, x, y = ("n", "sum_x", "sum_y") if viewer.staff else ("public_n", "public_x", "public_y")
    return f"""
      SELECT c.{n} AS n, {_geometry(f"ST_SetSRID(ST_MakePoint(c.{x} / c.{n}, c.{y} / c.{n}), 3857)", MERCATOR, clip=False)}
      FROM toancanh_derived.cell c
      WHERE c.layer = '{layer.id}' AND c.z = %(z)s AND c.x = %(x)s AND c.y = %(y)s AND c.{n} > 0
    """


def _inner(rows: Select[Any]) -> Statement:
    """Compile the viewer's rows so that they can stand inside a larger text."""
    return Statement(select(literal_column("rows.*")).select_from(rows.subquery("rows")))


def _statement(text: str, inner: Statement) -> Statement:
    made = Statement(literal_column("0"))
    made.text, made.fixed = text, inner.fixed
    return made


def _edges(grid: Grid) -> str:
    return _EDGES.format(own=_FLAT if grid is MERCATOR else _OWN.format(srid=grid.srid), flat=_FLAT)


def _geometry(shape: str, grid: Grid, *, clip: bool = True) -> str:
    if grid is not MERCATOR:
        shape = f"ST_Transform({shape}, {grid.srid})"
    return f"ST_AsMVTGeom({shape}, {_TILE}, {EXTENT}, {BUFFER}, {'true' if clip else 'false'}) AS geom"


def _mvt(name: str, rows: str, *, key: str = "id") -> str:
    # No "WHERE geom IS NOT NULL": it would make the planner work out the geometry twice; ST_AsMVT skips nulls itself.
    ident = f", '{key}'" if key else ""
    return f"coalesce((SELECT ST_AsMVT(t, '{name}', {EXTENT}, 'geom'{ident}) FROM ({rows}) t), ''::bytea)"
