"""The demo's raster: how far each place of the province is from the nearest sample camera."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import rasterio
import shapely
from affine import Affine
from scipy.spatial import KDTree  # type: ignore[import-untyped]
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection, Engine, func, select, text

from geo.crs import equal_area
from layers.cameras import layer as cameras
from layers.viewer import PUBLIC
from services import rasters
from services.settings import Settings

RASTER = "camera-distance"
_CELL = 0.005  # degrees, about 550 m
_NONE = -1.0


def measure(engine: Engine, settings: Settings) -> bool:
    """Keep the raster where there is none yet and cameras are samples; return whether it was made."""
    with engine.begin() as connection:
        if any(one.id == RASTER for one in rasters.listed(connection)):
            return False
        points, ground = _cameras(connection), _ground(connection, settings.home)
        if not len(points) or ground is None:
            return False
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, f"{RASTER}.tif")
            _write(path, points, ground)
            rasters.add(
                connection, settings, path, id=RASTER, title="Khoảng cách tới camera gần nhất",
                title_en="Distance to the nearest camera",
                description="Mỗi ô khoảng 550 m cho biết từ đó tới camera gần nhất bao nhiêu mét.",
                description_en="Each cell of about 550 m says how many metres the nearest camera is away.",
                origin="Tính từ camera minh hoạ của Toàn Cảnh", names=("distance",), units=("m",),
                sample=True,
            )  # fmt: skip
    return True


def _cameras(connection: Connection) -> np.ndarray:
    rows = cameras.rows(PUBLIC).where(cameras.table.c.sample).subquery("r")
    found = connection.execute(select(func.ST_AsBinary(rows.c.geom)))
    return np.asarray(shapely.from_wkb([bytes(row[0]) for row in found]), dtype=object)


def _ground(connection: Connection, home: str) -> BaseGeometry | None:
    row = connection.execute(
        text(
            "SELECT ST_AsBinary(ST_Union(geom)) FROM toancanh.area WHERE level = 'province' AND valid_to IS NULL "
            "AND geom IS NOT NULL AND (code = :home OR :home = 'VN')"
        ),
        {"home": home},
    ).scalar_one()
    return shapely.from_wkb(bytes(row)) if row is not None else None


def _write(path: Path, cameras_at: np.ndarray, ground: BaseGeometry) -> None:
    west, south, east, north = (round(side / _CELL) * _CELL for side in ground.bounds)
    width, height = round((east - west) / _CELL) + 1, round((north - south) / _CELL) + 1
    lon, lat = np.meshgrid(west + (np.arange(width) + 0.5) * _CELL, north - (np.arange(height) + 0.5) * _CELL)
    centres = shapely.points(lon.ravel(), lat.ravel())
    shapely.prepare(ground)
    inside = shapely.contains_xy(ground, lon.ravel(), lat.ravel())
    metres = np.full(lon.size, _NONE, dtype=np.float32)
    tree = KDTree(shapely.get_coordinates(equal_area(cameras_at)))
    metres[inside] = tree.query(shapely.get_coordinates(equal_area(centres[inside])))[0]
    with rasterio.open(
        path, "w", driver="GTiff", width=width, height=height, count=1, dtype="float32", crs="EPSG:4326",
        transform=Affine(_CELL, 0, west, 0, -_CELL, north), nodata=_NONE,
    ) as made:  # fmt: skip
        made.write(np.round(metres.reshape(height, width)), 1)
