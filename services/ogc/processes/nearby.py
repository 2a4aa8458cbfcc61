"""The process `buffer-count`: how many features of a layer lie within some metres of each of other features."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any

import numpy as np
import shapely
from sqlalchemy import Select, cast, func, literal_column, select
from sqlalchemy.dialects.postgresql import ARRAY, BYTEA
from sqlalchemy.sql import bindparam

from services.database import Statement
from services.errors import BadParameter, NotFound
from services.ogc.collections import Collection, collection
from services.ogc.holdings import valid_on
from services.ogc.links import today
from services.ogc.processes import shapes
from services.ogc.processes.process import Input, Json, Output, Process, Value, Work
from services.ogc.processes.shapes import Shapes

MOST_M = 100_000
_AT_ONCE = 500  # features of one statement
_DEGREE_M = 110_000  # no degree of latitude is shorter
_NARROWEST = 0.9  # cosine of the northern end of the country


async def _run(work: Work, inputs: Json) -> Mapping[str, Value]:
    counted = await _layer(work, "count", inputs["count"])
    if ("around" in inputs) == ("places" in inputs):
        raise BadParameter("around", "Nêu một trong hai: around hoặc places.", "Give one of around and places.")
    if "places" in inputs:
        places = shapes.read("places", inputs["places"], kinds=_KINDS)
    else:
        places = await _features(work, await _layer(work, "around", inputs["around"]))
    statement = _statement(counted, float(inputs["metres"]))
    counts: list[int] = []
    nearest: list[float | None] = []
    async for rows in _counted(work, statement, places):
        counts += [row[0] for row in rows]
        nearest += [None if row[1] is None else round(row[1], 1) for row in rows]
    columns: dict[str, list[Any]] = {"count": counts, "nearest_m": nearest}
    return {"counts": shapes.table(places, columns, inputs["format"], "counts")}


async def _layer(work: Work, name: str, wanted: str) -> Collection:
    try:
        one = await collection(work.request, wanted, work.viewer)
    except NotFound as missing:
        raise BadParameter(name, missing.vi, missing.en) from None
    if one.figures is not None:
        raise BadParameter(name, f"“{wanted}” không phải lớp đối tượng.", f"“{wanted}” is no layer of features.")
    return one


def _rows(one: Collection) -> Select[Any]:
    rows = one.layer.rows(one.viewer)
    return (
        rows.where(valid_on(one.layer, literal_column(f"DATE '{one.layer.moment or today()}'"))) if one.ranged else rows
    )


async def _features(work: Work, one: Collection) -> Shapes:
    r = _rows(one).subquery("r")
    title = r.c[one.layer.title_field] if one.layer.title_field in r.c else literal_column("''")
    rows = await work.request.app.state.reader.rows(
        Statement(
            select(r.c[one.layer.id_column], title, func.ST_AsBinary(r.c.geom)).order_by(r.c[one.layer.id_column])
            .limit(shapes.MOST_FEATURES + 1)
        )
    )  # fmt: skip
    if not 0 < len(rows) <= shapes.MOST_FEATURES:
        most = shapes.MOST_FEATURES
        raise BadParameter(
            "around",
            f"Lớp “{one.id}” phải có từ 1 đến {most} đối tượng.",
            f"The layer “{one.id}” must have 1 to {most} features.",
        )
    geometry = np.asarray(shapely.from_wkb([bytes(row[2]) for row in rows]), dtype=object)
    return Shapes([{"id": number, "title": title} for number, title, _ in rows], geometry)


def _statement(counted: Collection, metres: float) -> Statement:
    """Count by the index first, in degrees that are surely wide enough, then on the ellipsoid."""
    x = _rows(counted).subquery("x")
    given = (
        func.unnest(cast(bindparam("shapes"), ARRAY(BYTEA)))
        .table_valued("wkb", with_ordinality="seq", name="u")
        .render_derived()
    )
    place = (
        select(given.c.seq, func.ST_GeomFromWKB(given.c.wkb, 4326).label("geom"))
        .cte("place")
        .prefix_with("MATERIALIZED")
    )
    high = metres / _DEGREE_M
    metres_off = (
        select(func.ST_Distance(func.geography(x.c.geom), func.geography(place.c.geom)).label("metres"))
        .where(x.c.geom.bool_op("&&")(func.ST_Expand(place.c.geom, high / _NARROWEST, high)))
        .correlate(place)
        .offset(0)  # keeps PostgreSQL from working out each distance twice
        .subquery("off")
    )
    near = (
        select(func.count().label("count"), func.min(metres_off.c.metres).label("nearest"))
        .where(metres_off.c.metres <= metres)
        .lateral("near")
    )
    return Statement(
        select(near.c.count, near.c.nearest).select_from(place).join(near, literal_column("true")).order_by(place.c.seq)
    )


async def _counted(work: Work, statement: Statement, places: Shapes) -> AsyncIterator[Any]:
    wkb = shapely.to_wkb(places.geometry).tolist()
    for start in range(0, len(wkb), _AT_ONCE):
        work.check()
        yield await work.request.app.state.reader.rows(statement, {"shapes": wkb[start : start + _AT_ONCE]})
        await work.tell(min(1.0, (start + _AT_ONCE) / len(wkb)))


_KINDS = ("Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon")

process = Process(
    id="buffer-count",
    title=("Đếm đối tượng trong bán kính", "Count features within a distance"),
    description=(
        "Với mỗi đối tượng của một lớp, hoặc mỗi vị trí gửi lên, đếm đối tượng của lớp khác trong bán kính tính bằng "
        "mét (ví dụ camera trong 500 m) và cho khoảng cách tới đối tượng gần nhất trong đó.",
        "For each feature of a layer, or each place sent, counts the features of another layer within some metres "
        "(such as cameras within 500 m) and gives the distance of the nearest of them.",
    ),
    keywords=("buffer", "distance", "camera"),
    inputs={
        "count": Input(
            title=("Lớp được đếm", "Layer that is counted"), schema={"type": "string", "maxLength": 60}, needed=True
        ),
        "around": Input(
            title=("Lớp mà quanh mỗi đối tượng của nó được đếm", "Layer around whose features is counted"),
            schema={"type": "string", "maxLength": 60},
        ),
        "places": Input(title=("Các vị trí (GeoJSON)", "Places (GeoJSON)"), schema=shapes.GEOMETRY),
        "metres": Input(
            title=("Bán kính, mét", "Distance in metres"),
            schema={"type": "number", "minimum": 1, "maximum": MOST_M},
            needed=True,
        ),
        "format": shapes.FORMAT,
    },
    outputs={
        "counts": Output(
            title=(
                "Mỗi vị trí một dòng: số lượng, gần nhất bao nhiêu mét",
                "One row a place: count, metres to the nearest",
            ),
            schema={"type": "string", "contentMediaType": shapes.CSV},
        )
    },
    run=_run,
    example={"count": "cameras", "around": "projects", "metres": 500},
)
