"""People on the ground that areas have in common, counted in a population raster."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import geopandas
import numpy as np
import pandas as pd
import rasterio
import shapely
from exactextract import exact_extract
from sqlalchemy import Connection, insert, text

from boundaries.succession import shares
from boundaries.tables import boundary_load
from geo.errors import Problem
from geo.formats import checksum

AT_ONCE = 2000  # pairs of outlines held in memory


class People(NamedTuple):
    """How many people links and regions were given, and how many the present provinces hold by the same raster."""

    links: int
    overlaps: int
    on_links: float
    country: float
    checksum: str


def count_people(connection: Connection, raster: Path, *, source: str = "") -> People:
    """Count the people on the common ground of every link between communes and of every region, and write them.

    A cell counts by the part of it that lies inside. Raises Problem where the file is no raster of people per cell in
    longitude and latitude that covers the country's middle.
    """
    _check(raster)
    links = _counted(connection, raster, _LINKS, ("old_id", "new_id"))
    whole = links.relation.eq("whole")
    counted = links.people.where(links.flag.ne("namesake"), 0.0)
    links["share"] = shares(links.old_id, counted, whole)
    connection.execute(_WRITE_LINKS, {
        "old": links.old_id.tolist(), "new": links.new_id.tolist(), "people": links.people.tolist(),
        "share": links.share.tolist(),
    })  # fmt: skip
    regions = _counted(connection, raster, _OVERLAPS, ("area_id", "region_id"))
    connection.execute(_WRITE_OVERLAPS, {
        "area": regions.area_id.tolist(), "region": regions.region_id.tolist(), "people": regions.people.tolist(),
    })  # fmt: skip
    wkb = connection.execute(
        text("SELECT ST_AsBinary(geom) FROM toancanh.area WHERE level = 'country' AND valid_to IS NULL")
    )
    country = float(_people(raster, shapely.from_wkb([bytes(row[0]) for row in wkb])).sum())
    connection.execute(_KEEP_DECIDED)
    found = People(
        len(links),
        int((regions.area_id != regions.region_id).sum()),
        float(links.people.sum()),
        country,
        checksum(raster),
    )
    report = {
        "population": source or raster.name, "links": found.links, "overlaps": found.overlaps,
        "people_on_links": round(found.on_links), "people_in_country": round(found.country),
    }  # fmt: skip
    connection.execute(insert(boundary_load).values(path=str(raster), checksum=found.checksum, report=report))
    return found


def uncounted(connection: Connection) -> int:
    """How many links and parts of regions have no people although others were counted: they came or changed since."""
    return int(connection.execute(text(_UNCOUNTED)).scalar_one())


def _check(raster: Path) -> None:
    try:
        with rasterio.open(raster) as opened:
            west, south, east, north = opened.bounds
            fits = opened.crs is not None and opened.crs.is_geographic
    except rasterio.errors.RasterioIOError as error:
        raise Problem(
            f"Không đọc được {raster.name} như một ảnh raster (ví dụ GeoTIFF).",
            f"{raster.name} cannot be read as a raster such as GeoTIFF.",
        ) from error
    if not fits:
        raise Problem(
            f"{raster.name} không theo kinh độ, vĩ độ; hãy chuyển sang EPSG:4326 (gdalwarp -t_srs EPSG:4326 -r sum).",
            f"{raster.name} is not in longitude and latitude; bring it to EPSG:4326 (gdalwarp -t_srs EPSG:4326 -r sum).",
        )
    if not (west < 108 < east and south < 14 < north):
        raise Problem(f"{raster.name} không phủ lãnh thổ Việt Nam.", f"{raster.name} does not cover Viet Nam.")


def _counted(connection: Connection, raster: Path, statement: str, ends: tuple[str, str]) -> pd.DataFrame:
    """The pairs a statement selects, with the people on what their outlines have in common."""
    pairs = pd.DataFrame(connection.execute(text(statement)).mappings().all(), columns=[*ends, "relation", "flag"])
    pairs["people"] = 0.0
    for start in range(0, len(pairs), AT_ONCE):
        rows = pairs.iloc[start : start + AT_ONCE]
        here, there = (_outlines(connection, rows[end]) for end in ends)
        common = _polygonal(shapely.intersection(here, there))
        everything = rows.flag.eq("disagrees").to_numpy()  # the resolution is believed: all its people passed
        common[everything] = here[everything]
        pairs.loc[rows.index, "people"] = _people(raster, common)
    return pairs


def _outlines(connection: Connection, ids: pd.Series) -> np.ndarray:
    rows = connection.execute(_GEOMETRIES, {"ids": [int(i) for i in ids.unique()]}).all()
    held = dict(zip([row[0] for row in rows], shapely.from_wkb([bytes(row[1]) for row in rows]), strict=True))
    found = np.empty(len(ids), dtype=object)
    found[:] = [held[number] for number in ids]
    return found


def _polygonal(shapes: np.ndarray) -> np.ndarray:
    """Areas only: lines and points along which outlines touch hold nobody."""
    found = shapes.copy()
    for i in np.flatnonzero(~np.isin(shapely.get_type_id(shapes), (3, 6))):
        found[i] = shapely.MultiPolygon([p for p in shapely.get_parts(shapes[i]) if p.geom_type == "Polygon"])
    return found


def _people(raster: Path, shapes: np.ndarray) -> np.ndarray:
    full = np.flatnonzero(~shapely.is_empty(shapes))
    people = np.zeros(len(shapes))
    if len(full):
        frame = geopandas.GeoDataFrame(geometry=shapes[full], crs=4326)
        people[full] = np.nan_to_num(
            exact_extract(str(raster), frame, ["sum"], output="pandas")["sum"].to_numpy(dtype=float)
        )
    return people


_LINKS = """
SELECT s.old_id, s.new_id, s.relation, s.flag FROM toancanh.succession s
JOIN toancanh.area o ON o.id = s.old_id JOIN toancanh.area n ON n.id = s.new_id
WHERE o.level = 'commune' AND o.geom IS NOT NULL AND n.geom IS NOT NULL ORDER BY s.old_id, s.new_id
"""
_OVERLAPS = "SELECT area_id, region_id, '' AS relation, '' AS flag FROM toancanh.overlap ORDER BY area_id, region_id"
_UNCOUNTED = """
WITH pair AS (
  SELECT s.population FROM toancanh.succession s
  JOIN toancanh.area o ON o.id = s.old_id JOIN toancanh.area n ON n.id = s.new_id
  WHERE o.level = 'commune' AND o.geom IS NOT NULL AND n.geom IS NOT NULL
  UNION ALL SELECT population FROM toancanh.overlap
) SELECT CASE WHEN count(population) > 0 THEN count(*) - count(population) ELSE 0 END FROM pair
"""
_GEOMETRIES = text("SELECT id, ST_AsBinary(geom) FROM toancanh.area WHERE id = ANY(:ids)")
_WRITE_LINKS = text("""
UPDATE toancanh.succession s SET population = m.people,
  population_share = CASE WHEN s.flag = 'decided' THEN coalesce(s.population_share, m.share) ELSE m.share END
FROM unnest((:old)::int[], (:new)::int[], (:people)::float8[], (:share)::float8[]) AS m (old_id, new_id, people, share)
WHERE (s.old_id, s.new_id) = (m.old_id, m.new_id)
""")
# Where shares of people were decided, they divide the people of the old area.
_KEEP_DECIDED = text("""
UPDATE toancanh.succession s SET population = s.population_share * m.people
FROM (SELECT old_id, sum(population) AS people FROM toancanh.succession GROUP BY old_id) m
WHERE s.old_id = m.old_id AND s.flag = 'decided' AND s.relation = 'divided'
""")
_WRITE_OVERLAPS = text("""
UPDATE toancanh.overlap o SET population = m.people
FROM unnest((:area)::int[], (:region)::int[], (:people)::float8[]) AS m (area_id, region_id, people)
WHERE (o.area_id, o.region_id) = (m.area_id, m.region_id)
""")
