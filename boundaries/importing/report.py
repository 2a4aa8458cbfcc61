"""What a boundary file holds, what is wrong with it and what loading it would change, before anything is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

import geopandas
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from sqlalchemy import Connection

from boundaries.importing.reading import Outlines, known
from boundaries.mosaic import Standing, standing
from geo import repair
from geo.crs import square_metres
from geo.errors import Problem
from geo.text import same_name

WORST = 10
AREA_TOLERANCE = 0.10


@dataclass(frozen=True, kw_only=True)
class Province:
    """How much of a province a file holds."""

    code: str
    name: str
    communes: int
    communes_known: int
    outline: bool

    @property
    def complete(self) -> bool:
        """Whether every commune of the province is there."""
        return self.communes == self.communes_known


@dataclass(kw_only=True)
class Report:
    """Findings about a set of outlines; `refusals` are the reasons why it may not be committed."""

    levels: dict[str, int] = field(default_factory=dict)
    notes: list[tuple[str, str]] = field(default_factory=list)
    refused_rows: list[tuple[int, str, str]] = field(default_factory=list)
    invalid: list[tuple[str, str]] = field(default_factory=list)
    repair: dict[str, float] = field(default_factory=dict)
    overlaps: dict[str, Any] = field(default_factory=dict)
    gaps: dict[str, Any] = field(default_factory=dict)
    unknown: list[tuple[int, str, str]] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    names: list[tuple[str, str, str]] = field(default_factory=list)
    parents: list[tuple[str, str, str]] = field(default_factory=list)
    outside: list[tuple[str, str, float]] = field(default_factory=list)
    areas: list[tuple[str, str, float, float]] = field(default_factory=list)
    provinces: list[Province] = field(default_factory=list)
    change: dict[str, Any] = field(default_factory=dict)
    crs: str = ""
    operation: str = ""
    encoding: str = ""
    checksum: str = ""
    refusals: list[tuple[str, str]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Return the report as plain JSON values, as stored with the load."""
        return asdict(self)

    def refuse(self, vi: str, en: str) -> None:
        """Add a reason why this may not be committed."""
        self.refusals.append((vi, en))

    def check(self) -> None:
        """Raise the first reason why this may not be committed."""
        if self.refusals:
            vi, en = self.refusals[0]
            raise Problem(vi, en)


def examine(
    connection: Connection, outlines: Outlines, *, on: date, partial: bool = False, skip_unknown: bool = False
) -> tuple[Report, geopandas.GeoDataFrame]:
    """Examine outlines; return the report and the repaired areas that may be committed (EPSG:4326 MultiPolygons)."""
    read = outlines.reading
    report = Report(
        notes=[(n.vi, n.en) for n in outlines.notes], refused_rows=[(r.row, r.vi, r.en) for r in outlines.refused],
        crs=read.crs, operation=read.operation, encoding=read.encoding, checksum=read.checksum,
    )  # fmt: skip
    areas = outlines.areas.copy()
    shapes, done = repair.polygons(areas.geometry.to_numpy())
    report.invalid = [(str(areas["code"].iloc[i]), reason) for i, reason in done.invalid]
    report.repair = {
        "repeated_points": done.repeated_points, "turned": done.turned, "dust": done.dust,
        "changed_m2": round(done.changed_m2, 1),
    }  # fmt: skip
    for i in done.emptied:
        row = int(areas["row"].iloc[i])
        report.refused_rows.append((row, "hình không có diện tích", "the geometry has no area"))
    full = shapes != np.array(None)
    areas = areas[full].assign(geometry=shapes[full]).reset_index(drop=True)
    report.levels = {str(k): int(v) for k, v in areas["level"].value_counts().items()}
    areas = _identify(report, areas, on, skip_unknown)
    _compare(report, areas, on)
    examine_ground(report, areas)
    _complete(report, areas, on, partial)
    _change(report, areas, standing(connection, on))
    return report, areas


def examine_ground(report: Report, areas: geopandas.GeoDataFrame) -> None:
    """Measure overlaps and gaps between neighbours and communes outside their province's outline."""
    communes = areas[areas["level"] == "commune"]
    if len(communes) > 1:
        report.overlaps = overlaps(communes.geometry.to_numpy(), communes["code"].tolist())
        report.gaps = gaps(communes.geometry.to_numpy(), communes["parent_code"].tolist())
    else:
        provinces = areas[areas["level"] == "province"]
        report.overlaps = overlaps(provinces.geometry.to_numpy(), provinces["code"].tolist())
    provinces = areas[areas["level"] == "province"]
    for code, whole in zip(provinces["code"], provinces.geometry, strict=True):
        mine = communes[communes["parent_code"] == code]
        shapely.prepare(whole)
        strays = mine[~shapely.intersects(whole, shapely.point_on_surface(mine.geometry.to_numpy()))]
        for row in strays.to_dict("records"):
            share = 1 - shapely.intersection(row["geometry"], whole).area / row["geometry"].area
            report.outside.append((row["code"], row["full_name"], round(float(share), 3)))


def overlaps(shapes: npt.NDArray[np.object_], codes: Sequence[str]) -> dict[str, Any]:
    """Pairs that overlap by more than 1 m²: how many, km² in all, the worst ten."""
    edges = shapely.coverage_invalid_edges(shapes)
    suspects = np.flatnonzero(~shapely.is_empty(edges))
    if not len(suspects):
        return {"pairs": 0, "km2": 0.0, "worst": []}
    some = shapes[suspects]
    a, b = shapely.STRtree(some).query(some, predicate="intersects")
    a, b = a[a < b], b[a < b]
    common = shapely.intersection(some[a], some[b])
    size = np.zeros(len(common))
    flat = shapely.area(common) > 1e-13
    size[flat] = square_metres(common[flat])
    real = np.flatnonzero(size > 1.0)
    worst = real[np.argsort(-size[real])][:WORST]
    names = np.array(codes, dtype=object)[suspects]
    return {
        "pairs": len(real), "km2": round(float(size[real].sum()) / 1e6, 4),
        "worst": [(names[a[i]], names[b[i]], round(float(size[i]) / 1e6, 4)) for i in worst],
    }  # fmt: skip


def gaps(shapes: npt.NDArray[np.object_], parents: Sequence[str]) -> dict[str, Any]:
    """Holes between the communes of a file: how many, km² in all, the worst ten with where they are (lon, lat)."""
    owners = np.array(parents, dtype=object)
    if shapely.coverage_is_valid(shapes):
        whole = shapely.coverage_union_all(shapes)
    else:
        whole = shapely.union_all([shapely.union_all(shapes[owners == p]) for p in sorted(set(parents))])
    holes = [shapely.Polygon(ring) for part in shapely.get_parts(whole) for ring in shapely.get_rings(part)[1:]]
    if not holes:
        return {"count": 0, "km2": 0.0, "worst": []}
    array = np.array(holes, dtype=object)
    size = square_metres(array)
    real = np.flatnonzero(size > 1.0)
    worst = real[np.argsort(-size[real])][:WORST]
    middle = shapely.point_on_surface(array[worst])
    return {
        "count": len(real), "km2": round(float(size[real].sum()) / 1e6, 4),
        "worst": [
            (round(float(m.x), 5), round(float(m.y), 5), round(float(size[i]) / 1e6, 4))
            for i, m in zip(worst, middle, strict=True)
        ],
    }  # fmt: skip


def _identify(report: Report, areas: geopandas.GeoDataFrame, on: date, skip_unknown: bool) -> geopandas.GeoDataFrame:
    keys = pd.MultiIndex.from_frame(areas[["level", "code"]])
    there = pd.Series(keys.isin(known(on).index), index=areas.index)
    report.unknown = [
        (int(r), str(c), str(n)) for r, c, n in areas.loc[~there, ["row", "code", "full_name"]].itertuples(index=False)
    ]
    if report.unknown and not skip_unknown:
        some = ", ".join(f"{c or '(trống)'} {n}" for _, c, n in report.unknown[:3])
        report.refuse(
            f"{len(report.unknown)} mã không có trong danh mục ({some}…); sửa tệp hoặc thêm --skip-unknown để bỏ "
            "các dòng đó.",
            f"{len(report.unknown)} codes are not in the register ({some}…); mend the file or add --skip-unknown "
            "to leave them out.",
        )
    areas = _with_islands(areas[there].reset_index(drop=True), known(on).index)
    held = Counter(zip(areas["level"], areas["code"], strict=True))
    report.twice = sorted(code for (_, code), count in held.items() if count > 1)
    if report.twice:
        report.refuse(
            f"{len(report.twice)} mã xuất hiện hơn một lần ({', '.join(report.twice[:5])}).",
            f"{len(report.twice)} codes occur more than once ({', '.join(report.twice[:5])}).",
        )
    if areas.empty:
        report.refuse(
            f"Không có dòng nào nhận ra được là tỉnh, huyện hoặc xã của ngày {on:%d/%m/%Y}.",
            f"No row could be told to be a province, district or commune of {on}.",
        )
    return areas.drop_duplicates(["level", "code"]).reset_index(drop=True)


def _with_islands(areas: geopandas.GeoDataFrame, listed: pd.Index) -> geopandas.GeoDataFrame:
    """Island districts without communes stand for their lowest level too, where the file has them as districts only."""
    there = set(areas.loc[areas["level"] == "commune", "code"])
    lowest = {code for level, code in listed if level == "commune"} - there
    islands = areas[areas["level"].eq("district") & areas["code"].isin(lowest)]
    return pd.concat([areas, islands.assign(level="commune", district_code=islands["code"])], ignore_index=True)


def _compare(report: Report, areas: geopandas.GeoDataFrame, on: date) -> None:
    """Compare names, parents and areas with the register."""
    table = known(on)
    measured = square_metres(areas.geometry.to_numpy()) / 1e6 if len(areas) else np.empty(0)
    for i, row in enumerate(areas.itertuples(index=False)):
        entry = table.loc[(row.level, row.code)]
        if row.name and not (same_name(row.name, entry["name"]) or same_name(row.full_name, entry["full_name"])):
            report.names.append((row.code, row.full_name or row.name, entry["full_name"]))
        for column in ("parent_code", "district_code"):
            if row.level != "province" and getattr(row, column) != entry[column]:
                report.parents.append((row.code, getattr(row, column), entry[column]))
        published = entry["area_km2"] if np.isfinite(entry["area_km2"]) else row.area_km2
        if np.isfinite(published) and published > 0 and abs(measured[i] / published - 1) > AREA_TOLERANCE:
            report.areas.append(
                (row.code, entry["full_name"], round(float(published), 2), round(float(measured[i]), 2))
            )
    report.areas.sort(key=lambda a: -abs(a[3] / a[2] - 1))
    if report.parents:
        code, there, here = report.parents[0]
        report.refuse(
            f"{len(report.parents)} đơn vị ghi cấp trên khác danh mục (ví dụ {code}: tệp ghi {there}, danh mục ghi "
            f"{here}).",
            f"{len(report.parents)} areas name another parent than the register ({code}: file {there}, "
            f"register {here}).",
        )


def _complete(report: Report, areas: geopandas.GeoDataFrame, on: date, partial: bool) -> None:
    table = known(on)
    listed = table[table["level"] == "commune"]["parent_code"].value_counts()
    held = areas[areas["level"] == "commune"]["parent_code"].value_counts()
    outlined = set(areas[areas["level"] == "province"]["code"])
    for code in sorted({*held.index, *outlined, *areas[areas["level"] == "district"]["parent_code"]}):
        report.provinces.append(
            Province(
                code=code, name=str(table["full_name"].get(("province", code), code)),
                communes=int(held.get(code, 0)), communes_known=int(listed.get(code, 0)), outline=code in outlined,
            )
        )  # fmt: skip
    missing = [p for p in report.provinces if p.communes and not p.complete]
    if missing and not partial:
        first = missing[0]
        report.refuse(
            f"{first.name} mới có {first.communes}/{first.communes_known} xã trong tệp; bổ sung cho đủ, hoặc thêm "
            "--partial để nạp "
            "các xã này và giữ nguyên ranh giới tỉnh.",
            f"The file has {first.communes} of the {first.communes_known} communes of {first.name}; complete it, "
            "or add --partial "
            "to load these and keep the province's outline.",
        )


def _change(report: Report, areas: geopandas.GeoDataFrame, there: Standing) -> None:
    stored = dict(zip(there.codes, there.official, strict=True))
    codes = set(areas.loc[areas["level"] != "district", "code"])
    report.change = {
        "new": len(codes - stored.keys()),
        "replaced": sum(c in codes for c in stored),
        "untouched": sum(c not in codes for c in stored),
        "approximate_left": sum(not official and c not in codes for c, official in stored.items()),
    }
