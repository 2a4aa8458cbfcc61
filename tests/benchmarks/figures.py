"""Observations read for the map: slices to the wire, series and profiles of one area."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import date

import psycopg
from floor import Step
from harness import RATE, Bench, Goal, Row, latencies, product, rate
from recording import floor_server

from boundaries.vintages import CURRENT
from layers.indicators.catalogue import find
from services.database import Reader
from services.figures import Figures
from services.gazetteer import Area, Gazetteer
from services.revisions import Revisions

GROUP = "Observations"
MOST = 300


def measure(bench: Bench) -> list[Row]:
    """Return the rows of this group."""
    return [*_slices(bench), *asyncio.run(_areas(bench))]


def known(bench: Bench) -> list[tuple[int, str, str]]:
    """Return (number, code, period key) of every slice that anybody may read, in the same order in every run."""
    with psycopg.connect(bench.dsn) as connection:
        found = connection.execute(
            "SELECT s.indicator_id, i.code, to_char(s.period_start, 'YYYY-MM') FROM floor.slice s "
            "JOIN toancanh.indicator i ON i.id = s.indicator_id ORDER BY md5(i.code || s.period_start::text)"
        )
        return [one for one in found.fetchall() if (told := find(one[1])) and told.public]


def _slices(bench: Bench) -> list[Row]:
    """One month of one indicator to the wire: each address once (nothing is at hand), then again."""
    bench.say("figures: slices to the wire")
    slices = known(bench)[:MOST]
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
        province_rate = rate(at, province, seconds=bench.seconds)
    return [
        Row(
            group=GROUP, name="nation, 3,321 values, asked for the first time", unit="ms",
            product=statistics.median(cold), floor=statistics.median(floor), goals=[Goal(2)],
            note=f"{statistics.median(sizes) / 1000:.0f} kB on the wire; floor: one row a slice, text made by the "
            "database, no ids, not zipped",
        ),
        Row(group=GROUP, name="nation, asked for again", unit=RATE, product=warm_rate),
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
        codes = sorted({code for _, code, _ in known(bench)})
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
                "SELECT indicator_id, period_start, value FROM floor.figure "
                "WHERE area_id = %(a)s AND period_start >= %(d)s",
                {"a": area.id, "d": date(2026, 9, 1)},  # the newest and the one before, as the product shows
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
