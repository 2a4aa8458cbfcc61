"""Fitted outlines written to the areas they belong to: only those that changed, provinces and districts as unions."""

from __future__ import annotations

from typing import Any, NamedTuple

import geopandas
import numpy as np
import pandas as pd
import shapely
from sqlalchemy import Connection, text

from boundaries.importing.fitting import Pieces, Shape, dissolve
from boundaries.labels import label_points
from boundaries.mosaic import Standing
from boundaries.vintages import Vintage
from geo.text import fold

Key = tuple[str, str]  # level and code: an island district stands at two levels under one code

_ORDER = ("province", "district", "commune")
_UPDATE = text("""
UPDATE toancanh.area SET geom = ST_GeomFromWKB(:geom, 4326), label = ST_GeomFromWKB(:label, 4326),
  approximate = :approximate, source = coalesce(:source, source) WHERE id = :id
""")
_INSERT = text("""
INSERT INTO toancanh.area (code, valid_from, valid_to, level, kind, name, full_name, name_en, province_code, parent_id,
  resolution, area_km2, source, approximate, folded, geom, label)
VALUES (:code, :valid_from, :valid_to, :level, :kind, :name, :full_name, :name_en, :province_code,
  (SELECT p.id FROM toancanh.area p WHERE p.code = :above AND p.level = :above_level AND p.valid_from <= :valid_from
     AND (p.valid_to IS NULL OR p.valid_to > :valid_from) ORDER BY p.valid_from DESC LIMIT 1),
  :resolution, :area_km2, coalesce(:source, ''), :approximate, :folded,
  ST_GeomFromWKB(:geom, 4326), ST_GeomFromWKB(:label, 4326)) RETURNING id
""")
_DISTRICTS = text("""
SELECT id, code, NOT approximate, ST_AsBinary(geom) FROM toancanh.area WHERE level = 'district' AND valid_from = :start
""")


class Written(NamedTuple):
    """Ids of the areas whose outline changed, and codes of those that are new."""

    changed: list[int]
    added: list[str]


class _Stored(NamedTuple):
    """What the database holds of an area: id, outline, whether it is official."""

    id: int
    shape: Shape
    official: bool


def write_outlines(
    connection: Connection, fitted: Pieces, there: Standing, *, areas: geopandas.GeoDataFrame, table: pd.DataFrame,
    vintage: Vintage, source: str,
) -> Written:  # fmt: skip
    """Write fitted pieces, the provinces and districts they make up and, for the present vintage, the country.

    `table`: the register (`reading.known`); `areas`: what the file held, whose `source` is noted.
    """
    stored = _stored(connection, there, vintage)
    given = set(zip(areas["level"], areas["code"], strict=True))
    outline = _outlines(fitted, table, stored, {code for level, code in given if level == "province"})
    wanted = [
        key for key, (shape, sure) in outline.items()
        if key not in stored or sure != stored[key].official
        or not shapely.equals_exact(shape, stored[key].shape, normalize=True)
    ]  # fmt: skip
    wanted.sort(key=lambda key: _ORDER.index(key[0]))
    shapes = np.array([outline[key][0] for key in wanted], dtype=object)
    labels = label_points(shapes) if len(shapes) else shapes
    written = Written([], [])
    for key, shape, label in zip(wanted, shapes, labels, strict=True):
        official, held = outline[key][1], stored.get(key)
        values = {
            "geom": shapely.to_wkb(shape), "label": shapely.to_wkb(label), "approximate": not official,
            "source": source if official and (key in given or held is None or not held.official) else None,
        }  # fmt: skip
        if held is not None:
            connection.execute(_UPDATE, {**values, "id": held.id})
            written.changed.append(held.id)
        else:
            made = connection.execute(_INSERT, {**_facts(table, key, vintage), **values})
            written.changed.append(int(made.scalar_one()))
            written.added.append(key[1])
    if vintage.until is None and wanted:
        _country(connection, fitted)
    return written


def _stored(connection: Connection, there: Standing, vintage: Vintage) -> dict[Key, _Stored]:
    held = {
        (level, code): _Stored(number, shape, sure)
        for number, code, level, sure, shape in zip(
            there.ids, there.codes, there.levels, there.official, there.shapes, strict=True
        )
    }
    for number, code, sure, wkb in connection.execute(_DISTRICTS, {"start": vintage.start}):
        held["district", code] = _Stored(number, shapely.from_wkb(bytes(wkb)), sure)
    return held


def _outlines(
    fitted: Pieces, table: pd.DataFrame, stored: dict[Key, _Stored], by_outline: set[str]
) -> dict[Key, tuple[Shape, bool]]:
    """Every area that the pieces make up, with its outline and whether it is official.

    `by_outline`: provinces that the file gave by their own outline.
    """
    found: dict[Key, tuple[Shape, bool]] = {}
    provinces: dict[str, list[int]] = {}
    districts: dict[str, list[int]] = {}
    above = table["district_code"]
    for i, (code, province) in enumerate(zip(fitted.codes, fitted.provinces, strict=True)):
        if code == province:
            found["province", code] = (fitted.shapes[i], bool(fitted.official[i]))
            continue
        provinces.setdefault(province, []).append(i)
        if not code.endswith("*"):
            found["commune", code] = (fitted.shapes[i], bool(fitted.official[i]))
            if above["commune", code]:
                districts.setdefault(above["commune", code], []).append(i)
    for code, members in provinces.items():
        held = stored.get(("province", code))
        sure = bool(fitted.official[members].all()) or code in by_outline or (held is not None and held.official)
        found["province", code] = (dissolve(fitted.shapes[members]), sure)
    size = table.loc[table["level"] == "commune", "district_code"].value_counts()
    for code, members in districts.items():
        if len(members) == size[code]:
            found["district", code] = (dissolve(fitted.shapes[members]), bool(fitted.official[members].all()))
    return found


def _facts(table: pd.DataFrame, key: Key, vintage: Vintage) -> dict[str, object]:
    """The columns of a new area that are not its outline."""
    entry: dict[Any, Any] = table.loc[[key]].to_dict("records")[0]
    names = ("code", "level", "kind", "name", "full_name", "name_en", "resolution")
    district = key[0] == "commune" and entry["district_code"]
    return {
        **{name: entry[name] for name in names},
        "province_code": key[1] if key[0] == "province" else entry["parent_code"],
        "above": entry["district_code"] if district else entry["parent_code"],
        "above_level": "country" if key[0] == "province" else "district" if district else "province",
        "area_km2": float(entry["area_km2"]) if np.isfinite(entry["area_km2"]) else None,
        "folded": fold(entry["full_name"]),
        "valid_from": vintage.start, "valid_to": vintage.until,
    }  # fmt: skip


def _country(connection: Connection, fitted: Pieces) -> None:
    connection.execute(
        text(
            "UPDATE toancanh.area SET geom = ST_GeomFromWKB(:geom, 4326), approximate = :approximate "
            "WHERE level = 'country' AND valid_to IS NULL"
        ),
        {"geom": shapely.to_wkb(dissolve(fitted.shapes)), "approximate": bool((~fitted.official).all())},
    )
