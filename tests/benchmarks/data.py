"""The bench's own databases: the nation's communes, points, zones and figures, filled once and kept between runs."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

import geopandas
import numpy as np
import pandas as pd
import shapely
from harness import PROJECT
from sqlalchemy import Connection, Engine, create_engine, text

from boundaries.approximate import approximate_areas
from boundaries.display import build_shapes
from boundaries.register import aliases, succession
from boundaries.store import numbered, store_aliases, store_areas, store_succession
from boundaries.vintages import VINTAGES
from layers.catalogue import catalogue
from layers.indicators.store import indicator_ids
from layers.loading import insert_features
from layers.samples import SAMPLES
from services import cluster as clusters
from services.database import engine as make_engine
from services.demo import LAST, SEED
from services.migrate import head, upgrade
from services.settings import Settings

MONTHS = 24
LAST_MONTH = pd.Period("2026-10", freq="M")
SOURCE = "Dữ liệu đo tốc độ"

Say = Callable[[str], None]


@dataclass(frozen=True)
class Size:
    """How much there is to measure with; `form` changes whenever this file fills otherwise."""

    points: int
    zones: int
    indicators: int
    months: int = MONTHS
    form: int = 2

    @property
    def first(self) -> str:
        """The first day of the first month, as ISO."""
        return str((LAST_MONTH - self.months + 1).start_time.date())

    @property
    def figures(self) -> int:
        """Observations at commune level."""
        return self.indicators * self.months * 3321


FULL = Size(points=1_000_000, zones=20_000, indicators=283)
QUICK = Size(points=100_000, zones=2_000, indicators=8)
HISTORY = Size(points=1_000, zones=100, indicators=283, months=108)


def filled(cluster: clusters.Cluster, *, size: Size, name: str, say: Say) -> str:
    """Return the address of the filled database; an unfinished, older or otherwise made one is made anew."""
    stamp = json.dumps({**asdict(size), "schema": head()})
    admin = create_engine(cluster.url("postgres"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        found = connection.execute(
            text("SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = :name"), {"name": name}
        ).scalar()
        if found != stamp:
            begun = time.monotonic()
            connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
            connection.execute(text(f'CREATE DATABASE "{name}"'))
            fill(cluster.url(name), size, say)
            connection.execute(text(f"COMMENT ON DATABASE \"{name}\" IS '{stamp}'"))
            say(f"filled in {time.monotonic() - begun:.0f} s")
    admin.dispose()
    return cluster.url(name)


def fill(url: str, size: Size, say: Say) -> None:
    """Migrate a new database and fill it, by the product's own functions wherever it has them."""
    engine = make_engine(Settings(database_url=url, data=PROJECT / ".data" / "bench", _env_file=None))
    upgrade(engine)
    with engine.begin() as connection:
        say("areas: 34 provinces, 3,321 communes")
        store_areas(connection, numbered(connection, approximate_areas()))
        store_aliases(connection, aliases())
        store_succession(connection, succession(), source=SOURCE)
        for vintage in VINTAGES:
            build_shapes(connection, vintage.start)
    communes = _communes(engine)
    say(f"{size.points:,} points")
    with engine.begin() as connection:
        _points(connection, communes, size.points)
    say(f"{size.zones:,} zones")
    with engine.begin() as connection:
        _zones(connection, communes, size.zones)
    say(f"{size.figures:,} figures")
    _figures(engine, size, say)
    with engine.begin() as connection:
        say("tables of the floors and peers")
        for statement in PEER_TABLES if size.months == MONTHS else ():
            connection.execute(text(statement))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM (ANALYZE)"))
        connection.execute(text("CHECKPOINT"))
    engine.dispose()


def _communes(engine: Engine) -> geopandas.GeoDataFrame:
    return geopandas.read_postgis(
        "SELECT id, code, name, full_name, kind, province_code, geom AS geometry FROM toancanh.area "
        "WHERE level = 'commune' AND valid_to IS NULL ORDER BY code",
        engine, geom_col="geometry",
    )  # fmt: skip


def _points(connection: Connection, communes: geopandas.GeoDataFrame, count: int) -> None:
    """Citizen reports: half of them where communes are small (towns), half anywhere on the land."""
    rng = np.random.default_rng(SEED)
    area = shapely.area(communes.geometry.to_numpy())
    share = 0.5 / len(communes) + 0.5 * area / area.sum()
    wanted = rng.multinomial(count, share)
    states = np.array(["moi", "dang_xu_ly", "qua_han", "da_xu_ly", "tu_choi"])
    categories = np.array([code.value for code in catalogue["citizen-reports"].fields[2].codes])
    day = pd.Timestamp("2025-11-01", tz="Asia/Ho_Chi_Minh")
    done = 0
    batch: list[pd.DataFrame] = []
    for number, (commune, shape) in enumerate(zip(communes["id"], communes.geometry, strict=True)):
        xy = _inside(shape, int(wanted[number]), rng)
        n = len(xy)
        ident = np.arange(done, done + n)
        batch.append(
            pd.DataFrame({
                "code": [f"PA-{i:07d}" for i in ident],
                "title": [f"Phản ánh hiện trường số {i}" for i in ident],
                "category": categories[rng.integers(len(categories), size=n)],
                "state": states[rng.choice(5, n, p=(0.05, 0.2, 0.1, 0.6, 0.05))],
                "description": "Mặt đường hư hỏng, nước đọng khi mưa, đề nghị sớm khắc phục.",
                "received_at": day + pd.to_timedelta(rng.integers(0, 365 * 86400, n), unit="s"),
                "agency": "Ủy ban nhân dân cấp xã",
                "supporters": rng.integers(0, 9, n),
                "moderated": True,
                "area_id": int(commune),
                "x": xy[:, 0], "y": xy[:, 1],
            })
        )  # fmt: skip
        done += n
        if sum(map(len, batch)) >= 100_000 or number == len(communes) - 1:
            table = pd.concat(batch, ignore_index=True)
            frame = geopandas.GeoDataFrame(
                table.drop(columns=["x", "y"]), geometry=geopandas.points_from_xy(table.x, table.y), crs=4326
            )
            insert_features(connection, catalogue["citizen-reports"], frame, sample=True, source=SOURCE)
            batch = []


def _inside(shape: shapely.Geometry, count: int, rng: np.random.Generator) -> np.ndarray:
    shapely.prepare(shape)
    west, south, east, north = shape.bounds
    fill_share = max(0.02, shape.area / ((east - west) * (north - south)))
    found: list[np.ndarray] = [np.empty((0, 2))]
    while (missing := count - sum(map(len, found))) > 0:
        tried = rng.uniform((west, south), (east, north), (int(missing / fill_share * 1.2) + 4, 2))
        found.append(tried[shapely.contains_xy(shape, tried[:, 0], tried[:, 1])])
    return np.vstack(found)[:count]


def _zones(connection: Connection, communes: geopandas.GeoDataFrame, count: int) -> None:
    """Planning zones of invented towns, province after province, until there are enough."""
    done = 0
    for seed in range(100):
        for _, members in communes.groupby("province_code"):
            frame = SAMPLES["planning-zones"](members, seed=SEED + seed, today=LAST).iloc[: count - done]
            done += insert_features(connection, catalogue["planning-zones"], frame, sample=True, source=SOURCE)
            if done >= count:
                return


# One number for each figure, the same in every run and cheap to make; denominators make every rule computable.
_OBSERVATIONS = """
INSERT INTO toancanh.observation_{partition} (province_code, indicator_id, area_id, period_kind, period_start, known_at,
  value, numerator, denominator, status, sample, provenance_id)
SELECT a.province_code, i.id, a.id, 'M', m.day::date, :known_at, v.value, v.value * v.below / 100, v.below, 'F', true, 1
FROM unnest((:indicators)::int[]) AS i (id)
CROSS JOIN (SELECT id, province_code FROM toancanh.area
            WHERE level = 'commune' AND province_code = :province AND valid_to IS NULL ORDER BY id) a
CROSS JOIN generate_series(DATE '{first}', DATE '{first}' + INTERVAL '1 month' * (:months - 1), '1 month') AS m (day)
CROSS JOIN LATERAL (SELECT ((i.id * 7919 + a.id * 104729 + extract(month FROM m.day)::int * 31) % 9973) / 100.0::float8
                    AS value, (1000 + a.id * 37 % 9000)::float8 AS below) v
"""
_PROVINCES = """
INSERT INTO toancanh.observation_{partition} (province_code, indicator_id, area_id, period_kind, period_start, known_at,
  value, numerator, denominator, derived, children, children_of, status, sample, provenance_id)
SELECT p.province_code, o.indicator_id, p.id, 'M', o.period_start, :known_at, avg(o.value), sum(o.numerator),
       sum(o.denominator), 'S', count(*), count(*), 'F', true, 1
FROM toancanh.observation_{partition} o JOIN toancanh.area a ON a.id = o.area_id JOIN toancanh.area p ON p.id = a.parent_id
WHERE a.level = 'commune' AND o.province_code = :province GROUP BY p.province_code, o.indicator_id, p.id, o.period_start
"""
_SLICES = """
INSERT INTO toancanh.figure_slice
  (indicator_id, level, within, boundary, period_kind, period_start, area_ids, area_values, sample)
SELECT o.indicator_id, a.level, CASE a.level WHEN 'commune' THEN a.province_code ELSE 'VN' END, DATE '2025-07-01', 'M',
       o.period_start, array_agg(a.id ORDER BY a.id), array_agg(o.value ORDER BY a.id), true
FROM toancanh.observation o JOIN toancanh.area a ON a.id = o.area_id
WHERE a.level = :level AND (o.province_code = :province OR :province = 'VN')
GROUP BY 1, 2, 3, o.period_start
"""
_SERIES = """
INSERT INTO toancanh.figure_series
SELECT area_id, indicator_id, 'M', starts, figures, '{{}}', '{{}}', true, starts[1], figures[1], NULL, starts[2], figures[2]
FROM (
  SELECT indicator_id, area_id, array_agg(period_start ORDER BY period_start DESC) AS starts,
         array_agg(value ORDER BY period_start DESC) AS figures
  FROM toancanh.observation_{partition} GROUP BY 1, 2
) o
"""
_YEARS = (
    "SELECT toancanh.observation_year(:province, y::int) FROM generate_series(extract(year FROM DATE '{first}')::int, "
    "extract(year FROM DATE '{first}' + INTERVAL '1 month' * (:months - 1))::int) AS y"
)


def _figures(engine: Engine, size: Size, say: Say) -> None:
    with engine.begin() as connection:
        ids = indicator_ids(connection)
        first = [ids["HCC-04"], *sorted(number for code, number in ids.items() if code != "HCC-04")]
        chosen = sorted(first[: size.indicators])
        connection.execute(text("INSERT INTO toancanh.provenance (title) VALUES (:title)"), {"title": SOURCE})
        found = connection.execute(
            text("SELECT code FROM toancanh.area WHERE level = 'province' AND valid_to IS NULL ORDER BY code")
        )
        provinces: list[str] = [row[0] for row in found]
    known_at = datetime(2026, 11, 1, tzinfo=UTC)
    for number, province in enumerate(provinces):
        values = {
            "province": province, "indicators": chosen, "months": size.months, "known_at": known_at, "level": "commune",
        }  # fmt: skip
        with engine.begin() as connection:
            here = {"partition": province.lower(), "first": size.first}
            for words in (_YEARS, _OBSERVATIONS, _PROVINCES, _SLICES, _SERIES):
                connection.execute(text(words.format(**here)), values)
        if number % 8 == 7 and size.figures > 10**6:
            say(f"  {number + 1} of {len(provinces)} provinces")
    with engine.begin() as connection:
        connection.execute(text(_SLICES), {"level": "province", "province": "VN"})


PEER_TABLES = (
    "CREATE SCHEMA peer",
    # What tipg and stock pygeoapi serve: plain tables with the usual indexes.
    "CREATE TABLE peer.communes AS SELECT id, code, name, full_name, kind, province_code, area_km2, geom "
    "FROM toancanh.area WHERE level = 'commune' AND valid_to IS NULL",
    "CREATE TABLE peer.points AS SELECT id, code, title, category, state, description, received_at, agency, supporters, "
    "geom FROM toancanh.citizen_report",
    "CREATE TABLE peer.zones AS SELECT id, code, name, land_use, plan_name, plan_level, decision, valid_from, "
    "density_max, storeys_max, far_max, area_m2, geom FROM toancanh.planning_zone",
    *(f"ALTER TABLE peer.{name} ADD PRIMARY KEY (id)" for name in ("communes", "points", "zones")),
    *(f"CREATE INDEX ON peer.{name} USING gist (geom)" for name in ("communes", "points", "zones")),
    "CREATE INDEX ON peer.points (category)",
    # The floors of figures: one row a slice, and a narrow table with both covering indexes.
    "CREATE SCHEMA floor",
    "CREATE TABLE floor.slice AS SELECT indicator_id, period_start, array_agg(v::float4 ORDER BY i) AS area_values "
    "FROM toancanh.figure_slice s, unnest(s.area_ids, s.area_values) AS u (i, v) WHERE level = 'commune' GROUP BY 1, 2",
    "ALTER TABLE floor.slice ADD PRIMARY KEY (indicator_id, period_start)",
    "CREATE TABLE floor.figure AS SELECT s.indicator_id, u.i AS area_id, s.period_start, u.v::float4 AS value "
    "FROM toancanh.figure_slice s, unnest(s.area_ids, s.area_values) AS u (i, v) WHERE level = 'commune'",
    "CREATE INDEX ON floor.figure (indicator_id, area_id, period_start) INCLUDE (value)",
    "CREATE INDEX ON floor.figure (area_id, period_start, indicator_id) INCLUDE (value)",
)  # fmt: skip
