"""What a healthy installation needs, examined one by one, each with advice."""

from __future__ import annotations

import platform
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Literal

from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from geo.errors import Problem
from services.cluster import find_postgresql, private_cluster
from services.database import database_url
from services.migrate import head
from services.page import DIST
from services.settings import Settings

State = Literal["ok", "warn", "bad"]

VN2000 = (3405, 3406, 4756, 5896, 5897, 5898, 5899, *range(9205, 9219))
LEAST_DISK_GB = 5
MOST_CLOCK_DRIFT_S = 5


@dataclass(frozen=True)
class Check:
    """One finding, and what to do about it."""

    title: str
    state: State
    finding: str
    advice: str = ""


def examine(settings: Settings) -> list[Check]:
    """Return every finding; the database is examined only where it answers."""
    return [*_machine(settings), *_client(), *_postgresql(settings), *_database(settings)]


def _machine(settings: Settings) -> Iterator[Check]:
    good = (3, 11) <= sys.version_info[:2] < (3, 14)
    yield Check(
        "Python", "ok" if good else "bad", platform.python_version(), "" if good else "Cần Python 3.11 đến 3.13."
    )
    yield Check("Toàn Cảnh", "ok", version("toancanh"))
    folder = settings.data if settings.data.exists() else settings.data.parent
    free = shutil.disk_usage(folder).free / 1e9
    yield Check(
        "Đĩa trống", "ok" if free > LEAST_DISK_GB else "warn", f"{free:.0f} GB tại {folder}",
        "" if free > LEAST_DISK_GB else f"Nên có ít nhất {LEAST_DISK_GB} GB.",
    )  # fmt: skip


def _client() -> Iterator[Check]:
    built = (DIST / "index.html").exists()
    yield Check(
        "Giao diện", "ok" if built else "bad", "đã dựng" if built else "chưa dựng", "" if built else "Chạy make web."
    )


def _postgresql(settings: Settings) -> Iterator[Check]:
    if settings.database_url:
        return
    try:
        yield Check("PostgreSQL", "ok", str(find_postgresql()))
    except Problem as problem:
        yield Check("PostgreSQL", "bad", problem.vi)


def _database(settings: Settings) -> Iterator[Check]:
    if settings.database_url is None:
        try:
            if not private_cluster(settings.data).running():
                yield Check("Cơ sở dữ liệu", "warn", "PostGIS riêng chưa chạy", "Chạy make run, hoặc toancanh serve.")
                return
        except Problem:
            return
    engine = create_engine(database_url(settings), connect_args={"connect_timeout": 5})
    try:
        with engine.connect() as connection:
            for look in _LOOKS:
                yield look(connection)
    except SQLAlchemyError:
        yield Check("Cơ sở dữ liệu", "bad", "không trả lời", "Kiểm tra TOANCANH_DATABASE_URL và dịch vụ PostgreSQL.")
    finally:
        engine.dispose()


def _versions(connection: Connection) -> Check:
    server = int(connection.execute(text("SHOW server_version_num")).scalar_one())
    postgis = connection.execute(text("SELECT extversion FROM pg_extension WHERE extname = 'postgis'")).scalar()
    good = server >= 150000 and postgis is not None and tuple(map(int, postgis.split(".")[:2])) >= (3, 3)
    finding = f"PostgreSQL {server // 10000}, PostGIS {postgis or 'chưa cài'}"
    return Check(
        "Phiên bản cơ sở dữ liệu",
        "ok" if good else "bad",
        finding,
        "" if good else "Cần PostgreSQL 15+, PostGIS 3.3+; chạy toancanh migrate.",
    )


def _shape(connection: Connection) -> Check:
    exists = connection.execute(text("SELECT to_regclass('toancanh.alembic_version')")).scalar()
    found = connection.execute(text("SELECT version_num FROM toancanh.alembic_version")).scalar() if exists else None
    good = found == head()
    return Check(
        "Cấu trúc dữ liệu", "ok" if good else "bad", str(found or "chưa có"), "" if good else "Chạy toancanh migrate."
    )


def _reference_systems(connection: Connection) -> Check:
    known = (
        connection.execute(text("SELECT srid FROM spatial_ref_sys WHERE srid = ANY(:codes)"), {"codes": list(VN2000)})
        .scalars()
        .all()
    )
    missing = sorted(set(VN2000) - set(known))
    finding = f"{len(known)}/{len(VN2000)} hệ VN-2000"
    return Check(
        "Hệ toạ độ",
        "bad" if missing else "ok",
        finding,
        f"Thiếu EPSG {missing}; chạy toancanh migrate." if missing else "",
    )


def _clock(connection: Connection) -> Check:
    there: datetime = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
    drift = abs((there - datetime.now(UTC)).total_seconds())
    good = drift < MOST_CLOCK_DRIFT_S and time.time() > 1_750_000_000
    return Check(
        "Đồng hồ",
        "ok" if good else "warn",
        f"lệch {drift:.1f} giây so với cơ sở dữ liệu",
        "" if good else "Đồng bộ giờ bằng NTP.",
    )


def _areas(connection: Connection) -> Check:
    if connection.execute(text("SELECT to_regclass('toancanh.area')")).scalar() is None:
        return Check("Đơn vị hành chính", "bad", "chưa có bảng", "Chạy toancanh migrate.")
    provinces, communes, approximate = connection.execute(
        text(
            "SELECT count(*) FILTER (WHERE level = 'province'), count(*) FILTER (WHERE level = 'commune'), "
            "count(*) FILTER (WHERE approximate AND level <> 'country') FROM toancanh.area WHERE valid_to IS NULL"
        )
    ).one()
    finding = f"{provinces} tỉnh, {communes} xã; {approximate} ranh giới gần đúng"
    advice = "Nạp ranh giới chính thức: toancanh boundaries load hoặc fetch." if approximate else ""
    return Check(
        "Đơn vị hành chính", "ok" if provinces else "warn", finding, advice if provinces else "Chạy toancanh demo."
    )


_LOOKS: tuple[Callable[[Connection], Check], ...] = (_versions, _shape, _reference_systems, _clock, _areas)
