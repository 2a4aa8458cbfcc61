"""Which commune holds a point: one at a time, and a million at once."""

from __future__ import annotations

import statistics
import time
from datetime import date

import geopandas
import numpy as np
import shapely
from harness import Bench, Goal, Row, timed
from sqlalchemy import Connection, text

from boundaries.locate import locate
from services.database import engine as make_engine
from services.settings import Settings

GROUP = "Geometry"
DAY = date(2026, 10, 31)
LONGEST_S = 60

_FLOOR = text(
    "SELECT p.area_id FROM toancanh.area_piece p JOIN toancanh.area a ON a.id = p.area_id "
    "WHERE ST_Intersects(p.geom, ST_SetSRID(ST_MakePoint(:x, :y), 4326)) AND a.level = 'commune' "
    "AND a.valid_from <= :day AND (a.valid_to IS NULL OR a.valid_to > :day)"
)


def measure(bench: Bench) -> list[Row]:
    """Return the rows of this group."""
    engine = make_engine(Settings(database_url=bench.url, data=bench.folder, _env_file=None))
    with engine.connect() as connection:
        places = connection.execute(text("SELECT ST_X(geom), ST_Y(geom) FROM toancanh.citizen_report")).all()
        xy = np.array(places)
        communes = geopandas.read_postgis(
            text("SELECT id, geom FROM toancanh.area WHERE level = 'commune' AND valid_to IS NULL"), connection
        )
        rows = [_one(bench, connection, xy[:: len(xy) // 200][:200]), _all(bench, connection, xy, communes)]
        connection.rollback()
    engine.dispose()
    return rows


def _one(bench: Bench, connection: Connection, xy: np.ndarray) -> Row:
    bench.say("geometry: one point")
    ours, floor = [], []
    for x, y in [*xy.tolist(), *xy.tolist()]:  # the first round reads what the second is measured on
        begun = time.perf_counter()
        locate(connection, [shapely.Point(x, y)], DAY)
        ours.append((time.perf_counter() - begun) * 1000)
        begun = time.perf_counter()
        connection.execute(_FLOOR, {"x": x, "y": y, "day": DAY}).all()
        floor.append((time.perf_counter() - begun) * 1000)
    return Row(
        group=GROUP, name="point → commune, one", unit="ms", product=statistics.median(ours[len(xy) :]),
        floor=statistics.median(floor[len(xy) :]), goals=[Goal(0.5, "")], note="floor: one bare query of the same pieces",
    )  # fmt: skip


def _all(bench: Bench, connection: Connection, xy: np.ndarray, communes: geopandas.GeoDataFrame) -> Row:
    trial = timed(lambda: locate(connection, shapely.points(xy[:20_000]), DAY)) / 20_000
    if trial * len(xy) > LONGEST_S:  # the ratio says enough; the bench has to end
        xy = xy[:: max(1, round(len(xy) / 100_000))]
    bench.say(f"geometry: {len(xy):,} points")
    points = shapely.points(xy)
    shapes = communes.geometry.to_numpy()
    found: list[tuple[np.ndarray, np.ndarray]] = []
    floor = timed(lambda: found.append(shapely.STRtree(points).query(shapes, predicate="intersects")))
    frame = geopandas.GeoDataFrame(geometry=points, crs=4326)
    joined = timed(lambda: frame.sjoin(communes[["id", "geom"]], predicate="within"))
    begun = time.perf_counter()
    places = locate(connection, points, DAY)
    ours = time.perf_counter() - begun
    polygon, point = found[0]
    expected = np.full(len(xy), -1)
    expected[point] = communes["id"].to_numpy()[polygon]
    given = np.array([place.area_id or -1 for place in places])
    agree = float((expected == given).mean())
    return Row(
        group=GROUP, name=f"{len(xy):,} points → communes", unit="s", product=ours, floor=min(floor, joined),
        peers={"geopandas": joined}, goals=[Goal(1.3)],
        note=f"floor: the faster of a tree of points asked by prepared polygons and geopandas sjoin; {agree:.2%} agree",
    )  # fmt: skip
