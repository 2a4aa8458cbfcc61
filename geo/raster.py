"""Rasters as files: taken in as Cloud Optimized GeoTIFF once their coordinate system is certain."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
import rasterio.shutil
import shapely
from pyproj import CRS
from rasterio.enums import Resampling
from rasterio.errors import RasterioError
from rasterio.io import DatasetReader

from geo.crs import WINDOW, Reference, carry, parse, recognise
from geo.errors import Problem
from geo.formats import checksum

MOST_BANDS = 16
_BLOCK = 512
_SAMPLE = 1024  # cells a side from which least and most are told of large rasters


@dataclass(frozen=True)
class Grid:
    """What a stored raster is: `crs` is EPSG:number or WKT, `box` west, south, east, north in EPSG:4326."""

    crs: str
    width: int
    height: int
    transform: tuple[float, float, float, float, float, float]
    box: tuple[float, float, float, float]
    bands: tuple[dict[str, Any], ...]
    checksum: str
    bytes: int


def take_in(source: Path, target: Path, *, crs: str | None = None) -> Grid:
    """Write any raster that GDAL reads as a Cloud Optimized GeoTIFF with overviews, and say what it is.

    `crs` overrules what the file says. Raises Problem where the system is missing or looks like VN-2000 on another
    datum, the grid is turned, its values are complex, or it does not touch Viet Nam.
    """
    if not source.is_file():
        raise Problem(f"Không có tệp “{source}”.", f"There is no file “{source}”.")
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        made = Path(folder, "made.tif")
        try:
            with rasterio.open(source) as opened:
                reference = _certain(opened, crs, source.name)
                _plain(opened, source.name)
                _write(opened, reference, made)
        except RasterioError as error:
            raise Problem(
                f"Không đọc được {source.name} như một ảnh raster (ví dụ GeoTIFF).",
                f"{source.name} cannot be read as a raster such as GeoTIFF.",
            ) from error
        grid = _described(made, reference, checksum(source))
        if grid.box[0] > WINDOW[2] or grid.box[2] < WINDOW[0] or grid.box[1] > WINDOW[3] or grid.box[3] < WINDOW[1]:
            raise Problem(
                f"{source.name} nằm ngoài Việt Nam; hãy kiểm tra hệ toạ độ (--crs).",
                f"{source.name} lies outside Viet Nam; check its coordinate system (--crs).",
            )
        shutil.move(made, target)
    return grid


def _certain(opened: DatasetReader, crs: str | None, name: str) -> Reference:
    if crs:
        return parse(crs)
    if opened.crs is None:
        raise Problem(
            f"{name} không ghi hệ toạ độ; hãy thêm --crs, ví dụ --crs EPSG:5899 (VN-2000, kinh tuyến 107°45').",
            f"{name} does not say its coordinate system; add --crs, such as --crs EPSG:5899 (VN-2000, 107°45').",
        )
    return recognise(CRS.from_wkt(opened.crs.to_wkt()))


def _plain(opened: DatasetReader, name: str) -> None:
    a, b, _, d, e, _ = tuple(opened.transform)[:6]
    if b or d or a <= 0 or e >= 0:
        raise Problem(
            f"{name} có lưới bị xoay hoặc lật; hãy nắn lại bằng gdalwarp rồi nạp.",
            f"{name} has a turned or flipped grid; straighten it with gdalwarp first.",
        )
    if any("complex" in kind for kind in opened.dtypes) or opened.count > MOST_BANDS:
        raise Problem(
            f"{name} phải có từ 1 đến {MOST_BANDS} kênh số thực hoặc số nguyên.",
            f"{name} must have 1 to {MOST_BANDS} bands of real or whole numbers.",
        )


def _write(opened: DatasetReader, reference: Reference, target: Path) -> None:
    real = any(kind.startswith("float") for kind in opened.dtypes)
    named = target.with_suffix(".vrt")
    rasterio.shutil.copy(opened, named, driver="VRT")
    with rasterio.open(named, "r+") as changed:
        changed.crs = rasterio.CRS.from_wkt(reference.crs.to_wkt())
    rasterio.shutil.copy(
        named, target, driver="COG", COMPRESS="DEFLATE", PREDICTOR="YES", BLOCKSIZE=_BLOCK, BIGTIFF="IF_SAFER",
        OVERVIEW_RESAMPLING="AVERAGE" if real else "NEAREST", NUM_THREADS="1",
    )  # fmt: skip


def _described(path: Path, reference: Reference, digest: str) -> Grid:
    with rasterio.open(path) as made:
        west, south, east, north = made.bounds
        bands = tuple(_band(made, number) for number in made.indexes)
        return Grid(
            crs=reference.name if reference.name.startswith("EPSG:") else reference.crs.to_wkt(),
            width=made.width,
            height=made.height,
            transform=tuple(made.transform)[:6],
            box=_box(reference, west, south, east, north),
            bands=bands,
            checksum=digest,
            bytes=path.stat().st_size,
        )


def _box(
    reference: Reference, west: float, south: float, east: float, north: float
) -> tuple[float, float, float, float]:
    """The box in EPSG:4326 around the edge, which is bent there."""
    edge = shapely.segmentize(shapely.box(west, south, east, north), max(east - west, north - south) / 32)
    bounds = shapely.bounds(carry(np.array([edge], dtype=object), reference)[0])
    return tuple(float(side) for side in bounds)  # type: ignore[return-value]


def _band(made: DatasetReader, number: int) -> dict[str, Any]:
    shape = (min(made.height, _SAMPLE), min(made.width, _SAMPLE))
    values = made.read(number, out_shape=shape, masked=True, resampling=Resampling.nearest)
    values = np.ma.masked_invalid(values)
    empty = values.count() == 0
    nodata = made.nodatavals[number - 1]
    low, high = (None, None) if empty else (float(side) for side in np.percentile(values.compressed(), (2, 98)))
    return {
        "name": f"band{number}",
        "title": made.descriptions[number - 1] or "",
        "unit": made.units[number - 1] or "",
        "type": made.dtypes[number - 1],
        "nodata": None if nodata is None or np.isnan(nodata) else float(nodata),
        "least": None if empty else float(values.min()),
        "most": None if empty else float(values.max()),
        "low": low,
        "high": high,
    }
