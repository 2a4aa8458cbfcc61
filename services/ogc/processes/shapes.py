"""Geometries that processes work on: what a person sends as GeoJSON, and the areas of a level on a date."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import func, literal, select

from geo.crs import WINDOW, inside
from layers import areas
from services.boundary import vintage_asked
from services.database import Statement
from services.errors import BadParameter
from services.ogc.holdings import valid_on
from services.ogc.links import today
from services.ogc.parameters import LEVELS
from services.ogc.processes.process import Input, Json, Value, Work

GEOJSON = "application/geo+json"
CSV = "text/csv"
MOST_FEATURES = 50_000
MOST_VERTICES = 5_000_000

_LAYERS = {"province": areas.provinces, "district": areas.former_districts, "commune": areas.communes}
GEOMETRY: Json = {"type": "object", "format": "geojson-feature-collection"}
FORMAT = Input(
    title=("Định dạng kết quả", "Format of the result"),
    schema={"type": "string", "enum": ["csv", "geojson"], "default": "csv"},
)
LEVEL = Input(
    title=("Cấp đơn vị hành chính", "Level of administrative areas"),
    schema={"type": "string", "enum": list(LEVELS)},
)
BOUNDARY = Input(
    title=(
        "Đơn vị như tại thời điểm nào: current, former hoặc một ngày",
        "Areas as on which day: current, former or a date",
    ),
    schema={"type": "string", "default": "current", "maxLength": 20},
)
WITHIN = Input(
    title=("Chỉ các đơn vị của tỉnh mang mã này", "Only areas of the province with this code"),
    schema={"type": "string", "maxLength": 4},
)


@dataclass(frozen=True)
class Shapes:
    """Geometries in EPSG:4326, each with its properties."""

    properties: list[Json]
    geometry: npt.NDArray[np.object_]


def day_of(boundary: str) -> date:
    """Return the day whose areas `current`, `former` or a date asks for."""
    if boundary == "former":
        return areas.LAST_DAY
    vintage = vintage_asked(boundary)
    return today() if vintage is None or boundary == "current" else date.fromisoformat(boundary)


async def areas_of(work: Work, level: str, boundary: str, within: str | None) -> Shapes:
    """Return the areas of a level that the viewer may see, with code and full name."""
    layer = _LAYERS[level]
    rows = layer.rows(work.viewer).where(valid_on(layer, literal(day_of(boundary))))
    if within:
        rows = rows.where(layer.table.c.province_code == within)
    r = rows.subquery("r")
    found = await work.request.app.state.reader.rows(
        Statement(
            select(r.c.code, r.c.full_name, func.ST_AsBinary(r.c.geom)).where(r.c.geom.is_not(None)).order_by(r.c.code)
        ),
        binary=True,
    )
    if not found:
        raise BadParameter(
            "level",
            "Không có đơn vị nào có ranh giới ở cấp, thời điểm và tỉnh này.",
            "There are no areas with an outline of this level, day and province.",
        )
    shapes = shapely.from_wkb([row[2] for row in found])
    return Shapes([{"code": code, "name": name} for code, name, _ in found], np.asarray(shapes, dtype=object))


def read(name: str, given: Json, *, kinds: Sequence[str]) -> Shapes:
    """Read GeoJSON of some kinds of geometry in longitude and latitude; polygons that cross themselves are repaired."""
    if given.get("type") == "FeatureCollection" and isinstance(given.get("features"), list):
        features = given["features"]
    elif given.get("type") == "Feature":
        features = [given]
    else:
        features = [{"geometry": given, "properties": {}}]
    if not 0 < len(features) <= MOST_FEATURES:
        raise _wrong(name, f"phải có từ 1 đến {MOST_FEATURES} đối tượng", f"must have 1 to {MOST_FEATURES} features")
    made, properties = [], []
    for number, feature in enumerate(features, 1):
        told = feature.get("properties") if isinstance(feature, dict) else None
        shape = _shape(feature.get("geometry") if isinstance(feature, dict) else None)
        if shape is None or shape.is_empty or shape.geom_type not in kinds:
            wanted = ", ".join(kinds)
            raise _wrong(
                name, f"có đối tượng thứ {number} không phải {wanted}", f"has feature {number}, which is no {wanted}"
            )
        if not inside(shape.bounds, WINDOW):
            raise _wrong(
                name,
                f"có đối tượng thứ {number} nằm ngoài Việt Nam (toạ độ phải là kinh độ, vĩ độ)",
                f"has feature {number}, which is outside Viet Nam (coordinates are longitude, latitude)",
            )
        made.append(shape)
        properties.append(dict(told) if isinstance(told, dict) else {})
    flat = np.asarray(made, dtype=object)
    if int(shapely.get_num_coordinates(flat).sum()) > MOST_VERTICES:
        raise _wrong(name, f"có hơn {MOST_VERTICES} đỉnh", f"has more than {MOST_VERTICES} vertices")
    bad = ~shapely.is_valid(flat)
    flat[bad] = shapely.make_valid(flat[bad])
    return Shapes(properties, flat)


def _shape(geometry: Any) -> BaseGeometry | None:
    try:
        found: BaseGeometry | None = shapely.force_2d(shapely.from_geojson(json.dumps(geometry)))
        return found
    except (shapely.errors.GEOSException, TypeError, ValueError):
        return None


def table(shapes: Shapes, columns: Mapping[str, Sequence[Any]], form: str, name: str) -> Value:
    """Return the properties and further columns as CSV, or with the geometries as GeoJSON."""
    rows = [
        {**given, **dict(zip(columns, row, strict=True))}
        for given, row in zip(shapes.properties, zip(*columns.values(), strict=True), strict=True)
    ]
    if form == "geojson":
        features = [
            f'{{"type":"Feature","properties":{json.dumps(row, ensure_ascii=False)},"geometry":{text}}}'
            for row, text in zip(rows, shapely.to_geojson(shapes.geometry), strict=True)
        ]
        return Value(
            '{"type":"FeatureCollection","features":[\n' + ",\n".join(features) + "\n]}\n", GEOJSON, f"{name}.geojson"
        )
    names = list(dict.fromkeys(key for row in rows for key in row))
    out = io.StringIO()
    writer = csv.DictWriter(out, names, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return Value(out.getvalue(), CSV, f"{name}.csv")


def _wrong(name: str, vi: str, en: str) -> BadParameter:
    return BadParameter(name, f"Đầu vào “{name}” {vi}.", f"The input “{name}” {en}.")
