"""Invented cameras: denser in wards, nine in ten online, with directions, owners and purposes that fit."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import geopandas as gpd
import numpy as np

from layers.samples.ground import STREETS, features, generator, moment, points_in, prepared

COUNT = 330
_STATES = (("online", 0.88), ("unstable", 0.045), ("offline", 0.045), ("maintenance", 0.03))
_PURPOSES = {
    "phuong": (
        ("giao_thong", 0.4),
        ("an_ninh", 0.32),
        ("do_thi", 0.18),
        ("moi_truong", 0.05),
        ("thien_tai", 0.05),
    ),
    "xa": (
        ("giao_thong", 0.26),
        ("an_ninh", 0.3),
        ("do_thi", 0.06),
        ("moi_truong", 0.22),
        ("thien_tai", 0.16),
    ),
}
_PLACES = {
    "giao_thong": ("Ngã tư {a} – {b}", "Ngã ba {a} – {b}", "Nút giao {a} – {b}", "Cầu trên đường {a}"),
    "an_ninh": (
        "Cổng UBND {label}",
        "Chợ trung tâm {name}",
        "Cổng Trường THCS {a}",
        "Bến xe {name}",
        "Nhà văn hóa {label}",
    ),
    "do_thi": (
        "Vỉa hè đường {a}",
        "Quảng trường trung tâm {name}",
        "Công viên {a}",
        "Khu phố ẩm thực đường {b}",
    ),
    "moi_truong": (
        "Bìa rừng phòng hộ {name}",
        "Trạm trung chuyển rác {name}",
        "Suối {name}, điểm xả số {n}",
        "Chòi canh lửa {name} số {n}",
    ),
    "thien_tai": (
        "Ngầm tràn {name} số {n}",
        "Điểm sạt lở {name}, km {n}",
        "Hồ chứa nước {name}",
        "Kè {name}, đoạn số {n}",
    ),
}
_OWNERS = {
    "giao_thong": ("Phòng Cảnh sát giao thông, Công an tỉnh", "Sở Xây dựng"),
    "an_ninh": ("Công an {label}",),
    "do_thi": ("UBND {label}",),
    "moi_truong": ("Chi cục Kiểm lâm", "Sở Nông nghiệp và Môi trường"),
    "thien_tai": ("Ban Chỉ huy Phòng thủ dân sự {label}", "Chi cục Thủy lợi"),
}


def sample(areas: gpd.GeoDataFrame, *, seed: int, today: date) -> gpd.GeoDataFrame:
    """Invent cameras in the communes `areas` (EPSG:4326: id, code, name, full_name, kind[, population]).

    Returns every field of the layer, `area_id` and points in EPSG:4326 inside that commune; the stream addresses
    lead nowhere (`.invalid`). The same arguments give the same cameras.
    """
    ground = prepared(areas)
    rng = generator("cameras", areas, seed)
    where = np.sort(rng.choice(len(ground), COUNT, p=ground["weight"] / ground["weight"].sum()))
    places = points_in(ground, where, rng, spread_m=500)
    communes = ground[["id", "code", "name", "label", "kind"]].to_dict("records")
    rows = [_camera(n, communes[row], rng, today) for n, row in enumerate(where, 1)]
    return features(rows, gpd.points_from_xy(*places.T))


def _camera(number: int, commune: dict[str, Any], rng: np.random.Generator, today: date) -> dict[str, Any]:
    mix = _PURPOSES["phuong" if commune["kind"] == "phuong" else "xa"]
    purpose = str(rng.choice([p for p, _ in mix], p=[w for _, w in mix]))
    state = str(rng.choice([s for s, _ in _STATES], p=[w for _, w in _STATES]))
    words = {
        "name": commune["name"],
        "label": commune["label"],
        "n": int(rng.integers(1, 9)),
        **dict(zip("ab", rng.choice(STREETS, 2, replace=False), strict=True)),
    }
    ptz = bool(rng.random() < (0.5 if purpose in ("moi_truong", "thien_tai") else 0.22))
    far = purpose in ("moi_truong", "thien_tai")
    code = f"CAM-{commune['code']}-{number:04d}"
    return {
        "code": code,
        "name": str(rng.choice(_PLACES[purpose])).format(**words),
        "state": state,
        "purpose": purpose,
        "owner": str(rng.choice(_OWNERS[purpose])).format(**words),
        "kind": "ptz" if ptz else "fixed",
        "last_seen": _last_seen(state, rng, today),
        "azimuth": None if ptz else float(rng.integers(0, 72) * 5),
        "field_of_view": None if ptz else float(rng.choice((45, 60, 75, 90, 110))),
        "range_m": float(rng.choice((150, 200, 300) if far else (50, 60, 80, 100, 120))),
        "height_m": float(rng.choice((12, 15, 18) if far else (4.5, 5, 6, 7, 8))),
        "retention_days": int(rng.choice((15, 30, 60), p=(0.25, 0.6, 0.15))),
        "stream_url": f"rtsp://camera.invalid/{code.lower()}/main",
        "snapshot_url": f"https://camera.invalid/{code.lower()}.jpg",
        "area_id": int(commune["id"]),
    }


def _last_seen(state: str, rng: np.random.Generator, today: date) -> datetime:
    """Online ones answered within the last five minutes before 07:30, the others as long ago as their state says."""
    now = moment(today, 7.5)
    hours = {
        "online": rng.uniform(0, 0.08),
        "unstable": rng.uniform(0.1, 2),
        "offline": rng.gamma(1.5, 40) + 2,
        "maintenance": rng.uniform(24, 24 * 12),
    }[state]
    return (now - timedelta(hours=float(hours))).replace(microsecond=0)
