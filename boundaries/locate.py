"""Which commune holds a thing on a day: set-based look-ups in the pieces that communes are cut into."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import shapely
from sqlalchemy import Connection, text

MANY = 1000
"""From so many points on, one pass over the outlines is faster than a look-up for each point."""

COAST_M = 30_000
"""A thing at sea belongs to the province whose coast is nearer than this, in metres; beyond it to the country (VN)."""


class Place(NamedTuple):
    """Where something lies: the area that holds it (None at sea) and the code of its province, or `VN`."""

    area_id: int | None
    province_code: str


_HELD = """
CREATE TEMP TABLE held ON COMMIT DROP AS
SELECT t.seq, hit.area_id FROM things t
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
"""

_ANSWER = """
SELECT t.seq, CASE WHEN a.level = 'commune' THEN a.id END, coalesce(a.province_code, coast.province_code, 'VN')
FROM things t JOIN held h USING (seq) LEFT JOIN toancanh.area a ON a.id = h.area_id
LEFT JOIN LATERAL (
  SELECT c.province_code FROM toancanh.area_piece p JOIN toancanh.area c ON c.id = p.area_id
  WHERE h.area_id IS NULL AND ST_DWithin(p.geom, t.geom, :degrees)
    AND c.valid_from <= t.day AND (c.valid_to IS NULL OR c.valid_to > t.day)
    AND ST_DistanceSphere(ST_ClosestPoint(p.geom, t.geom), ST_ClosestPoint(t.geom, p.geom)) <= :metres
  ORDER BY p.geom <-> t.geom LIMIT 1
) coast ON true
ORDER BY t.seq
"""


def locate(
    connection: Connection, shapes: Sequence[shapely.Geometry] | npt.NDArray[np.object_], on: date | Sequence[date]
) -> list[Place]:
    """Find the commune that holds each geometry (EPSG:4326) on its day, in order.

    Lines and polygons belong to the commune with the largest share of them. Where communes are not loaded, or at sea,
    there is no area but a province: the one around it, or the one whose coast is within 30 km, else the country.
    """
    days = [on] * len(shapes) if isinstance(on, date) else list(on)
    flat = shapely.set_srid(shapely.force_2d(np.asarray(shapes, dtype=object)), 4326)
    if len(flat) < MANY or (shapely.get_type_id(flat) != 0).any():
        return _locate_each(connection, flat, days)
    held = _communes_of(connection, flat, days)
    lost = [i for i, place in enumerate(held) if place is None]
    rest = iter(_locate_each(connection, flat[lost], [days[i] for i in lost]) if lost else [])
    return [place or next(rest) for place in held]


def _communes_of(connection: Connection, points: npt.NDArray[np.object_], days: list[date]) -> list[Place | None]:
    """Find the communes of many points at once: a tree of the points asked by each commune, outlines prepared once."""
    rows = connection.execute(
        text(
            "SELECT id, province_code, valid_from, coalesce(valid_to, DATE '9999-12-31'), ST_AsBinary(geom) "
            "FROM toancanh.area WHERE level = 'commune' ORDER BY id"
        )
    ).all()
    shapes = shapely.from_wkb([bytes(row[4]) for row in rows])
    which, hit = shapely.STRtree(points).query(shapes, predicate="intersects")
    day = np.array(days, dtype="datetime64[D]")
    first, last = (np.array([row[i] for row in rows], dtype="datetime64[D]") for i in (2, 3))
    standing = (first[which] <= day[hit]) & (day[hit] < last[which])
    lowest = np.full(len(points), len(rows), dtype=np.int64)
    np.minimum.at(lowest, hit[standing], which[standing])
    return [Place(rows[i][0], rows[i][1]) if i < len(rows) else None for i in lowest.tolist()]


def _locate_each(connection: Connection, flat: npt.NDArray[np.object_], days: list[date]) -> list[Place]:
    """Find the commune of each geometry by the pieces' index."""
    connection.execute(text("DROP TABLE IF EXISTS pg_temp.things, pg_temp.held"))
    connection.execute(
        text(
            "CREATE TEMP TABLE things (seq int PRIMARY KEY, day date, geom public.geometry(Geometry, 4326)) ON "
            "COMMIT DROP"
        )
    )
    driver = connection.connection.driver_connection
    assert driver is not None
    with driver.cursor().copy("COPY things FROM STDIN") as copy:
        for row in zip(range(len(flat)), days, shapely.to_wkb(flat, hex=True, include_srid=True), strict=True):
            copy.write_row(row)
    return _places(connection)


def locate_table(connection: Connection, table: str, day: str) -> int:
    """Tie the rows of a feature table (id, geom, area_id, province_code) to their communes; return how many moved.

    `day` is an SQL expression for the date of a row `f` (names from our own declarations, never from outside).
    """
    connection.execute(text("DROP TABLE IF EXISTS pg_temp.things, pg_temp.held"))
    connection.execute(
        text(f"CREATE TEMP TABLE things ON COMMIT DROP AS SELECT f.id AS seq, {day} AS day, f.geom FROM {table} f")
    )
    places = _places(connection, numbered=True)
    connection.execute(
        text("CREATE TEMP TABLE IF NOT EXISTS places (id bigint, area_id int, province_code text) ON COMMIT DROP")
    )
    connection.execute(text("TRUNCATE places"))
    driver = connection.connection.driver_connection
    assert driver is not None
    with driver.cursor().copy("COPY places FROM STDIN") as copy:
        for row in places:
            copy.write_row(row)
    moved = connection.execute(
        text(
            f"UPDATE {table} f SET area_id = p.area_id, province_code = p.province_code FROM places p WHERE p.id = "
            "f.id "
            "AND (f.area_id, f.province_code) IS DISTINCT FROM (p.area_id, p.province_code)"
        )
    )
    return int(moved.rowcount)


def _places(connection: Connection, *, numbered: bool = False) -> list[Place]:
    connection.execute(text("ANALYZE things"))
    connection.execute(text(_HELD))
    rows = connection.execute(text(_ANSWER), {"degrees": COAST_M / 100_000, "metres": COAST_M}).all()
    return list(rows) if numbered else [Place(area, province) for _, area, province in rows]  # type: ignore[arg-type]
