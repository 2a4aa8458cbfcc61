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
from boundaries.islands import ARCHIPELAGOS, archipelago, with_everyone, with_islands
from boundaries.outlines import coverage, tidied
from boundaries.tessellation import cells, fitted, nearest

COARSE, FINE = Grid(0.004), Grid(0.002)
SOURCE = (
    "Ranh giới gần đúng: tính từ khung bao và điểm công bố của 10.040 đơn vị cấp xã trước 01/7/2025, "
    "diện tích và điểm công bố của đơn vị hiện nay, đường bờ biển tỷ lệ 1:10.000.000; không dùng để xác định địa giới."
)


def approximate_areas() -> gpd.GeoDataFrame:
    """The 34 provinces, 3,321 communes and 63 former provinces with outlines that fit each other exactly.

    EPSG:4326, MultiPolygon. Columns: those of the register, valid_from, valid_to (ISO dates, half-open; None while in
    force), approximate (True), source, label_lon, label_lat (a point inside). Communes are a valid coverage; provinces
    and former provinces are unions of its pieces. The same on every run.
    """
    pieces = _pieces()
    communes = register.communes().assign(geometry=_united(pieces, "commune", register.communes().code))
    provinces = register.provinces().assign(geometry=_united(pieces, "province", register.provinces().code))
    former = register.former_provinces().assign(geometry=_united(pieces, "former", register.former_provinces().code))
    now = pd.concat([provinces, communes], ignore_index=True).assign(valid_from=register.REFORM, valid_to=None)
    former = former.assign(valid_from=register.FORMER, valid_to=register.REFORM)
    areas = gpd.GeoDataFrame(pd.concat([now, former], ignore_index=True), geometry="geometry", crs=4326)
    inside = shapely.point_on_surface(_largest(areas.geometry.to_numpy()))
    return areas.assign(
        approximate=True, source=SOURCE, label_lon=shapely.get_x(inside), label_lat=shapely.get_y(inside)
    )


@cache
def _pieces() -> pd.DataFrame:
    """The ground by (commune, province, former province): a valid coverage."""
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
    labels, key = pd.factorize(pd.MultiIndex.from_arrays([new.code[boxes.new], _former_province(boxes, old)]))
    winner, land = with_everyone(FINE, winner, land, competing)
    winner = tidied(winner, labels, land)
    ground = coverage(FINE, winner, labels, competing, field)
    pieces = pd.DataFrame({"commune": [k[0] for k in key], "former": [k[1] for k in key], "geometry": ground})
    pieces = pieces[pieces.geometry.notna() & ~pieces.commune.isin(ARCHIPELAGOS)]
    far_away = pd.DataFrame({"commune": ["20333", "22736"], "former": ["48", "56"]})
    far_away["geometry"] = far_away.commune.map(archipelago)
    pieces = pd.concat([pieces, far_away], ignore_index=True)
    return pieces.assign(province=pieces.commune.map(dict(zip(new.code, new.parent_code, strict=True))))


def _former_province(boxes: pd.DataFrame, old: pd.DataFrame) -> np.ndarray:
    """The former province of each extent; a disc belongs to that of most of what its commune was made from."""
    new = register.communes()
    heirs = register.succession().query("old_level == 'commune'")
    from_ = heirs.old_code.map(dict(zip(old.code, old.parent_code, strict=True)))
    counted = heirs.groupby([heirs.new_code, from_]).size().rename_axis(["new", "former"]).rename("parts").reset_index()
    most = counted.sort_values(["parts", "former"], ascending=[False, True]).drop_duplicates("new").set_index("new")
    of_disc = new.code[boxes.new].map(most.former).to_numpy()
    return np.where(boxes.old >= 0, old.parent_code.to_numpy()[boxes.old], of_disc)


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
