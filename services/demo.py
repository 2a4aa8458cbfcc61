"""The province a new installation shows: approximate areas, sample figures and sample features, all marked as such."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import geopandas
import pandas as pd
from sqlalchemy import Connection, Engine, text

from boundaries.approximate import approximate_areas
from boundaries.display import build_shapes
from boundaries.register import aliases, succession
from boundaries.store import store_aliases, store_areas, store_succession
from boundaries.succession import measure
from boundaries.vintages import CURRENT, VINTAGES, Vintage
from geo.errors import Problem
from layers.catalogue import catalogue
from layers.indicators.catalogue import FIRST_INDICATORS, load
from layers.indicators.rollup import refresh
from layers.indicators.sample import iter_sample, sample_targets
from layers.indicators.sample_ground import Ground
from layers.indicators.store import add_provenance, analyse, write, write_targets
from layers.loading import insert_features
from layers.samples import SAMPLES

SEED = 20250701
MONTHS = 36
# The whole country has 27 times the communes: its sample keeps the head of each module and one year.
NATION_MONTHS = 12
NATION_INDICATORS = 3
FEWEST = 1_500  # people of a sample commune
LAST = date(2026, 10, 31)  # fixed, so that every installation shows the same sample
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
        progress("Dựng ranh giới gần đúng của 34 tỉnh, thành phố")
        areas = approximate_areas()
        store_areas(connection, areas, communes_of=home)
        store_aliases(connection, aliases())
        store_succession(connection, succession(), source="gói vietnamadminunits")
        measure(connection)
        progress("Khái quát hoá đường ranh giới theo mức thu phóng")
        for vintage in VINTAGES:
            build_shapes(connection, vintage.start)
        loaded = {vintage: _loaded(connection, vintage) for vintage in VINTAGES}
        progress("Tạo số liệu minh hoạ cho các chỉ tiêu")
        _published(connection, loaded[CURRENT])
        _figures(connection, loaded, nation=home == "VN")
        progress("Tạo đối tượng minh hoạ trên bản đồ")
        _features(connection, loaded[CURRENT])
        progress("Tổng hợp số liệu lên tỉnh và cả nước")
        analyse(connection)
        refresh(connection)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM (ANALYZE)"))
    return True


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
    tables = "area, area_shape, area_piece, area_alias, succession, observation, figure_slice, target, provenance"
    features = ", ".join(str(catalogue[name].table) for name in SAMPLES)
    connection.execute(
        text(f"TRUNCATE {', '.join(f'toancanh.{t.strip()}' for t in tables.split(','))}, {features} CASCADE")
    )


def _loaded(connection: Connection, vintage: Vintage) -> geopandas.GeoDataFrame:
    """The provinces and communes of a vintage; a commune's parent is its province here, districts report nothing."""
    return geopandas.read_postgis(
        text(
            "SELECT a.id, a.code, a.level, a.kind, a.name, a.full_name, a.province_code, a.area_km2, "
            "CASE a.level WHEN 'province' THEN 'VN' ELSE a.province_code END AS parent_code, "
            "ST_X(a.label) AS lon, ST_Y(a.label) AS lat, a.geom AS geometry FROM toancanh.area a "
            "WHERE a.level IN ('province', 'commune') AND a.valid_to IS NOT DISTINCT FROM :until ORDER BY a.code"
        ),
        connection,
        geom_col="geometry",
        params={"until": vintage.until},
    )


def _published(connection: Connection, areas: geopandas.GeoDataFrame) -> None:
    published = areas.dropna(subset="area_km2")
    published = published[(published["level"] == "commune") | ~published["code"].isin(areas["parent_code"])]
    figures = pd.DataFrame(
        {
            "indicator": "NEN-02",
            "area_id": published["id"],
            "province_code": published["province_code"],
            "period": f"{CURRENT.start:%Y-%m}",
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


def _figures(connection: Connection, loaded: dict[Vintage, geopandas.GeoDataFrame], *, nation: bool) -> None:
    """Sample figures of each vintage for the periods that end in its time: the reform runs through the sample."""
    modules, listed = load()
    indicators = [one for one in listed if not one.code.startswith("NEN-")]
    if nation:
        heads = ([one for one in indicators if one.module == module.id][:NATION_INDICATORS] for module in modules)
        indicators = [one for head in heads for one in head if one.code not in FIRST_INDICATORS]
        indicators += [one for one in listed if one.code in FIRST_INDICATORS and not one.code.startswith("NEN-")]
    now, source = datetime.now(UTC), add_provenance(connection, SAMPLE_SOURCE)
    present = _plain(loaded[CURRENT])
    for vintage, months in _months(NATION_MONTHS if nation else MONTHS):
        areas = present if vintage == CURRENT else _peopled(connection, _plain(loaded[vintage]), present)
        province = dict(zip(areas["id"], areas["province_code"], strict=True))
        last = min(LAST, vintage.until - timedelta(days=1)) if vintage.until else LAST
        span: Any = {"areas": areas, "indicators": indicators, "last": last, "months": months, "seed": SEED}
        frames = (frame.assign(province_code=frame["area_id"].map(province)) for frame in iter_sample(**span))
        write(connection, frames, provenance_id=source, sample=True, known_at=now)
        targets = sample_targets(**span)
        write_targets(connection, targets.assign(province_code=targets["area_id"].map(province)), sample=True)


def _plain(areas: geopandas.GeoDataFrame) -> pd.DataFrame:
    return pd.DataFrame(areas.drop(columns="geometry")).assign(population=float("nan"))


def _peopled(connection: Connection, former: pd.DataFrame, present: pd.DataFrame) -> pd.DataFrame:
    """Former areas with ground and people that add up to those of the present ones, so that the reform makes no jump."""
    links = pd.read_sql(
        text(
            "SELECT old_id, new_id, coalesce(s.area_km2, ST_Area(o.geom::geography) / 1e6) AS km2 "
            "FROM toancanh.succession s JOIN toancanh.area o ON o.id = s.old_id"
        ),
        connection,
    )
    people = dict(zip(present["id"], Ground(present, SEED).people, strict=True))
    part = links["km2"] / links.groupby("new_id")["km2"].transform("sum")
    by_old = links.assign(people=links["new_id"].map(people) * part).groupby("old_id")[["km2", "people"]].sum()
    found = former["id"].map(by_old["people"])
    return former.assign(area_km2=former["id"].map(by_old["km2"]), population=found.clip(lower=FEWEST))


def _months(total: int) -> Iterator[tuple[Vintage, int]]:
    """How many of the last months fall into each vintage."""
    left = total
    for vintage in reversed(VINTAGES):
        months = (LAST.year - vintage.start.year) * 12 + LAST.month - vintage.start.month + 1
        if vintage.until:
            months = (vintage.until.year - vintage.start.year) * 12 + vintage.until.month - vintage.start.month
        if left > 0:
            yield vintage, min(left, months)
        left -= months


def _features(connection: Connection, areas: geopandas.GeoDataFrame) -> None:
    communes = areas[areas["level"] == "commune"]
    for _, members in communes.groupby("parent_code"):
        for name, sample in SAMPLES.items():
            insert_features(
                connection, catalogue[name], sample(members, seed=SEED, today=LAST), sample=True, source=SAMPLE_SOURCE
            )
