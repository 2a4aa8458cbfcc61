"""Invented planning zones that tile two or three towns in the legal land-use codes."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from layers.samples.ground import features, generator, prepared, settlements, town_name
from layers.samples.town_plan import Zone, town_plan
from styles.land_use import land_uses

TOWNS = 3
_APART = 15_000  # metres between two towns
_AREAS = ("Polygon", "MultiPolygon")
_LEAST_M2 = 1.0  # a clipped coast may leave threads that are no zone
_REACH = 9_000  # metres around a town's centre in which wards belong to it

# code -> (density %, storeys from, to); far = density × storeys, a little below.
_RULES: dict[str, tuple[tuple[int, ...], int, int]] = {
    "ODT": ((60, 70, 75, 80), 3, 6),
    "ONT": ((50, 60, 70), 2, 4),
    "TMD": ((50, 60, 70), 5, 12),
    "TSC": ((35, 40, 45), 3, 7),
    "DGD": ((30, 35, 40), 2, 4),
    "DYT": ((35, 40), 3, 7),
    "DVH": ((35, 40), 2, 4),
    "DTT": ((25, 30), 1, 2),
    "DCH": ((50, 60), 1, 3),
    "TON": ((30, 40), 1, 3),
    "DKV": ((5,), 1, 1),
    "SKN": ((60, 65, 70), 2, 4),
    "DNL": ((30, 40), 1, 2),
    "DRA": ((20, 30), 1, 1),
    "CQP": ((30, 40), 2, 4),
}
_NAMES: dict[str, tuple[str, ...]] = {
    "DGD": ("Trường mầm non", "Trường tiểu học", "Trường trung học cơ sở", "Trường trung học phổ thông"),
    "DYT": ("Trạm y tế", "Phòng khám đa khoa khu vực"),
    "DKV": ("Công viên cây xanh", "Vườn hoa khu ở", "Sân chơi khu ở"),
    "TSC": ("Trụ sở cơ quan",),
    "TMD": ("Khu thương mại – dịch vụ", "Nhà phố kết hợp dịch vụ"),
    "DVH": ("Nhà văn hóa – thư viện",),
    "DTT": ("Sân thể thao khu vực",),
    "DCH": ("Chợ khu vực",),
    "TON": ("Cơ sở tôn giáo hiện hữu",),
    "ODT": ("Nhóm nhà ở hiện trạng chỉnh trang", "Nhóm nhà ở mới", "Nhà ở liên kế có sân vườn"),
    "ONT": ("Nhóm nhà ở nông thôn", "Điểm dân cư nông thôn"),
    "SKN": ("Cụm công nghiệp địa phương",),
    "NTD": ("Nghĩa trang nhân dân",),
    "DNL": ("Trạm biến áp",),
    "DRA": ("Trạm trung chuyển chất thải rắn",),
    "CQP": ("Đất quốc phòng",),
    "MNC": ("Hồ cảnh quan",),
    "SON": ("Sông, suối thoát nước",),
    "RPH": ("Rừng phòng hộ cảnh quan",),
    "CLN": ("Vùng trồng cây lâu năm",),
    "HNK": ("Vùng rau, hoa công nghệ cao",),
}
_PLANS = (
    ("chi_tiet", "Quy hoạch chi tiết xây dựng khu trung tâm {town}, tỷ lệ 1/500"),
    ("phan_khu", "Quy hoạch phân khu phía Tây Nam {town}, tỷ lệ 1/2.000"),
    ("phan_khu", "Quy hoạch phân khu phía Tây Bắc {town}, tỷ lệ 1/2.000"),
    ("phan_khu", "Quy hoạch phân khu phía Đông Nam {town}, tỷ lệ 1/2.000"),
    ("phan_khu", "Quy hoạch phân khu phía Đông Bắc {town}, tỷ lệ 1/2.000"),
    ("su_dung_dat", "Quy hoạch sử dụng đất đến năm 2030 vùng ven {town}"),
)
_REMARKS = (
    "Đang lấy ý kiến điều chỉnh cục bộ.",
    "Chờ đối chiếu với bản đồ địa chính mới.",
    "Ranh giới ô đất số hóa từ bản vẽ 1/2.000, cần kiểm tra thực địa.",
)


def sample(areas: gpd.GeoDataFrame, *, seed: int, today: date) -> gpd.GeoDataFrame:
    """Invent plans in the communes `areas` (EPSG:4326: id, code, name, full_name, kind[, population]).

    Returns every field of the layer, `area_id` (the commune that holds most of the zone's middle) and polygons in
    EPSG:4326. The zones of a town are a valid coverage that stays within the communes given.
    """
    ground = prepared(areas)
    rng = generator("planning-zones", areas, seed)
    metric = ground.to_crs(ground.estimate_utm_crs())
    shapes = metric.geometry.to_numpy()
    centres = gpd.points_from_xy(*np.array([p[0] for p in settlements(ground)]).T, crs=4326)
    xy = shapely.get_coordinates(gpd.GeoSeries(centres).to_crs(metric.crs).to_numpy())
    rows: list[dict[str, Any]] = []
    found: list[shapely.Geometry] = []
    for number, town in enumerate(_towns(ground, shapely.area(shapes), xy)):
        near = np.flatnonzero(shapely.distance(shapes, shapely.Point(xy[town])) < _REACH)
        land = shapely.union_all(shapes[near])
        zones = town_plan((float(xy[town][0]), float(xy[town][1])), land, rng, river=number % 2 == 1)
        zones = [(zone, shape) for zone, shape in zones if shape.geom_type in _AREAS and shape.area >= _LEAST_M2]
        wards = [
            i for i in near[np.argsort(np.hypot(*(xy[near] - xy[town]).T))] if ground["kind"][i] == ground["kind"][town]
        ]
        name = town_name([str(ground["name"][i]) for i in wards])
        plans = _decisions(name, rng, today)
        holders = shapely.STRtree(shapes[near])
        middles = shapely.point_on_surface([shape for _, shape in zones])
        owner = dict(zip(*holders.query(middles, predicate="intersects")[:, ::-1], strict=True))
        for n, (zone, shape) in enumerate(zones):
            commune = int(near[owner[n]])
            rural = ground["kind"][commune] == "xa"
            rows.append(
                {**_zone(zone, shape.area, rng, rural=rural), **plans[zone.plan], "area_id": int(ground["id"][commune])}
            )
            found.append(shape)
    return features(rows, gpd.GeoSeries(found, crs=metric.crs).to_crs(4326))


def _towns(ground: gpd.GeoDataFrame, size: NDArray[np.float64], xy: NDArray[np.float64]) -> list[int]:
    """Row numbers of the densest wards that lie apart (of any commune where there are too few wards)."""
    dense = ground["weight"].to_numpy() / size
    order = sorted(range(len(ground)), key=lambda i: (ground["kind"][i] != "phuong", -dense[i]))
    chosen: list[int] = []
    for row in order:
        if all(np.hypot(*(xy[row] - xy[other])) > _APART for other in chosen):
            chosen.append(row)
        if len(chosen) == TOWNS:
            break
    return chosen


def _decisions(town: str, rng: np.random.Generator, today: date) -> list[dict[str, Any]]:
    """Plan name, level, decision and dates of each plan of a town: none is decided in the future."""
    made = []
    for level, name in _PLANS:
        day = today - timedelta(days=int(rng.integers(120, 1_900)))
        while day.weekday() > 4:
            day -= timedelta(days=1)
        made.append(
            {
                "plan_name": name.format(town=town),
                "plan_level": level,
                "decision": f"{rng.integers(120, 2_900)}/QĐ-UBND",
                "decision_date": day,
                "valid_from": day,
                "valid_to": date(2030, 12, 31) if level == "su_dung_dat" else None,
            }
        )
    return made


def _zone(zone: Zone, size: float, rng: np.random.Generator, *, rural: bool) -> dict[str, Any]:
    use = "ONT" if zone.use == "ODT" and rural else zone.use
    density, storeys, far = None, None, None
    if use in _RULES:
        choices, low, high = _RULES[use]
        density = float(choices[rng.integers(len(choices))])
        storeys = int(rng.integers(low, high + 1))
        far = round(density / 100 * storeys * float(rng.uniform(0.9, 1.0)), 2)
    if zone.street:
        code, name = f"{zone.quarter}-DGT-{zone.street}", f"Đường {zone.street}"
    else:
        code = f"{zone.quarter}-{use}-{zone.number:02d}"
        titles = {u.code: u.title for u in land_uses()}
        names = _NAMES.get(use, (titles[use],))
        name = f"{names[rng.integers(len(names))]} {zone.quarter}{zone.number or ''}"
    return {
        "code": code,
        "name": name,
        "land_use": use,
        "density_max": density,
        "storeys_max": storeys,
        "far_max": far,
        "area_m2": round(size, 1),
        "population": round(size / (62 if use == "ODT" else 110)) if use in ("ODT", "ONT") else None,
        "remark": _REMARKS[rng.integers(len(_REMARKS))] if rng.random() < 0.04 else None,
    }
