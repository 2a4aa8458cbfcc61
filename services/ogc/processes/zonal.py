"""The process `zonal-statistics`: cells of a raster summed up over areas, each by the part that lies inside."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import anyio.from_thread
import geopandas
import numpy as np
import pandas as pd
import rasterio
import shapely
from exactextract import exact_extract
from exactextract.raster import RasterioRasterSource
from pyproj import CRS, Transformer
from starlette.concurrency import run_in_threadpool

from geo.crs import reference
from services.errors import BadParameter
from services.ogc.coverages.kept import path_of, raster
from services.ogc.processes import shapes
from services.ogc.processes.process import Input, Json, Output, Process, Value, Work
from services.ogc.processes.shapes import Shapes

STATISTICS = ("mean", "sum", "min", "max", "count", "median", "stdev", "variance", "majority", "minority", "variety")
_DEFAULT = ["mean", "min", "max", "count"]
_AT_ONCE = 256  # areas between two looks at whether the work is still wanted
_CELLS = 4_000_000  # held in memory at once


async def _run(work: Work, inputs: Json) -> Mapping[str, Value]:
    one = await raster(work.request, inputs["coverage"], work.viewer)
    names = [band["name"] for band in one.bands]
    band = inputs.get("band", names[0])
    if band not in names:
        raise BadParameter(
            "band", f"Kênh là một trong: {', '.join(names)}.", f"The band is one of: {', '.join(names)}."
        )
    if ("areas" in inputs) == ("level" in inputs):
        raise BadParameter("level", "Nêu một trong hai: level hoặc areas.", "Give one of level and areas.")
    if "areas" in inputs:
        zones = shapes.read("areas", inputs["areas"], kinds=("Polygon", "MultiPolygon"))
    else:
        zones = await shapes.areas_of(work, inputs["level"], inputs["boundary"], inputs.get("within"))
    path = path_of(work.request, one)
    wanted = list(dict.fromkeys(inputs.get("statistics") or _DEFAULT))
    columns = await run_in_threadpool(statistics, work, path, names.index(band) + 1, zones, wanted)
    return {"statistics": shapes.table(zones, columns, inputs["format"], "statistics")}


def statistics(work: Work, path: Path, band: int, zones: Shapes, wanted: list[str]) -> dict[str, list[Any]]:
    """Return each statistic of each zone (None where no cell has a value); runs in a thread."""
    found = []
    with rasterio.open(path) as opened:
        crs = CRS.from_wkt(opened.crs.to_wkt())
        outlines = _in_system(zones.geometry, crs)
        source = RasterioRasterSource(opened, band)
        for start in range(0, len(outlines), _AT_ONCE):
            work.check()
            frame = geopandas.GeoDataFrame(geometry=outlines[start : start + _AT_ONCE], crs=opened.crs)
            found.append(exact_extract(source, frame, wanted, output="pandas", max_cells_in_memory=_CELLS))
            anyio.from_thread.run(work.tell, (start + len(frame)) / len(outlines))
    table = pd.concat(found, ignore_index=True)
    return {name: [_number(value) for value in table[name]] for name in wanted}


def _in_system(geometry: Any, crs: CRS) -> Any:
    """Carry outlines of EPSG:4326 to the raster's system."""
    way = reference(crs)
    if not way.operation:
        return geometry
    carrier = (
        Transformer.from_pipeline(way.pipeline) if way.pipeline else Transformer.from_crs(crs, 4326, always_xy=True)
    )
    return shapely.transform(
        geometry, lambda xy: np.column_stack(carrier.transform(xy[:, 0], xy[:, 1], direction="INVERSE"))
    )


def _number(value: Any) -> Any:
    number = float(value) if value is not None else float("nan")
    if not np.isfinite(number):
        return None
    return int(number) if number == int(number) and isinstance(value, int | np.integer) else number


process = Process(
    id="zonal-statistics",
    title=("Thống kê raster theo vùng", "Statistics of a raster by area"),
    description=(
        "Tính trung bình, tổng, nhỏ nhất, lớn nhất, số ô, trung vị… của một raster trong từng đơn vị hành chính hoặc "
        "từng vùng gửi lên; ô nằm trên ranh giới tính theo phần diện tích bên trong.",
        "Mean, sum, least, most, number of cells, median and so on of a raster in each administrative area or polygon "
        "sent; a cell on the edge counts by the part of it inside.",
    ),
    keywords=("raster", "zonal", "exactextract"),
    inputs={
        "coverage": Input(
            title=("Mã của raster trong /collections", "Id of the raster in /collections"),
            schema={"type": "string", "maxLength": 60},
            needed=True,
        ),
        "band": Input(title=("Kênh; mặc định là kênh đầu", "Band; the first by default"), schema={"type": "string"}),
        "statistics": Input(
            title=("Các thống kê; mặc định mean, min, max, count", "Statistics; mean, min, max, count by default"),
            schema={"type": "string", "enum": list(STATISTICS)},
            most=len(STATISTICS),
        ),
        "level": shapes.LEVEL,
        "boundary": shapes.BOUNDARY,
        "within": shapes.WITHIN,
        "areas": Input(title=("Các vùng (GeoJSON)", "Polygons (GeoJSON)"), schema=shapes.GEOMETRY),
        "format": shapes.FORMAT,
    },
    outputs={
        "statistics": Output(
            title=("Mỗi vùng một dòng", "One row an area"),
            schema={"type": "string", "contentMediaType": shapes.CSV},
        )
    },
    run=_run,
    example={"coverage": "camera-distance", "level": "commune", "statistics": ["mean", "max"]},
)
