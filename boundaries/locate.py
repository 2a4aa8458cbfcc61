"""Which commune holds a thing on a day: set-based look-ups in the pieces that communes are cut into."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import shapely
from psycopg import Cursor
from sqlalchemy import Connection

MANY = 1000
"""From so many points on, one pass over the outlines is faster than a look-up for each point."""

BATCH = 100_000
"""Rows of a table that are held in memory at once."""

COAST_M = 30_000
"""A thing at sea belongs to the province whose coast is nearer than this, in metres; beyond it to the country (VN)."""


class Place(NamedTuple):
    """Where something lies: the area that holds it (None at sea) and the code of its province, or `VN`."""

    area_id: int | None
    province_code: str


_POINT = """
SELECT CASE WHEN a.level = 'commune' THEN a.id END, a.province_code
FROM toancanh.area_piece p JOIN toancanh.area a ON a.id = p.area_id
WHERE ST_Intersects(p.geom, ST_SetSRID(ST_MakePoint(%(x)s, %(y)s), 4326))
  AND a.valid_from <= %(day)s AND (a.valid_to IS NULL OR a.valid_to > %(day)s)
ORDER BY a.level = 'commune' DESC, a.id LIMIT 1
"""

_SHAPES = """
WITH held AS MATERIALIZED (
  SELECT t.seq, t.day, t.geom, hit.area_id
  FROM (SELECT seq, day, ST_GeomFromWKB(wkb, 4326) AS geom
        FROM unnest(%(shapes)s::bytea[], %(days)s::date[]) WITH ORDINALITY AS u (wkb, day, seq)) t
  LEFT JOIN LATERAL (
    SELECT p.area_id FROM toancanh.area_piece p JOIN toancanh.area a ON a.id = p.area_id
    WHERE ST_Intersects(p.geom, t.geom) AND a.valid_from <= t.day AND (a.valid_to IS NULL OR a.valid_to > t.day)
    GROUP BY p.area_id, a.level
    -- A commune before the province around it; of several, the one with the largest share; then the lower number.
    ORDER BY a.level = 'commune' DESC,
      CASE ST_Dimension(t.geom) WHEN 0 THEN 0
        WHEN 1 THEN sum(ST_Length(ST_Intersection(p.geom, t.geom)))
        ELSE sum(ST_Area(ST_Intersection(p.geom, t.geom))) END DESC,
      p.area_id
    LIMIT 1
  ) hit ON true
)
SELECT CASE WHEN a.level = 'commune' THEN a.id END, coalesce(a.province_code, coast.province_code, 'VN')
FROM held h LEFT JOIN toancanh.area a ON a.id = h.area_id
LEFT JOIN LATERAL (
  SELECT c.province_code FROM toancanh.area_piece p JOIN toancanh.area c ON c.id = p.area_id
  WHERE h.area_id IS NULL AND ST_DWithin(p.geom, h.geom, %(degrees)s)
    AND c.valid_from <= h.day AND (c.valid_to IS NULL OR c.valid_to > h.day)
    AND ST_DistanceSphere(ST_ClosestPoint(p.geom, h.geom), ST_ClosestPoint(h.geom, p.geom)) <= %(metres)s
  ORDER BY p.geom <-> h.geom LIMIT 1
) coast ON true
ORDER BY h.seq
"""

_COMMUNES = """
SELECT id, province_code, valid_from - DATE '1970-01-01', coalesce(valid_to, DATE '9999-12-31') - DATE '1970-01-01',
       ST_AsBinary(geom)
FROM toancanh.area
WHERE level = 'commune' AND valid_from <= %(last)s AND (valid_to IS NULL OR valid_to > %(first)s) ORDER BY id
"""


def locate(
    connection: Connection, shapes: Sequence[shapely.Geometry] | npt.NDArray[np.object_], on: date | Sequence[date]
) -> list[Place]:
    """Find the commune that holds each geometry (EPSG:4326) on its day, in order.

    Lines and polygons belong to the commune with the largest share of them. Where communes are not loaded, or at sea,
    there is no area but a province: the one around it, or the one whose coast is within 30 km, else the country.
    """
    flat = np.asarray(shapes, dtype=object)
    days = np.broadcast_to(np.array(on, dtype="datetime64[D]"), flat.shape)
    places: list[Place | None] = [None] * len(flat)
    if (shapely.get_type_id(flat) == 0).all():
        places = (_by_outlines if len(flat) >= MANY else _by_pieces)(connection, flat, days)
    lost = [i for i, place in enumerate(places) if place is None]
    if lost:
        for i, place in zip(lost, _by_share(connection, flat[lost], days[lost]), strict=True):
            places[i] = place
    return places  # type: ignore[return-value]  # nothing is lost any more


def _by_pieces(
    connection: Connection, points: npt.NDArray[np.object_], days: npt.NDArray[np.datetime64]
) -> list[Place | None]:
    """Find the commune, or the province, of each of a few points by the index of the pieces."""
    cursor = _cursor(connection)
    places: list[Place | None] = []
    for x, y, day in zip(shapely.get_x(points), shapely.get_y(points), days.tolist(), strict=True):
        row = cursor.execute(_POINT, {"x": float(x), "y": float(y), "day": day}, prepare=True).fetchone()
        places.append(Place(*row) if row else None)
    return places


def _by_outlines(
    connection: Connection, points: npt.NDArray[np.object_], days: npt.NDArray[np.datetime64]
) -> list[Place | None]:
    """Find the communes of many points at once: a tree of the points asked by each commune, outlines prepared once."""
    span = {"first": days.min().item(), "last": days.max().item()}
    rows = _cursor(connection, binary=True).execute(_COMMUNES, span).fetchall()
    which, hit = shapely.STRtree(points).query(shapely.from_wkb([row[4] for row in rows]), predicate="intersects")
    first, last = (np.array([row[i] for row in rows]) for i in (2, 3))
    day = days.astype(np.int64)[hit]
    standing = (first[which] <= day) & (day < last[which])
    lowest = np.full(len(points), len(rows))
    lowest[hit[standing][::-1]] = which[standing][::-1]  # communes come ascending, and the last one written stays
    found = [*(Place(row[0], row[1]) for row in rows), None]
    return [found[i] for i in lowest.tolist()]


def _by_share(connection: Connection, shapes: npt.NDArray[np.object_], days: npt.NDArray[np.datetime64]) -> list[Place]:
    """Find the commune with the largest share of each shape, or else the province, the coast or the country."""
    bound = {
        "shapes": shapely.to_wkb(shapes, output_dimension=2).tolist(),
        "days": days.tolist(),
        "degrees": COAST_M / 100_000,
        "metres": COAST_M,
    }
    return [Place(*row) for row in _cursor(connection).execute(_SHAPES, bound)]


def locate_table(connection: Connection, table: str, day: str) -> int:
    """Tie the rows of a feature table (id, geom, area_id, province_code) to their communes; return how many moved.

    `day` is an SQL expression for the date of a row `f` (names from our own declarations, never from outside).
    """
    read = (
        f"SELECT f.id, {day}, f.area_id, f.province_code, ST_AsBinary(f.geom) FROM {table} f "
        "WHERE f.id > %s ORDER BY f.id LIMIT %s"
    )
    cursor = _cursor(connection)
    cursor.execute("CREATE TEMP TABLE moved (id bigint, area_id int, province_code text)")
    last, full = -1, True
    while full:
        rows = _cursor(connection, binary=True).execute(read, (last, BATCH)).fetchall()
        full = len(rows) == BATCH
        if rows:
            last = rows[-1][0]
            places = locate(connection, shapely.from_wkb([row[4] for row in rows]), [row[1] for row in rows])
            with cursor.copy("COPY moved FROM STDIN") as copy:
                for row, place in zip(rows, places, strict=True):
                    if (row[2], row[3]) != place:
                        copy.write_row((row[0], *place))
    cursor.execute(
        f"UPDATE {table} f SET area_id = m.area_id, province_code = m.province_code FROM moved m WHERE m.id = f.id"
    )
    count = cursor.rowcount
    cursor.execute("DROP TABLE moved")
    return count


def _cursor(connection: Connection, *, binary: bool = False) -> Cursor[Any]:
    """The driver's cursor in the same transaction: it prepares statements, and reads outlines without hexadecimal."""
    driver: Any = connection.connection.driver_connection
    cursor: Cursor[Any] = driver.cursor(binary=binary)
    return cursor
