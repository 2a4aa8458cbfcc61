"""Where people live in a commune: the ground on which invented features are placed."""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta, timezone
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

VIETNAM = timezone(timedelta(hours=7))
STREETS = (
    *("Trần Phú", "Hùng Vương", "Lê Hồng Phong", "Nguyễn Văn Cừ", "Phan Đình Phùng", "Hai Bà Trưng"),
    *("Lý Thường Kiệt", "Nguyễn Thị Minh Khai", "Lê Lợi", "Quang Trung", "Nguyễn Du", "Trần Hưng Đạo"),
    *("Võ Thị Sáu", "Phan Bội Châu", "Ngô Quyền", "Bà Triệu", "Nguyễn Trãi", "Lê Duẩn", "Hoàng Văn Thụ"),
    *("Phạm Ngũ Lão", "Nguyễn Công Trứ", "Trần Quốc Toản", "Phan Chu Trinh", "Tôn Đức Thắng", "Lý Tự Trọng"),
    *("Nguyễn Tất Thành", "Xô Viết Nghệ Tĩnh", "Đinh Tiên Hoàng", "Yersin", "Chu Văn An", "Trường Chinh"),
)
KINDS = {"phuong": "phường", "xa": "xã", "dac_khu": "đặc khu"}


def generator(layer: str, areas: gpd.GeoDataFrame, seed: int) -> np.random.Generator:
    """Random numbers that depend on the layer, the seed and the set of communes, not on the order of their rows."""
    communes = ",".join(sorted(areas["code"].astype(str)))
    return np.random.default_rng([seed, zlib.crc32(layer.encode()), zlib.crc32(communes.encode())])


def prepared(areas: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Communes in the order of their codes, with `weight` (how much happens there) and `label` (“phường Cam Ly”).

    The weight follows the population where it is known and the size otherwise; wards count more than rural communes.
    """
    made = areas.sort_values("code", ignore_index=True).copy()
    known = made.get("population")
    people = np.asarray(known, dtype=float) if known is not None else np.full(len(made), np.nan)
    # Published populations with digits lost (72 persons in a ward) would empty the place.
    people = np.where(people >= 1_500, people, np.nan)
    typical = np.nanmedian(people) if np.isfinite(people).any() else 20_000.0
    people = np.where(np.isfinite(people), people, np.where(made["kind"] == "dac_khu", 300.0, typical))
    made["weight"] = people * made["kind"].map({"phuong": 2.6, "dac_khu": 1.2}).fillna(1.0).to_numpy()
    made["label"] = [KINDS.get(k, "xã") + " " + n for k, n in zip(made["kind"], made["name"], strict=True)]
    return made


def settlements(areas: gpd.GeoDataFrame) -> list[NDArray[np.float64]]:
    """For each prepared commune (EPSG:4326) the lon, lat of its centre and of up to three smaller places.

    They depend on the commune alone, so that all layers gather around the same places.
    """
    places = []
    for code, shape in zip(areas["code"], areas.geometry, strict=True):
        part = max(shapely.get_parts(shape), key=lambda p: p.area)
        centre = shapely.get_coordinates(shapely.maximum_inscribed_circle(shapely.simplify(part, 0.001), 0.002))[:1]
        rng = np.random.default_rng(zlib.crc32(str(code).encode()))
        west, south, east, north = part.bounds
        found = rng.uniform((west, south), (east, north), (24, 2))
        inside = shapely.contains_xy(part, found[:, 0], found[:, 1])
        places.append(np.vstack([centre, found[inside][:3]]))
    return places


def points_in(
    areas: gpd.GeoDataFrame, commune: NDArray[np.intp], rng: np.random.Generator, *, spread_m: float = 700.0
) -> NDArray[np.float64]:
    """Return lon, lat inside the commune with that row number: most around its settlements, one in eight anywhere."""
    result = np.empty((len(commune), 2))
    places = settlements(areas)
    for row in np.unique(commune):
        wanted = np.flatnonzero(commune == row)
        shape = areas.geometry.iloc[row]
        shapely.prepare(shape)
        west, south, east, north = shape.bounds
        found: list[NDArray[np.float64]] = []
        while sum(map(len, found)) < len(wanted):
            n = 4 * len(wanted) + 16
            share = np.array([5.0, *([1.0] * (len(places[row]) - 1))])
            home = places[row][rng.choice(len(places[row]), n, p=share / share.sum())]
            step = rng.normal(0, spread_m, (n, 2)) * rng.choice((0.35, 1.0, 2.2), n)[:, None] / 111_000
            near = home + step
            wide = rng.uniform((west, south), (east, north), (n, 2))
            tried = np.where(rng.random((n, 1)) < 0.125, wide, near)
            found.append(tried[shapely.contains_xy(shape, tried[:, 0], tried[:, 1])])
        result[wanted] = np.vstack(found)[: len(wanted)]
    return result


def features(rows: list[dict[str, Any]], shapes: Sequence[shapely.Geometry]) -> gpd.GeoDataFrame:
    """Rows and their shapes (EPSG:4326) as one frame of plain Python values: a blank stays None, never NaN."""
    return gpd.GeoDataFrame(pd.DataFrame(rows, dtype=object), geometry=np.asarray(shapes, dtype=object), crs=4326)


def moment(day: date, hour: float) -> datetime:
    """A moment in Viet Nam, to the second."""
    return datetime.combine(day, time(), VIETNAM) + timedelta(seconds=round(hour * 3600))


def town_name(names: Sequence[str]) -> str:
    """The name that wards share (“Đà Lạt” of “Xuân Hương – Đà Lạt”, “Lâm Viên – Đà Lạt”), else the first."""
    ends = Counter(" ".join(re.split(r"[ –-]+", name)[-2:]) for name in names if len(name.split()) > 2)
    if ends:
        name, times = ends.most_common(1)[0]
        if times > 1:
            return name
    return names[0]
