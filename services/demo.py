"""The province a new installation shows: approximate areas, sample figures and sample features, all marked as such."""

from __future__ import annotations

import contextlib
import multiprocessing
import signal
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from multiprocessing.pool import Pool

import geopandas
import pandas as pd
from sqlalchemy import Connection, Engine, text

from boundaries.approximate import approximate_areas
from boundaries.display import build_shapes
from boundaries.listed import below, listed_areas
from boundaries.register import aliases, succession
from boundaries.store import numbered, store_aliases, store_areas, store_succession
from boundaries.succession import measure
from boundaries.vintages import CURRENT, VINTAGES
from geo.errors import Problem
from layers.catalogue import catalogue
from layers.indicators.catalogue import load
from layers.indicators.rollup import refresh
from layers.indicators.store import add_provenance, analyse, write
from layers.loading import insert_features
from layers.samples import SAMPLES
from services.demo_figures import LAST, PUBLISHED, SEED, Sample, at_once

SAMPLE_SOURCE = "Dữ liệu minh hoạ của Toàn Cảnh"
AREA_SOURCE = "Diện tích công bố khi sắp xếp đơn vị hành chính 2025 (gói vietnamadminunits, giấy phép MIT)"

Progress = Callable[[str], None]


class AlreadyThere(Problem):
    """The database has areas of another province."""


def build(engine: Engine, *, home: str, progress: Progress = lambda _: None) -> bool:
    """Fill an empty database with the demo of a province (`VN`: of the whole country); return whether it was needed.

    All or nothing: a demo that is stopped half-way leaves the database as it was.
    """
    with engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(20250702)"))
        if _has(connection, home):
            return False
        if connection.execute(text("SELECT EXISTS (SELECT FROM toancanh.area)")).scalar_one():
            _clear(connection)
        progress("Dựng ranh giới gần đúng của 34 tỉnh, thành phố, cùng lúc tạo số liệu minh hoạ")
        areas = numbered(connection, below(listed_areas(), home))
        source = add_provenance(connection, SAMPLE_SOURCE)
        with _beside() as process:
            outlines = process.apply_async(approximate_areas)
            connection.execute(text("SET CONSTRAINTS ALL DEFERRED"))  # targets come before their areas
            Sample(areas, home).write(connection, at_once(home), load()[1], source)
            store_areas(connection, outlines.get().loc[areas.index].assign(id=areas["id"]))
        store_aliases(connection, aliases())
        store_succession(connection, succession(), source="gói vietnamadminunits")
        measure(connection)
        progress("Khái quát hoá đường ranh giới theo mức thu phóng")
        for vintage in VINTAGES:
            build_shapes(connection, vintage.start)
        areas_now = _loaded(connection)
        _published(connection, areas_now)
        progress("Tạo đối tượng minh hoạ trên bản đồ")
        _features(connection, areas_now)
        progress("Tổng hợp số liệu lên tỉnh và cả nước")
        analyse(connection)
        refresh(connection)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        tables = ("figure_slice", "figure_series", "target", "area")
        connection.execute(text(f"VACUUM (ANALYZE) {', '.join(f'toancanh.{name}' for name in tables)}"))
    return True


@contextlib.contextmanager
def _beside() -> Iterator[Pool]:
    """A process of its own that ends with the block, also where this one is stopped."""
    with multiprocessing.get_context("spawn").Pool(1, signal.signal, (signal.SIGINT, signal.SIG_IGN)) as pool:
        yield pool


def _has(connection: Connection, home: str) -> bool:
    """Whether the database shows this province already: by the demo or by what was loaded since."""
    return bool(
        connection.execute(
            text(
                "SELECT EXISTS (SELECT FROM toancanh.area WHERE level = 'commune' AND (province_code = :home OR :home = 'VN'))"
            ),
            {"home": home},
        ).scalar_one()
    ) and (
        home != "VN"
        or connection.execute(
            text("SELECT count(DISTINCT province_code) > 33 FROM toancanh.area WHERE level = 'commune'")
        ).scalar_one()
    )


def _clear(connection: Connection) -> None:
    """Make room for another demo; refuse where anything real was loaded."""
    real = connection.execute(
        text(
            "SELECT EXISTS (SELECT FROM toancanh.area WHERE NOT approximate AND level <> 'country') "
            "OR EXISTS (SELECT FROM toancanh.provenance WHERE title NOT IN (:sample, :area))"
        ),
        {"sample": SAMPLE_SOURCE, "area": AREA_SOURCE},
    ).scalar_one()
    if real:
        raise AlreadyThere(
            "Cơ sở dữ liệu đã có dữ liệu thật của tỉnh khác nên không dựng bản minh hoạ đè lên.",
            "The database holds real data of another province, so no demo is built over it.",
            hint="TOANCANH_DATA=<thư mục khác> make run",
        )
    tables = "area, area_shape, area_piece, area_alias, succession, observation, figure_slice, figure_series, target, provenance"
    features = ", ".join(str(catalogue[name].table) for name in SAMPLES)
    connection.execute(
        text(f"TRUNCATE {', '.join(f'toancanh.{t.strip()}' for t in tables.split(','))}, {features} CASCADE")
    )


def _loaded(connection: Connection) -> geopandas.GeoDataFrame:
    """The provinces and communes of today."""
    return geopandas.read_postgis(
        text(
            "SELECT a.id, a.code, a.level, a.kind, a.name, a.full_name, a.province_code, a.area_km2, "
            "CASE a.level WHEN 'province' THEN 'VN' ELSE a.province_code END AS parent_code, "
            "ST_X(a.label) AS lon, ST_Y(a.label) AS lat, a.geom AS geometry FROM toancanh.area a "
            "WHERE a.level IN ('province', 'commune') AND a.valid_to IS NULL ORDER BY a.code"
        ),
        connection,
        geom_col="geometry",
    )


def _published(connection: Connection, areas: geopandas.GeoDataFrame) -> None:
    published = areas.dropna(subset="area_km2")
    published = published[(published["level"] == "commune") | ~published["code"].isin(areas["parent_code"])]
    figures = pd.DataFrame(
        {
            "indicator": PUBLISHED,
            "area_id": published["id"],
            "province_code": published["province_code"],
            "period": f"{CURRENT.start.year}",
            "value": published["area_km2"],
            "numerator": None,
            "denominator": None,
            "status": "final",
            "blank": None,
            "warning": None,
        }
    )
    source = add_provenance(connection, AREA_SOURCE)
    write(connection, [figures], provenance_id=source, sample=False, known_at=datetime.now(UTC))


def _features(connection: Connection, areas: geopandas.GeoDataFrame) -> None:
    communes = areas[areas["level"] == "commune"]
    for _, members in communes.groupby("parent_code"):
        for name, sample in SAMPLES.items():
            insert_features(
                connection, catalogue[name], sample(members, seed=SEED, today=LAST), sample=True, source=SAMPLE_SOURCE
            )
