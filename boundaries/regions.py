"""Sets of regions that are no administrative areas – forest districts, police areas, basins – as lenses on figures."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pandas as pd
import shapely
from sqlalchemy import Connection, text

from boundaries.display import build_region_shapes
from boundaries.importing.report import overlaps
from boundaries.labels import label_points
from boundaries.succession import common_ground
from geo import reading, repair
from geo.crs import square_metres
from geo.errors import Problem
from geo.text import fold

# Names under which files keep the name of a region, folded, best first.
_NAMES = ("ten", "ten vung", "ten don vi", "name", "ten day du", "full name", "title", "label")
LEAST_KM2 = 1e-4  # edges of two surveys cross each other; less than this is no ground in common


@dataclass(kw_only=True)
class Regions:
    """Regions read from a file, and what is to be said about them."""

    frame: geopandas.GeoDataFrame  # name, geometry (EPSG:4326 MultiPolygons)
    column: str
    refused: list[tuple[int, str, str]] = field(default_factory=list)
    joined: int = 0
    repaired: int = 0
    overlaps: dict[str, Any] = field(default_factory=dict)


def read_regions(
    path: Path,
    *,
    name_field: str | None = None,
    layer: str | None = None,
    encoding: str | None = None,
    crs: str | None = None,
    provinces: geopandas.GeoDataFrame | None = None,
) -> Regions:
    """Read polygons with names; those of one name are one region.

    Raises Problem where no column of names is found or no polygon has a name.
    """
    taken = reading.read(path, layer=layer, encoding=encoding, crs=crs, outlines=provinces)
    frame = taken.frame
    columns = [str(c) for c in frame.columns if c not in ("geometry", reading.FILE)]
    column = _name_column(columns, name_field)
    found = Regions(frame=frame, column=column)
    names = [" ".join(str(v).split()) if isinstance(v, str) else "" for v in frame[column]]
    polygons = frame.geometry.geom_type.isin(["Polygon", "MultiPolygon", "GeometryCollection"]).to_numpy()
    given = frame.geometry.to_numpy().copy()
    given[~polygons] = shapely.Polygon()
    shapes, done = repair.polygons(given)
    found.repaired = len(done.invalid)
    good = []
    for i, (row, name) in enumerate(zip(frame.index, names, strict=True)):
        if not polygons[i] or shapes[i] is None:
            found.refused.append((int(row), "hình không phải vùng", "the geometry is no area"))
        elif not name:
            found.refused.append((int(row), "không có tên", "has no name"))
        else:
            good.append(i)
    found.refused = sorted([*found.refused, *((one.row, one.vi, one.en) for one in taken.refused)])
    if not good:
        raise Problem("Tệp không có vùng nào mang tên.", "The file has no polygon with a name.")
    rows = pd.DataFrame({"name": [names[i] for i in good], "geometry": shapes[good]})
    groups = rows.groupby("name", sort=False).geometry.agg(list)
    found.joined = len(rows) - len(groups)
    whole = np.array([_multi(shapely.union_all(parts)) for parts in groups], dtype=object)
    found.frame = geopandas.GeoDataFrame({"name": groups.index}, geometry=whole, crs=4326)
    found.overlaps = overlaps(whole, list(groups.index))
    return found


def slug_of(title: str) -> str:
    """The name of a set in addresses: “Hạt kiểm lâm” -> hat-kiem-lam."""
    return re.sub(r"[^a-z0-9]+", "-", fold(title)).strip("-")


def store_set(
    connection: Connection, regions: Regions, *, title: str, title_en: str, slug: str, start: date, source: str
) -> int:
    """Write a set of regions in place of what its slug held, with its shapes and the communes in it; how many regions."""
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug):
        raise Problem(
            f"Tên “{slug}” của lăng kính chỉ được gồm chữ thường không dấu, số và gạch nối.",
            f"The slug “{slug}” may have small letters, digits and hyphens only.",
        )
    remove_set(connection, slug)
    connection.execute(_SET, {"slug": slug, "title": title, "title_en": title_en or title, "source": source})
    labels = label_points(regions.frame.geometry.to_numpy())
    rows = [
        {
            "code": f"{slug}:{number}", "start": start, "kind": slug, "name": name, "name_en": name,
            "source": source, "folded": fold(name), "geom": shapely.to_wkb(shape), "label": shapely.to_wkb(label),
        }
        for number, (name, shape, label) in enumerate(
            zip(regions.frame["name"], regions.frame.geometry, labels, strict=True), 1
        )
    ]  # fmt: skip
    connection.execute(_REGION, rows)
    build_region_shapes(connection, slug)
    measure_overlaps(connection, slug=slug)
    return len(rows)


def remove_set(connection: Connection, slug: str) -> int:
    """Remove a set and its regions; how many there were."""
    gone = connection.execute(text("DELETE FROM toancanh.area WHERE level = 'region' AND kind = :slug"), {"slug": slug})
    connection.execute(text("DELETE FROM toancanh.region_set WHERE slug = :slug"), {"slug": slug})
    connection.execute(_FORGET_WHOLES)
    return int(gone.rowcount)


def measure_overlaps(connection: Connection, *, slug: str | None = None, changed: Collection[int] | None = None) -> int:
    """Measure how much of which communes, of every structure, lies in which regions (of one set; for some communes by id).

    The whole of every commune concerned is kept beside its parts: regions need not cover it.
    """
    values = {"slug": slug, "all": changed is None, "ids": list(changed or [])}
    regions = _read(connection, _SOME_REGIONS, values)
    if regions.empty:
        return 0
    communes = _read(connection, _SOME_COMMUNES, values)
    if communes.empty:
        return 0
    ground = common_ground(communes, regions)
    ground = ground[ground.km2 > LEAST_KM2]
    connection.execute(
        text("DELETE FROM toancanh.overlap WHERE area_id = ANY(:areas) AND region_id = ANY(:regions)"),
        {"areas": [int(i) for i in communes.index], "regions": [int(i) for i in regions.index]},
    )
    inside = communes.loc[ground.old_id.unique()]
    connection.execute(_COMMON, {
        "areas": [*ground.old_id.tolist(), *inside.index.tolist()],
        "regions": [*ground.new_id.tolist(), *inside.index.tolist()],
        "km2": [*ground.km2.tolist(), *(square_metres(inside.to_numpy()) / 1e6).tolist()],
    })  # fmt: skip
    return len(ground)


def communes_in(connection: Connection, regions: Regions) -> dict[str, int]:
    """How many present communes lie whole in one region, are cut by several, or lie partly or wholly outside all."""
    communes = _read(connection, _SOME_COMMUNES, {"all": True, "ids": []}, "AND valid_to IS NULL")
    inside = pd.Series(regions.frame.geometry.to_numpy(), index=range(len(regions.frame)))
    ground = common_ground(communes, inside)
    size = pd.Series(square_metres(communes.to_numpy()) / 1e6, index=communes.index)
    share = ground.km2 / ground.old_id.map(size)
    held = share.groupby(ground.old_id).sum()
    most = share.groupby(ground.old_id).max()
    touched = held[held > 0.01]
    whole = most.reindex(touched.index) > 0.99
    partly = ~whole & (touched < 0.99)
    return {"whole": int(whole.sum()), "cut": int((~whole & ~partly).sum()), "partly": int(partly.sum())}


def _name_column(columns: list[str], wanted: str | None) -> str:
    if wanted is not None and wanted not in columns:
        raise Problem(
            f"Tệp không có cột “{wanted}”; các cột: {', '.join(columns)}.",
            f"The file has no column “{wanted}”; it has {', '.join(columns)}.",
        )
    folded = {fold(column): column for column in reversed(columns)}
    found = wanted or next((folded[name] for name in _NAMES if name in folded), None)
    if found is None:
        raise Problem(
            f"Không rõ cột nào là tên của vùng; hãy thêm --field với một trong: {', '.join(columns)}.",
            f"It is not clear which column names the regions; add --field with one of {', '.join(columns)}.",
        )
    return found


def _multi(shape: Any) -> Any:
    return shape if shape.geom_type == "MultiPolygon" else shapely.MultiPolygon([shape])


def _read(connection: Connection, statement: str, values: dict[str, Any], more: str = "") -> pd.Series:
    rows = connection.execute(text(f"{statement} {more} ORDER BY id"), values).all()
    return pd.Series(shapely.from_wkb([bytes(row[1]) for row in rows]), index=[row[0] for row in rows], dtype=object)


_SOME_REGIONS = """
SELECT id, ST_AsBinary(geom) FROM toancanh.area
WHERE level = 'region' AND (CAST(:slug AS text) IS NULL OR kind = :slug)
"""
_SOME_COMMUNES = """
SELECT id, ST_AsBinary(geom) FROM toancanh.area
WHERE level = 'commune' AND geom IS NOT NULL AND (:all OR id = ANY(:ids))
"""
_SET = text(
    "INSERT INTO toancanh.region_set (slug, title, title_en, source) VALUES (:slug, :title, :title_en, :source)"
)
_COMMON = text("""
INSERT INTO toancanh.overlap (area_id, region_id, area_km2)
SELECT * FROM unnest((:areas)::int[], (:regions)::int[], (:km2)::float8[])
ON CONFLICT (area_id, region_id) DO UPDATE SET area_km2 = excluded.area_km2, population = CASE
  WHEN abs(overlap.area_km2 - excluded.area_km2) <= 0.001 * excluded.area_km2 THEN overlap.population END
""")
_FORGET_WHOLES = text("""
DELETE FROM toancanh.overlap o WHERE area_id = region_id
  AND NOT EXISTS (SELECT FROM toancanh.overlap p WHERE p.area_id = o.area_id AND p.region_id <> o.area_id)
""")
_REGION = text("""
INSERT INTO toancanh.area (code, valid_from, level, kind, name, full_name, name_en, province_code, parent_id, source,
  folded, geom, label)
VALUES (:code, :start, 'region', :kind, :name, :name, :name_en, 'VN',
  (SELECT id FROM toancanh.area WHERE level = 'country' ORDER BY valid_from LIMIT 1), :source, :folded,
  ST_GeomFromWKB(:geom, 4326), ST_GeomFromWKB(:label, 4326))
""")
