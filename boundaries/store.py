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
    "id",
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


def numbered(connection: Connection, areas: pd.DataFrame) -> pd.DataFrame:
    """Return the same rows with the id that each will have in the database: of use before their outlines are known."""
    ids = connection.execute(
        text("SELECT nextval(pg_get_serial_sequence('toancanh.area', 'id')) FROM generate_series(1, :count)"),
        {"count": len(areas)},
    )
    return areas.assign(id=list(ids.scalars()))


def store_areas(connection: Connection, areas: geopandas.GeoDataFrame) -> int:
    """Insert the country and these areas with the ids they were given; return how many.

    `areas` has the columns of `boundaries.approximate.approximate_areas` in EPSG:4326 and of `numbered`. Parents are
    linked by code among areas of the same validity, never by geometry.
    """
    table = pd.DataFrame(
        {
            **{name: areas[name] for name in _AREA_COLUMNS if name in areas.columns},
            "province_code": areas["province_code"],
            "folded": areas["full_name"].map(fold),
            "geom": shapely.to_wkb(shapely.set_srid(areas.geometry.values, 4326), hex=True, include_srid=True),
            "label": shapely.to_wkb(
                shapely.set_srid(shapely.points(areas["label_lon"], areas["label_lat"]), 4326),
                hex=True,
                include_srid=True,
            ),
        }
    )[_AREA_COLUMNS]
    table["valid_to"] = table["valid_to"].astype(object).where(table["valid_to"].notna(), None)
    table["area_km2"] = table["area_km2"].astype(object).where(table["area_km2"].notna(), None)
    number = connection.execute(text("SELECT nextval(pg_get_serial_sequence('toancanh.area', 'id'))")).scalar_one()
    driver = connection.connection.driver_connection
    assert driver is not None
    with driver.cursor().copy(f"COPY toancanh.area ({', '.join(_AREA_COLUMNS)}) FROM STDIN") as copy:
        copy.write_row(_country(areas, number))
        for row in table.itertuples(index=False, name=None):
            copy.write_row(row)
    _link_parents(connection, areas)
    return len(table) + 1


# An area's parent stands on the day the area begins; both structures name it by its code.
_LINK_PARENTS = text("""
UPDATE toancanh.area a SET parent_id = p.id
FROM unnest((:levels)::text[], (:codes)::text[], (:starts)::date[], (:parents)::text[])
     AS given (level, code, start, parent)
JOIN toancanh.area p ON p.code = given.parent
WHERE (a.level, a.code, a.valid_from) = (given.level, given.code, given.start)
  AND array_position(ARRAY['country', 'province', 'district', 'commune'], p.level)
      < array_position(ARRAY['country', 'province', 'district', 'commune'], a.level)
  AND p.valid_from <= a.valid_from AND (p.valid_to IS NULL OR p.valid_to > a.valid_from)
""")


def _link_parents(connection: Connection, areas: geopandas.GeoDataFrame) -> None:
    connection.execute(
        _LINK_PARENTS,
        {
            "levels": areas["level"].tolist(),
            "codes": areas["code"].tolist(),
            "starts": areas["valid_from"].tolist(),
            "parents": areas["parent_code"].tolist(),
        },
    )


def _country(areas: geopandas.GeoDataFrame, number: int) -> tuple[object, ...]:
    now = areas[(areas["level"] == "province") & areas["valid_to"].isna()]
    outline: Any = shapely.coverage_union_all(now.geometry.values)
    outline = outline if outline.geom_type == "MultiPolygon" else shapely.multipolygons([outline])
    shape = shapely.to_wkb(shapely.set_srid(outline, 4326), hex=True, include_srid=True)
    label = shapely.to_wkb(shapely.set_srid(shapely.Point(108.0, 14.2), 4326), hex=True, include_srid=True)
    total = float(now["area_km2"].sum()) or None
    first = min(areas["valid_from"].map(lambda day: day if isinstance(day, date) else date.fromisoformat(str(day))))
    name = "Việt Nam"
    return (
        number, "VN", first, None, "country", "quoc_gia", name, name, "Viet Nam", "VN", "", total,
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


TABLE_OF_LINKS = "gói vietnamadminunits"
"""Where `register.succession` comes from."""

_LINK = text("""
INSERT INTO toancanh.succession (old_id, new_id, relation, is_main, area_share, source)
SELECT o.id, n.id, given.relation, given.is_main, given.share, :source
FROM unnest((:levels)::text[], (:olds)::text[], (:news)::text[], (:relations)::text[], (:mains)::bool[],
            (:shares)::float8[]) AS given (level, old, new, relation, is_main, share)
JOIN toancanh.area o ON o.level = given.level AND o.code = given.old
JOIN toancanh.area n ON n.level = given.level AND n.code = given.new AND n.valid_from = o.valid_to
ON CONFLICT DO NOTHING
""")


def store_succession(connection: Connection, pairs: pd.DataFrame, *, source: str = TABLE_OF_LINKS) -> int:
    """Insert links whose two ends are loaded (old_code, old_level, new_code, relation, is_default, area_share)."""
    done = connection.execute(
        _LINK,
        {
            "levels": pairs["old_level"].tolist(),
            "olds": pairs["old_code"].tolist(),
            "news": pairs["new_code"].tolist(),
            "relations": pairs["relation"].tolist(),
            "mains": [bool(main) for main in pairs["is_default"]],
            "shares": [None if pd.isna(share) else float(share) for share in pairs["area_share"]],
            "source": source,
        },
    )
    return int(done.rowcount)
