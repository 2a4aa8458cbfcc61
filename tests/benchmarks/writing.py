"""Observations: loaded, rolled up, and seen by others after a change."""

from __future__ import annotations

import gzip
import io
import itertools
import json
import statistics
import time
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pandas as pd
from figures import GROUP, known
from harness import Bench, Goal, Row, get, product, timed
from sqlalchemy import Connection, Engine, text

from layers.indicators.catalogue import load
from layers.indicators.rollup import refresh
from layers.indicators.store import write
from services.database import engine as make_engine
from services.settings import Settings


def measure(bench: Bench) -> list[Row]:
    """Return the rows of this group."""
    engine = make_engine(Settings(database_url=bench.url, data=bench.folder, _env_file=None))
    try:
        return [_load(bench, engine), _roll_up(bench, engine), _seen(bench, engine)]
    finally:
        engine.dispose()


def _load(bench: Bench, engine: Engine) -> Row:
    """Figures as the product writes them, against the same lines through a bare COPY; both are rolled back."""
    count = 100_000 if bench.quick else 1_000_000
    bench.say(f"figures: loading {count:,}")
    known_at = datetime(2026, 11, 20, tzinfo=UTC)
    code = known(bench)[0][1]
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


# The least that any roll-up must do: read the rows, sum them by quarter, half, nine months and year, by province, and
# sum the sums.
_PLAIN = (
    *(
        f"CREATE TEMP TABLE plain_{number} ON COMMIT DROP AS SELECT o.indicator_id, o.area_id, {start} AS start, "
        "sum(o.value) AS value, sum(o.numerator) AS numerator, sum(o.denominator) AS denominator, count(o.value) AS n "
        "FROM toancanh.observation o WHERE o.indicator_id = ANY(:ids) GROUP BY 1, 2, 3"
        for number, start in enumerate(
            (
                "date_trunc('quarter', o.period_start)",
                "2 * date_part('year', o.period_start) + (date_part('month', o.period_start) > 6)::int",
                "date_part('year', o.period_start)",
            )
        )
    ),
    "CREATE TEMP TABLE plain ON COMMIT DROP AS SELECT o.indicator_id, a.parent_id, o.period_start, sum(o.value) AS value, "
    "sum(o.numerator) AS numerator, sum(o.denominator) AS denominator, count(o.value) AS n FROM toancanh.observation o "
    "JOIN toancanh.area a ON a.id = o.area_id WHERE a.level = 'commune' AND o.indicator_id = ANY(:ids) GROUP BY 1, 2, 3",
    "CREATE TEMP TABLE plainer ON COMMIT DROP AS SELECT indicator_id, period_start, sum(value) AS value, "
    "sum(numerator) AS numerator, sum(denominator) AS denominator, sum(n) AS n FROM plain GROUP BY 1, 2",
)


def _roll_up(bench: Bench, engine: Engine) -> Row:
    """Every parent and slice of some indicators from nothing, against the plain aggregate of the same rows."""
    held = {number for number, _, _ in known(bench)}
    numbers = _with_ratios(engine, sorted(held)[: 4 if bench.quick else 28])
    bench.say(f"figures: rolling up {len(held & numbers)} indicators")
    with engine.connect() as connection:
        floor = timed(lambda: [connection.execute(text(words), {"ids": sorted(numbers)}) for words in _PLAIN])
        connection.rollback()
        refresh(connection, numbers)  # ratios of communes follow their parts before anything is timed
        for words in (
            "DELETE FROM toancanh.observation WHERE derived IS NOT NULL AND indicator_id = ANY(:ids)",
            "DELETE FROM toancanh.figure_slice WHERE indicator_id = ANY(:ids)",
            "DELETE FROM toancanh.figure_series WHERE indicator_id = ANY(:ids)",
        ):
            connection.execute(text(words), {"ids": sorted(numbers)})
        ours = timed(lambda: refresh(connection, numbers))
        connection.rollback()
    return Row(
        group=GROUP, name=f"roll-up of {len(held & numbers)} × 3,321 × 24 from nothing", unit="s", product=ours, floor=floor,
        goals=[Goal(3)], note="with longer periods, pictures, series and history; every indicator costs the same, so a part of them is enough",
    )  # fmt: skip


def _with_ratios(engine: Engine, numbers: list[int]) -> set[int]:
    """Add the ratios that follow from some indicators, and their parts: refreshing these touches no others."""
    with engine.connect() as connection:
        of = {row.code: row.id for row in connection.execute(text("SELECT code, id FROM toancanh.indicator"))}
    ratios = [
        {of[one.code], of[one.numerator], of[one.denominator]}
        for one in load()[1]
        if one.space_rule == "ratio" and one.numerator and one.denominator
    ]
    found = set(numbers)
    while more := [ratio for ratio in ratios if ratio & found and not ratio <= found]:
        found = found.union(*more)
    return found


def _seen(bench: Bench, engine: Engine) -> Row:
    """One changed value: from the first statement of the writer until another reader's answer holds it."""
    bench.say("figures: one changed value")
    number, code, period = known(bench)[0]
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
                refresh(connection, [number], starts=[date.fromisoformat(period + "-01")], provinces=["68"])
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
    _, body, headers = answer
    return gzip.decompress(body) if headers.get("content-encoding") == "gzip" else body
