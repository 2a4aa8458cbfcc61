"""The finest areas of a vintage as one tiling: communes where they are loaded, whole provinces elsewhere."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import geopandas
import numpy as np
import numpy.typing as npt
import shapely
from sqlalchemy import Connection, text

Shapes = npt.NDArray[np.object_]


class Mosaic(NamedTuple):
    """Pieces that tile the country (EPSG:4326 MultiPolygons).

    `ids` are area ids, 0 for the nameless rest of a province whose communes are loaded in part (code `68*`).
    """

    ids: list[int]
    codes: list[str]
    provinces: list[str]
    shapes: Shapes
    official: npt.NDArray[np.bool_]


class Standing(NamedTuple):
    """The provinces and communes that stand on a day, as stored."""

    ids: list[int]
    codes: list[str]
    levels: list[str]
    provinces: list[str]
    official: list[bool]
    shapes: Shapes


_STANDING = text("""
SELECT id, code, level, province_code, NOT approximate, ST_AsBinary(geom) FROM toancanh.area
WHERE level IN ('province', 'commune') AND geom IS NOT NULL
  AND valid_from <= :day AND (valid_to IS NULL OR valid_to > :day)
ORDER BY level DESC, code
""")


def standing(connection: Connection, on: date) -> Standing:
    """Read the outlines of the provinces (first) and communes that stand on a day."""
    rows = connection.execute(_STANDING, {"day": on}).all()
    ids, codes, levels, provinces, official, wkb = zip(*rows, strict=True) if rows else ((),) * 6
    shapes = shapely.from_wkb(np.array([bytes(b) for b in wkb], dtype=object)) if rows else np.empty(0, dtype=object)
    return Standing(list(ids), list(codes), list(levels), list(provinces), list(official), shapes)


def province_outlines(connection: Connection) -> geopandas.GeoDataFrame | None:
    """Read the present provinces coarsely (code, full_name; EPSG:4326), to tell where foreign coordinates would lie."""
    rows = connection.execute(
        text(
            "SELECT code, full_name, ST_AsBinary(ST_Simplify(geom, 0.01)) FROM toancanh.area "
            "WHERE level = 'province' AND valid_to IS NULL AND geom IS NOT NULL ORDER BY code"
        )
    ).all()
    if not rows:
        return None
    shapes = shapely.from_wkb([bytes(wkb) for *_, wkb in rows])
    names = {"code": [row[0] for row in rows], "full_name": [row[1] for row in rows]}
    return geopandas.GeoDataFrame(names, geometry=shapes, crs=4326)


def mosaic(areas: Standing) -> Mosaic:
    """Choose the finest pieces: the communes of a province and, where they do not fill it, what is left of it."""
    communes: dict[str, list[int]] = {}
    for i, level in enumerate(areas.levels):
        if level == "commune":
            communes.setdefault(areas.provinces[i], []).append(i)
    ids: list[int] = []
    codes: list[str] = []
    provinces: list[str] = []
    official: list[bool] = []
    shapes: list[shapely.Geometry] = []

    def add(number: int, code: str, province: str, known: bool, shape: shapely.Geometry) -> None:
        ids.append(number)
        codes.append(code)
        provinces.append(province)
        official.append(known)
        shapes.append(shape)

    for i, level in enumerate(areas.levels):
        code = areas.codes[i]
        if level == "commune":
            add(areas.ids[i], code, areas.provinces[i], areas.official[i], areas.shapes[i])
        elif code not in communes:
            add(areas.ids[i], code, code, areas.official[i], areas.shapes[i])
        else:
            inner = areas.shapes[communes[code]]
            left = areas.shapes[i].area - shapely.area(inner).sum()
            if left > 1e-3 * areas.shapes[i].area:
                rest = shapely.difference(areas.shapes[i], shapely.union_all(inner))
                add(0, f"{code}*", code, areas.official[i], rest)
    return Mosaic(ids, codes, provinces, np.array(shapes, dtype=object), np.array(official, dtype=bool))
