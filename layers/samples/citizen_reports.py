"""Invented citizen reports of the last twelve months: what, where, when, by whom handled and how it ended."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import geopandas as gpd
import numpy as np

from layers.samples.ground import STREETS, features, generator, moment, points_in, prepared
from layers.samples.report_words import AGENCIES, ANSWERS, DAYS, REFUSED, REPORTS, SHARES

COUNT = 5_000
_HOUR_SHARE = np.array([1, 0.5, 0.3, 0.2, 0.4, 1.5, 4, 7, 9, 9, 8, 6, 5, 5, 7, 8, 8, 8, 7, 7, 8, 7, 4, 2], dtype=float)


def sample(areas: gpd.GeoDataFrame, *, seed: int, today: date) -> gpd.GeoDataFrame:
    """Invent reports in the communes `areas` (EPSG:4326: id, code, name, full_name, kind[, population]).

    Returns every field of the layer, `area_id` and points in EPSG:4326 inside that commune, oldest first. States,
    dates, answers and ratings agree with each other and with `today` (seen at 07:30); the persons do not exist.
    """
    ground = prepared(areas)
    rng = generator("citizen-reports", areas, seed)
    where = rng.choice(len(ground), COUNT, p=ground["weight"] / ground["weight"].sum())
    places = points_in(ground, where, rng)
    now = moment(today, 7.5)
    received = sorted(_received(rng, now))
    communes = ground[["id", "name", "label", "kind"]].to_dict("records")
    rows = [_report(n, communes[row], received[n], now, rng) for n, row in enumerate(where)]
    return features(rows, gpd.points_from_xy(*places.T))


def _received(rng: np.random.Generator, now: datetime) -> list[datetime]:
    """Moments of the last year: more by day than by night, more in the rains (May to October), growing with use."""
    found: list[datetime] = []
    while len(found) < COUNT:
        for back in rng.uniform(0, 365, COUNT):
            day = (now - timedelta(days=float(back))).date()
            likely = (1.0 if 5 <= day.month <= 10 else 0.78) * (1 - 0.4 * back / 365)
            if rng.random() > likely * (0.8 if day.weekday() == 6 else 1):
                continue
            hour = rng.choice(24, p=_HOUR_SHARE / _HOUR_SHARE.sum()) + rng.random()
            at = moment(day, float(hour))
            if at < now:
                found.append(at)
    return found[:COUNT]


def _report(
    number: int, commune: dict[str, Any], received: datetime, now: datetime, rng: np.random.Generator
) -> dict[str, Any]:
    category = str(rng.choice(list(SHARES), p=list(SHARES.values())))
    words = _words(commune, rng, alleys=category != "giao_thong")
    kind = int(rng.integers(len(REPORTS[category])))
    title, description = REPORTS[category][kind]
    course = _course(category, kind, received, now, rng)
    named = rng.random() < 0.9
    who = int(rng.integers(1, 2_600))
    return {
        "code": f"PA-{received.year}-{number + 1:06d}",
        "title": title.format(**words),
        "category": category,
        "description": description.format(**words),
        "received_at": received,
        **course,
        "agency": None
        if course["state"] == "moi"
        else AGENCIES[category][rng.integers(len(AGENCIES[category]))].format(**words),
        "supporters": int(rng.geometric(0.35) - 1),
        "reporter_name": f"Người dân {who:04d}" if named else None,
        "reporter_phone": f"0900 000 {who % 1000:03d}" if named else None,
        "moderated": bool(rng.random() < (0.35 if course["state"] == "moi" else 0.93)),
        "area_id": int(commune["id"]),
    }


def _words(commune: dict[str, Any], rng: np.random.Generator, *, alleys: bool) -> dict[str, Any]:
    ward = commune["kind"] == "phuong"
    a, b = (STREETS[i] for i in rng.choice(len(STREETS), 2, replace=False))
    group = f"{'tổ dân phố' if ward else 'thôn'} {rng.integers(1, 24 if ward else 12)}"
    if ward or rng.random() < 0.3:
        street = f"đường {a}"
        near = (  # the first two are places on a street that cars use
            f"gần ngã tư {a} – {b}",
            f"trên đường {a}, đoạn qua {group}",
            f"trước số nhà {rng.integers(2, 320)} đường {a}",
            f"trong hẻm {rng.integers(3, 180)} đường {a}, {group}",
        )[rng.integers(4 if alleys else 2)]
    else:
        street = (f"đường trục {group}", f"đường liên {group.split()[0]}", f"khu vực {group}")[rng.integers(3)]
        near = (
            f"tại {group}",
            f"gần nhà văn hóa {group}",
            f"trên đường trục chính {group}",
            f"cách trụ sở UBND {commune['label']} khoảng {rng.integers(2, 30) * 100} m",
        )[rng.integers(4)]
    return {
        "street": street,
        "near": near,
        "name": commune["name"],
        "label": commune["label"],
        "tail": ", Hạ tầng và Đô thị" if ward else "",
        "days": int(rng.integers(3, 21)),
        "cm": int(rng.integers(3, 9) * 5),
        "m": int(rng.integers(3, 15)),
        "n": int(rng.integers(2, 5)),
    }


def _course(category: str, kind: int, received: datetime, now: datetime, rng: np.random.Generator) -> dict[str, Any]:
    """State, due, closed, answer and rating: late ones exist, and none is closed before it came or after now."""
    due = moment(received.date() + timedelta(days=DAYS[category]), 17)
    course: dict[str, Any] = {
        "state": "dang_xu_ly",
        "due_at": due,
        "closed_at": None,
        "answer": None,
        "satisfaction": None,
    }
    refused = rng.random() < 0.05
    days = 0.3 + rng.gamma(2.0, 0.7) if refused else 0.4 + rng.gamma(2.2, DAYS[category] / 3.8)
    forgotten = not refused and rng.random() < 0.035
    closed = _at_work(received + timedelta(days=float(days)))
    if closed < now and not forgotten:
        course |= {"state": "tu_choi" if refused else "da_xu_ly", "closed_at": closed}
        course["answer"] = REFUSED[rng.integers(len(REFUSED))] if refused else ANSWERS[category][kind]
        if not refused and rng.random() < 0.55:
            late = closed > due
            shares = (0.12, 0.16, 0.28, 0.28, 0.16) if late else (0.03, 0.05, 0.15, 0.37, 0.4)
            course["satisfaction"] = int(rng.choice(5, p=shares) + 1)
    elif now - received < timedelta(hours=float(rng.uniform(6, 54))):
        course |= {"state": "moi", "due_at": None}
    elif due < now:
        course["state"] = "qua_han"
    return course


def _at_work(at: datetime) -> datetime:
    """The same moment moved into working hours of Monday to Saturday."""
    if at.hour < 7:
        at = at.replace(hour=7 + at.minute % 2)
    elif at.hour >= 17:
        at = (at + timedelta(days=1)).replace(hour=8)
    return at + timedelta(days=1) if at.weekday() == 6 else at
