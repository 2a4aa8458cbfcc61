"""Approximate outlines of every area of Viet Nam, computed in seconds from published extents: no download."""

import sys
import time
from functools import cache

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy import ndimage  # type: ignore[import-untyped]

from boundaries import register
from boundaries.coast import Grid, landness
from boundaries.extents import extents, published_areas
from boundaries.former import at_sea, told_apart
from boundaries.islands import ARCHIPELAGOS, with_everyone, with_islands
from boundaries.listed import listed_areas
from boundaries.outlines import coverage, tidied
from boundaries.tessellation import cells, fitted, nearest

COARSE, FINE = Grid(0.004), Grid(0.002)
SOURCE = (
    "Ranh giới gần đúng: tính từ khung bao và điểm công bố của 10.040 đơn vị cấp xã trước 01/7/2025, "
    "diện tích và điểm công bố của đơn vị hiện nay, đường bờ biển tỷ lệ 1:10.000.000; không dùng để xác định địa giới."
)


def approximate_areas() -> gpd.GeoDataFrame:
    """The areas of both structures with outlines that fit each other exactly.

    EPSG:4326, MultiPolygon. Columns: those of `boundaries.listed.listed_areas` in its order, approximate (True), source,
    label_lon, label_lat (a point inside). Communes are a valid coverage; provinces
    and former areas are unions of its pieces. The same on every run.
    """
    pieces, listed = _pieces(), listed_areas()
    kinds = ("former_" + listed.level).where(listed.valid_to.notna(), listed.level)
    outlines = np.empty(len(listed), dtype=object)
    for kind in kinds.unique():
        outlines[kinds == kind] = _united(pieces, kind, listed.code[kinds == kind])
    areas = gpd.GeoDataFrame(listed, geometry=outlines, crs=4326)
    inside = shapely.point_on_surface(_largest(areas.geometry.to_numpy()))
    return areas.assign(
        approximate=True, source=SOURCE, label_lon=shapely.get_x(inside), label_lat=shapely.get_y(inside)
    )


@cache
def _pieces() -> pd.DataFrame:
    """The ground by (commune, former commune): a valid coverage; with the provinces and district of each piece."""
    new, old, boxes = register.communes(), register.former_communes(), extents()
    start = cells(boxes, new, published_areas(new))
    _, far = nearest(COARSE, start)
    field = landness(COARSE, far)
    competing = fitted(COARSE, start, field > 0)
    field = np.where(ndimage.binary_fill_holes(field > 0), np.maximum(field, 0.01), field)
    field, owner = with_islands(FINE, _doubled(field), boxes, new.code)
    land = field > 0
    winner, _ = nearest(FINE, competing)
    winner = np.where(owner >= 0, owner, winner)
    winner, land = with_everyone(FINE, winner, land, competing)
    land = ndimage.binary_fill_holes(land)  # islands that meet enclose no sea
    field = np.where(land, np.maximum(field, 0.01), field)
    links = _links(new, old)
    winner, boxes, competing = told_apart(FINE, np.where(land, winner, -1), boxes, competing, links)
    labels, key = pd.factorize(pd.MultiIndex.from_frame(boxes[["new", "old"]]))
    winner = tidied(winner, labels, land)
    ground = coverage(FINE, winner, labels, competing, field)
    pieces = pd.DataFrame({"new": [k[0] for k in key], "old": [k[1] for k in key], "geometry": ground})
    pieces = pieces[pieces.geometry.notna()]
    pieces = pieces.assign(commune=new.code.to_numpy()[pieces.new], former_commune=old.code.to_numpy()[pieces.old])
    pieces = pieces[~pieces.commune.isin(ARCHIPELAGOS)][["commune", "former_commune", "geometry"]]
    pieces = pd.concat([pieces, *(at_sea(code) for code in ARCHIPELAGOS)], ignore_index=True)
    above, before = new.set_index("code"), old.set_index("code")
    return pieces.assign(
        province=above.parent_code.loc[pieces.commune].to_numpy(),
        former_district=before.district_code.loc[pieces.former_commune].to_numpy(),
        former_province=before.parent_code.loc[pieces.former_commune].to_numpy(),
    )


def _links(new: pd.DataFrame, old: pd.DataFrame) -> pd.DataFrame:
    """What became of what as row numbers: old, new, and the seat of the old one (lon, lat)."""
    heirs = register.succession().query("old_level == 'commune'")
    number = {code: row for row, code in enumerate(old.code)}
    rows = pd.DataFrame(
        {"old": heirs.old_code.map(number), "new": heirs.new_code.map({c: i for i, c in enumerate(new.code)})}
    )
    return rows.assign(lon=old.lon.to_numpy()[rows.old], lat=old.lat.to_numpy()[rows.old]).reset_index(drop=True)


def _united(pieces: pd.DataFrame, column: str, codes: pd.Series) -> np.ndarray:
    """MultiPolygons of the areas with these codes, each the union of its pieces."""
    groups = pieces.groupby(column).geometry.agg(list)
    return np.array([_multi(shapely.coverage_union_all(groups[code])) for code in codes], dtype=object)


def _multi(shape: shapely.Geometry) -> shapely.MultiPolygon:
    # A union that touches itself in a corner is split there; its edges stay the same.
    sound = shape if shapely.is_valid(shape) else shapely.make_valid(shape, method="structure")
    return shapely.MultiPolygon([part for part in shapely.get_parts(sound) if part.geom_type == "Polygon"])


def _largest(shapes: np.ndarray) -> np.ndarray:
    parts, owner = shapely.get_parts(shapes, return_index=True)
    order = np.lexsort((-shapely.area(parts), owner))
    first = np.unique(owner[order], return_index=True)[1]
    return np.asarray(parts[order][first])


def _doubled(field: np.ndarray) -> np.ndarray:
    """A raster at twice the resolution, bilinear, in single precision."""
    here = field.astype(np.float32)
    for _ in (0, 1):
        there = np.empty((2 * here.shape[0], here.shape[1]), dtype=np.float32)
        there[0::2] = 0.75 * here + 0.25 * np.concatenate([here[:1], here[:-1]])
        there[1::2] = 0.75 * here + 0.25 * np.concatenate([here[1:], here[-1:]])
        here = np.ascontiguousarray(there.T)
    return here


def _measured() -> str:
    """How many areas there are, how heavy they are and how long they take."""
    start = time.perf_counter()
    areas = approximate_areas()
    seconds = time.perf_counter() - start
    corners = np.median(shapely.get_num_coordinates(areas.geometry[areas.level == "commune"].to_numpy()))
    return f"{len(areas)} vùng, trung vị {corners:.0f} đỉnh mỗi xã, {seconds:.1f} giây"


if __name__ == "__main__":
    sys.stdout.write(_measured() + "\n")
