"""The process `assign-areas`: which commune and province holds each row of a person's table on a day."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
import shapely
from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

from boundaries.locate import Place, locate
from boundaries.vintages import vintage_on
from geo.crs import WINDOW, carry, parse
from geo.errors import Problem
from geo.text import fold
from services.bodies import MOST
from services.database import engine
from services.errors import BadParameter
from services.gazetteer import Places
from services.ogc.processes import shapes
from services.ogc.processes.process import Input, Json, Output, Process, Value, Work
from services.ogc.processes.shapes import CSV

MOST_ROWS = 200_000
_X = ("lon", "long", "lng", "longitude", "x", "kinh do", "kinhdo", "easting", "e")
_Y = ("lat", "latitude", "y", "vi do", "vido", "northing", "n")
_SYSTEM = r"^([Ee][Pp][Ss][Gg]:)?\d{4,6}$|^[Vv][Nn]-?2000\D*\d{3}.*$"  # PROJ reads files where a text names them
_COLUMNS = ("area_code", "area_name", "province_code", "province_name")


async def _run(work: Work, inputs: Json) -> Mapping[str, Value]:
    if ("table" in inputs) == ("features" in inputs):
        raise BadParameter("table", "Nêu một trong hai: table hoặc features.", "Give one of table and features.")
    app: FastAPI = work.request.app
    places = await app.state.gazetteer.places()
    day = shapes.day_of(inputs["boundary"])
    if "features" in inputs:
        given = shapes.read("features", inputs["features"], kinds=_KINDS)
        found = await run_in_threadpool(_located, app, given.geometry, day)
        rows = _told(found, places, day)
        columns = {name: [row[i] for row in rows] for i, name in enumerate(_COLUMNS)}
        return {"assigned": shapes.table(given, columns, "geojson", "assigned"), "report": Value(_report(rows, []))}
    names, table = _table(inputs["table"])
    points, bad = _points(names, table, inputs)
    found = await run_in_threadpool(_located, app, points[~bad], day)
    told = iter(_told(found, places, day))
    rows = [("", "", "", "") if wrong else next(told) for wrong in bad]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*names, *_COLUMNS])
    writer.writerows([*row, *more] for row, more in zip(table, rows, strict=True))
    return {
        "assigned": Value(out.getvalue(), CSV, "assigned.csv"),
        "report": Value(_report(rows, np.flatnonzero(bad).tolist())),
    }


def _located(app: FastAPI, geometry: Any, day: date) -> list[Place]:
    made = engine(app.state.settings, timeout=True)
    try:
        with made.connect() as connection:
            return locate(connection, geometry, day) if len(geometry) else []
    finally:
        made.dispose()


def _told(found: list[Place], places: Places, day: date) -> list[tuple[str, str, str, str]]:
    provinces = {one.code: one.full_name for one in places.all("province", vintage_on(day))}
    told = []
    for place in found:
        area = places.by_id.get(place.area_id) if place.area_id is not None else None
        code, name = (area.code, area.full_name) if area else ("", "")
        told.append((code, name, place.province_code, provinces.get(place.province_code, "")))
    return told


def _report(rows: list[tuple[str, str, str, str]], bad: list[int]) -> Json:
    return {
        "rows": len(rows),
        "in_communes": sum(1 for row in rows if row[0]),
        "in_provinces_only": sum(1 for row in rows if not row[0] and row[2] not in ("", "VN")),
        "outside": sum(1 for row in rows if row[2] == "VN"),
        "without_place": len(bad),
        "lines_without_place": [number + 2 for number in bad[:100]],
    }


def _table(text: str) -> tuple[list[str], list[list[str]]]:
    try:
        head = text.lstrip("\ufeff").partition("\n")[0]
        mark = max(",;\t", key=head.count)
        rows = [row for row in csv.reader(io.StringIO(text.lstrip("\ufeff")), delimiter=mark) if row]
    except csv.Error:
        rows = []
    if len(rows) < 2 or len(rows) > MOST_ROWS + 1:
        raise BadParameter(
            "table",
            f"“table” phải là CSV có dòng tiêu đề và từ 1 đến {MOST_ROWS} dòng.",
            f"“table” must be CSV with a heading and 1 to {MOST_ROWS} rows.",
        )
    names, width = rows[0], len(rows[0])
    return names, [(row + [""] * width)[:width] for row in rows[1:]]


def _points(names: list[str], table: list[list[str]], inputs: Json) -> tuple[Any, Any]:
    """Return a point in EPSG:4326 for each row, and which rows have none."""
    try:
        way = parse(inputs["crs"])
    except Problem as unknown:
        raise BadParameter("crs", unknown.vi, unknown.en) from None
    x, y = (_numbers(table, _column(names, part, inputs.get(part), usual)) for part, usual in (("x", _X), ("y", _Y)))
    bad = ~(np.isfinite(x) & np.isfinite(y))
    points: Any = shapely.points(np.where(bad, 0, x), np.where(bad, 0, y))
    points[~bad] = carry(points[~bad], way)
    lon, lat = shapely.get_x(points), shapely.get_y(points)
    bad |= ~((lon >= WINDOW[0]) & (lon <= WINDOW[2]) & (lat >= WINDOW[1]) & (lat <= WINDOW[3]))
    return points, bad


def _column(names: list[str], part: str, wanted: str | None, usual: tuple[str, ...]) -> int:
    if wanted is not None and wanted in names:
        return names.index(wanted)
    folded = [fold(name) for name in names]
    found = [folded.index(name) for name in usual if name in folded] if wanted is None else []
    if not found:
        listed = ", ".join(names)[:200]
        word = f"“{wanted}”" if wanted else {"x": "kinh độ / E", "y": "vĩ độ / N"}[part]
        raise BadParameter(
            part,
            f"Bảng không có cột {word}; các cột: {listed}.",
            f"The table has no column for {part}; it has {listed}.",
        )
    return found[0]


def _numbers(table: list[list[str]], column: int) -> Any:
    def number(text: str) -> float:
        try:
            return float(text.strip().replace(",", "."))
        except ValueError:
            return float("nan")

    return np.array([number(row[column]) for row in table])


_KINDS = ("Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon")

process = Process(
    id="assign-areas",
    title=("Gắn đơn vị hành chính cho bảng có toạ độ", "Assign areas to a table with coordinates"),
    description=(
        "Thêm mã và tên xã, tỉnh cho từng dòng của bảng CSV có toạ độ, hoặc từng đối tượng GeoJSON, theo đơn vị hành "
        "chính hiện nay hoặc của một ngày; toạ độ VN-2000 cũng được, chỉ cần nêu hệ.",
        "Adds code and name of commune and province to each row of a CSV table with coordinates, or each GeoJSON "
        "feature, by the areas of today or of a date; coordinates may be VN-2000 where the system is named.",
    ),
    keywords=("point in polygon", "geocoding", "VN-2000"),
    inputs={
        "table": Input(
            title=("Bảng CSV có hai cột toạ độ", "CSV table with two columns of coordinates"),
            schema={"type": "string", "contentMediaType": CSV, "maxLength": MOST},
        ),
        "features": Input(title=("Các đối tượng (GeoJSON)", "Features (GeoJSON)"), schema=shapes.GEOMETRY),
        "x": Input(
            title=("Cột kinh độ hoặc E", "Column of longitude or E"), schema={"type": "string", "maxLength": 200}
        ),
        "y": Input(title=("Cột vĩ độ hoặc N", "Column of latitude or N"), schema={"type": "string", "maxLength": 200}),
        "crs": Input(
            title=("Hệ toạ độ của bảng, ví dụ EPSG:5899", "Coordinate system of the table, such as EPSG:5899"),
            schema={"type": "string", "default": "EPSG:4326", "maxLength": 40, "pattern": _SYSTEM},
        ),
        "boundary": shapes.BOUNDARY,
    },
    outputs={
        "assigned": Output(
            title=("Bảng kèm mã và tên đơn vị", "The table with codes and names of areas"),
            schema={"type": "string", "contentMediaType": CSV},
        ),
        "report": Output(title=("Bao nhiêu dòng có đơn vị", "How many rows have areas"), schema={"type": "object"}),
    },
    run=_run,
    example={"table": "ten,lon,lat\nTrụ sở,108.4419,11.9404\nBiển,109.4,11.5\n"},
)
