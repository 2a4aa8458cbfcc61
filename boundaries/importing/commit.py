"""Examined outlines written into the database: fitted in, hierarchy exact, identities kept, all or nothing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import geopandas
import numpy as np
import shapely
from sqlalchemy import Connection, insert, text

from boundaries import register
from boundaries.display import build_shapes
from boundaries.importing.fitting import Pieces, coverage_clean, dissolve, fit, multi, refill
from boundaries.importing.reading import known
from boundaries.importing.report import Province, Report
from boundaries.labels import label_points
from boundaries.mosaic import Mosaic, Standing, mosaic, standing
from boundaries.store import store_aliases
from boundaries.tables import boundary_load
from boundaries.vintages import vintage_on
from geo.text import fold


def commit(
    connection: Connection, areas: geopandas.GeoDataFrame, report: Report, *, on: date, path: str, source: str
) -> dict[str, int]:
    """Write examined areas (`report.examine`) inside the caller's transaction; return counts of what changed.

    A province whose communes are all there becomes exactly their union; one that comes as an outline keeps it and its
    communes are fitted into it; approximate neighbours give way. Ids of areas that stay are kept. Raises the report's
    first refusal. Display shapes are made anew and the load is recorded.
    """
    report.check()
    there = standing(connection, on)
    before = mosaic(there)
    new = _new_pieces(areas, report.provinces, there, before)
    fitted = fit(Pieces(before.codes, before.provinces, before.shapes, before.official), new)
    written = _write(connection, fitted, there, areas=areas, on=on, source=source)
    report.change |= {"outlines_written": len(written["changed"]), "areas_added": len(written["added"])}
    if written["added"]:
        names = register.aliases()
        store_aliases(connection, names[names["code"].isin(written["added"])])
    shapes = build_shapes(connection, vintage_on(on).start, changed=written["changed"])
    connection.execute(insert(boundary_load).values(path=path, checksum=report.checksum, report=report.as_json()))
    return {"written": len(written["changed"]), "added": len(written["added"]), "shapes": shapes}


def _new_pieces(areas: geopandas.GeoDataFrame, provinces: list[Province], there: Standing, before: Mosaic) -> Pieces:
    """All pieces of every province the file speaks of, official where they come from the file."""
    given = dict(zip(areas["code"], areas.geometry, strict=True))
    stored = dict(zip(there.codes, there.shapes, strict=True))
    official = dict(zip(there.codes, there.official, strict=True))
    codes: list[str] = []
    owners: list[str] = []
    shapes: list[shapely.Geometry] = []
    known_: list[bool] = []

    def add(province: str, members: Iterable[tuple[str, shapely.Geometry, bool]]) -> None:
        for code, shape, sure in members:
            codes.append(code)
            owners.append(province)
            shapes.append(shape)
            known_.append(sure)

    for one in provinces:
        mine = areas[(areas["level"] == "commune") & (areas["parent_code"] == one.code)]
        others = [c for c, p in zip(before.codes, before.provinces, strict=True) if p == one.code and c != one.code]
        if one.communes and one.complete:
            add(one.code, [(c, g, True) for c, g in zip(mine["code"], mine.geometry, strict=True)])
        elif one.communes:
            outline = stored.get(one.code, given.get(one.code))
            if outline is None:
                continue
            add(
                one.code,
                _into_outline(one.code, outline, dict(zip(mine["code"], mine.geometry, strict=True)), others, before),
            )
        elif others and all(official[c] for c in others if c in official) and not any(c.endswith("*") for c in others):
            continue  # its official communes say more than a separately generalised outline
        elif others:
            shapes_now = np.array([before.shapes[before.codes.index(c)] for c in others], dtype=object)
            add(one.code, [(c, g, False) for c, g in zip(others, refill(given[one.code], shapes_now), strict=True)])
        else:
            add(one.code, [(one.code, given[one.code], True)])
    return Pieces(codes, owners, np.array(shapes, dtype=object), np.array(known_, dtype=bool))


def _into_outline(
    province: str, outline: shapely.Geometry, mine: dict[str, shapely.Geometry], others: list[str], before: Mosaic
) -> list[tuple[str, shapely.Geometry, bool]]:
    """Some communes of a province in its unchanged outline: they keep their land, the others share the rest."""
    clean = coverage_clean(np.array(list(mine.values()), dtype=object), merge_strategy="min_index")
    rest = [c for c in others if c not in mine and not c.endswith("*")]
    if rest:
        index = [before.codes.index(c) for c in rest]
        all_ = refill(outline, np.concatenate([multi(clean), before.shapes[index]]), fixed=len(mine))
        sure = [True] * len(mine) + [bool(before.official[i]) for i in index]
        return list(zip([*mine, *rest], all_, sure, strict=True))
    inside = multi(shapely.intersection(clean, outline))
    free = multi(np.array([shapely.difference(outline, shapely.union_all(inside))], dtype=object))[0]
    found = [(c, g, True) for c, g in zip(mine, inside, strict=True)]
    return found if free.is_empty else [*found, (f"{province}*", free, False)]


_UPDATE = text("""
UPDATE toancanh.area SET geom = ST_GeomFromWKB(:geom, 4326), label = ST_GeomFromWKB(:label, 4326),
  approximate = :approximate, source = coalesce(:source, source) WHERE id = :id
""")
_INSERT = text("""
INSERT INTO toancanh.area (code, valid_from, valid_to, level, kind, name, full_name, name_en, province_code, parent_id,
  resolution, area_km2, source, approximate, folded, geom, label)
VALUES (:code, :valid_from, :valid_to, :level, :kind, :name, :full_name, :name_en, :province_code,
  (SELECT p.id FROM toancanh.area p WHERE p.code = :parent_code AND p.valid_from <= :valid_from
     AND (p.valid_to IS NULL OR p.valid_to > :valid_from) ORDER BY p.valid_from DESC LIMIT 1),
  :resolution, :area_km2, coalesce(:source, ''), :approximate, :folded,
  ST_GeomFromWKB(:geom, 4326), ST_GeomFromWKB(:label, 4326)) RETURNING id
""")


def _write(
    connection: Connection, fitted: Pieces, there: Standing, *, areas: geopandas.GeoDataFrame, on: date, source: str
) -> dict[str, Any]:
    ids = dict(zip(there.codes, there.ids, strict=True))
    stored = dict(zip(there.codes, there.shapes, strict=True))
    was_official = dict(zip(there.codes, there.official, strict=True))
    from_file = set(areas["code"])
    outline: dict[str, tuple[shapely.Geometry, bool]] = {}
    groups: dict[str, list[int]] = {}
    for i, (code, province) in enumerate(zip(fitted.codes, fitted.provinces, strict=True)):
        if not code.endswith("*"):
            outline[code] = (fitted.shapes[i], bool(fitted.official[i]))
        if code != province:
            groups.setdefault(province, []).append(i)
    for province, members in groups.items():
        sure = bool(fitted.official[members].all()) or (
            province in from_file and not (set(areas["parent_code"]) & {province})
        )
        outline[province] = (dissolve(fitted.shapes[members]), sure or was_official.get(province, False))
    wanted = [
        code for code, (shape, sure) in outline.items()
        if code not in stored
        or sure != was_official[code]
        or not shapely.equals_exact(shape, stored[code], normalize=True)
    ]  # fmt: skip
    wanted.sort(key=len)  # provinces before their communes
    table = known(on)
    vintage = vintage_on(on)
    shapes = np.array([outline[c][0] for c in wanted], dtype=object)
    labels = label_points(shapes) if len(shapes) else shapes
    changed: list[int] = []
    added: list[str] = []
    for code, shape, label in zip(wanted, shapes, labels, strict=True):
        official = outline[code][1]
        origin = source if official and (code in from_file or not was_official.get(code, False)) else None
        values = {
            "geom": shapely.to_wkb(shape),
            "label": shapely.to_wkb(label),
            "approximate": not official,
            "source": origin,
        }
        if code in ids:
            connection.execute(_UPDATE, {**values, "id": ids[code]})
            changed.append(ids[code])
        else:
            entry: dict[Any, Any] = table.loc[code].to_dict()
            facts = {
                k: entry[k]
                for k in ("code", "level", "kind", "name", "full_name", "name_en", "parent_code", "resolution")
            }
            facts["province_code"] = code if entry["level"] == "province" else entry["parent_code"]
            area = float(entry["area_km2"]) if np.isfinite(entry["area_km2"]) else None
            facts |= {
                "valid_from": vintage.start,
                "valid_to": vintage.until,
                "area_km2": area,
                "folded": fold(entry["full_name"]),
            }
            changed.append(int(connection.execute(_INSERT, {**facts, **values}).scalar_one()))
            added.append(code)
    if vintage.until is None and changed:
        _country(connection, fitted)
    return {"changed": changed, "added": added}


def _country(connection: Connection, fitted: Pieces) -> None:
    connection.execute(
        text(
            "UPDATE toancanh.area SET geom = ST_GeomFromWKB(:geom, 4326), approximate = :approximate "
            "WHERE level = 'country' AND valid_to IS NULL"
        ),
        {"geom": shapely.to_wkb(dissolve(fitted.shapes)), "approximate": bool((~fitted.official).all())},
    )
