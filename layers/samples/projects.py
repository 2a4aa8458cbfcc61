"""Invented public-investment projects: points and roads whose dates, progress, money and obstacles agree."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from layers.samples.ground import STREETS, features, generator, points_in, prepared

COUNT = 220
ROADS = 60  # of these, drawn as lines between two neighbouring communes
_STATES = (
    ("chuan_bi", 0.15),
    ("dang_thi_cong", 0.44),
    ("cham_tien_do", 0.14),
    ("vuong_mat", 0.10),
    ("hoan_thanh", 0.17),
)
_FIELDS = (
    ("giao_thong", 0.14),
    ("thuy_loi", 0.16),
    ("giao_duc", 0.26),
    ("y_te", 0.12),
    ("ha_tang_do_thi", 0.18),
    ("cong_nghiep", 0.05),
    ("khac", 0.09),
)
# sector -> (lowest total of group B in tỷ đồng, usual total, names)
_NAMES: dict[str, tuple[float, float, tuple[str, ...]]] = {
    "giao_thong": (
        240,
        85,
        (
            "Xây dựng cầu {a} thay cầu tạm, {label}",
            "Cải tạo nút giao {a} – {b}, {label}",
            "Sửa chữa, nâng cấp bến xe {name}",
        ),
    ),
    "thuy_loi": (
        120,
        62,
        (
            "Hồ chứa nước {name} và hệ thống kênh mương",
            "Kiên cố hóa kênh cấp 2, {label}",
            "Kè chống sạt lở bờ suối, {label}",
            "Nâng cấp trạm bơm và kênh tưới {name}",
        ),
    ),
    "giao_duc": (
        90,
        26,
        (
            "Xây dựng Trường Mầm non {name} (giai đoạn 2)",
            "Xây dựng khối phòng học Trường Tiểu học {a}, {label}",
            "Nâng cấp Trường THCS {a}, {label}",
            "Xây dựng nhà đa năng Trường THPT {a}, {label}",
            "Trường phổ thông nội trú liên cấp {name}",
        ),
    ),
    "y_te": (
        90,
        38,
        (
            "Xây dựng Trạm Y tế {label}",
            "Nâng cấp Bệnh viện Đa khoa khu vực {name}",
            "Cải tạo, mở rộng Trung tâm Y tế khu vực {name}",
        ),
    ),
    "ha_tang_do_thi": (
        150,
        70,
        (
            "Hệ thống thoát nước và xử lý nước thải {label}",
            "Hạ tầng kỹ thuật khu tái định cư {name}",
            "Cải tạo vỉa hè, chiếu sáng đường {a}, {label}",
            "Công viên trung tâm {name}",
        ),
    ),
    "cong_nghiep": (
        90,
        140,
        ("Hạ tầng kỹ thuật Cụm công nghiệp {name}", "Đường gom và trạm xử lý nước thải Cụm công nghiệp {name}"),
    ),
    "khac": (
        90,
        18,
        (
            "Trụ sở làm việc Công an {label}",
            "Nhà văn hóa – khu thể thao {label}",
            "Nâng cấp Trung tâm Phục vụ hành chính công {label}",
            "Hạ tầng chợ {name}",
        ),
    ),
}
_ROADS = (
    "Nâng cấp, mở rộng đường {label} – {other}",
    "Xây dựng đường liên xã {name} – {other_name}",
    "Cải tạo, nâng cấp đường tỉnh đoạn {name} – {other_name}",
    "Đường từ trung tâm {label} đi {other}",
)
_INVESTORS = {
    "giao_thong": (
        "Ban Quản lý dự án đầu tư xây dựng các công trình giao thông",
        "Sở Xây dựng",
        "Ban Quản lý dự án đầu tư xây dựng khu vực {name}",
    ),
    "thuy_loi": (
        "Ban Quản lý dự án đầu tư xây dựng các công trình nông nghiệp",
        "Sở Nông nghiệp và Môi trường",
    ),
    "giao_duc": (
        "Ban Quản lý dự án đầu tư xây dựng khu vực {name}",
        "UBND {label}",
        "Sở Giáo dục và Đào tạo",
    ),
    "y_te": ("Ban Quản lý dự án đầu tư xây dựng các công trình dân dụng", "Sở Y tế"),
    "ha_tang_do_thi": ("Ban Quản lý dự án đầu tư xây dựng khu vực {name}", "UBND {label}"),
    "cong_nghiep": ("Trung tâm Phát triển cụm công nghiệp", "Sở Công Thương"),
    "khac": ("UBND {label}", "Ban Quản lý dự án đầu tư xây dựng các công trình dân dụng"),
}
_OBSTACLES = (
    "Còn {n} hộ chưa đồng ý phương án bồi thường, chưa bàn giao mặt bằng đoạn dài {m} m.",
    "Vướng {n} trụ điện trung thế chưa di dời trên tuyến.",
    "Chưa hoàn thành thủ tục chuyển mục đích sử dụng {h} ha rừng trồng.",
    "Khu tái định cư chưa xong nên {n} hộ chưa thể di dời.",
    "Hồ sơ địa chính không khớp hiện trạng, phải đo đạc lại {n} thửa đất.",
)
_DELAYS = (
    "Thiếu nguồn đất đắp, giá vật liệu tăng so với dự toán.",
    "Mưa kéo dài làm gián đoạn thi công nền đường.",
    "Nhà thầu bố trí thiếu nhân lực, đã bị nhắc nhở bằng văn bản.",
    "Phải điều chỉnh thiết kế móng do địa chất thay đổi.",
)
_NOTES = (
    "Giao ban tuần: đề nghị chủ đầu tư báo cáo lại tiến độ vào thứ sáu.",
    "Cân nhắc điều chuyển một phần kế hoạch vốn nếu không giải ngân được trong quý.",
    "Lãnh đạo tỉnh đã đi kiểm tra thực địa, có thông báo kết luận.",
)


def sample(areas: gpd.GeoDataFrame, *, seed: int, today: date) -> gpd.GeoDataFrame:
    """Invent projects in the communes `areas` (EPSG:4326: id, code, name, full_name, kind[, population]).

    Returns the fields of the layer that are not computed by the database (the two rates are), `area_id` and points
    or lines in EPSG:4326; a point lies inside its commune, a road begins there and stays on land. Money in tỷ đồng.
    """
    ground = prepared(areas)
    rng = generator("projects", areas, seed)
    communes = ground[["id", "code", "name", "label", "kind"]].to_dict("records")
    roads = _roads(ground, rng)
    weight = np.sqrt(ground["weight"].to_numpy())
    where = rng.choice(len(ground), COUNT - len(roads), p=weight / weight.sum())
    places = points_in(ground, where, rng, spread_m=1_200)
    rows: list[dict[str, Any]] = []
    shapes: list[shapely.Geometry] = []
    for start, end, line in roads:
        rows.append(_project(communes[start], "giao_thong", rng, today, other=communes[end], length=line.length * 108))
        shapes.append(line)
    for row, (lon, lat) in zip(where, places, strict=True):
        field = str(rng.choice([f for f, _ in _FIELDS], p=[w for _, w in _FIELDS]))
        rows.append(_project(communes[row], field, rng, today))
        shapes.append(shapely.Point(lon, lat))
    for number, row in enumerate(rows, 1):
        row["code"] = f"DA-{row['start_date'].year}-{number:04d}"
    return features(rows, shapes)


def _roads(ground: gpd.GeoDataFrame, rng: np.random.Generator) -> list[tuple[int, int, shapely.LineString]]:
    """Slightly winding lines between neighbouring communes, on land all the way; (start row, end row, line)."""
    shapes = ground.geometry.to_numpy()
    centres = shapely.get_coordinates(shapely.point_on_surface(shapes))
    tree = shapely.STRtree(shapes)
    pairs = tree.query(shapes, predicate="intersects").T
    pairs = pairs[pairs[:, 0] < pairs[:, 1]]
    gap = np.hypot(*(centres[pairs[:, 0]] - centres[pairs[:, 1]]).T)
    pairs = pairs[gap < 0.25]
    found: list[tuple[int, int, shapely.LineString]] = []
    for a, b in rng.permutation(pairs):
        line = shapely.LineString(_winding(centres[a], centres[b], rng))
        on_land = shapely.length(shapely.intersection(shapes[tree.query(line)], line)).sum()
        if on_land < 0.9999 * line.length:
            continue
        found.append((int(a), int(b), line))
        if len(found) == ROADS:
            break
    return found


def _winding(a: NDArray[np.float64], b: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    """Midpoints pushed sideways again and again, less each time: 33 points from a to b."""
    line = np.array([a, b])
    for bend in (0.09, 0.07, 0.055, 0.04, 0.03):
        step = np.diff(line, axis=0)
        side = np.column_stack([-step[:, 1], step[:, 0]]) * rng.normal(0, bend, (len(step), 1))
        made = np.empty((2 * len(line) - 1, 2))
        made[::2], made[1::2] = line, (line[:-1] + line[1:]) / 2 + side
        line = made
    return np.round(line, 6)


def _project(
    commune: dict[str, Any],
    field: str,
    rng: np.random.Generator,
    today: date,
    *,
    other: dict[str, Any] | None = None,
    length: float = 0.0,
) -> dict[str, Any]:
    """One project; a road has the commune it leads to and its length in kilometres."""
    group_b, usual, names = _NAMES[field]
    a, b = (STREETS[i] for i in rng.choice(len(STREETS), 2, replace=False))
    words = {"name": commune["name"], "label": commune["label"], "a": a, "b": b}
    if other is not None:
        names = _ROADS
        words |= {"other": other["label"], "other_name": other["name"]}
        total = (8 + length * rng.uniform(9, 32)) * rng.lognormal(0, 0.25)
    else:
        total = usual * rng.lognormal(0, 0.55)
    group = "A" if total >= 20 * group_b else "B" if total >= group_b else "C"
    state = str(rng.choice([s for s, _ in _STATES], p=[w for _, w in _STATES]))
    start, end, elapsed = _dates(state, group, rng, today)
    progress = _progress(state, elapsed, rng)
    return {
        "code": "",
        "name": names[rng.integers(len(names))].format(**words),
        "state": state,
        "investor": _INVESTORS[field][rng.integers(len(_INVESTORS[field]))].format(**words),
        "contractor": None if state == "chuan_bi" else f"Công ty Cổ phần Xây dựng Minh Họa {rng.integers(1, 40):02d}",
        "project_group": group,
        "field": field,
        "total_investment": round(float(total), 3),
        **_money(state, float(total), rng, today),
        "progress": progress,
        "start_date": start,
        "end_date": end,
        "obstacle": _obstacle(state, rng),
        "internal_note": _NOTES[rng.integers(len(_NOTES))] if rng.random() < 0.3 else None,
        "area_id": int(commune["id"]),
    }


def _dates(state: str, group: str, rng: np.random.Generator, today: date) -> tuple[date, date, float]:
    """Start, planned end and the share of the time gone by; late ones are near or past their end."""
    days = int({"A": 1460, "B": 960, "C": 560}[group] * rng.uniform(0.75, 1.2))
    low, high = {
        "chuan_bi": (-0.35, -0.03),
        "dang_thi_cong": (0.08, 0.93),
        "cham_tien_do": (0.55, 1.25),
        "vuong_mat": (0.25, 1.1),
        "hoan_thanh": (1.02, 1.6),
    }[state]
    elapsed = float(rng.uniform(low, high))
    start = today - timedelta(days=round(days * elapsed))
    return start, start + timedelta(days=days), elapsed


def _progress(state: str, elapsed: float, rng: np.random.Generator) -> float:
    done = {
        "chuan_bi": 0.0,
        "dang_thi_cong": min(elapsed * rng.uniform(0.92, 1.12), 0.98),
        "cham_tien_do": min(elapsed * rng.uniform(0.45, 0.72), 0.9),
        "vuong_mat": min(elapsed * rng.uniform(0.2, 0.55), 0.6),
        "hoan_thanh": 1.0,
    }[state]
    return round(float(done) * 100, 1)


def _money(state: str, total: float, rng: np.random.Generator, today: date) -> dict[str, float]:
    """This year's two plans and what is paid of them: the province assigns at least what the Prime Minister did."""
    share = {"chuan_bi": 0.06, "hoan_thanh": 0.16}.get(state, 0.3) * rng.uniform(0.7, 1.3)
    central = total * share
    local = central * (1 + rng.choice((0.0, 0.0, 0.05, 0.1, 0.15, 0.25)))
    year = (today - date(today.year, 1, 1)).days / 365
    pace = {
        "chuan_bi": rng.uniform(0.05, 0.5),
        "dang_thi_cong": rng.uniform(0.75, 1.12),
        "cham_tien_do": rng.uniform(0.4, 0.7),
        "vuong_mat": rng.uniform(0.1, 0.42),
        "hoan_thanh": rng.uniform(0.96, 1.06),
    }[state]
    # Payment runs behind the calendar until the last quarter.
    part = min(year**1.35 * pace, 1.02) if state != "hoan_thanh" else min(pace, 1.0)
    return {
        "plan_central": round(central, 3),
        "plan_local": round(float(local), 3),
        "disbursed": round(float(min(central * part, local)), 3),
    }


def _obstacle(state: str, rng: np.random.Generator) -> str | None:
    if state == "vuong_mat":
        words = {"n": rng.integers(3, 46), "m": rng.integers(3, 60) * 20, "h": rng.integers(2, 25)}
        return _OBSTACLES[rng.integers(len(_OBSTACLES))].format(**words)
    return _DELAYS[rng.integers(len(_DELAYS))] if state == "cham_tien_do" else None
