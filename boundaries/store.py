"""Write areas as a whole into an empty table: the approximate ones the product starts from."""

from __future__ import annotations

from datetime import date
from typing import Any

import geopandas
import pandas as pd
import shapely
from sqlalchemy import Connection, text

from geo.text import fold

_AREA_COLUMNS = [
    "code",
    "valid_from",
    "valid_to",
    "level",
    "kind",
    "name",
    "full_name",
    "name_en",
    "province_code",
    "resolution",
    "area_km2",
    "source",
    "approximate",
    "folded",
    "geom",
    "label",
]


def store_areas(connection: Connection, areas: geopandas.GeoDataFrame, *, communes_of: str) -> int:
    """Insert the country, every province and the communes of one province (or of all: `VN`); return how many.

    `areas` has the columns of `boundaries.approximate.approximate_areas` in EPSG:4326. Parents are linked by code
    among areas of the same validity, never by geometry.
    """
    kept = areas[(areas["level"] == "province") | (communes_of == "VN") | (areas["parent_code"] == communes_of)]
    table = pd.DataFrame(
        {
            **{name: kept[name] for name in _AREA_COLUMNS if name in kept.columns},
            "province_code": kept["code"].where(kept["level"] == "province", kept["parent_code"]),
            "folded": kept["full_name"].map(fold),
            "geom": shapely.to_wkb(shapely.set_srid(kept.geometry.values, 4326), hex=True, include_srid=True),
            "label": shapely.to_wkb(
                shapely.set_srid(shapely.points(kept["label_lon"], kept["label_lat"]), 4326),
                hex=True,
                include_srid=True,
            ),
        }
    )[_AREA_COLUMNS]
    table["valid_to"] = table["valid_to"].astype(object).where(table["valid_to"].notna(), None)
    table["area_km2"] = table["area_km2"].astype(object).where(table["area_km2"].notna(), None)
    driver = connection.connection.driver_connection
    assert driver is not None
    with driver.cursor().copy(f"COPY toancanh.area ({', '.join(_AREA_COLUMNS)}) FROM STDIN") as copy:
        copy.write_row(_country(kept))
        for row in table.itertuples(index=False, name=None):
            copy.write_row(row)
    connection.execute(text(_LINK_PARENTS))
    return len(table) + 1


# An area's parent stands on the day the area begins: a province under the country, a commune under its province.
_LINK_PARENTS = """
UPDATE toancanh.area a SET parent_id = p.id FROM toancanh.area p
WHERE a.parent_id IS NULL AND a.level <> 'country'
  AND p.level = CASE a.level WHEN 'province' THEN 'country' ELSE 'province' END
  AND p.code = CASE a.level WHEN 'province' THEN 'VN' ELSE a.province_code END
  AND p.valid_from <= a.valid_from AND (p.valid_to IS NULL OR p.valid_to > a.valid_from)
"""


def _country(areas: geopandas.GeoDataFrame) -> tuple[object, ...]:
    now = areas[(areas["level"] == "province") & areas["valid_to"].isna()]
    outline: Any = shapely.coverage_union_all(now.geometry.values)
    outline = outline if outline.geom_type == "MultiPolygon" else shapely.multipolygons([outline])
    shape = shapely.to_wkb(shapely.set_srid(outline, 4326), hex=True, include_srid=True)
    label = shapely.to_wkb(shapely.set_srid(shapely.Point(108.0, 14.2), 4326), hex=True, include_srid=True)
    total = float(now["area_km2"].sum()) or None
    first = min(areas["valid_from"].map(lambda day: day if isinstance(day, date) else date.fromisoformat(str(day))))
    name = "Việt Nam"
    return (
        "VN", first, None, "country", "quoc_gia", name, name, "Viet Nam", "VN", "", total,
        str(now["source"].iloc[0]), bool(now["approximate"].all()), fold(name), shape, label,
    )  # fmt: skip


def store_aliases(connection: Connection, aliases: pd.DataFrame) -> int:
    """Insert other names (code, name, kind, weight) of present areas that are loaded; return how many."""
    ids: dict[str, int] = dict(
        connection.execute(text("SELECT code, id FROM toancanh.area WHERE valid_to IS NULL")).all()
    )
    known = aliases[aliases["code"].isin(ids)].drop_duplicates(["code", "name", "kind"])
    rows = [
        {
            "area_id": ids[row["code"]],
            "name": row["name"],
            "kind": row["kind"],
            "folded": fold(row["name"]),
            "weight": float(row["weight"]),
        }
        for row in known.to_dict("records")
    ]
    if rows:
        connection.execute(
            text(
                "INSERT INTO toancanh.area_alias (area_id, name, kind, folded, weight) "
                "VALUES (:area_id, :name, :kind, :folded, :weight) ON CONFLICT DO NOTHING"
            ),
            rows,
        )
    return len(rows)


def store_succession(connection: Connection, pairs: pd.DataFrame, *, source: str) -> int:
    """Insert old → new links (old_code, old_level, new_code, relation, area_share) whose two ends are loaded."""
    rows = [
        {
            "old": row["old_code"],
            "new": row["new_code"],
            "level": row["old_level"],
            "relation": row["relation"],
            "share": None if pd.isna(row["area_share"]) else float(row["area_share"]),
            "source": source,
        }
        for row in pairs.to_dict("records")
        if not pd.isna(row["old_code"])
    ]
    before = connection.execute(text("SELECT count(*) FROM toancanh.succession")).scalar_one()
    if rows:
        connection.execute(
            text(
                "INSERT INTO toancanh.succession (old_id, new_id, relation, area_share, source) "
                "SELECT o.id, n.id, :relation, :share, :source FROM toancanh.area o, toancanh.area n "
                "WHERE o.code = :old AND n.code = :new AND o.level = :level AND n.level = :level "
                "AND o.valid_to = n.valid_from ON CONFLICT DO NOTHING"
            ),
            rows,
        )
    after = connection.execute(text("SELECT count(*) FROM toancanh.succession")).scalar_one()
    return int(after - before)
