"""Observations: read for the map, loaded, rolled up, and seen by others after a change."""

from __future__ import annotations

import asyncio
import io
import itertools
import json
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pandas as pd
import psycopg
from floor import Step
from harness import RATE, Bench, Goal, Row, get, latencies, product, rate, timed
from recording import floor_server
from sqlalchemy import Connection, Engine, text

from boundaries.vintages import CURRENT
from layers.indicators.catalogue import find
from layers.indicators.rollup import refresh
from layers.indicators.store import write
from services.database import Reader
from services.database import engine as make_engine
from services.figures import Figures
from services.gazetteer import Area, Gazetteer
from services.revisions import Revisions
from services.settings import Settings

GROUP = "Observations"
MOST = 300


def measure(bench: Bench) -> list[Row]:
    """Return the rows of this group."""
    engine = make_engine(Settings(database_url=bench.url, data=bench.folder, _env_file=None))
    try:
        return [
            *_slices(bench),
            *asyncio.run(_areas(bench)),
            _load(bench, engine),
            _roll_up(bench, engine),
            _seen(bench, engine),
        ]
    finally:
        engine.dispose()


def _known(bench: Bench) -> list[tuple[int, str, str]]:
    """Return (number, code, period key) of every slice, in an order that is the same in every run."""
    with psycopg.connect(bench.dsn) as connection:
        found = connection.execute(
            "SELECT s.indicator_id, i.code, to_char(s.period_start, 'YYYY-MM') FROM floor.slice s "
            "JOIN toancanh.indicator i ON i.id = s.indicator_id ORDER BY md5(i.code || s.period_start::text)"
        )
        return found.fetchall()


def _slices(bench: Bench) -> list[Row]:
    """One month of one indicator to the wire: each address once (nothing is at hand), then again."""
    bench.say("figures: slices to the wire")
    slices = _known(bench)[:MOST]
    stem = "/api/indicators/{}/values?level=commune&within={}&period={}"
    nation = [stem.format(code.lower(), "VN", period) for _, code, period in slices]
    province = [stem.format(code.lower(), "68", period) for _, code, period in slices]
    # The floor sends the same figures from one row a slice, as text made by the database.
    words = (
        "SELECT to_json(area_values)::text FROM floor.slice WHERE indicator_id = %(number)s AND period_start = %(day)s"
    )
    plan = {
        path: Step("value", words, {"number": number, "day": date.fromisoformat(period + "-01")})
        for path, (number, _, period) in zip(nation, slices, strict=True)
    }
    with product(bench) as at, floor_server(bench, plan) as below:
        latencies(at, nation[:3])  # connections and plans
        latencies(below, nation[:20])
        cold, sizes = latencies(at, nation[20:])
        floor, _ = latencies(below, nation[20:])
        cold_province, _ = latencies(at, province)
        warm_rate = rate(at, nation[20:], seconds=bench.seconds)
        floor_rate = rate(below, nation[20:], seconds=bench.seconds)
        province_rate = rate(at, province, seconds=bench.seconds)
    return [
        Row(
            group=GROUP, name="nation, 3,321 values, asked for the first time", unit="ms",
            product=statistics.median(cold), floor=statistics.median(floor), goals=[Goal(2)],
            note=f"{statistics.median(sizes) / 1000:.0f} kB on the wire; floor: one row a slice, text made by the "
            "database, no ids, not zipped",
        ),
        Row(
            group=GROUP, name="nation, asked for again", unit=RATE, product=warm_rate, floor=floor_rate,
            goals=[Goal(0.8)],
        ),
        Row(
            group=GROUP, name="province, 124 values, asked for the first time", unit="ms",
            product=statistics.median(cold_province),
        ),
        Row(group=GROUP, name="province, asked for again", unit=RATE, product=province_rate),
    ]  # fmt: skip


async def _areas(bench: Bench) -> list[Row]:
    """A series and a profile of one area: the product's reading against covering indexes on a narrow table."""
    bench.say("figures: series and profiles")
    reader = Reader(bench.url, size=2, timeout_ms=15_000)
    revisions = Revisions(bench.url)
    await reader.open()
    await revisions.start()
    try:
        figures = Figures(reader, revisions)
        places = await Gazetteer(reader, revisions).places()
        areas = list(places.all("commune", CURRENT))[::17][:190]
        codes = sorted({code for _, code, _ in _known(bench)})
        one = find(codes[len(codes) // 2])
        assert one is not None
        number = await figures.number(one)

        async def series(area: Area) -> None:
            await figures.series(one, area, "M")

        async def profile(area: Area) -> None:
            await figures.latest(area)

        async def floor_series(area: Area) -> None:
            await reader.rows(
                "SELECT period_start, value FROM floor.figure WHERE indicator_id = %(n)s AND area_id = %(a)s "
                "ORDER BY period_start",
                {"n": number, "a": area.id},
            )

        async def floor_profile(area: Area) -> None:
            await reader.rows(
                "SELECT indicator_id, value FROM floor.figure WHERE area_id = %(a)s AND period_start = %(d)s",
                {"a": area.id, "d": date(2026, 10, 1)},
            )

        rows = []
        for name, ours, floor in (
            ("series of one area, 24 months", series, floor_series),
            (f"profile of one area, {len(codes)} indicators", profile, floor_profile),
        ):
            took = [(await _each(ours, areas), await _each(floor, areas)) for _ in range(max(2, bench.rounds))]
            rows.append(
                Row(
                    group=GROUP,
                    name=name,
                    unit="ms",
                    product=min(ours for ours, _ in took),
                    floor=min(floor for _, floor in took),
                    goals=[Goal(2)],
                    note="statement and rows in Python, without HTTP; floor: covering index on a narrow table",
                )
            )
        return rows
    finally:
        await revisions.stop()
        await reader.close()


async def _each(work: Callable[[Area], Awaitable[None]], areas: Sequence[Area]) -> float:
    times = []
    for area in areas:
        begun = time.perf_counter()
        await work(area)
        times.append((time.perf_counter() - begun) * 1000)
    return statistics.median(times)


def _load(bench: Bench, engine: Engine) -> Row:
    """Figures as the product writes them, against the same lines through a bare COPY; both are rolled back."""
    count = 100_000 if bench.quick else 1_000_000
    bench.say(f"figures: loading {count:,}")
    known_at = datetime(2026, 11, 20, tzinfo=UTC)
    code = _known(bench)[0][1]
    with engine.connect() as connection:
        areas = connection.execute(
            text("SELECT id, province_code FROM toancanh.area WHERE level = 'commune' AND valid_to IS NULL ORDER BY id")
        ).all()
        months = pd.period_range("1995-01", periods=-(-count // len(areas)), freq="M").astype(str)
        rows = list(itertools.islice(itertools.product(months, areas), count))
        frame = pd.DataFrame({
            "indicator": code, "area_id": [a.id for _, a in rows], "province_code": [a.province_code for _, a in rows],
            "period": [month for month, _ in rows], "value": np.arange(count) / 7, "numerator": None,
            "denominator": None, "status": "final", "blank": None, "warning": None,
        })  # fmt: skip
        number = connection.execute(text("SELECT id FROM toancanh.indicator WHERE code = :code"), {"code": code})
        lines = io.StringIO()
        pd.DataFrame({
            "province_code": frame["province_code"], "indicator_id": number.scalar_one(), "area_id": frame["area_id"],
            "period_kind": "M", "period_start": frame["period"] + "-01", "known_at": known_at.isoformat(),
            "value": frame["value"], "sample": True,
        }).to_csv(lines, header=False, index=False)  # fmt: skip
        connection.rollback()
        plain = "province_code, indicator_id, area_id, period_kind, period_start, known_at, value, sample"
        ours, floor = [], []
        for _ in range(2):
            connection.execute(text("SELECT 1"))  # begins the transaction that is rolled back
            floor.append(timed(lambda: _copy(connection, plain, lines.getvalue())))
            connection.rollback()
            connection.execute(text("SELECT 1"))
            ours.append(timed(lambda: write(connection, [frame], provenance_id=1, sample=True, known_at=known_at)))
            connection.rollback()
    return Row(
        group=GROUP, name=f"load {count:,} figures", unit="rows/s", product=count / min(ours),
        floor=count / min(floor), goals=[Goal(0.5)], note="floor: COPY of prepared lines into the same table",
    )  # fmt: skip


def _copy(connection: Connection, columns: str, lines: str) -> None:
    driver: Any = connection.connection.driver_connection
    with driver.cursor().copy(f"COPY toancanh.observation ({columns}) FROM STDIN (FORMAT csv)") as copy:
        copy.write(lines)


# The least that any roll-up must do: read the rows, sum them by province, sum the sums.
_PLAIN = (
    "CREATE TEMP TABLE plain ON COMMIT DROP AS SELECT o.indicator_id, a.parent_id, o.period_start, sum(o.value) AS value, "
    "sum(o.numerator) AS numerator, sum(o.denominator) AS denominator, count(o.value) AS n FROM toancanh.observation o "
    "JOIN toancanh.area a ON a.id = o.area_id WHERE a.level = 'commune' AND o.indicator_id = ANY(:ids) GROUP BY 1, 2, 3",
    "CREATE TEMP TABLE plainer ON COMMIT DROP AS SELECT indicator_id, period_start, sum(value) AS value, "
    "sum(numerator) AS numerator, sum(denominator) AS denominator, sum(n) AS n FROM plain GROUP BY 1, 2",
)


def _roll_up(bench: Bench, engine: Engine) -> Row:
    """Every parent and slice of some indicators from nothing, against the plain aggregate of the same rows."""
    numbers = sorted({number for number, _, _ in _known(bench)})[: 4 if bench.quick else 28]
    bench.say(f"figures: rolling up {len(numbers)} indicators")
    with engine.connect() as connection:
        floor = timed(lambda: [connection.execute(text(words), {"ids": numbers}) for words in _PLAIN])
        connection.rollback()
        connection.execute(
            text(
                "DELETE FROM toancanh.observation o USING toancanh.area a WHERE a.id = o.area_id "
                "AND a.level <> 'commune' AND o.indicator_id = ANY(:ids)"
            ),
            {"ids": numbers},
        )
        connection.execute(text("DELETE FROM toancanh.figure_slice WHERE indicator_id = ANY(:ids)"), {"ids": numbers})
        ours = timed(lambda: refresh(connection, numbers))
        connection.rollback()
    return Row(
        group=GROUP, name=f"roll-up of {len(numbers)} × 3,321 × 24 from nothing", unit="s", product=ours, floor=floor,
        goals=[Goal(3)], note="with slices and history; every indicator costs the same, so a part of them is enough",
    )  # fmt: skip


def _seen(bench: Bench, engine: Engine) -> Row:
    """One changed value: from the first statement of the writer until another reader's answer holds it."""
    bench.say("figures: one changed value")
    number, code, period = _known(bench)[0]
    path = f"/api/indicators/{code.lower()}/values?level=commune&within=68&period={period}"
    times = []
    with product(bench) as at:
        for turn in range(3):
            before = json.loads(_plain(get(at, path)))
            value = round(1000 + turn + time.time() % 1, 1)
            begun = time.perf_counter()
            with engine.begin() as connection:
                connection.execute(
                    text(
                        "INSERT INTO toancanh.observation (province_code, indicator_id, area_id, period_kind, "
                        "period_start, known_at, value, numerator, denominator, sample) "
                        "VALUES ('68', :number, :area, 'M', :day, clock_timestamp(), :value, 1, 1, true)"
                    ),
                    {"number": number, "area": before["ids"][0], "day": period + "-01", "value": value},
                )
                refresh(connection, [number])
            while json.loads(_plain(get(at, path)))["values"][0] != value:
                if time.perf_counter() - begun > 60:
                    raise RuntimeError("a changed value is not seen")
                time.sleep(0.01)
            times.append(time.perf_counter() - begun)
    return Row(
        group=GROUP, name="one changed value, in parents and on another's screen", unit="s",
        product=statistics.median(times), goals=[Goal(1, "")],
    )  # fmt: skip


def _plain(answer: tuple[int, bytes, Any]) -> bytes:
    import gzip

    _, body, headers = answer
    return gzip.decompress(body) if headers.get("content-encoding") == "gzip" else body
