"""Outlines for drawing: all areas of a vintage generalised together for each zoom band, so neighbours keep one edge."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import Transformer
from sqlalchemy import Connection, text

from boundaries.mosaic import Mosaic, Standing, mosaic, standing

Shapes = npt.NDArray[np.object_]

BANDS = (22, 11, 9, 7, 5)
"""Highest zoom at which each generalisation is drawn; 22 is the full outline."""

_EQUATOR_M = 40_075_016.686
_NEAR_PX = 6.0  # a tiny island nearer than this to other land may be left out, if its area keeps another part
_TINY_PX2 = 2.5
_DISC_PX = 0.95


def pixel(zoom: int) -> float:
    """Width of a screen pixel at a zoom, in metres of EPSG:3857 (the world is 512 px wide at zoom 0)."""
    return float(_EQUATOR_M / 512 / 2**zoom)


def build_shapes(connection: Connection, boundary: date, *, changed: Collection[int] | None = None) -> int:
    """Make `area_shape` of the vintage that begins on `boundary` anew, and `area_piece` of changed areas (default all).

    Shapes are EPSG:3857. At every band areas tile the country without gaps or overlaps, a province is exactly the union
    of its communes, and no island zone disappears. Returns the number of shapes.
    """
    areas = standing(connection, boundary)
    if not areas.ids:
        return 0
    pieces = mosaic(areas)
    unions = _unions(connection, areas, pieces)
    connection.execute(
        text("DELETE FROM toancanh.area_shape WHERE area_id = ANY(:ids)"), {"ids": [*areas.ids, *unions]}
    )
    rows: list[tuple[int, int, shapely.Geometry]] = []
    for band, shapes in generalised(pieces.shapes):
        rows += [(i, band, shape) for i, shape in zip(pieces.ids, shapes, strict=True) if i]
        wholes = np.array([shapely.coverage_union_all(shapes[members]) for members in unions.values()], dtype=object)
        rows += [(i, band, whole) for i, whole in zip(unions, _multi(wholes), strict=True)]
    _copy(connection, rows)
    _cut(connection, areas.ids if changed is None else [i for i in areas.ids if i in set(changed)])
    return len(rows)


def build_region_shapes(connection: Connection, slug: str) -> int:
    """Make `area_shape` of a set of regions anew; return the number of shapes."""
    rows = connection.execute(_REGIONS, {"slug": slug}).all()
    ids = [row.id for row in rows]
    shapes = shapely.from_wkb(np.array([bytes(row.wkb) for row in rows], dtype=object))
    connection.execute(text("DELETE FROM toancanh.area_shape WHERE area_id = ANY(:ids)"), {"ids": ids})
    drawn = [
        (number, band, shape)
        for band, shapes_ in generalised(shapes)
        for number, shape in zip(ids, shapes_, strict=True)
    ]
    _copy(connection, drawn)
    return len(drawn)


_REGIONS = text(
    "SELECT id, ST_AsBinary(geom) AS wkb FROM toancanh.area WHERE level = 'region' AND kind = :slug ORDER BY id"
)


def generalised(shapes: Shapes) -> Iterable[tuple[int, Shapes]]:
    """Yield (band, shapes in EPSG:3857) for outlines in EPSG:4326, from full detail to the coarsest band.

    Those of a coverage keep their common edges; others are generalised one by one.
    """
    carrier = Transformer.from_crs(4326, 3857, always_xy=True)
    current = shapely.transform(shapes, lambda xy: np.column_stack(carrier.transform(xy[:, 0], xy[:, 1])))
    together = shapely.coverage_is_valid(current)
    yield 22, _multi(current)
    for band in BANDS[1:]:
        # The tolerance is the side of a triangle; each band starts from the finer one.
        if together:
            current = shapely.coverage_simplify(current, 0.6 * pixel(band))
        else:
            simpler = shapely.simplify(current, 0.3 * pixel(band))
            current = np.where(shapely.area(simpler) > 0, simpler, current)
        yield band, visible(current, pixel(band))


def visible(shapes: Shapes, px: float) -> Shapes:
    """Leave out islands too small to see at `px` metres a pixel where land is near; draw the lonely ones large enough.

    Islands are parts that touch no other part of the coverage.
    """
    parts, owner = shapely.get_parts(shapes, return_index=True)
    tree = shapely.STRtree(parts)
    tiny = np.flatnonzero(shapely.area(parts) < _TINY_PX2 * px * px)
    pairs = tree.query(parts[tiny], predicate="intersects")
    touching = np.unique(pairs[0][tiny[pairs[0]] != pairs[1]])
    islands = np.setdiff1d(tiny, tiny[touching])
    if not len(islands):
        return _multi(shapes)
    land = np.ones(len(parts), dtype=bool)
    land[islands] = False
    near_land = _near(parts[islands], parts[land], _NEAR_PX * px)
    has_more = np.isin(owner[islands], owner[land])
    drop = islands[near_land & has_more]
    lonely = islands[~(near_land & has_more)]
    discs = shapely.buffer(shapely.centroid(parts[lonely]), _DISC_PX * px, quad_segs=3)
    drawn = parts.copy()
    free = ~_meets(discs, owner[lonely], parts[land], owner[land]) & ~_meets(discs, owner[lonely], discs, owner[lonely])
    drawn[lonely[free]] = discs[free]
    keep = np.ones(len(parts), dtype=bool)
    keep[drop] = False
    touched = np.unique(owner[islands])
    result = shapes.copy()
    for number in touched:
        mine = drawn[keep & (owner == number)]
        result[number] = shapely.union_all(mine) if len(mine) else shapes[number]
    return _multi(result)


def _near(shapes: Shapes, others: Shapes, distance: float) -> npt.NDArray[np.bool_]:
    near = np.zeros(len(shapes), dtype=bool)
    if len(others):
        near[np.unique(shapely.STRtree(others).query(shapes, predicate="dwithin", distance=distance)[0])] = True
    return near


def _meets(
    shapes: Shapes, owners: npt.NDArray[np.int64], others: Shapes, their_owners: npt.NDArray[np.int64]
) -> npt.NDArray[np.bool_]:
    """Whether a shape meets one of another owner."""
    meets = np.zeros(len(shapes), dtype=bool)
    if len(others):
        a, b = shapely.STRtree(others).query(shapes, predicate="intersects")
        meets[a[owners[a] != their_owners[b]]] = True
    return meets


_ABOVE = text("""
SELECT c.id, p.id AS above FROM toancanh.area c JOIN toancanh.area p ON p.id = c.parent_id
WHERE c.id = ANY(:ids) AND p.level = 'district'
""")


def _unions(connection: Connection, areas: Standing, pieces: Mosaic) -> dict[int, list[int]]:
    """The pieces (positions) that each province with communes and each district is the union of, by its id."""
    provinces = {c: i for c, i, level in zip(areas.codes, areas.ids, areas.levels, strict=True) if level == "province"}
    district = {row.id: row.above for row in connection.execute(_ABOVE, {"ids": areas.ids})}
    unions: dict[int, list[int]] = {}
    for position, (number, code, province) in enumerate(zip(pieces.ids, pieces.codes, pieces.provinces, strict=True)):
        if code != province:
            unions.setdefault(provinces[province], []).append(position)
        if number in district:
            unions.setdefault(district[number], []).append(position)
    return unions


def _multi(shapes: Shapes) -> Shapes:
    out = shapes.copy()
    single = shapely.get_type_id(shapes) == 3
    out[single] = [shapely.MultiPolygon([shape]) for shape in shapes[single]]
    return out


def _copy(connection: Connection, rows: list[tuple[int, int, shapely.Geometry]]) -> None:
    wkb = shapely.to_wkb(shapely.set_srid([shape for *_, shape in rows], 3857), hex=True, include_srid=True)
    driver = connection.connection.driver_connection
    assert driver is not None
    with driver.cursor().copy("COPY toancanh.area_shape (area_id, band, geom) FROM STDIN") as copy:
        for (number, band, _), shape in zip(rows, wkb, strict=True):
            copy.write_row((number, band, shape))


def _cut(connection: Connection, ids: list[int]) -> None:
    """Cut areas into pieces of at most 128 vertices: which area holds a point is then a look-up in small boxes."""
    connection.execute(text("DELETE FROM toancanh.area_piece WHERE area_id = ANY(:ids)"), {"ids": ids})
    connection.execute(
        text(
            "INSERT INTO toancanh.area_piece (area_id, geom) SELECT id, part.geom FROM toancanh.area, "
            "LATERAL ST_Subdivide(geom, 128) AS cut(geom), LATERAL ST_Dump(cut.geom) AS part "
            "WHERE id = ANY(:ids) AND ST_Dimension(part.geom) = 2"
        ),
        {"ids": ids},
    )
    connection.execute(text("ANALYZE toancanh.area_piece"))
