"""Formats of features beside GeoJSON: a table in memory written as CSV, GeoPackage, FlatGeobuf or GeoParquet."""

from __future__ import annotations

import asyncio
import json
import os
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pyarrow as pa
from fastapi import Request
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.responses import FileResponse, Response

from services.errors import TooLarge
from services.language import language
from services.ogc.collections import Collection
from services.ogc.features.table import GEOMETRY, read
from services.ogc.parameters import FILES, Query

_WRITERS = 2  # files made at one time in a process: each holds a table in memory


async def answer(
    request: Request, one: Collection, query: Query, form: str, *, whole: bool, headers: dict[str, str]
) -> Response:
    """Answer a page of features, or the whole of what matches, as a file; TooLarge beyond the bound of the settings."""
    most = request.app.state.settings.items_file_limit
    state = request.app.state
    if not hasattr(state, "writing"):
        state.writing = asyncio.Semaphore(_WRITERS)
    async with state.writing:
        table = await read(request, one, query, most=most + 1 if whole else query.limit)
        if table.num_rows > most:
            raise TooLarge(
                f"Có hơn {most} đối tượng khớp, nhiều hơn một tệp trả ngay; hãy thu hẹp, hoặc lấy cả bằng quy trình export.",
                f"More than {most} features match, too many for a file at once; ask for fewer, or take all by the process export.",
            )
        descriptor, name = tempfile.mkstemp(suffix=f".{form}")
        os.close(descriptor)
        path = Path(name)
        try:
            path.unlink()  # GDAL makes a file where there is none
            title = one.title(language(request))
            await run_in_threadpool(write, form, one, table.replace_schema_metadata({"title": title}), query, path)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
    return FileResponse(
        path,
        media_type=FILES[form],
        filename=f"{one.id}.{form}",
        headers=headers,
        background=BackgroundTask(path.unlink, missing_ok=True),
    )


def write(form: str, one: Collection, table: pa.Table, query: Query, path: Path) -> None:
    """Write a table with a `title` in its metadata as a file of a form; runs in a thread."""
    _WRITE[form](one, table, query, path)


def _csv(one: Collection, table: pa.Table, query: Query, path: Path) -> None:
    """Write a table; points carry x and y (degrees or metres), other shapes are left to other formats."""
    import shapely
    from pyarrow import csv

    if GEOMETRY in table.column_names:
        shapes = shapely.from_wkb(table[GEOMETRY].to_numpy(zero_copy_only=False))
        table = table.drop_columns([GEOMETRY])
        if one.layer.geometry == "Point":
            for name, values in (("x", shapely.get_x(shapes)), ("y", shapely.get_y(shapes))):
                table = table.append_column(name, pa.array(values.round(query.system.digits), from_pandas=True))
    csv.write_csv(table, path, csv.WriteOptions(quoting_style="needed"))


def _gdal(driver: str, one: Collection, table: pa.Table, query: Query, path: Path) -> None:
    import pyogrio

    there = GEOMETRY in table.column_names
    title = table.schema.metadata[b"title"].decode()
    if driver == "GPKG":
        options = {"IDENTIFIER": title, "DESCRIPTION": one.description("vi")}
    else:  # its index takes no feature without a shape
        indexed = there and table[GEOMETRY].null_count == 0
        options = {"TITLE": title, "SPATIAL_INDEX": "YES" if indexed else "NO"}
    pyogrio.write_arrow(
        table,
        path,
        layer=one.id,
        driver=driver,
        geometry_name=GEOMETRY if there else None,
        geometry_type=_KINDS[one.layer.geometry] if there else None,
        crs=f"EPSG:{query.system.srid}" if there else None,
        layer_options=options,
    )


def _parquet(one: Collection, table: pa.Table, query: Query, path: Path) -> None:
    from pyarrow import parquet
    from pyproj import CRS

    if GEOMETRY in table.column_names:
        kind = _KINDS[one.layer.geometry]
        column = {
            "encoding": "WKB",
            "geometry_types": [] if kind == "Unknown" else [kind],
            "crs": CRS.from_epsg(query.system.srid).to_json_dict(),
        }
        told = {"version": "1.1.0", "primary_column": GEOMETRY, "columns": {GEOMETRY: column}}
        table = table.replace_schema_metadata({"geo": json.dumps(told)})
    parquet.write_table(table, path, compression="zstd")


_KINDS: dict[str, str] = {"Point": "Point", "Line": "MultiLineString", "Polygon": "MultiPolygon", "Any": "Unknown"}

_WRITE: dict[str, Callable[[Collection, pa.Table, Query, Path], None]] = {
    "csv": _csv,
    "gpkg": partial(_gdal, "GPKG"),
    "fgb": partial(_gdal, "FlatGeobuf"),
    "parquet": _parquet,
}
